/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The average face of some people, made from pictures of each of them. It shows people: whoever keeps one of
 * few of them keeps pictures of patients.
 */
#ifndef MIEN_MOVEMENT_PORTRAIT_H
#define MIEN_MOVEMENT_PORTRAIT_H

#include "face/track.h"
#include "movement/camera.h"
#include "video/image.h"

enum { MIEN_PORTRAIT_SCALE = 4, MIEN_PORTRAIT_FRAMES = 15 };

struct mien_portrait {
    size_t people;
    struct mien_mesh mesh; /* The canonical face at the portrait's scale. */
    float *sum;            /* Its pixels: grey values, every person with mean 0 and standard deviation 1. */
    struct mien_resting_shape shape; /* Sum of the people's shapes. */
};

/* 0, or -1 without memory. */
int mien_portrait_new(struct mien_portrait *portrait);
void mien_portrait_clear(struct mien_portrait *portrait);

/* Adds one person: the mean of up to MIEN_PORTRAIT_FRAMES frames from t0 to t1. video NULL: the track's
 * source. Leaves the portrait as it was where it fails. */
enum mien_status mien_portrait_add(struct mien_portrait *portrait, const struct mien_track *track,
                                   const char *video, double t0, double t1, enum mien_side side,
                                   struct mien_error *error);

/* The mean face in the people's mean shape, grey on white, 416 x 512. At least one person. */
enum mien_status mien_portrait_draw(const struct mien_portrait *portrait, struct mien_image **image,
                                    struct mien_error *error);
/* The mean face in the canonical shape: 8-bit grey, rows of the portrait's mesh. */
void mien_portrait_grey(const struct mien_portrait *portrait, uint8_t *grey);

#endif
