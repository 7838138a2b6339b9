/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/logistic.h"

#include "base/memory.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 60, SURELY_SLOW = 20 };

/* What one fit works with; columns are the terms that are not aliased. */
struct work {
    const double *x;
    const unsigned char *y;
    size_t rows, terms, columns;
    size_t *term_of; /* Of each column. */
    gsl_matrix *weighted;
    gsl_vector *tau, *target, *residual, *beta;
    double *coefficient, *step; /* One per column. */
    double *eta, *fresh;
};

static void free_work(struct work *w)
{
    free(w->term_of);
    free(w->coefficient);
    free(w->step);
    free(w->eta);
    free(w->fresh);
    if (w->weighted)
        gsl_matrix_free(w->weighted);
    gsl_vector *vectors[] = {w->tau, w->target, w->residual, w->beta};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if (vectors[i])
            gsl_vector_free(vectors[i]);
}

static double probability(double eta)
{
    return 1 / (1 + exp(-eta));
}

/* log(1 + exp(x)) without overflow. */
static double softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double deviance_of(const struct work *w, const double *eta)
{
    double sum = 0;
    for (size_t i = 0; i < w->rows; i++)
        sum += 2 * softplus(w->y[i] ? -eta[i] : eta[i]);
    return sum;
}

/* ---- Aliased terms ---- */

/* Gram-Schmidt in the order of the terms: what is left of a term once those before it are taken away, in
 * units of the term itself, must not be rounding (below 1e-7 of its length, the tolerance of R's lm). */
static enum mien_status find_columns(struct work *w, unsigned char *state)
{
    double *basis = mien_array_new(w->rows * w->terms, sizeof *basis);
    if (!basis)
        return MIEN_ERR_MEMORY;
    for (size_t j = 0; j < w->terms; j++) {
        double *column = basis + w->columns * w->rows, whole = 0, left = 0;
        for (size_t i = 0; i < w->rows; i++) {
            column[i] = w->x[i * w->terms + j];
            whole += column[i] * column[i];
        }
        /* Twice is enough: the second pass takes away what rounding left of the first. */
        for (size_t k = 0; k < 2 * w->columns; k++) {
            const double *other = basis + k % w->columns * w->rows;
            double along = 0;
            for (size_t i = 0; i < w->rows; i++)
                along += other[i] * column[i];
            for (size_t i = 0; i < w->rows; i++)
                column[i] -= along * other[i];
        }
        for (size_t i = 0; i < w->rows; i++)
            left += column[i] * column[i];
        if (!(left > 1e-14 * whole)) {
            state[j] = MIEN_TERM_ALIASED;
            continue;
        }
        for (size_t i = 0; i < w->rows; i++)
            column[i] /= sqrt(left);
        w->term_of[w->columns++] = j;
    }
    free(basis);
    return MIEN_OK;
}

/* ---- Steps ---- */

static double entry(const struct work *w, size_t row, size_t column)
{
    return w->x[row * w->terms + w->term_of[column]];
}

/* Decomposes the matrix weighted by the probabilities of eta. */
static bool decompose(struct work *w, const double *eta)
{
    for (size_t i = 0; i < w->rows; i++) {
        double p = probability(eta[i]), root = sqrt(fmax(p * (1 - p), DBL_MIN));
        for (size_t j = 0; j < w->columns; j++)
            gsl_matrix_set(w->weighted, i, j, root * entry(w, i, j));
    }
    return gsl_linalg_QR_decomp(w->weighted, w->tau) == 0;
}

/* Newton's step from eta, solved for the change itself, which keeps digits where the whole would lose them.
 */
