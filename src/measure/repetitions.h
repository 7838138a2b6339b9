/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Repeated movements in one recording, and how their amplitude decreases.
 */
#ifndef MIEN_MEASURE_REPETITIONS_H
#define MIEN_MEASURE_REPETITIONS_H

#include "base/slope.h"
#include "measure/dynamics.h"

#include <stddef.h>

struct mien_repetition_options {
    double baseline; /* Level at rest, unit of x; NaN: of each repetition the mean of the lowest points before
                        and after it. */
    double half_width; /* Of the smoothing, seconds. */
    double least; /* A movement rises and falls by this share of the series' range (5th to 95th percentile),
                     0..1, and by at least six times the noise of a smoothed frame; above a given baseline it
                     rises by as much. */
};

/* NaN, 0.12 s, 0.25. */
extern const struct mien_repetition_options mien_repetition_defaults;

struct mien_repetition {
    struct mien_dynamics movement;
    double held; /* Unit of x: the mean above the baseline over the middle half of the time that the movement
                    is above half its amplitude. Noise, which makes every apex too high, cancels in it. NaN
                    where all frames of that time are missing; the amplitude where it is shorter than a
                    frame. */
    double period; /* Apex to apex, from the one before; NaN for the first. */
};

struct mien_repetitions {
    struct mien_repetition *list;
    size_t count;
    double decrement;      /* (first - last) / first of the amplitudes. */
    double decrement_line; /* The same of the line at the first and at the last repetition: all of them count,
                              so that one that went wrong does not make the decrement. */
    struct mien_slope line; /* Held amplitude by number of the repetition, with a 95 % interval. */
};

/* Maxima between which the smoothed series falls and rises again by the least amount; a last movement that
 * had not come down by then is left out. The decrement needs two repetitions. NaN values are left out. Free
 * with mien_repetitions_clear. Returns 0, or -1 without memory. */
int mien_repetitions_find(const double *time, const double *x, size_t count,
                          const struct mien_repetition_options *options, struct mien_repetitions *out);
void mien_repetitions_clear(struct mien_repetitions *repetitions);

#endif
