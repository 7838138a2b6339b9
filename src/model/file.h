/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of a saved model: named sections of bytes under one SHA-256. Nothing in it is run, and what is
 * read from it is no larger than the file. The hash finds damage by chance; it is no signature, so whoever
 * reads a section must still check every number in it.
 *
 * Little-endian: "mien-mdl"; version (4 bytes); the hash of all that follows, 64 hexadecimal digits; the
 * number of bytes in the file (8); the number of sections (4); per section its name (32, the rest zeros) and
 * size (8); then the sections' bytes in the same order, without gaps.
 */
#ifndef MIEN_MODEL_FILE_H
#define MIEN_MODEL_FILE_H

#include "base/error.h"

#include <stddef.h>

enum {
    MIEN_MODEL_NAME = 32,      /* With its zero byte. */
    MIEN_MODEL_SECTIONS = 4096 /* In one file, at most. */
};
#define MIEN_MODEL_LARGEST ((size_t)1 << 30) /* Bytes in one file, at most. */

struct mien_model_section {
    char name[MIEN_MODEL_NAME];
    const void *bytes; /* NULL is allowed when size is 0. */
    size_t size;
};

struct mien_model_file {
    void *content; /* The whole file; the sections point into it. */
    struct mien_model_section *section;
    size_t count;
};

/* Writes the file for the user alone; one that was there before is replaced when the new one is whole.
 * MIEN_ERR_DATA when two sections have one name or all are too large. */
enum mien_status mien_model_file_write(const char *path, const struct mien_model_section *sections,
                                       size_t count, struct mien_error *error);

/* MIEN_ERR_MODEL, with one line that begins with the path: not a model of mien's, of another version, cut
 * off, too large, or damaged. */
enum mien_status mien_model_file_read(const char *path, struct mien_model_file *file,
                                      struct mien_error *error);
/* A zeroed one is allowed. */
void mien_model_file_free(struct mien_model_file *file);

/* NULL when there is none of that name. */
const struct mien_model_section *mien_model_file_section(const struct mien_model_file *file,
                                                         const char *name);

#endif
