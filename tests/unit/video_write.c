/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written can be read back: PNG, video, hash; and failures leave nothing behind.
 */
#include "video_clips.h"

#include "video/encode.h"
#include "video/hash.h"
#include "video/image.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct mien_image *painted(int width, int height)
{
    struct mien_image *image = NULL;
    assert_int_equal(mien_image_new(width, height, &image, NULL), MIEN_OK);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint8_t *pixel = image->rgb + 3 * (y * width + x);
            pixel[0] = (uint8_t)(3 * x + y);
            pixel[1] = (uint8_t)(x * y);
            pixel[2] = (uint8_t)(200 - 5 * y);
        }
    return image;
}

/* How many files lie in a folder. */
static int files_in(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void a_picture_survives_png(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_video_frame frame;
    struct stat status;
    uint8_t got[3 * 37 * 23];
    struct mien_image *image = painted(37, 23);
    if (mien_image_write_png(image, clip_path("p q.png"), &error) != MIEN_OK)
        fail_msg("%s", error.text);
    assert_int_equal(stat(clip_path("p q.png"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct mien_video *video = open_clip(clip_path("p q.png"));
    assert_true(next_frame(video, &frame));
    assert_int_equal(mien_video_rgb(video, got, sizeof got / 23, &error), MIEN_OK);
    assert_memory_equal(got, image->rgb, sizeof got);
    mien_video_close(video);
    mien_image_free(image);
}

static void luma_follows_the_standard(void **state)
{
    (void)state;
    static const uint8_t colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {250, 13, 97}};
    uint8_t luma[4];
    struct mien_image *image = NULL;
    assert_int_equal(mien_image_new(4, 1, &image, NULL), MIEN_OK);
    memcpy(image->rgb, colours, sizeof colours);
    mien_image_luma(image, luma);
    assert_int_equal(luma[0], 76);
    assert_int_equal(luma[1], 150);
    assert_int_equal(luma[2], 29);
    assert_int_equal(luma[3], 93);
    mien_image_free(image);
    struct mien_error error = {0};
    assert_int_equal(mien_image_new(0, 5, &image, &error), MIEN_ERR_DATA);
    assert_int_equal(mien_image_new(70000, 5, &image, &error), MIEN_ERR_DATA);
}

static void png_failures_leave_nothing(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_image *image = painted(8, 8);
    assert_int_equal(mien_image_write_png(image, clip_path("none/x.png"), &error), MIEN_ERR_MISSING);
    assert_non_null(strstr(error.text, "there is no folder"));
    assert_int_equal(mien_image_write_png(image, clips_folder, &error), MIEN_ERR_FORMAT);
    assert_int_equal(mkdir(clip_path("dir.png"), 0700), 0);
    assert_int_equal(mkdir(clip_path("dir.png/in"), 0700), 0);
    int before = files_in(clips_folder);
    assert_int_not_equal(mien_image_write_png(image, clip_path("dir.png"), &error), MIEN_OK);
    assert_int_equal(files_in(clips_folder), before);
    mien_image_free(image);
}

static void hashes_are_sha256(void **state)
{
    (void)state;
    char hash[MIEN_HASH_SIZE];
    struct mien_error error = {0};
    write_bytes(clip_path("abc"), "abc", 3);
    assert_int_equal(mien_hash_file(clip_path("abc"), hash, &error), MIEN_OK);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* A multiple of the chunk that is read at once. */
    char *zeros = calloc(1 << 17, 1);
    write_bytes(clip_path("zeros"), zeros, 1 << 17);
    free(zeros);
    assert_int_equal(mien_hash_file(clip_path("zeros"), hash, &error), MIEN_OK);
    assert_string_equal(hash, "fa43239bcee7b97ca62f007cc68487560a39e19f74f3dde7486db3f98df8e471");
    assert_int_equal(mien_hash_file(clip_path("absent"), hash, &error), MIEN_ERR_MISSING);
    assert_int_equal(mien_hash_file(clips_folder, hash, &error), MIEN_ERR_FORMAT);
}

/* ---- Video ---- */

static struct mien_encoder *encoder_for(const char *path, int width, int height, double fps)
{
    struct mien_error error = {0};
    struct mien_encoder *encoder = NULL;
    struct mien_encoder_options options = {.width = width, .height = height, .fps = fps, .quality = 12};
    if (mien_encoder_open(path, &options, &encoder, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return encoder;
}

static void write_frames(struct mien_encoder *encoder, const struct mien_image *image, const double *times,
                         int count)
{
    struct mien_error error = {0};
    for (int i = 0; i < count; i++)
        if (mien_encoder_write(encoder, image->rgb, 3 * (size_t)image->width, times[i], &error) != MIEN_OK)
            fail_msg("%s", error.text);
}

static void a_video_is_read_back(void **state)
{
    (void)state;
    static const char *const names[] = {"w.mp4", "w.mov", "w.mkv", "w.avi"};
    struct mien_image *image = NULL;
    double times[20];
    assert_int_equal(mien_image_new(64, 48, &image, NULL), MIEN_OK);
    for (int i = 0; i < 64 * 48; i++)
        memcpy(image->rgb + 3 * i, "\xC8\x50\x3C", 3);
    for (int i = 0; i < 20; i++)
        times[i] = i / 12.5;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct mien_error error = {0};
        struct mien_video_frame frame;
        uint8_t rgb[64 * 48 * 3];
        int count = 0;
        struct mien_encoder *encoder = encoder_for(clip_path(names[n]), 64, 48, 12.5);
        assert_int_not_equal(access(clip_path(names[n]), F_OK), 0);
        write_frames(encoder, image, times, 20);
        if (mien_encoder_finish(encoder, &error) != MIEN_OK)
            fail_msg("%s", error.text);
        struct mien_video *video = open_clip(clip_path(names[n]));
        assert_near(mien_video_info(video)->fps, 12.5, 0.01);
        while (next_frame(video, &frame)) {
            assert_near(frame.time, times[count], 0.0011);
            assert_int_equal(mien_video_rgb(video, rgb, 64 * 3, &error), MIEN_OK);
            assert_in_range(rgb[3000], 0xC8 - 4, 0xC8 + 4);
            assert_in_range(rgb[3001], 0x50 - 4, 0x50 + 4);
            assert_in_range(rgb[3002], 0x3C - 4, 0x3C + 4);
            count++;
        }
        assert_int_equal(count, 20);
        mien_video_close(video);
    }
    mien_image_free(image);
}

static void odd_sizes_and_uneven_times(void **state)
{
    (void)state;
    static const double times[] = {0, 0.1, 0.15, 0.9, 1.234};
    struct mien_error error = {0};
    struct mien_video_frame frame;
    struct mien_image *image = painted(35, 21);
    struct mien_encoder *encoder = encoder_for(clip_path("odd.mp4"), 35, 21, 20);
    write_frames(encoder, image, times, 5);
    assert_int_equal(mien_encoder_finish(encoder, &error), MIEN_OK);
    struct mien_video *video = open_clip(clip_path("odd.mp4"));
    assert_int_equal(mien_video_info(video)->width, 36);
    assert_int_equal(mien_video_info(video)->height, 22);
    for (int i = 0; i < 5; i++) {
        assert_true(next_frame(video, &frame));
        assert_near(frame.time, times[i], 2e-2);
    }
    assert_false(next_frame(video, &frame));
    mien_video_close(video);
    mien_image_free(image);
}

static void the_same_pictures_give_the_same_file(void **state)
{
    (void)state;
    static const double times[] = {0, 0.04, 0.08, 0.12};
    size_t sizes[2];
    uint8_t *bytes[2];
    struct mien_image *image = painted(96, 64);
    for (int i = 0; i < 2; i++) {
        struct mien_encoder *encoder = encoder_for(clip_path("same.mp4"), 96, 64, 25);
        write_frames(encoder, image, times, 4);
        assert_int_equal(mien_encoder_finish(encoder, NULL), MIEN_OK);
        bytes[i] = read_bytes(clip_path("same.mp4"), &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    mien_image_free(image);
}

static void wrong_requests_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct mien_encoder_options options;
        enum mien_status code;
        const char *part;
    } cases[] = {
        {"x.gif", {64, 48, 25, 0, 0}, MIEN_ERR_FORMAT, "ends in .mp4"},
        {"x", {64, 48, 25, 0, 0}, MIEN_ERR_FORMAT, "ends in .mp4"},
        {"none/x.mp4", {64, 48, 25, 0, 0}, MIEN_ERR_MISSING, "there is no folder"},
        {"x.mp4", {0, 48, 25, 0, 0}, MIEN_ERR_DATA, "size must be"},
        {"x.mp4", {64, 48, 0, 0, 0}, MIEN_ERR_DATA, "fps must be"},
        {"x.mp4", {64, 48, NAN, 0, 0}, MIEN_ERR_DATA, "fps must be"},
        {"x.mp4", {64, 48, 25, 60, 0}, MIEN_ERR_DATA, "quality must be"},
        {"x.mp4", {64, 48, 25, 20, 45}, MIEN_ERR_DATA, "rotation must be"},
        {"x.avi", {64, 48, 25, 20, 90}, MIEN_ERR_FORMAT, "only .mp4 and .mov"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mien_encoder *encoder = NULL;
        struct mien_error error = {0};
        int before = files_in(clips_folder);
        assert_int_equal(mien_encoder_open(clip_path(cases[i].name), &cases[i].options, &encoder, &error),
                         cases[i].code);
        assert_null(encoder);
        assert_non_null(strstr(error.text, cases[i].part));
        assert_int_equal(files_in(clips_folder), before);
    }
}

static void unfinished_videos_leave_nothing(void **state)
{
    (void)state;
    static const double times[] = {0, 0.04};
    struct mien_error error = {0};
    struct mien_image *image = painted(64, 48);
    int before = files_in(clips_folder);
    struct mien_encoder *encoder = encoder_for(clip_path("gone.mp4"), 64, 48, 25);
    assert_int_equal(mien_encoder_finish(encoder, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "no frame"));
    encoder = encoder_for(clip_path("gone.mp4"), 64, 48, 25);
    write_frames(encoder, image, times, 2);
    assert_int_equal(mien_encoder_write(encoder, image->rgb, 64 * 3, 0.04, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "must rise"));
    mien_encoder_abandon(encoder);
    mien_encoder_abandon(NULL);
    assert_int_equal(files_in(clips_folder), before);
    mien_image_free(image);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct rlimit limit, small = {20000, 20000};
    struct mien_image *image = painted(320, 240);
    int before = files_in(clips_folder);
    enum mien_status status = MIEN_OK;
    getrlimit(RLIMIT_FSIZE, &limit);
    small.rlim_max = limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    /* The same path through the code as with a full disk, by a limit on the size of files. */
    setrlimit(RLIMIT_FSIZE, &small);
    struct mien_encoder *encoder = encoder_for(clip_path("big.mp4"), 320, 240, 25);
    for (int i = 0; i < 200 && status == MIEN_OK; i++) {
        for (int k = 0; k < 320 * 240 * 3; k++)
            image->rgb[k] = (uint8_t)(image->rgb[k] * 5 + k + i);
        status = mien_encoder_write(encoder, image->rgb, 320 * 3, i / 25.0, &error);
    }
    enum mien_status finished = mien_encoder_finish(encoder, &error);
    enum mien_status picture = mien_image_write_png(image, clip_path("big.png"), &error);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(finished, MIEN_ERR_IO);
    assert_int_equal(picture, MIEN_ERR_IO);
    assert_non_null(strstr(error.text, "big.png: "));
    assert_int_equal(files_in(clips_folder), before);
    mien_image_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_survives_png),
        cmocka_unit_test(luma_follows_the_standard),
        cmocka_unit_test(png_failures_leave_nothing),
        cmocka_unit_test(hashes_are_sha256),
        cmocka_unit_test(a_video_is_read_back),
        cmocka_unit_test(odd_sizes_and_uneven_times),
        cmocka_unit_test(the_same_pictures_give_the_same_file),
        cmocka_unit_test(wrong_requests_are_named),
        cmocka_unit_test(unfinished_videos_leave_nothing),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, clips_setup, clips_teardown);
}
