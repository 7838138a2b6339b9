/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of the 68 points the formulas read, numbered from 0. Of two sides the participant's right comes
 * first.
 */
#ifndef MIEN_MEASURE_POINTS_H
#define MIEN_MEASURE_POINTS_H

enum { MIEN_RIGHT, MIEN_LEFT, MIEN_SIDES };

enum {
    MIEN_BROW_POINTS = 5,
    MIEN_NOSE_BASE_POINTS = 5,
    MIEN_NOSE_BRIDGE_POINTS = 4,
    MIEN_CHIN = 8,
    MIEN_NOSE_TIP = 30,
    MIEN_NOSE_BASE = 33,
    MIEN_UPPER_LIP = 51,
    MIEN_LOWER_LIP = 57,
    MIEN_INNER_UPPER_LIP = 62,
    MIEN_INNER_LOWER_LIP = 66
};

static const int mien_outer_canthus[MIEN_SIDES] = {36, 45}, mien_inner_canthus[MIEN_SIDES] = {39, 42};
static const int mien_upper_lid[MIEN_SIDES][2] = {{37, 38}, {44, 43}}; /* The outer point first. */
static const int mien_lower_lid[MIEN_SIDES][2] = {{41, 40}, {46, 47}};
static const int mien_brow[MIEN_SIDES][MIEN_BROW_POINTS] = {
    {21, 20, 19, 18, 17}, {22, 23, 24, 25, 26}}; /* From the inner end outwards. */
static const int mien_nose_wing[MIEN_SIDES] = {31, 35};
static const int mien_nose_bridge[MIEN_NOSE_BRIDGE_POINTS] = {27, 28, 29, 30};
static const int mien_nose_base_points[MIEN_NOSE_BASE_POINTS] = {31, 32, 33, 34, 35};
static const int mien_mouth_corner[MIEN_SIDES] = {48, 54};
static const int mien_upper_lip_edge[MIEN_SIDES][2] = {{49, 50}, {53, 52}};
static const int mien_lower_lip_edge[MIEN_SIDES][2] = {{59, 58}, {55, 56}};
static const int mien_inner_upper_lip[MIEN_SIDES] = {61, 63}, mien_inner_lower_lip[MIEN_SIDES] = {67, 65};

#endif
