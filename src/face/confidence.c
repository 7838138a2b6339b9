/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/confidence.h"

#include <math.h>

static const double disagreement_half = 0.08; /* Where the confidence is one half. */

void mien_confidence_look(const struct mien_landmark_model *model, const struct mien_luma *luma,
                          const double *x, const double *y, struct mien_confidence_evidence *evidence)
{
    (void)model, (void)luma, (void)x, (void)y;
    evidence->shape = evidence->eyes = evidence->contrast = NAN;
    evidence->sharpness = evidence->symmetry = evidence->darkness = NAN;
}

double mien_confidence(const struct mien_confidence_evidence *evidence)
{
    double ratio = evidence->disagreement / disagreement_half;
    return 1 / (1 + ratio * ratio);
}
