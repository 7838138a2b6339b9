/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fatigue: what a sustained effort loses over time.
 *
 * The task runs from the start of the baseline window to `stop`. Used are its frames with a value that no
 * blink masks and that are not flagged; flagged are those whose gaze sank below the least that the task asks
 * for. Levels are medians of the used frames of a window. Times are seconds from the start of the task.
 *
 * Slope, fit, mean loss and correlation are taken from the medians of whole seconds, so that the frame rate
 * does not weigh and that neighbouring frames, which err alike, do not make intervals too narrow. Half-time
 * and time to criterion are taken from a running median of half a second.
 */
#ifndef MIEN_MEASURE_FATIGUE_H
#define MIEN_MEASURE_FATIGUE_H

#include "base/slope.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_window {
    double t0, t1; /* Seconds, both ends included; NaN for none. */
};

struct mien_fatigue_options {
    struct mien_window baseline;
    struct mien_window recovery; /* After the rest. */
    double final;                /* Seconds at the end of the task. */
    double stop;                 /* End of the task; infinite: of the recording. */
    double criterion;            /* Level, unit of x; NaN for none. */
    double criterion_loss;       /* In place of it: the share of the baseline that is lost. */
    double criterion_loss_mm;    /* In place of both: millimetres lost of the baseline; 0 for none. */
    double hold;                 /* Seconds for which the criterion must be met. */
    const double *gaze;          /* Degrees upwards, one per frame; NULL for none. A NaN is not flagged: where
                                    the lid hides the iris there is no gaze. */
    double gaze_least;           /* Degrees; NaN: gaze_share of the median in the baseline window. */
    double gaze_share;
    const double *brow;              /* Height of the brow, one per frame; NULL for none. */
    const struct mien_window *masks; /* Spells that are left out, such as blinks. */
    size_t mask_count;
};

/* s = baseline - loss * (1 - exp(-t / tau)), least squares over the medians of seconds. */
struct mien_decay {
    double baseline, loss, tau; /* NaN where they cannot be told: see why. */
    double error;               /* Root mean square of what the fit leaves. */
    const char *why;            /* NULL where there is a fit. */
};

struct mien_fatigue {
    double baseline, final, decrement; /* decrement is (baseline - final) / baseline: a drop is positive. */
    struct mien_slope line;   /* Unit of x per minute, 95 % interval; intercept at the task's start. */
    double half_time;         /* When half of baseline - final was lost; NaN unless it is positive. */
    double criterion;         /* The level that was looked for. */
    double time_to_criterion; /* When it was met for `hold`, or the time watched until the end. */
    bool censored;            /* It was not met while it was watched. */
    double mean_loss;         /* Mean of 1 - x / baseline over the seconds. */
    struct mien_decay decay;
    double recovered, recovery; /* Level after the rest; share of baseline - final that came back. */
    double gaze_baseline, gaze_final, gaze_least;
    double brow_change, brow_r;            /* Final minus baseline; Pearson's r with x over the seconds. */
    size_t frames;                         /* In the task. */
    size_t used, missing, masked, flagged; /* Of them; a masked frame is not counted as flagged. */
    size_t gaze_unknown;                   /* Used, although the gaze is not known. */
};

/* time must rise. What no used frame tells is NaN. Returns 0, or -1 without memory or with a task of more
 * than MIEN_SLOPE_MOST seconds. */
int mien_fatigue(const double *time, const double *x, size_t count,
                 const struct mien_fatigue_options *options, struct mien_fatigue *out);

/* The fit alone, on rising times from 0. */
int mien_decay_fit(const double *time, const double *x, size_t count, struct mien_decay *out);

#endif
