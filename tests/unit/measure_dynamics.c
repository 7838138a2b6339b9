/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Series whose blinks, movements and fatigue are known exactly.
 */
#include "series.h"

#include "base/slope.h"
#include "measure/blinks.h"
#include "measure/dynamics.h"
#include "measure/fatigue.h"
#include "measure/local_fit.h"
#include "measure/summary.h"

/* ---- Theil-Sen ---- */

static void a_line_has_its_slope(void **state)
{
    (void)state;
    struct mien_slope line;
    size_t count = fill_time(10, 5);
    for (size_t i = 0; i < count; i++)
        x[i] = 3 - 0.25 * when[i];
    x[7] = 100; /* Outliers do not matter. */
    x[20] = NAN;
    assert_int_equal(mien_theil_sen(when, x, count, 1.96, &line), 0);
    assert_near(line.slope, -0.25, 1e-12);
    assert_near(line.intercept, 3, 1e-12);
    assert_true(line.n == count - 1 && line.low <= -0.25 && line.high >= -0.25);
}

static void too_few_points_have_no_interval(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3}, b[] = {2, 4, 7}, same[] = {5, 5, 5};
    struct mien_slope line;
    assert_int_equal(mien_theil_sen(a, b, 3, 1.96, &line), 0);
    assert_near(line.slope, 2.5, 1e-12);
    assert_true(isinf(line.low) && line.low < 0 && isinf(line.high));
    assert_int_equal(mien_theil_sen(same, b, 3, 1.96, &line), 0);
    assert_true(isnan(line.slope) && isnan(line.low));
    assert_int_equal(mien_theil_sen(a, b, 1, 1.96, &line), 0);
    assert_true(isnan(line.slope));
    assert_int_equal(mien_theil_sen(when, other, MIEN_SLOPE_MOST + 1, 1.96, &line), -1);
}

/* ---- Blinks ---- */

/* Closes within 0.08 s, stays for 0.04 s, opens within 0.16 s, by straight lines. */
static double opening_in_blink(double since)
{
    if (since < 0 || since > 0.28)
        return 1;
    return since < 0.08 ? 1 - since / 0.08 : since < 0.12 ? 0 : (since - 0.12) / 0.16;
}

static size_t fill_blinks(double seconds, double fps, double every)
{
    size_t count = fill_time(seconds, fps);
    for (size_t i = 0; i < count; i++) {
        double since = fmod(when[i], every) - 1;
        x[i] = 0.1 + 0.2 * opening_in_blink(since);
    }
    return count;
}

static void blinks_are_found_at_any_frame_rate(void **state)
{
    (void)state;
    const double rates[] = {12, 25, 30, 59.94, 120};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
        struct mien_blinks blinks;
        size_t count = fill_blinks(60, rates[r], 4);
        assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
        assert_int_equal(blinks.count, 15);
        assert_near(blinks.rate, 15, 0.01);
        assert_near(blinks.seconds, 60, 0.1);
        for (size_t i = 0; i < blinks.count; i++) {
            assert_near(blinks.list[i].deepest, 1.1 + 4 * (double)i, 0.08);
            assert_near(blinks.list[i].baseline, 0.3, 1e-9);
            assert_true(blinks.list[i].duration > 0.15 && blinks.list[i].duration < 0.36);
        }
        mien_blinks_clear(&blinks);
    }
}

static void a_blink_has_its_times_and_depth(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_blinks(3, 100, 4);
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_int_equal(blinks.count, 1);
    const struct mien_blink *b = blinks.list;
    /* A fifth of the depth is passed a fifth into the closing and four fifths into the opening. */
    assert_near(b->start, 1.016, 1e-6);
    assert_near(b->end, 1.12 + 0.8 * 0.16, 1e-6);
    assert_near(b->depth, 0.2, 1e-9);
    assert_near(b->completeness, 2.0 / 3, 1e-9);
    assert_true(b->complete);
    assert_near(b->closing, 2.5, 1e-6);
    assert_near(b->opening, 1.25, 1e-6);
    mien_blinks_clear(&blinks);
}

