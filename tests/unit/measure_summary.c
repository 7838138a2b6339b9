/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reference numbers: R 4.2.2, quantile(x, c(.05, .95)) and mean(x) on the series below without its missing
 * values.
 */
#include "measure/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* cmocka's own comparison is of single precision. */
static void check_near(double got, double want, const char *file, int line)
{
    if (fabs(got - want) <= 1e-9)
        return;
    print_error("got %.17g, want %.17g\n", got, want);
    _fail(file, line);
}
#define assert_near(got, want) check_near(got, want, __FILE__, __LINE__)

static const double x[] = {NAN, 0.31, 2.385, -1.7, 4.25, 0.9, NAN, 3.75, 3.5, 3.9};
static const double times[] = {0.00, 0.04, 0.08, 0.13, 0.16, 0.20, 0.24, 0.29, 0.32, 0.40};

static void matches_r(void **state)
{
    (void)state;
    struct mien_summary s;
    assert_int_equal(mien_summarise(times, x, 10, &s), 0);
    assert_int_equal(s.used, 8);
    assert_near(s.peak, 4.1275);
    assert_near(s.low, -0.9965);
    assert_near(s.mean, 2.161875);
    assert_near(s.range, 5.124);
    /* The fastest stretch is from 0.13 to 0.20 s; those over the missing frame do not count. */
    assert_near(s.velocity, 2.6 / 0.07);
    assert_near(s.time_to_peak, 0.12);
}

static void nothing_measured_is_missing(void **state)
{
    (void)state;
    const double missing[] = {NAN, NAN};
    struct mien_summary s;
    assert_int_equal(mien_summarise(times, missing, 2, &s), 0);
    assert_int_equal(s.used, 0);
    assert_true(isnan(s.peak) && isnan(s.low) && isnan(s.mean) && isnan(s.range));
    assert_true(isnan(s.velocity) && isnan(s.time_to_peak));
    assert_int_equal(mien_summarise(times, missing, 0, &s), 0);
    assert_true(isnan(s.mean));
}

static void two_frames_have_no_velocity(void **state)
{
    (void)state;
    struct mien_summary s;
    assert_int_equal(mien_summarise(times + 1, x + 1, 2, &s), 0);
    assert_int_equal(s.used, 2);
    assert_true(isnan(s.velocity));
    assert_near(s.time_to_peak, 0.04);
}

static void a_constant_is_its_own_quantile(void **state)
{
    (void)state;
    const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct mien_summary s;
    assert_int_equal(mien_summarise(times, same, 7, &s), 0);
    assert_true(s.peak == 0.1 && s.low == 0.1 && s.range == 0);
    assert_true(s.velocity == 0 && s.time_to_peak == 0);
}

static void names_follow_the_struct(void **state)
{
    (void)state;
    const char *const names[] = {"peak", "low", "mean", "range", "velocity", "time_to_peak"};
    for (int i = 0; i < 6; i++)
        assert_string_equal(mien_summary_statistics[i], names[i]);
    assert_null(mien_summary_statistics[6]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_r),
        cmocka_unit_test(nothing_measured_is_missing),
        cmocka_unit_test(two_frames_have_no_velocity),
        cmocka_unit_test(a_constant_is_its_own_quantile),
        cmocka_unit_test(names_follow_the_struct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
