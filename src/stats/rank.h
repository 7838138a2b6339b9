/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranks, and what the rank tests need of them. Ties share the mean of their ranks.
 */
#ifndef MIEN_STATS_RANK_H
#define MIEN_STATS_RANK_H

#include "stats/stats.h"

/* Ranks 1..count of values that are not NaN; tie_sum (NULL allowed) takes the sum of t^3 - t over groups of t
 * equal values, 0 without ties. */
enum mien_status mien_ranks(const double *x, size_t count, double *ranks, double *tie_sum);
/* The same sum for values in rising order. */
double mien_tie_sum_sorted(const double *sorted, size_t count);

/* The place-th smallest (1..x_count * y_count) of the differences x[i] - y[j] of sorted samples, found by
 * bisection over the double numbers themselves, without forming the differences. NaN if a value is infinite
 * or place is outside. */
double mien_difference_at(const double *x, size_t x_count, const double *y, size_t y_count, double place);
/* The place-th smallest (1..n(n+1)/2) of the Walsh averages (x[i] + x[j])/2, i <= j, of a sorted sample. */
double mien_walsh_at(const double *x, size_t count, double place);

#endif
