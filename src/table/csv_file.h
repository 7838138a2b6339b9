/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file as a whole in memory, refused with advice when it is no text. Used by csv_read.c.
 */
#ifndef MIEN_TABLE_CSV_FILE_H
#define MIEN_TABLE_CSV_FILE_H

#include "base/error.h"
#include "base/memory.h"

/* Reads path into bytes, which start empty; *start is where the text begins (after a byte order mark). An
 * empty file, one with zero bytes, a compressed one and a workbook are errors. The caller frees bytes->bytes
 * always. */
enum mien_status mien_csv_load(const char *path, struct mien_text *bytes, size_t *start,
                               struct mien_error *error);

#endif
