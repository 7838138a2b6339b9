/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/order.h"

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sorting ---- */

struct sort {
    const struct mien_column *const *keys;
    const bool *descending;
    size_t count;
};

static int compare_values(const struct mien_column *key, size_t a, size_t b)
{
    if (key->is_text)
        return strcmp(key->texts[a], key->texts[b]);
    return (key->numbers[a] > key->numbers[b]) - (key->numbers[a] < key->numbers[b]);
}

static int compare_rows(const struct sort *sort, size_t a, size_t b)
{
    for (size_t i = 0; i < sort->count; i++) {
        bool a_missing = mien_column_is_missing(sort->keys[i], a);
        bool b_missing = mien_column_is_missing(sort->keys[i], b);
        if (a_missing != b_missing)
            return a_missing ? 1 : -1;
        int difference = a_missing ? 0 : compare_values(sort->keys[i], a, b);
        if (difference)
            return (difference < 0) != sort->descending[i] ? -1 : 1;
    }
    return 0;
}

static void merge(const struct sort *sort, const size_t *from, size_t *to, size_t start, size_t middle,
                  size_t end)
{
    size_t a = start, b = middle;
    for (size_t i = start; i < end; i++) {
        bool take_left = a < middle && (b >= end || compare_rows(sort, from[a], from[b]) <= 0);
        to[i] = take_left ? from[a++] : from[b++];
    }
}

int mien_order_rows(const struct mien_column *const *keys, const bool *descending, size_t count, size_t rows,
                    size_t *order)
{
    const struct sort sort = {keys, descending, count};
    size_t *spare = mien_array_new(rows, sizeof *spare);
    if (!spare)
        return -1;
    size_t *from = order, *to = spare;
    for (size_t i = 0; i < rows; i++)
        from[i] = i;
    for (size_t width = 1; width < rows; width *= 2) {
        for (size_t start = 0; start < rows; start += 2 * width) {
            size_t middle = start + width < rows ? start + width : rows;
            size_t end = middle + width < rows ? middle + width : rows;
            merge(&sort, from, to, start, middle, end);
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, rows * sizeof *order);
    free(spare);
    return 0;
}

/* ---- Keys in a hash table ---- */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 30;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    hash ^= hash >> 27;
    hash *= UINT64_C(0x94d049bb133111eb);
    return hash ^ hash >> 31;
}

static uint64_t hash_value(const struct mien_column *key, size_t row)
{
    uint64_t hash = 0;
    if (mien_column_is_missing(key, row))
        return 1;
    if (key->is_text) {
        hash = UINT64_C(0xcbf29ce484222325);
        for (const char *c = key->texts[row]; *c; c++)
            hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    } else {
        /* Adding zero turns -0 into 0, which it equals. */
        double value = key->numbers[row] + 0.0;
        memcpy(&hash, &value, sizeof hash);
    }
    return mix(hash);
}

static uint64_t hash_row(const struct mien_column *const *keys, size_t count, size_t row)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++)
        hash = mix(hash + UINT64_C(0x9e3779b97f4a7c15)) ^ hash_value(keys[i], row);
    return mix(hash);
}

static bool equal_rows(const struct mien_column *const *a_keys, size_t a,
                       const struct mien_column *const *b_keys, size_t b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool missing = mien_column_is_missing(a_keys[i], a);
        if (missing != mien_column_is_missing(b_keys[i], b))
            return false;
        if (missing)
            continue;
        if (a_keys[i]->is_text ? strcmp(a_keys[i]->texts[a], b_keys[i]->texts[b]) != 0
                               : a_keys[i]->numbers[a] != b_keys[i]->numbers[b])
            return false;
    }
    return true;
}

static bool any_missing(const struct mien_column *const *keys, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++)
        if (mien_column_is_missing(keys[i], row))
            return true;
    return false;
}

/* Open addressing; a slot holds the first row of its key, MIEN_NO_ROW when it is free. */
struct slots {
    size_t *rows;
    size_t mask;
};

