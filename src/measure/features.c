/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/features.h"

#include <math.h>

static double outwards(const struct mien_face_frame *face, int point, int side)
{
    return side == MIEN_LEFT ? face->x[point] : -face->x[point];
}

static double mean_height(const struct mien_face_frame *face, const int points[2])
{
    return (face->y[points[0]] + face->y[points[1]]) / 2;
}

static void lid_features(const struct mien_face_frame *face, int side, double *features)
{
    double canthi = (face->y[mien_outer_canthus[side]] + face->y[mien_inner_canthus[side]]) / 2;
    double upper = mean_height(face, mien_upper_lid[side]), lower = mean_height(face, mien_lower_lid[side]);
    features[mien_feature_place(MIEN_LID_UPPER, side)] = upper - canthi;
    features[mien_feature_place(MIEN_LID_LOWER, side)] = lower - canthi;
    features[mien_feature_place(MIEN_OPENING, side)] = upper - lower;
    features[mien_feature_place(MIEN_UPPER_MARGIN, side)] = face->eyes[side].upper;
    features[mien_feature_place(MIEN_LOWER_MARGIN, side)] = face->eyes[side].lower;
}

static void brow_features(const struct mien_face_frame *face, int side, double *features)
{
    const int *brow = mien_brow[side];
    features[mien_feature_place(MIEN_BROW_INNER, side)] = mean_height(face, brow);
    features[mien_feature_place(MIEN_BROW_MIDDLE, side)] = face->y[brow[2]];
    features[mien_feature_place(MIEN_BROW_OUTER, side)] = mean_height(face, brow + 3);
    features[mien_feature_place(MIEN_BROW_GAP, side)] = outwards(face, brow[0], side);
}

static void mouth_features(const struct mien_face_frame *face, int side, double *features)
{
    int corner = mien_mouth_corner[side];
    double gap = face->y[mien_inner_upper_lip[side]] - face->y[mien_inner_lower_lip[side]];
    double middle = (face->y[MIEN_UPPER_LIP] + face->y[MIEN_LOWER_LIP]) / 2;
    features[mien_feature_place(MIEN_CORNER_OUT, side)] = outwards(face, corner, side);
    features[mien_feature_place(MIEN_CORNER_UP, side)] = face->y[corner];
    features[mien_feature_place(MIEN_CORNER_LEAD, side)] = face->y[corner] - middle;
    features[mien_feature_place(MIEN_LIP_UPPER, side)] = mean_height(face, mien_upper_lip_edge[side]);
    features[mien_feature_place(MIEN_LIP_LOWER, side)] = mean_height(face, mien_lower_lip_edge[side]);
    features[mien_feature_place(MIEN_LIP_GAP, side)] = gap;
    features[mien_feature_place(MIEN_WING_UP, side)] = face->y[mien_nose_wing[side]];
    features[mien_feature_place(MIEN_TIP_OUT, side)] = outwards(face, MIEN_NOSE_TIP, side);
}

void mien_features_of(const struct mien_face_frame *face, double features[MIEN_FEATURES])
{
    for (int side = 0; side < MIEN_SIDES; side++) {
        brow_features(face, side, features);
        lid_features(face, side, features);
        mouth_features(face, side, features);
    }
    const double *y = face->y;
    features[mien_feature_place(MIEN_MOUTH_GAP, 0)] = y[MIEN_INNER_UPPER_LIP] - y[MIEN_INNER_LOWER_LIP];
    features[mien_feature_place(MIEN_CHIN_UP, 0)] = (y[MIEN_CHIN - 1] + y[MIEN_CHIN] + y[MIEN_CHIN + 1]) / 3;
    features[mien_feature_place(MIEN_NOSE_UP, 0)] = y[MIEN_NOSE_BASE];
    features[mien_feature_place(MIEN_TIP_UP, 0)] = y[MIEN_NOSE_TIP];
    features[mien_feature_place(MIEN_UPPER_MIDDLE, 0)] = y[MIEN_UPPER_LIP];
    features[mien_feature_place(MIEN_LOWER_MIDDLE, 0)] = y[MIEN_LOWER_LIP];
    features[mien_feature_place(MIEN_UPPER_THICK, 0)] = y[MIEN_UPPER_LIP] - y[MIEN_INNER_UPPER_LIP];
    features[mien_feature_place(MIEN_LOWER_THICK, 0)] = y[MIEN_INNER_LOWER_LIP] - y[MIEN_LOWER_LIP];
}

void mien_features_change(const double features[MIEN_FEATURES], const double rest[MIEN_FEATURES],
                          double change[MIEN_FEATURES])
{
    for (int i = 0; i < MIEN_FEATURES; i++)
        change[i] = features[i] - rest[i];
    for (int side = 0; side < MIEN_SIDES; side++) {
        int opening = mien_feature_place(MIEN_OPENING, side);
        change[opening] = rest[opening] > 0 ? change[opening] / rest[opening] : NAN;
    }
}
