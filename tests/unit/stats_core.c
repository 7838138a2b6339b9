/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C interfaces of the tests: laws that hold for any data, degenerate data, and what is left untouched.
 * The numbers themselves are compared with R in tests/lua/oracle_stats.lua.
 */
#include "base/interrupt.h"
#include "base/random.h"
#include "stats/adjust.h"
#include "stats/correlation.h"
#include "stats/describe.h"
#include "stats/rank.h"
#include "stats/rank_test.h"
#include "stats/roc.h"
#include "stats/ttest.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 23, M = 17 };

struct data {
    double x[N], y[M];
};

static void assert_close(double got, double want, double tolerance)
{
    if (got == want || fabs(got - want) <= tolerance * fabs(want) || (isnan(got) && isnan(want)))
        return;
    fail_msg("got %.17g, want %.17g", got, want);
}

static struct data draw(uint64_t seed, bool tied)
{
    struct data d;
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (int i = 0; i < N; i++)
        d.x[i] = tied ? round(2 * mien_random_normal(&random)) : mien_random_normal(&random);
    for (int i = 0; i < M; i++)
        d.y[i] = 0.6 + (tied ? round(2 * mien_random_normal(&random)) - 0.6 : mien_random_normal(&random));
    return d;
}

static const struct mien_ttest_options plain = {.conf = 0.95};
static const struct mien_rank_options plain_rank = {.conf = 0.95, .correct = true};

static void ttest_laws(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct data d = draw(seed, false);
        struct mien_ttest a = mien_ttest_two(d.x, N, d.y, M, &plain),
                          b = mien_ttest_two(d.y, M, d.x, N, &plain);
        assert_close(a.t, -b.t, 1e-12); /* Swapping mirrors. */
        assert_close(a.p, b.p, 1e-12);
        assert_close(a.effect.d_ci.low, -b.effect.d_ci.high, 1e-9);
        assert_close(a.ci.high, -b.ci.low, 1e-12);
        for (int i = 0; i < N; i++)
            d.x[i] = 1e200 * d.x[i];
        for (int i = 0; i < M; i++)
            d.y[i] = 1e200 * d.y[i];
        b = mien_ttest_two(d.x, N, d.y, M, &plain); /* No unit matters, however large. */
        assert_close(a.p, b.p, 1e-9);
        assert_close(a.df, b.df, 1e-9);
        assert_close(a.effect.g, b.effect.g, 1e-9);
        assert_close(a.diff * 1e200, b.diff, 1e-9);
    }
}

static void ttest_one_sided(void **state)
{
    struct data d = draw(3, false);
    struct mien_ttest_options less = {.conf = 0.95, .alternative = MIEN_LESS};
    struct mien_ttest_options greater = {.conf = 0.95, .alternative = MIEN_GREATER};
    struct mien_ttest a = mien_ttest_two(d.x, N, d.y, M, &less), b = mien_ttest_two(d.x, N, d.y, M, &greater);
    (void)state;
    assert_close(a.p + b.p, 1, 1e-12);
    assert_true(isinf(a.ci.low) && isinf(b.ci.high));
    struct mien_ttest_options wide = {.conf = 0.9};
    assert_close(a.ci.high, mien_ttest_two(d.x, N, d.y, M, &wide).ci.high, 1e-12);
}

static void ttest_degenerate(void **state)
{
    const double constant[] = {2.5, 2.5, 2.5}, missing[] = {NAN, 1.5, NAN}, values[] = {0.4, 1.9, 1.1};
    struct mien_ttest test = mien_ttest_two(constant, 3, constant, 3, &plain);
    (void)state;
    assert_true(isnan(test.t) && isnan(test.p) && isnan(test.ci.low) && isnan(test.effect.d));
    assert_int_equal(test.why, MIEN_STATS_CONSTANT);
    assert_close(test.diff, 0, 0);
    test = mien_ttest_two(missing, 3, values, 3, &plain);
    assert_int_equal(test.why, MIEN_STATS_TOO_FEW);
    assert_int_equal(test.dropped, 2);
    assert_int_equal(test.n[0], 1);
    assert_close(test.mean[0], 1.5, 0);
    test = mien_ttest_one(NULL, 0, &plain);
    assert_int_equal(test.why, MIEN_STATS_TOO_FEW);
    assert_true(isnan(test.diff) && isnan(test.p));
    test = mien_ttest_paired(missing, values, 3, &plain);
    assert_int_equal(test.dropped, 2);
    assert_int_equal(test.n[1], 1);
}

static void moments_are_exact(void **state)
{
    double x[1000];
    (void)state;
    for (int i = 0; i < 1000; i++)
        x[i] = 1e12 + (i % 2 ? 0.25 : -0.25);
    struct mien_moments m = mien_moments(x, 1000);
    assert_close(m.mean, 1e12, 1e-16);
    assert_close(m.sd, 0.25 * sqrt(1000.0 / 999), 1e-12);
    x[0] = INFINITY;
    m = mien_moments(x, 1000);
    assert_true(isinf(m.mean) && isnan(m.sd));
}

