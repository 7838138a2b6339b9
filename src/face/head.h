/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An average head in three dimensions, and how one is placed before a camera.
 *
 * Axes of the head, millimetres: x towards the participant's left, y down, z away from the camera; point 27
 * (0..67) at the origin. The camera has the same axes, with its centre at the origin.
 */
#ifndef MIEN_FACE_HEAD_H
#define MIEN_FACE_HEAD_H

#include "face/track.h"

#include <stdbool.h>

/* Where a point lies on a neutral face, and how much its place says about the head's pose: 0 is nothing. */
struct mien_head_point {
    double x, y, z, weight;
};
void mien_head_points(struct mien_head_point head[MIEN_POINTS]);

struct mien_camera {
    double focal, middle_x, middle_y; /* Pixels. */
};

/* A point p of the head lies at turn * p + move before the camera. */
struct mien_head_pose {
    double turn[3][3], move[3];
    struct mien_camera camera;
};

/* Places the average head so that its perspective picture lies best on the points; false when the points
 * allow no pose. The camera is taken to look straight at the face, with a focal length guessed from the
 * picture's size; width 0: the size is not known. */
bool mien_head_pose(const double *x, const double *y, int width, int height, struct mien_head_pose *pose);

/* Degrees, signs as in track.h. */
void mien_head_angles(const struct mien_head_pose *pose, double *yaw, double *pitch, double *roll);
/* The turn with these angles. */
void mien_head_turn(double yaw, double pitch, double roll, double turn[3][3]);

#endif
