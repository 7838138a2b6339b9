/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/groups.h"

#include "base/memory.h"
#include "stats/describe.h"
#include "stats/rank.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

static struct mien_groups_test nothing(void)
{
    return (struct mien_groups_test){NAN, NAN, NAN, NAN};
}

static bool counts_row(const double *x, const int *group, size_t i)
{
    return group[i] >= 0 && !isnan(x[i]);
}

/* Mean and variance of one group, in two passes. */
static void moments_of(const double *x, const int *group, size_t count, int which, double *n, double *mean,
                       double *variance)
{
    double sum = 0, square = 0, number = 0;
    for (size_t i = 0; i < count; i++)
        if (group[i] == which && !isnan(x[i])) {
            sum += x[i];
            number++;
        }
    double centre = sum / number;
    for (size_t i = 0; i < count; i++)
        if (group[i] == which && !isnan(x[i]))
            square += (x[i] - centre) * (x[i] - centre);
    *n = number;
    *mean = centre;
    *variance = square / (number - 1);
}

struct mien_groups_test mien_welch_anova(const double *x, const int *group, size_t count, int groups)
{
    double weights = 0, weighted = 0, between = 0, spread = 0, k = groups;
    if (groups < 2)
        return nothing();
    for (int g = 0; g < groups; g++) {
        double n, mean, variance;
        moments_of(x, group, count, g, &n, &mean, &variance);
        if (n < 2 || !(variance > 0))
            return nothing();
        weights += n / variance;
        weighted += n / variance * mean;
    }
    for (int g = 0; g < groups; g++) {
        double n, mean, variance;
        moments_of(x, group, count, g, &n, &mean, &variance);
        double w = n / variance, away = mean - weighted / weights, rest = 1 - w / weights;
        between += w * away * away;
        spread += rest * rest / (n - 1) / (k * k - 1);
    }
    struct mien_groups_test test = {between / ((k - 1) * (1 + 2 * (k - 2) * spread)), k - 1, 1 / (3 * spread),
                                    0};
    test.p = gsl_cdf_fdist_Q(test.statistic, test.df, test.df2);
    return test;
}

enum mien_status mien_kruskal(const double *x, const int *group, size_t count, int groups,
                              struct mien_groups_test *out)
{
    *out = nothing();
    double *kept = mien_array_new(count, sizeof *kept), *ranks = mien_array_new(count, sizeof *ranks);
    double *sum = mien_array_new((size_t)groups, sizeof *sum),
           *size = mien_array_new((size_t)groups, sizeof *size);
    enum mien_status status = MIEN_ERR_MEMORY;
    double ties = 0, h = 0;
    size_t n = 0, at = 0;
    if (!kept || !ranks || !sum || !size)
        goto done;
    for (size_t i = 0; i < count; i++)
        if (counts_row(x, group, i))
            kept[n++] = x[i];
    status = mien_ranks(kept, n, ranks, &ties);
    if (status != MIEN_OK)
        goto done;
    for (size_t i = 0; i < count; i++)
        if (counts_row(x, group, i)) {
            sum[group[i]] += ranks[at++];
            size[group[i]]++;
        }
    double total = (double)n, cubes = total * total * total - total;
    int filled = 0;
    for (int g = 0; g < groups; g++)
        if (size[g] > 0) {
            h += sum[g] * sum[g] / size[g];
            filled++;
        }
    if (filled < 2 || cubes <= ties)
        goto done;
    out->statistic = (12 * h / (total * (total + 1)) - 3 * (total + 1)) / (1 - ties / cubes);
    out->df = filled - 1;
    out->p = gsl_cdf_chisq_Q(out->statistic, out->df);
done:
    free(kept);
    free(ranks);
    free(sum);
    free(size);
    return status;
}

static double line_sum(const double *counts, size_t rows, size_t columns, size_t i, bool row)
{
    double sum = 0;
    for (size_t j = 0; j < (row ? columns : rows); j++)
        sum += row ? counts[i * columns + j] : counts[j * columns + i];
    return sum;
}

static size_t filled_lines(const double *counts, size_t rows, size_t columns, bool row)
{
    size_t filled = 0;
    for (size_t i = 0; i < (row ? rows : columns); i++)
        filled += line_sum(counts, rows, columns, i, row) > 0;
    return filled;
}

/* Pearson's sum, and the smallest expected count and smallest distance from it, over cells whose row and
 * column are not empty. */
