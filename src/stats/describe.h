/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a sample is like. NaN is dropped and counted.
 */
#ifndef MIEN_STATS_DESCRIBE_H
#define MIEN_STATS_DESCRIBE_H

#include "base/quantile.h"
#include "stats/stats.h"

struct mien_moments {
    size_t n, dropped;
    double mean; /* NaN for n = 0. */
    double sd;   /* Divides by n - 1; NaN for n < 2. */
};

/* Two passes with compensated sums; values are scaled where their squares would overflow or vanish. */
struct mien_moments mien_moments(const double *x, size_t count);
/* Of x alone, over the pairs in which neither is missing. */
struct mien_moments mien_moments_paired(const double *x, const double *y, size_t count);
/* Of x - y over the same pairs. */
struct mien_moments mien_moments_difference(const double *x, const double *y, size_t count);

struct mien_description {
    size_t n, dropped;
    double mean, sd, se;     /* As above; se is sd / sqrt(n). */
    struct mien_interval ci; /* Of the mean, by Student's t. */
    double min, q1, median, q3, max;
};

/* Quartiles by R's type 7. */
enum mien_status mien_describe(const double *x, size_t count, double conf, struct mien_description *out);

/* Copies the values that are not NaN, in rising order; NULL without memory. Free with free(). */
double *mien_sorted_copy(const double *x, size_t count, size_t *kept);

#endif
