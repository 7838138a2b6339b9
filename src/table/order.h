/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows put in order, put in groups and matched by the values of one or more columns, their keys.
 *
 * Texts are compared byte by byte, the same in every locale. All keys of a call have the same number of rows.
 * Every function returns 0, or -1 without memory.
 */
#ifndef MIEN_TABLE_ORDER_H
#define MIEN_TABLE_ORDER_H

#include "table/column.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes into order (rows items) the rows sorted by the first key, then by the second and so on. Rows with
 * equal keys keep their order; a missing key comes last whether or not its direction is descending. */
int mien_order_rows(const struct mien_column *const *keys, const bool *descending, size_t count, size_t rows,
                    size_t *order);

/* Writes into group (rows items) the number of each row's group, from 0, in the order in which groups first
 * appear, and their number into *groups. Missing is a value of its own: rows that miss the same key form one
 * group. */
int mien_group_rows(const struct mien_column *const *keys, size_t count, size_t rows, size_t *group,
                    size_t *groups);

enum mien_match {
    MIEN_MATCH_INNER, /* Pairs of rows with equal keys. */
    MIEN_MATCH_LEFT,  /* And the left rows without a partner. */
    MIEN_MATCH_OUTER  /* And, after all others, the right rows without one. */
};

/* Pairs of rows; a row without a partner is paired with MIEN_NO_ROW. */
struct mien_matches {
    size_t *left, *right;
    size_t count, left_capacity, right_capacity;
};

/* In the order of the left rows, and of the right rows for one left row. Every pair of equal keys counts, so
 * keys that repeat on both sides multiply. A missing key equals nothing. Keys come in pairs of the same kind
 * (text or numbers). *matches starts as {0}; free it with mien_matches_clear in any case. */
int mien_match_rows(const struct mien_column *const *left, size_t left_rows,
                    const struct mien_column *const *right, size_t right_rows, size_t count,
                    enum mien_match kind, struct mien_matches *matches);
void mien_matches_clear(struct mien_matches *matches);

#endif
