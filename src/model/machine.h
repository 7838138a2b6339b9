/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Support vector machines for two classes (Cortes and Vapnik 1995, doi 10.1007/BF00994018; dlib's solver),
 * with a probability from the decision value by a sigmoid (Platt 1999, in the stable form of Lin, Lin and
 * Weng 2007, doi 10.1007/s10994-007-5018-6), whose two numbers are learnt from decision values of rows left
 * out in turn.
 */
#ifndef MIEN_MODEL_MACHINE_H
#define MIEN_MODEL_MACHINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mien_machine_design {
    double cost;      /* Of a row on the wrong side of its margin; multiplied by the row's class weight. */
    double gamma;     /* Of the kernel exp(-gamma distance^2); 0: linear. */
    double weight[2]; /* Of the classes 0 and 1. */
    unsigned folds;   /* For the sigmoid. */
    uint64_t seed;    /* Deals the rows to the folds. */
};

/* decision = bias + sum over vectors of factor K(vector, x); probability of class 1 = 1 / (1 + exp(-(steep
 * decision + level))). A linear machine has one vector with factor 1 and K the dot product. Owns its arrays.
 */
struct mien_machine {
    size_t vectors, columns;
    double gamma, bias, steep, level;
    double *factor; /* vectors */
    double *vector; /* vectors x columns, row after row. */
};

/* x: rows x columns, row after row, finite. chosen: one of the two classes per row, both present, else
 * MIEN_ERR_DATA. steep is never below 0.001, so that the sigmoid does not turn the order of decisions round
 * where the rows left out were predicted worse than by chance. Exceptions of dlib's become MIEN_ERR_INTERNAL.
 */
enum mien_status mien_machine_fit(const double *x, size_t rows, size_t columns, const bool *positive,
                                  const struct mien_machine_design *design, struct mien_machine *machine,
                                  struct mien_error *error);
double mien_machine_decision(const struct mien_machine *machine, const double *row);
double mien_machine_probability(const struct mien_machine *machine, const double *row);
void mien_machine_clear(struct mien_machine *machine);

/* The sigmoid alone, from decisions with weights; positive as above. */
void mien_sigmoid_fit(const double *decision, const bool *positive, const double *weight, size_t rows,
                      double *steep, double *level);

/* ---- The part that dlib does ---- */

/* Solves the dual problem for a kernel matrix (rows x rows) with a highest multiplier per class:
 * multiplier[rows], signed by class, and bias, so that the decision of row i is sum of multiplier K + bias.
 */
enum mien_status mien_machine_solve(const double *kernel, size_t rows, const bool *positive,
                                    const double highest[2], double *multiplier, double *bias,
                                    struct mien_error *error);

#ifdef __cplusplus
}
#endif

#endif
