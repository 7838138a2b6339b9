/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interrupt.h"
#include "base/memory.h"
#include "model/linear.h"

#include <math.h>
#include <stdlib.h>

/* The rows in or outside one fold, and room for the fit of them. */
struct part {
    double *x, *weight, *slope;
    unsigned *level;
    size_t rows;
};

static void take(const struct mien_linear_problem *problem, const unsigned *fold, unsigned left_out,
                 struct part *part)
{
    size_t rows = 0;
    for (size_t i = 0; i < problem->rows; i++) {
        if (fold[i] == left_out)
            continue;
        part->level[rows] = problem->level[i];
        part->weight[rows++] = problem->weight ? problem->weight[i] : 1;
    }
    part->rows = rows;
    for (size_t j = 0; j < problem->columns; j++) {
        double *to = part->x + j * rows;
        for (size_t i = 0; i < problem->rows; i++)
            if (fold[i] != left_out)
                *to++ = problem->x[j * problem->rows + i];
    }
}

/* Twice the loss of the rows left out, weighted. */
static double deviance_of(const struct mien_linear_problem *problem, const unsigned *fold, unsigned left_out,
                          const double *slope, const double *threshold)
{
    double sum = 0;
    for (size_t i = 0; i < problem->rows; i++) {
        if (fold[i] != left_out)
            continue;
        double score = 0;
        for (size_t j = 0; j < problem->columns; j++)
            if (slope[j] != 0)
                score += slope[j] * problem->x[j * problem->rows + i];
        sum += 2 * (problem->weight ? problem->weight[i] : 1) *
               mien_linear_loss(score, threshold, problem->levels, problem->level[i]);
    }
    return sum;
}

static enum mien_status try_fold(const struct mien_linear_problem *problem, double alpha,
                                 const unsigned *fold, unsigned left_out, struct part *part,
                                 struct mien_linear_choice *choice, struct mien_error *error)
{
    struct mien_linear_solver *solver = NULL;
    double threshold[MIEN_LEVELS_MOST];
    take(problem, fold, left_out, part);
    struct mien_linear_problem rest = *problem;
    rest.x = part->x;
    rest.rows = part->rows;
    rest.level = part->level;
    rest.weight = part->weight;
    rest.precision = 1e-7;
    enum mien_status status = mien_linear_new(&rest, &solver, error);
    if (status != MIEN_OK)
        return status;
    /* Beyond where the rows at hand are told apart, slopes only grow; glmnet ends its path there. */
    bool saturated = false;
    for (size_t l = 0; l < MIEN_LINEAR_PATH; l++) {
        if (!saturated)
            mien_linear_solve(solver, choice->lambda[l], alpha);
        saturated = mien_linear_deviance(solver) < 0.01 * mien_linear_null_deviance(solver);
        mien_linear_solution(solver, part->slope, threshold);
        choice->deviance[l] += deviance_of(problem, fold, left_out, part->slope, threshold);
    }
    mien_linear_free(solver);
    return MIEN_OK;
}

static enum mien_status make_path(const struct mien_linear_problem *problem, double alpha,
                                  struct mien_linear_choice *choice, struct mien_error *error)
{
    struct mien_linear_solver *solver = NULL;
    enum mien_status status = mien_linear_new(problem, &solver, error);
    if (status != MIEN_OK)
        return status;
    double most = mien_linear_lambda_max(solver, alpha);
    double last = problem->rows < problem->columns ? 1e-2 : 1e-4;
    for (size_t l = 0; l < MIEN_LINEAR_PATH; l++)
        choice->lambda[l] = most * pow(last, (double)l / (MIEN_LINEAR_PATH - 1));
    mien_linear_free(solver);
    return MIEN_OK;
}

enum mien_status mien_linear_choose(const struct mien_linear_problem *problem, double alpha,
                                    const unsigned *fold, unsigned folds, struct mien_linear_choice *choice,
                                    struct mien_error *error)
{
    struct mien_linear_choice made = {0};
    double sum = 0;
    struct part part = {
        .x = mien_array_new(problem->rows * problem->columns, sizeof(double)),
        .weight = mien_array_new(problem->rows, sizeof(double)),
        .slope = mien_array_new(problem->columns, sizeof(double)),
        .level = mien_array_new(problem->rows, sizeof(unsigned)),
    };
    enum mien_status status = part.x && part.weight && part.slope && part.level
                                  ? make_path(problem, alpha, &made, error)
                                  : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (unsigned f = 0; status == MIEN_OK && f < folds; f++)
        status = mien_interrupted() ? mien_fail(error, MIEN_ERR_CANCELLED, "stopped")
                                    : try_fold(problem, alpha, fold, f, &part, &made, error);
    if (status != MIEN_OK)
        goto end;
    for (size_t i = 0; i < problem->rows; i++)
        sum += problem->weight ? problem->weight[i] : 1;
    for (size_t l = 0; l < MIEN_LINEAR_PATH; l++) {
        made.deviance[l] /= sum;
        if (made.deviance[l] < made.deviance[made.chosen])
            made.chosen = l;
    }
    *choice = made;
end:
    free(part.x);
    free(part.weight);
    free(part.slope);
    free(part.level);
    return status;
}
