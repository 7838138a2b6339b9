/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a decoder's frame to the picture a person would see: deinterlaced, in square pixels, upright. Luma of
 * common 8-bit formats that need none of this is not copied at all; that is where the speed of tracking comes
 * from. Internal to src/video.
 */
#ifndef MIEN_VIDEO_PICTURE_H
#define MIEN_VIDEO_PICTURE_H

#include "base/error.h"
#include "video/chroma.h"
#include "video/turn.h"

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_picture;

/* The picture's size in square pixels before it is turned, and how it is turned. */
struct mien_picture_shape {
    int width, height;
    struct mien_turn turn;
};

struct mien_picture *mien_picture_new(const struct mien_picture_shape *shape);
const struct mien_picture_shape *mien_picture_shape(const struct mien_picture *picture);
void mien_picture_free(struct mien_picture *picture); /* NULL allowed. */

/* 8-bit luma as the stream codes it; the plane belongs to the frame or to picture and is valid until either's
 * next use. */
enum mien_status mien_picture_luma(struct mien_picture *picture, const AVFrame *frame, const uint8_t **luma,
                                   ptrdiff_t *stride, struct mien_error *error);
/* Where the frame's colour lies; the planes are the frame's own. */
struct mien_chroma mien_picture_chroma(const struct mien_picture_shape *shape, const AVFrame *frame);
/* Full-range RGB into memory of the caller. */
enum mien_status mien_picture_rgb(struct mien_picture *picture, const AVFrame *frame, uint8_t *rgb,
                                  ptrdiff_t stride, struct mien_error *error);

#endif
