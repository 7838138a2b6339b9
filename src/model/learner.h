/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The classical learners over measures, one row per participant: regularised logistic regression (linear.h),
 * support vector machines (machine.h), random forests (forest.h). Every one learns levels 0..K-1 and gives
 * P(level >= k) for k = 1..K-1, rising levels being less and less probable; for K > 2 machines and forests
 * learn each k by itself, and what is out of order is pooled (the nearest falling row of numbers by least
 * squares).
 *
 * With `balanced`, each level counts as if all had the same number of participants, in the fit and in the
 * probabilities. The same data, design and seed give the same bytes. One thread uses one learner.
 */
#ifndef MIEN_MODEL_LEARNER_H
#define MIEN_MODEL_LEARNER_H

#include "base/error.h"
#include "base/memory.h"
#include "base/progress.h"
#include "model/learner_prepare.h"
#include "model/linear.h"

enum { MIEN_LEARNER_ROWS_MOST = 5000, MIEN_LEARNER_COLUMNS_MOST = 20000 };

enum mien_learner_kind { MIEN_LOGISTIC, MIEN_SVM, MIEN_SVM_RBF, MIEN_FOREST };

struct mien_learner_design {
    enum mien_learner_kind kind;
    double alpha;   /* Logistic: 0 ridge to 1 lasso. */
    double lambda;  /* Logistic; below 0: chosen by cross-validation within the rows, by the deviance. */
    double cost;    /* Machines. */
    double gamma;   /* Machines with a radial kernel: times 1 / columns used. */
    unsigned trees; /* Forest. */
    double tried;   /* Forest: columns per split, as a fraction of those used; 0: their square root. */
    unsigned leaf;  /* Forest: nodes of no more participants are not split. */
    unsigned folds; /* For lambda and for the machines' probabilities. */
    bool balanced;
    double most_missing; /* The largest fraction of missing values of a measure that is used. */
    uint64_t seed;
};

/* Borrowed. Every level must have a participant. */
struct mien_learner_data {
    const double *x; /* rows x columns, row after row; NaN: missing. */
    size_t rows, columns;
    const unsigned *level;
    unsigned levels;
    const char *const *names; /* Of the columns. */
};

struct mien_learner;

enum mien_status mien_learner_fit(const struct mien_learner_data *data,
                                  const struct mien_learner_design *design, struct mien_learner **learner,
                                  struct mien_error *error);
void mien_learner_free(struct mien_learner *learner);

/* x as in the data, with the learner's own columns; probability: rows x (levels - 1), NaN for rows of which
 * more than half of the measures in use are missing. */
enum mien_status mien_learner_score(const struct mien_learner *learner, const double *x, size_t rows,
                                    double *probability, struct mien_error *error);

const struct mien_learner_design *mien_learner_design(const struct mien_learner *learner);
const struct mien_preparation *mien_learner_preparation(const struct mien_learner *learner);
unsigned mien_learner_levels(const struct mien_learner *learner);
const char *const *mien_learner_names(const struct mien_learner *learner);
/* Logistic: the lambda in use, and false where the fit did not converge. */
double mien_learner_lambda(const struct mien_learner *learner);
bool mien_learner_converged(const struct mien_learner *learner);
/* Forest: rows x (levels - 1) probabilities of the training rows by the trees that had not seen them; NULL
 * for other kinds and for a learner that was read. */
const double *mien_learner_out_of_bag(const struct mien_learner *learner, size_t *rows);

/* For each column given: what one standard deviation more adds to the score (logistic: to the log odds of a
 * higher level); 0 where the penalty left it out, NaN for columns that are not used. Returns false where
 * there is no such thing: radial kernels, forests, linear machines for more than two levels. */
bool mien_learner_coefficients(const struct mien_learner *learner, double *coefficient);

/* Coefficients of refits on participants drawn with replacement within each level, with the lambda of the
 * learner (replicates x columns). In the learner's own standard deviations, so that they compare. */
enum mien_status mien_learner_bootstrap(const struct mien_learner *learner,
                                        const struct mien_learner_data *data, size_t replicates,
                                        uint64_t seed, const struct mien_progress *progress,
                                        double *coefficient, struct mien_error *error);

/* Adds the learner to text; 0, or -1 where memory ran out. */
int mien_learner_write(const struct mien_learner *learner, struct mien_text *text);
/* MIEN_ERR_MODEL where the bytes are none of ours, damaged, of another version or too large. */
enum mien_status mien_learner_read(const void *bytes, size_t size, struct mien_learner **learner,
                                   struct mien_error *error);

#endif
