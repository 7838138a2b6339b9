/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One conversion of pixel format and size by libswscale, kept from frame to frame and made anew when the
 * stream changes midway. Internal to src/video.
 */
#ifndef MIEN_VIDEO_SCALE_H
#define MIEN_VIDEO_SCALE_H

#include "base/error.h"

#include <libavutil/frame.h>
#include <libswscale/swscale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plane of our own, its rows padded so that libswscale may write whole vectors; start with {0}. */
struct mien_plane {
    uint8_t *bytes;
    size_t capacity;
    ptrdiff_t stride;
};

/* Room for width x height pixels of `bytes` bytes each; what was in it is lost. False when out of memory. */
bool mien_plane_resize(struct mien_plane *plane, int width, int height, int bytes);
void mien_plane_clear(struct mien_plane *plane);

struct mien_conversion {
    int width, height, format; /* Of the rows that are read; format is an enum AVPixelFormat. */
    int matrix;                /* SWS_CS_..., of YUV. */
    int full_range;
    int to_width, to_height, to_format; /* To full-range grey or RGB. */
};

/* What is read from `rows` rows of a decoded frame; the target is left for the caller to fill in. */
struct mien_conversion mien_conversion_of(const AVFrame *frame, int rows);

struct mien_scaler {
    struct SwsContext *context; /* NULL at first. */
    struct mien_conversion conversion;
};

enum mien_status mien_scaler_prepare(struct mien_scaler *scaler, const struct mien_conversion *conversion,
                                     struct mien_error *error);
void mien_scaler_clear(struct mien_scaler *scaler);

#endif
