/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/random.h"
#include "face/smooth.h"

#include <stdlib.h>
#include <string.h>

static const enum mien_smoothing_method methods[] = {MIEN_SMOOTH_ONE_EURO, MIEN_SMOOTH_SAVITZKY_GOLAY};

/* A plain face: rows of points, no two alike, eyes 100 apart. */
static void face_point(size_t k, double *x, double *y)
{
    *x = 40 * cos(2.1 * (double)k) + (double)k;
    *y = 30 * sin(1.3 * (double)k) + 20;
    if (k >= 36 && k < 48) {
        *x = (k < 42 ? -50 : 50) + 12 * cos((double)(k % 6));
        *y = 7 * sin((double)(k % 6));
    }
}

/* A still face in every row, at 30 frames a second. */
static struct mien_track *make(size_t count)
{
    struct mien_track *track;
    struct mien_error error;
    assert_int_equal(mien_track_new(count, &track, &error), MIEN_OK);
    for (size_t i = 0; i < count; i++) {
        track->time[i] = 0.7 + (double)i / 30;
        track->found[i] = 1;
        track->confidence[i] = 0.93;
        track->yaw[i] = 3.5;
        track->pitch[i] = -7;
        track->roll[i] = 1.25;
        for (size_t k = 0; k < MIEN_POINTS; k++)
            face_point(k, &track->x[i * MIEN_POINTS + k], &track->y[i * MIEN_POINTS + k]);
    }
    return track;
}

/* Turns, scales and shifts the face of one row. */
static void move(struct mien_track *track, size_t row, double scale, double turn, double right, double down)
{
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++) {
        double x = track->x[i], y = track->y[i];
        track->x[i] = right + scale * (cos(turn) * x - sin(turn) * y);
        track->y[i] = down + scale * (sin(turn) * x + cos(turn) * y);
    }
}

static void shake(struct mien_track *track, double sd)
{
    struct mien_random random;
    mien_random_seed(&random, 11);
    for (size_t i = 0; i < track->count * MIEN_POINTS; i++) {
        track->x[i] += sd * mien_random_normal(&random);
        track->y[i] += sd * mien_random_normal(&random);
    }
}

static struct mien_track *smooth(const struct mien_track *track, enum mien_smoothing_method method)
{
    struct mien_track *smoothed;
    struct mien_error error;
    struct mien_smoothing smoothing = mien_smoothing_default(method);
    assert_int_equal(mien_track_smooth(track, &smoothing, &smoothed, &error), MIEN_OK);
    assert_int_equal(smoothed->count, track->count);
    assert_int_equal(smoothed->smoothing.method, method);
    return smoothed;
}

static double farthest(const struct mien_track *a, const struct mien_track *b)
{
    double most = 0;
    for (size_t i = 0; i < a->count * MIEN_POINTS; i++)
        most = fmax(most, hypot(a->x[i] - b->x[i], a->y[i] - b->y[i]));
    return most;
}

/* Root mean square second difference of all points. */
static double jitter(const struct mien_track *track)
{
    double sum = 0;
    for (size_t i = 1; i + 1 < track->count; i++)
        for (size_t k = 0; k < MIEN_POINTS; k++) {
            const double *x = track->x + i * MIEN_POINTS + k;
            double second = x[-MIEN_POINTS] - 2 * x[0] + x[MIEN_POINTS];
            sum += second * second;
        }
    return sqrt(sum / (double)(MIEN_POINTS * (track->count - 2)));
}

static void a_steady_movement_is_kept(void **state)
{
    (void)state;
    struct mien_track *track = make(40);
    for (size_t i = 0; i < track->count; i++)
        move(track, i, exp(0.004 * (double)i), 0.2 * (double)i, 11.0 * (double)i, -3.0 * (double)i);
    struct mien_track *smoothed = smooth(track, MIEN_SMOOTH_SAVITZKY_GOLAY);
    /* The middle of the firm points goes round in a curve, which is kept but for this. */
    assert_true(farthest(track, smoothed) < 0.05);
    assert_close(smoothed->yaw[20], 3.5, 1e-12);
    assert_close(smoothed->confidence[3], 0.93, 0);
    mien_track_free(smoothed);
    /* One Euro lags forwards and runs ahead backwards: their mean is in time but at the ends. */
    smoothed = smooth(track, MIEN_SMOOTH_ONE_EURO);
    for (size_t i = 15 * MIEN_POINTS; i < 25 * MIEN_POINTS; i++)
        assert_true(hypot(track->x[i] - smoothed->x[i], track->y[i] - smoothed->y[i]) < 0.5);
    mien_track_free(smoothed);
    mien_track_free(track);
}

