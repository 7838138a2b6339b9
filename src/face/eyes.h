/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lids and iris fitted on the picture of each eye. Of 68 points four lie on the lids of an eye and none on
 * its iris, and a landmark model draws the lids it expects; a drooping lid needs to be measured where it is.
 * No learned numbers: the iris is the circle with the strongest edge to the white of the eye on its visible
 * arcs (Daugman 1993, doi 10.1109/34.244676), the lids are parabolas between skin and what is not skin.
 */
#ifndef MIEN_FACE_EYES_H
#define MIEN_FACE_EYES_H

#include "face/eye.h"
#include "face/model.h"
#include "video/chroma.h"

/* Of the way that an iris goes up or down the points of the canthi follow by this share: 0.3 in drawn faces,
 * 0.27 and 0.28 in two recordings of heads held still. The true canthi hardly move. */
#define MIEN_EYE_CANTHI_FOLLOW 0.3

/* What one thread needs to fit eyes. */
struct mien_eye_bench;
enum mien_status mien_eye_bench_new(struct mien_eye_bench **bench, struct mien_error *error);
void mien_eye_bench_free(struct mien_eye_bench *bench); /* NULL allowed. */

/* The right eye and the left of the participant whose 68 points lie at x and y. What is found depends on this
 * picture alone; a mirrored picture gives mirrored eyes. Nothing can fail and nothing is allocated. */
void mien_eyes_fit(struct mien_eye_bench *bench, const struct mien_luma *luma,
                   const struct mien_chroma *chroma, const double *x, const double *y,
                   struct mien_eye eyes[MIEN_EYES]);

#endif
