/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interrupt.h"
#include "base/random.h"
#include "model/learner_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool mien_learner_coefficients(const struct mien_learner *l, double *coefficient)
{
    const double *slope = l->slope                                       ? l->slope
                          : l->design.kind == MIEN_SVM && l->levels == 2 ? l->machine->vector
                                                                         : NULL;
    for (size_t j = 0; j < l->columns; j++)
        coefficient[j] = NAN;
    for (size_t k = 0; slope && k < l->preparation.kept; k++)
        coefficient[l->preparation.place[k]] = slope[k];
    return slope != NULL;
}

/* The rows of one replicate, as many of each level as there are. */
static void draw(const struct mien_learner_data *data, struct mien_random *random, double *x, unsigned *level,
                 size_t *order)
{
    size_t row = 0;
    for (unsigned k = 0; k < data->levels; k++) {
        size_t own = 0;
        for (size_t i = 0; i < data->rows; i++)
            if (data->level[i] == k)
                order[own++] = i;
        for (size_t i = 0; i < own; i++, row++) {
            size_t from = order[mien_random_below(random, own)];
            memcpy(x + row * data->columns, data->x + from * data->columns, data->columns * sizeof *x);
            level[row] = k;
        }
    }
}

/* A column that does not vary in a replicate tells nothing there: its coefficient is 0, as the penalty would
 * have it. The replicate's standard deviation becomes the learner's. */
static void keep(const struct mien_learner *l, const struct mien_learner *again, double *coefficient)
{
    const struct mien_preparation *own = &l->preparation, *drawn = &again->preparation;
    mien_learner_coefficients(again, coefficient);
    for (size_t k = 0; k < drawn->kept; k++)
        coefficient[drawn->place[k]] /= drawn->spread[k];
    for (size_t k = 0; k < own->kept; k++) {
        double *at = coefficient + own->place[k];
        *at = isnan(*at) ? 0 : *at * own->spread[k];
    }
}

enum mien_status mien_learner_bootstrap(const struct mien_learner *l, const struct mien_learner_data *data,
                                        size_t replicates, uint64_t seed,
                                        const struct mien_progress *progress, double *coefficient,
                                        struct mien_error *error)
{
    struct mien_learner_design design = l->design;
    struct mien_learner_data drawn = *data;
    struct mien_random random;
    double *x = mien_array_new(data->rows * data->columns, sizeof *x);
    unsigned *level = mien_array_new(data->rows, sizeof *level);
    size_t *order = mien_array_new(data->rows, sizeof *order);
    enum mien_status status =
        x && level && order ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    if (status == MIEN_OK && !mien_learner_coefficients(l, coefficient))
        status = mien_fail(error, MIEN_ERR_DATA, "this kind of learner has no coefficients");
    drawn.x = x;
    drawn.level = level;
    design.lambda = l->lambda;
    /* Decision values need no probabilities. */
    design.folds = 1;
    mien_random_seed(&random, seed);
    for (size_t r = 0; status == MIEN_OK && r < replicates; r++) {
        struct mien_learner *again = NULL;
        if (mien_interrupted()) {
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
            break;
        }
        draw(data, &random, x, level, order);
        status = mien_learner_fit(&drawn, &design, &again, error);
        if (status == MIEN_OK)
            keep(l, again, coefficient + r * data->columns);
        mien_learner_free(again);
        mien_progress_report(progress, (double)(r + 1), (double)replicates, "fits", NULL);
    }
    free(x);
    free(level);
    free(order);
    return status;
}
