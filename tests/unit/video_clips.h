/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small clips made at test time with the ffmpeg program, in a folder that is removed afterwards.
 */
#ifndef MIEN_TESTS_VIDEO_CLIPS_H
#define MIEN_TESTS_VIDEO_CLIPS_H

#include "unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "video/video.h"

#define assert_near(got, want, distance)                                                                     \
    do {                                                                                                     \
        double near_got = (got), near_want = (want);                                                         \
        if (!(fabs(near_got - near_want) <= (distance)))                                                     \
            fail_msg("%s is %.9g, want %.9g", #got, near_got, near_want);                                    \
    } while (0)

static char clips_folder[64];

static inline int clips_setup(void **state)
{
    (void)state;
    snprintf(clips_folder, sizeof clips_folder, "/tmp/mien-clips.XXXXXX");
    return mkdtemp(clips_folder) ? 0 : -1;
}

static inline int clips_teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", clips_folder);
    return system(command);
}

/* The path of a name in the folder; good for four calls. */
static inline const char *clip_path(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", clips_folder, name);
    return path;
}

/* Runs ffmpeg in the folder; false where there is no ffmpeg or it has no such encoder. */
static inline bool ffmpeg(const char *arguments)
{
    char command[1024];
    snprintf(command, sizeof command, "cd '%s' && ffmpeg -nostdin -v quiet -y %s >/dev/null 2>&1",
             clips_folder, arguments);
    return system(command) == 0;
}

static inline void need_ffmpeg(void)
{
    if (system("command -v ffmpeg >/dev/null 2>&1") != 0) {
        print_message("skip: no ffmpeg program to make clips with\n");
        skip();
    }
}

static inline void write_bytes(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* The whole file; the caller frees. */
static inline uint8_t *read_bytes(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes = malloc((size_t)size + 1);
    assert_non_null(bytes);
    *count = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

static inline struct mien_video *open_clip(const char *path)
{
    struct mien_video *video = NULL;
    struct mien_error error = {0};
    if (mien_video_open(path, &video, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return video;
}

static inline bool next_frame(struct mien_video *video, struct mien_video_frame *frame)
{
    struct mien_error error = {0};
    enum mien_status status = mien_video_next(video, frame, &error);
    if (status != MIEN_OK && status != MIEN_END)
        fail_msg("%s", error.text);
    return status == MIEN_OK;
}

#endif
