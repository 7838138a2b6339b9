/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "stats/describe.h"
#include "stats/distribution.h"
#include "stats/rank.h"
#include "stats/rank_common.h"

#include <math.h>
#include <stdlib.h>

struct sample {
    double *x;       /* Sorted, without missing values. */
    double *scratch; /* 2n, for values and ranks. */
    size_t n;
};

/* The rank sum of the positive values of x - centre, zeroes left out. */
struct rank_sum {
    double v, ties, n;
};

static enum mien_status sum_ranks(const struct sample *s, double centre, struct rank_sum *out)
{
    double *size = s->scratch, *ranks = s->scratch + s->n;
    size_t n = 0, negative = 0;
    for (size_t i = 0; i < s->n; i++) {
        double x = s->x[i] - centre;
        if (x == 0)
            continue;
        negative += x < 0;
        size[n++] = fabs(x);
    }
    *out = (struct rank_sum){.n = (double)n};
    if (mien_ranks(size, n, ranks, &out->ties) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    /* The sample is sorted, so the negative values come first. */
    for (size_t i = negative; i < n; i++)
        out->v += ranks[i];
    return MIEN_OK;
}

static double expected(double n)
{
    return n * (n + 1) / 4;
}

static double spread(double n, double ties)
{
    return sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48);
}

static double median_average(const struct sample *s)
{
    double pairs = (double)s->n * (double)(s->n + 1) / 2, half = floor(pairs / 2);
    if (fmod(pairs, 2) == 1)
        return mien_walsh_at(s->x, s->n, half + 1);
    return mien_walsh_at(s->x, s->n, half) / 2 + mien_walsh_at(s->x, s->n, half + 1) / 2;
}

/* The smallest number of Walsh averages above a centre with which z reaches the bound. */
static double smallest_count(double n, double sd, double bound, const struct mien_rank_options *options)
{
    double low = 0, high = n * (n + 1) / 2 + 1;
    while (low < high) {
        double middle = floor((low + high) / 2);
        if (mien_rank_z(middle - expected(n), sd, options->correct, options->alternative) >= bound)
            high = middle;
        else
            low = middle + 1;
    }
    return fmin(fmax(low, 1), n * (n + 1) / 2);
}

/* z at one end of the data, where it is most extreme. */
static enum mien_status z_at(const struct sample *s, double centre, const struct mien_rank_options *options,
                             double *z)
{
    struct rank_sum sum;
    if (sum_ranks(s, centre, &sum) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    *z =
        mien_rank_z(sum.v - expected(sum.n), spread(sum.n, sum.ties), options->correct, options->alternative);
    return MIEN_OK;
}

/* As R does, alpha doubles until z reaches both bounds within the data. */
static enum mien_status reachable_alpha(const struct sample *s, const struct mien_rank_options *options,
                                        double *alpha)
{
    double at_least, at_most;
    if (z_at(s, s->x[0], options, &at_least) != MIEN_OK ||
        z_at(s, s->x[s->n - 1], options, &at_most) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    *alpha = NAN;
    if (!isfinite(at_least) || !isfinite(at_most))
        return MIEN_OK;
    double a = 1 - options->conf, sides = options->alternative == MIEN_TWO_SIDED ? 2 : 1;
    for (; a < 1; a *= 2) {
        double z = mien_normal_quantile_upper(a / sides);
        bool low = options->alternative == MIEN_LESS || at_least >= z;
        bool high = options->alternative == MIEN_GREATER || at_most <= -z;
        if (low && high)
            break;
    }
    *alpha = a;
    return MIEN_OK;
}

static enum mien_status normal_interval(const struct sample *s, const struct mien_rank_options *options,
                                        struct mien_rank_test *test)
{
    double alpha, n = (double)s->n, pairs = n * (n + 1) / 2;
    enum mien_status status = reachable_alpha(s, options, &alpha);
    if (status != MIEN_OK || isnan(alpha))
        return status;
    if (alpha >= 1 || alpha * 0.75 > 1 - options->conf) {
        test->conf = 1 - fmin(1, alpha);
        test->why = MIEN_STATS_LEVEL;
    }
    double low = test->median[0], high = low;
    if (alpha < 1) {
        double z = mien_normal_quantile_upper(options->alternative == MIEN_TWO_SIDED ? alpha / 2 : alpha);
        double sd = spread(n, mien_tie_sum_sorted(s->x, s->n));
        low = mien_walsh_at(s->x, s->n, pairs - smallest_count(n, sd, z, options) + 1);
        high = mien_walsh_at(s->x, s->n, pairs - smallest_count(n, sd, -z, options) + 1);
    }
    test->ci.low = options->alternative == MIEN_LESS ? -INFINITY : low;
    test->ci.high = options->alternative == MIEN_GREATER ? INFINITY : high;
    return MIEN_OK;
}

static enum mien_status exact_test(const struct sample *s, const struct mien_rank_options *options,
                                   struct mien_rank_test *test)
{
    struct mien_rank_distribution table;
    enum mien_status status = mien_wilcoxon_distribution(s->n, &table);
    if (status != MIEN_OK)
        return status;
    test->exact = true;
    test->p = mien_rank_p(&table, test->statistic, options->alternative);
    struct mien_rank_places places =
        mien_rank_exact_places(&table, (double)s->n * (double)(s->n + 1) / 2, options, test);
    test->ci.low = places.low > 0 ? mien_walsh_at(s->x, s->n, places.low) : -INFINITY;
    test->ci.high = places.high > 0 ? mien_walsh_at(s->x, s->n, places.high) : INFINITY;
    free(table.probability);
    return MIEN_OK;
}

/* R leaves the zeroes out before it forms the interval, so s is without them from here on. */
static void leave_out_zeroes(struct sample *s, double mu)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->x[i] - mu != 0)
            s->x[kept++] = s->x[i];
    s->n = kept;
}

