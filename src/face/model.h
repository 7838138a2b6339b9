/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The landmark model as the rest of src/face sees it: an ensemble of regression
 * trees (Kazemi and Sullivan 2014, doi 10.1109/CVPR.2014.241) as dlib trains
 * and stores it, unpacked into contiguous arrays. In dlib's own structures one
 * face costs 1.2 ms, most of it waiting for scattered memory; here a fifth of
 * that, with the same sums.
 *
 * A cascade looks at `pixels` grey values. Each pixel has a place relative to
 * one of the 68 points of the mean shape. Each of its `trees` compares pairs of
 * them and so arrives at a leaf, which holds a small displacement of all
 * points.
 */
#ifndef MIEN_FACE_MODEL_H
#define MIEN_FACE_MODEL_H

#include "base/error.h"
#include "face/face.h"

#include <stddef.h>
#include <stdint.h>

enum {
    MIEN_SHAPE = 2 * MIEN_POINTS /* Numbers of a shape: x and y of each point in turn. */
};

/* Left where the grey values differ by more than the threshold. Grey values are
 * whole numbers, so the threshold is one as well, rounded down. */
struct mien_split {
    uint16_t first, second;
    int16_t threshold;
};

struct mien_view;
struct mien_landmark_model;

/* Adds the displacements of one cascade to the shape (see predictor.h). */
typedef void mien_cascade(const struct mien_landmark_model *model, size_t cascade,
                          const struct mien_view *view, float *shape);

/* A model is either as dlib stores it (anchor to leaf are set) or packed (see
 * packed.h). */
struct mien_landmark_model {
    size_t cascades, trees, splits, pixels; /* splits of one tree; it has one leaf more. */
    float mean_shape[MIEN_SHAPE];           /* In units of the box: 0, 0 is its top left
                                               corner, 1, 1 the bottom right. */
    mien_cascade *run;                      /* How a cascade is worked off. */
    uint16_t *anchor;                       /* cascades x pixels: the point that a pixel belongs to, */
    float *offset;                          /* cascades x pixels x 2: and its place relative to that point. */
    struct mien_split *split;               /* cascades x trees x splits. */
    float *leaf;                            /* cascades x trees x (splits + 1) x MIEN_SHAPE. */
    struct mien_packed *packed;
};

/* A grey picture that somebody else owns. */
struct mien_luma {
    const uint8_t *pixels;
    int width, height;
    ptrdiff_t stride;
};

/* Reads dlib's file format and keeps it as it is: for packing, and for tests,
 * as the result is dlib's own. Errors (MIEN_ERR_MODEL) name the file and what
 * is wrong with it. */
enum mien_status mien_model_read(const char *path, struct mien_landmark_model **model,
                                 struct mien_error *error);

/* The same model packed, from the user's cache where it is there; else it is
 * made and kept there. MIEN_ERR_DATA: the variable MIEN_CPU asks for what this
 * processor cannot do. */
enum mien_status mien_model_load(const char *path, struct mien_landmark_model **model,
                                 struct mien_error *error);

/* Where a face lies in a picture: the unit square of the mean shape, turned
 * about its middle. */
struct mien_place {
    double x, y;         /* Its middle, pixels. */
    double across, down; /* Its sides, pixels. */
    double turn;         /* Radians, clockwise in the picture. */
};

/* dlib's rectangles include their last pixel. */
struct mien_place mien_place_of_box(const struct mien_box *box);
struct mien_box mien_box_of_place(const struct mien_place *place);

enum {
    MIEN_PLACES = 16 /* The most that are fitted at once. */
};

/* The 68 points for each of count places (x and y: count rows of MIEN_POINTS),
 * sub-pixel. Nothing can fail and nothing is allocated. For a place without
 * turn this is dlib's result, but for its rounding to whole pixels and, with a
 * packed model, for differences of 0.3 % of the interocular distance. Places
 * close to each other share much of the model's memory, so fitting them
 * together takes less time than one after the other. */
void mien_model_fit(const struct mien_landmark_model *model, const struct mien_luma *luma,
                    const struct mien_place *places, size_t count, double *x, double *y);

/* The place in which the mean shape lies best on these points (least squares
 * over shift, turn and size). */
struct mien_place mien_model_place(const struct mien_landmark_model *model, const double *x, const double *y);

#endif
