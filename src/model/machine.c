/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/machine.h"

#include "base/memory.h"
#include "model/learner_folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LEAST_STEEP = 0.001;

static double kernel_of(double gamma, const double *a, const double *b, size_t columns)
{
    double sum = 0;
    if (gamma == 0) {
        for (size_t j = 0; j < columns; j++)
            sum += a[j] * b[j];
        return sum;
    }
    for (size_t j = 0; j < columns; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return exp(-gamma * sum);
}

double mien_machine_decision(const struct mien_machine *machine, const double *row)
{
    double sum = machine->bias;
    for (size_t v = 0; v < machine->vectors; v++)
        sum += machine->factor[v] *
               kernel_of(machine->gamma, machine->vector + v * machine->columns, row, machine->columns);
    return sum;
}

double mien_machine_probability(const struct mien_machine *machine, const double *row)
{
    return 1 / (1 + exp(-(machine->steep * mien_machine_decision(machine, row) + machine->level)));
}

void mien_machine_clear(struct mien_machine *machine)
{
    free(machine->factor);
    free(machine->vector);
    *machine = (struct mien_machine){0};
}

/* ---- The sigmoid ---- */

static double sigmoid_loss(const double *decision, const double *target, const double *weight, size_t rows,
                           double steep, double level)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++) {
        double z = steep * decision[i] + level;
        sum += weight[i] * ((z > 0 ? (1 - target[i]) * z : -target[i] * z) + log1p(exp(-fabs(z))));
    }
    return sum;
}

/* One Newton step for both numbers, or for the level alone; false where it does not help any more. */
static bool sigmoid_step(const double *decision, const double *target, const double *weight, size_t rows,
                         bool level_only, double *steep, double *level)
{
    double aa = 1e-12, ab = 0, bb = 1e-12, ga = 0, gb = 0;
    for (size_t i = 0; i < rows; i++) {
        double p = 1 / (1 + exp(-(*steep * decision[i] + *level))), curve = weight[i] * p * (1 - p);
        double slope = weight[i] * (p - target[i]);
        aa += curve * decision[i] * decision[i];
        ab += curve * decision[i];
        bb += curve;
        ga += slope * decision[i];
        gb += slope;
    }
    double determinant = aa * bb - ab * ab;
    double by_steep = level_only ? 0 : -(bb * ga - ab * gb) / determinant;
    double by_level = level_only ? -gb / bb : -(aa * gb - ab * ga) / determinant;
    double before = sigmoid_loss(decision, target, weight, rows, *steep, *level);
    for (double part = 1; part > 1e-10; part /= 2) {
        double a = *steep + part * by_steep, b = *level + part * by_level;
        if (sigmoid_loss(decision, target, weight, rows, a, b) < before - 1e-15 * fabs(before)) {
            *steep = a;
            *level = b;
            return true;
        }
    }
    return false;
}

void mien_sigmoid_fit(const double *decision, const bool *positive, const double *weight, size_t rows,
                      double *steep, double *level)
{
    double *target = mien_array_new(rows, sizeof *target), count[2] = {0, 0}, a = 0, b = 0;
    for (size_t i = 0; i < rows; i++)
        count[positive[i]] += weight[i];
    b = log((count[1] + 1) / (count[0] + 1));
    for (size_t i = 0; target && i < rows; i++)
        target[i] = positive[i] ? (count[1] + 1) / (count[1] + 2) : 1 / (count[0] + 2);
    for (int step = 0; target && step < 100; step++)
        if (!sigmoid_step(decision, target, weight, rows, false, &a, &b))
            break;
    if (!(a >= LEAST_STEEP)) {
        a = LEAST_STEEP;
        for (int step = 0; target && step < 100; step++)
            if (!sigmoid_step(decision, target, weight, rows, true, &a, &b))
                break;
    }
    free(target);
    *steep = a;
    *level = b;
}

/* ---- Fitting ---- */

/* The rows in use of a problem whose kernel matrix is known for all rows. */
struct subset {
    size_t count;
    size_t *row;
    bool *positive;
    double *kernel, *multiplier;
    double bias;
};

static enum mien_status solve_subset(const double *kernel, size_t rows, const bool *positive,
                                     const struct mien_machine_design *design, struct subset *s,
                                     struct mien_error *error)
{
    double highest[2] = {design->cost * design->weight[0], design->cost * design->weight[1]};
    size_t count[2] = {0, 0};
    for (size_t i = 0; i < s->count; i++) {
        s->positive[i] = positive[s->row[i]];
        count[s->positive[i]]++;
        for (size_t j = 0; j < s->count; j++)
            s->kernel[i * s->count + j] = kernel[s->row[i] * rows + s->row[j]];
    }
    if (count[0] == 0 || count[1] == 0)
        return mien_fail(error, MIEN_ERR_DATA, "both classes need a participant to learn from");
    return mien_machine_solve(s->kernel, s->count, s->positive, highest, s->multiplier, &s->bias, error);
}

