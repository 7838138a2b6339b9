/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/distribution.h"

#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

size_t mien_sort_finite(const double *values, size_t count, double *sorted)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            sorted[kept++] = values[i];
    mien_sort_numbers(sorted, kept);
    return kept;
}

struct mien_box mien_box_of(const double *sorted, size_t count)
{
    struct mien_box box = {.count = count, .low = NAN, .high = NAN};
    box.q1 = mien_quantile_sorted(sorted, count, 0.25);
    box.median = mien_quantile_sorted(sorted, count, 0.5);
    box.q3 = mien_quantile_sorted(sorted, count, 0.75);
    double reach = 1.5 * (box.q3 - box.q1);
    for (size_t i = 0; i < count; i++) {
        if (sorted[i] < box.q1 - reach || sorted[i] > box.q3 + reach)
            continue;
        if (isnan(box.low))
            box.low = sorted[i];
        box.high = sorted[i];
    }
    return box;
}

/* ---- Histogram ---- */

static double round_width(double width)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double power = pow(10, floor(log10(width)));
    double best = power;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (fabs(log(width / (steps[i] * power))) < fabs(log(width / best)))
            best = steps[i] * power;
    return best;
}

struct mien_bins mien_bins_of(const double *sorted, size_t count, size_t wanted)
{
    if (count == 0)
        return (struct mien_bins){0, 1, 1};
    double low = sorted[0], span = sorted[count - 1] - low;
    if (!(span > 0))
        return (struct mien_bins){low - 0.5, 1, 1};
    if (wanted > 0)
        return (struct mien_bins){low, span / (double)wanted, wanted};
    double spread = mien_quantile_sorted(sorted, count, 0.75) - mien_quantile_sorted(sorted, count, 0.25);
    double width = 2 * spread / cbrt((double)count);
    if (!(width > 0))
        width = span / ceil(log2((double)count) + 1);
    width = round_width(fmax(width, span / (MIEN_MOST_BINS / 4)));
    double first = floor(low / width + 1e-9);
    double last = ceil((low + span) / width - 1e-9);
    /* Numbers so close that the grid of widths cannot tell them apart are divided as they are. */
    if (!(last - first >= 1) || last - first > MIEN_MOST_BINS)
        return (struct mien_bins){low, span / 10, 10};
    return (struct mien_bins){first * width, width, (size_t)(last - first)};
}

void mien_bins_fill(const struct mien_bins *bins, const double *sorted, size_t count, double *counts)
{
    for (size_t i = 0; i < count; i++) {
        /* The small addition keeps a value on an edge that is no binary fraction, such as 0.3, in its own
         * bin. */
        double place = floor((sorted[i] - bins->start) / bins->width + 1e-9);
        size_t bin = place > 0 ? (size_t)place : 0;
        counts[bin < bins->count ? bin : bins->count - 1]++;
    }
}

/* ---- Density ---- */

double mien_bandwidth(const double *sorted, size_t count)
{
    if (count < 2)
        return 0;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += sorted[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    double deviation = sqrt(squares / (double)(count - 1));
    double spread = mien_quantile_sorted(sorted, count, 0.75) - mien_quantile_sorted(sorted, count, 0.25);
    if (spread > 0)
        deviation = fmin(deviation, spread / 1.34);
    return 1.06 * deviation * pow((double)count, -0.2);
}

double mien_density(const double *sorted, size_t count, double bandwidth, double at)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double distance = (at - sorted[i]) / bandwidth;
        sum += exp(-0.5 * distance * distance);
    }
    return sum / ((double)count * bandwidth * sqrt(2 * acos(-1)));
}

/* ---- Jitter ---- */

void mien_jitter(size_t count, double *offsets)
{
    const double golden = (sqrt(5) - 1) / 2;
    for (size_t i = 0; i < count; i++) {
        double place = (double)(i + 1) * golden;
        offsets[i] = 2 * (place - floor(place)) - 1;
    }
}
