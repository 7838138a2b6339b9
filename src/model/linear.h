/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Penalised regression of ordered levels 0..K-1 on columns of numbers: cumulative logits with proportional
 * odds (McCullagh 1980, doi 10.1111/j.2517-6161.1980.tb01109.x), which for two levels is logistic regression,
 *
 *     P(level >= k) = 1 / (1 + exp(threshold[k-1] - x'slope)),  k = 1..K-1, thresholds rising,
 *
 * with the elastic net's penalty (Friedman, Hastie and Tibshirani 2010, doi 10.18637/jss.v033.i01): it
 * minimises
 *
 *     -sum w_i log P(level_i) / sum w_i + lambda ((1 - alpha) |slope|^2 / 2 + alpha |slope|_1)
 *
 * where slopes are those of columns brought to mean 0 and variance 1 (weighted, divided by the sum of
 * weights) when asked. Thresholds are not penalised. lambda = 0 is maximum likelihood. The solver takes
 * Newton steps, each solved by coordinate descent over the columns that are not at 0, and halves a step that
 * does not help, so it cannot diverge; groups that are separated completely have no maximum, which
 * `converged` says.
 */
#ifndef MIEN_MODEL_LINEAR_H
#define MIEN_MODEL_LINEAR_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIEN_LEVELS_MOST = 16 };

struct mien_linear_problem {
    const double *x; /* Column after column: x[column * rows + row]; finite. */
    size_t rows, columns;
    const unsigned *level; /* One per row, below levels. */
    unsigned levels;       /* 2 to MIEN_LEVELS_MOST. */
    const double *weight;  /* One per row, 0 or more; NULL: all the same. */
    bool standardise;
    double precision; /* Of a Newton step, in units of the mean log-likelihood; 0: 1e-10. */
};

/* A problem with its present solution, from which the next one starts. One thread uses one solver. */
struct mien_linear_solver;

/* Copies what it needs of the problem. MIEN_ERR_DATA where a level has no row of positive weight. The
 * solution is that of an infinite lambda: slopes 0. */
enum mien_status mien_linear_new(const struct mien_linear_problem *problem,
                                 struct mien_linear_solver **solver, struct mien_error *error);
void mien_linear_free(struct mien_linear_solver *solver);

/* Back to slopes 0. */
void mien_linear_reset(struct mien_linear_solver *solver);
/* The smallest lambda at which all slopes are 0; alpha below 0.001 counts as 0.001, as in glmnet. */
double mien_linear_lambda_max(const struct mien_linear_solver *solver, double alpha);
/* Moves to the solution for this penalty; false where it did not converge, or a fitted probability came so
 * near 0 or 1 (1e-9) that the maximum is at infinity. */
bool mien_linear_solve(struct mien_linear_solver *solver, double lambda, double alpha);
/* The solution in the units of x: slope[columns], threshold[levels - 1]. */
void mien_linear_solution(const struct mien_linear_solver *solver, double *slope, double *threshold);
/* The weighted mean of -2 log P(level): of the present solution, and of slopes 0. */
double mien_linear_deviance(const struct mien_linear_solver *solver);
double mien_linear_null_deviance(const struct mien_linear_solver *solver);

/* P(level >= 1..levels-1) for a row's x'slope; and -log P(level). */
void mien_linear_probabilities(double score, const double *threshold, unsigned levels, double *probability);
double mien_linear_loss(double score, const double *threshold, unsigned levels, unsigned level);

/* ---- The choice of lambda by cross-validation within the rows at hand ---- */

enum { MIEN_LINEAR_PATH = 50 };

struct mien_linear_choice {
    double lambda[MIEN_LINEAR_PATH];   /* Falling from lambda_max, evenly in their logarithms, */
    double deviance[MIEN_LINEAR_PATH]; /* to 1/10000 of it, 1/100 with fewer rows than columns. Mean of the
                                          rows left out. */
    size_t chosen;                     /* Where that is least. */
};

/* fold: one number below folds per row. Each fold's rows are predicted by a fit of the others along the whole
 * path. MIEN_ERR_DATA where a fold's training part lacks a level; MIEN_ERR_CANCELLED. */
enum mien_status mien_linear_choose(const struct mien_linear_problem *problem, double alpha,
                                    const unsigned *fold, unsigned folds, struct mien_linear_choice *choice,
                                    struct mien_error *error);

#endif
