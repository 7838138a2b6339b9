/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Colour found where the decoder left it: the same as in the picture as RGB, whatever the format, turned or
 * not, and the same when it is kept.
 */
#include "video_clips.h"

#include "video/chroma.h"
#include "video/video.h"

#include <math.h>
#include <stdlib.h>

static double sample(const struct mien_chroma *chroma, const uint8_t *plane, double x, double y)
{
    long column = lrint(chroma->across[0] * x + chroma->across[1] * y + chroma->across[2]);
    long row = lrint(chroma->down[0] * x + chroma->down[1] * y + chroma->down[2]);
    column = column < 0 ? 0 : column >= chroma->width ? chroma->width - 1 : column;
    row = row < 0 ? 0 : row >= chroma->height ? chroma->height - 1 : row;
    const uint8_t *at = plane + row * chroma->row + column * chroma->column;
    unsigned value = chroma->bytes == 2 ? (unsigned)at[0] | (unsigned)at[1] << 8 : at[0];
    return (double)value / (1 << chroma->shift) - 128;
}

/* Mean distance of red as made here from that of the picture as RGB. */
static double red_error(const struct mien_video_frame *frame, const struct mien_chroma *chroma,
                        const uint8_t *rgb)
{
    double sum = 0;
    int count = 0;
    for (int y = 2; y < frame->height - 2; y += 3)
        for (int x = 2; x < frame->width - 2; x += 3, count++) {
            double luma = frame->luma[y * frame->luma_stride + x] - (double)chroma->luma_zero;
            double red = luma * (double)chroma->luma_gain +
                         (double)chroma->red_red * sample(chroma, chroma->red, x, y);
            sum += fabs(fmin(fmax(red, 0), 255) - rgb[3 * (y * frame->width + x)]);
        }
    return sum / count;
}

static void check_clip(const char *name, double most)
{
    struct mien_error error = {0};
    struct mien_video *video = open_clip(clip_path(name));
    struct mien_video_frame frame;
    struct mien_kept_chroma kept = {0};
    assert_true(next_frame(video, &frame));
    size_t stride = 3 * (size_t)frame.width;
    uint8_t *rgb = malloc(stride * (size_t)frame.height);
    assert_non_null(rgb);
    assert_int_equal(mien_video_rgb(video, rgb, stride, &error), MIEN_OK);
    assert_non_null(frame.chroma.blue);
    assert_near(red_error(&frame, &frame.chroma, rgb), 0, most);
    for (int owned = 1; owned >= 0; owned--) {
        struct mien_chroma chroma = frame.chroma;
        if (!owned)
            chroma.owner[0] = chroma.owner[1] = NULL;
        assert_int_equal(mien_chroma_keep(&kept, &chroma), 0);
        assert_int_equal(kept.copy != NULL, !owned);
        assert_near(red_error(&frame, &kept.chroma, rgb), 0, most);
    }
    mien_chroma_drop(&kept);
    free(rgb);
    mien_video_close(video);
}

static const char test_picture[] = "-f lavfi -i testsrc2=size=160x120:rate=10:duration=0.3,gblur=3";

static void make(const char *options)
{
    char command[512];
    snprintf(command, sizeof command, "%s %s", test_picture, options);
    if (!ffmpeg(command)) {
        print_message("skip: this ffmpeg cannot make the clip\n");
        skip();
    }
}

static void colour_lies_where_it_is_said(void **state)
{
    (void)state;
    need_ffmpeg();
    static const char *const formats[] = {"yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuvj420p"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char options[128];
        snprintf(options, sizeof options, "-c:v ffv1 -pix_fmt %s c.mkv", formats[i]);
        make(options);
        check_clip("c.mkv", 6);
    }
}

static void turned_and_stretched_pictures_too(void **state)
{
    (void)state;
    need_ffmpeg();
    make("-vf setsar=4/3 -c:v ffv1 -pix_fmt yuv420p wide.mkv");
    check_clip("wide.mkv", 6);
    make("-c:v mpeg4 -q:v 2 up.mp4");
    assert_true(ffmpeg("-display_rotation 90 -i up.mp4 -c copy turned.mp4") ||
                ffmpeg("-i up.mp4 -c copy -metadata:s:v rotate=270 turned.mp4"));
    check_clip("turned.mp4", 6);
}

static void grey_pictures_have_none(void **state)
{
    (void)state;
    need_ffmpeg();
    make("-c:v ffv1 -pix_fmt gray grey.mkv");
    struct mien_video *video = open_clip(clip_path("grey.mkv"));
    struct mien_video_frame frame;
    assert_true(next_frame(video, &frame));
    assert_null(frame.chroma.blue);
    assert_true(frame.chroma.luma_gain >= 1);
    struct mien_kept_chroma kept = {0};
    assert_int_equal(mien_chroma_keep(&kept, &frame.chroma), 0);
    mien_chroma_drop(&kept);
    mien_video_close(video);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_lies_where_it_is_said),
        cmocka_unit_test(turned_and_stretched_pictures_too),
        cmocka_unit_test(grey_pictures_have_none),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
