/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The t-tests of R's t.test: one sample, pairs, two samples by Welch (1947) or Student.
 *
 * Where R stops because "data are essentially constant" (standard error below 10 machine epsilons of the
 * largest mean), t, p and the interval are NaN and why is MIEN_STATS_CONSTANT.
 */
#ifndef MIEN_STATS_TTEST_H
#define MIEN_STATS_TTEST_H

#include "stats/effect.h"
#include "stats/stats.h"

struct mien_ttest_options {
    double mu;   /* The mean, or difference of means, under the null hypothesis. */
    double conf; /* 0 < conf < 1. */
    enum mien_alternative alternative;
    bool equal_var; /* Two samples only: Student's test instead of Welch's. */
};

struct mien_ttest {
    double t, df, p;
    double diff;             /* Mean of one sample; of the differences x - y; difference of means x - y. */
    struct mien_interval ci; /* Of diff. */
    double mean[2], sd[2];   /* Of x and y over the values used. */
    size_t n[2];
    double sd_diff; /* Of the differences of pairs, else NaN. */
    size_t dropped; /* Missing values; of pairs, the pairs left out. */
    /* Divides diff, in one sample diff - mu, by: SD of the sample; SD of the differences; pooled SD (also
     * under Welch). */
    struct mien_effect effect;
    enum mien_stats_why why;
};

struct mien_ttest mien_ttest_one(const double *x, size_t count, const struct mien_ttest_options *options);
struct mien_ttest mien_ttest_paired(const double *x, const double *y, size_t count,
                                    const struct mien_ttest_options *options);
struct mien_ttest mien_ttest_two(const double *x, size_t x_count, const double *y, size_t y_count,
                                 const struct mien_ttest_options *options);

#endif
