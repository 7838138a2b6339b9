/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/file.h"

#include "base/draft.h"
#include "model/bytes.h"
#include "video/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = {'m', 'i', 'e', 'n', '-', 'm', 'd', 'l'};

enum {
    VERSION = 1,
    DIGITS = MIEN_HASH_SIZE - 1,
    HASHED = 8 + 4 + DIGITS, /* Where the hashed bytes begin. */
    TABLE = HASHED + 8 + 4,
    ENTRY = MIEN_MODEL_NAME + 8
};

static enum mien_status out_of_memory(const char *path, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
}

static enum mien_status check_sections(const char *path, const struct mien_model_section *sections,
                                       size_t count, size_t *size, struct mien_error *error)
{
    *size = TABLE + count * ENTRY;
    if (count > MIEN_MODEL_SECTIONS)
        return mien_fail(error, MIEN_ERR_DATA, "%s: a model has at most %d sections, not %zu", path,
                         MIEN_MODEL_SECTIONS, count);
    for (size_t i = 0; i < count; i++) {
        if (!*sections[i].name || !memchr(sections[i].name, 0, MIEN_MODEL_NAME))
            return mien_fail(error, MIEN_ERR_DATA, "%s: a section's name has 1 to %d characters", path,
                             MIEN_MODEL_NAME - 1);
        for (size_t j = 0; j < i; j++)
            if (strcmp(sections[i].name, sections[j].name) == 0)
                return mien_fail(error, MIEN_ERR_DATA, "%s: there are two sections \"%s\"", path,
                                 sections[i].name);
        if (sections[i].size > MIEN_MODEL_LARGEST - *size)
            return mien_fail(error, MIEN_ERR_DATA, "%s: the model is larger than %zu MB", path,
                             MIEN_MODEL_LARGEST >> 20);
        *size += sections[i].size;
    }
    return MIEN_OK;
}

/* All that the hash is taken of. */
static int compose(const struct mien_model_section *sections, size_t count, size_t size,
                   struct mien_text *content)
{
    int failed = mien_bytes_add(content, size, 8) || mien_bytes_add(content, count, 4);
    for (size_t i = 0; i < count && !failed; i++) {
        char name[MIEN_MODEL_NAME] = {0};
        memcpy(name, sections[i].name, strlen(sections[i].name));
        failed = mien_text_add(content, name, sizeof name) || mien_bytes_add(content, sections[i].size, 8);
    }
    for (size_t i = 0; i < count && !failed; i++)
        if (sections[i].size > 0)
            failed = mien_text_add(content, sections[i].bytes, sections[i].size);
    return failed ? -1 : 0;
}

static enum mien_status write_bytes(const char *path, int descriptor, const struct mien_text *head,
                                    const struct mien_text *content, struct mien_error *error)
{
    FILE *file = fdopen(descriptor, "wb");
    if (!file) {
        enum mien_status status = mien_fail_errno(error, path);
        close(descriptor);
        return status;
    }
    bool whole = fwrite(head->bytes, 1, head->length, file) == head->length &&
                 fwrite(content->bytes, 1, content->length, file) == content->length;
    int reason = errno;
    if (fclose(file) == 0 && whole)
        return MIEN_OK;
    if (!whole)
        errno = reason;
    return mien_fail_errno(error, path);
}

static enum mien_status save(const char *path, const struct mien_text *head, const struct mien_text *content,
                             struct mien_error *error)
{
    struct mien_draft draft = {0};
    int descriptor = -1;
    enum mien_status status = mien_draft_create(path, &draft, &descriptor, error);
    if (status != MIEN_OK)
        return status;
    status = write_bytes(path, descriptor, head, content, error);
    if (status == MIEN_OK)
        return mien_draft_publish(&draft, error);
    mien_draft_discard(&draft);
    return status;
}

enum mien_status mien_model_file_write(const char *path, const struct mien_model_section *sections,
                                       size_t count, struct mien_error *error)
{
    struct mien_text head = {0}, content = {0};
    char hash[MIEN_HASH_SIZE];
    size_t size;
    enum mien_status status = check_sections(path, sections, count, &size, error);
    if (status != MIEN_OK)
        return status;
    if (compose(sections, count, size, &content) != 0)
        status = out_of_memory(path, error);
    if (status == MIEN_OK)
        status = mien_hash_bytes(content.bytes, content.length, hash, error);
    if (status == MIEN_OK && (mien_text_add(&head, magic, sizeof magic) ||
                              mien_bytes_add(&head, VERSION, 4) || mien_text_add(&head, hash, DIGITS)))
        status = out_of_memory(path, error);
    if (status == MIEN_OK)
        status = save(path, &head, &content, error);
    free(head.bytes);
    free(content.bytes);
    return status;
}

static enum mien_status damaged(const char *path, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MODEL, "%s: the model is damaged; take another copy of it", path);
}

