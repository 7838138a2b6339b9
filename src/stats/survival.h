/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Times until an event, some of which were only watched until they were censored: Kaplan-Meier curves and the
 * log-rank test, as R's package survival computes them (survfit with conf.type = "log", survdiff).
 *
 * A row has a time, an event (1 it happened then, 0 it had not yet) and a group; rows with a missing time, a
 * negative event or a negative group are left out. A row censored at the time of an event was still at risk.
 */
#ifndef MIEN_STATS_SURVIVAL_H
#define MIEN_STATS_SURVIVAL_H

#include "stats/stats.h"

struct mien_survival_rows {
    const double *time;
    const signed char *event; /* 1, 0, or negative where missing. */
    const int *group;         /* From 0; NULL: all rows are of group 0. */
    const int *stratum;       /* From 0; NULL: all rows are of one stratum. */
    size_t count;
};

struct mien_survival_point {
    double time;
    size_t at_risk, events, censored; /* At risk just before, and what happened then. */
    double survival;
    double se;               /* Of the survival, by Greenwood's formula. */
    struct mien_interval ci; /* On the logarithm of the survival, cut at 1; NaN where the survival is 0. */
};

struct mien_survival_curve {
    struct mien_survival_point *points; /* One for each different time, rising. */
    size_t count;
    size_t n, events;
    double median; /* First time with a survival of at most 0.5; where it is 0.5 over a while, the middle of
                      that while; NaN where it stays above. */
    struct mien_interval median_ci; /* The same of the bounds of ci; NaN where a bound stays above. */
    double mean, mean_se;           /* Restricted to `until`: the area under the curve up to then. */
    double until;
};

/* The curve of one group. until is where the mean is restricted; the curve stays level after its last time.
 * Free with mien_survival_clear. An empty group has no points and NaN for the rest. */
enum mien_status mien_survival(const struct mien_survival_rows *rows, int group, double conf, double until,
                               struct mien_survival_curve *out);
void mien_survival_clear(struct mien_survival_curve *curve);

struct mien_logrank {
    double statistic, df,
        p; /* Chi-squared with one degree less than there are groups with expected events. */
    enum mien_stats_why why;
};

/* observed and expected have room for `groups` numbers; with strata they are sums over these. NaN without
 * events, with less than two groups that expect any, and where the variance is singular. */
enum mien_status mien_logrank(const struct mien_survival_rows *rows, int groups, double *observed,
                              double *expected, struct mien_logrank *out);

#endif
