/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/ttest.h"

#include "stats/describe.h"
#include "stats/distribution.h"

#include <float.h>
#include <math.h>

static struct mien_ttest nothing_yet(void)
{
    struct mien_effect none = {NAN, NAN, mien_no_interval(), mien_no_interval()};
    return (struct mien_ttest){.t = NAN,
                               .df = NAN,
                               .p = NAN,
                               .diff = NAN,
                               .ci = mien_no_interval(),
                               .mean = {NAN, NAN},
                               .sd = {NAN, NAN},
                               .sd_diff = NAN,
                               .effect = none};
}

/* R's rule for data that are constant but for rounding. */
static bool is_constant(double spread, double mean)
{
    return !(spread >= 10 * DBL_EPSILON * fabs(mean)) || spread == 0;
}

/* Fills t, p and the interval from diff, df and the standard error of diff. */
static void finish(struct mien_ttest *test, double se, const struct mien_ttest_options *options)
{
    test->t = (test->diff - options->mu) / se;
    test->p =
        mien_p_value(mien_t_tail(-test->t, test->df), mien_t_tail(test->t, test->df), options->alternative);
    bool two = options->alternative == MIEN_TWO_SIDED;
    double tail = two ? (1 - options->conf) / 2 : 1 - options->conf;
    double half = se * mien_t_quantile_upper(tail, test->df);
    test->ci.low = options->alternative == MIEN_LESS ? -INFINITY : test->diff - half;
    test->ci.high = options->alternative == MIEN_GREATER ? INFINITY : test->diff + half;
}

/* The part that one sample and pairs share; m are the moments of the sample or of the differences. */
static void test_one(struct mien_ttest *test, const struct mien_moments *m, double null,
                     const struct mien_ttest_options *options)
{
    double n = (double)m->n, se = m->sd / sqrt(n);
    test->diff = m->mean;
    test->dropped = m->dropped;
    if (m->n < 2) {
        test->why = MIEN_STATS_TOO_FEW;
        return;
    }
    test->df = n - 1;
    if (is_constant(se, m->mean)) {
        test->why = MIEN_STATS_CONSTANT;
        return;
    }
    finish(test, se, options);
    test->effect = mien_effect(m->mean - null, m->sd, n - 1, sqrt(1 / n), options->conf);
}

struct mien_ttest mien_ttest_one(const double *x, size_t count, const struct mien_ttest_options *options)
{
    struct mien_moments m = mien_moments(x, count);
    struct mien_ttest test = nothing_yet();
    test.mean[0] = m.mean;
    test.sd[0] = m.sd;
    test.n[0] = m.n;
    test_one(&test, &m, options->mu, options);
    return test;
}

struct mien_ttest mien_ttest_paired(const double *x, const double *y, size_t count,
                                    const struct mien_ttest_options *options)
{
    struct mien_moments of_x = mien_moments_paired(x, y, count), of_y = mien_moments_paired(y, x, count);
    struct mien_moments m = mien_moments_difference(x, y, count);
    struct mien_ttest test = nothing_yet();
    test.mean[0] = of_x.mean;
    test.mean[1] = of_y.mean;
    test.sd[0] = of_x.sd;
    test.sd[1] = of_y.sd;
    test.n[0] = test.n[1] = m.n;
    test.sd_diff = m.sd;
    test_one(&test, &m, 0, options);
    return test;
}

/* The SD pooled over both samples; a sample of one adds nothing to it. */
static double pooled_sd(const struct mien_moments *a, const struct mien_moments *b)
{
    double df = (double)(a->n + b->n) - 2;
    double left = a->n > 1 ? a->sd * sqrt((double)(a->n - 1) / df) : 0;
    double right = b->n > 1 ? b->sd * sqrt((double)(b->n - 1) / df) : 0;
    return hypot(left, right);
}

/* The standard error of the difference, and its degrees of freedom. */
static double welch_error(const struct mien_moments *a, const struct mien_moments *b, double *df)
{
    double left = a->sd / sqrt((double)a->n), right = b->sd / sqrt((double)b->n), se = hypot(left, right);
    /* Satterthwaite's formula in shares of the variance, which cannot overflow. */
    double share_a = (left / se) * (left / se), share_b = (right / se) * (right / se);
    *df = 1 / (share_a * share_a / (double)(a->n - 1) + share_b * share_b / (double)(b->n - 1));
    return se;
}

struct mien_ttest mien_ttest_two(const double *x, size_t x_count, const double *y, size_t y_count,
                                 const struct mien_ttest_options *options)
{
    struct mien_moments a = mien_moments(x, x_count), b = mien_moments(y, y_count);
    struct mien_ttest test = nothing_yet();
    test.mean[0] = a.mean;
    test.mean[1] = b.mean;
    test.sd[0] = a.sd;
    test.sd[1] = b.sd;
    test.n[0] = a.n;
    test.n[1] = b.n;
    test.diff = a.mean - b.mean;
    test.dropped = a.dropped + b.dropped;
    size_t least = options->equal_var ? 1 : 2;
    if (a.n < least || b.n < least || a.n + b.n < 3) {
        test.why = MIEN_STATS_TOO_FEW;
        return test;
    }
    double root = sqrt(1 / (double)a.n + 1 / (double)b.n), pooled = pooled_sd(&a, &b), se;
    if (options->equal_var) {
        test.df = (double)(a.n + b.n) - 2;
        se = pooled * root;
    } else {
        se = welch_error(&a, &b, &test.df);
    }
    if (is_constant(se, fmax(fabs(a.mean), fabs(b.mean)))) {
        test.why = MIEN_STATS_CONSTANT;
        return test;
    }
    finish(&test, se, options);
    test.effect = mien_effect(test.diff, pooled, (double)(a.n + b.n) - 2, root, options->conf);
    return test;
}
