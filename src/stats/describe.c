/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/describe.h"

#include "base/memory.h"
#include "stats/distribution.h"

#include <math.h>
#include <stdlib.h>

/* A sum that carries its own rounding error (Neumaier 1974). */
struct sum {
    double value, lost;
};

static void add(struct sum *sum, double x)
{
    double total = sum->value + x;
    sum->lost += fabs(sum->value) >= fabs(x) ? (sum->value - total) + x : (x - total) + sum->value;
    sum->value = total;
}

/* With an infinite value the compensation is NaN and the plain sum right. */
static double result(const struct sum *sum)
{
    return isfinite(sum->value) ? sum->value + sum->lost : sum->value;
}

/* What is measured: x, x where y is there too, or x - y. */
struct sample {
    const double *x, *y;
    size_t count;
    bool difference;
};

static double value_at(const struct sample *sample, size_t i)
{
    double x = sample->x[i];
    if (!sample->y)
        return x;
    if (sample->difference)
        return x - sample->y[i];
    return isnan(sample->y[i]) ? NAN : x;
}

/* A power of two that brings the largest value near 1 where squares would overflow or vanish, else 1. */
static double safe_scale(const struct sample *sample)
{
    double largest = 0;
    for (size_t i = 0; i < sample->count; i++)
        largest = fmax(largest, fabs(value_at(sample, i)));
    if (largest == 0 || isinf(largest) || (largest < 1e140 && largest > 1e-140))
        return 1;
    return ldexp(1, -(largest > 1 ? ilogb(largest) : ilogb(largest) + 1));
}

static struct mien_moments moments(const struct sample *sample)
{
    double scale = safe_scale(sample);
    struct mien_moments m = {.mean = NAN, .sd = NAN};
    struct sum sum = {0}, first = {0}, second = {0};
    for (size_t i = 0; i < sample->count; i++) {
        double x = value_at(sample, i) * scale;
        if (isnan(x))
            continue;
        add(&sum, x);
        m.n++;
    }
    m.dropped = sample->count - m.n;
    if (m.n == 0)
        return m;
    double n = (double)m.n, mean = result(&sum) / n;
    for (size_t i = 0; i < sample->count; i++) {
        double x = value_at(sample, i) * scale;
        if (isnan(x))
            continue;
        add(&first, x - mean);
        add(&second, (x - mean) * (x - mean));
    }
    double rest = result(&first) / n;
    m.mean = isfinite(mean) ? (mean + rest) / scale : mean;
    if (m.n > 1)
        m.sd = sqrt(fmax(0, result(&second) - n * rest * rest) / (n - 1)) / scale;
    if (!isfinite(mean))
        m.sd = NAN;
    return m;
}

struct mien_moments mien_moments(const double *x, size_t count)
{
    return moments(&(struct sample){x, NULL, count, false});
}

struct mien_moments mien_moments_paired(const double *x, const double *y, size_t count)
{
    return moments(&(struct sample){x, y, count, false});
}

struct mien_moments mien_moments_difference(const double *x, const double *y, size_t count)
{
    return moments(&(struct sample){x, y, count, true});
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double *mien_sorted_copy(const double *x, size_t count, size_t *kept)
{
    double *copy = mien_array_new(count, sizeof *copy);
    if (!copy)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]))
            copy[n++] = x[i];
    qsort(copy, n, sizeof *copy, by_value);
    *kept = n;
    return copy;
}

enum mien_status mien_describe(const double *x, size_t count, double conf, struct mien_description *out)
{
    size_t n;
    double *sorted = mien_sorted_copy(x, count, &n);
    if (!sorted)
        return MIEN_ERR_MEMORY;
    struct mien_moments m = mien_moments(x, count);
    double se = m.sd / sqrt((double)n);
    double half = n > 1 ? se * mien_t_quantile_upper((1 - conf) / 2, (double)n - 1) : NAN;
    *out = (struct mien_description){.n = n,
                                     .dropped = m.dropped,
                                     .mean = m.mean,
                                     .sd = m.sd,
                                     .se = se,
                                     .ci = {m.mean - half, m.mean + half},
                                     .min = mien_quantile_sorted(sorted, n, 0),
                                     .q1 = mien_quantile_sorted(sorted, n, 0.25),
                                     .median = mien_quantile_sorted(sorted, n, 0.5),
                                     .q3 = mien_quantile_sorted(sorted, n, 0.75),
                                     .max = mien_quantile_sorted(sorted, n, 1)};
    free(sorted);
    return MIEN_OK;
}
