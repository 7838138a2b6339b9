/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Repeated movements whose number and decrement are known exactly, with and without noise.
 */
#include "series.h"

#include "base/slope.h"
#include "measure/local_fit.h"
#include "measure/repetitions.h"

static void repetitions_are_counted_and_decrease(void **state)
{
    (void)state;
    const double rates[] = {15, 50};
    for (size_t r = 0; r < 2; r++) {
        struct mien_repetitions found;
        size_t count = fill_time(20, rates[r]);
        for (size_t i = 0; i < count; i++) {
            double turn = floor(when[i] / 2), s = sin(M_PI * when[i] / 2);
            x[i] = (1 - 0.05 * turn) * s * s;
        }
        x[33] = NAN;
        assert_int_equal(mien_repetitions_find(when, x, count, &mien_repetition_defaults, &found), 0);
        assert_int_equal(found.count, 10);
        assert_true(isnan(found.list[0].period));
        assert_near(found.list[4].period, 2, 0.07);
        assert_near(found.list[4].movement.apex, 9, 0.07);
        assert_near(found.decrement, 0.45, 0.01);
        assert_near(found.decrement_line, 0.45, 0.01);
        /* The mean of a squared sine over the middle half of its upper half. */
        double held = 0.5 + sqrt(2) / M_PI;
        assert_near(found.list[4].held / found.list[4].movement.amplitude, held, 0.015);
        assert_near(found.line.slope, -0.05 * held, 0.002);
        mien_repetitions_clear(&found);
    }
}

/* Uniform in -1..1, the same in every run. */
static double noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state / 2147483648.0 - 1;
}

/* Ten movements of which each is held for a third of a second and whose height sinks by 4 per cent of the
 * first one; the first 2 s are rest. */
static double held_at(double time)
{
    double turn = floor((time - 2) / 2), within = time - 2 - 2 * turn;
    if (time < 2 || turn > 9)
        return 0;
    double part = fmin(fmax(fmin(within / 0.4, (1.15 - within) / 0.4), 0), 1);
    return (1 - 0.04 * turn) * part * part * (3 - 2 * part);
}

/* Along the line through the apexes, which the held parts are to be better than. */
static double decrement_of_apexes(const struct mien_repetitions *found)
{
    struct mien_slope line;
    double number[16], amplitude[16];
    assert_true(found->count < 16);
    for (size_t i = 0; i < found->count; i++) {
        number[i] = (double)i;
        amplitude[i] = found->list[i].movement.amplitude;
    }
    assert_int_equal(mien_theil_sen(number, amplitude, found->count, 1.96, &line), 0);
    return -line.slope * (double)(found->count - 1) / line.intercept;
}

static void noise_does_not_make_the_decrement(void **state)
{
    (void)state;
    const struct mien_repetition_options options = {0, 0.12, 0.25};
    struct mien_repetitions found;
    uint32_t random = 1;
    double held = 0, apex = 0;
    size_t count = fill_time(23, 25);
    enum { RUNS = 100 };
    for (int run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < count; i++)
            x[i] = held_at(when[i]) + 0.15 * noise(&random);
        assert_int_equal(mien_repetitions_find(when, x, count, &options, &found), 0);
        assert_int_equal(found.count, 10);
        assert_near(found.list[0].held, 1, 0.15);
        assert_true(found.list[0].held < found.list[0].movement.amplitude);
        held += pow(found.decrement_line - 0.36, 2) / RUNS;
        apex += pow(decrement_of_apexes(&found) - 0.36, 2) / RUNS;
        mien_repetitions_clear(&found);
    }
    assert_true(sqrt(held) < 0.8 * sqrt(apex));
}

static void a_point_astray_is_no_repetition(void **state)
{
    (void)state;
    const struct mien_repetition_options options = {0, 0.12, 0.25};
    struct mien_repetitions found;
    size_t count = fill_time(23, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = held_at(when[i]);
    for (size_t i = 10; i < 50; i += 10)
        x[i] = x[i + 1] = -0.6;
    assert_int_equal(mien_repetitions_find(when, x, count, &options, &found), 0);
    assert_int_equal(found.count, 10);
    assert_near(found.decrement, 0.36, 0.01);
    assert_near(found.decrement_line, 0.36, 0.01);
    mien_repetitions_clear(&found);
}

static void a_hidden_apex_has_no_say(void **state)
{
    (void)state;
    const struct mien_repetition_options options = {0, 0.12, 0.25};
    struct mien_repetitions found;
    size_t count = fill_time(23, 25);
    for (size_t i = 0; i < count; i++) /* The first one is hidden before it is half as high as it gets. */
        x[i] = when[i] > 2.19 && when[i] < 2.95 ? NAN : held_at(when[i]);
    assert_int_equal(mien_repetitions_find(when, x, count, &options, &found), 0);
    assert_int_equal(found.count, 10);
    assert_true(isnan(found.list[0].held) && found.list[0].movement.amplitude < 0.7);
    assert_true(found.list[1].held > 0.9);
    assert_int_equal(found.line.n, 9);
    assert_near(found.decrement_line, 0.36, 0.01);
    mien_repetitions_clear(&found);
}

static void noise_left_by_a_fit(void **state)
{
    (void)state;
    /* The middle weights of Savitzky and Golay's parabolas over 5 and 7 points are 17 / 35 and 7 / 21. */
    assert_near(mien_local_fit_noise(0.08, 0.04), sqrt(17.0 / 35), 1e-12);
    assert_near(mien_local_fit_noise(0.12, 0.04), sqrt(7.0 / 21), 1e-12);
    assert_near(mien_local_fit_noise(0.12, 0.08), sqrt(1.0 / 3), 1e-12); /* A straight line. */
    assert_near(mien_local_fit_noise(0, 0.04), 1, 1e-12);
    assert_near(mien_local_fit_noise(0.12, NAN), 1, 1e-12);
    uint32_t random = 7;
    double before = 0, after = 0;
    size_t count = fill_time(200, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = noise(&random);
    assert_int_equal(mien_local_fit(when, x, count, 0.12, other, NULL), 0);
    for (size_t i = 0; i < count; i++)
        before += x[i] * x[i], after += other[i] * other[i];
    assert_near(sqrt(after / before), mien_local_fit_noise(0.12, 0.04), 0.02);
}

static void rest_has_no_repetitions(void **state)
{
    (void)state;
    struct mien_repetitions found;
    size_t count = fill_time(10, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = 0.01 * sin(37 * when[i]) * cos(101 * when[i]) + 0.001 * when[i];
    assert_int_equal(mien_repetitions_find(when, x, count, &mien_repetition_defaults, &found), 0);
    assert_true(found.count < 2);
    mien_repetitions_clear(&found);
    for (size_t i = 0; i < count; i++)
        x[i] = i % 2 ? NAN : 1;
    assert_int_equal(mien_repetitions_find(when, x, count, &mien_repetition_defaults, &found), 0);
    assert_true(found.count == 0 && isnan(found.decrement) && isnan(found.line.slope));
    mien_repetitions_clear(&found);
    assert_int_equal(mien_repetitions_find(when, x, 0, &mien_repetition_defaults, &found), 0);
    assert_int_equal(found.count, 0);
    mien_repetitions_clear(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_are_counted_and_decrease),
        cmocka_unit_test(noise_does_not_make_the_decrement),
        cmocka_unit_test(a_point_astray_is_no_repetition),
        cmocka_unit_test(a_hidden_apex_has_no_say),
        cmocka_unit_test(noise_left_by_a_fit),
        cmocka_unit_test(rest_has_no_repetitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
