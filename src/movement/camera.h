/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An affine camera between a participant's resting face, in space, and the points of a frame. It takes out of
 * a frame where the head is, how it is held and how near it is, to first order; what is left is movement of
 * the face and, in large turns, the camera's perspective.
 */
#ifndef MIEN_MOVEMENT_CAMERA_H
#define MIEN_MOVEMENT_CAMERA_H

#include "movement/mesh.h"

/* The resting face: vertices of the mesh, per cent of the interocular distance; x towards the participant's
 * left, y down, z away from the camera. The origin is midway between the canthi. */
struct mien_resting_shape {
    double x[MIEN_MESH_VERTICES], y[MIEN_MESH_VERTICES], z[MIEN_MESH_VERTICES];
};

/* From the 68 points at rest, frontal and in interocular distances as mien_frontal_all gives them; depths,
 * forehead and temples are those of the average head. */
void mien_resting_shape(const double *x, const double *y, struct mien_resting_shape *shape);

/* A vertex (x, y, z) appears at (a . (x, y, z, 1), b . (x, y, z, 1)), pixels. */
struct mien_affine_camera {
    double a[4], b[4];
};

/* Least squares over the canthi, the nose and, with little weight, brows and temples. False where the points
 * allow none. */
bool mien_camera_fit(const struct mien_resting_shape *shape, const double *x, const double *y,
                     struct mien_affine_camera *camera);
/* Where a vertex of the resting face appears. */
void mien_camera_see(const struct mien_affine_camera *camera, const struct mien_resting_shape *shape,
                     int vertex, double *x, double *y);
/* The place on the resting face's scale of a point seen at x, y, at the depth of the vertex. */
void mien_camera_undo(const struct mien_affine_camera *camera, const struct mien_resting_shape *shape,
                      int vertex, double x, double y, double *face_x, double *face_y);

#endif
