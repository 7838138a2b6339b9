/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distributions against R 4.2.2 (pt, qt, pwilcox, psignrank), and against their own laws.
 */
#include "stats/distribution.h"
#include "stats/effect.h"
#include "stats/rank_distribution.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS(table) (sizeof table / sizeof *table)

static void assert_close(double got, double want, double tolerance)
{
    if (got == want || fabs(got - want) <= tolerance * fabs(want))
        return;
    fail_msg("got %.17g, want %.17g", got, want);
}

/* sprintf("%.17g", pt(t, df, lower.tail = FALSE)) */
static void tail_of_t(void **state)
{
    static const struct {
        double t, df, tail;
    } rows[] = {
        {0.3, 1, 0.40722642092225769},
        {1.9, 2.7, 0.08188253791525181},
        {-0.8, 5, 0.76999296654813132},
        {2.5, 17.3, 0.011373750087900588},
        {40, 5, 9.2059810858864758e-08},
        {40, 60, 2.8777402433136839e-45},
        {12, 1000, 2.1620286933872513e-31},
        {0.01, 3e5, 0.49601064701005226},
        {8, 1e5, 6.2869599381281578e-16},
        {5e5, 1, 6.3661977236673235e-07},
        {1e200, 2.5, 0},
        {3.7, 33, 0.00039076944484098237},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_close(mien_t_tail(rows[i].t, rows[i].df), rows[i].tail, 1e-11);
    assert_close(mien_t_tail(INFINITY, 4), 0, 0);
    assert_close(mien_t_tail(-INFINITY, 4), 1, 0);
    assert_true(isnan(mien_t_tail(NAN, 4)) && isnan(mien_t_tail(1, NAN)) && isnan(mien_t_tail(1, 0)));
}

static void laws_of_t(void **state)
{
    (void)state;
    for (double df = 0.7; df < 1e9; df *= 3.7) {
        /* The two ways of computing the tail meet where they change over. */
        double meet = sqrt(1.5 * df / (df / 2 + 1));
        assert_close(mien_t_tail(meet * (1 - 1e-13), df), mien_t_tail(meet * (1 + 1e-13), df), 1e-10);
        for (double t = 0.01; t < 1e4; t *= 4.3)
            assert_close(mien_t_tail(t, df) + mien_t_tail(-t, df), 1, 1e-14);
        for (double p = 0.3; p > 1e-200; p *= 1e-9)
            assert_close(mien_t_tail(mien_t_quantile_upper(p, df), df), p, 1e-10);
    }
    /* One degree of freedom is Cauchy's distribution; many are the normal one. */
    assert_close(mien_t_tail(7.5, 1), atan2(1, 7.5) / M_PI, 1e-14);
    assert_close(mien_t_tail(3.1, 1e12), mien_normal_tail(3.1), 1e-10);
    /* And the two methods meet at 200,000 of them. */
    for (double t = -5; t < 38; t += 1.3)
        assert_close(mien_t_tail(t, 2e5 * (1 - 1e-9)), mien_t_tail(t, 2e5 * (1 + 1e-9)), 1e-8);
}

/* sprintf("%.17g", qt(p, df, lower.tail = FALSE)) */
static void quantile_of_t(void **state)
{
    static const struct {
        double p, df, t;
    } rows[] = {
        {0.025, 1, 12.706204736174707},  {0.025, 4.64, 2.6317435521681847}, {0.0005, 12, 4.3177912836061845},
        {0.4, 100, 0.25402218245822766}, {1e-12, 3, 10331.108244292485},    {0.975, 7, -2.3646242515927844},
        {1e-30, 50, 25.636212564108284}, {0.005, 2e5, 2.5758538865077636},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_close(mien_t_quantile_upper(rows[i].p, rows[i].df), rows[i].t, 1e-11);
    assert_true(isnan(mien_t_quantile_upper(0, 3)) && isnan(mien_t_quantile_upper(1, 3)));
}

/* sprintf("%.17g", pt(t, df, ncp)), which is exact to about 1e-12. */
static void noncentral_t(void **state)
{
    static const struct {
        double t, df, ncp, below;
    } rows[] = {
        {2.1, 5, 1.3, 0.71911365911638581}, {-0.7, 3, 0.4, 0.15665205759012835},
        {0, 8, -1.2, 0.88493032977829178},  {6.5, 2, 3.1, 0.78639466294232718},
        {25, 60, 22, 0.87865914090855302},  {1.2, 400, 1.1, 0.53949463779754792},
        {3, 1, -0.5, 0.94875482523744203},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_close(mien_noncentral_t_below(rows[i].t, rows[i].df, rows[i].ncp, NULL), rows[i].below, 1e-11);
    /* Without noncentrality it is the ordinary one; the slope is the derivative; the interval has its level.
     */
    assert_close(mien_noncentral_t_below(1.7, 9, 0, NULL), mien_t_tail(-1.7, 9), 1e-12);
    double slope, step = 1e-5;
    mien_noncentral_t_below(2.2, 11, 1.4, &slope);
    double rise = mien_noncentral_t_below(2.2, 11, 1.4 + step, NULL) -
                  mien_noncentral_t_below(2.2, 11, 1.4 - step, NULL);
    assert_close(slope, rise / (2 * step), 1e-7);
    for (double t = -60; t < 4000; t = t * 1.7 + 61.3) {
        struct mien_interval ncp = mien_noncentrality(t, 13, 0.9);
        assert_close(mien_noncentral_t_below(t, 13, ncp.low, NULL), 0.95, 1e-10);
        assert_close(mien_noncentral_t_below(t, 13, ncp.high, NULL), 0.05, 1e-9);
        struct mien_interval mirrored = mien_noncentrality(-t, 13, 0.9);
        assert_close(mirrored.low, -ncp.high, 1e-9);
    }
    assert_true(isnan(mien_noncentrality(INFINITY, 4, 0.95).low));
    assert_true(isnan(mien_noncentral_t_below(1, 0.5, 0, NULL)));
}

/* exp(lgamma(df/2) - lgamma((df-1)/2)) / sqrt(df/2) */
static void hedges_correction(void **state)
{
    static const double rows[][2] = {{2, 0.56418958354775628},
                                     {3, 0.72360125455826774},
                                     {10, 0.92274560805308703},
                                     {38, 0.98011040213094747}};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_close(mien_hedges_correction(rows[i][0]), rows[i][1], 1e-13);
    assert_true(isnan(mien_hedges_correction(1)));
    for (double a = 15; a < 25; a += 0.5) /* The series and the gamma function meet at 20. */
        assert_close(mien_gamma_step(a) * mien_gamma_step(a + 0.5), a, 1e-14);
}

static void rank_distributions(void **state)
{
    struct mien_rank_distribution table;
    (void)state;
    assert_int_equal(mien_mann_whitney_distribution(5, 7, &table), 0);
    assert_close(mien_rank_below(&table, 4), 0.015151515151515152, 1e-13); /* pwilcox(4, 5, 7) */
    assert_close(mien_rank_below(&table, 35), 1, 0);
    assert_close(mien_rank_below(&table, -1), 0, 0);
    assert_close(mien_rank_p(&table, 4, MIEN_TWO_SIDED), 2 * 0.015151515151515152, 1e-13);
    assert_close(mien_rank_p(&table, 4, MIEN_GREATER), 1 - mien_rank_below(&table, 3), 1e-13);
    free(table.probability);
    assert_int_equal(mien_mann_whitney_distribution(12, 9, &table), 0);
    assert_close(mien_rank_below(&table, 60), 0.67447351410199707, 1e-13); /* pwilcox(60, 12, 9) */
    for (size_t i = 0; i <= table.last; i++)
        assert_close(table.probability[i], table.probability[table.last - i], 1e-12);
    free(table.probability);
    assert_int_equal(mien_wilcoxon_distribution(30, &table), 0);
    assert_close(mien_rank_below(&table, 150), 0.045974813401699073, 1e-12); /* psignrank(150, 30) */
    assert_close(table.probability[0], ldexp(1, -30), 1e-15);
    free(table.probability);
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
        cmocka_unit_test(tail_of_t),         cmocka_unit_test(laws_of_t),
        cmocka_unit_test(quantile_of_t),     cmocka_unit_test(noncentral_t),
        cmocka_unit_test(hedges_correction), cmocka_unit_test(rank_distributions),
    };
    return cmocka_run_group_tests(tests, handler_off, NULL);
}
