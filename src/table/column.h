/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One column of a data frame: numbers (missing is NaN) or text (missing is NULL).
 */
#ifndef MIEN_TABLE_COLUMN_H
#define MIEN_TABLE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

struct mien_column {
    size_t count;
    bool is_text;
    double *numbers; /* count values, owned; NULL in a text column. */
    char **texts;    /* count texts, each owned or NULL for missing; NULL in a number column. */
};

/* Empties into {0}, which is also a valid empty number column. */
void mien_column_clear(struct mien_column *column);
/* count missing values; 0 on success, -1 without memory (the column is then empty). */
int mien_column_set_numbers(struct mien_column *column, size_t count);
int mien_column_set_texts(struct mien_column *column, size_t count);
/* Copies text (NULL allowed) into row of a text column; 0 on success. */
int mien_column_put(struct mien_column *column, size_t row, const char *text);

#endif
