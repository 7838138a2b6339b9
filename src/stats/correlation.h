/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pearson's and Spearman's correlation with the tests of R's cor.test. Pairs with a missing value are
 * dropped.
 *
 * Pearson: t with n - 2 degrees of freedom, interval by Fisher's z (n > 3). Spearman: without ties and up to
 * n = 1290 the exact distribution of S = sum of squared rank differences for n <= 9 and its Edgeworth series
 * above (Best and Roberts 1975, AS 89), as in R; otherwise t with n - 2 degrees of freedom; no interval, as
 * in R. r is NaN where one side is constant.
 */
#ifndef MIEN_STATS_CORRELATION_H
#define MIEN_STATS_CORRELATION_H

#include "stats/rank_test.h"
#include "stats/stats.h"

struct mien_correlation_options {
    bool spearman;
    double conf; /* Pearson only. */
    enum mien_alternative alternative;
    enum mien_exact exact; /* Spearman only; MIEN_EXACT_BY_SIZE asks for exact, as R does. */
};

struct mien_correlation {
    double r, p;
    struct mien_interval ci;
    double t, df; /* Pearson. */
    double s;     /* Spearman: R's S, (n^3 - n)(1 - r)/6, which without ties is the sum of squared rank
                     differences. */
    size_t n, dropped;
    bool exact;
    enum mien_stats_why why;
};

enum mien_status mien_correlation(const double *x, const double *y, size_t count,
                                  const struct mien_correlation_options *options,
                                  struct mien_correlation *out);

/* The tails of S without ties: P(S <= s) and P(S >= s), for 2 <= n <= 9. */
struct mien_tails {
    double below, above;
};
enum mien_status mien_spearman_exact(double s, size_t n, struct mien_tails *tails);
/* The Edgeworth series of the same for larger n. */
struct mien_tails mien_spearman_edgeworth(double s, double n);

#endif
