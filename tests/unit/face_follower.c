/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the follower that need no landmark model: pictures kept, choosing among people, places, and
 * decoding ahead.
 */
#include "video_clips.h"

#include "base/interrupt.h"
#include "face/people.h"
#include "face/pipeline.h"
#include "face/shelf.h"
#include "face/sight.h"

/* ---- Pictures kept ---- */

static void put(struct mien_shelf *shelf, int width, int height, size_t row)
{
    uint8_t *pixels = malloc((size_t)(width + 3) * (size_t)height);
    struct mien_luma luma = {pixels, width, height, width + 3};
    assert_non_null(pixels);
    memset(pixels, (int)(row % 251), (size_t)(width + 3) * (size_t)height);
    assert_int_equal(mien_shelf_put(shelf, &luma, row, NULL), MIEN_OK);
    free(pixels);
}

static void check_shelf(const struct mien_shelf *shelf, size_t first_row)
{
    for (size_t i = 0; i < shelf->count; i++) {
        struct mien_luma luma = mien_shelf_luma(shelf, i);
        assert_int_equal(mien_shelf_row(shelf, i), first_row + i);
        assert_int_equal(luma.pixels[luma.stride * (luma.height - 1) + luma.width - 1],
                         (first_row + i) % 251);
    }
}

static void the_shelf_keeps_the_newest(void **state)
{
    (void)state;
    struct mien_shelf shelf = {0};
    for (size_t row = 100; row < 117; row++)
        put(&shelf, 7, 5, row);
    assert_int_equal(shelf.count, MIEN_SHELF_MOST);
    check_shelf(&shelf, 117 - MIEN_SHELF_MOST);
    mien_shelf_keep(&shelf, 3);
    assert_int_equal(shelf.count, 3);
    check_shelf(&shelf, 114);
    put(&shelf, 7, 5, 117);
    check_shelf(&shelf, 114);
    mien_shelf_keep(&shelf, 0);
    assert_int_equal(shelf.count, 0);
    mien_shelf_free(&shelf);
}

static void the_shelf_keeps_fewer_large_pictures(void **state)
{
    (void)state;
    struct mien_shelf shelf = {0};
    for (size_t row = 0; row < 14; row++)
        put(&shelf, 4000, 2500, row);
    assert_int_equal(shelf.count, MIEN_SHELF_LEAST);
    check_shelf(&shelf, 14 - MIEN_SHELF_LEAST);
    mien_shelf_free(&shelf);
}

/* ---- Who is who ---- */

static struct mien_candidate face_at(double x, double y, double across)
{
    return (struct mien_candidate){{x, y, across, across, 0}, 0.7};
}

static struct mien_people people_choosing(enum mien_choice choice)
{
    return (struct mien_people){.who = {.choice = choice, .x = 0.8, .y = 0.7}, .width = 640, .height = 360};
}

static void the_beginning_chooses(void **state)
{
    (void)state;
    const struct mien_candidate faces[] = {face_at(320, 180, 90), face_at(90, 170, 130),
                                           face_at(550, 250, 60)};
    struct mien_people largest = people_choosing(MIEN_WHO_LARGEST), left = people_choosing(MIEN_WHO_LEFT),
                       right = people_choosing(MIEN_WHO_RIGHT), at = people_choosing(MIEN_WHO_AT);
    assert_int_equal(mien_people_choose(&largest, faces, 3), 1);
    assert_int_equal(mien_people_choose(&left, faces, 3), 1);
    assert_int_equal(mien_people_choose(&right, faces, 3), 2);
    assert_int_equal(mien_people_choose(&at, faces, 3), 2);
    assert_int_equal(mien_people_choose(&at, faces, 2), 0);
    assert_int_equal(mien_people_choose(&largest, faces, 0), -1);
    /* Nearly as large and in the middle is the participant; the other one stands at the edge. */
    const struct mien_candidate two[] = {face_at(30, 170, 100), face_at(320, 180, 90)};
    assert_int_equal(mien_people_choose(&largest, two, 2), 1);
}

