/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The slope of a line through points that outliers do not move.
 */
#ifndef MIEN_BASE_SLOPE_H
#define MIEN_BASE_SLOPE_H

#include <stddef.h>

/* More points than this have too many pairs to keep. */
enum { MIEN_SLOPE_MOST = 5000 };

struct mien_slope {
    double slope;     /* Unit of y per unit of x: the median over all pairs whose x differ (Theil 1950). */
    double intercept; /* The median of y - slope * x (Conover 1980). */
    double low, high; /* Interval of the slope by inversion of Kendall's test (Sen 1968). An end is infinite
                         where there are too few points for the level. */
    size_t n, pairs;
};

/* z is the normal quantile of the interval's level, 1.959964 for 95 %. Points of which x or y is NaN are left
 * out. The interval takes ranks (N -+ z sd) / 2 of the N slopes, rounded outwards, with the variance of
 * Kendall's statistic under ties (Kendall 1970); it supposes that the errors of the points do not depend on
 * each other. All NaN below two different x. Returns 0, or -1 without memory or with more than
 * MIEN_SLOPE_MOST points. */
int mien_theil_sen(const double *x, const double *y, size_t count, double z, struct mien_slope *out);

#endif
