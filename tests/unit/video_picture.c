/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person would see: turned, mirrored, in square pixels, one field, colours in full range.
 */
#include "video_clips.h"

#include "video/image.h"

#include <math.h>

static uint8_t *colours_of(struct mien_video *video, struct mien_video_frame *frame)
{
    struct mien_error error = {0};
    const struct mien_video_info *info = mien_video_info(video);
    size_t row = 3 * (size_t)info->width;
    uint8_t *rgb = malloc(row * (size_t)info->height);
    assert_non_null(rgb);
    assert_true(next_frame(video, frame));
    assert_int_equal(mien_video_rgb(video, rgb, row, &error), MIEN_OK);
    return rgb;
}

/* A picture of four quarters, 120x80: red, green above blue, white. */
static const char quarters[] =
    "-f lavfi -i color=red:s=60x40:r=10:d=0.5 -f lavfi -i color=lime:s=60x40:r=10:d=0.5 "
    "-f lavfi -i color=blue:s=60x40:r=10:d=0.5 -f lavfi -i color=white:s=60x40:r=10:d=0.5 "
    "-filter_complex \"[0][1]hstack[a];[2][3]hstack[b];[a][b]vstack";

static char colour_at(const uint8_t *rgb, int width, int x, int y)
{
    const uint8_t *pixel = rgb + 3 * ((size_t)y * (size_t)width + (size_t)x);
    int bits = (pixel[0] > 200) << 2 | (pixel[1] > 200) << 1 | (pixel[2] > 200);
    return "kbg?r??w"[bits];
}

static void check_quarters(const char *name, int width, int height, const char *expected)
{
    struct mien_video_frame frame;
    struct mien_video *video = open_clip(clip_path(name));
    assert_int_equal(mien_video_info(video)->width, width);
    assert_int_equal(mien_video_info(video)->height, height);
    uint8_t *rgb = colours_of(video, &frame);
    char got[5] = {colour_at(rgb, width, width / 4, height / 4),
                   colour_at(rgb, width, width * 3 / 4, height / 4),
                   colour_at(rgb, width, width / 4, height * 3 / 4),
                   colour_at(rgb, width, width * 3 / 4, height * 3 / 4), '\0'};
    assert_string_equal(got, expected);
    /* Luma is turned and scaled alike: blue is darkest, white brightest. */
    for (int i = 0; i < 4; i++) {
        int value = frame.luma[(i / 2 ? height * 3 / 4 : height / 4) * frame.luma_stride +
                               (i % 2 ? width * 3 / 4 : width / 4)];
        int known = expected[i] == 'b' ? 41 : expected[i] == 'r' ? 81 : expected[i] == 'g' ? 145 : 235;
        assert_in_range(value, known - 3, known + 3);
    }
    free(rgb);
    mien_video_close(video);
}

/* Writes the display matrix of the only video track. */
static void set_matrix(const char *from, const char *to, int a, int b, int c, int d)
{
    size_t size;
    uint8_t *bytes = read_bytes(clip_path(from), &size);
    const int values[] = {a, b, 0, c, d};
    for (size_t i = 4; i + 100 < size; i++)
        if (memcmp(bytes + i, "tkhd", 4) == 0)
            for (size_t k = 0; k < 5; k++) {
                uint8_t *number = bytes + i + 44 + 4 * k;
                number[0] = values[k] < 0 ? 0xFF : 0;
                number[1] = (uint8_t)values[k];
                number[2] = number[3] = 0;
            }
    write_bytes(clip_path(to), bytes, size);
    free(bytes);
}

static void display_matrices_are_applied(void **state)
{
    (void)state;
    char arguments[600];
    need_ffmpeg();
    snprintf(arguments, sizeof arguments, "%s\" -c:v mpeg4 -q:v 2 -pix_fmt yuv420p quarters.mp4", quarters);
    assert_true(ffmpeg(arguments));
    check_quarters("quarters.mp4", 120, 80, "rgbw");
    set_matrix("quarters.mp4", "quarters_90.mp4", 0, 1, -1, 0);
    check_quarters("quarters_90.mp4", 80, 120, "brwg");
    set_matrix("quarters.mp4", "quarters_180.mp4", -1, 0, 0, -1);
    check_quarters("quarters_180.mp4", 120, 80, "wbgr");
    set_matrix("quarters.mp4", "quarters_270.mp4", 0, -1, 1, 0);
    check_quarters("quarters_270.mp4", 80, 120, "gwrb");
    set_matrix("quarters.mp4", "quarters_mirrored.mp4", -1, 0, 0, 1);
    check_quarters("quarters_mirrored.mp4", 120, 80, "grwb");
    struct mien_video *video = open_clip(clip_path("quarters_270.mp4"));
    assert_int_equal(mien_video_info(video)->rotation, 270);
    assert_false(mien_video_info(video)->mirrored);
    mien_video_close(video);
    video = open_clip(clip_path("quarters_mirrored.mp4"));
    assert_true(mien_video_info(video)->mirrored);
    mien_video_close(video);
}

static void pixels_become_square(void **state)
{
    (void)state;
    char arguments[600];
    need_ffmpeg();
    snprintf(arguments, sizeof arguments, "%s,setsar=16/11\" -c:v mpeg4 -q:v 2 -pix_fmt yuv420p wide.mp4",
             quarters);
    assert_true(ffmpeg(arguments));
    check_quarters("wide.mp4", 175, 80, "rgbw");
    set_matrix("wide.mp4", "wide_90.mp4", 0, 1, -1, 0);
    check_quarters("wide_90.mp4", 80, 175, "brwg");
    snprintf(arguments, sizeof arguments, "%s,setsar=9/16\" -c:v ffv1 -pix_fmt yuv420p10le narrow.mkv",
             quarters);
    assert_true(ffmpeg(arguments));
    check_quarters("narrow.mkv", 68, 80, "rgbw");
}