static double cells_sum(const double *counts, size_t rows, size_t columns, double correction, double *least,
                        double *nearest)
{
    double n = 0, sum = 0;
    *least = *nearest = HUGE_VAL;
    for (size_t i = 0; i < rows * columns; i++)
        n += counts[i];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            double expected =
                line_sum(counts, rows, columns, i, true) * line_sum(counts, rows, columns, j, false) / n;
            if (!(expected > 0))
                continue;
            double away = fabs(counts[i * columns + j] - expected);
            *least = fmin(*least, expected);
            *nearest = fmin(*nearest, away);
            sum += (away - correction) * (away - correction) / expected;
        }
    return sum;
}

struct mien_groups_test mien_chi_squared(const double *counts, size_t rows, size_t columns, double *least)
{
    size_t r = filled_lines(counts, rows, columns, true), c = filled_lines(counts, rows, columns, false);
    double nearest;
    *least = NAN;
    if (r < 2 || c < 2)
        return nothing();
    struct mien_groups_test test = {0, (double)((r - 1) * (c - 1)), NAN, 0};
    test.statistic = cells_sum(counts, rows, columns, 0, least, &nearest);
    if (r == 2 && c == 2)
        test.statistic = cells_sum(counts, rows, columns, fmin(0.5, nearest), least, &nearest);
    test.p = gsl_cdf_chisq_Q(test.statistic, test.df);
    return test;
}

static double log_choose(double n, double k)
{
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

double mien_fisher_2x2(const double counts[4])
{
    double row = counts[0] + counts[1], other = counts[2] + counts[3], column = counts[0] + counts[2];
    if (row == 0 || other == 0 || column == 0 || column == row + other)
        return NAN;
    double low = fmax(0, column - other), high = fmin(row, column), whole = log_choose(row + other, column),
           p = 0;
    double here = exp(log_choose(row, counts[0]) + log_choose(other, counts[2]) - whole);
    for (double a = low; a <= high; a++) {
        double chance = exp(log_choose(row, a) + log_choose(other, column - a) - whole);
        /* R's allowance for rounding in tables that are just as likely. */
        if (chance <= here * (1 + 1e-7))
            p += chance;
    }
    return fmin(1, p);
}

/* d' S^-1 d over all levels but the first, S the mean of both groups' multinomial covariances. */
static double distance(const double *counts, size_t levels, const double n[2], gsl_matrix *s, gsl_vector *d,
                       gsl_vector *solved)
{
    for (size_t i = 1; i < levels; i++) {
        double p[2] = {counts[2 * i] / n[0], counts[2 * i + 1] / n[1]};
        gsl_vector_set(d, i - 1, p[0] - p[1]);
        for (size_t j = 1; j < levels; j++) {
            double q[2] = {counts[2 * j] / n[0], counts[2 * j + 1] / n[1]};
            double both = i == j ? p[0] * (1 - p[0]) + p[1] * (1 - p[1]) : -p[0] * q[0] - p[1] * q[1];
            gsl_matrix_set(s, i - 1, j - 1, both / 2);
        }
    }
    /* A level that has everybody of both groups leaves nothing to divide by. */
    for (size_t i = 0; i + 1 < levels; i++)
        if (!(gsl_matrix_get(s, i, i) > 0))
            return NAN;
    if (gsl_linalg_cholesky_decomp1(s) != 0 || gsl_linalg_cholesky_solve(s, d, solved) != 0)
        return NAN;
    double sum = 0;
    for (size_t i = 0; i + 1 < levels; i++)
        sum += gsl_vector_get(d, i) * gsl_vector_get(solved, i);
    return sqrt(sum);
}

enum mien_status mien_share_difference(const double *counts, size_t levels, double *out)
{
    double n[2] = {0, 0};
    *out = NAN;
    for (size_t i = 0; i < levels; i++) {
        n[0] += counts[2 * i];
        n[1] += counts[2 * i + 1];
    }
    if (levels < 2 || n[0] == 0 || n[1] == 0)
        return MIEN_OK;
    gsl_matrix *s = gsl_matrix_alloc(levels - 1, levels - 1);
    gsl_vector *d = gsl_vector_alloc(levels - 1), *solved = gsl_vector_alloc(levels - 1);
    if (s && d && solved)
        *out = distance(counts, levels, n, s, d, solved);
    enum mien_status status = s && d && solved ? MIEN_OK : MIEN_ERR_MEMORY;
    if (s)
        gsl_matrix_free(s);
    if (d)
        gsl_vector_free(d);
    if (solved)
        gsl_vector_free(solved);
    return status;
}
