/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sharpness, light and the report's numbers, on drawn patterns and made-up tracks.
 */
#include "unit.h"

#include "face/quality.h"
#include "face/report.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 480, HEIGHT = 400 };

/* ---- Pictures ---- */

/* A fixed pattern of blocks, some 8 pixels wide, between low and high. */
static void draw_blocks(uint8_t *pixels, int low, int high)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            unsigned cell = (unsigned)(x / 8) * 2654435761u ^ (unsigned)(y / 8) * 40503u;
            cell ^= cell >> 13;
            pixels[y * WIDTH + x] = (uint8_t)(low + (int)(cell % 997) * (high - low) / 996);
        }
}

/* A mean over (2 reach + 1) pixels of each row, or of each column. */
static void smear(uint8_t *pixels, int reach, bool down)
{
    uint8_t *copy = malloc(WIDTH * HEIGHT);
    memcpy(copy, pixels, WIDTH * HEIGHT);
    for (int y = reach; y < HEIGHT - reach; y++)
        for (int x = reach; x < WIDTH - reach; x++) {
            int sum = 0;
            for (int i = -reach; i <= reach; i++)
                sum += down ? copy[(y + i) * WIDTH + x] : copy[y * WIDTH + x + i];
            pixels[y * WIDTH + x] = (uint8_t)(sum / (2 * reach + 1));
        }
    free(copy);
}

/* Points of a face with its eyes about a middle, `eyes` pixels apart, turned by an angle. */
static void place(double x[MIEN_POINTS], double y[MIEN_POINTS], double middle_x, double middle_y, double eyes,
                  double angle)
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        x[i] = middle_x;
        y[i] = middle_y;
    }
    for (int i = 0; i < 6; i++) {
        x[36 + i] -= eyes / 2 * cos(angle);
        y[36 + i] -= eyes / 2 * sin(angle);
        x[42 + i] += eyes / 2 * cos(angle);
        y[42 + i] += eyes / 2 * sin(angle);
    }
}

struct looks {
    double sharpness, light;
};

static struct looks look(const uint8_t *pixels, double x, double y, double eyes, double angle)
{
    double points_x[MIEN_POINTS], points_y[MIEN_POINTS];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, WIDTH};
    struct looks looks;
    place(points_x, points_y, x, y, eyes, angle);
    mien_face_quality(&luma, points_x, points_y, &looks.sharpness, &looks.light);
    return looks;
}

static void blur_lowers_sharpness_in_either_direction(void **state)
{
    (void)state;
    uint8_t *pixels = malloc(WIDTH * HEIGHT);
    draw_blocks(pixels, 40, 200);
    double sharp = look(pixels, 240, 150, 100, 0).sharpness, before = sharp;
    assert_true(sharp > 0.5 && sharp < 1);
    for (int reach = 5; reach <= 20; reach *= 2) {
        draw_blocks(pixels, 40, 200);
        smear(pixels, reach, false);
        double across = look(pixels, 240, 150, 100, 0).sharpness;
        draw_blocks(pixels, 40, 200);
        smear(pixels, reach, true);
        double down = look(pixels, 240, 150, 100, 0).sharpness;
        assert_true(across < before - 0.03 && fabs(across - down) < 0.05);
        before = across;
    }
    free(pixels);
}

static void contrast_and_brightness_do_not_count(void **state)
{
    (void)state;
    uint8_t *pixels = malloc(WIDTH * HEIGHT);
    draw_blocks(pixels, 10, 250);
    struct looks strong = look(pixels, 231, 143, 90, 0.1);
    draw_blocks(pixels, 150, 190);
    struct looks weak = look(pixels, 231, 143, 90, 0.1);
    assert_close(weak.sharpness, strong.sharpness, 0.02);
    assert_close(strong.light, 130.0 / 255, 0.06);
    assert_close(weak.light, 170.0 / 255, 0.02);
    free(pixels);
}

static void nothing_is_known_of_a_flat_or_absent_face(void **state)
{
    (void)state;
    uint8_t *pixels = malloc(WIDTH * HEIGHT);
    memset(pixels, 83, WIDTH * HEIGHT);
    struct looks flat = look(pixels, 240, 150, 100, 0);
    assert_true(isnan(flat.sharpness));
    assert_close(flat.light, 83.0 / 255, 1e-6);
    draw_blocks(pixels, 40, 200);
    /* Far outside, too small, without a place, turned about; at the edge only what is inside counts. */
    assert_true(isnan(look(pixels, -400, 150, 100, 0).light));
    assert_true(isnan(look(pixels, 1e9, 1e9, 100, 0).light));
    assert_true(isnan(look(pixels, 240, 150, 0.3, 0).light));
    assert_true(isnan(look(pixels, NAN, 150, 100, 0).light));
    assert_true(isnan(look(pixels, 240, 150, 1e7, 0).light));
    assert_true(isfinite(look(pixels, 240, 150, 100, 3.1).sharpness));
    assert_true(isfinite(look(pixels, 440, 150, 100, 0).sharpness));
    free(pixels);
}

static void light_is_stretched_from_the_range_of_video(void **state)
{
    (void)state;
    struct mien_track *track;
    struct mien_error error;
    const double coded[] = {16.0 / 255, 235.0 / 255, 100.0 / 255, 8.0 / 255, NAN};
    const double want[] = {0, 1, 84.0 / 219, 0, NAN};
    assert_int_equal(mien_track_new(5, &track, &error), MIEN_OK);
    memcpy(track->light, coded, sizeof coded);
    mien_track_stretch_light(track);
    for (int i = 0; i < 5; i++)
        assert_true((isnan(want[i]) && isnan(track->light[i])) || fabs(track->light[i] - want[i]) < 1e-12);
    mien_track_free(track);
}

