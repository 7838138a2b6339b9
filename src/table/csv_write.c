/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/csv.h"

#include "base/draft.h"
#include "base/interrupt.h"
#include "base/paths.h"
#include "table/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POLL_ROWS = 8192 };

/* ---- Cells ---- */

static bool needs_quotes(const char *text, char separator)
{
    static const char *const missing[] = {"", "NA", "NaN", "nan", NULL};
    for (const char *const *word = missing; *word; word++)
        if (strcmp(text, *word) == 0)
            return true;
    /* At the start of a file it would be taken for a byte order mark. */
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        return true;
    char first = text[0], last = text[strlen(text) - 1];
    if (first == ' ' || first == '\t' || last == ' ' || last == '\t')
        return true;
    for (; *text; text++)
        if (*text == separator || *text == '"' || *text == '\n' || *text == '\r')
            return true;
    return false;
}

static void write_text(FILE *file, const char *text, char separator)
{
    if (!needs_quotes(text, separator)) {
        fputs(text, file);
        return;
    }
    putc_unlocked('"', file);
    for (; *text; text++) {
        if (*text == '"')
            putc_unlocked('"', file);
        putc_unlocked(*text, file);
    }
    putc_unlocked('"', file);
}

static void write_cell(FILE *file, const struct mien_column *column, size_t row, char separator, char decimal)
{
    char number[MIEN_NUMBER_SIZE];
    if (mien_column_is_missing(column, row)) {
        fputs("NA", file);
        return;
    }
    if (column->is_text) {
        write_text(file, column->texts[row], separator);
        return;
    }
    mien_number_write(number, column->numbers[row]);
    char *point = strchr(number, '.');
    if (point)
        *point = decimal;
    fputs(number, file);
}

static enum mien_status write_rows(FILE *file, const char *const *names,
                                   const struct mien_column *const *columns, size_t count, char separator,
                                   char decimal, struct mien_error *error)
{
    size_t rows = count ? columns[0]->count : 0;
    for (size_t i = 0; i < count; i++) {
        if (i)
            putc_unlocked(separator, file);
        write_text(file, names[i], separator);
    }
    putc_unlocked('\n', file);
    for (size_t row = 0; row < rows; row++) {
        if (row % POLL_ROWS == 0 && mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        for (size_t i = 0; i < count; i++) {
            if (i)
                putc_unlocked(separator, file);
            write_cell(file, columns[i], row, separator, decimal);
        }
        putc_unlocked('\n', file);
    }
    return MIEN_OK;
}

/* ---- The file ---- */

/* Where the table goes: straight into a device or pipe, or into a draft. */
struct target {
    char path[MIEN_PATH_SIZE]; /* The file itself, symbolic links followed. */
    struct mien_draft draft;
    bool direct;
    FILE *file;
};

/* A standard stream of the program for the names that stand for one, otherwise -1. Opened by name, a file
 * that the stream was redirected to would be written from its start again. */
static int standard_stream(const char *path)
{
    int stream = strcmp(path, "/dev/stdout") == 0   ? STDOUT_FILENO
                 : strcmp(path, "/dev/stderr") == 0 ? STDERR_FILENO
                                                    : -1;
    if (stream < 0)
        return -1;
    fflush(stdout);
    return fcntl(stream, F_DUPFD_CLOEXEC, 0);
}

/* Opens what is written to. mode is that of the file that is replaced; 0 where there is none. */
static enum mien_status open_file(struct target *target, const char *path, mode_t mode,
                                  struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    int handle = standard_stream(path);
    if (handle >= 0)
        target->direct = true;
    else if (target->direct)
        handle = open(target->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    else
        status = mien_draft_create_shared(target->path, &target->draft, &handle, error);
    if (status != MIEN_OK)
        return status;
    if (handle < 0)
        return mien_fail_errno(error, path);
    /* A file that is replaced keeps who may read it; where that fails the new one follows the umask. */
    if (mode && fchmod(handle, mode) != 0)
        errno = 0;
    target->file = fdopen(handle, "w");
    if (target->file)
        return MIEN_OK;
    status = mien_fail_errno(error, path);
    close(handle);
    mien_draft_discard(&target->draft);
    return status;
}

static enum mien_status open_target(struct target *target, const char *path, struct mien_error *error)
{
    struct stat info;
    bool exists = stat(path, &info) == 0;
    char *real = exists ? realpath(path, NULL) : NULL;
    int length = snprintf(target->path, sizeof target->path, "%s", real ? real : path);
    free(real);
    if (length < 0 || (size_t)length >= sizeof target->path)
        return mien_fail(error, MIEN_ERR_MISSING, "%.200s...: the path is too long", path);
    if (exists && S_ISDIR(info.st_mode))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is a folder; the name of a file was expected", path);
    if (exists && access(path, W_OK) != 0)
        return mien_fail_errno(error, path);
    target->direct = exists && (!S_ISREG(info.st_mode) || strncmp(path, "/dev/", 5) == 0);
    return open_file(target, path, exists && !target->direct ? info.st_mode & 07777 : 0, error);
}

/* Writes out, closes and names the file; on any failure the unfinished one is removed. */
static enum mien_status close_target(struct target *target, const char *path, enum mien_status status,
                                     struct mien_error *error)
{
    errno = 0;
    bool bad = fflush(target->file) != 0 || ferror(target->file);
    bad = bad || (!target->direct && fsync(fileno(target->file)) != 0);
    int reason = errno;
    if (fclose(target->file) != 0 && !bad) {
        reason = errno;
        bad = true;
    }
    if (!bad && status == MIEN_OK && !target->direct)
        return mien_draft_publish(&target->draft, error);
    mien_draft_discard(&target->draft);
    errno = reason ? reason : EIO;
    return status == MIEN_OK && bad ? mien_fail_errno(error, path) : status;
}

enum mien_status mien_csv_write(const char *path, const char *const *names,
                                const struct mien_column *const *columns, size_t count,
                                const struct mien_csv_options *options, struct mien_error *error)
{
    char separator = options && options->separator ? options->separator : ',';
    char decimal = options && options->decimal ? options->decimal : '.';
    struct target target = {.file = NULL};
    enum mien_status status = open_target(&target, path, error);
    if (status != MIEN_OK)
        return status;
    status = write_rows(target.file, names, columns, count, separator, decimal, error);
    return close_target(&target, path, status, error);
}
