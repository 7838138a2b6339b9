/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clip_fixture.h"

#include "base/interrupt.h"
#include "model/clip_align.h"

#define SECONDS 3.0

static char folder[] = "/tmp/mien-clips-XXXXXX";
static char still[64], lively[64], slow[64];

static int make_recordings(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(still, sizeof still, "%s/still.mp4", folder);
    snprintf(lively, sizeof lively, "%s/lively.mp4", folder);
    snprintf(slow, sizeof slow, "%s/slow.mp4", folder);
    draw_recording(still, 0, SECONDS, 30);
    draw_recording(lively, 1, SECONDS, 30);
    draw_recording(slow, 1, SECONDS, 15);
    return 0;
}

static int remove_recordings(void **state)
{
    char command[96];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct mien_clip_cut cut_all(const struct mien_track *track, const struct mien_clip_options *options)
{
    struct mien_clip_cut cut = {0};
    struct mien_error error = {0};
    if (mien_clip_cut(track, NULL, options, NULL, &cut, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return cut;
}

/* ---- Where the eyes are ---- */

/* Farthest that an eye lies from its place in any picture of any clip, in pixels of the clip. */
static double worst_eye(const struct mien_clip_cut *cut, const struct mien_clip_shape *shape)
{
    int size = (int)shape->width;
    double unit = size / MIEN_CLIP_BOX, worst = 0;
    double line = MIEN_CLIP_ABOVE * unit - 0.5, middle = size / 2.0 - 0.5;
    for (size_t c = 0; c < cut->count; c++)
        for (size_t f = 0; f < shape->frames; f++)
            for (int side = -1; side <= 1; side += 2) {
                double x, y, want = middle + side * unit / 2;
                const uint8_t *picture = cut->clips[c].luma + f * (size_t)size * (size_t)size;
                eye_in_picture(picture, size, want, line, &x, &y);
                worst = fmax(worst, hypot(x - want, y - line));
            }
    return worst;
}

static void eyes_stay_where_they_belong(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(lively, 1, SECONDS, 30, 0);
    struct mien_clip_cut cut = cut_all(track, &options);
    assert_int_equal(cut.count, 3);
    assert_true(worst_eye(&cut, &options.shape) < 0.25);
    mien_clip_cut_clear(&cut);
    options.shape.width = options.shape.height = 32; /* Smaller than the video has it. */
    cut = cut_all(track, &options);
    assert_true(worst_eye(&cut, &options.shape) < 0.25);
    mien_clip_cut_clear(&cut);
    mien_track_free(track);
}

static void trembling_and_strays_do_not_move_them(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(lively, 1, SECONDS, 30, 0.6);
    /* For two frames, and once for one, the points are somewhere else, though they claim to be right. */
    for (size_t i = 0; i < 3; i++)
        for (size_t p = 0; p < MIEN_POINTS; p++)
            track->x[(i < 2 ? 33 + i : 62) * MIEN_POINTS + p] += 25;
    struct mien_clip_cut cut = cut_all(track, &options);
    assert_true(worst_eye(&cut, &options.shape) < 0.5);
    mien_clip_cut_clear(&cut);
    mien_track_free(track);
}

/* However few frames are trusted, the others take their places from those. */
static void few_trusted_frames_are_enough(void **state)
{
    (void)state;
    struct mien_track *track = track_of(still, 0, SECONDS, 30, 0);
    uint8_t *trusted = calloc(track->count, 1);
    struct mien_clip_place *places = calloc(track->count, sizeof *places);
    assert_non_null(trusted);
    assert_non_null(places);
    for (size_t n = 0; n < 12; n++) {
        trusted[n] = 1;
        assert_int_equal(mien_clip_places(track, MIEN_SIDE_PLAIN, trusted, places, NULL), MIEN_OK);
        for (size_t i = 1; i < track->count; i++)
            assert_true(fabs(places[i].x - places[0].x) < 1);
    }
    free(trusted);
    free(places);
    mien_track_free(track);
}

static void either_kind_of_points(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(still, 0, SECONDS, 30, 0);
    struct mien_clip_cut plain = cut_all(track, &options);
    for (size_t i = 0; i < track->count * MIEN_POINTS; i++) {
        track->sided_x[i] = track->x[i] + 10;
        track->sided_y[i] = track->y[i];
    }
    struct mien_clip_cut each = cut_all(track, &options);
    assert_true(memcmp(plain.clips[0].luma, each.clips[0].luma, plain.size) != 0);
    options.side = MIEN_SIDE_PLAIN;
    struct mien_clip_cut again = cut_all(track, &options);
    assert_memory_equal(plain.clips[0].luma, again.clips[0].luma, plain.size);
    mien_clip_cut_clear(&plain);
    mien_clip_cut_clear(&each);
    mien_clip_cut_clear(&again);
    mien_track_free(track);
}

/* ---- Which times ---- */

/* The grey of the square in one picture. */
static double square_in(const struct mien_clip *clip, const struct mien_clip_shape *shape, size_t frame)
{
    double unit = shape->width / MIEN_CLIP_BOX;
    size_t x = (size_t)lround(shape->width / 2.0 - 0.5 + 0.55 * unit);
    size_t y = (size_t)lround((MIEN_CLIP_ABOVE + 0.8) * unit - 0.5);
    return clip->luma[(frame * shape->height + y) * shape->width + x];
}

static void time_stamps_choose_the_pictures(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    const char *const paths[] = {lively, slow};
    for (int k = 0; k < 2; k++) {
        double fps = k == 0 ? 30 : 15;
        struct mien_track *track = track_of(paths[k], 1, SECONDS, fps, 0);
        struct mien_clip_cut cut = cut_all(track, &options);
        assert_int_equal(cut.count, 3);
        assert_close(cut.clips[0].start, 0, 1e-12);
        assert_close(cut.clips[1].start, 0.5, 1e-9);
        assert_close(cut.clips[2].stop, 3, 1e-9);
        for (size_t c = 0; c < 3; c++)
            for (size_t f = 0; f < 16; f++) {
                double time = cut.clips[c].start + ((double)f + 0.5) * options.span / 16;
                /* Half a frame away at most, and 3 grey levels for coding and rounding. */
                double want = square_at(time), slack = 40 * 0.5 / fps + 3;
                assert_true(fabs(square_in(&cut.clips[c], &options.shape, f) - want) < slack);
            }
        mien_clip_cut_clear(&cut);
        mien_track_free(track);
    }
}

static void windows_and_numbers_of_clips(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(still, 0, SECONDS, 30, 0);
    struct mien_error error = {0};
    struct mien_clip_cut cut;
    options.per = 1;
    cut = cut_all(track, &options);
    assert_int_equal(cut.count, 1);
    assert_close(cut.clips[0].start, 0.5, 1e-9); /* From the middle. */
    mien_clip_cut_clear(&cut);
    options.per = 50; /* They begin at least half a second apart. */
    cut = cut_all(track, &options);
    assert_int_equal(cut.count, 3);
    mien_clip_cut_clear(&cut);
    options.t0 = 0.8;
    options.t1 = 2.9;
    cut = cut_all(track, &options);
    assert_int_equal(cut.count, 1);
    assert_close(cut.clips[0].start, 0.85, 1e-9);
    mien_clip_cut_clear(&cut);
    options.t1 = 2.5;
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_DATA);
    assert_string_equal(error.text, "what the window leaves lasts 1.70 s, a clip takes 2 s");
    options = mien_clip_options_default();
    options.span = 4;
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_DATA);
    assert_string_equal(error.text, "the recording lasts 3.00 s, a clip takes 4 s");
    mien_track_free(track);
}

/* ---- What is missing ---- */

static void missing_faces_lower_the_coverage(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(lively, 1, SECONDS, 30, 0);
    struct mien_clip_cut whole = cut_all(track, &options);
    /* From 0.25 to 0.5 s: two of the first clip's sixteen pictures. */
    for (size_t i = 8; i < 15; i++) {
        track->found[i] = 0;
        for (size_t p = 0; p < MIEN_POINTS; p++)
            track->x[i * MIEN_POINTS + p] = track->y[i * MIEN_POINTS + p] = NAN;
        track->confidence[i] = NAN;
    }
    for (size_t i = 60; i < 90; i++)
        track->confidence[i] = 0.1; /* From 2 s on nothing can be trusted. */
    struct mien_clip_cut cut = cut_all(track, &options);
    assert_close(cut.clips[0].coverage, 14 / 16.0, 1e-12);
    assert_false(cut.clips[0].left_out);
    assert_true(cut.clips[1].left_out && cut.clips[2].left_out);
    assert_null(cut.clips[2].luma);
    assert_close(cut.clips[2].coverage, 0.5, 1e-12);
    /* The pictures in the gap are those of the video, nearly where they would have been. */
    double far = 0;
    for (size_t i = 0; i < whole.size; i++)
        far += fabs((double)cut.clips[0].luma[i] - whole.clips[0].luma[i]) / (double)whole.size;
    assert_true(far < 2);
    mien_clip_cut_clear(&cut);
    options.coverage = 0.4;
    cut = cut_all(track, &options);
    assert_false(cut.clips[2].left_out);
    mien_clip_cut_clear(&cut);
    mien_clip_cut_clear(&whole);
    mien_track_free(track);
}

static void a_rate_too_low_is_not_covered(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(slow, 1, SECONDS, 15, 0);
    options.span = 0.5; /* 32 pictures a second out of 15. */
    struct mien_clip_cut cut = cut_all(track, &options);
    for (size_t c = 0; c < cut.count; c++)
        assert_true(cut.clips[c].left_out && cut.clips[c].coverage < 0.7);
    mien_clip_cut_clear(&cut);
    mien_track_free(track);
}

static void failures_have_reasons(void **state)
{
    (void)state;
    struct mien_clip_options options = mien_clip_options_default();
    struct mien_track *track = track_of(still, 0, SECONDS, 30, 0);
    struct mien_clip_cut cut;
    struct mien_error error = {0};
    track->width++;
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "it is not the video that was tracked (it has 240x200 pixels"));
    track->width--;
    track->time[40] += 0.01;
    assert_int_equal(mien_clip_cut(track, slow, &options, NULL, &cut, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "track it again"));
    track->time[40] -= 0.01;
    assert_int_equal(mien_clip_cut(track, "/nowhere.mp4", &options, NULL, &cut, &error), MIEN_ERR_MISSING);
    mien_interrupt_request();
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    memset(track->confidence, 0, track->count * sizeof *track->confidence);
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_FACE);
    memset(track->found, 0, track->count);
    assert_int_equal(mien_clip_cut(track, NULL, &options, NULL, &cut, &error), MIEN_ERR_FACE);
    assert_string_equal(error.text, "no face was found in any of its 90 frames");
    mien_track_free(track);
}

