/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/linear.h"
#include "model/linear_internal.h"

#include <math.h>

double mien_logistic(double x)
{
    if (x >= 0)
        return 1 / (1 + exp(-x));
    double e = exp(x);
    return e / (1 + e);
}

/* log(1 + exp(x)) without overflow. */
static double softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* With a = threshold above - score and b = threshold below - score, P(level) = F(a) - F(b) =
 * F(a) F(-b) (1 - exp(b - a)), in which nothing cancels and the last factor does not depend on the score. */
double mien_linear_loss(double score, const double *threshold, unsigned levels, unsigned level)
{
    double loss = 0;
    if (level + 1 < levels)
        loss += softplus(score - threshold[level]);
    if (level > 0)
        loss += softplus(threshold[level - 1] - score);
    if (level > 0 && level + 1 < levels) {
        double gap = threshold[level] - threshold[level - 1];
        loss -= gap > 0 ? log(-expm1(-gap)) : -INFINITY;
    }
    return loss;
}

void mien_linear_probabilities(double score, const double *threshold, unsigned levels, double *probability)
{
    for (unsigned k = 0; k + 1 < levels; k++)
        probability[k] = mien_logistic(score - threshold[k]);
}

void mien_linear_curve(double score, const double *threshold, unsigned levels, unsigned level,
                       struct mien_linear_curve *curve)
{
    *curve = (struct mien_linear_curve){0};
    double above = 0, below = 0;
    if (level + 1 < levels) {
        double f = mien_logistic(threshold[level] - score);
        above = 1 - f;
        curve->above = f * (1 - f);
    }
    if (level > 0) {
        double f = mien_logistic(threshold[level - 1] - score);
        below = f;
        curve->below = f * (1 - f);
    }
    curve->slope = above - below;
    curve->slope_above = -above;
    curve->slope_below = below;
    if (level > 0 && level + 1 < levels) {
        double q = 1 / expm1(threshold[level] - threshold[level - 1]);
        curve->slope_above -= q;
        curve->slope_below += q;
        curve->gap = q * (1 + q);
    }
}
