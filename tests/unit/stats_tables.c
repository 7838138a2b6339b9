/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kappa, logistic regression, tests over groups and the band of a ROC curve: laws and degenerate data. The
 * numbers are compared with R in tests/lua/oracle_tables.lua.
 */
#include "base/random.h"
#include "stats/groups.h"
#include "stats/kappa.h"
#include "stats/logistic.h"
#include "stats/roc.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 60, TERMS = 3 };

static void assert_close(double got, double want, double tolerance)
{
    if (got == want || fabs(got - want) <= tolerance * fabs(want) || (isnan(got) && isnan(want)))
        return;
    fail_msg("got %.17g, want %.17g", got, want);
}

static void kappa_laws(void **state)
{
    (void)state;
    const double counts[9] = {11, 3, 1, 2, 9, 4, 0, 5, 8};
    double turned[9], scaled[9];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            turned[j * 3 + i] = counts[i * 3 + j];
            scaled[i * 3 + j] = 4 * counts[i * 3 + j];
        }
    for (int w = 0; w < 3; w++) {
        enum mien_kappa_weights weights = (enum mien_kappa_weights)w;
        struct mien_kappa a = mien_kappa(counts, 3, weights, 0.95);
        struct mien_kappa b = mien_kappa(turned, 3, weights, 0.95), c = mien_kappa(scaled, 3, weights, 0.95);
        assert_close(b.kappa, a.kappa, 1e-13);
        assert_close(b.se, a.se, 1e-12);
        assert_close(c.kappa, a.kappa, 1e-13);
        assert_close(c.se, a.se / 2, 1e-12);
    }
    assert_true(isnan(mien_kappa((double[]){5, 0, 0, 0}, 2, MIEN_KAPPA_NONE, 0.95).kappa));
    assert_int_equal(mien_kappa((double[]){0, 0, 0, 0}, 2, MIEN_KAPPA_NONE, 0.95).why, MIEN_STATS_TOO_FEW);
    assert_close(mien_kappa((double[]){0, 5, 5, 0}, 2, MIEN_KAPPA_NONE, 0.95).kappa, -1, 1e-14);
}

struct regression {
    double x[ROWS * TERMS];
    unsigned char y[ROWS];
};

static struct regression draw(uint64_t seed)
{
    struct regression r;
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (int i = 0; i < ROWS; i++) {
        double a = mien_random_normal(&random), b = mien_random_normal(&random);
        r.x[i * TERMS] = 1;
        r.x[i * TERMS + 1] = a;
        r.x[i * TERMS + 2] = b;
        r.y[i] = a - 0.5 * b + 1.5 * mien_random_normal(&random) > 0.2;
    }
    return r;
}

/* At the maximum the scores are 0: every term's sum over y equals that over the fitted probabilities. */
static void logistic_maximum(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 20; seed++) {
        struct regression r = draw(seed);
        struct mien_logistic fit;
        assert_int_equal(mien_logistic_fit(r.x, r.y, ROWS, TERMS, &fit), MIEN_OK);
        assert_true(fit.converged && !fit.separated);
        assert_true(fit.deviance < fit.null_deviance);
        for (int t = 0; t < TERMS; t++) {
            double score = 0;
            for (int i = 0; i < ROWS; i++)
                score += r.x[i * TERMS + t] * (r.y[i] - fit.fitted[i]);
            assert_true(fabs(score) < 1e-9);
            assert_true(fit.se[t] > 0);
        }
        mien_logistic_clear(&fit);
    }
}

