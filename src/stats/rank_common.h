/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two rank tests share; only mann_whitney.c and wilcoxon.c use it.
 */
#ifndef MIEN_STATS_RANK_COMMON_H
#define MIEN_STATS_RANK_COMMON_H

#include "stats/rank_distribution.h"
#include "stats/rank_test.h"

/* A result with everything NaN. */
struct mien_rank_test mien_rank_nothing(double conf);

/* The continuity correction of a statistic `centred` on its mean, and the standardised value after it. */
double mien_rank_z(double centred, double sd, bool correct, enum mien_alternative alternative);

/* p by the normal approximation. */
double mien_rank_normal_p(double z, enum mien_alternative alternative);

/* Chooses the exact test or not and sets why where the choice differs from what was asked for. */
bool mien_rank_use_exact(struct mien_rank_test *test, const struct mien_rank_options *options, bool small,
                         bool possible, bool too_many);

/* Where the exact interval begins and ends among the pairs in rising order, as R does it: the low end is the
 * pair at `low`, the high end that at `high`, 0 where the end is infinite. Sets conf and why where the level
 * is out of reach. */
struct mien_rank_places {
    double low, high;
};
struct mien_rank_places mien_rank_exact_places(const struct mien_rank_distribution *table, double pairs,
                                               const struct mien_rank_options *options,
                                               struct mien_rank_test *test);

#endif
