/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/adjust.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct item {
    double p;
    size_t index;
};

static int by_p(const void *a, const void *b)
{
    double x = ((const struct item *)a)->p, y = ((const struct item *)b)->p;
    return (x > y) - (x < y);
}

enum mien_status mien_adjust(const double *p, size_t count, enum mien_adjustment method, double *adjusted)
{
    struct item *items = mien_array_new(count, sizeof *items);
    if (!items)
        return MIEN_ERR_MEMORY;
    size_t tests = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(p[i]))
            items[tests++] = (struct item){p[i], i};
        else
            adjusted[i] = NAN;
    }
    qsort(items, tests, sizeof *items, by_p);
    double n = (double)tests, running = method == MIEN_ADJUST_BH ? 1 : 0;
    for (size_t step = 0; step < tests; step++) {
        /* Holm walks up from the smallest p and never falls; Benjamini and Hochberg walk down and never rise.
         */
        size_t rank = method == MIEN_ADJUST_BH ? tests - 1 - step : step;
        double value = items[rank].p;
        if (method == MIEN_ADJUST_HOLM)
            value = running = fmax(running, (n - (double)rank) * value);
        else if (method == MIEN_ADJUST_BH)
            value = running = fmin(running, n / (double)(rank + 1) * value);
        else if (method == MIEN_ADJUST_BONFERRONI)
            value *= n;
        adjusted[items[rank].index] = fmin(1, value);
    }
    free(items);
    return MIEN_OK;
}
