/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The 68 points of every frame in the face's own axes, so that where the head is and how it is held do not
 * matter: origin midway between the four canthi, x along the line through the middles of the right and the
 * left canthi towards the participant's left, y up. Lids and gaze cannot move this line.
 */
#ifndef MIEN_MEASURE_FACE_FRAME_H
#define MIEN_MEASURE_FACE_FRAME_H

#include "face/frontal.h"
#include "measure/eyes.h"

#include <stdbool.h>
#include <stddef.h>

/* All frames of a track, with the points that measures are taken from. Lengths are in a unit of the track's
 * own: millimetres of the average head where points are turned to the front, else pixels. */
struct mien_faces {
    size_t count;
    double *x, *y; /* count rows of MIEN_POINTS; NaN where the face was not found or allows no axes. */
    double *eyes;  /* Distance between the two eye centres, face/frontal.h; NaN there too. */
    double *unit;  /* Of one pixel across the line of sight. */
    struct mien_eye_values *lids; /* count rows of MIEN_EYES. */
};

/* Turned to the front (face/frontal.h), or as in the picture where usual is NULL. Returns 0, or -1 without
 * memory, when there is nothing to clear. */
int mien_faces_of(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  struct mien_faces *faces);
/* Gives the participant one iris: its median radius over the found frames with t0 <= time <= t1, where three
 * or more show it; else each frame keeps its own. Millimetres and gaze are known only then. Returns 0, or -1
 * without memory. */
int mien_faces_fix_iris(const struct mien_track *track, double t0, double t1, struct mien_faces *faces);
void mien_faces_clear(struct mien_faces *faces);

struct mien_face_frame {
    double x[MIEN_POINTS], y[MIEN_POINTS];  /* In units of the scale that was given. */
    struct mien_eye_values eyes[MIEN_EYES]; /* Lengths in the same units. */
    const double *units; /* Proxies in the order of measure/action_units.h; NULL until they are found. */
};

/* False where the face was not found. scale is in the unit of the faces. */
bool mien_face_frame(const struct mien_faces *faces, size_t frame, double scale,
                     struct mien_face_frame *face);

#endif
