/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/learner.h"

#include "base/interrupt.h"
#include "model/learner_folds.h"
#include "model/learner_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mien_learner_free(struct mien_learner *learner)
{
    if (!learner)
        return;
    for (size_t j = 0; learner->names && j < learner->columns; j++)
        free(learner->names[j]);
    free(learner->names);
    mien_preparation_clear(&learner->preparation);
    free(learner->slope);
    free(learner->threshold);
    for (unsigned k = 0; k + 1 < learner->levels; k++) {
        if (learner->machine)
            mien_machine_clear(learner->machine + k);
        if (learner->forest)
            mien_forest_clear(learner->forest + k);
    }
    free(learner->machine);
    free(learner->forest);
    free(learner->weight);
    free(learner->out_of_bag);
    free(learner);
}

void mien_learner_weights(const struct mien_learner_data *data, bool balanced, double *weight)
{
    for (unsigned k = 0; k < data->levels; k++) {
        size_t own = 0;
        for (size_t i = 0; i < data->rows; i++)
            own += data->level[i] == k;
        weight[k] = balanced && own > 0 ? (double)data->rows / (double)data->levels / (double)own : 1;
    }
}

/* All rows prepared, row after row, from malloc; those with too little in them are 0 throughout: the
 * median's. */
static double *prepare(const struct mien_preparation *preparation, const struct mien_learner_data *data)
{
    double *prepared = mien_array_new(data->rows * preparation->kept, sizeof *prepared);
    for (size_t i = 0; prepared && i < data->rows; i++) {
        double *row = prepared + i * preparation->kept;
        if (!mien_preparation_apply(preparation, data->x + i * data->columns, row))
            memset(row, 0, preparation->kept * sizeof *row);
    }
    return prepared;
}

/* ---- Logistic ---- */

static enum mien_status choose_lambda(struct mien_learner *l, const struct mien_linear_problem *problem,
                                      struct mien_error *error)
{
    struct mien_linear_choice choice;
    unsigned *fold = mien_array_new(problem->rows, sizeof *fold);
    unsigned folds = fold ? mien_learner_folds(problem->level, problem->levels, problem->rows,
                                               l->design.folds, l->design.seed, fold)
                          : 0;
    enum mien_status status = folds == 0 ? mien_fail(error, MIEN_ERR_MEMORY, "out of memory")
                              : folds == 1
                                  ? mien_fail(error, MIEN_ERR_DATA,
                                              "two participants of each level or more are needed "
                                              "to choose lambda; give it instead")
                                  : mien_linear_choose(problem, l->design.alpha, fold, folds, &choice, error);
    if (status == MIEN_OK)
        l->lambda = choice.lambda[choice.chosen];
    free(fold);
    return status;
}

/* Down the path of penalties to the one that is wanted, each fit beginning where the last one ended. */
static void descend_path(struct mien_learner *l, struct mien_linear_solver *solver)
{
    double most = mien_linear_lambda_max(solver, l->design.alpha);
    for (double lambda = most / 2; lambda > l->lambda && lambda > most * 1e-3; lambda /= 2)
        mien_linear_solve(solver, lambda, l->design.alpha);
    l->converged = mien_linear_solve(solver, l->lambda, l->design.alpha);
    mien_linear_solution(solver, l->slope, l->threshold);
}

static enum mien_status fit_logistic(struct mien_learner *l, const struct mien_learner_data *data,
                                     const double *prepared, struct mien_error *error)
{
    size_t kept = l->preparation.kept, rows = data->rows;
    struct mien_linear_solver *solver = NULL;
    double *x = mien_array_new(rows * kept, sizeof *x), *weight = mien_array_new(rows, sizeof *weight);
    double of_level[MIEN_LEVELS_MOST];
    l->slope = mien_array_new(kept, sizeof *l->slope);
    l->threshold = mien_array_new(l->levels, sizeof *l->threshold);
    enum mien_status status = MIEN_OK;
    if (!x || !weight || !l->slope || !l->threshold) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        goto end;
    }
    mien_learner_weights(data, l->design.balanced, of_level);
    for (size_t i = 0; i < rows; i++) {
        weight[i] = of_level[data->level[i]];
        for (size_t j = 0; j < kept; j++)
            x[j * rows + i] = prepared[i * kept + j];
    }
    struct mien_linear_problem problem = {.x = x,
                                          .rows = rows,
                                          .columns = kept,
                                          .level = data->level,
                                          .levels = data->levels,
                                          .weight = weight,
                                          .standardise = true};
    l->lambda = l->design.lambda;
    if (l->lambda < 0)
        status = choose_lambda(l, &problem, error);
    if (status == MIEN_OK)
        status = mien_linear_new(&problem, &solver, error);
    if (status == MIEN_OK)
        descend_path(l, solver);
