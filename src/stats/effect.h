/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Standardised effect sizes with intervals.
 *
 * Cohen's d divides a difference by a standard deviation s with df degrees of freedom: the pooled SD of two
 * samples (df = n1 + n2 - 2), or the SD of one sample or of the differences of pairs (df = n - 1). Hedges' g
 * is d times the exact correction Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)) (Hedges 1981), undefined for df
 * = 1. The interval inverts the noncentral t distribution (Steiger and Fouladi 1997); that of g is that of d
 * times the same correction. Both intervals are two-sided whatever the alternative of the test.
 */
#ifndef MIEN_STATS_EFFECT_H
#define MIEN_STATS_EFFECT_H

#include "stats/stats.h"

struct mien_effect {
    double d, g;
    struct mien_interval d_ci, g_ci;
};

/* root is sqrt(1/n1 + 1/n2) of two samples, sqrt(1/n) of one: the standard error of the difference in units
 * of sd. All NaN where sd is 0 or NaN, or df < 1. */
struct mien_effect mien_effect(double difference, double sd, double df, double root, double conf);
/* The correction alone; NaN for df <= 1. */
double mien_hedges_correction(double df);

#endif
