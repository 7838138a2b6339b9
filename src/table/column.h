/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One column of a data frame: numbers (missing is NaN) or text (missing is NULL).
 */
#ifndef MIEN_TABLE_COLUMN_H
#define MIEN_TABLE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_column {
    size_t count;
    bool is_text;
    double *numbers; /* count values, owned; NULL in a text column. */
    char **texts;    /* count texts, each owned or NULL for missing; NULL in a number column. */
};

/* A row index that stands for "no such row": what is taken from there is missing. */
#define MIEN_NO_ROW SIZE_MAX

/* Empties into {0}, which is also a valid empty number column. */
void mien_column_clear(struct mien_column *column);
/* count missing values; 0 on success, -1 without memory (the column is then empty). */
int mien_column_set_numbers(struct mien_column *column, size_t count);
int mien_column_set_texts(struct mien_column *column, size_t count);
/* Copies text (NULL allowed) into row of a text column; 0 on success. */
int mien_column_put(struct mien_column *column, size_t row, const char *text);
/* Makes column a copy of these rows of source, in this order; rows may repeat and may be MIEN_NO_ROW. The two
 * columns must not be the same. 0 on success, -1 without memory. */
int mien_column_take(struct mien_column *column, const struct mien_column *source, const size_t *rows,
                     size_t count);
bool mien_column_is_missing(const struct mien_column *column, size_t row);

#endif