/* What can be told from the first bytes alone, before room is made for the rest. */
static enum mien_status check_head(const char *path, const unsigned char head[TABLE], size_t read,
                                   size_t size, struct mien_error *error)
{
    struct mien_bytes_reader reader = {head + sizeof magic, read - sizeof magic, false};
    if (read < sizeof magic || memcmp(head, magic, sizeof magic) != 0)
        return mien_fail(error, MIEN_ERR_MODEL, "%s: is not a model saved by mien", path);
    uint32_t version = (uint32_t)mien_bytes_take(&reader, 4);
    if (!reader.short_of && version != VERSION)
        return mien_fail(error, MIEN_ERR_MODEL, "%s: is a model of format %u; this mien reads format %d",
                         path, version, VERSION);
    if (read < TABLE)
        return mien_fail(error, MIEN_ERR_MODEL, "%s: the model is cut off after %zu bytes", path, size);
    reader = (struct mien_bytes_reader){head + HASHED, TABLE - HASHED, false};
    uint64_t whole = mien_bytes_take(&reader, 8);
    if (size > MIEN_MODEL_LARGEST)
        return mien_fail(error, MIEN_ERR_MODEL, "%s: the model is too large: %zu MB, at most %zu MB are read",
                         path, size >> 20, MIEN_MODEL_LARGEST >> 20);
    if (whole > size && whole <= MIEN_MODEL_LARGEST)
        return mien_fail(error, MIEN_ERR_MODEL, "%s: the model is cut off after %zu bytes", path, size);
    return whole == size ? MIEN_OK : damaged(path, error);
}

/* The names and sizes of the sections, checked against each other and the size of the file. */
static enum mien_status find_sections(const char *path, struct mien_model_file *file, size_t size,
                                      struct mien_error *error)
{
    const unsigned char *bytes = file->content;
    struct mien_bytes_reader reader = {bytes + HASHED + 8, size - HASHED - 8, false};
    size_t count = mien_bytes_take(&reader, 4);
    if (count > MIEN_MODEL_SECTIONS || count * ENTRY > reader.left)
        return damaged(path, error);
    file->section = mien_array_new(count, sizeof *file->section);
    if (!file->section)
        return out_of_memory(path, error);
    struct mien_bytes_reader content = {reader.at + count * ENTRY, reader.left - count * ENTRY, false};
    for (; file->count < count; file->count++) {
        struct mien_model_section *section = &file->section[file->count];
        memcpy(section->name, reader.at, MIEN_MODEL_NAME);
        reader.at += MIEN_MODEL_NAME;
        reader.left -= MIEN_MODEL_NAME;
        uint64_t length = mien_bytes_take(&reader, 8);
        if (section->name[MIEN_MODEL_NAME - 1] || !*section->name || length > content.left ||
            mien_model_file_section(file, section->name))
            return damaged(path, error);
        section->bytes = content.at;
        section->size = (size_t)length;
        content.at += length;
        content.left -= (size_t)length;
    }
    return content.left == 0 ? MIEN_OK : damaged(path, error);
}

static enum mien_status read_content(const char *path, FILE *opened, struct mien_model_file *file,
                                     struct mien_error *error)
{
    struct stat state;
    unsigned char head[TABLE];
    char hash[MIEN_HASH_SIZE];
    if (fstat(fileno(opened), &state) != 0)
        return mien_fail_errno(error, path);
    if (!S_ISREG(state.st_mode))
        return mien_fail(error, MIEN_ERR_MODEL, "%s: is not a file", path);
    size_t size = (size_t)state.st_size, read = fread(head, 1, sizeof head, opened);
    enum mien_status status = check_head(path, head, read, size, error);
    if (status != MIEN_OK)
        return status;
    unsigned char *bytes = file->content = malloc(size);
    if (!bytes)
        return out_of_memory(path, error);
    memcpy(bytes, head, TABLE);
    if (fread(bytes + TABLE, 1, size - TABLE, opened) != size - TABLE)
        return ferror(opened) ? mien_fail_errno(error, path) : damaged(path, error);
    status = mien_hash_bytes(bytes + HASHED, size - HASHED, hash, error);
    if (status == MIEN_OK && memcmp(bytes + HASHED - DIGITS, hash, DIGITS) != 0)
        status = damaged(path, error);
    return status == MIEN_OK ? find_sections(path, file, size, error) : status;
}

enum mien_status mien_model_file_read(const char *path, struct mien_model_file *file,
                                      struct mien_error *error)
{
    struct mien_model_file made = {0};
    /* Does not wait for the other end of a pipe. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    FILE *opened = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    if (!opened) {
        enum mien_status failed = mien_fail_errno(error, path);
        if (descriptor >= 0)
            close(descriptor);
        return failed;
    }
    enum mien_status status = read_content(path, opened, &made, error);
    fclose(opened);
    if (status != MIEN_OK)
        mien_model_file_free(&made);
    else
        *file = made;
    return status;
}

void mien_model_file_free(struct mien_model_file *file)
{
    free(file->content);
    free(file->section);
    *file = (struct mien_model_file){0};
}

const struct mien_model_section *mien_model_file_section(const struct mien_model_file *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->section[i].name, name) == 0)
            return &file->section[i];
    return NULL;
}
