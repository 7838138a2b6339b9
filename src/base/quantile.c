/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void mien_sort_numbers(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof *values, compare_numbers);
}

double mien_quantile_sorted(const double *values, size_t count, double probability)
{
    if (count == 0)
        return NAN;
    double position = probability * (double)(count - 1);
    size_t below = (size_t)floor(position);
    if (below + 1 >= count)
        return values[count - 1];
    double part = position - (double)below;
    /* Equal neighbours are returned as they are, so that a constant series has exactly its value as quantile.
     */
    if (part == 0 || values[below] == values[below + 1])
        return values[below];
    return (1 - part) * values[below] + part * values[below + 1];
}
