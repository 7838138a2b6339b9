/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "model/linear.h"
#include "model/linear_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 60, MOST_PASSES = 2000, MOST_HALVINGS = 40 };
/* A score this far from a threshold gives a probability within 1e-9 of 0 or 1. */
static const double FAR = 20.72;

struct mien_linear_solver {
    size_t rows, columns;
    unsigned levels, cuts;
    double precision, null_deviance;
    unsigned *level;
    double *weight;        /* Sums to 1. */
    double *x;             /* Standardised when asked; column after column. */
    double *mean, *spread; /* Of the columns: x = (given - mean) / spread. */
    double *slope, *threshold, *null_threshold;
    double *eta;
    /* One Newton step: per row the derivative left at the present move, the curvature, the two thresholds'
     * parts of it and the move of the score; the slopes and thresholds moved to. */
    double *residual, *curve, *above, *below, *move, *square;
    double *new_slope, *shift;
    double *hessian, *gradient, *side; /* Of the thresholds: diagonal, first derivative, off the diagonal. */
    double *work;
};

void mien_linear_free(struct mien_linear_solver *s)
{
    if (!s)
        return;
    free(s->level);
    free(s->weight);
    free(s);
}

/* All the numbers of a solver lie in one piece, which begins with the weights. */
static int allocate(struct mien_linear_solver *s)
{
    size_t n = s->rows, p = s->columns, cuts = s->cuts;
    double *at = mien_array_new(n * p + 7 * n + 5 * p + 8 * cuts, sizeof *at);
    s->level = mien_array_new(n, sizeof *s->level);
    if (!at || !s->level) {
        free(at);
        return -1;
    }
    double **by_row[] = {&s->weight, &s->eta, &s->residual, &s->curve, &s->above, &s->below, &s->move};
    double **by_column[] = {&s->mean, &s->spread, &s->slope, &s->new_slope, &s->square};
    double **by_cut[] = {&s->threshold, &s->null_threshold, &s->shift, &s->hessian,
                         &s->gradient,  &s->side,           &s->work};
    for (size_t i = 0; i < sizeof by_row / sizeof *by_row; i++, at += n)
        *by_row[i] = at;
    for (size_t i = 0; i < sizeof by_column / sizeof *by_column; i++, at += p)
        *by_column[i] = at;
    for (size_t i = 0; i < sizeof by_cut / sizeof *by_cut; i++, at += cuts)
        *by_cut[i] = at;
    s->x = at;
    return 0;
}

static void standardise(struct mien_linear_solver *s, const struct mien_linear_problem *problem)
{
    size_t n = s->rows;
    for (size_t j = 0; j < s->columns; j++) {
        const double *from = problem->x + j * n;
        double *to = s->x + j * n, mean = 0, square = 0;
        for (size_t i = 0; i < n; i++)
            mean += s->weight[i] * from[i];
        for (size_t i = 0; i < n; i++)
            square += s->weight[i] * (from[i] - mean) * (from[i] - mean);
        /* Without standardising, columns are still centred: thresholds take that up, and steps become
         * shorter. */
        double spread = problem->standardise ? sqrt(square) : 1;
        bool constant = !(square > 0) || !(spread > 0);
        s->mean[j] = mean;
        s->spread[j] = constant ? 1 : spread;
        for (size_t i = 0; i < n; i++)
            to[i] = constant ? 0 : (from[i] - mean) / spread;
    }
}

static double objective(const struct mien_linear_solver *s, const double *eta, const double *threshold)
{
    double sum = 0;
    for (size_t i = 0; i < s->rows; i++)
        if (s->weight[i] > 0)
            sum += s->weight[i] * mien_linear_loss(eta[i], threshold, s->levels, s->level[i]);
    return sum;
}

/* With slopes 0 the levels have their own shares. */
static enum mien_status start(struct mien_linear_solver *s, struct mien_error *error)
{
    double share = 0;
    for (unsigned k = 0; k < s->levels; k++) {
        double own = 0;
        for (size_t i = 0; i < s->rows; i++)
            own += s->level[i] == k ? s->weight[i] : 0;
        if (!(own > 0))
            return mien_fail(error, MIEN_ERR_DATA, "level %u of %u has no participant to learn from", k + 1,
                             s->levels);
        share += own;
        if (k < s->cuts)
            s->null_threshold[k] = log(share / (1 - share));
    }
    mien_linear_reset(s);
    s->null_deviance = 2 * objective(s, s->eta, s->threshold);
    return MIEN_OK;
}