static void a_curve_in_uneven_time_is_kept(void **state)
{
    (void)state;
    struct mien_track *track = make(30);
    for (size_t i = 0; i < track->count; i++) {
        double t = (double)i / 30 + (i % 3 ? 0.011 : 0);
        track->time[i] = t;
        track->y[i * MIEN_POINTS + 57] += 40 * t * t - 13 * t; /* A lip, for the head itself must not move. */
    }
    struct mien_track *smoothed = smooth(track, MIEN_SMOOTH_SAVITZKY_GOLAY);
    assert_true(farthest(track, smoothed) < 1e-6);
    mien_track_free(smoothed);
    mien_track_free(track);
}

static void noise_becomes_less(void **state)
{
    (void)state;
    struct mien_track *still = make(200), *track = make(200);
    shake(track, 0.3);
    for (size_t m = 0; m < 2; m++) {
        struct mien_track *smoothed = smooth(track, methods[m]);
        assert_true(jitter(smoothed) < 0.5 * jitter(track));
        assert_true(farthest(still, smoothed) < farthest(still, track));
        mien_track_free(smoothed);
    }
    mien_track_free(track);
    mien_track_free(still);
}

/* The upper lid of 120 ms, closing and opening again, at 30 frames a second. */
static void a_blink_keeps_its_depth(void **state)
{
    (void)state;
    struct mien_track *track = make(60);
    for (size_t i = 0; i < track->count; i++) {
        double t = (track->time[i] - track->time[30]) / 0.12;
        track->y[i * MIEN_POINTS + 37] += fabs(t) < 1 ? 10 * (1 + cos(3.141592653589793 * t)) : 0;
        track->x[i * MIEN_POINTS + 38] +=
            fabs(t) < 1 ? 5 : 0; /* NaN and signs: another point, another way. */
    }
    size_t deepest = 30 * MIEN_POINTS + 37, rest = 10 * MIEN_POINTS + 37;
    for (size_t m = 0; m < 2; m++) {
        struct mien_track *smoothed = smooth(track, methods[m]);
        double depth = smoothed->y[deepest] - smoothed->y[rest];
        assert_true(depth > 0.9 * 20 && depth < 1.02 * 20);
        for (size_t i = 0; i < track->count; i++)
            assert_true(smoothed->y[i * MIEN_POINTS + 37] <= smoothed->y[deepest]);
        mien_track_free(smoothed);
    }
    mien_track_free(track);
}

static void nothing_crosses_a_gap(void **state)
{
    (void)state;
    struct mien_track *track = make(30);
    for (size_t i = 15; i < 30; i++)
        move(track, i, 1, 0, 250, 0);
    track->found[14] = 0;
    for (size_t k = 14 * MIEN_POINTS; k < 15 * MIEN_POINTS; k++)
        track->x[k] = track->y[k] = NAN;
    for (size_t m = 0; m < 2; m++) {
        struct mien_track *smoothed = smooth(track, methods[m]);
        assert_true(isnan(smoothed->x[14 * MIEN_POINTS + 5]));
        assert_int_equal(smoothed->found[14], 0);
        for (size_t i = 0; i < track->count * MIEN_POINTS; i++)
            assert_true(isnan(track->x[i]) || fabs(track->x[i] - smoothed->x[i]) < 1e-9);
        mien_track_free(smoothed);
    }
    mien_track_free(track);
}

static void backwards_is_the_same_as_forwards(void **state)
{
    (void)state;
    struct mien_track *track = make(50), *turned = make(50);
    shake(track, 2);
    for (size_t i = 0; i < 50; i++) {
        memcpy(turned->x + i * MIEN_POINTS, track->x + (49 - i) * MIEN_POINTS, MIEN_POINTS * sizeof(double));
        memcpy(turned->y + i * MIEN_POINTS, track->y + (49 - i) * MIEN_POINTS, MIEN_POINTS * sizeof(double));
    }
    for (size_t m = 0; m < 2; m++) {
        struct mien_track *a = smooth(track, methods[m]), *b = smooth(turned, methods[m]);
        /* The frame of the face is laid on the run's first frame, which is another one here. */
        for (size_t k = 0; k < MIEN_POINTS; k++)
            assert_true(fabs(a->x[20 * MIEN_POINTS + k] - b->x[29 * MIEN_POINTS + k]) < 0.1);
        mien_track_free(a);
        mien_track_free(b);
    }
    mien_track_free(track);
    mien_track_free(turned);
}

