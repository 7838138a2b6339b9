/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/csv_file.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK = 1 << 20 };

static enum mien_status read_all(const char *path, struct mien_text *bytes, struct mien_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return mien_fail_errno(error, path);
    enum mien_status status = MIEN_OK;
    for (;;) {
        if (mien_array_grow(&bytes->bytes, &bytes->capacity, bytes->length + CHUNK + 1, 1) != 0) {
            status = mien_fail(error, MIEN_ERR_MEMORY, "%s: the file does not fit into memory", path);
            break;
        }
        size_t count = fread(bytes->bytes + bytes->length, 1, CHUNK, file);
        bytes->length += count;
        if (count == 0) {
            if (ferror(file))
                status = mien_fail_errno(error, path);
            break;
        }
    }
    fclose(file);
    return status;
}

static enum mien_status refuse_other_kinds(const char *path, const struct mien_text *bytes,
                                           struct mien_error *error)
{
    static const struct {
        const char *mark;
        size_t length;
        const char *advice;
    } kinds[] = {
        {"\x1f\x8b", 2, "compressed with gzip; unpack it first (gunzip)"},
        {"PK\x03\x04", 4, "a spreadsheet or zip archive; save the sheet as CSV (UTF-8) first"},
        {"\xd0\xcf\x11\xe0", 4, "an Excel workbook; save the sheet as CSV (UTF-8) first"},
        {"\xff\xfe", 2, "UTF-16 text; save it as UTF-8 first"},
        {"\xfe\xff", 2, "UTF-16 text; save it as UTF-8 first"},
        {"SQLite format 3", 15, "an SQLite file, not CSV"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bytes->length >= kinds[i].length && memcmp(bytes->bytes, kinds[i].mark, kinds[i].length) == 0)
            return mien_fail(error, MIEN_ERR_FORMAT, "%s: the file is %s", path, kinds[i].advice);
    const char *zero = bytes->length ? memchr(bytes->bytes, 0, bytes->length) : NULL;
    if (!zero)
        return MIEN_OK;
    size_t line = 1;
    for (const char *c = bytes->bytes; c < zero; c++)
        line += *c == '\n';
    return mien_fail(error, MIEN_ERR_FORMAT, "%s: line %zu: a zero byte; the file is damaged or no text",
                     path, line);
}

enum mien_status mien_csv_load(const char *path, struct mien_text *bytes, size_t *start,
                               struct mien_error *error)
{
    enum mien_status status = read_all(path, bytes, error);
    if (status == MIEN_OK)
        status = refuse_other_kinds(path, bytes, error);
    if (status != MIEN_OK)
        return status;
    *start = bytes->length >= 3 && memcmp(bytes->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (bytes->length == *start)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: the file is empty; a header line was expected", path);
    return MIEN_OK;
}
