/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One picture in memory, 8-bit RGB, and its way to and from a file.
 */
#ifndef MIEN_VIDEO_IMAGE_H
#define MIEN_VIDEO_IMAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_image {
    int width, height;
    uint8_t *rgb; /* height rows of 3 * width bytes, no gaps; owned, from malloc. */
    size_t index; /* Frame number from 0 when taken from a video, else 0. */
    double time;  /* Seconds; NaN when not from a video. */
    bool damaged; /* The decoder reported errors in it. */
};

/* An empty (black) picture; MIEN_ERR_MEMORY when it does not fit. Free with mien_image_free. */
enum mien_status mien_image_new(int width, int height, struct mien_image **image, struct mien_error *error);
void mien_image_free(struct mien_image *image); /* NULL allowed. */

/* Writes a PNG through a temporary file in the same folder, readable by the user alone, so that a failure
 * leaves no half-written picture. */
enum mien_status mien_image_write_png(const struct mien_image *image, const char *path,
                                      struct mien_error *error);

/* Luma by ITU-R BT.601 full range, into width * height bytes of the caller. */
void mien_image_luma(const struct mien_image *image, uint8_t *luma);

#endif
