/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recording with its points as the measures see them, and medians over a window of it.
 */
#ifndef MIEN_MEASURE_SUBJECT_H
#define MIEN_MEASURE_SUBJECT_H

#include "measure/face_frame.h"
#include "measure/measure.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_subject {
    const struct mien_track *track;
    struct mien_usual_pose usual;
    struct mien_faces faces; /* Cleared by the caller with mien_faces_clear. */
};

/* Turns the points of subject->track to the front. How the head is usually held is taken from the window, or
 * from the recording `held_as` (NULL: none); the size is always the recording's own. Returns 0, or -1 without
 * memory. */
int mien_subject_prepare(struct mien_subject *subject, const struct mien_measure_options *options, double t0,
                         double t1, const struct mien_subject *held_as);

/* Found frames with t0 <= time <= t1. */
size_t mien_subject_frames(const struct mien_subject *subject, double t0, double t1);

/* Median interocular distance over the window; NaN without a face. Returns 0, or -1 without memory. */
int mien_subject_scale(const struct mien_subject *subject, double t0, double t1, double *scale);

/* Writes `width` numbers of one face to row; NaN is left out of the medians. */
typedef void mien_row_function(const struct mien_face_frame *face, const void *context, double *row);

/* medians[i] is the median of what `fill` puts into row[i] over the window's frames, faces in units of scale.
 * Returns 0, or -1 without memory. */
int mien_subject_medians(const struct mien_subject *subject, double t0, double t1, double scale, size_t width,
                         mien_row_function *fill, const void *context, double *medians);

#endif