/* Decisions of all rows, each by a machine that was fitted without the row's fold. */
static enum mien_status decide_left_out(const double *kernel, size_t rows, const bool *positive,
                                        const struct mien_machine_design *design, const unsigned *fold,
                                        unsigned folds, struct subset *s, double *decision,
                                        struct mien_error *error)
{
    for (unsigned f = 0; f < folds; f++) {
        s->count = 0;
        for (size_t i = 0; i < rows; i++)
            if (fold[i] != f)
                s->row[s->count++] = i;
        enum mien_status status = solve_subset(kernel, rows, positive, design, s, error);
        if (status != MIEN_OK)
            return status;
        for (size_t i = 0; i < rows; i++) {
            if (fold[i] != f)
                continue;
            decision[i] = s->bias;
            for (size_t k = 0; k < s->count; k++)
                decision[i] += s->multiplier[k] * kernel[i * rows + s->row[k]];
        }
    }
    return MIEN_OK;
}

static enum mien_status calibrate(const double *kernel, size_t rows, const bool *positive,
                                  const struct mien_machine_design *design, struct subset *s,
                                  struct mien_machine *machine, struct mien_error *error)
{
    unsigned *fold = mien_array_new(rows, sizeof *fold), *class = mien_array_new(rows, sizeof *class);
    double *decision = mien_array_new(rows, sizeof *decision), *weight = mien_array_new(rows, sizeof *weight);
    enum mien_status status = MIEN_OK;
    unsigned folds = 0;
    if (fold && class && decision && weight) {
        for (size_t i = 0; i < rows; i++) {
            class[i] = positive[i];
            weight[i] = design->weight[positive[i]];
        }
        folds = mien_learner_folds(class, 2, rows, design->folds, design->seed, fold);
    }
    if (folds == 0)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    else if (folds == 1)
        machine->steep = 1;
    else
        status = decide_left_out(kernel, rows, positive, design, fold, folds, s, decision, error);
    if (status == MIEN_OK && folds > 1)
        mien_sigmoid_fit(decision, positive, weight, rows, &machine->steep, &machine->level);
    free(fold);
    free(class);
    free(decision);
    free(weight);
    return status;
}

/* The rows with a multiplier, or their one sum. */
static int keep_vectors(const double *x, size_t rows, const struct subset *s, struct mien_machine *machine)
{
    size_t columns = machine->columns;
    for (size_t i = 0; i < rows; i++)
        machine->vectors += s->multiplier[i] != 0;
    if (machine->gamma == 0)
        machine->vectors = 1;
    machine->factor = mien_array_new(machine->vectors, sizeof(double));
    machine->vector = mien_array_new(machine->vectors * columns, sizeof(double));
    if (!machine->factor || !machine->vector)
        return -1;
    size_t v = 0;
    for (size_t i = 0; i < rows; i++) {
        if (s->multiplier[i] == 0)
            continue;
        if (machine->gamma > 0) {
            machine->factor[v] = s->multiplier[i];
            memcpy(machine->vector + v++ * columns, x + i * columns, columns * sizeof *x);
        }
        for (size_t j = 0; machine->gamma == 0 && j < columns; j++)
            machine->vector[j] += s->multiplier[i] * x[i * columns + j];
    }
    if (machine->gamma == 0)
        machine->factor[0] = 1;
    machine->bias = s->bias;
    return 0;
}

enum mien_status mien_machine_fit(const double *x, size_t rows, size_t columns, const bool *positive,
                                  const struct mien_machine_design *design, struct mien_machine *machine,
                                  struct mien_error *error)
{
    struct mien_machine made = {.columns = columns, .gamma = design->gamma};
    struct subset s = {.row = mien_array_new(rows, sizeof *s.row),
                       .positive = mien_array_new(rows, sizeof *s.positive),
                       .kernel = mien_array_new(rows * rows, sizeof *s.kernel),
                       .multiplier = mien_array_new(rows, sizeof *s.multiplier)};
    double *kernel = mien_array_new(rows * rows, sizeof *kernel);
    enum mien_status status = MIEN_OK;
    if (!s.row || !s.positive || !s.kernel || !s.multiplier || !kernel) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        goto end;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j <= i; j++)
            kernel[i * rows + j] = kernel[j * rows + i] =
                kernel_of(design->gamma, x + i * columns, x + j * columns, columns);
    status = calibrate(kernel, rows, positive, design, &s, &made, error);
    if (status != MIEN_OK)
        goto end;
    s.count = rows;
    for (size_t i = 0; i < rows; i++)
        s.row[i] = i;
    status = solve_subset(kernel, rows, positive, design, &s, error);
    if (status == MIEN_OK && keep_vectors(x, rows, &s, &made) != 0)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
end:
    free(s.row);
    free(s.positive);
    free(s.kernel);
    free(s.multiplier);
    free(kernel);
    if (status == MIEN_OK)
        *machine = made;
    else
        mien_machine_clear(&made);
    return status;
}
