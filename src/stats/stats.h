/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all tests share. Every function takes a pointer and a count, leaves its input alone and fills a
 * struct.
 *
 * Missing values (NaN) are dropped and counted. An undefined result is NaN, and `why` says why; only lack of
 * memory or a cancelled job is a failure (enum mien_status). Intervals have the level `conf`; under a
 * one-sided alternative one end is infinite, as in R.
 */
#ifndef MIEN_STATS_STATS_H
#define MIEN_STATS_STATS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_interval {
    double low, high;
};

enum mien_alternative { MIEN_TWO_SIDED, MIEN_LESS, MIEN_GREATER };

/* Why a result is NaN, or was not computed as asked. */
enum mien_stats_why {
    MIEN_STATS_FINE,
    MIEN_STATS_TOO_FEW,  /* Not enough values that are not missing. */
    MIEN_STATS_CONSTANT, /* No variance, or so little that rounding made it. */
    MIEN_STATS_TIES,     /* Defined, but an exact p was asked for and ties or zeroes forbid it. */
    MIEN_STATS_TOO_MANY, /* Defined, but an exact p was asked for and would need too much memory. */
    MIEN_STATS_LEVEL     /* Defined, but the sample is too small for the level asked for; conf tells the level
                            reached. */
};

/* The one- or two-sided p of a statistic from the probabilities below and above it. */
double mien_p_value(double below, double above, enum mien_alternative alternative);

/* Wilson's score interval of successes out of count (Wilson 1927; R: prop.test without correction). NaN for
 * count 0. */
struct mien_interval mien_wilson(double successes, double count, double conf);

/* A pair of NaN. */
struct mien_interval mien_no_interval(void);

#endif
