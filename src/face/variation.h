/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How faces vary about the average head, in the plane of the face: what persons differ in and what
 * expressions move, each a movement of several points together with its standard deviation. A head's pose is
 * read from what this does not explain. Without it a long nose is taken for a nose that is held down.
 */
#ifndef MIEN_FACE_VARIATION_H
#define MIEN_FACE_VARIATION_H

#include "face/head.h"

enum { MIEN_VARIATIONS = 20 };

/* The errors of points that have a say in the pose have the covariance N N' + B B', where N is each point's
 * own noise (struct mien_head_point) and the columns of B are the variations. Everything is in units of the
 * noise: rows of B divided by it. */
struct mien_variation {
    int count;                                      /* Points that have a say. */
    int points[MIEN_POINTS];                        /* Which. */
    double scale[MIEN_POINTS];                      /* 1 / noise of each. */
    double shape[2 * MIEN_POINTS][MIEN_VARIATIONS]; /* B; rows are x and y of the points in turn. */
    int first[2 * MIEN_POINTS],
        end[2 * MIEN_POINTS];                       /* Columns from first, before end, may be other than 0. */
    double lower[MIEN_VARIATIONS][MIEN_VARIATIONS]; /* Cholesky factor of I + B'B. */
};

void mien_variation_prepare(const struct mien_head_point head[MIEN_POINTS], struct mien_variation *variation);

/* Leaves the points' own noise alone. */
void mien_variation_forget(struct mien_variation *variation);

/* What the variations explain of 2 * count errors, in units of the noise: for errors a and b with the parts u
 * and v explained, a' b - u' v is their product in the metric of the inverse covariance. */
void mien_variation_explain(const struct mien_variation *variation, const double *errors,
                            double explained[MIEN_VARIATIONS]);

#endif
