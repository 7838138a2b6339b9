/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logistic regression by maximum likelihood: iteratively reweighted least squares, each step by a QR
 * decomposition (McCullagh and Nelder 1989; R: glm with family binomial, iterated until nothing moves).
 */
#ifndef MIEN_STATS_LOGISTIC_H
#define MIEN_STATS_LOGISTIC_H

#include "stats/stats.h"

enum mien_term_state {
    MIEN_TERM_ESTIMATED,
    MIEN_TERM_ALIASED,  /* The terms before it say the same: left out, estimate and se NaN (R: NA). */
    MIEN_TERM_SEPARATED /* It tells the outcomes apart, so its estimate is infinite; se NaN. */
};

struct mien_logistic {
    size_t rows, terms;
    double *estimate, *se;          /* One per term. */
    unsigned char *state;           /* enum mien_term_state of each term. */
    double *fitted;                 /* One probability per row. */
    double deviance, null_deviance; /* The null model has the intercept alone. */
    double log_likelihood, aic;
    size_t estimated; /* Terms that are not aliased. */
    int iterations;
    bool converged; /* Also where terms are separated: then the likelihood no longer moves. */
    bool separated;
};

/* x: rows by terms, row by row, without missing values; the first term should be 1 everywhere (the
 * intercept). y: 0 or 1. Needs more rows than terms and both outcomes, else every number is NaN. Clear it in
 * every case. */
enum mien_status mien_logistic_fit(const double *x, const unsigned char *y, size_t rows, size_t terms,
                                   struct mien_logistic *out);
void mien_logistic_clear(struct mien_logistic *fit);

#endif