static enum mien_status test_sample(struct sample *s, const struct mien_rank_options *options,
                                    struct mien_rank_test *test)
{
    struct rank_sum sum;
    if (sum_ranks(s, options->mu, &sum) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    test->zeroes = s->n - (size_t)sum.n;
    test->statistic = sum.v;
    leave_out_zeroes(s, options->mu);
    double z =
        mien_rank_z(sum.v - expected(sum.n), spread(sum.n, sum.ties), options->correct, options->alternative);
    if (s->n == 0) {
        /* As R: undefined, but for a one-sided test with continuity correction, where nothing speaks for it.
         */
        test->p = mien_rank_normal_p(z, options->alternative);
        test->why = MIEN_STATS_CONSTANT;
        return MIEN_OK;
    }
    test->effect = sum.v / expected(sum.n) - 1;
    test->diff = median_average(s);
    bool possible = sum.ties == 0 && test->zeroes == 0;
    if (mien_rank_use_exact(test, options, s->n<50, possible, s->n> MIEN_EXACT_WILCOXON))
        return exact_test(s, options, test);
    test->p = mien_rank_normal_p(z, options->alternative);
    return normal_interval(s, options, test);
}

enum mien_status mien_wilcoxon(const double *x, const double *y, size_t count,
                               const struct mien_rank_options *options, struct mien_rank_test *out)
{
    double *values = mien_array_new(count, sizeof *values);
    struct sample s = {.scratch = mien_array_new(2 * count, sizeof *s.scratch)};
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!values || !s.scratch)
        goto done;
    for (size_t i = 0; i < count; i++)
        values[i] = y ? x[i] - y[i] : x[i];
    s.x = mien_sorted_copy(values, count, &s.n);
    if (!s.x)
        goto done;
    struct mien_rank_test test = mien_rank_nothing(options->conf);
    test.n[0] = s.n;
    test.n[1] = y ? s.n : 0;
    test.dropped = count - s.n;
    test.median[0] = mien_quantile_sorted(s.x, s.n, 0.5);
    status = MIEN_OK;
    if (s.n == 0)
        test.why = MIEN_STATS_TOO_FEW;
    else
        status = test_sample(&s, options, &test);
    if (status == MIEN_OK)
        *out = test;
done:
    free(values);
    free(s.scratch);
    free(s.x);
    return status;
}