static void a_lost_participant_is_not_replaced(void **state)
{
    (void)state;
    struct mien_people people = people_choosing(MIEN_WHO_LARGEST);
    people.known = true;
    people.place = face_at(200, 180, 100).place;
    const struct mien_candidate stranger = face_at(520, 180, 110), child = face_at(210, 190, 40);
    assert_int_equal(mien_people_choose(&people, &stranger, 1), -1);
    assert_true(people.other_known);
    assert_close(people.other.x, 520, 1e-12);
    assert_int_equal(mien_people_choose(&people, &child, 1), -1);
    const struct mien_candidate back[] = {stranger, face_at(240, 185, 95)};
    people.other = stranger.place;
    assert_int_equal(mien_people_choose(&people, back, 2), 1);
    /* However long it lasts, whoever stays where the other one was is the other one. */
    people.lost_for = 1000;
    assert_int_equal(mien_people_choose(&people, &stranger, 1), -1);
    people.other_known = false;
    assert_int_equal(mien_people_choose(&people, &stranger, 1), 0);
}

static void others_do_not_overlap(void **state)
{
    (void)state;
    struct mien_people people = people_choosing(MIEN_WHO_LARGEST);
    const struct mien_candidate faces[] = {face_at(205, 178, 96), face_at(420, 120, 70)};
    struct mien_place own = face_at(200, 180, 100).place;
    mien_people_note(&people, &own, faces, 1);
    assert_false(people.other_known);
    mien_people_note(&people, &own, faces, 2);
    assert_true(people.other_known);
    assert_close(people.other.x, 420, 1e-12);
}

static void places_beyond_reason_are_refused(void **state)
{
    (void)state;
    struct mien_luma luma = {NULL, 640, 360, 640};
    struct mien_place good = face_at(300, 200, 120).place, other = good;
    assert_true(mien_place_usable(&good, &luma));
    other.turn = 0.9;
    assert_true(mien_place_usable(&other, &luma));
    other.turn = -1.2; /* On top of the 15 degrees that are never turned away: 84 degrees. */
    assert_false(mien_place_usable(&other, &luma));
    other = face_at(300, 200, 9).place;
    assert_false(mien_place_usable(&other, &luma));
    other = face_at(-55, 200, 120).place;
    assert_false(mien_place_usable(&other, &luma));
    other = face_at(330, 170, 120).place;
    assert_close(mien_place_distance(&good, &other), hypot(30, 30) / 120, 1e-12);
    assert_close(mien_place_overlap(&good, &other), 91.0 * 91 / (121.0 * 121), 1e-12);
}

/* ---- Decoding ahead ---- */

/* A sum over all frames from start on; *status is how it ended. */
static double read_all(const char *path, double start, bool ahead, size_t most, size_t *frames,
                       enum mien_status *status)
{
    struct mien_video *video;
    struct mien_pipeline *pipeline;
    struct mien_video_frame frame;
    struct mien_error error = {0};
    double sum = 0;
    *frames = 0;
    assert_int_equal(mien_video_open(path, &video, &error), MIEN_OK);
    assert_int_equal(mien_pipeline_new(video, start, ahead, &pipeline, &error), MIEN_OK);
    while (*frames < most && (*status = mien_pipeline_next(pipeline, &frame, &error)) == MIEN_OK) {
        for (int y = 0; y < frame.height; y++)
            for (int x = 0; x < frame.width; x++)
                sum += frame.luma[y * frame.luma_stride + x] * (1.0 + x % 7 + 3 * (y % 5));
        sum = sum * 1.01 + frame.time + (double)frame.index;
        ++*frames;
    }
    if (*status != MIEN_OK && *status != MIEN_END)
        assert_true(strlen(error.text) > 0);
    mien_pipeline_free(pipeline);
    mien_video_close(video);
    return sum;
}

static void decoding_ahead_changes_nothing(void **state)
{
    (void)state;
    size_t plain_frames, ahead_frames;
    enum mien_status status;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc2=size=166x90:rate=25:duration=2 -c:v mpeg4 clip.mp4"));
    for (int i = 0; i < 3; i++) {
        double start = i == 1 ? 0.7 : -INFINITY;
        size_t most = i == 2 ? 5 : 1000;
        double plain = read_all(clip_path("clip.mp4"), start, false, most, &plain_frames, &status);
        assert_int_equal(status, i == 2 ? MIEN_OK : MIEN_END);
        double ahead = read_all(clip_path("clip.mp4"), start, true, most, &ahead_frames, &status);
        assert_int_equal(status, i == 2 ? MIEN_OK : MIEN_END);
        assert_true(plain == ahead);
        assert_int_equal(plain_frames, ahead_frames);
        assert_int_equal(plain_frames, i == 0 ? 50 : i == 1 ? 32 : 5);
    }
}