end:
    mien_linear_free(solver);
    free(x);
    free(weight);
    return status;
}

/* ---- One learner for each level from 1 on ---- */

/* Of the classes below level k and from it on: the mean weight of their rows. */
static void class_weights(const struct mien_learner_data *data, bool balanced, unsigned k, bool *positive,
                          double weight[2])
{
    double of_level[MIEN_LEVELS_MOST], sum[2] = {0, 0};
    size_t count[2] = {0, 0};
    mien_learner_weights(data, balanced, of_level);
    for (size_t i = 0; i < data->rows; i++) {
        positive[i] = data->level[i] >= k;
        sum[positive[i]] += of_level[data->level[i]];
        count[positive[i]]++;
    }
    for (int c = 0; c < 2; c++)
        weight[c] = count[c] > 0 ? sum[c] / (double)count[c] : 1;
}

static enum mien_status fit_machines(struct mien_learner *l, const struct mien_learner_data *data,
                                     const double *prepared, bool *positive, struct mien_error *error)
{
    l->machine = mien_array_new(l->levels, sizeof *l->machine);
    if (!l->machine)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    struct mien_machine_design design = {
        .cost = l->design.cost, .folds = l->design.folds, .seed = l->design.seed};
    if (l->design.kind == MIEN_SVM_RBF)
        design.gamma = l->design.gamma / (double)l->preparation.kept;
    for (unsigned k = 1; k < l->levels; k++) {
        class_weights(data, l->design.balanced, k, positive, design.weight);
        enum mien_status status = mien_machine_fit(prepared, data->rows, l->preparation.kept, positive,
                                                   &design, l->machine + k - 1, error);
        if (status != MIEN_OK)
            return status;
    }
    return MIEN_OK;
}

static double reweighted(double fraction, const double weight[2])
{
    double one = fraction * weight[1];
    return one / (one + (1 - fraction) * weight[0]);
}

static enum mien_status fit_forests(struct mien_learner *l, const struct mien_learner_data *data,
                                    const double *prepared, bool *positive, struct mien_error *error)
{
    size_t kept = l->preparation.kept, cuts = l->levels - 1;
    double *out_of_bag = mien_array_new(data->rows, sizeof *out_of_bag);
    l->forest = mien_array_new(l->levels, sizeof *l->forest);
    l->weight = mien_array_new(l->levels, sizeof *l->weight);
    l->out_of_bag = mien_array_new(data->rows * cuts, sizeof *l->out_of_bag);
    enum mien_status status = out_of_bag && l->forest && l->weight && l->out_of_bag
                                  ? MIEN_OK
                                  : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    double tried = l->design.tried > 0 ? l->design.tried * (double)kept : sqrt((double)kept);
    struct mien_forest_design design = {.trees = l->design.trees,
                                        .tried = (size_t)fmin((double)kept, fmax(1, round(tried))),
                                        .leaf = l->design.leaf,
                                        .seed = l->design.seed};
    for (unsigned k = 1; status == MIEN_OK && k < l->levels; k++) {
        class_weights(data, l->design.balanced, k, positive, l->weight[k - 1]);
        status = mien_interrupted() ? mien_fail(error, MIEN_ERR_CANCELLED, "stopped")
                                    : mien_forest_fit(prepared, data->rows, kept, positive, &design,
                                                      l->forest + k - 1, out_of_bag, error);
        for (size_t i = 0; status == MIEN_OK && i < data->rows; i++)
            l->out_of_bag[i * cuts + k - 1] = reweighted(out_of_bag[i], l->weight[k - 1]);
    }
    free(out_of_bag);
    return status;
}

static int copy_names(struct mien_learner *l, const char *const *names)
{
    l->names = mien_array_new(l->columns, sizeof *l->names);
    for (size_t j = 0; l->names && j < l->columns; j++)
        if (!(l->names[j] = strdup(names[j])))
            return -1;
    return l->names ? 0 : -1;
}

static enum mien_status check(const struct mien_learner_data *data, struct mien_error *error)
{
    if (data->levels < 2 || data->levels > MIEN_LEVELS_MOST)
        return mien_fail(error, MIEN_ERR_DATA, "levels: 2 to %d can be learnt, not %u", (int)MIEN_LEVELS_MOST,
                         data->levels);
    if (data->rows > MIEN_LEARNER_ROWS_MOST || data->columns > MIEN_LEARNER_COLUMNS_MOST)
        return mien_fail(error, MIEN_ERR_DATA, "at most %d participants and %d measures can be learnt from",
                         (int)MIEN_LEARNER_ROWS_MOST, (int)MIEN_LEARNER_COLUMNS_MOST);
    for (unsigned k = 0; k < data->levels; k++) {
        size_t own = 0;
        for (size_t i = 0; i < data->rows; i++)
            own += data->level[i] == k;
        if (own == 0)
            return mien_fail(error, MIEN_ERR_DATA, "level %u of %u has no participant to learn from", k + 1,
                             data->levels);
    }
    return MIEN_OK;
}