static void half_the_speed_halves_the_rate(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_blinks(60, 25, 4);
    for (size_t i = 0; i < count; i++)
        when[i] *= 2;
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_near(blinks.rate, 7.5, 0.01);
    mien_blinks_clear(&blinks);
}

static void what_is_no_blink_does_not_count(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_time(30, 25);
    for (size_t i = 0; i < count; i++) {
        double t = when[i];
        x[i] = 0.3 - 0.006 * t;                     /* A lid that sinks, */
        x[i] -= t > 5 && t < 7 ? 0.12 : 0;          /* a squint of two seconds, */
        x[i] -= t > 12 && t < 13 ? 0.25 : 0;        /* eyes closed for a second, */
        x[i] -= t > 20 ? 0.08 : 0;                  /* and a step that stays. */
        x[i] += 0.004 * sin(40 * t) * cos(171 * t); /* Noise. */
    }
    x[600] = 0.01; /* A single frame that went wrong. */
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_int_equal(blinks.count, 0);
    assert_near(blinks.rate, 0, 0);
    mien_blinks_clear(&blinks);
}

static void gaps_hide_blinks(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_blinks(20, 25, 4);
    /* The first blink's closing, and half a second of the open eye. */
    for (size_t i = 0; i < count; i++)
        if ((when[i] > 0.5 && when[i] < 1.2) || (when[i] > 6.5 && when[i] < 7))
            x[i] = NAN;
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_int_equal(blinks.count, 4);
    assert_true(blinks.seconds < 19 && blinks.seconds > 18.5);
    mien_blinks_clear(&blinks);
}

