/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The 68 points of one frame in the face's own axes, so that where the head is and how it is tilted do not
 * matter: origin midway between the four canthi, x along the line through the middles of the right and the
 * left canthi towards the participant's left, y up. Lids and gaze cannot move this line.
 */
#ifndef MIEN_MEASURE_FACE_FRAME_H
#define MIEN_MEASURE_FACE_FRAME_H

#include "face/track.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_face_frame {
    double x[MIEN_POINTS], y[MIEN_POINTS]; /* In units of the scale that was given. */
};

/* Distance in pixels between the two eye centres (means of six points each); NaN where the face was not
 * found. */
double mien_eye_distance(const struct mien_track *track, size_t frame);

/* False where the face was not found or its points allow no axes. scale is pixels per unit. */
bool mien_face_frame(const struct mien_track *track, size_t frame, double scale,
                     struct mien_face_frame *face);

#endif
