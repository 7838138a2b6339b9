/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "face/describe.h"
#include "face/track.h"

#include <stdlib.h>
#include <string.h>

static struct mien_track *make(size_t count)
{
    struct mien_track *track;
    struct mien_error error;
    assert_int_equal(mien_track_new(count, &track, &error), MIEN_OK);
    return track;
}

/* Every row found, at 25 frames per second from 0.4 s on. */
static struct mien_track *make_found(size_t count)
{
    struct mien_track *track = make(count);
    track->fps = 25;
    for (size_t i = 0; i < count; i++) {
        track->time[i] = 0.4 + 0.04 * (double)i;
        track->found[i] = 1;
        track->yaw[i] = -3.2 + (double)i;
        track->pitch[i] = track->roll[i] = 0.2;
        for (size_t k = 0; k < MIEN_POINTS; k++) {
            track->x[i * MIEN_POINTS + k] = (double)k;
            track->y[i * MIEN_POINTS + k] = 2.5 * (double)k;
        }
    }
    return track;
}

static void new_rows_are_missing(void **state)
{
    (void)state;
    struct mien_track *track = make(3);
    assert_int_equal(track->count, 3);
    assert_int_equal(mien_track_resize(track, 5), 0);
    assert_int_equal(track->count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(track->frame[i], i);
        assert_int_equal(track->found[i] + track->second_face[i], 0);
        assert_true(isnan(track->time[i]) && isnan(track->confidence[i]) && isnan(track->yaw[i]));
        assert_true(isnan(track->x[i * MIEN_POINTS + 67]) && isnan(track->y[i * MIEN_POINTS]));
        assert_true(isnan(mien_track_interocular(track, i)));
    }
    track->time[1] = 7.5;
    assert_int_equal(mien_track_resize(track, 2), 0);
    assert_close(track->time[1], 7.5, 0);
    mien_track_free(track);
    mien_track_free(NULL);
}

/* Whether a frame has points of each side depends on that frame alone. */
static void points_of_each_side_or_plain(void **state)
{
    (void)state;
    struct mien_track *track = make_found(3);
    const double *x, *y;
    assert_false(mien_track_has_sides(track));
    mien_track_row(track, MIEN_SIDE_EACH, 2, &x, &y);
    assert_ptr_equal(x, track->x + 2 * MIEN_POINTS);
    for (size_t k = 0; k < MIEN_POINTS; k++)
        track->sided_x[MIEN_POINTS + k] = track->sided_y[MIEN_POINTS + k] = 5.5;
    assert_true(mien_track_has_sides(track));
    mien_track_row(track, MIEN_SIDE_EACH, 1, &x, &y);
    assert_ptr_equal(x, track->sided_x + MIEN_POINTS);
    assert_ptr_equal(y, track->sided_y + MIEN_POINTS);
    mien_track_row(track, MIEN_SIDE_PLAIN, 1, &x, &y);
    assert_ptr_equal(y, track->y + MIEN_POINTS);
    mien_track_row(track, MIEN_SIDE_EACH, 0, &x, &y);
    assert_ptr_equal(y, track->y);
    mien_track_free(track);
}

static void fractions_of_frames(void **state)
{
    (void)state;
    struct mien_track *track = make_found(8), *none = make(0);
    track->found[2] = track->found[3] = track->found[7] = 0;
    track->second_face[5] = 1;
    assert_close(mien_track_found(track), 0.625, 1e-15);
    assert_close(mien_track_second_face(track), 0.125, 1e-15);
    assert_close(mien_track_duration(track), 0.32, 1e-12);
    assert_true(isnan(mien_track_found(none)) && isnan(mien_track_second_face(none)));
    assert_true(isnan(mien_track_duration(none)));
    mien_track_free(track);
    mien_track_free(none);
}

static void interocular_is_between_the_means_of_the_eyes(void **state)
{
    (void)state;
    struct mien_track *track = make_found(2);
    /* Each point k is at (k, 2.5 k), and the eyes are six points apart. */
    assert_close(mien_track_interocular(track, 1), hypot(6, 15), 1e-12);
    mien_track_free(track);
}

static void text_contains(const struct mien_track *track, const char *part)
{
    struct mien_text text = {0};
    assert_int_equal(mien_track_describe(track, &text), 0);
    if (!strstr(text.bytes, part))
        fail_msg("\"%s\" is not in:\n%s", part, text.bytes);
    for (const char *line = text.bytes; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strcspn(line, "\n") <= 80);
    free(text.bytes);
}

static void description_tells_what_matters(void **state)
{
    (void)state;
    struct mien_track *track = make_found(10);
    track->source = strdup("/data/a folder/p07_happiness.mp4");
    track->width = 640;
    track->height = 480;
    text_contains(track, "Track p07_happiness.mp4   10 frames, 0.40 s, 640x480\n");
    text_contains(track, "participant in 10 of 10 frames (100.0 %)\n");
    text_contains(track, "yaw -3 to 6, pitch 0 to 0, roll 0 to 0 degrees; nobody else in view");
    track->found[4] = track->found[5] = 0;
    text_contains(track, "(80.0 %), lost once at 0.56 s");
    track->found[7] = 0;
    text_contains(track, "lost at 0.56 s, 0.68 s");
    track->second_face[0] = 1;
    text_contains(track, "another face in view in 10.0 % of the frames");
    track->truncated = true;
    text_contains(track, "breaks off");
    memset(track->found, 0, track->count);
    text_contains(track, "no face in any frame");
    free(track->source);
    track->source = strdup("a_very_long_name_of_a_recording_that_somebody_gave_to_this_file_of_visit_2.mp4");
    text_contains(track, "of_visit_2.mp4");
    mien_track_free(track);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_rows_are_missing),
        cmocka_unit_test(points_of_each_side_or_plain),
        cmocka_unit_test(fractions_of_frames),
        cmocka_unit_test(interocular_is_between_the_means_of_the_eyes),
        cmocka_unit_test(description_tells_what_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
