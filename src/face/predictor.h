/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of evaluating a landmark model. A cascade is worked off by one of
 * several functions: one for the model as dlib stores it, and one per kind of
 * processor for the packed model. The latter all give the same numbers: they
 * sum whole numbers, where no order matters, and round real ones at the same
 * places.
 */
#ifndef MIEN_FACE_PREDICTOR_H
#define MIEN_FACE_PREDICTOR_H

#include "face/model.h"

/* The way from shape coordinates to pixels. */
struct mien_mapping {
    double x, y;   /* Where 0, 0 lies. */
    double ux, uy; /* One step along the shape's first coordinate, */
    double vx, vy; /* and along its second. */
};

/* What a cascade starts from. */
struct mien_view {
    const struct mien_luma *luma;
    struct mien_mapping map;
    float a, b; /* Turn and size that take the mean shape onto the present one. */
};

/* Adds the displacements of one cascade to the shape. */
void mien_cascade_exact(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                        float *shape);
void mien_cascade_plain(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                        float *shape);
void mien_cascade_wide(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                       float *shape);
void mien_cascade_avx2(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                       float *shape);
void mien_cascade_avx512(const struct mien_landmark_model *model, size_t cascade,
                         const struct mien_view *view, float *shape);

/* The grey value under each pixel of a packed model's cascade, black where that
 * is outside the picture. */
void mien_cascade_look(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                       const float *shape, uint8_t *values);

/* Chooses the function for packed models: the best this processor has, or the
 * one that MIEN_CPU names. */
enum mien_status mien_cascade_choose(mien_cascade **cascade, struct mien_error *error);

#endif
