/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Contact sheets of a video that is made here, with a track that is made up.
 */
#include "unit.h"

#include "face/sheet.h"
#include "video/encode.h"
#include "video_clips.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 96, HEIGHT = 72, FRAMES = 12 };

/* Frame i is all of one grey, 15 * i. */
static void make_video(const char *path, int width, int frames)
{
    struct mien_encoder *encoder;
    struct mien_error error;
    struct mien_encoder_options options = {.width = width, .height = HEIGHT, .fps = 25, .quality = 4};
    uint8_t *rgb = malloc((size_t)width * HEIGHT * 3);
    assert_int_equal(mien_encoder_open(path, &options, &encoder, &error), MIEN_OK);
    for (int i = 0; i < frames; i++) {
        memset(rgb, 15 * i, (size_t)width * HEIGHT * 3);
        assert_int_equal(mien_encoder_write(encoder, rgb, (size_t)width * 3, 0.04 * i, &error), MIEN_OK);
    }
    assert_int_equal(mien_encoder_finish(encoder, &error), MIEN_OK);
    free(rgb);
}

/* The face is found in every frame but the fifth; in the last one it lies far outside of the picture. */
static struct mien_track *make_track(const char *path)
{
    struct mien_track *track;
    struct mien_error error;
    assert_int_equal(mien_track_new(FRAMES, &track, &error), MIEN_OK);
    track->source = strdup(path);
    track->width = WIDTH;
    track->height = HEIGHT;
    track->fps = 25;
    for (size_t row = 0; row < FRAMES; row++) {
        track->time[row] = 0.04 * (double)row;
        track->found[row] = row != 4;
        for (size_t i = 0; i < MIEN_POINTS; i++) {
            double *x = track->x + row * MIEN_POINTS + i, *y = track->y + row * MIEN_POINTS + i;
            *x = track->found[row] ? 30 + (double)(i % 9) * 4 + (row == FRAMES - 1 ? 5000 : 0) : NAN;
            *y = track->found[row] ? 20 + (double)(i / 9) * 4 : NAN;
        }
    }
    track->sided_x[2 * MIEN_POINTS + 3] = 41.5;
    track->sided_y[2 * MIEN_POINTS + 3] = 33.5;
    return track;
}

/* The grey value near the bottom left corner of the picture in cell `cell` of a sheet of three columns. */
static int grey_in(const struct mien_image *sheet, int cell)
{
    int x = 14 + cell % 3 * (264 + 14) + 6, y = 62 + cell / 3 * (264 + 69) + 258;
    return sheet->rgb[3 * (y * sheet->width + x)];
}

static void frames_come_in_their_cells(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_image *image = NULL;
    make_video(clip_path("grey.mp4"), WIDTH, FRAMES);
    struct mien_track *track = make_track(clip_path("grey.mp4"));
    const struct mien_sheet_cell cells[] = {
        {10, {"lowest confidence", "frame 11  0.40 s", "confidence 0.41"}},
        {2, {"typical", NULL, NULL}},
        {4, {"no face found", "a line that is far too long for the cell that it stands below", NULL}},
        {FRAMES - 1, {NULL, NULL, NULL}},
    };
    struct mien_sheet sheet = {.titles = {"grey.mp4: good", NULL}, .cells = cells, .count = 4};
    assert_int_equal(mien_track_sheet(track, &sheet, NULL, &image, &error), MIEN_OK);
    assert_int_equal(image->width, 14 + 3 * (264 + 14));
    assert_in_range(grey_in(image, 0), 150 - 6, 150 + 6);
    assert_in_range(grey_in(image, 1), 30 - 6, 30 + 6);
    /* Above the whole picture of a lost face, and where a face has left the picture, is the ground. */
    assert_int_equal(grey_in(image, 2), 70);
    assert_int_equal(grey_in(image, 3), 70);
    mien_image_free(image);
    mien_track_free(track);
}

static void another_video_is_refused(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_image *image = NULL;
    struct mien_track *track = make_track(clip_path("grey.mp4"));
    const struct mien_sheet_cell cells[] = {{9, {NULL, NULL, NULL}}};
    struct mien_sheet sheet = {.cells = cells, .count = 1};
    make_video(clip_path("wide.mp4"), WIDTH + 2, FRAMES);
    sheet.video = clip_path("wide.mp4");
    assert_int_equal(mien_track_sheet(track, &sheet, NULL, &image, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "it has 98x72 pixels, not 96x72"));
    make_video(clip_path("short.mp4"), WIDTH, 5);
    sheet.video = clip_path("short.mp4");
    assert_int_equal(mien_track_sheet(track, &sheet, NULL, &image, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "it has no frame 10 at 0.360 s"));
    sheet.video = clip_path("absent.mp4");
    assert_int_equal(mien_track_sheet(track, &sheet, NULL, &image, &error), MIEN_ERR_MISSING);
    assert_null(image);
    mien_track_free(track);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_in_their_cells),
        cmocka_unit_test(another_video_is_refused),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
