/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The geometric features that action-unit proxies are made of: where brows, lids, nose and mouth are in the
 * face's own axes (measure/face_frame.h), in interocular distances.
 */
#ifndef MIEN_MEASURE_FEATURES_H
#define MIEN_MEASURE_FEATURES_H

#include "measure/face_frame.h"
#include "measure/points.h"

/* Features of one side, then those of the mid-line. */
enum mien_feature {
    MIEN_BROW_INNER,  /* Height of the brow's inner third. */
    MIEN_BROW_MIDDLE, /* Height of its middle. */
    MIEN_BROW_OUTER,  /* Height of its outer third. */
    MIEN_BROW_GAP,    /* From the mid-line to the brow's inner end. */
    MIEN_LID_UPPER,   /* Height of the upper lid above the eye's own canthi. */
    MIEN_LID_LOWER,   /* Height of the lower lid above them, negative. */
    MIEN_OPENING,     /* Of the lids, as a fraction of the opening at rest. */
    MIEN_WING_UP,     /* Height of the nose's wing. */
    MIEN_CORNER_OUT,  /* From the mid-line to the mouth corner. */
    MIEN_CORNER_UP,   /* Height of the mouth corner. */
    MIEN_LIP_UPPER,   /* Height of the upper lip's edge. */
    MIEN_LIP_LOWER,   /* Height of the lower lip's edge. */
    MIEN_LIP_GAP,     /* Between the inner lips. */
    MIEN_CORNER_LEAD, /* Height of the mouth corner above the middle of the lips. */
    MIEN_TIP_OUT,     /* From the mid-line to the nose's tip, towards this side. */
    /* The margins of the lids as fitted on the picture, NaN where they were not; no proxy is a sum of them.
     */
    MIEN_UPPER_MARGIN, /* Height of the upper one above the iris' centre. */
    MIEN_LOWER_MARGIN, /* Depth of the lower one below it. */
    MIEN_SIDED_FEATURES,
    MIEN_MOUTH_GAP = MIEN_SIDED_FEATURES, /* Between the inner lips at the mid-line. */
    MIEN_CHIN_UP,                         /* Height of the chin. */
    MIEN_NOSE_UP,                         /* Height of the nose's base. */
    MIEN_TIP_UP,                          /* Height of the nose's tip. */
    MIEN_UPPER_MIDDLE,                    /* Height of the upper lip's edge at the mid-line. */
    MIEN_LOWER_MIDDLE,                    /* Height of the lower lip's edge at the mid-line. */
    MIEN_UPPER_THICK,                     /* Thickness of the upper lip at the mid-line. */
    MIEN_LOWER_THICK,                     /* Thickness of the lower lip at the mid-line. */
    MIEN_FEATURE_KINDS,
    MIEN_FEATURES = 2 * MIEN_SIDED_FEATURES + MIEN_FEATURE_KINDS - MIEN_SIDED_FEATURES
};

/* Place of a feature in an array of MIEN_FEATURES; side is ignored at the mid-line. */
static inline int mien_feature_place(enum mien_feature feature, int side)
{
    int kind = (int)feature, sided = MIEN_SIDED_FEATURES;
    return kind < sided ? 2 * kind + side : sided + kind;
}

/* The features of one face as they are. */
void mien_features_of(const struct mien_face_frame *face, double features[MIEN_FEATURES]);

/* What has changed since rest; the opening of the lids as a fraction of that at rest. */
void mien_features_change(const double features[MIEN_FEATURES], const double rest[MIEN_FEATURES],
                          double change[MIEN_FEATURES]);

#endif
