/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exact null distributions of the rank tests, without ties, as tables of probabilities. They are built by
 * adding positive numbers only, so that the far tails keep their relative accuracy.
 */
#ifndef MIEN_STATS_RANK_DISTRIBUTION_H
#define MIEN_STATS_RANK_DISTRIBUTION_H

#include "stats/stats.h"

/* probability[k] = P(statistic = k), k = 0..last; the distribution is symmetric. Free with free(). */
struct mien_rank_distribution {
    double *probability;
    size_t last;
};

/* Largest x_count * y_count, and largest count, for which a table is built. */
enum { MIEN_EXACT_MANN_WHITNEY = 40000, MIEN_EXACT_WILCOXON = 1000 };

/* Of Mann and Whitney's U, by the recursion over the largest value (Mann and Whitney 1947). */
enum mien_status mien_mann_whitney_distribution(size_t x_count, size_t y_count,
                                                struct mien_rank_distribution *out);
/* Of Wilcoxon's signed rank sum V: each rank counts or not with probability 1/2. */
enum mien_status mien_wilcoxon_distribution(size_t count, struct mien_rank_distribution *out);

/* P(statistic <= k). */
double mien_rank_below(const struct mien_rank_distribution *table, double k);
/* The smallest k with P(statistic <= k) >= p, with R's allowance of 10 machine epsilons. */
double mien_rank_quantile(const struct mien_rank_distribution *table, double p);
/* One- or two-sided p of the statistic k. */
double mien_rank_p(const struct mien_rank_distribution *table, double k, enum mien_alternative alternative);

#endif
