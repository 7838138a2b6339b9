/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a histogram, a box and a violin show. Missing values (NaN) are left out everywhere, and so are
 * infinite ones.
 */
#ifndef MIEN_PLOT_DISTRIBUTION_H
#define MIEN_PLOT_DISTRIBUTION_H

#include <stddef.h>

/* Puts the finite values in rising order into sorted, which has room for count; returns how many they are. */
size_t mien_sort_finite(const double *values, size_t count, double *sorted);

struct mien_box {
    size_t count;
    double low, q1, median, q3,
        high; /* low and high: the last values within 1.5 times q3 - q1 of the box (Tukey). */
};
struct mien_box mien_box_of(const double *sorted, size_t count);

struct mien_bins {
    double start, width;
    size_t count;
};
enum { MIEN_MOST_BINS = 500 };
/* Bins over sorted values. wanted 0: the rule of Freedman and Diaconis (Sturges' where the quartiles are
 * equal), the width rounded to 1, 2, 2.5 or 5 times a power of ten and the edges to its multiples. wanted >
 * 0: so many bins from the least to the greatest value. */
struct mien_bins mien_bins_of(const double *sorted, size_t count, size_t wanted);
/* Adds the values to counts[bins.count]: a bin holds its lower edge, the last one both. */
void mien_bins_fill(const struct mien_bins *bins, const double *sorted, size_t count, double *counts);

/* Gaussian kernel density at points; bandwidth by Scott's rule (R's bw.nrd), 0 where there is no spread. */
double mien_bandwidth(const double *sorted, size_t count);
double mien_density(const double *sorted, size_t count, double bandwidth, double at);

/* Sideways places in -1..1 for points in rising order, the same at every call: multiples of the golden ratio,
 * so that neighbours are never beside each other. */
void mien_jitter(size_t count, double *offsets);

#endif
