/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are no video, or not all of one: each gives one line that names the file.
 */
#include "video_clips.h"

#include "base/interrupt.h"
#include "video/container.h"

#include <sys/stat.h>

static void refused(const char *path, enum mien_status code, const char *part)
{
    struct mien_video *video = NULL;
    struct mien_error error = {0};
    assert_int_equal(mien_video_open(path, &video, &error), code);
    assert_null(video);
    assert_int_equal(error.code, code);
    if (!strstr(error.text, part) || strncmp(error.text, path, strlen(path)) != 0 || strchr(error.text, '\n'))
        fail_msg("\"%s\" should name the file and say \"%s\" in one line", error.text, part);
}

static void refused_text(const char *name, const char *text, const char *part)
{
    write_bytes(clip_path(name), text, strlen(text));
    refused(clip_path(name), MIEN_ERR_FORMAT, part);
}

static void what_is_no_video_is_refused(void **state)
{
    (void)state;
    refused(clip_path("absent.mp4"), MIEN_ERR_MISSING, "no such file");
    refused(clips_folder, MIEN_ERR_FORMAT, "is a folder");
    refused_text("empty.mp4", "", "empty (0 bytes)");
    refused_text("text.mp4", "This is no video.\nIt is text.\n", "is not a video");
    refused_text("one.mp4", "x", "is not a video");
    refused_text("notes.srt", "1\n00:00:00,000 --> 00:00:02,000\nhello\n", "is not a video");
    assert_int_equal(mkfifo(clip_path("pipe.mp4"), 0600), 0);
    refused(clip_path("pipe.mp4"), MIEN_ERR_FORMAT, "not a regular file");
}

static void lists_of_other_files_are_refused(void **state)
{
    (void)state;
    char text[600];
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=64x48:d=0.4 -c:v mpeg4 in.mp4"));
    snprintf(text, sizeof text, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n%s\n#EXT-X-ENDLIST\n",
             clip_path("in.mp4"));
    refused_text("list.m3u8", text, "opens other files (hls)");
    refused_text("list.mp4", text, "opens other files (hls)");
    snprintf(text, sizeof text, "ffconcat version 1.0\nfile 'in.mp4'\n");
    refused_text("list.ffconcat", text, "opens other files (concat)");
    refused_text("list.avi", text, "opens other files (concat)");
    refused_text("list.sdp",
                 "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
                 "opens other files (sdp)");
    refused_text(
        "list.mpd",
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period>"
        "<AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\"><BaseURL>in.mp4</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>",
        "opens other files (dash)");
}

static void sound_is_refused(void **state)
{
    (void)state;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i sine=d=0.5 -c:a aac sound.m4a"));
    refused(clip_path("sound.m4a"), MIEN_ERR_FORMAT, "holds no video");
    assert_true(ffmpeg("-f lavfi -i testsrc=s=64x48:d=0.1 -frames:v 1 cover.png"));
    assert_true(ffmpeg("-f lavfi -i sine=d=0.5 -i cover.png -map 0 -map 1 -c:v copy -c:a aac "
                       "-disposition:v attached_pic album.m4a"));
    refused(clip_path("album.m4a"), MIEN_ERR_FORMAT, "holds no video");
}

static void names_mean_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"http:x.mp4", "file:x.mp4", "a b%03d.mp4",  "concat:x|y.mp4",
                                        "-i.mp4",     "*?[x].mp4",  "\xc3\xa9.mp4", "list.m3u8.mp4"};
    size_t size;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=64x48:r=10:d=0.4 -c:v mpeg4 plain.mp4"));
    uint8_t *bytes = read_bytes(clip_path("plain.mp4"), &size);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_bytes(clip_path(names[i]), bytes, size);
        struct mien_video *video = open_clip(clip_path(names[i]));
        assert_int_equal(mien_video_info(video)->frames, 4);
        assert_string_equal(mien_video_path(video), clip_path(names[i]));
        mien_video_close(video);
    }
    free(bytes);
    /* A relative name that looks like an address. */
    char before[512];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(clips_folder), 0);
    mien_video_close(open_clip("http:x.mp4"));
    assert_int_equal(chdir(before), 0);
    /* A still whose name is a pattern for others. */
    assert_true(ffmpeg("-f lavfi -i testsrc=s=64x48:d=0.1 -frames:v 1 s001.png"));
    bytes = read_bytes(clip_path("s001.png"), &size);
    write_bytes(clip_path("s%03d.png"), bytes, size);
    write_bytes(clip_path("s002.png"), bytes, size);
    free(bytes);
    struct mien_video *video = open_clip(clip_path("s%03d.png"));
    struct mien_video_frame frame;
    assert_true(next_frame(video, &frame));
    assert_false(next_frame(video, &frame));
    mien_video_close(video);
}

