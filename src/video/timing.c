/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/timing.h"

#include <math.h>
#include <stdlib.h>

void mien_timing_start(struct mien_timing *timing, double step)
{
    *timing = (struct mien_timing){.step = step > 0 && isfinite(step) ? step : 0.04};
}

double mien_timing_next(struct mien_timing *timing, double stamp, bool *repaired)
{
    double time = stamp + timing->shift;
    *repaired = false;
    if (!timing->started) {
        *repaired = isnan(time);
        timing->started = true;
        timing->last = isnan(time) ? 0 : time;
        return timing->last;
    }
    if (isnan(time) || time <= timing->last) {
        double fall = timing->last - time;
        *repaired = true;
        time = timing->last + timing->step;
        /* A fall by more than a second is no slip of one stamp: the clock began anew, and later stamps go on
         * from there. */
        if (fall > 1)
            timing->shift = time - stamp;
    } else
        timing->step = time - timing->last;
    timing->last = time;
    return time;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

bool mien_timing_varies(const double *stamps, size_t count, double tick)
{
    if (count < 3)
        return false;
    size_t distances = count - 1;
    double *sorted = malloc(distances * sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < distances; i++)
        sorted[i] = stamps[i + 1] - stamps[i];
    qsort(sorted, distances, sizeof *sorted, ascending);
    double median = sorted[distances / 2];
    double allowed = 0.1 * median + 1.5 * tick;
    bool varies = sorted[distances - 1] - median > allowed || median - sorted[0] > allowed;
    free(sorted);
    return varies;
}