static bool find_step(struct work *w)
{
    if (!decompose(w, w->eta))
        return false;
    for (size_t i = 0; i < w->rows; i++) {
        double p = probability(w->eta[i]), root = sqrt(fmax(p * (1 - p), DBL_MIN));
        /* The rest y - p, with 1 - p taken from the other tail. */
        double rest = w->y[i] ? probability(-w->eta[i]) : -p;
        gsl_vector_set(w->target, i, rest / root);
    }
    if (gsl_linalg_QR_lssolve(w->weighted, w->tau, w->target, w->beta, w->residual) != 0)
        return false;
    for (size_t j = 0; j < w->columns; j++) {
        w->step[j] = gsl_vector_get(w->beta, j);
        if (!isfinite(w->step[j]))
            return false;
    }
    return true;
}

/* eta after a share of the step. */
static void step_to(const struct work *w, double share, double *eta)
{
    for (size_t i = 0; i < w->rows; i++) {
        eta[i] = 0;
        for (size_t j = 0; j < w->columns; j++)
            eta[i] += (w->coefficient[j] + share * w->step[j]) * entry(w, i, j);
    }
}

/* How far the rows moved in a step, and how far from 0 they are now, in units of eta. */
struct movement {
    double most, furthest;
};

/* Takes the step, halved as long as it makes the fit worse. */
static struct movement take_step(struct work *w, double *deviance)
{
    double share = 1, after = 0;
    for (int halvings = 0; halvings < 40; halvings++, share /= 2) {
        step_to(w, share, w->fresh);
        after = deviance_of(w, w->fresh);
        if (after <= *deviance * (1 + 1e-12) + 1e-12)
            break;
    }
    struct movement movement = {0, 0};
    for (size_t j = 0; j < w->columns; j++)
        w->coefficient[j] += share * w->step[j];
    for (size_t i = 0; i < w->rows; i++) {
        movement.most = fmax(movement.most, fabs(w->fresh[i] - w->eta[i]));
        movement.furthest = fmax(movement.furthest, fabs(w->fresh[i]));
    }
    memcpy(w->eta, w->fresh, w->rows * sizeof *w->eta);
    *deviance = after;
    return movement;
}

/* ---- Results ---- */

/* Where the outcomes are separated, eta goes on by about 1 a step for ever; the terms that take part still
 * move. */
static void mark_separated(const struct work *w, struct mien_logistic *out)
{
    out->separated = true;
    for (size_t j = 0; j < w->columns; j++) {
        double reach = 0;
        for (size_t i = 0; i < w->rows; i++)
            reach = fmax(reach, fabs(entry(w, i, j)));
        if (fabs(w->step[j]) * reach > 0.01) {
            size_t term = w->term_of[j];
            out->state[term] = MIEN_TERM_SEPARATED;
            out->estimate[term] = copysign(HUGE_VAL, w->step[j]);
            out->se[term] = NAN;
        }
    }
}

/* Standard errors: row norms of the inverse of R in the decomposition at the estimate. */
static bool standard_errors(struct work *w, struct mien_logistic *out)
{
    if (!decompose(w, w->eta))
        return false;
    for (size_t j = 0; j < w->columns; j++)
        out->se[w->term_of[j]] = 0;
    /* Column by column of the inverse, by back substitution. */
    for (size_t c = 0; c < w->columns; c++) {
        for (size_t i = c + 1; i-- > 0;) {
            double sum = i == c;
            for (size_t k = i + 1; k <= c; k++)
                sum -= gsl_matrix_get(w->weighted, i, k) * w->step[k];
            w->step[i] = sum / gsl_matrix_get(w->weighted, i, i);
            out->se[w->term_of[i]] += w->step[i] * w->step[i];
        }
    }
    for (size_t j = 0; j < w->columns; j++)
        out->se[w->term_of[j]] = sqrt(out->se[w->term_of[j]]);
    return true;
}