static void odd_sizes_have_all_their_pixels(void **state)
{
    (void)state;
    struct mien_video_frame frame;
    size_t size;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=161x91:r=5:d=0.4 -c:v ffv1 -pix_fmt yuv420p odd.mkv"));
    assert_true(ffmpeg("-i odd.mkv -frames:v 1 -sws_flags bicubic+accurate_rnd+full_chroma_int+bitexact "
                       "-pix_fmt rgb24 -f rawvideo odd.raw"));
    struct mien_video *video = open_clip(clip_path("odd.mkv"));
    uint8_t *rgb = colours_of(video, &frame), *expected = read_bytes(clip_path("odd.raw"), &size);
    assert_int_equal(size, 161 * 91 * 3);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += fabs((double)rgb[i] - (double)expected[i]);
    assert_in_range((int)(100 * sum / (double)size), 0, 500);
    free(rgb);
    free(expected);
    mien_video_close(video);
}

static void ranges_end_in_the_same_colours(void **state)
{
    (void)state;
    static const char *const formats[] = {"yuv420p", "yuv444p10le", "gray", "rgb24", "nv12"};
    need_ffmpeg();
    for (size_t i = 0; i < 2 * (sizeof formats / sizeof *formats); i++) {
        struct mien_video_frame frame;
        char arguments[400];
        const char *format = formats[i / 2], *range = i % 2 ? "pc" : "tv";
        snprintf(arguments, sizeof arguments,
                 "-f lavfi -i color=0x646464:s=32x16:r=5:d=0.2 -vf scale=out_range=%s,format=%s "
                 "-color_range %s -c:v %s range.mkv",
                 range, format, range, strcmp(format, "nv12") == 0 ? "rawvideo" : "ffv1");
        if (!ffmpeg(arguments))
            continue;
        struct mien_video *video = open_clip(clip_path("range.mkv"));
        uint8_t *rgb = colours_of(video, &frame);
        for (int channel = 0; channel < 3; channel++)
            if (strcmp(format, "gray") != 0)
                assert_in_range(rgb[3 * (32 * 8 + 7) + channel], 98, 102);
        free(rgb);
        mien_video_close(video);
    }
}

/* Lossless fields from 50 pictures a second: even rows from one, odd rows from the next. */
static void check_fields(const char *order, const char *set, int first_row)
{
    char arguments[400];
    size_t size, whole_size;
    struct mien_video_frame frame;
    snprintf(arguments, sizeof arguments,
             "-f lavfi -i testsrc2=s=128x96:r=50:d=0.4 -vf format=yuv420p,tinterlace=%s,setfield=%s -c:v "
             "ffv1 f.mkv",
             order, set);
    assert_true(ffmpeg(arguments));
    assert_true(ffmpeg("-f lavfi -i testsrc2=s=128x96:r=50:d=0.4 -pix_fmt yuv420p -f rawvideo whole.raw"));
    assert_true(ffmpeg("-i f.mkv -f rawvideo fields.raw"));
    uint8_t *fields = read_bytes(clip_path("fields.raw"), &size);
    uint8_t *whole = read_bytes(clip_path("whole.raw"), &whole_size);
    struct mien_video *video = open_clip(clip_path("f.mkv"));
    assert_true(mien_video_info(video)->interlaced);
    size_t picture = 128 * 96 * 3 / 2, count = 0;
    while (next_frame(video, &frame)) {
        const uint8_t *stored = fields + count * picture, *then = whole + 2 * count * picture;
        for (int y = first_row; y < 96; y += 2) {
            /* The first field is of the moment of the frame's time, and is kept as it is. */
            assert_memory_equal(frame.luma + y * frame.luma_stride, stored + y * 128, 128);
            assert_memory_equal(stored + y * 128, then + y * 128, 128);
        }
        for (int x = 0; x < 128; x++) {
            int y = 40 + 1 - first_row;
            int mean = (stored[(y - 1) * 128 + x] + stored[(y + 1) * 128 + x] + 1) / 2;
            assert_int_equal(frame.luma[y * frame.luma_stride + x], mean);
        }
        count++;
    }
    assert_int_equal(count, 10);
    mien_video_close(video);
    free(fields);
    free(whole);
}

static void interlaced_pictures_show_one_moment(void **state)
{
    (void)state;
    need_ffmpeg();
    check_fields("interleave_top", "tff", 0);
    check_fields("interleave_bottom", "bff", 1);
    /* In colour, an upright bar that moves shows no comb: rows of both fields are alike. */
    assert_true(ffmpeg("-f lavfi -i color=black:s=128x96:r=50:d=0.4 -f lavfi -i color=red:s=24x96:r=50:d=0.4 "
                       "-filter_complex \"[0][1]overlay=x=n*6:y=0,format=yuv420p,tinterlace=interleave_top,"
                       "setfield=tff\" -c:v ffv1 comb.mkv"));
    struct mien_video_frame frame;
    struct mien_video *video = open_clip(clip_path("comb.mkv"));
    free(colours_of(video, &frame));
    uint8_t *rgb = colours_of(video, &frame);
    for (int y = 0; y + 1 < 96; y++)
        assert_memory_equal(rgb + y * 3 * 128, rgb + (y + 1) * 3 * 128, 3 * 128);
    assert_true(colour_at(rgb, 128, 24, 50) == 'r');
    free(rgb);
    mien_video_close(video);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(display_matrices_are_applied),
        cmocka_unit_test(pixels_become_square),
        cmocka_unit_test(odd_sizes_have_all_their_pixels),
        cmocka_unit_test(ranges_end_in_the_same_colours),
        cmocka_unit_test(interlaced_pictures_show_one_moment),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