enum mien_status mien_learner_fit(const struct mien_learner_data *data,
                                  const struct mien_learner_design *design, struct mien_learner **learner,
                                  struct mien_error *error)
{
    enum mien_status status = check(data, error);
    if (status != MIEN_OK)
        return status;
    double *prepared = NULL;
    bool *positive = mien_array_new(data->rows, sizeof *positive);
    struct mien_learner *l = mien_array_new(1, sizeof *l);
    if (!positive || !l) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        goto fail;
    }
    l->design = *design;
    l->levels = data->levels;
    l->columns = data->columns;
    l->rows = data->rows;
    l->lambda = NAN;
    l->converged = true;
    status = mien_preparation_learn(data->x, data->rows, data->columns, design->most_missing, &l->preparation,
                                    error);
    if (status != MIEN_OK)
        goto fail;
    prepared = prepare(&l->preparation, data);
    if (!prepared || copy_names(l, data->names) != 0)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    else if (design->kind == MIEN_LOGISTIC)
        status = fit_logistic(l, data, prepared, error);
    else if (design->kind == MIEN_FOREST)
        status = fit_forests(l, data, prepared, positive, error);
    else
        status = fit_machines(l, data, prepared, positive, error);
    if (status != MIEN_OK)
        goto fail;
    *learner = l;
    l = NULL;
fail:
    mien_learner_free(l);
    free(prepared);
    free(positive);
    return status;
}

/* ---- Scores ---- */

/* The nearest falling numbers by least squares: what rises is pooled with what stands before it. */
static void make_falling(double *probability, unsigned cuts)
{
    double mean[MIEN_LEVELS_MOST];
    unsigned size[MIEN_LEVELS_MOST], blocks = 0, at = 0;
    for (unsigned k = 0; k < cuts; k++) {
        mean[blocks] = probability[k];
        size[blocks++] = 1;
        while (blocks > 1 && mean[blocks - 1] > mean[blocks - 2]) {
            blocks--;
            unsigned both = size[blocks] + size[blocks - 1];
            mean[blocks - 1] = (mean[blocks - 1] * size[blocks - 1] + mean[blocks] * size[blocks]) / both;
            size[blocks - 1] = both;
        }
    }
    for (unsigned b = 0; b < blocks; b++)
        for (unsigned i = 0; i < size[b]; i++)
            probability[at++] = mean[b];
}

static void score_row(const struct mien_learner *l, const double *row, double *probability)
{
    unsigned cuts = l->levels - 1;
    if (l->slope) {
        double score = 0;
        for (size_t j = 0; j < l->preparation.kept; j++)
            score += l->slope[j] * row[j];
        mien_linear_probabilities(score, l->threshold, l->levels, probability);
        return;
    }
    for (unsigned k = 0; k < cuts; k++)
        probability[k] = l->machine ? mien_machine_probability(l->machine + k, row)
                                    : reweighted(mien_forest_fraction(l->forest + k, row), l->weight[k]);
    make_falling(probability, cuts);
}

enum mien_status mien_learner_score(const struct mien_learner *l, const double *x, size_t rows,
                                    double *probability, struct mien_error *error)
{
    unsigned cuts = l->levels - 1;
    double *row = mien_array_new(l->preparation.kept, sizeof *row);
    if (!row)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        if (mien_preparation_apply(&l->preparation, x + i * l->columns, row))
            score_row(l, row, probability + i * cuts);
        else
            for (unsigned k = 0; k < cuts; k++)
                probability[i * cuts + k] = NAN;
    }
    free(row);
    return MIEN_OK;
}

/* ---- What it is ---- */

const struct mien_learner_design *mien_learner_design(const struct mien_learner *learner)
{
    return &learner->design;
}

const struct mien_preparation *mien_learner_preparation(const struct mien_learner *learner)
{
    return &learner->preparation;
}

unsigned mien_learner_levels(const struct mien_learner *learner)
{
    return learner->levels;
}

const char *const *mien_learner_names(const struct mien_learner *learner)
{
    return (const char *const *)learner->names;
}

double mien_learner_lambda(const struct mien_learner *learner)
{
    return learner->lambda;
}

bool mien_learner_converged(const struct mien_learner *learner)
{
    return learner->converged;
}

const double *mien_learner_out_of_bag(const struct mien_learner *learner, size_t *rows)
{
    *rows = learner->rows;
    return learner->out_of_bag;
}