enum mien_status mien_linear_new(const struct mien_linear_problem *problem,
                                 struct mien_linear_solver **solver, struct mien_error *error)
{
    if (problem->levels < 2 || problem->levels > MIEN_LEVELS_MOST || problem->rows == 0)
        return mien_fail(error, MIEN_ERR_DATA, "2 to %d levels, each with a participant, are needed",
                         (int)MIEN_LEVELS_MOST);
    struct mien_linear_solver *s = mien_array_new(1, sizeof *s);
    if (!s)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    s->rows = problem->rows;
    s->columns = problem->columns;
    s->levels = problem->levels;
    s->cuts = problem->levels - 1;
    s->precision = problem->precision > 0 ? problem->precision : 1e-10;
    enum mien_status status = MIEN_OK;
    double sum = 0;
    if (allocate(s) != 0) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        goto fail;
    }
    memcpy(s->level, problem->level, s->rows * sizeof *s->level);
    for (size_t i = 0; i < s->rows; i++)
        sum += problem->weight ? problem->weight[i] : 1;
    for (size_t i = 0; i < s->rows; i++)
        s->weight[i] = (problem->weight ? problem->weight[i] : 1) / sum;
    standardise(s, problem);
    status = start(s, error);
    if (status != MIEN_OK)
        goto fail;
    *solver = s;
    return MIEN_OK;
fail:
    mien_linear_free(s);
    return status;
}

void mien_linear_reset(struct mien_linear_solver *s)
{
    memset(s->slope, 0, s->columns * sizeof *s->slope);
    memset(s->eta, 0, s->rows * sizeof *s->eta);
    memcpy(s->threshold, s->null_threshold, s->cuts * sizeof *s->threshold);
}

/* Four sums side by side, always in this order. */
static double dot(const double *a, const double *b, size_t n)
{
    double sum[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double mien_linear_lambda_max(const struct mien_linear_solver *s, double alpha)
{
    double most = 0;
    for (size_t j = 0; j < s->columns; j++) {
        double sum = 0;
        for (size_t i = 0; i < s->rows; i++) {
            struct mien_linear_curve c;
            mien_linear_curve(0, s->null_threshold, s->levels, s->level[i], &c);
            sum += s->weight[i] * c.slope * s->x[j * s->rows + i];
        }
        most = fmax(most, fabs(sum));
    }
    return most / fmax(alpha, 0.001);
}

/* ---- One Newton step ---- */

static void curves(struct mien_linear_solver *s)
{
    memset(s->hessian, 0, s->cuts * sizeof *s->hessian);
    memset(s->gradient, 0, s->cuts * sizeof *s->gradient);
    memset(s->side, 0, s->cuts * sizeof *s->side);
    memset(s->move, 0, s->rows * sizeof *s->move);
    memset(s->shift, 0, s->cuts * sizeof *s->shift);
    memcpy(s->new_slope, s->slope, s->columns * sizeof *s->slope);
    for (size_t i = 0; i < s->rows; i++) {
        unsigned y = s->level[i];
        double w = s->weight[i];
        struct mien_linear_curve c;
        mien_linear_curve(s->eta[i], s->threshold, s->levels, y, &c);
        s->residual[i] = w * c.slope;
        s->above[i] = w * c.above;
        s->below[i] = w * c.below;
        s->curve[i] = s->above[i] + s->below[i];
        if (y < s->cuts) {
            s->gradient[y] += w * c.slope_above;
            s->hessian[y] += w * (c.above + c.gap);
        }
        if (y > 0) {
            s->gradient[y - 1] += w * c.slope_below;
            s->hessian[y - 1] += w * (c.below + c.gap);
        }
        if (y > 0 && y < s->cuts)
            s->side[y - 1] -= w * c.gap;
    }
    for (size_t j = 0; j < s->columns; j++) {
        const double *x = s->x + j * s->rows;
        double sum = 0;
        for (size_t i = 0; i < s->rows; i++)
            sum += s->curve[i] * x[i] * x[i];
        s->square[j] = sum;
    }
}

/* The best thresholds for the present move of the scores: a tridiagonal system. Returns what the change is
 * worth. */
static double move_thresholds(struct mien_linear_solver *s)
{
    unsigned cuts = s->cuts;
    double *right = s->work, worth = 0, diagonal[MIEN_LEVELS_MOST];
    for (unsigned t = 0; t < cuts; t++)
        right[t] = -s->gradient[t];
    for (size_t i = 0; i < s->rows; i++) {
        unsigned y = s->level[i];
        if (y < cuts)
            right[y] += s->above[i] * s->move[i];
        if (y > 0)
            right[y - 1] += s->below[i] * s->move[i];
    }
    diagonal[0] = s->hessian[0];
    for (unsigned t = 1; t < cuts; t++) {
        double factor = s->side[t - 1] / diagonal[t - 1];
        diagonal[t] = s->hessian[t] - factor * s->side[t - 1];
        right[t] -= factor * right[t - 1];
    }
    for (unsigned t = cuts; t-- > 0;)
        right[t] = (right[t] - (t + 1 < cuts ? s->side[t] * right[t + 1] : 0)) / diagonal[t];
    for (unsigned t = 0; t < cuts; t++) {
        double change = right[t] - s->shift[t];
        worth = fmax(worth, s->hessian[t] * change * change);
        right[t] = change;
        s->shift[t] += change;
    }
    for (size_t i = 0; i < s->rows; i++) {
        unsigned y = s->level[i];
        if (y < cuts)
            s->residual[i] -= s->above[i] * right[y];
        if (y > 0)
            s->residual[i] -= s->below[i] * right[y - 1];
    }
    return worth;
}

static double move_slope(struct mien_linear_solver *s, size_t j, double ridge, double lasso)
{
    if (!(s->square[j] > 0))
        return 0;
    const double *x = s->x + j * s->rows;
    double old = s->new_slope[j], pull = s->square[j] * old - dot(x, s->residual, s->rows);
    double shrunk = fabs(pull) - lasso;
    double new = shrunk > 0 ? copysign(shrunk, pull) / (s->square[j] + ridge) : 0;
    double change = new - old;
    if (change == 0)
        return 0;
    s->new_slope[j] = new;
    for (size_t i = 0; i < s->rows; i++) {
        s->move[i] += x[i] * change;
        s->residual[i] += s->curve[i] * x[i] * change;
    }
    return (s->square[j] + ridge) * change * change;
}

/* Passes over the columns until no change is worth more than the precision: over all of them, then over those
 * that are not 0 as long as these move. */
static void descend(struct mien_linear_solver *s, double ridge, double lasso)
{
    bool all = true;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
        double worth = 0;
        for (size_t j = 0; j < s->columns; j++)
            if (all || s->new_slope[j] != 0)
                worth = fmax(worth, move_slope(s, j, ridge, lasso));
        worth = fmax(worth, move_thresholds(s));
        if (worth > s->precision)
            all = false;
        else if (all)
            return;
        else
            all = true;
    }
}

static double penalty(const struct mien_linear_solver *s, const double *slope, double ridge, double lasso)
{
    double sum = 0;
    for (size_t j = 0; j < s->columns; j++)
        sum += ridge * slope[j] * slope[j] / 2 + lasso * fabs(slope[j]);
    return sum;
}

/* Goes as far along the step as the objective falls; returns what the step was worth. */
static double advance(struct mien_linear_solver *s, double ridge, double lasso)
{
    double before = objective(s, s->eta, s->threshold) + penalty(s, s->slope, ridge, lasso), worth = 0;
    for (size_t j = 0; j < s->columns; j++) {
        double change = s->new_slope[j] - s->slope[j];
        worth = fmax(worth, (s->square[j] + ridge) * change * change);
    }
    for (unsigned t = 0; t < s->cuts; t++)
        worth = fmax(worth, s->hessian[t] * s->shift[t] * s->shift[t]);
    double part = 1, *eta = s->residual, *threshold = s->work;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, part /= 2) {
        for (size_t i = 0; i < s->rows; i++)
            eta[i] = s->eta[i] + part * s->move[i];
        for (unsigned t = 0; t < s->cuts; t++)
            threshold[t] = s->threshold[t] + part * s->shift[t];
        for (size_t j = 0; j < s->columns; j++)
            s->new_slope[j] = part == 1 ? s->new_slope[j] : (s->slope[j] + s->new_slope[j]) / 2;
        double after = objective(s, eta, threshold) + penalty(s, s->new_slope, ridge, lasso);
        if (after <= before + 1e-14 * fabs(before)) {
            memcpy(s->eta, eta, s->rows * sizeof *eta);
            memcpy(s->threshold, threshold, s->cuts * sizeof *threshold);
            memcpy(s->slope, s->new_slope, s->columns * sizeof *s->slope);
            return worth;
        }
    }
    return 0;
}

