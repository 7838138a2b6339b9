/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables in text files, as spreadsheets and statistics programs write them.
 *
 * Understood: quoted cells with separators, line ends and doubled quotes in them; lines that end with LF,
 * CRLF or CR; a UTF-8 byte order mark; blank lines (skipped); spaces around unquoted cells (dropped). Bytes
 * that are not UTF-8 stay as they are. A row with more or fewer cells than the header is an error, as are two
 * columns of one name, a quote that never ends and a zero byte.
 *
 * A column is numbers when every cell that is not missing is a decimal number and at least one is finite; a
 * column without any value is numbers, too. A cell such as 007 or a whole number too long for a double makes
 * its column text. A quoted cell counts as missing only in a number column: in text, "NA" and "" in quotes
 * are what they say.
 */
#ifndef MIEN_TABLE_CSV_H
#define MIEN_TABLE_CSV_H

#include "base/error.h"
#include "table/column.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_table {
    size_t rows, count;
    char **names;                /* count names, all different. */
    struct mien_column *columns; /* count columns of `rows` values. */
    size_t *lines;               /* The line of the file (from 1) where each row begins. */
    char note[256]; /* What the reader should know, such as decimal commas left as text; often empty. */
};

struct mien_csv_options {
    char separator;        /* 0 is a comma, and then a file with another separator is refused with advice. */
    char decimal;          /* 0 is a point. */
    size_t skip;           /* Lines before the table, such as a title; they are passed over unread. */
    bool no_header;        /* The first line is data; columns are named column_1, column_2, ... */
    const char *const *na; /* Spellings of missing, ended by NULL; NULL means "", NA, NaN and nan. */
    const char *const *texts; /* Names of columns that stay text, ended by NULL; NULL means none. */
};

/* Reads the whole file; options may be NULL. On success *table is the caller's, free it with mien_table_free.
 */
enum mien_status mien_csv_read(const char *path, const struct mien_csv_options *options,
                               struct mien_table **table, struct mien_error *error);
void mien_table_free(struct mien_table *table); /* NULL allowed. */
/* The column of this name, NULL if there is none. */
const struct mien_column *mien_table_column(const struct mien_table *table, const char *name);

/* Writes a header and rows that mien_csv_read reads back as they were: quotes only where needed, NA for
 * missing, shortest digits. The file appears under its name when it is complete; what was there before stays
 * until then. All columns have the same length. Of the options only separator and decimal count. */
enum mien_status mien_csv_write(const char *path, const char *const *names,
                                const struct mien_column *const *columns, size_t count,
                                const struct mien_csv_options *options, struct mien_error *error);

#endif
