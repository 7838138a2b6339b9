/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/correlation.h"

#include "base/memory.h"
#include "stats/distribution.h"
#include "stats/rank.h"

#include <math.h>
#include <stdlib.h>

/* A power of two that brings the largest value near 1, so that no square overflows; 0 where all values are
 * equal. */
static long double scale_of(const double *x, size_t n)
{
    double largest = 0;
    bool varies = false;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(x[i]));
        varies = varies || x[i] != x[0];
    }
    return varies && isfinite(largest) ? ldexpl(1, -ilogb(largest)) : 0;
}

/* The product-moment correlation; the sums are long double, so that r is as exact near 1 as a double can
 * hold. */
static double product_moment(const double *x, const double *y, size_t n)
{
    long double scale_x = scale_of(x, n), scale_y = scale_of(y, n);
    if (scale_x == 0 || scale_y == 0)
        return NAN;
    long double sum_x = 0, sum_y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        sum_x += x[i] * scale_x;
        sum_y += y[i] * scale_y;
    }
    long double mean_x = sum_x / (long double)n, mean_y = sum_y / (long double)n;
    for (size_t i = 0; i < n; i++) {
        long double a = x[i] * scale_x - mean_x, b = y[i] * scale_y - mean_y;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double r = (double)(xy / (sqrtl(xx) * sqrtl(yy)));
    return fmax(-1, fmin(1, r));
}

static void test_pearson(struct mien_correlation *c, const struct mien_correlation_options *options)
{
    double n = (double)c->n;
    c->df = n - 2;
    c->t = sqrt(c->df) * c->r / sqrt(1 - c->r * c->r);
    c->p = mien_p_value(mien_t_tail(-c->t, c->df), mien_t_tail(c->t, c->df), options->alternative);
    if (c->n <= 3)
        return;
    bool two = options->alternative == MIEN_TWO_SIDED;
    double half = mien_normal_quantile_upper(two ? (1 - options->conf) / 2 : 1 - options->conf) / sqrt(n - 3);
    double z = atanh(c->r);
    c->ci.low = options->alternative == MIEN_LESS ? -1 : tanh(z - half);
    c->ci.high = options->alternative == MIEN_GREATER ? 1 : tanh(z + half);
}

enum mien_status mien_spearman_exact(double s, size_t n, struct mien_tails *tails)
{
    /* counts[set * width + sum]: orders that give the first ranks of x, as many as set has bits, the ranks of
     * y in set, and whose squared differences add up to sum. */
    size_t width = n * (n * n - 1) / 3 + 1, sets = (size_t)1 << n;
    double *counts = mien_array_new(sets * width, sizeof *counts);
    if (!counts)
        return MIEN_ERR_MEMORY;
    counts[0] = 1;
    for (size_t set = 0; set + 1 < sets; set++) {
        int placed = __builtin_popcountll(set);
        for (int rank = 0; rank < (int)n; rank++) {
            if (set >> rank & 1)
                continue;
            size_t step = (size_t)((rank - placed) * (rank - placed));
            double *to = counts + (set | (size_t)1 << rank) * width;
            for (size_t sum = 0; sum + step < width; sum++)
                to[sum + step] += counts[set * width + sum];
        }
    }
    double total = 0, lower = 0, upper = 0;
    for (size_t sum = 0; sum < width; sum++) {
        double count = counts[(sets - 1) * width + sum];
        total += count;
        lower += (double)sum <= s ? count : 0;
        upper += (double)sum >= s ? count : 0;
    }
    free(counts);
    *tails = (struct mien_tails){lower / total, upper / total};
    return MIEN_OK;
}

/* P(S >= s), or 1 - P(S >= s) without its cancellation. */
static double edgeworth_tail(double s, double n, bool above)
{
    double b = 1 / n, x = (6 * (s - 1) * b / (n * n - 1) - 1) * sqrt(1 / b - 1), y = x * x;
    double high = y * (0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y));
    double middle = y * (-0.0758 + b * (0.1033 + 0.3932 * b) - y * b * (0.0879 + 0.0151 * b - high));
    double series = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + middle) / exp(y / 2);
    double tail = above ? series + mien_normal_tail(x) : -series + mien_normal_tail(-x);
    return fmax(0, fmin(1, tail));
}

