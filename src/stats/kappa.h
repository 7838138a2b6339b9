/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cohen's kappa: agreement of two raters, or of predicted and true levels, beyond chance.
 *
 * Cohen 1960 and 1968; standard errors of Fleiss, Cohen and Everitt 1969. Linear weights are 1 - |i - j| / (k
 * - 1), quadratic ones 1 - (i - j)^2 / (k - 1)^2.
 */
#ifndef MIEN_STATS_KAPPA_H
#define MIEN_STATS_KAPPA_H

#include "stats/stats.h"

enum mien_kappa_weights { MIEN_KAPPA_NONE, MIEN_KAPPA_LINEAR, MIEN_KAPPA_QUADRATIC };

struct mien_kappa {
    double kappa;              /* NaN without pairs, or where chance alone agrees fully (all in one level). */
    double se;                 /* For the interval. */
    double se_null, z, p;      /* Of the test that kappa is 0, two-sided. */
    struct mien_interval ci;   /* kappa -+ z se, not cut at 1. */
    double observed, expected; /* Weighted agreement seen, and expected by chance. */
    double n;
    enum mien_stats_why why;
};

/* counts: levels by levels, row by row; [i * levels + j] pairs have level i by the first, j by the second. */
struct mien_kappa mien_kappa(const double *counts, size_t levels, enum mien_kappa_weights weights,
                             double conf);

#endif