static void rank_test_laws(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct data d = draw(seed, seed % 2);
        struct mien_rank_test a, b;
        assert_int_equal(mien_mann_whitney(d.x, N, d.y, M, &plain_rank, &a), MIEN_OK);
        assert_int_equal(mien_mann_whitney(d.y, M, d.x, N, &plain_rank, &b), MIEN_OK);
        assert_int_equal(a.exact, seed % 2 == 0);
        assert_close(a.statistic + b.statistic, N * M, 1e-12);
        assert_close(a.p, b.p, 1e-12);
        assert_close(a.diff, -b.diff, 1e-12);
        assert_close(a.ci.low, -b.ci.high, 1e-12);
        for (int i = 0; i < M; i++)
            d.y[i] = exp(d.y[i]); /* Only the order counts. */
        for (int i = 0; i < N; i++)
            d.x[i] = exp(d.x[i]);
        assert_int_equal(mien_mann_whitney(d.x, N, d.y, M, &plain_rank, &b), MIEN_OK);
        assert_close(a.p, b.p, 1e-12);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void pairs_are_found(void **state)
{
    struct data d = draw(11, true);
    double all[N * M], walsh[N * (N + 1) / 2];
    size_t count = 0;
    (void)state;
    d.x[4] = -0.0;
    qsort(d.x, N, sizeof *d.x, by_value);
    qsort(d.y, M, sizeof *d.y, by_value);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < M; j++)
            all[i * M + j] = d.x[i] - d.y[j];
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++)
            walsh[count++] = (d.x[i] + d.x[j]) / 2;
    qsort(all, N * M, sizeof *all, by_value);
    qsort(walsh, count, sizeof *walsh, by_value);
    for (size_t i = 0; i < N * M; i++)
        assert_close(mien_difference_at(d.x, N, d.y, M, (double)i + 1), all[i], 0);
    for (size_t i = 0; i < count; i++)
        assert_close(mien_walsh_at(d.x, N, (double)i + 1), walsh[i], 0);
    assert_true(isnan(mien_difference_at(d.x, N, d.y, M, 0)));
    assert_true(isnan(mien_walsh_at(d.x, N, (double)count + 1)));
}

static void wilcoxon_laws(void **state)
{
    struct data d = draw(5, false);
    struct mien_rank_test a, b;
    (void)state;
    assert_int_equal(mien_wilcoxon(d.x, NULL, N, &plain_rank, &a), MIEN_OK);
    for (int i = 0; i < N; i++)
        d.x[i] = -d.x[i];
    assert_int_equal(mien_wilcoxon(d.x, NULL, N, &plain_rank, &b), MIEN_OK);
    assert_close(a.p, b.p, 1e-12);
    assert_close(a.diff, -b.diff, 1e-12);
    assert_close(a.ci.low, -b.ci.high, 1e-12);
    assert_close(a.effect, -b.effect, 1e-12);
}

