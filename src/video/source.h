/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a local file with libavformat, safely: the path is never read as an address, only kinds of files
 * that hold their own pictures are accepted, and a demuxer that asks for another file is refused. Internal to
 * src/video.
 */
#ifndef MIEN_VIDEO_SOURCE_H
#define MIEN_VIDEO_SOURCE_H

#include "base/error.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

struct mien_source {
    AVFormatContext *format;
    AVIOContext *bytes;
    AVStream *stream;     /* The video stream; all others are discarded by the demuxer. */
    const AVCodec *codec; /* Its decoder. */
    bool still;           /* A single picture. */
};

/* Fills *source, which the caller closes; on failure there is nothing to close. */
enum mien_status mien_source_open(const char *path, struct mien_source *source, struct mien_error *error);
void mien_source_close(struct mien_source *source); /* A zeroed one is allowed. */

/* Turns a result of libav into a status: errno values by their names, the rest as a damaged file. */
enum mien_status mien_source_fail(struct mien_error *error, const char *path, int result);

/* libav prints nothing from now on, in the whole process. */
void mien_source_silence(void);

#endif
