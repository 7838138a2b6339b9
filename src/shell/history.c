/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/history.h"

#include "base/memory.h"
#include "base/paths.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the file and locks it; another session may have replaced it meanwhile, so look again until both
 * agree. */
static FILE *open_locked(const char *path)
{
    for (int attempt = 0; attempt < 10; attempt++) {
        struct stat opened, current;
        int file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            return NULL;
        if (flock(file, LOCK_EX) == 0 && fstat(file, &opened) == 0 && stat(path, &current) == 0 &&
            opened.st_ino == current.st_ino && opened.st_dev == current.st_dev) {
            FILE *stream = fdopen(file, "a+");
            if (!stream)
                close(file);
            return stream;
        }
        close(file);
    }
    return NULL;
}

static void write_entry(FILE *stream, const char *entry)
{
    for (; *entry; entry++)
        if (*entry == '\n')
            fputs("\\n", stream);
        else if (*entry == '\\')
            fputs("\\\\", stream);
        else
            fputc(*entry, stream);
    fputc('\n', stream);
}

/* Undoes the escapes in place. */
static void decode(char *line)
{
    char *out = line;
    for (const char *in = line; *in; in++) {
        if (*in == '\n' && !in[1])
            break;
        if (*in == '\\' && (in[1] == 'n' || in[1] == '\\'))
            *out++ = *++in == 'n' ? '\n' : '\\';
        else
            *out++ = *in;
    }
    *out = '\0';
}

/* ---- Entries in memory ---- */

struct entries {
    char **lines;
    size_t count, capacity;
};

static void read_entries(FILE *stream, struct entries *entries)
{
    char *line = NULL;
    size_t size = 0;
    rewind(stream);
    while (getline(&line, &size, stream) >= 0) {
        decode(line);
        if (!*line ||
            mien_array_grow(&entries->lines, &entries->capacity, entries->count + 1, sizeof *entries->lines))
            continue;
        entries->lines[entries->count++] = line;
        line = NULL;
        size = 0;
    }
    free(line);
}

static int by_text_then_place(const void *a, const void *b)
{
    char *const *first = *(char *const *const *)a, *const *second = *(char *const *const *)b;
    int order = strcmp(*first, *second);
    return order ? order : (first > second) - (first < second);
}

/* Frees all but the last of equal entries, and those beyond the limit; the places freed become NULL. */
static void drop_repeated(struct entries *entries)
{
    char ***sorted = mien_array_new(entries->count, sizeof *sorted);
    if (!sorted)
        return;
    for (size_t i = 0; i < entries->count; i++)
        sorted[i] = &entries->lines[i];
    qsort(sorted, entries->count, sizeof *sorted, by_text_then_place);
    for (size_t i = 0; i + 1 < entries->count; i++)
        if (strcmp(*sorted[i], *sorted[i + 1]) == 0) {
            free(*sorted[i]);
            *sorted[i] = NULL;
        }
    free(sorted);
    size_t kept = 0;
    for (size_t i = entries->count; i-- > 0;)
        if (entries->lines[i] && ++kept > MIEN_HISTORY_MOST) {
            free(entries->lines[i]);
            entries->lines[i] = NULL;
        }
}

/* Writes the kept entries to a new file that takes the place of the old one. */
static void rewrite(const char *path, const struct entries *entries)
{
    char temporary[MIEN_PATH_SIZE];
    if (snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid()) >= (int)sizeof temporary)
        return;
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    if (!stream)
        return;
    for (size_t i = 0; i < entries->count; i++)
        if (entries->lines[i])
            write_entry(stream, entries->lines[i]);
    bool written = !ferror(stream);
    if (fclose(stream) != 0 || !written || rename(temporary, path) != 0)
        unlink(temporary);
}

/* ---- Interface ---- */

void mien_history_load(void (*add)(const char *entry))
{
    char path[MIEN_PATH_SIZE];
    struct entries entries = {0};
    FILE *stream = mien_path_state(path, "history", true) == 0 ? open_locked(path) : NULL;
    if (!stream)
        return;
    read_entries(stream, &entries);
    size_t before = entries.count, after = 0;
    drop_repeated(&entries);
    for (size_t i = 0; i < entries.count; i++)
        after += entries.lines[i] != NULL;
    /* Rewriting now and then is enough. */
    if (before > after + after / 4 + 100)
        rewrite(path, &entries);
    fclose(stream);
    for (size_t i = 0; i < entries.count; i++)
        if (entries.lines[i]) {
            add(entries.lines[i]);
            free(entries.lines[i]);
        }
    free(entries.lines);
}

void mien_history_append(const char *entry)
{
    char path[MIEN_PATH_SIZE];
    FILE *stream = mien_path_state(path, "history", true) == 0 ? open_locked(path) : NULL;
    if (!stream)
        return;
    write_entry(stream, entry);
    fclose(stream);
}
