/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing a video file (MP4 or what the file's ending says) from RGB pictures: H.264 where the build of
 * libavcodec has an encoder, else MPEG-4 part 2. Used by the simulator and by clips.
 */
#ifndef MIEN_VIDEO_ENCODE_H
#define MIEN_VIDEO_ENCODE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct mien_encoder;

struct mien_encoder_options {
    int width,
        height; /* Odd sizes are allowed; the last row or column is then repeated in the stored picture. */
    double fps;
    int quality;  /* Constant quality, 0 (best) .. 51; 0 in a zeroed struct means the default, 20. */
    int rotation; /* 0, 90, 180, 270: pictures are stored turned, as by a camera held so, and the file says by
                   * how many degrees clockwise they are to be turned back. MP4 and MOV only. */
};

/* The file appears under its name only when mien_encoder_finish succeeds; until then it has a temporary one.
 */
enum mien_status mien_encoder_open(const char *path, const struct mien_encoder_options *options,
                                   struct mien_encoder **encoder, struct mien_error *error);
/* One frame; time in seconds must rise. */
enum mien_status mien_encoder_write(struct mien_encoder *encoder, const uint8_t *rgb, size_t stride,
                                    double time, struct mien_error *error);
/* Writes what is left, closes and frees, whatever the result. */
enum mien_status mien_encoder_finish(struct mien_encoder *encoder, struct mien_error *error);
/* Gives up: removes the temporary file and frees. NULL allowed. */
void mien_encoder_abandon(struct mien_encoder *encoder);

#endif
