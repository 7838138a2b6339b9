/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The time course of one movement: from its baseline up to the apex and back.
 *
 * The series is smoothed by local parabolas (measure/local_fit.h). Amplitude is the apex above the baseline.
 * Onset is the last passing of 10 % of the amplitude before the apex, offset the first one after it; the
 * onset phase lasts from 10 to 90 %, the offset phase from 90 to 10 %; passings are found between frames by
 * straight lines. What was not recorded (a movement that had begun, or did not end) is NaN.
 *
 * For the comparison of posed with spontaneous movements the literature uses onset duration, onset velocity,
 * amplitude and their relation (Cohn and Schmidt 2004; Schmidt et al. 2006), and irregularity (Hess and Kleck
 * 1990). They are given as numbers; nothing here judges.
 */
#ifndef MIEN_MEASURE_DYNAMICS_H
#define MIEN_MEASURE_DYNAMICS_H

#include <stddef.h>

struct mien_dynamics_options {
    double baseline;   /* Level at rest, unit of x. */
    double half_width; /* Of the smoothing, seconds; 0 for none. */
};

struct mien_dynamics {
    double baseline, amplitude;    /* Unit of x. */
    double onset, apex, offset;    /* Seconds, on the clock of the recording. */
    double time_to_peak, duration; /* apex - onset, offset - onset. */
    double onset_duration, hold;   /* From 10 to 90 %, then until it falls below 90 %. */
    double offset_duration;        /* From 90 to 10 %. */
    double velocity_rise;          /* Largest rate from onset to apex, unit per second. */
    double velocity_fall;          /* Largest rate of fall from apex to offset, positive. */
    double velocity_ratio;         /* velocity_rise / amplitude, per second. */
    double smoothness;   /* Spectral arc length of the speed in the onset phase; 0 or less, nearer 0 is
                            smoother (Balasubramanian et al. 2015). NaN below five frames. */
    double irregularity; /* Way covered over distance gained in the onset phase, minus 1: 0 where it only
                            rises. */
};

/* All NaN where x is nowhere above the baseline. time must rise; NaN values are left out. The frames from
 * first to last are looked at. Returns 0, or -1 without memory. */
int mien_dynamics(const double *time, const double *x, size_t count,
                  const struct mien_dynamics_options *options, struct mien_dynamics *out);

/* The same on a series that is smoothed already, with its rates. */
int mien_dynamics_smoothed(const double *time, const double *value, const double *rate, size_t count,
                           double baseline, struct mien_dynamics *out);

/* Spectral arc length of a speed profile at rising times: the length of its normalised amplitude spectrum up
 * to 10 Hz, or up to the last frequency with 5 % of the largest amplitude, with the sign turned. The profile
 * is brought to equal steps by straight lines and padded to at least 16 times its length, as in the authors'
 * own program. NaN below five values. Returns 0, or -1 without memory. */
int mien_spectral_arc_length(const double *time, const double *speed, size_t count, double *out);

#endif
