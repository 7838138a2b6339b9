/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a frame to the canonical face: piecewise affine over the mesh, then made even in light.
 */
#ifndef MIEN_MOVEMENT_WARP_H
#define MIEN_MOVEMENT_WARP_H

#include "movement/mesh.h"

#include <stddef.h>

/* A plane of 8-bit luma; borrowed. */
struct mien_plane {
    const uint8_t *bytes;
    ptrdiff_t stride;
    int width, height;
};

/* Memory that a warp uses again and again. Start with {0}; free with mien_warp_clear. */
struct mien_warp {
    uint8_t *small; /* The face's part of the frame, halved until a pixel of it is about one of the canvas. */
    size_t small_size;
};
void mien_warp_clear(struct mien_warp *warp);

/* Lays the face whose mesh has its vertices at x and y (pixels of the plane) on the canvas: mesh->height rows
 * of mesh->width bytes. What lies outside of the mesh is 0, outside of the plane its nearest edge. Where the
 * face is larger than the canvas the frame is averaged, not skipped. 0, or -1 without memory. */
int mien_warp_face(struct mien_warp *warp, const struct mien_mesh *mesh, const struct mien_plane *plane,
                   const double *x, const double *y, uint8_t *canvas);

/* Takes the light out of a canvas at scale 1: subtracts the local mean and divides by the local standard
 * deviation, both over a soft window of 9 pixels' standard deviation inside the mesh; 128 is the mean and 42
 * one standard deviation. */
void mien_warp_even(const struct mien_mesh *mesh, const uint8_t *canvas, uint8_t *even);

#endif
