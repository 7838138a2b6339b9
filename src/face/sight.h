/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The face in one frame, seen from a place where it is expected: the points, what tells whether this is a
 * face at all, and where to expect it next. It remembers nothing.
 */
#ifndef MIEN_FACE_SIGHT_H
#define MIEN_FACE_SIGHT_H

#include "face/confidence.h"
#include "face/model.h"

#include <stdbool.h>

struct mien_sight {
    double x[MIEN_POINTS], y[MIEN_POINTS];
    struct mien_confidence_evidence evidence;
    struct mien_place place; /* Where to expect the face in the next frame. */
};

/* How many times the model is placed. */
enum mien_effort {
    MIEN_EFFORT_ONE,   /* Once; the disagreement stays what it was in *sight, unless the face looks unlike the
                          one   there: then as below. */
    MIEN_EFFORT_CHECK, /* Once for the points, and twice more for the disagreement. */
    MIEN_EFFORT_MEAN   /* Three times; the points are the mean, which trembles less than any of them. */
};

/* False where there is no face. */
bool mien_sight_take(const struct mien_landmark_model *model, const struct mien_luma *luma,
                     const struct mien_place *expected, enum mien_effort effort, struct mien_sight *sight);

/* Where the face with these points is to be expected. */
struct mien_place mien_sight_place(const struct mien_landmark_model *model, const double *x, const double *y);

/* ---- Places ---- */

/* Distance of the middles in widths of the first. */
double mien_place_distance(const struct mien_place *place, const struct mien_place *other);
/* Of the upright boxes: common area in areas of the smaller one. */
double mien_place_overlap(const struct mien_place *a, const struct mien_place *b);
/* Large enough, upright enough and not too far outside the picture to be looked at. */
bool mien_place_usable(const struct mien_place *place, const struct mien_luma *luma);

#endif
