/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/kappa.h"

#include "stats/distribution.h"

#include <math.h>

static double weight_of(size_t i, size_t j, size_t levels, enum mien_kappa_weights weights)
{
    if (weights == MIEN_KAPPA_NONE || levels < 2)
        return i == j;
    double apart = ((double)i - (double)j) / (double)(levels - 1);
    return weights == MIEN_KAPPA_LINEAR ? 1 - fabs(apart) : 1 - apart * apart;
}

struct table {
    const double *counts;
    size_t levels;
    enum mien_kappa_weights weights;
    double n;
};

/* Share of pairs with level i by the first rater (row) or by the second. */
static double margin(const struct table *t, size_t i, bool row)
{
    double sum = 0;
    for (size_t j = 0; j < t->levels; j++)
        sum += row ? t->counts[i * t->levels + j] : t->counts[j * t->levels + i];
    return sum / t->n;
}

/* The mean weight of a level of one rater over the levels that the other gives by chance. */
static double mean_weight(const struct table *t, size_t i, bool row)
{
    double sum = 0;
    for (size_t j = 0; j < t->levels; j++)
        sum += margin(t, j, !row) * weight_of(i, j, t->levels, t->weights);
    return sum;
}

/* Formulas 8 and 14 of Fleiss, Cohen and Everitt: variances under the alternative and under the null. */
static void variances(const struct table *t, const struct mien_kappa *k, double *variance, double *null)
{
    double alternative_sum = 0, null_sum = 0, po = k->observed, pe = k->expected;
    for (size_t i = 0; i < t->levels; i++) {
        double row = margin(t, i, true), row_weight = mean_weight(t, i, true);
        for (size_t j = 0; j < t->levels; j++) {
            double both = row_weight + mean_weight(t, j, false);
            double w = weight_of(i, j, t->levels, t->weights);
            double a = w * (1 - pe) - both * (1 - po), b = w - both;
            alternative_sum += t->counts[i * t->levels + j] / t->n * a * a;
            null_sum += row * margin(t, j, false) * b * b;
        }
    }
    double centre = po * pe - 2 * pe + po, rest = 1 - pe;
    *variance = (alternative_sum - centre * centre) / (t->n * rest * rest * rest * rest);
    *null = (null_sum - pe * pe) / (t->n * rest * rest);
}

struct mien_kappa mien_kappa(const double *counts, size_t levels, enum mien_kappa_weights weights,
                             double conf)
{
    struct table t = {counts, levels, weights, 0};
    struct mien_kappa k = {NAN, NAN, NAN, NAN, NAN, mien_no_interval(), NAN, NAN, 0, MIEN_STATS_TOO_FEW};
    for (size_t i = 0; i < levels * levels; i++)
        t.n += counts[i];
    k.n = t.n;
    if (t.n == 0)
        return k;
    k.observed = k.expected = 0;
    for (size_t i = 0; i < levels; i++)
        for (size_t j = 0; j < levels; j++) {
            double w = weight_of(i, j, levels, weights);
            k.observed += w * counts[i * levels + j] / t.n;
            k.expected += w * margin(&t, i, true) * margin(&t, j, false);
        }
    k.why = MIEN_STATS_CONSTANT;
    if (1 - k.expected < 1e-12)
        return k;
    double variance, null;
    k.why = MIEN_STATS_FINE;
    k.kappa = (k.observed - k.expected) / (1 - k.expected);
    variances(&t, &k, &variance, &null);
    /* With perfect agreement rounding may leave a variance just below 0. */
    k.se = sqrt(fmax(0, variance));
    k.se_null = sqrt(fmax(0, null));
    k.z = k.se_null > 0 ? k.kappa / k.se_null : NAN;
    k.p = 2 * mien_normal_tail(fabs(k.z));
    double half = mien_normal_quantile_upper((1 - conf) / 2) * k.se;
    k.ci = (struct mien_interval){k.kappa - half, k.kappa + half};
    return k;
}
