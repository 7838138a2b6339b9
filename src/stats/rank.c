/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/rank.h"

#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct item {
    double value;
    size_t index;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct item *)a)->value, y = ((const struct item *)b)->value;
    return (x > y) - (x < y);
}

enum mien_status mien_ranks(const double *x, size_t count, double *ranks, double *tie_sum)
{
    struct item *items = mien_array_new(count, sizeof *items);
    if (!items)
        return MIEN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct item){x[i], i};
    qsort(items, count, sizeof *items, by_value);
    double ties = 0;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && items[next].value == items[first].value; next++)
            ;
        double t = (double)(next - first);
        ties += t * t * t - t;
        for (size_t i = first; i < next; i++)
            ranks[items[i].index] = ((double)first + 1 + (double)next) / 2;
    }
    free(items);
    if (tie_sum)
        *tie_sum = ties;
    return MIEN_OK;
}

double mien_tie_sum_sorted(const double *sorted, size_t count)
{
    double ties = 0;
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && sorted[next] == sorted[first]; next++)
            ;
        double t = (double)(next - first);
        ties += t * t * t - t;
    }
    return ties;
}

/* ---- The k-th smallest of all pairs ---- */

/* Whole numbers in the order of the doubles: halving their distance 64 times finds any double exactly. */
static uint64_t key_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

struct pairs {
    const double *x, *y;
    size_t x_count, y_count;
    bool walsh;
};

static double pair_value(const struct pairs *pairs, size_t i, size_t j)
{
    return pairs->walsh ? pairs->x[i] / 2 + pairs->y[j] / 2 : pairs->x[i] - pairs->y[j];
}

/* How many pairs are at most limit. The value of a pair rises with i and, walking y in the right direction,
 * with the step, so one walk along the staircase counts them all. */
static double count_to(const struct pairs *pairs, double limit)
{
    double total = 0, diagonal = 0;
    size_t inside = pairs->y_count;
    for (size_t i = 0; i < pairs->x_count; i++) {
        while (inside > 0 &&
               pair_value(pairs, i, pairs->walsh ? inside - 1 : pairs->y_count - inside) > limit)
            inside--;
        total += (double)inside;
        if (pairs->walsh && pair_value(pairs, i, i) <= limit)
            diagonal++;
    }
    /* Walsh averages take each pair once, and the diagonal too. */
    return pairs->walsh ? (total + diagonal) / 2 : total;
}

static double pair_at(const struct pairs *pairs, double place)
{
    size_t last_x = pairs->x_count - 1, last_y = pairs->y_count - 1;
    double low = pair_value(pairs, 0, pairs->walsh ? 0 : last_y);
    double high = pair_value(pairs, last_x, pairs->walsh ? last_y : 0);
    if (!isfinite(low) || !isfinite(high))
        return NAN;
    /* Adding 0 turns -0 into 0, so that keys and values agree on the order. */
    uint64_t below = key_of(low + 0.0), above = key_of(high + 0.0);
    while (below < above) {
        uint64_t middle = below + (above - below) / 2;
        if (count_to(pairs, value_of(middle)) >= place)
            above = middle;
        else
            below = middle + 1;
    }
    return value_of(below) + 0.0;
}

double mien_difference_at(const double *x, size_t x_count, const double *y, size_t y_count, double place)
{
    if (x_count == 0 || y_count == 0 || !(place >= 1 && place <= (double)x_count * (double)y_count))
        return NAN;
    return pair_at(&(struct pairs){x, y, x_count, y_count, false}, place);
}

double mien_walsh_at(const double *x, size_t count, double place)
{
    if (count == 0 || !(place >= 1 && place <= (double)count * (double)(count + 1) / 2))
        return NAN;
    return pair_at(&(struct pairs){x, x, count, count, true}, place);
}