struct mien_tails mien_spearman_edgeworth(double s, double n)
{
    double largest = n * (n * n - 1) / 3;
    struct mien_tails tails = {1, 1};
    if (s > 0)
        tails.above = edgeworth_tail(s, n, true);
    /* Only even values occur, so S <= s is the opposite of S >= s + 2. */
    if (s < largest)
        tails.below = edgeworth_tail(s + 2, n, false);
    return tails;
}

static enum mien_status test_spearman(struct mien_correlation *c, bool ties,
                                      const struct mien_correlation_options *options)
{
    double n = (double)c->n;
    struct mien_tails tails;
    bool wanted = options->exact != MIEN_EXACT_NO && c->n <= 1290;
    if (options->exact == MIEN_EXACT_YES && (ties || c->n > 1290))
        c->why = ties ? MIEN_STATS_TIES : MIEN_STATS_TOO_MANY;
    c->exact = wanted && !ties;
    if (c->exact) {
        tails = mien_spearman_edgeworth(c->s, n);
        enum mien_status status = c->n <= 9 ? mien_spearman_exact(c->s, c->n, &tails) : MIEN_OK;
        if (status != MIEN_OK)
            return status;
    } else {
        double t = c->r / sqrt((1 - c->r * c->r) / (n - 2));
        tails = (struct mien_tails){mien_t_tail(t, n - 2), mien_t_tail(-t, n - 2)};
    }
    /* S is small where r is large. R doubles the tail on the side of S. */
    if (options->alternative == MIEN_TWO_SIDED)
        c->p = fmin(1, 2 * (c->s > (n * n * n - n) / 6 ? tails.above : tails.below));
    else
        c->p = options->alternative == MIEN_GREATER ? tails.below : tails.above;
    return MIEN_OK;
}

static enum mien_status spearman(double *x, double *y, struct mien_correlation *c,
                                 const struct mien_correlation_options *options)
{
    double n = (double)c->n, ties_x, ties_y;
    if (mien_ranks(x, c->n, x, &ties_x) != MIEN_OK || mien_ranks(y, c->n, y, &ties_y) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    c->r = product_moment(x, y, c->n);
    if (isnan(c->r)) {
        c->why = MIEN_STATS_CONSTANT;
        return MIEN_OK;
    }
    bool ties = ties_x > 0 || ties_y > 0;
    c->s = (n * n * n - n) * (1 - c->r) / 6;
    if (!ties) {
        /* Whole numbers, so exact where the formula is not. */
        c->s = 0;
        for (size_t i = 0; i < c->n; i++)
            c->s += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return test_spearman(c, ties, options);
}

static enum mien_status correlate(double *x, double *y, struct mien_correlation *c,
                                  const struct mien_correlation_options *options)
{
    if (c->n < (options->spearman ? 2 : 3)) {
        c->why = MIEN_STATS_TOO_FEW;
        return MIEN_OK;
    }
    if (options->spearman)
        return spearman(x, y, c, options);
    c->r = product_moment(x, y, c->n);
    if (isnan(c->r))
        c->why = MIEN_STATS_CONSTANT;
    else
        test_pearson(c, options);
    return MIEN_OK;
}

enum mien_status mien_correlation(const double *x, const double *y, size_t count,
                                  const struct mien_correlation_options *options,
                                  struct mien_correlation *out)
{
    double *pairs = mien_array_new(2 * count, sizeof *pairs);
    if (!pairs)
        return MIEN_ERR_MEMORY;
    struct mien_correlation c = {.r = NAN, .p = NAN, .ci = mien_no_interval(), .t = NAN, .df = NAN, .s = NAN};
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        pairs[c.n] = x[i];
        pairs[count + c.n] = y[i];
        c.n++;
    }
    c.dropped = count - c.n;
    enum mien_status status = correlate(pairs, pairs + count, &c, options);
    free(pairs);
    if (status == MIEN_OK)
        *out = c;
    return status;
}
