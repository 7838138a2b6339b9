/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far the points of one frame can be trusted, from what following the face tells at hardly any cost.
 */
#ifndef MIEN_FACE_CONFIDENCE_H
#define MIEN_FACE_CONFIDENCE_H

#include "face/model.h"

#include <stdbool.h>

/* What is known about one frame; NaN where it is not. Lengths are in interocular distances. */
struct mien_confidence_evidence {
    double disagreement; /* Mean distance of the points of two fits from boxes a tenth of a face apart. */
    double jump;         /* How far the face was from where the frame before promised it. */
    double shape;        /* Root mean square distance of the points from the mean shape laid over them. */
    double eyes;         /* Eye distance in pixels. */
    double outside;      /* Share of the points that lie outside the picture. */
    double light;        /* Mean grey value of the face, 0..1. */
    double contrast;     /* Standard deviation of the face's grey values, 0..1. */
    double sharpness;    /* Mean difference of neighbouring grey values relative to the contrast. */
    double symmetry;     /* Correlation of the face's grey values with those of its mirror image, -1..1. */
    double darkness;     /* How much darker eyes and brows are than the cheeks, in standard deviations. */
    bool stale;          /* The disagreement is that of an earlier frame. */
};

/* Fills all that the picture and the points tell, and leaves disagreement and jump as they are. */
void mien_confidence_look(const struct mien_landmark_model *model, const struct mien_luma *luma,
                          const double *x, const double *y, struct mien_confidence_evidence *evidence);

/* 0..1: the estimated probability that the points of the frame are wrong by less than 5 % of the interocular
 * distance on average, among frames disturbed as those were on which it was fitted (confidence.c). */
double mien_confidence(const struct mien_confidence_evidence *evidence);

#endif