static void correlation_laws(void **state)
{
    struct data d = draw(8, false);
    struct mien_correlation a, b;
    struct mien_correlation_options options = {.conf = 0.95};
    (void)state;
    for (int spearman = 0; spearman < 2; spearman++) {
        options.spearman = spearman;
        assert_int_equal(mien_correlation(d.x, d.y, M, &options, &a), MIEN_OK);
        assert_int_equal(mien_correlation(d.y, d.x, M, &options, &b), MIEN_OK);
        assert_close(a.r, b.r, 1e-13);
        assert_close(a.p, b.p, 1e-11);
        double turned[M];
        for (int i = 0; i < M; i++)
            turned[i] = -3.5e180 * d.y[i];
        assert_int_equal(mien_correlation(d.x, turned, M, &options, &b), MIEN_OK);
        assert_close(a.r, -b.r, 1e-12);
    }
    const double constant[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    assert_int_equal(mien_correlation(constant, d.y, 5, &options, &a), MIEN_OK);
    assert_true(isnan(a.r) && isnan(a.p));
    assert_int_equal(a.why, MIEN_STATS_CONSTANT);
}

static void spearman_series_meets_exact(void **state)
{
    struct mien_tails exact, series;
    (void)state;
    for (double s = 20; s <= 220; s += 20) {
        assert_int_equal(mien_spearman_exact(s, 9, &exact), MIEN_OK);
        series = mien_spearman_edgeworth(s, 9);
        assert_true(fabs(exact.above - series.above) < 2e-3 && fabs(exact.below - series.below) < 2e-3);
    }
    assert_int_equal(mien_spearman_exact(0, 4, &exact), MIEN_OK);
    assert_close(exact.below, 1.0 / 24, 1e-15);
    assert_close(exact.above, 1, 0);
}

static void adjusts_in_place(void **state)
{
    double p[] = {0.04, NAN, 0.01, 0.03};
    (void)state;
    assert_int_equal(mien_adjust(p, 4, MIEN_ADJUST_HOLM, p), MIEN_OK);
    assert_close(p[0], 0.06, 1e-15);
    assert_true(isnan(p[1]));
    assert_close(p[2], 0.03, 1e-15);
    assert_close(p[3], 0.06, 1e-15);
    assert_int_equal(mien_adjust(NULL, 0, MIEN_ADJUST_BH, NULL), MIEN_OK);
}

static void roc_laws(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct data d = draw(seed, seed % 2);
        double score[N + M];
        signed char label[N + M];
        memcpy(score, d.x, sizeof d.x);
        memcpy(score + N, d.y, sizeof d.y);
        for (int i = 0; i < N + M; i++)
            label[i] = i >= N;
        struct mien_roc up, down;
        struct mien_rank_test test;
        assert_int_equal(mien_roc_make(score, label, N + M, true, &up), MIEN_OK);
        assert_int_equal(mien_roc_make(score, label, N + M, false, &down), MIEN_OK);
        assert_int_equal(mien_mann_whitney(d.y, M, d.x, N, &plain_rank, &test), MIEN_OK);
        assert_close(up.auc, test.statistic / (N * M), 1e-14); /* The area is Mann and Whitney's U. */
        assert_close(up.auc + down.auc, 1, 1e-14);
        assert_close(mien_roc_variance(&up), mien_roc_variance(&down), 1e-12);
        assert_int_equal(up.points, down.points);
        assert_int_equal(up.true_positives[0], M);
        assert_int_equal(up.true_positives[up.points - 1], 0);
        for (size_t i = 0; i < up.points; i++) {
            assert_int_equal(mien_roc_at_threshold(&up, up.threshold[i]), i);
            assert_int_equal(mien_roc_at_threshold(&down, down.threshold[i]), i);
        }
        mien_roc_clear(&up);
        mien_roc_clear(&down);
    }
}

static void roc_near_ties(void **state)
{
    /* No double lies between these two, so the midpoint must be the upper one. */
    double score[] = {1, nextafter(1, 2), 3};
    const signed char label[] = {0, 1, 1};
    struct mien_roc roc;
    (void)state;
    assert_int_equal(mien_roc_make(score, label, 3, true, &roc), MIEN_OK);
    assert_close(roc.threshold[1], score[1], 0);
    mien_roc_clear(&roc);
    assert_int_equal(mien_roc_make(score, label, 3, false, &roc), MIEN_OK);
    assert_close(roc.threshold[roc.points - 2], score[0], 0);
    mien_roc_clear(&roc);
    assert_int_equal(mien_roc_make(NULL, NULL, 0, true, &roc), MIEN_OK);
    assert_true(isnan(roc.auc));
    assert_int_equal(roc.points, 1);
    mien_roc_clear(&roc);
}

static void bootstrap_by_seed(void **state)
{
    struct data d = draw(4, false);
    signed char label[N];
    (void)state;
    for (int i = 0; i < N; i++)
        label[i] = i % 3 == 0;
    struct mien_roc roc;
    assert_int_equal(mien_roc_make(d.x, label, N, true, &roc), MIEN_OK);
    struct mien_roc_interval_options options = {MIEN_ROC_BOOTSTRAP, 0.95, 7, 500};
    double se, again, other;
    struct mien_interval ci, same, different;
    assert_int_equal(mien_roc_interval(&roc, &options, &se, &ci), MIEN_OK);
    assert_int_equal(mien_roc_interval(&roc, &options, &again, &same), MIEN_OK);
    options.seed = 8;
    assert_int_equal(mien_roc_interval(&roc, &options, &other, &different), MIEN_OK);
    assert_close(se, again, 0);
    assert_close(ci.low, same.low, 0);
    assert_true(se != other && ci.low <= roc.auc && ci.high >= roc.auc);
    assert_true(fabs(se - sqrt(mien_roc_variance(&roc))) < 0.25 * se);
    mien_interrupt_request();
    assert_int_equal(mien_roc_interval(&roc, &options, &se, &ci), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    mien_roc_clear(&roc);
}

static int handler_off(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ttest_laws),
        cmocka_unit_test(ttest_one_sided),
        cmocka_unit_test(ttest_degenerate),
        cmocka_unit_test(moments_are_exact),
        cmocka_unit_test(rank_test_laws),
        cmocka_unit_test(pairs_are_found),
        cmocka_unit_test(wilcoxon_laws),
        cmocka_unit_test(correlation_laws),
        cmocka_unit_test(spearman_series_meets_exact),
        cmocka_unit_test(adjusts_in_place),
        cmocka_unit_test(roc_laws),
        cmocka_unit_test(roc_near_ties),
        cmocka_unit_test(bootstrap_by_seed),
    };
    return cmocka_run_group_tests(tests, handler_off, NULL);
}