static void nothing_to_watch_has_no_rate(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_time(5, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = NAN;
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_true(blinks.count == 0 && isnan(blinks.rate));
    mien_blinks_clear(&blinks);
    assert_int_equal(mien_blinks_find(when, x, 0, &mien_blink_defaults, &blinks), 0);
    assert_true(isnan(blinks.rate));
    mien_blinks_clear(&blinks);
    for (size_t i = 0; i < count; i++)
        x[i] = 0.3;
    assert_int_equal(mien_blinks_find(when, x, count, &mien_blink_defaults, &blinks), 0);
    assert_true(blinks.count == 0 && blinks.rate == 0);
    mien_blinks_clear(&blinks);
}

static void winks_are_of_one_eye(void **state)
{
    (void)state;
    struct mien_blinks blinks;
    size_t count = fill_blinks(12, 30, 4);
    for (size_t i = 0; i < count; i++) {
        bool both = when[i] < 4, left = when[i] < 8;
        other[i] = both || !left ? x[i] : 0.3;
        if (!both && !left)
            x[i] = 0.3;
    }
    assert_int_equal(mien_blinks_of_eyes(when, x, other, count, &mien_blink_defaults, &blinks), 0);
    assert_int_equal(blinks.count, 3);
    assert_int_equal(blinks.list[0].eyes, MIEN_BOTH_EYES);
    assert_int_equal(blinks.list[1].eyes, MIEN_LEFT_EYE);
    assert_int_equal(blinks.list[2].eyes, MIEN_RIGHT_EYE);
    assert_near(blinks.rate, 5, 0.1);
    assert_near(blinks.list[1].left, 0.667, 0.1);
    assert_near(blinks.list[1].right, 0, 1e-9);
    mien_blinks_clear(&blinks);
}

/* ---- Movements ---- */

static void a_parabola_is_kept_by_the_smoothing(void **state)
{
    (void)state;
    double value[40], rate[40];
    for (size_t i = 0; i < 40; i++) {
        when[i] = 0.04 * (double)i + (i % 3 == 0 ? 0.011 : 0);
        x[i] = 2 - 3 * when[i] + 5 * when[i] * when[i];
    }
    x[11] = NAN;
    assert_int_equal(mien_local_fit(when, x, 40, 0.15, value, rate), 0);
    for (size_t i = 0; i < 40; i++) {
        if (i == 11) {
            assert_true(isnan(value[i]) && isnan(rate[i]));
            continue;
        }
        assert_near(value[i], x[i], 1e-9);
        assert_near(rate[i], -3 + 10 * when[i], 1e-7);
    }
}

/* Rises within a second from 1 s on, is held for 2 s, falls within half a second; 0.5 at rest. */
static double trapezium(double t)
{
    double level = t < 1 ? 0 : t < 2 ? t - 1 : t < 4 ? 1 : t < 4.5 ? (4.5 - t) / 0.5 : 0;
    return 0.5 + 2 * level;
}

static void a_movement_has_its_course(void **state)
{
    (void)state;
    const double rates[] = {20, 50, 200};
    for (size_t r = 0; r < 3; r++) {
        struct mien_dynamics d;
        size_t count = fill_time(6, rates[r]);
        for (size_t i = 0; i < count; i++)
            x[i] = trapezium(when[i]);
        assert_int_equal(mien_dynamics(when, x, count, &(struct mien_dynamics_options){.baseline = 0.5}, &d),
                         0);
        assert_near(d.amplitude, 2, 1e-9);
        assert_near(d.onset, 1.1, 1e-9);
        assert_near(d.apex, 2, 1e-9);
        assert_near(d.offset, 4.45, 1e-9);
        assert_near(d.time_to_peak, 0.9, 1e-9);
        assert_near(d.onset_duration, 0.8, 1e-9);
        assert_near(d.hold, 4.05 - 1.9, 1e-9);
        assert_near(d.offset_duration, 0.4, 1e-9);
        assert_near(d.velocity_rise, 2, 1e-6);
        assert_near(d.velocity_fall, 4, 1e-6);
        assert_near(d.velocity_ratio, 1, 1e-6);
        assert_near(d.irregularity, 0, 1e-9);
        assert_true(d.smoothness < 0 && d.smoothness > -3);
    }
}

static void what_was_not_recorded_is_missing(void **state)
{
    (void)state;
    struct mien_dynamics d;
    const struct mien_dynamics_options options = {.baseline = 0.5};
    size_t count = fill_time(6, 25), from = 40, to = 90; /* From 1.6 to 3.6 s. */
    for (size_t i = 0; i < count; i++)
        x[i] = trapezium(when[i]);
    assert_int_equal(mien_dynamics(when + from, x + from, to - from, &options, &d), 0);
    assert_near(d.amplitude, 2, 1e-9);
    assert_true(isnan(d.onset) && isnan(d.offset) && isnan(d.duration) && isnan(d.smoothness));
    for (size_t i = 0; i < count; i++)
        x[i] = 0.5;
    assert_int_equal(mien_dynamics(when, x, count, &options, &d), 0);
    assert_true(isnan(d.amplitude) && isnan(d.apex) && d.baseline == 0.5);
    assert_int_equal(mien_dynamics(when, x, 0, &options, &d), 0);
    assert_true(isnan(d.amplitude));
}

static void a_halting_rise_is_less_smooth(void **state)
{
    (void)state;
    struct mien_dynamics smooth, halting;
    const struct mien_dynamics_options options = {.baseline = 0};
    size_t count = fill_time(3, 100);
    for (size_t i = 0; i < count; i++) {
        double part = fmin(fmax(when[i] - 1, 0), 1);
        x[i] = part * part * part * (10 - 15 * part + 6 * part * part); /* Minimum jerk. */
        other[i] = x[i] + 0.1 * sin(8 * M_PI * part);
    }
    assert_int_equal(mien_dynamics(when, x, count, &options, &smooth), 0);
    assert_int_equal(mien_dynamics(when, other, count, &options, &halting), 0);
    /* The arc of a minimum-jerk movement, from the authors' own program, is -1.41 for any duration. */
    assert_near(smooth.smoothness, -1.41, 0.03);
    assert_true(halting.smoothness < smooth.smoothness - 0.3);
    assert_true(halting.irregularity > 0.1 && smooth.irregularity < 1e-9);
}

/* ---- Fatigue ---- */

static const struct mien_fatigue_options usual = {.baseline = {0, 4},
                                                  .recovery = {NAN, NAN},
                                                  .final = 5,
                                                  .stop = INFINITY,
                                                  .criterion = NAN,
                                                  .criterion_loss = NAN,
                                                  .hold = 1,
                                                  .gaze_least = NAN,
                                                  .gaze_share = 0.8};

static void a_straight_decline_is_known_exactly(void **state)
{
    (void)state;
    const double rates[] = {10, 25, 120};
    for (size_t r = 0; r < 3; r++) {
        struct mien_fatigue f;
        struct mien_fatigue_options options = usual;
        size_t count = fill_time(60, rates[r]);
        for (size_t i = 0; i < count; i++)
            x[i] = 4 - when[i] / 20;
        options.criterion = 2;
        assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
        assert_near(f.baseline, 3.9, 1e-9);
        assert_near(f.final, 4 - 57.5 / 20, 1e-9);
        assert_near(f.decrement, (3.9 - 1.125) / 3.9, 1e-9);
        assert_near(f.line.slope, -3, 1e-9);
        assert_near(f.line.low, -3, 1e-9);
        assert_near(f.line.high, -3, 1e-9);
        assert_near(f.time_to_criterion, 40, 1.01 / rates[r]);
        assert_false(f.censored);
        assert_near(f.half_time, (4 - (3.9 + 1.125) / 2) * 20, 1.01 / rates[r]);
        assert_near(f.mean_loss, 1 - 2.5 / 3.9, 0.01);
        assert_true(isnan(f.decay.tau) && f.decay.why);
        assert_true(f.used == count && f.frames == count && f.masked == 0 && f.flagged == 0);
    }
}

static void an_exponential_loss_has_its_tau(void **state)
{
    (void)state;
    struct mien_fatigue f;
    struct mien_fatigue_options options = usual;
    /* The task starts at 10 s, and times count from there; after a rest most is back. */
    size_t count = fill_time(100, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = when[i] < 10 ? 9 : when[i] < 70 ? 10 - 4 * (1 - exp(-(when[i] - 10) / 15)) : 9;
    options.baseline = (struct mien_window){10, 13};
    options.stop = 70;
    options.recovery = (struct mien_window){80, 85};
    options.criterion_loss = 0.25;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_near(f.decay.tau, 15, 0.1);
    assert_near(f.decay.baseline, 10, 0.02);
    assert_near(f.decay.loss, 4, 0.02);
    assert_null(f.decay.why);
    assert_near(f.criterion, 0.75 * f.baseline, 1e-12);
    assert_near(f.time_to_criterion, -15 * log(1 - (10 - f.criterion) / 4), 0.05);
    assert_near(f.recovered, 9, 1e-12);
    assert_near(f.recovery, (9 - f.final) / (f.baseline - f.final), 1e-12);
}

static void no_loss_is_censored(void **state)
{
    (void)state;
    struct mien_fatigue f;
    struct mien_fatigue_options options = usual;
    size_t count = fill_time(60, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = 4;
    options.criterion = 2;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_true(f.censored && f.decrement == 0 && f.line.slope == 0);
    assert_near(f.time_to_criterion, 60, 1e-9);
    assert_true(isnan(f.half_time) && isnan(f.decay.tau));
    /* A drop that does not last for the time asked for is none. */
    for (size_t i = 0; i < count; i++)
        x[i] = when[i] > 20 && when[i] < 20.7 ? 1 : when[i] > 59.4 ? 1 : 4;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_true(f.censored);
    options.hold = 0.4;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_false(f.censored);
    assert_near(f.time_to_criterion, 20.04, 0.1);
}

static void masks_and_sinking_gaze_are_left_out(void **state)
{
    (void)state;
    struct mien_fatigue f;
    struct mien_fatigue_options options = usual;
    const struct mien_window masks[] = {{2, 2.3}, {30, 30.3}};
    size_t count = fill_time(40, 25);
    for (size_t i = 0; i < count; i++) {
        bool sunk = when[i] >= 20 && when[i] < 25;
        x[i] = sunk ? 1 : 4 - when[i] / 40;
        other[i] = sunk ? 10 : i % 10 == 0 ? NAN : 28;
        if (when[i] >= 2 && when[i] <= 2.3)
            x[i] = 0;
    }
    x[100] = NAN;
    options.criterion = 2;
    options.masks = masks;
    options.mask_count = 2;
    options.gaze = other;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_true(f.censored);
    assert_near(f.line.slope, -1.5, 1e-6);
    assert_near(f.gaze_baseline, 28, 1e-9);
    assert_near(f.gaze_least, 0.8 * 28, 1e-9);
    assert_int_equal(f.flagged, 125);
    assert_int_equal(f.masked, 8 + 8);
    assert_int_equal(f.missing, 1);
    assert_int_equal(f.used + f.flagged + f.masked + f.missing, f.frames);
    assert_true(f.gaze_unknown > 80);
    options.gaze_least = 5; /* Now the low gaze is enough, and the lid was low for five seconds. */
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_true(!f.censored && f.flagged == 0);
    assert_near(f.time_to_criterion, 20, 0.05);
}

static void brows_that_rise_are_told(void **state)
{
    (void)state;
    struct mien_fatigue f;
    struct mien_fatigue_options options = usual;
    size_t count = fill_time(40, 25);
    for (size_t i = 0; i < count; i++) {
        x[i] = 4 - when[i] / 40;
        other[i] = 0.02 * when[i];
    }
    options.brow = other;
    assert_int_equal(mien_fatigue(when, x, count, &options, &f), 0);
    assert_near(f.brow_r, -1, 1e-9);
    assert_near(f.brow_change, 0.02 * (37.5 - 2), 1e-9);
    assert_true(isnan(f.gaze_baseline) && isnan(f.time_to_criterion));
}

static void nothing_to_measure_is_missing(void **state)
{
    (void)state;
    struct mien_fatigue f;
    size_t count = fill_time(10, 25);
    for (size_t i = 0; i < count; i++)
        x[i] = NAN;
    assert_int_equal(mien_fatigue(when, x, count, &usual, &f), 0);
    assert_true(isnan(f.baseline) && isnan(f.decrement) && isnan(f.line.slope) && isnan(f.mean_loss));
    assert_true(f.frames == count && f.missing == count && f.used == 0);
    assert_int_equal(mien_fatigue(when, x, 0, &usual, &f), 0);
    assert_true(isnan(f.baseline) && f.frames == 0);
}

static void noise_explains_small_ranges(void **state)
{
    (void)state;
    assert_true(mien_is_uncertain(0.01, 0.002));
    assert_false(mien_is_uncertain(0.02, 0.002));
    assert_false(mien_is_uncertain(0.01, NAN));
    assert_false(mien_is_uncertain(NAN, 0.002));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_its_slope),
        cmocka_unit_test(too_few_points_have_no_interval),
        cmocka_unit_test(blinks_are_found_at_any_frame_rate),
        cmocka_unit_test(a_blink_has_its_times_and_depth),
        cmocka_unit_test(half_the_speed_halves_the_rate),
        cmocka_unit_test(what_is_no_blink_does_not_count),
        cmocka_unit_test(gaps_hide_blinks),
        cmocka_unit_test(nothing_to_watch_has_no_rate),
        cmocka_unit_test(winks_are_of_one_eye),
        cmocka_unit_test(a_parabola_is_kept_by_the_smoothing),
        cmocka_unit_test(a_movement_has_its_course),
        cmocka_unit_test(what_was_not_recorded_is_missing),
        cmocka_unit_test(a_halting_rise_is_less_smooth),
        cmocka_unit_test(a_straight_decline_is_known_exactly),
        cmocka_unit_test(an_exponential_loss_has_its_tau),
        cmocka_unit_test(no_loss_is_censored),
        cmocka_unit_test(masks_and_sinking_gaze_are_left_out),
        cmocka_unit_test(brows_that_rise_are_told),
        cmocka_unit_test(nothing_to_measure_is_missing),
        cmocka_unit_test(noise_explains_small_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
