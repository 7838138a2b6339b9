/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points turned to the front: what a camera far away and straight before the face would have seen.
 */
#ifndef MIEN_FACE_FRONTAL_H
#define MIEN_FACE_FRONTAL_H

#include "face/track.h"

#include <stdbool.h>

/* Turns the points of one frame to the front. The pose is that of the plain points, which hold still when one
 * half of the face moves; the points that are turned are of the side that is asked for. Each is laid on the
 * depth that it has on an average neutral head. x and y have room for MIEN_POINTS: millimetres of the average
 * head, whatever the distance from the camera; x towards the participant's left, y down, the origin midway
 * between the four canthi, their line level. All NaN and false where the face was not found or its points
 * allow no pose. */
bool mien_frontal(const struct mien_track *track, enum mien_side side, size_t frame, double *x, double *y);

/* The same points as in the picture, in pixels, with the same origin and the line of the canthi level. */
bool mien_level(const struct mien_track *track, enum mien_side side, size_t frame, double *x, double *y);

/* Distance between the two eye centres (means of six points each). */
double mien_frontal_eyes(const double *x, const double *y);

#endif
