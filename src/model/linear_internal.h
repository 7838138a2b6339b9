/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of linear.h share.
 */
#ifndef MIEN_MODEL_LINEAR_INTERNAL_H
#define MIEN_MODEL_LINEAR_INTERNAL_H

/* Derivatives of -log P(level) at a score eta, with the threshold above the level (absent at the highest) and
 * below it (absent at the lowest; what is absent is 0). The second derivative by eta is above + below, by a
 * threshold its own number + gap, by both thresholds -gap, by eta and a threshold minus that threshold's own
 * number. */
struct mien_linear_curve {
    double slope;                    /* First derivative by eta, */
    double slope_above, slope_below; /* and by the thresholds. */
    double above, below, gap;
};

void mien_linear_curve(double score, const double *threshold, unsigned levels, unsigned level,
                       struct mien_linear_curve *curve);
double mien_logistic(double x);

#endif
