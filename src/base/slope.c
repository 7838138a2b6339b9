/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/slope.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

/* Sums over the groups of tied values that Kendall's variance needs. */
struct ties {
    double twos, threes, fives; /* t(t-1), t(t-1)(t-2), t(t-1)(2t+5). */
};

static struct ties ties_of(const double *sorted, size_t count)
{
    struct ties ties = {0, 0, 0};
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && sorted[end] == sorted[i])
            end++;
        double t = (double)(end - i);
        ties.twos += t * (t - 1);
        ties.threes += t * (t - 1) * (t - 2);
        ties.fives += t * (t - 1) * (2 * t + 5);
        i = end;
    }
    return ties;
}

/* x and y are sorted in place. */
static double kendall_variance(double *x, double *y, size_t count)
{
    mien_sort_numbers(x, count);
    mien_sort_numbers(y, count);
    struct ties a = ties_of(x, count), b = ties_of(y, count);
    double n = (double)count;
    double variance = (n * (n - 1) * (2 * n + 5) - a.fives - b.fives) / 18;
    if (count > 2)
        variance += a.threes * b.threes / (9 * n * (n - 1) * (n - 2));
    return variance + a.twos * b.twos / (2 * n * (n - 1));
}

static size_t fill_slopes(const double *x, const double *y, size_t count, double *slopes)
{
    size_t pairs = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (x[k] != x[i])
                slopes[pairs++] = (y[k] - y[i]) / (x[k] - x[i]);
    return pairs;
}

/* values has at least 3 * n + n (n - 1) / 2 items, the first 2 n of them x and y. */
static void fit(double *values, size_t n, double z, struct mien_slope *out)
{
    double *x = values, *y = values + n, *rest = values + 2 * n, *slopes = values + 3 * n;
    size_t pairs = fill_slopes(x, y, n, slopes);
    out->pairs = pairs;
    if (pairs == 0)
        return;
    mien_sort_numbers(slopes, pairs);
    out->slope = mien_quantile_sorted(slopes, pairs, 0.5);
    for (size_t i = 0; i < n; i++)
        rest[i] = y[i] - out->slope * x[i];
    mien_sort_numbers(rest, n);
    out->intercept = mien_quantile_sorted(rest, n, 0.5);
    double rank = floor(((double)pairs - z * sqrt(kendall_variance(x, y, n))) / 2);
    out->low = rank >= 1 ? slopes[(size_t)rank - 1] : -INFINITY;
    out->high = rank >= 1 ? slopes[pairs - (size_t)rank] : INFINITY;
}

int mien_theil_sen(const double *x, const double *y, size_t count, double z, struct mien_slope *out)
{
    *out = (struct mien_slope){NAN, NAN, NAN, NAN, 0, 0};
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += !isnan(x[i]) && !isnan(y[i]);
    out->n = n;
    if (n < 2)
        return 0;
    if (n > MIEN_SLOPE_MOST)
        return -1;
    double *values = mien_array_new(3 * n + n * (n - 1) / 2, sizeof *values);
    if (!values)
        return -1;
    for (size_t i = 0, k = 0; i < count; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            values[k] = x[i];
            values[n + k++] = y[i];
        }
    fit(values, n, z, out);
    free(values);
    return 0;
}