static int slots_open(struct slots *slots, size_t rows)
{
    size_t size = 16;
    while (size < rows * 2)
        size *= 2;
    slots->mask = size - 1;
    slots->rows = mien_array_new(size, sizeof *slots->rows);
    for (size_t i = 0; slots->rows && i < size; i++)
        slots->rows[i] = MIEN_NO_ROW;
    return slots->rows ? 0 : -1;
}

/* The slot of the row's key among the rows of `stored`: taken by an equal row, or free. */
static size_t *find_slot(const struct slots *slots, const struct mien_column *const *stored,
                         const struct mien_column *const *keys, size_t count, size_t row)
{
    size_t at = (size_t)hash_row(keys, count, row) & slots->mask;
    while (slots->rows[at] != MIEN_NO_ROW && !equal_rows(stored, slots->rows[at], keys, row, count))
        at = (at + 1) & slots->mask;
    return &slots->rows[at];
}

int mien_group_rows(const struct mien_column *const *keys, size_t count, size_t rows, size_t *group,
                    size_t *groups)
{
    struct slots slots;
    if (slots_open(&slots, rows) != 0)
        return -1;
    *groups = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t *slot = find_slot(&slots, keys, keys, count, row);
        if (*slot == MIEN_NO_ROW) {
            *slot = row;
            group[row] = (*groups)++;
        } else
            group[row] = group[*slot];
    }
    free(slots.rows);
    return 0;
}

/* ---- Matching ---- */

static int add_match(struct mien_matches *matches, size_t left, size_t right)
{
    size_t count = matches->count;
    if (mien_array_grow(&matches->left, &matches->left_capacity, count + 1, sizeof *matches->left) != 0 ||
        mien_array_grow(&matches->right, &matches->right_capacity, count + 1, sizeof *matches->right) != 0)
        return -1;
    matches->left[count] = left;
    matches->right[count] = right;
    matches->count++;
    return 0;
}

/* Chains the right rows of one key in ascending order by entering them from the last to the first. */
static void chain_right(const struct slots *slots, const struct mien_column *const *right, size_t count,
                        size_t rows, size_t *next)
{
    for (size_t row = rows; row-- > 0;) {
        next[row] = MIEN_NO_ROW;
        if (any_missing(right, count, row))
            continue;
        size_t *slot = find_slot(slots, right, right, count, row);
        next[row] = *slot;
        *slot = row;
    }
}

int mien_match_rows(const struct mien_column *const *left, size_t left_rows,
                    const struct mien_column *const *right, size_t right_rows, size_t count,
                    enum mien_match kind, struct mien_matches *matches)
{
    struct slots slots = {0};
    size_t *next = mien_array_new(right_rows, sizeof *next);
    bool *used = mien_array_new(right_rows, sizeof *used);
    int failed = next && used ? slots_open(&slots, right_rows) : -1;
    if (!failed)
        chain_right(&slots, right, count, right_rows, next);
    for (size_t row = 0; row < left_rows && !failed; row++) {
        size_t partner =
            any_missing(left, count, row) ? MIEN_NO_ROW : *find_slot(&slots, right, left, count, row);
        if (partner == MIEN_NO_ROW && kind != MIEN_MATCH_INNER)
            failed = add_match(matches, row, MIEN_NO_ROW);
        for (; partner != MIEN_NO_ROW && !failed; partner = next[partner]) {
            used[partner] = true;
            failed = add_match(matches, row, partner);
        }
    }
    for (size_t row = 0; row < right_rows && kind == MIEN_MATCH_OUTER && !failed; row++)
        if (!used[row])
            failed = add_match(matches, MIEN_NO_ROW, row);
    free(slots.rows);
    free(next);
    free(used);
    return failed;
}

void mien_matches_clear(struct mien_matches *matches)
{
    free(matches->left);
    free(matches->right);
    *matches = (struct mien_matches){0};
}