static int frames_of_cut(const char *name, size_t keep, bool *truncated)
{
    size_t size;
    int count = 0;
    struct mien_video_frame frame;
    uint8_t *bytes = read_bytes(clip_path(name), &size);
    assert_true(size > keep);
    write_bytes(clip_path("cut"), bytes, keep);
    free(bytes);
    struct mien_video *video = open_clip(clip_path("cut"));
    while (next_frame(video, &frame))
        assert_int_equal(frame.index, count++);
    *truncated = mien_video_truncated(video);
    mien_video_close(video);
    return count;
}

static void a_cut_file_gives_its_frames(void **state)
{
    (void)state;
    static const char *const names[] = {"whole.mp4", "whole.mkv", "whole.avi", "whole.ts"};
    need_ffmpeg();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char arguments[256];
        size_t size;
        bool truncated;
        snprintf(arguments, sizeof arguments,
                 "-f lavfi -i testsrc=s=160x120:r=25:d=2 -c:v mpeg4 -q:v 4 -movflags +faststart %s",
                 names[i]);
        assert_true(ffmpeg(arguments));
        free(read_bytes(clip_path(names[i]), &size));
        struct mien_video *video = open_clip(clip_path(names[i]));
        assert_false(mien_video_truncated(video));
        mien_video_close(video);
        /* Not a multiple of the 188 bytes of a transport packet. */
        int count = frames_of_cut(names[i], size / 2 / 188 * 188 + 100, &truncated);
        assert_true(truncated);
        assert_in_range(count, 15, 35);
    }
    assert_true(ffmpeg("-f lavfi -i testsrc=s=160x120:r=25:d=1 -c:v mpeg4 late.mp4"));
    size_t size;
    uint8_t *bytes = read_bytes(clip_path("late.mp4"), &size);
    write_bytes(clip_path("early.mp4"), bytes, size / 2);
    free(bytes);
    assert_int_equal(mien_container_state(clip_path("early.mp4")), MIEN_CONTAINER_NO_INDEX);
    refused(clip_path("early.mp4"), MIEN_ERR_FORMAT, "index (moov) is missing; copy the recording again");
}

static void damage_is_flagged_and_passed_over(void **state)
{
    (void)state;
    size_t size;
    int count = 0, damaged = 0;
    struct mien_video_frame frame;
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=160x120:r=25:d=2 -c:v mpeg4 -q:v 4 -g 5 good.avi"));
    uint8_t *bytes = read_bytes(clip_path("good.avi"), &size);
    for (size_t i = size / 2; i < size / 2 + 3000; i++)
        bytes[i] = (uint8_t)(bytes[i] * 7 + 13);
    write_bytes(clip_path("bad.avi"), bytes, size);
    free(bytes);
    struct mien_video *video = open_clip(clip_path("bad.avi"));
    while (next_frame(video, &frame)) {
        damaged += frame.damaged;
        count++;
    }
    mien_video_close(video);
    assert_in_range(count, 40, 50);
    assert_in_range(damaged, 1, 12);
}

static void the_interrupt_flag_stops(void **state)
{
    (void)state;
    struct mien_video_frame frame;
    struct mien_error error = {0};
    need_ffmpeg();
    assert_true(ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=1 -c:v mpeg4 stop.mp4"));
    struct mien_video *video = open_clip(clip_path("stop.mp4"));
    assert_true(next_frame(video, &frame));
    mien_interrupt_request();
    assert_int_equal(mien_video_next(video, &frame, &error), MIEN_ERR_CANCELLED);
    assert_string_equal(error.text, "stopped");
    assert_int_equal(mien_video_seek(video, 0.5, &error), MIEN_ERR_CANCELLED);
    struct mien_video *other = NULL;
    assert_int_equal(mien_video_open(clip_path("stop.mp4"), &other, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    assert_int_equal(mien_video_seek(video, 0.5, &error), MIEN_OK);
    assert_true(next_frame(video, &frame));
    assert_near(frame.time, 0.48, 1e-6);
    mien_video_close(video);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_video_is_refused),
        cmocka_unit_test(lists_of_other_files_are_refused),
        cmocka_unit_test(sound_is_refused),
        cmocka_unit_test(names_mean_nothing),
        cmocka_unit_test(a_cut_file_gives_its_frames),
        cmocka_unit_test(damage_is_flagged_and_passed_over),
        cmocka_unit_test(the_interrupt_flag_stops),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
