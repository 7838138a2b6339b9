/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two groups compared in many places at once, such as the cells of a map, with an exact bound on the chance
 * of any false finding: the statistic is Welch's t (1947), and a place is judged against the largest |t| of
 * all places when the people are dealt into the groups at random (Westfall and Young 1993; Nichols and Holmes
 * 2002, doi 10.1002/hbm.1058). Whole people are dealt, so that how places depend on one another does not
 * matter.
 */
#ifndef MIEN_STATS_PERMUTATION_MAP_H
#define MIEN_STATS_PERMUTATION_MAP_H

#include "base/progress.h"
#include "stats/stats.h"

#include <stddef.h>
#include <stdint.h>

struct mien_map_options {
    size_t permutations; /* At least 1; p cannot be less than 1 / (permutations + 1). */
    size_t least;        /* People with a value that each group needs in a place; at least 2. */
    uint64_t seed;
};

/* Of one place. p and adjusted count the dealing that was observed among the permutations, which makes the
 * level exact. t, p and adjusted are NaN where either group is too small or nothing varies. */
struct mien_map_place {
    size_t n[2];       /* People with a value. */
    double mean[2];    /* NaN where there are none. */
    double difference; /* Mean of group 0 less mean of group 1. */
    double g;          /* Hedges' g of the difference, with the pooled SD. */
    double t;
    double p;        /* Of this place alone, two-sided. */
    double adjusted; /* Of this place among all: the chance that any place would show as much. */
};

/* values: people rows of places, NaN is missing. group: 0 or 1 of each person. results: one per place. Polls
 * the interrupt flag. Fails with MIEN_ERR_DATA when a group has fewer than options->least people. */
enum mien_status mien_permutation_map(const double *values, const uint8_t *group, size_t people,
                                      size_t places, const struct mien_map_options *options,
                                      const struct mien_progress *progress, struct mien_map_place *results,
                                      struct mien_error *error);

#endif
