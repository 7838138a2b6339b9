/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arithmetic of number columns, element by element, and the simple statistics of one column. Missing (NaN)
 * makes an element of a result missing; statistics drop it. What is undefined, such as the mean of nothing,
 * is NaN.
 */
#ifndef MIEN_TABLE_COLUMN_MATH_H
#define MIEN_TABLE_COLUMN_MATH_H

#include <stddef.h>

enum mien_operation {
    MIEN_ADD,
    MIEN_SUBTRACT,
    MIEN_MULTIPLY,
    MIEN_DIVIDE,
    MIEN_POWER,
    MIEN_MODULO,   /* As in Lua: the result has the sign of the divisor. */
    MIEN_QUOTIENT, /* Rounded down. */
    /* Comparisons give 1 or 0, NaN where a side is missing. */
    MIEN_LESS,
    MIEN_LESS_EQUAL,
    MIEN_EQUAL,
    MIEN_DIFFERENT
};

/* out[i] = a[i] operation b[i]; with a step of 0 the first element of a side serves for all. out may be a or
 * b. */
void mien_column_operate(enum mien_operation operation, const double *a, size_t a_step, const double *b,
                         size_t b_step, size_t count, double *out);

struct mien_column_statistics {
    size_t count, missing; /* Values that are there, and that are not. */
    double sum, mean, sd;  /* sd divides by count - 1. */
    double min, max;
};

void mien_column_describe(const double *values, size_t count, struct mien_column_statistics *statistics);
/* Quantile as R's type 7, p from 0 to 1. Writes NaN for no values; -1 without memory. */
int mien_column_quantile(const double *values, size_t count, double p, double *quantile);

#endif
