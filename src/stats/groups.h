/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What table 1 of a paper needs: tests of one variable over any number of groups, of counts, and how far two
 * groups lie apart. Numbers of a variable stand in one array with the group of each row (0, 1, ...) beside
 * it; rows with a missing number or a negative group do not count.
 */
#ifndef MIEN_STATS_GROUPS_H
#define MIEN_STATS_GROUPS_H

#include "stats/stats.h"

struct mien_groups_test {
    double statistic, df, df2, p; /* df2: of the denominator of F, else NaN. All NaN where not defined. */
};

/* Welch's analysis of variance without equal variances (R: oneway.test). Needs two values in every group. */
struct mien_groups_test mien_welch_anova(const double *x, const int *group, size_t count, int groups);
/* Kruskal and Wallis, by chi-squared (R: kruskal.test). MIEN_ERR_MEMORY only. */
enum mien_status mien_kruskal(const double *x, const int *group, size_t count, int groups,
                              struct mien_groups_test *out);

/* Counts: rows (levels) by columns (groups), row by row; rows and columns without any count are left out. */
/* Pearson's chi-squared, with Yates's correction in tables of 2 by 2 (R: chisq.test); *least takes the
 * smallest expected count. */
struct mien_groups_test mien_chi_squared(const double *counts, size_t rows, size_t columns, double *least);
/* Fisher's exact test of {a, b, c, d}, two-sided: the sum of all tables that are no likelier (R:
 * fisher.test). */
double mien_fisher_2x2(const double counts[4]);

/* Standardised mean difference of two groups' shares of the levels: counts are levels by 2. The distance of
 * Yang and Dalton 2012; with two levels |p1 - p2| / sqrt((p1 q1 + p2 q2) / 2). NaN where a group is empty or
 * its shares do not vary. */
enum mien_status mien_share_difference(const double *counts, size_t levels, double *out);

#endif
