/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Left and right told apart. The landmark model was trained on faces whose sides moved alike, and pulls every
 * face towards that: of one closed eye it shows a fifth, and moves the other eye by half as much. So each
 * half of the face is put together with its own mirror image, the model is fitted to both of these faces, and
 * each side is read from its own.
 */
#ifndef MIEN_FACE_SIDES_H
#define MIEN_FACE_SIDES_H

#include "face/model.h"

#include <stdbool.h>

/* Memory for the pictures put together; one for each thread. */
struct mien_sides;

enum mien_status mien_sides_new(struct mien_sides **sides, struct mien_error *error);
void mien_sides_free(struct mien_sides *sides); /* NULL allowed. */

enum {
    MIEN_SIDES_FITS = 4 /* Placings of the model that one call costs. */
};

/* x and y: the points of the whole face in this picture, a mean of several fits. Fills sided_x and sided_y,
 * MIEN_POINTS each. Points of the mid-line are the mean of both halves. False, with nothing filled, where the
 * eyes' corners do not tell left from right. Nothing is allocated. A mirrored picture gives mirrored points
 * with their sides exchanged, but for the grid of its pixels. */
bool mien_sides_fit(struct mien_sides *sides, const struct mien_landmark_model *model,
                    const struct mien_luma *luma, const double *x, const double *y, double *sided_x,
                    double *sided_y);

#endif
