/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ROC curves: how well a score tells positive from negative participants.
 *
 * Where `higher`, a score at or above the threshold is called positive, else one at or below it. Thresholds
 * are the midpoints between neighbouring scores, and the infinite ones at both ends, as in pROC. Rows with a
 * missing score or label are dropped.
 */
#ifndef MIEN_STATS_ROC_H
#define MIEN_STATS_ROC_H

#include "stats/stats.h"

#include <stdint.h>

/* Labels. */
enum { MIEN_ROC_NEGATIVE = 0, MIEN_ROC_POSITIVE = 1, MIEN_ROC_MISSING = -1 };

struct mien_roc {
    size_t positives, negatives, dropped;
    double auc; /* P(positive scores better) + half P(equal); NaN where one group is empty. */
    bool higher;
    /* The curve, from everything called positive to nothing: one point more than there are different scores.
     */
    size_t points;
    double *score; /* The different scores: score[i] lies between point i and point i + 1. */
    double *threshold;
    size_t *true_positives, *false_positives;
};

enum mien_status mien_roc_make(const double *score, const signed char *label, size_t count, bool higher,
                               struct mien_roc *out);
void mien_roc_clear(struct mien_roc *roc);

/* The point with the largest sensitivity + specificity; of equal ones that with the higher specificity. */
size_t mien_roc_youden(const struct mien_roc *roc);
/* The point that a threshold amounts to. */
size_t mien_roc_at_threshold(const struct mien_roc *roc, double threshold);
/* The point with the highest specificity among those with at least this sensitivity, and the reverse. */
size_t mien_roc_at_sensitivity(const struct mien_roc *roc, double sensitivity);
size_t mien_roc_at_specificity(const struct mien_roc *roc, double specificity);

enum mien_roc_method {
    MIEN_ROC_DELONG, /* DeLong, DeLong and Clarke-Pearson 1988, by placements in O(n log n); clipped to 0..1.
                      */
    MIEN_ROC_LOGIT,  /* DeLong's variance on the logit scale (Pepe 2003); NaN for AUC 0 or 1. */
    MIEN_ROC_HANLEY, /* Hanley and McNeil 1982; clipped to 0..1. */
    MIEN_ROC_BOOTSTRAP /* Stratified percentile bootstrap, quantiles of type 7. */
};

struct mien_roc_interval_options {
    enum mien_roc_method method;
    double conf;
    uint64_t seed; /* Bootstrap only, as is replicates. */
    size_t replicates;
};

/* se of the AUC (bootstrap: SD of the replicates) and its two-sided interval; DeLong's needs two in each
 * group. The bootstrap can be stopped (MIEN_ERR_CANCELLED). */
enum mien_status mien_roc_interval(const struct mien_roc *roc,
                                   const struct mien_roc_interval_options *options, double *se,
                                   struct mien_interval *ci);
/* The sensitivity of the curve, joined by straight lines, at `places` specificities (0..1), with the
 * stratified percentile bootstrap of the curve at each of them (quantiles of type 7; pROC: ci.se). Pointwise:
 * all of the curve lies in the band less often than conf. NaN where a group is empty. Can be stopped
 * (MIEN_ERR_CANCELLED). */
enum mien_status mien_roc_band(const struct mien_roc *roc, const double *specificity, size_t places,
                               double conf, size_t replicates, uint64_t seed, double *sensitivity,
                               double *low, double *high);
/* DeLong's variance of the AUC. */
double mien_roc_variance(const struct mien_roc *roc);

struct mien_roc_test {
    double statistic; /* z of pairs, t of unpaired curves. */
    double df;        /* Unpaired; NaN for pairs. */
    double p, diff;   /* AUC of a minus AUC of b. */
    struct mien_interval ci;
    double auc[2];
    size_t n[2];    /* Positive and negative rows used (of pairs), or rows of a and of b. */
    size_t dropped; /* Rows left out of a paired test. */
    enum mien_stats_why why;
};

/* DeLong's test of two scores of the same rows; rows without both scores are left out. Where the curves do
 * not differ and the variance is 0, the statistic is 0 as in pROC. */
enum mien_status mien_roc_test_paired(const double *a, bool a_higher, const double *b, bool b_higher,
                                      const signed char *label, size_t count, double conf,
                                      enum mien_alternative alternative, struct mien_roc_test *out);
/* Of two independent curves, with pROC's degrees of freedom. */
struct mien_roc_test mien_roc_test_unpaired(const struct mien_roc *a, const struct mien_roc *b, double conf,
                                            enum mien_alternative alternative);

#endif
