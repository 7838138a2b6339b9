/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A series and its rate of change, smoothed by time and not by frames, so that frame rates may differ or
 * change.
 */
#ifndef MIEN_MEASURE_LOCAL_FIT_H
#define MIEN_MEASURE_LOCAL_FIT_H

#include <stddef.h>

/* A parabola is fitted by least squares to the values within half_width seconds of each moment; its value and
 * slope there are what is returned (Savitzky and Golay 1964, for unequal steps). Fewer than four values give
 * a straight line; fewer than three, or a window 0, the value itself and the slope between neighbours. value
 * and rate (NULL allowed) have room for count items. NaN values are left out and stay NaN; so does a rate
 * where there is no neighbour within max(half_width, two usual steps). time must rise. Returns 0, or -1
 * without memory. */
int mien_local_fit(const double *time, const double *x, size_t count, double half_width, double *value,
                   double *rate);

/* How much of the noise of single values, which do not depend on each other, is left in one that was fitted
 * amid others at equal steps: its SD over theirs, 0..1. 1 where nothing is fitted. */
double mien_local_fit_noise(double half_width, double step);

#endif
