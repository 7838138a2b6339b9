/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points turned to the front: what a camera far away and straight before the face would have seen.
 */
#ifndef MIEN_FACE_FRONTAL_H
#define MIEN_FACE_FRONTAL_H

#include "face/track.h"

#include <stdbool.h>
#include <stddef.h>

/* How a participant usually holds the head and how large the picture shows it: medians over a window. Noise
 * of the pose and what expressions do to it are small turns about that; head movement is large ones. So a
 * frame's difference d from the usual counts as d^3 / (d^2 + s^2), where s is 2.5 degrees of yaw and pitch
 * and 3 per cent of size: small ones hardly, large ones nearly whole. */
struct mien_usual_pose {
    double yaw, pitch; /* Degrees; NaN where nothing is usual, and each frame then counts as it is. */
    double size;       /* Pixels per millimetre of the average head. */
};

/* Over the found frames with t0 <= time <= t1; -1 without memory. */
int mien_usual_pose(const struct mien_track *track, double t0, double t1, struct mien_usual_pose *usual);

struct mien_turned {
    double x[MIEN_POINTS], y[MIEN_POINTS];
    double eyes; /* Between the two eye centres (means of six points each) of the plain points, which tremble
                    least. */
};

/* Turns the points of one frame to the front. The pose is that of the plain points, which hold still when one
 * half of the face moves; the points that are turned are of the side that is asked for, but for the middle of
 * the lips, which is always that of the plain points. Each is laid on the depth that it has on an average
 * neutral head. The result is in millimetres of the average head, whatever the distance from the camera; x
 * towards the participant's left, y down, the origin midway between the four canthi of the plain points,
 * their line level. All NaN and false where the face was not found or its points allow no pose. */
bool mien_frontal(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  size_t frame, struct mien_turned *turned);

/* Every frame turned to the front, in interocular distances: x and y have room for the track's frames, rows
 * of MIEN_POINTS. The usual pose and the distance are medians over the found frames with t0 <= time <= t1;
 * *used is their number, and without any of them all is NaN. Returns 0, or -1 without memory. */
int mien_frontal_all(const struct mien_track *track, enum mien_side side, double t0, double t1, double *x,
                     double *y, size_t *used);

/* The same points as in the picture, in pixels, with the same origin and the line of the canthi level. */
bool mien_level(const struct mien_track *track, enum mien_side side, size_t frame,
                struct mien_turned *turned);

#endif