static double sum_of(const uint8_t *pixels, int width, int height, ptrdiff_t stride)
{
    double sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            sum = 1.0001 * sum + pixels[y * stride + x];
    return sum;
}

/* Pictures of the decoder's own memory, and those of 10 bits, which are rounded and then copied. */
static void shared_pictures_outlive_their_video(void **state)
{
    (void)state;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc2=size=166x90:rate=25:duration=1 -c:v mpeg4 shared.mp4"));
    assert_true(ffmpeg("-f lavfi -i testsrc2=size=166x90:rate=25:duration=1 -pix_fmt gray10le -c:v ffv1 "
                       "shared10.mkv"));
    static const char *const names[] = {"shared.mp4", "shared10.mkv"};
    for (size_t k = 0; k < 2; k++) {
        struct mien_shelf shelf = {0};
        struct mien_video *video;
        struct mien_video_frame frame;
        double sums[25];
        size_t rows = 0, shared = 0;
        assert_int_equal(mien_video_open(clip_path(names[k]), &video, NULL), MIEN_OK);
        for (; mien_video_next(video, &frame, NULL) == MIEN_OK; rows++) {
            struct mien_luma luma = {frame.luma, frame.width, frame.height, frame.luma_stride};
            assert_true(rows < 25);
            sums[rows] = sum_of(frame.luma, frame.width, frame.height, frame.luma_stride);
            shared += frame.owner != NULL;
            assert_int_equal(mien_shelf_share(&shelf, &luma, frame.owner, rows, NULL), MIEN_OK);
        }
        mien_video_close(video);
        assert_int_equal(rows, 25);
        assert_int_equal(shared, k == 0 ? 25 : 0);
        for (size_t i = 0; i < shelf.count; i++) {
            struct mien_luma luma = mien_shelf_luma(&shelf, i);
            assert_true(sum_of(luma.pixels, luma.width, luma.height, luma.stride) ==
                        sums[mien_shelf_row(&shelf, i)]);
        }
        mien_shelf_free(&shelf);
    }
}

static void an_interrupt_comes_through(void **state)
{
    (void)state;
    struct mien_video *video;
    struct mien_pipeline *pipeline;
    struct mien_video_frame frame;
    struct mien_error error = {0};
    enum mien_status status = MIEN_OK;
    size_t frames = 0;
    need_ffmpeg();
    /* Packets that were read at opening are decoded without looking for an interrupt, so it takes more. */
    assert_true(ffmpeg("-f lavfi -i testsrc2=size=64x48:rate=25:duration=16 -c:v mpeg4 stopped.mp4"));
    assert_int_equal(mien_video_open(clip_path("stopped.mp4"), &video, &error), MIEN_OK);
    assert_int_equal(mien_pipeline_new(video, -INFINITY, true, &pipeline, &error), MIEN_OK);
    for (; status == MIEN_OK; frames++) {
        if (frames == 3)
            mien_interrupt_request();
        status = mien_pipeline_next(pipeline, &frame, &error);
    }
    mien_pipeline_free(pipeline);
    mien_interrupt_clear();
    mien_video_close(video);
    assert_int_equal(status, MIEN_ERR_CANCELLED);
    assert_string_equal(error.text, "stopped");
    assert_true(frames < 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shelf_keeps_the_newest),
        cmocka_unit_test(the_shelf_keeps_fewer_large_pictures),
        cmocka_unit_test(the_beginning_chooses),
        cmocka_unit_test(a_lost_participant_is_not_replaced),
        cmocka_unit_test(others_do_not_overlap),
        cmocka_unit_test(places_beyond_reason_are_refused),
        cmocka_unit_test(decoding_ahead_changes_nothing),
        cmocka_unit_test(shared_pictures_outlive_their_video),
        cmocka_unit_test(an_interrupt_comes_through),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
