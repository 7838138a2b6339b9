/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One measure of one recording, per frame, reduced to what tests and models use.
 */
#ifndef MIEN_MEASURE_SUMMARY_H
#define MIEN_MEASURE_SUMMARY_H

#include "measure/measure.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_summary {
    double peak; /* 95th percentile, R type 7. */
    double low;  /* 5th percentile, R type 7. */
    double mean;
    double range;        /* peak - low. */
    double velocity;     /* Largest absolute rate of change, per second. */
    double time_to_peak; /* Seconds from the first used frame to the first value at or above peak. */
    size_t used;         /* Frames whose value is not NaN. */
};

/* The statistics in the order of the struct: "peak", "low", "mean", "range", "velocity", "time_to_peak"; ends
 * with NULL. A column of the summary is named <measure>_<statistic>. */
extern const char *const mien_summary_statistics[];

/* time and values have count items; NaN values are left out. All NaN (used 0) where nothing is left; velocity
 * needs three neighbouring used frames. Returns 0, or -1 without memory. */
int mien_summarise(const double *time, const double *values, size_t count, struct mien_summary *summary);

/* Frames in which anything was measured. */
size_t mien_frames_used(const struct mien_measures *measures);

/* Blinks of both eyes per minute, from fissure_l and fissure_r (measure/blinks.h); NaN where these are
 * missing. Returns 0, or -1 without memory. */
int mien_summarise_blinks(const double *time, const struct mien_measures *measures, double *rate);

/* Whether a measure moved by no more than its noise explains: noise of one standard deviation alone makes a
 * range (5th to 95th percentile) of 3.29 of them, and twice that is asked for, because recordings differ in
 * noise. False where either is NaN. */
bool mien_is_uncertain(double range, double noise);

#endif