/* ---- Pictures ---- */

static void ranges_of_luma_and_edges(void **state)
{
    (void)state;
    uint8_t luma[8 * 8], out[16 * 16];
    const struct mien_clip_shape shape = {1, 16, 16};
    struct mien_clip_plane plane = {8, 8, luma, 8, false};
    struct mien_clip_place place = {3.5, 3.5, 2, 0};
    memset(luma, 235, sizeof luma);
    assert_close(mien_clip_picture(&plane, &place, &shape, out), 0, 0);
    assert_int_equal(out[0], 255);
    memset(luma, 16, sizeof luma);
    mien_clip_picture(&plane, &place, &shape, out);
    assert_int_equal(out[100], 0);
    plane.full_range = true;
    mien_clip_picture(&plane, &place, &shape, out);
    assert_int_equal(out[100], 16);
    place.x = 40; /* The whole box lies beside the picture: its last column goes on. */
    assert_close(mien_clip_picture(&plane, &place, &shape, out), 1, 0);
    assert_int_equal(out[100], 16);
    place.across = 1e9;
    assert_close(mien_clip_picture(&plane, &place, &shape, out), 1, 0);
}

/* Stripes of one pixel become grey where the picture is made smaller. */
static void smaller_pictures_are_means(void **state)
{
    (void)state;
    enum { SIDE = 192 };
    static uint8_t luma[SIDE * SIDE];
    uint8_t out[16 * 16];
    const struct mien_clip_shape shape = {1, 16, 16};
    const struct mien_clip_plane plane = {SIDE, SIDE, luma, SIDE, true};
    const struct mien_clip_place place = {95.5, 60, 48, 3};
    for (int i = 0; i < SIDE * SIDE; i++)
        luma[i] = i % 2 ? 200 : 100;
    mien_clip_picture(&plane, &place, &shape, out);
    for (int i = 0; i < 16 * 16; i++)
        assert_true(abs(out[i] - 150) <= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eyes_stay_where_they_belong),
        cmocka_unit_test(trembling_and_strays_do_not_move_them),
        cmocka_unit_test(few_trusted_frames_are_enough),
        cmocka_unit_test(either_kind_of_points),
        cmocka_unit_test(time_stamps_choose_the_pictures),
        cmocka_unit_test(windows_and_numbers_of_clips),
        cmocka_unit_test(missing_faces_lower_the_coverage),
        cmocka_unit_test(a_rate_too_low_is_not_covered),
        cmocka_unit_test(failures_have_reasons),
        cmocka_unit_test(ranges_of_luma_and_edges),
        cmocka_unit_test(smaller_pictures_are_means),
    };
    return cmocka_run_group_tests(tests, make_recordings, remove_recordings);
}
