/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folds that a learner makes within its own training rows, one row per participant.
 */
#ifndef MIEN_MODEL_LEARNER_FOLDS_H
#define MIEN_MODEL_LEARNER_FOLDS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Deals the rows of each level, in an order that only the seed decides, to the folds in turn; the next level
 * goes on where the last one ended, so that neither a level's nor all rows' numbers differ by more than 1.
 * fold: one number below folds per row. Returns the folds in use: at most folds, at most the rows of the
 * rarest level that has any; 1 where that one has a single row, so that nothing can be left out. 0 where
 * memory ran out. */
unsigned mien_learner_folds(const unsigned *level, unsigned levels, size_t rows, unsigned folds,
                            uint64_t seed, unsigned *fold);

#endif