static void logistic_degenerate(void **state)
{
    (void)state;
    struct regression r = draw(3);
    struct mien_logistic fit;
    /* The third term says what the second does. */
    for (int i = 0; i < ROWS; i++)
        r.x[i * TERMS + 2] = 3 * r.x[i * TERMS + 1] - 2;
    assert_int_equal(mien_logistic_fit(r.x, r.y, ROWS, TERMS, &fit), MIEN_OK);
    assert_int_equal(fit.state[2], MIEN_TERM_ALIASED);
    assert_true(isnan(fit.estimate[2]) && isfinite(fit.estimate[1]));
    mien_logistic_clear(&fit);
    /* The second term is the outcome itself. */
    for (int i = 0; i < ROWS; i++)
        r.x[i * TERMS + 2] = r.y[i];
    assert_int_equal(mien_logistic_fit(r.x, r.y, ROWS, TERMS, &fit), MIEN_OK);
    assert_true(fit.separated && fit.deviance < 1e-3);
    assert_int_equal(fit.state[2], MIEN_TERM_SEPARATED);
    mien_logistic_clear(&fit);
    memset(r.y, 1, sizeof r.y);
    assert_int_equal(mien_logistic_fit(r.x, r.y, ROWS, TERMS, &fit), MIEN_OK);
    assert_true(isnan(fit.estimate[0]) && isnan(fit.deviance));
    mien_logistic_clear(&fit);
    assert_int_equal(mien_logistic_fit(r.x, r.y, 0, TERMS, &fit), MIEN_OK);
    assert_true(isnan(fit.deviance));
    mien_logistic_clear(&fit);
}

static void group_tests(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 2, 4, 6, NAN, 9}, same[] = {2, 2, 2, 2, 2, 2, 2, 2};
    const int group[] = {0, 0, 0, 1, 1, 1, 1, -1};
    struct mien_groups_test test;
    assert_int_equal(mien_kruskal(x, group, 8, 2, &test), MIEN_OK);
    assert_true(test.p > 0 && test.p < 1 && test.df == 1);
    assert_int_equal(mien_kruskal(same, group, 8, 2, &test), MIEN_OK);
    assert_true(isnan(test.p));
    assert_true(isnan(mien_welch_anova(same, group, 8, 2).p));
    assert_true(isnan(mien_welch_anova(x, group, 8, 3).p));
    double least, difference;
    assert_true(isnan(mien_chi_squared((double[]){3, 4, 0, 0}, 2, 2, &least).p));
    /* An empty level changes nothing. */
    assert_close(mien_chi_squared((double[]){3, 4, 0, 0, 5, 1}, 3, 2, &least).p,
                 mien_chi_squared((double[]){3, 4, 5, 1}, 2, 2, &least).p, 1e-14);
    /* The lady who tastes tea (Fisher 1935): 34 of 70, both tails. */
    assert_close(mien_fisher_2x2((double[]){3, 1, 1, 3}), 34.0 / 70, 1e-12);
    assert_true(isnan(mien_fisher_2x2((double[]){3, 0, 1, 0})));
    assert_int_equal(mien_share_difference((double[]){4, 4, 0, 0}, 2, &difference), MIEN_OK);
    assert_true(isnan(difference));
    assert_int_equal(mien_share_difference((double[]){3, 1, 1, 3}, 2, &difference), MIEN_OK);
    assert_close(difference, 0.5 / sqrt(0.1875), 1e-13);
}

static void band(void **state)
{
    (void)state;
    const double score[] = {1, 2, 3, 4, 5, 6}, places[] = {0, 0.5, 1};
    const signed char label[] = {0, 0, 1, 0, 1, 1}, one_group[] = {1, 1, 1, 1, 1, 1};
    double sensitivity[3], low[3], high[3];
    struct mien_roc roc;
    assert_int_equal(mien_roc_make(score, label, 6, true, &roc), MIEN_OK);
    assert_int_equal(mien_roc_band(&roc, places, 3, 0.9, 500, 7, sensitivity, low, high), MIEN_OK);
    assert_close(sensitivity[0], 1, 0);
    assert_close(sensitivity[1], 1, 0);
    assert_close(sensitivity[2], 2.0 / 3, 1e-14);
    for (int i = 0; i < 3; i++)
        assert_true(low[i] <= sensitivity[i] && sensitivity[i] <= high[i]);
    mien_roc_clear(&roc);
    assert_int_equal(mien_roc_make(score, one_group, 6, true, &roc), MIEN_OK);
    assert_int_equal(mien_roc_band(&roc, places, 3, 0.9, 500, 7, sensitivity, low, high), MIEN_OK);
    assert_true(isnan(sensitivity[1]) && isnan(low[1]) && isnan(high[1]));
    mien_roc_clear(&roc);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {cmocka_unit_test(kappa_laws), cmocka_unit_test(logistic_maximum),
                                       cmocka_unit_test(logistic_degenerate), cmocka_unit_test(group_tests),
                                       cmocka_unit_test(band)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
