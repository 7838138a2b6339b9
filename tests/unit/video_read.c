/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every frame of every codec: its number, time and luma against those of the ffmpeg program.
 */
#include "video_clips.h"

#include <math.h>

enum { WIDTH = 162, HEIGHT = 90 };

struct codec {
    const char *file, *options, *codec;
    int bit_depth;
};

static const struct codec codecs[] = {
    {"h264.mp4", "-c:v libx264 -g 10 -pix_fmt yuv420p", "h264", 8},
    {"open_gop.mp4", "-c:v libx264 -x264-params keyint=10:open-gop=1:bframes=3 -pix_fmt yuv420p", "h264", 8},
    {"h264.ts", "-c:v libx264 -g 10 -pix_fmt yuv422p", "h264", 8},
    {"h264_10.mkv", "-c:v libx264 -g 10 -pix_fmt yuv420p10le", "h264", 10},
    {"grey.mkv", "-c:v libx264 -g 10 -pix_fmt gray", "h264", 8},
    {"hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=10 -pix_fmt yuv420p", "hevc", 8},
    {"hevc_10.mkv", "-c:v libx265 -x265-params log-level=none:keyint=10 -pix_fmt yuv420p10le", "hevc", 10},
    {"vp8.webm", "-c:v libvpx -b:v 300k -auto-alt-ref 1 -lag-in-frames 16 -g 10", "vp8", 8},
    {"vp9.webm", "-c:v libvpx-vp9 -b:v 300k -deadline realtime -g 10 -pix_fmt yuv420p", "vp9", 8},
    {"av1.mp4", "-c:v libsvtav1 -preset 12 -g 10 -pix_fmt yuv420p", "av1", 8},
    {"av1.mkv", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 10 -pix_fmt yuv420p", "av1", 8},
    {"mjpeg.avi", "-c:v mjpeg -pix_fmt yuvj422p", "mjpeg", 8},
    {"mpeg2.mpg", "-c:v mpeg2video -bf 2 -g 10", "mpeg2video", 8},
    {"mpeg4.mp4", "-c:v mpeg4 -bf 2 -g 10", "mpeg4", 8},
    {"mpeg4.avi", "-c:v mpeg4 -g 10", "mpeg4", 8},
    {"ffv1.mkv", "-c:v ffv1 -pix_fmt yuv420p", "ffv1", 8},
    {"ffv1_16.mkv", "-c:v ffv1 -pix_fmt gray16le", "ffv1", 16},
};
enum { CODECS = sizeof codecs / sizeof *codecs };

static bool make(const struct codec *codec)
{
    char arguments[400];
    snprintf(arguments, sizeof arguments, "-f lavfi -i testsrc2=s=%dx%d:r=25:d=1.2 %s %s", WIDTH, HEIGHT,
             codec->options, codec->file);
    if (ffmpeg(arguments))
        return true;
    print_message("skip: this ffmpeg does not write %s\n", codec->file);
    return false;
}

/* The luma planes of all frames, as ffmpeg decodes them, 8 or 16 bits a sample. */
static uint8_t *reference(const struct codec *codec, size_t *size)
{
    char arguments[400];
    snprintf(arguments, sizeof arguments,
             "-i %s -vf extractplanes=y -fps_mode passthrough -strict -1 -f rawvideo luma.raw", codec->file);
    if (!ffmpeg(arguments)) {
        snprintf(arguments, sizeof arguments, "-i %s -fps_mode passthrough -strict -1 -f rawvideo luma.raw",
                 codec->file);
        assert_true(ffmpeg(arguments));
    }
    return read_bytes(clip_path("luma.raw"), size);
}

static void check_luma(const struct mien_video_frame *frame, const uint8_t *plane, int depth)
{
    int bytes = depth > 8 ? 2 : 1, shift = depth - 8;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *sample = plane + ((size_t)y * WIDTH + (size_t)x) * (size_t)bytes;
            int value = bytes == 1 ? *sample : (sample[0] | sample[1] << 8) + (1 << (shift - 1));
            value = bytes == 1 ? value : value >> shift;
            int got = frame->luma[y * frame->luma_stride + x];
            if (got != (value > 255 ? 255 : value))
                fail_msg("frame %zu, pixel %d, %d is %d, not %d", frame->index, x, y, got, value);
        }
}