static bool too_far(const struct mien_linear_solver *s)
{
    for (size_t i = 0; i < s->rows; i++)
        if (fabs(s->eta[i] - s->threshold[s->level[i] < s->cuts ? s->level[i] : s->cuts - 1]) > FAR)
            return true;
    return false;
}

bool mien_linear_solve(struct mien_linear_solver *s, double lambda, double alpha)
{
    double ridge = lambda * (1 - alpha), lasso = lambda * alpha;
    for (int step = 0; step < MOST_STEPS; step++) {
        curves(s);
        descend(s, ridge, lasso);
        if (advance(s, ridge, lasso) <= s->precision)
            return !too_far(s);
        if (lambda == 0 && too_far(s))
            return false;
    }
    return false;
}

void mien_linear_solution(const struct mien_linear_solver *s, double *slope, double *threshold)
{
    double centre = 0;
    for (size_t j = 0; j < s->columns; j++) {
        slope[j] = s->slope[j] / s->spread[j];
        centre += slope[j] * s->mean[j];
    }
    for (unsigned t = 0; t < s->cuts; t++)
        threshold[t] = s->threshold[t] + centre;
}

double mien_linear_deviance(const struct mien_linear_solver *s)
{
    return 2 * objective(s, s->eta, s->threshold);
}

double mien_linear_null_deviance(const struct mien_linear_solver *s)
{
    return s->null_deviance;
}