static void both_kinds_of_points_are_smoothed(void **state)
{
    (void)state;
    struct mien_track *track = make(30);
    shake(track, 1);
    /* No points of each half in the first ten rows; in the others, those of the whole moved aside. */
    for (size_t i = 10 * MIEN_POINTS; i < 30 * MIEN_POINTS; i++) {
        track->sided_x[i] = track->x[i] + 3;
        track->sided_y[i] = track->y[i] - 4;
    }
    struct mien_track *smoothed = smooth(track, MIEN_SMOOTH_SAVITZKY_GOLAY);
    assert_true(isnan(smoothed->sided_x[9 * MIEN_POINTS + 60]));
    for (size_t i = 15 * MIEN_POINTS; i < 25 * MIEN_POINTS; i++) {
        assert_true(fabs(smoothed->sided_x[i] - smoothed->x[i] - 3) < 0.2);
        assert_true(fabs(smoothed->sided_y[i] - smoothed->y[i] + 4) < 0.2);
    }
    assert_true(fabs(smoothed->sided_x[20 * MIEN_POINTS] - track->sided_x[20 * MIEN_POINTS]) > 1e-3);
    mien_track_free(smoothed);
    mien_track_free(track);
}

static void what_cannot_be_smoothed_stays(void **state)
{
    (void)state;
    struct mien_track *none = make(0), *one = make(1), *flat = make(8), *track = make(8);
    struct mien_track *smoothed = smooth(none, MIEN_SMOOTH_ONE_EURO);
    mien_track_free(smoothed);
    for (size_t m = 0; m < 2; m++) {
        smoothed = smooth(one, methods[m]);
        assert_true(farthest(one, smoothed) < 1e-9);
        mien_track_free(smoothed);
        /* All points in one place, as in a broken file. */
        for (size_t i = 0; i < 8 * MIEN_POINTS; i++)
            flat->x[i] = flat->y[i] = 5;
        smoothed = smooth(flat, methods[m]);
        assert_true(farthest(flat, smoothed) < 1e-9);
        mien_track_free(smoothed);
    }
    shake(track, 1);
    smoothed = smooth(track, MIEN_SMOOTH_NONE);
    assert_true(farthest(track, smoothed) < 1e-300);
    mien_track_free(smoothed);
    mien_track_free(track);
    mien_track_free(flat);
    mien_track_free(one);
    mien_track_free(none);
}

static void it_tells_what_it_did(void **state)
{
    (void)state;
    char text[MIEN_SMOOTHING_TEXT];
    struct mien_smoothing smoothing = mien_smoothing_default(MIEN_SMOOTH_SAVITZKY_GOLAY);
    smoothing.window = 0.25;
    smoothing.order = 3;
    mien_smoothing_describe(&smoothing, text, sizeof text);
    assert_string_equal(text, "Savitzky-Golay (window 0.25 s, order 3)");
    smoothing.method = MIEN_SMOOTH_ONE_EURO;
    smoothing.min_cutoff = 1.5;
    smoothing.beta = 7;
    smoothing.speed_cutoff = 5;
    mien_smoothing_describe(&smoothing, text, sizeof text);
    assert_string_equal(text, "One Euro, both ways (1.5 Hz, beta 7, speed 5 Hz)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_movement_is_kept),
        cmocka_unit_test(a_curve_in_uneven_time_is_kept),
        cmocka_unit_test(noise_becomes_less),
        cmocka_unit_test(a_blink_keeps_its_depth),
        cmocka_unit_test(nothing_crosses_a_gap),
        cmocka_unit_test(backwards_is_the_same_as_forwards),
        cmocka_unit_test(both_kinds_of_points_are_smoothed),
        cmocka_unit_test(what_cannot_be_smoothed_stays),
        cmocka_unit_test(it_tells_what_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