static void fill_result(struct work *w, struct mien_logistic *out, double deviance, bool separated)
{
    for (size_t j = 0; j < w->columns; j++)
        out->estimate[w->term_of[j]] = w->coefficient[j];
    for (size_t i = 0; i < w->rows; i++)
        out->fitted[i] = probability(w->eta[i]);
    out->deviance = deviance;
    out->log_likelihood = -deviance / 2;
    out->aic = deviance + 2 * (double)w->columns;
    if (separated) {
        double *steps = w->step, *kept = mien_array_new(w->columns, sizeof *kept);
        if (kept) {
            memcpy(kept, steps, w->columns * sizeof *kept);
            standard_errors(w, out);
            memcpy(steps, kept, w->columns * sizeof *kept);
            free(kept);
        }
        mark_separated(w, out);
    } else {
        standard_errors(w, out);
    }
}

static void iterate(struct work *w, struct mien_logistic *out)
{
    double deviance = deviance_of(w, w->eta);
    bool separated = false;
    for (int i = 1; i <= MOST_STEPS && !out->converged; i++) {
        if (!find_step(w))
            break;
        struct movement movement = take_step(w, &deviance);
        out->iterations = i;
        separated = i >= SURELY_SLOW && movement.furthest > 12 && movement.most > 0.3;
        out->converged = movement.most < 1e-11 * fmax(1, movement.furthest) || separated;
    }
    fill_result(w, out, deviance, separated);
}

static double null_deviance(const unsigned char *y, size_t rows, double *positives)
{
    double n = (double)rows;
    *positives = 0;
    for (size_t i = 0; i < rows; i++)
        *positives += y[i];
    double p = *positives / n;
    return -2 * (*positives * log(p) + (n - *positives) * log1p(-p));
}

static enum mien_status new_work(struct work *w)
{
    w->weighted = gsl_matrix_alloc(w->rows, w->columns);
    w->tau = gsl_vector_alloc(w->columns);
    w->target = gsl_vector_alloc(w->rows);
    w->residual = gsl_vector_alloc(w->rows);
    w->beta = gsl_vector_alloc(w->columns);
    w->coefficient = mien_array_new(w->columns, sizeof *w->coefficient);
    w->step = mien_array_new(w->columns, sizeof *w->step);
    w->eta = mien_array_new(w->rows, sizeof *w->eta);
    w->fresh = mien_array_new(w->rows, sizeof *w->fresh);
    bool all = w->weighted && w->tau && w->target && w->residual && w->beta && w->coefficient && w->step &&
               w->eta && w->fresh;
    return all ? MIEN_OK : MIEN_ERR_MEMORY;
}

enum mien_status mien_logistic_fit(const double *x, const unsigned char *y, size_t rows, size_t terms,
                                   struct mien_logistic *out)
{
    *out = (struct mien_logistic){.rows = rows,
                                  .terms = terms,
                                  .deviance = NAN,
                                  .null_deviance = NAN,
                                  .log_likelihood = NAN,
                                  .aic = NAN};
    struct work w = {.x = x, .y = y, .rows = rows, .terms = terms};
    enum mien_status status = MIEN_ERR_MEMORY;
    double positives = 0;
    out->estimate = mien_missing_new(terms);
    out->se = mien_missing_new(terms);
    out->fitted = mien_missing_new(rows);
    out->state = mien_array_new(terms, sizeof *out->state);
    w.term_of = mien_array_new(terms, sizeof *w.term_of);
    if (!out->estimate || !out->se || !out->fitted || !out->state || !w.term_of)
        goto done;
    status = MIEN_OK;
    double without_terms = rows > 0 ? null_deviance(y, rows, &positives) : NAN;
    if (rows <= terms || positives == 0 || positives == (double)rows)
        goto done;
    out->null_deviance = without_terms;
    status = find_columns(&w, out->state);
    if (status == MIEN_OK)
        status = new_work(&w);
    if (status != MIEN_OK)
        goto done;
    out->estimated = w.columns;
    iterate(&w, out);
done:
    free_work(&w);
    return status;
}

void mien_logistic_clear(struct mien_logistic *fit)
{
    free(fit->estimate);
    free(fit->se);
    free(fit->state);
    free(fit->fitted);
    *fit = (struct mien_logistic){0};
}
