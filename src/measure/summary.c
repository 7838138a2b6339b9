/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/summary.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "measure/blinks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const mien_summary_statistics[] = {"peak",     "low",          "mean", "range",
                                               "velocity", "time_to_peak", NULL};

/* Central differences over a frame and both its neighbours: a gap in the face leaves a gap in the rate. */
static double peak_velocity(const double *time, const double *values, size_t count)
{
    double fastest = NAN;
    for (size_t i = 1; i + 1 < count; i++) {
        double duration = time[i + 1] - time[i - 1];
        if (isnan(values[i - 1]) || isnan(values[i]) || isnan(values[i + 1]) || !(duration > 0))
            continue;
        double rate = fabs(values[i + 1] - values[i - 1]) / duration;
        if (!(rate <= fastest))
            fastest = rate;
    }
    return fastest;
}

static double time_to_peak(const double *time, const double *values, size_t count, double peak)
{
    size_t first = 0;
    while (first < count && isnan(values[first]))
        first++;
    for (size_t i = first; i < count; i++)
        if (values[i] >= peak)
            return time[i] - time[first];
    return NAN;
}

int mien_summarise(const double *time, const double *values, size_t count, struct mien_summary *summary)
{
    *summary = (struct mien_summary){NAN, NAN, NAN, NAN, NAN, NAN, 0};
    double *sorted = mien_array_new(count, sizeof *sorted);
    if (!sorted)
        return -1;
    size_t used = 0;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            sorted[used++] = values[i];
            sum += values[i];
        }
    if (used > 0) {
        mien_sort_numbers(sorted, used);
        summary->peak = mien_quantile_sorted(sorted, used, 0.95);
        summary->low = mien_quantile_sorted(sorted, used, 0.05);
        summary->mean = sum / (double)used;
        summary->range = summary->peak - summary->low;
        summary->velocity = peak_velocity(time, values, count);
        summary->time_to_peak = time_to_peak(time, values, count, summary->peak);
        summary->used = used;
    }
    free(sorted);
    return 0;
}

size_t mien_frames_used(const struct mien_measures *measures)
{
    size_t used = 0;
    for (size_t i = 0; i < measures->frames; i++)
        for (size_t m = 0; m < measures->count; m++)
            if (!isnan(measures->values[m * measures->frames + i])) {
                used++;
                break;
            }
    return used;
}

static const double *column_of(const struct mien_measures *measures, const char *name)
{
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t m = 0; m < count; m++)
        if (strcmp(list[m].name, name) == 0)
            return measures->values + m * measures->frames;
    return NULL;
}

int mien_summarise_blinks(const double *time, const struct mien_measures *measures, double *rate)
{
    const double *left = column_of(measures, "fissure_l"), *right = column_of(measures, "fissure_r");
    struct mien_blinks blinks;
    *rate = NAN;
    if (!left || !right)
        return 0;
    if (mien_blinks_of_eyes(time, left, right, measures->frames, &mien_blink_defaults, &blinks) != 0)
        return -1;
    *rate = blinks.rate;
    mien_blinks_clear(&blinks);
    return 0;
}

bool mien_is_uncertain(double range, double noise)
{
    return range < 2 * 3.29 * noise;
}
