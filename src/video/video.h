/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading one local video file, frame by frame, as a person would see it: display rotation and pixel aspect
 * ratio applied, interlaced material deinterlaced, times from the stream's own time stamps. Memory does not
 * grow with the file's length. Still pictures (PNG, JPEG) open as a video of one frame.
 *
 * Only local files: the protocol is `file` alone, and formats that open other files (playlists, concat, image
 * sequences by pattern, ...) are refused.
 *
 * Threads: one struct mien_video belongs to one thread at a time; several may be open in several threads.
 */
#ifndef MIEN_VIDEO_VIDEO_H
#define MIEN_VIDEO_VIDEO_H

#include "base/error.h"
#include "video/chroma.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct AVBufferRef; /* FFmpeg's. */
struct mien_video;

struct mien_video_info {
    int width, height; /* As displayed, in square pixels, after rotation. */
    double fps;        /* Average frames per second; NaN where the container does not say. */
    long frames;       /* As the container says or as duration and fps imply; 0 when unknown. An estimate: the
                          truth is the number of frames that decode. */
    double duration;   /* Seconds; NaN when unknown. */
    double start;      /* Time stamp of the stream's beginning in seconds; frame times count from it. */
    char codec[32];    /* FFmpeg's name of the decoder's codec, such as "h264". */
    int rotation;      /* Degrees clockwise that the stored picture is turned for display: 0, 90, 180, 270. */
    bool vfr;          /* Frame distances differ by more than a tenth of their median, judged on the packets'
                          time stamps of the first seconds. */
    bool interlaced;   /* Declared by the stream. */
    int bit_depth;     /* Of luma. */
    bool mirrored;     /* The display matrix also asks for a mirror image, and got it. */
    bool full_range;   /* Luma spans 0..255; else 16..235, as in most recordings. */
};

/* One decoded frame. The luma plane is borrowed from the video and valid until the next call on it. */
struct mien_video_frame {
    size_t index;        /* 0 for the first decoded frame. */
    double time;         /* Seconds since info.start; rises strictly (see time_repaired). */
    int width, height;   /* As in the info. */
    const uint8_t *luma; /* height rows of width bytes, luma_stride bytes apart, as the stream codes
                            it: 16..235 unless info.full_range. */
    ptrdiff_t luma_stride;
    struct mien_chroma chroma; /* Borrowed likewise. */
    bool damaged;              /* The decoder reported errors in this frame. */
    bool time_repaired; /* The stream's stamp was absent or did not rise; the time is then interpolated. */
    struct AVBufferRef *owner; /* Of luma, where it lies as the decoder left it; else NULL. */
};

enum mien_status mien_video_open(const char *path, struct mien_video **video, struct mien_error *error);
void mien_video_close(struct mien_video *video); /* NULL allowed. */
const struct mien_video_info *mien_video_info(const struct mien_video *video);
const char *mien_video_path(const struct mien_video *video);

/* The next frame: MIEN_OK, MIEN_END after the last one, or an error. A file that was cut short ends with
 * MIEN_END after its last whole frame and mien_video_truncated() true. */
enum mien_status mien_video_next(struct mien_video *video, struct mien_video_frame *frame,
                                 struct mien_error *error);
bool mien_video_truncated(const struct mien_video *video);

/* Keeps the luma plane that this owner has, beyond the next call on the video and beyond its end; any thread
 * may read it. NULL for an owner NULL or where there is no memory: copy the plane then. The caller ends it.
 */
struct AVBufferRef *mien_video_share(const struct AVBufferRef *owner);
void mien_video_unshare(struct AVBufferRef **share); /* *share may be NULL, and is afterwards. */

/* The frame returned last, as RGB: height rows of 3 * width bytes, stride bytes apart, into memory of the
 * caller. */
enum mien_status mien_video_rgb(struct mien_video *video, uint8_t *rgb, size_t stride,
                                struct mien_error *error);

/* Moves so that the next frame is the one on display at `seconds`: the last one whose time is not later (the
 * first frame for earlier times, the last frame for later ones). Frame indices are those of a read from the
 * start. */
enum mien_status mien_video_seek(struct mien_video *video, double seconds, struct mien_error *error);
enum mien_status mien_video_rewind(struct mien_video *video, struct mien_error *error);

/* Threads the decoder may use: set between open and the first read; the default is 1. The frames are the
 * same. */
void mien_video_set_threads(struct mien_video *video, int threads);

#endif
