/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the formula of a measure may read, and how it stands in the table (measure/table.c). Who adds a
 * measure writes its formula and gives it a row there.
 */
#ifndef MIEN_MEASURE_FORMULA_H
#define MIEN_MEASURE_FORMULA_H

#include "measure/face_frame.h"
#include "measure/features.h"
#include "measure/measure.h"

#include <stdbool.h>

/* What a neutral window says about the participant at rest; all NaN without one. */
struct mien_rest {
    double lip_level; /* Height of the lower lip at the mid-line. */
    double features[MIEN_FEATURES];
    double *values; /* The median of every measure that it is subtracted from; NaN in the others. */
};

/* The value in one frame; what is not finite becomes NaN. `which` is the side, MIEN_RIGHT or MIEN_LEFT, or
 * whatever else the rows of one formula differ in. */
typedef double mien_formula_function(const struct mien_face_frame *face, const struct mien_rest *rest,
                                     int which);

struct mien_measure_formula {
    mien_formula_function *function;
    int which;
    bool subtracts; /* The participant's value at rest is taken away. */
};

#endif
