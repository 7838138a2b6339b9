/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quantiles as R computes them by default (type 7; Hyndman and Fan 1996, doi 10.1080/00031305.1996.10473566).
 */
#ifndef MIEN_BASE_QUANTILE_H
#define MIEN_BASE_QUANTILE_H

#include <stddef.h>

/* Sorts values upwards in place; none may be NaN. */
void mien_sort_numbers(double *values, size_t count);
/* The quantile at probability 0..1 of values that are already sorted; NaN when there are none. */
double mien_quantile_sorted(const double *values, size_t count, double probability);

#endif
