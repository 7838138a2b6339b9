/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of learner.h share.
 */
#ifndef MIEN_MODEL_LEARNER_INTERNAL_H
#define MIEN_MODEL_LEARNER_INTERNAL_H

#include "model/forest.h"
#include "model/learner.h"
#include "model/machine.h"

struct mien_learner {
    struct mien_learner_design design;
    unsigned levels;
    size_t columns;
    char **names;
    struct mien_preparation preparation;
    /* Logistic: of the columns kept, standardised. */
    double *slope, *threshold, lambda;
    bool converged;
    /* levels - 1 of one or the other. */
    struct mien_machine *machine;
    struct mien_forest *forest;
    double (*weight)[2]; /* Of the classes below and from each level on, for forests. */
    double *out_of_bag;  /* Of this many rows. */
    size_t rows;
};

/* The weight of each level, 1 on average over the rows. */
void mien_learner_weights(const struct mien_learner_data *data, bool balanced, double *weight);

#endif
