/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mann and Whitney's test of two samples and Wilcoxon's test of one sample or of pairs: R's wilcox.test.
 *
 * Exact p where no values are tied (and, in Wilcoxon's test, none is zero) and each sample has fewer than 50
 * values, else the normal approximation with the variance corrected for ties and, unless correct is false,
 * half a unit towards the mean. The interval of the shift inverts the same test. Two differences from R,
 * where the interval is not exact: R's root search stops within 1e-4 of the bound, this one finds the bound
 * itself; and diff is the median of all pairwise differences (Walsh averages) in every case (Hodges and
 * Lehmann 1963), not the end of such a search.
 */
#ifndef MIEN_STATS_RANK_TEST_H
#define MIEN_STATS_RANK_TEST_H

#include "stats/stats.h"

enum mien_exact { MIEN_EXACT_BY_SIZE, MIEN_EXACT_NO, MIEN_EXACT_YES };

struct mien_rank_options {
    double mu;   /* The shift, or the centre, under the null hypothesis. */
    double conf; /* 0 < conf < 1. */
    enum mien_alternative alternative;
    enum mien_exact exact;
    bool correct;
};

struct mien_rank_test {
    double statistic; /* R's W (U of x: pairs with x > y, ties half) or V (sum of the ranks of positive
                         values). */
    double p;
    double diff;             /* Shift of x against y; centre of x or of x - y. */
    struct mien_interval ci; /* Of diff. */
    double conf;             /* Level of ci: less than asked for where the samples are too small. */
    double median[2];        /* Of x and y over the values used. */
    size_t n[2];             /* Values used; in Wilcoxon's test before zeroes are left out. */
    size_t zeroes, dropped;
    double effect; /* Rank-biserial correlation, -1..1 (Kerby 2014); positive where x is larger. */
    bool exact;
    enum mien_stats_why why;
};

enum mien_status mien_mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count,
                                   const struct mien_rank_options *options, struct mien_rank_test *out);
/* y is NULL for one sample, else the pairs (x, y) are tested; a pair with a missing value is left out. */
enum mien_status mien_wilcoxon(const double *x, const double *y, size_t count,
                               const struct mien_rank_options *options, struct mien_rank_test *out);

#endif