static void check_codec(const struct codec *codec)
{
    size_t size, count = 0;
    struct mien_video_frame frame;
    uint8_t *luma = reference(codec, &size);
    size_t plane = (size_t)WIDTH * HEIGHT * (codec->bit_depth > 8 ? 2 : 1);
    struct mien_video *video = open_clip(clip_path(codec->file));
    const struct mien_video_info *info = mien_video_info(video);
    assert_string_equal(info->codec, codec->codec);
    assert_int_equal(info->width, WIDTH);
    assert_int_equal(info->height, HEIGHT);
    assert_int_equal(info->bit_depth, codec->bit_depth);
    assert_near(info->fps, 25, 1e-6);
    assert_false(info->vfr);
    assert_false(info->interlaced);
    while (next_frame(video, &frame)) {
        assert_int_equal(frame.index, count);
        assert_near(frame.time, (double)count / 25, 1.1e-3);
        assert_false(frame.damaged);
        assert_true((count + 1) * plane <= size);
        check_luma(&frame, luma + count * plane, codec->bit_depth);
        count++;
    }
    assert_int_equal(count, 30);
    assert_int_equal(size, 30 * plane);
    assert_false(mien_video_truncated(video));
    mien_video_close(video);
    free(luma);
}

static void every_codec_gives_every_frame(void **state)
{
    (void)state;
    need_ffmpeg();
    for (size_t i = 0; i < CODECS; i++)
        if (make(&codecs[i])) {
            print_message("%s\n", codecs[i].file);
            check_codec(&codecs[i]);
        }
}

static void gif_and_stills_open(void **state)
{
    (void)state;
    static const char *const stills[] = {"still.png", "still.jpg", "still.bmp", "still.tiff"};
    struct mien_video_frame frame;
    size_t count = 0;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc2=s=90x62:r=10:d=1.5 a.gif"));
    struct mien_video *video = open_clip(clip_path("a.gif"));
    while (next_frame(video, &frame))
        assert_near(frame.time, (double)count++ / 10, 1e-9);
    assert_int_equal(count, 15);
    mien_video_close(video);
    for (size_t i = 0; i < sizeof stills / sizeof *stills; i++) {
        char arguments[200];
        snprintf(arguments, sizeof arguments, "-f lavfi -i testsrc=s=91x63:d=0.1 -frames:v 1 %s", stills[i]);
        assert_true(ffmpeg(arguments));
        video = open_clip(clip_path(stills[i]));
        assert_int_equal(mien_video_info(video)->frames, 1);
        assert_int_equal(mien_video_info(video)->width, 91);
        assert_true(isnan(mien_video_info(video)->fps));
        assert_true(isnan(mien_video_info(video)->duration));
        assert_true(next_frame(video, &frame));
        assert_true(frame.time == 0);
        assert_false(next_frame(video, &frame));
        mien_video_close(video);
    }
}

static void dropped_frames_leave_gaps(void **state)
{
    (void)state;
    /* Of 30 frames at 25 a second, those whose number mod 7 is 2 or 3 are missing. */
    struct mien_video_frame frame;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=96x64:r=25:d=1.2 -vf \"select='not(between(mod(n,7),2,3))'\" "
                       "-fps_mode passthrough -c:v mpeg4 vfr.mkv"));
    struct mien_video *video = open_clip(clip_path("vfr.mkv"));
    assert_true(mien_video_info(video)->vfr);
    for (int n = 0; n < 30; n++) {
        if (n % 7 == 2 || n % 7 == 3)
            continue;
        assert_true(next_frame(video, &frame));
        assert_near(frame.time, n / 25.0, 1e-3);
        assert_false(frame.time_repaired);
    }
    assert_false(next_frame(video, &frame));
    mien_video_close(video);
}

static void a_raw_stream_gets_times(void **state)
{
    (void)state;
    struct mien_video_frame frame;
    size_t count = 0;
    need_ffmpeg();
    if (!ffmpeg("-f lavfi -i testsrc=s=96x64:r=25:d=1 -c:v libx264 -pix_fmt yuv420p raw.h264"))
        skip();
    struct mien_video *video = open_clip(clip_path("raw.h264"));
    while (next_frame(video, &frame)) {
        assert_near(frame.time, (double)count++ / 25, 1e-9);
        assert_true(frame.time_repaired);
    }
    assert_int_equal(count, 25);
    mien_video_close(video);
}

static void only_frames_meant_for_display_come(void **state)
{
    (void)state;
    struct mien_video_frame frame;
    size_t count = 0;
    need_ffmpeg();
    if (!ffmpeg("-f lavfi -i testsrc=s=96x64:r=25:d=2 -c:v libx264 -g 20 -bf 2 -pix_fmt yuv420p uncut.mp4"))
        skip();
    /* Begins amid a group of pictures: the edit list tells to decode but not to show what lies before. */
    assert_true(ffmpeg("-ss 1.12 -i uncut.mp4 -c copy edited.mp4"));
    struct mien_video *video = open_clip(clip_path("edited.mp4"));
    while (next_frame(video, &frame))
        count++;
    assert_int_equal(count, 22);
    mien_video_close(video);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_gives_every_frame),      cmocka_unit_test(gif_and_stills_open),
        cmocka_unit_test(dropped_frames_leave_gaps),          cmocka_unit_test(a_raw_stream_gets_times),
        cmocka_unit_test(only_frames_meant_for_display_come),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