/* ---- The report ---- */

/* Nine frames of 640x480 at 10 frames per second, the face in all of them, 200 pixels wide, eyes 90 apart. */
static struct mien_track *make_track(void)
{
    struct mien_track *track;
    struct mien_error error;
    assert_int_equal(mien_track_new(9, &track, &error), MIEN_OK);
    track->fps = 10;
    track->width = 640;
    track->height = 480;
    for (size_t i = 0; i < 9; i++) {
        double *x = track->x + i * MIEN_POINTS, *y = track->y + i * MIEN_POINTS;
        place(x, y, 300, 200, 90, 0);
        x[0] = 200;
        x[16] = 400;
        track->time[i] = 0.3 + 0.1 * (double)i;
        track->found[i] = 1;
        track->confidence[i] = 0.91 + 0.01 * (double)i;
        track->yaw[i] = track->pitch[i] = track->roll[i] = (double)i - 2;
        track->sharpness[i] = 0.5 + 0.01 * (double)i;
        track->light[i] = 0.37;
    }
    return track;
}

static struct mien_track_report report_of(const struct mien_track *track)
{
    struct mien_track_report report;
    struct mien_error error;
    assert_int_equal(mien_track_report(track, &report, &error), MIEN_OK);
    return report;
}

static void lose(struct mien_track *track, size_t row)
{
    track->found[row] = 0;
    track->confidence[row] = track->yaw[row] = track->pitch[row] = track->roll[row] = NAN;
    track->sharpness[row] = track->light[row] = NAN;
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        track->x[i] = track->y[i] = NAN;
}

static void a_whole_recording_is_reported(void **state)
{
    (void)state;
    struct mien_track *track = make_track();
    struct mien_track_report report = report_of(track);
    assert_int_equal(report.frames + report.found, 18);
    assert_int_equal(report.lost, 0);
    assert_true(isnan(report.longest_lost));
    assert_close(report.coverage, 1, 0);
    assert_close(report.sharpness, 0.54, 1e-12);
    assert_close(report.sharpness_low, 0.504, 1e-12);
    assert_close(report.light, 0.37, 1e-12);
    assert_close(report.face_px, 200, 1e-12);
    assert_close(report.iod_px, 90, 1e-12);
    assert_close(report.cut_off, 0, 0);
    assert_close(report.yaw.low, -1.6, 1e-12);
    assert_close(report.roll.high, 5.6, 1e-12);
    assert_close(report.confidence, 0.95, 1e-12);
    assert_close(report.unsure, 0, 0);
    assert_close(report.irregular + report.dropped + report.jumps + report.speed, 0, 0);
    assert_close(report.longest_step, 0.1, 1e-9);
    mien_track_free(track);
}

static void losses_are_counted_at_both_ends_too(void **state)
{
    (void)state;
    struct mien_track *track = make_track();
    const size_t rows[] = {0, 3, 4, 8};
    for (int i = 0; i < 4; i++)
        lose(track, rows[i]);
    track->confidence[5] = 0.2;
    struct mien_track_report report = report_of(track);
    assert_int_equal(report.lost, 3);
    assert_close(report.longest_lost, 0.2, 1e-9);
    assert_close(report.longest_lost_at, 0.6, 1e-9);
    assert_close(report.coverage, 5.0 / 9, 1e-12);
    assert_close(report.unsure, 1.0 / 5, 1e-12);
    mien_track_free(track);
}

static void movement_size_and_times_are_reported(void **state)
{
    (void)state;
    struct mien_track *track = make_track();
    /* One step of 27 pixels, one jump of 180, one frame with an ear outside, a gap of two frames. */
    for (size_t i = 4 * MIEN_POINTS; i < 9 * MIEN_POINTS; i++)
        track->x[i] += 27;
    for (size_t i = 6 * MIEN_POINTS; i < 9 * MIEN_POINTS; i++)
        track->y[i] += 180;
    track->x[8 * MIEN_POINTS] = -0.5;
    track->time[8] += 0.2;
    struct mien_track_report report = report_of(track);
    assert_close(report.jumps, 1, 0);
    assert_close(report.speed, 20, 1e-9);
    assert_close(report.cut_off, 1.0 / 9, 1e-12);
    assert_close(report.dropped, 2, 0);
    assert_close(report.irregular, 1.0 / 8, 1e-12);
    assert_close(report.longest_step, 0.3, 1e-9);
    assert_close(report.face_px_low, 200, 1e-12);
    mien_track_free(track);
}

static void an_empty_recording_is_no_trouble(void **state)
{
    (void)state;
    struct mien_track *track = make_track();
    for (size_t i = 0; i < 9; i++)
        lose(track, i);
    track->width = 0;
    struct mien_track_report report = report_of(track);
    assert_close(report.coverage, 0, 0);
    assert_close(report.longest_lost, 0.9, 1e-9);
    assert_true(isnan(report.face_px) && isnan(report.light) && isnan(report.speed) && isnan(report.cut_off));
    assert_int_equal(mien_track_resize(track, 0), 0);
    report = report_of(track);
    assert_true(isnan(report.coverage) && isnan(report.dropped));
    mien_track_free(track);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blur_lowers_sharpness_in_either_direction),
        cmocka_unit_test(contrast_and_brightness_do_not_count),
        cmocka_unit_test(nothing_is_known_of_a_flat_or_absent_face),
        cmocka_unit_test(light_is_stretched_from_the_range_of_video),
        cmocka_unit_test(a_whole_recording_is_reported),
        cmocka_unit_test(losses_are_counted_at_both_ends_too),
        cmocka_unit_test(movement_size_and_times_are_reported),
        cmocka_unit_test(an_empty_recording_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
