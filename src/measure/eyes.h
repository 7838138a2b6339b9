/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures of lids and gaze from what was fitted on the picture (face/eyes.h), in a pass over numbers alone.
 */
#ifndef MIEN_MEASURE_EYES_H
#define MIEN_MEASURE_EYES_H

#include "face/track.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_face_frame;
struct mien_rest;

/* Of one eye in one frame; NaN where the picture did not allow it. Lengths are in the unit of the faces. */
struct mien_eye_values {
    double upper, lower; /* Height of the upper margin above the iris' centre, which is negative where the lid
                            hides the centre, and depth of the lower margin below it. */
    double radius;       /* Of the iris. */
    double per_mm;       /* Unit of length per millimetre, by the participant's iris. */
    double gaze_x, gaze_y; /* Degrees against the head: to the own left, up. */
    bool looked_at;        /* The picture was asked; false for points alone. */
};

/* Where a reflection covers the iris between lids that are seen, its centre is taken to be as high as that of
 * the other eye, which is wrong with strabismus. */
bool mien_eye_is_borrowed(const struct mien_eye eyes[MIEN_EYES], int side);

/* Fills upper, lower and radius of one frame. unit: of one pixel, across the line of sight. */
void mien_eye_lengths(const struct mien_track *track, size_t frame, double unit,
                      struct mien_eye_values values[MIEN_EYES]);

/* Fills the rest. radius: the participant's, in the unit of the faces; NaN leaves each frame its own. Where
 * the lower end of the iris is seen and the upper one is not (up-gaze), upper and lower are corrected for an
 * iris that was fitted smaller or larger than the participant's; their sum stays. */
void mien_eye_sizes(const struct mien_track *track, size_t frame, double unit, double radius,
                    struct mien_eye_values values[MIEN_EYES]);

/* Formulas for measure/table.c; which is MIEN_LEFT or MIEN_RIGHT. */
double mien_mrd1(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
double mien_mrd2(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
double mien_mrd1_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
double mien_mrd2_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
double mien_fissure_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
/* Of both eyes; sideways only where both were measured. */
double mien_gaze_x(const struct mien_face_frame *face, const struct mien_rest *rest, int which);
double mien_gaze_y(const struct mien_face_frame *face, const struct mien_rest *rest, int which);

#endif
