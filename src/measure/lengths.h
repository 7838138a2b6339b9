/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Formulas of distances, angles and asymmetries; x towards the participant's left, y up, in interocular
 * distances. Their definitions and sources are in the table of measures.
 */
#ifndef MIEN_MEASURE_LENGTHS_H
#define MIEN_MEASURE_LENGTHS_H

#include "measure/formula.h"

mien_formula_function mien_fissure, mien_eye_aspect_ratio, mien_brow_height, mien_commissure,
    mien_corner_height, mien_mouth_width, mien_mouth_open, mien_upper_lip, mien_lower_lip, mien_smile_angle;

/* (left - right) and 2 (left - right) / (left + right), NaN where the sum is not positive. */
mien_formula_function mien_difference_eye, mien_difference_brow, mien_difference_mouth, mien_asymmetry_eye,
    mien_asymmetry_brow, mien_asymmetry_mouth;

#endif
