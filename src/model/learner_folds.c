/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/learner_folds.h"

#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>

unsigned mien_learner_folds(const unsigned *level, unsigned levels, size_t rows, unsigned folds,
                            uint64_t seed, unsigned *fold)
{
    size_t *order = mien_array_new(rows, sizeof *order), rarest = rows;
    if (!order)
        return 0;
    for (unsigned k = 0; k < levels; k++) {
        size_t own = 0;
        for (size_t i = 0; i < rows; i++)
            own += level[i] == k;
        if (own > 0 && own < rarest)
            rarest = own;
    }
    if (folds > rarest)
        folds = (unsigned)rarest;
    folds = folds > 1 ? folds : 1;
    struct mien_random random;
    mien_random_seed(&random, seed);
    size_t dealt = 0;
    for (unsigned k = 0; k < levels; k++) {
        size_t own = 0;
        for (size_t i = 0; i < rows; i++)
            if (level[i] == k)
                order[own++] = i;
        for (size_t i = own; i > 1; i--) {
            size_t other = mien_random_below(&random, i), kept = order[i - 1];
            order[i - 1] = order[other];
            order[other] = kept;
        }
        for (size_t i = 0; i < own; i++)
            fold[order[i]] = (unsigned)(dealt++ % folds);
    }
    free(order);
    return folds;
}
