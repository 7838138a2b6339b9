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

/* Where a point lies on a neutral face, and the standard deviation with which it is found there; 0: the point
 * has no say in the head's pose. */
struct mien_head_point {
    double x, y, z, noise;
};
void mien_head_points(struct mien_head_point head[MIEN_POINTS]);
/* The point in the same place on the other side; itself on the mid-line. */
int mien_head_other_side(int point);

struct mien_camera {
    double focal, middle_x, middle_y; /* Pixels. */
};

/* A point p of the head lies at turn * p + move before the camera. */
struct mien_head_pose {
    double turn[3][3], move[3];
    struct mien_camera camera;
};

/* Places the average head so that its perspective picture lies best on the points, given how faces vary about
 * it (face/variation.h); false when the points allow no pose. The camera is taken to look straight at the
 * face, with a focal length guessed from the picture's size; width 0: the size is not known. */
bool mien_head_pose(const double *x, const double *y, int width, int height, struct mien_head_pose *pose);

/* Degrees, signs as in track.h. */
void mien_head_angles(const struct mien_head_pose *pose, double *yaw, double *pitch, double *roll);
/* The turn with these angles. */
void mien_head_turn(double yaw, double pitch, double roll, double turn[3][3]);
/* From the turn of a head that lies at `place` before a camera, against the camera's axes, to the turn
 * against a camera in the same spot that looks straight at it. Unchanged where the place is not known or not
 * before the camera. */
void mien_head_look_at(const double place[3], double turn[3][3]);

#endif
