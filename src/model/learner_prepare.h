/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is done to columns of measures before they are learnt from: those with too many missing values and
 * those that do not vary are left out, missing values are replaced by the median of the others, each column
 * is brought to mean 0 and standard deviation 1 (divided by n). All of it is learnt from the training rows
 * and kept with what was learnt, so that nothing of other rows enters.
 */
#ifndef MIEN_MODEL_LEARNER_PREPARE_H
#define MIEN_MODEL_LEARNER_PREPARE_H

#include "base/error.h"
#include "model/learner_bytes.h"

struct mien_preparation {
    size_t columns;                 /* That were given, */
    size_t kept;                    /* that are used, */
    size_t missing, constant;       /* left out with too many missing, left out since they do not vary. */
    size_t *place;                  /* Of each kept column among those given, rising. */
    double *median, *mean, *spread; /* Of each kept column; spread above 0. */
};

/* x: rows of columns numbers, row after row, NaN where missing. most_missing: the largest fraction of missing
 * values of a column that is kept. MIEN_ERR_DATA where no column is left. */
enum mien_status mien_preparation_learn(const double *x, size_t rows, size_t columns, double most_missing,
                                        struct mien_preparation *preparation, struct mien_error *error);
void mien_preparation_clear(struct mien_preparation *preparation);

/* One row: kept numbers. Returns false, with all of them NaN, where more than half of the kept columns are
 * missing: what then came out would be the median's, not the participant's. */
bool mien_preparation_apply(const struct mien_preparation *preparation, const double *row, double *prepared);

int mien_preparation_write(const struct mien_preparation *preparation, struct mien_text *text);
/* MIEN_ERR_MODEL where the bytes are none of ours, of up to most columns. */
enum mien_status mien_preparation_read(struct mien_bytes *bytes, uint32_t most,
                                       struct mien_preparation *preparation, struct mien_error *error);

#endif
