/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blinks in the opening of the eyes over time.
 *
 * A blink is a dip: within `longest` (at least 0.3 s), or twice that, before and after its deepest frame the
 * opening stands higher by `least` of the open level and by more than the noise. The open level on either
 * side is the median of the frames within that reach that lie in the upper half of the dip; so a lid that
 * sinks slowly is no blink, nor is a squint that lasts, and a blink during either still counts. Start and end
 * are where a fifth of the depth is passed, between frames by straight lines. Durations: spontaneous blinks
 * take 0.1 to 0.4 s, and closures of more than 0.5 s are of another kind (Caffier et al. 2003; Schleicher et
 * al. 2008); the limit used here is a little longer, for slow frame rates and slow lids.
 */
#ifndef MIEN_MEASURE_BLINKS_H
#define MIEN_MEASURE_BLINKS_H

#include <stdbool.h>
#include <stddef.h>

struct mien_blink_options {
    double least;             /* Of the open level, 0..1. */
    double complete;          /* A completeness from which on a blink is complete. */
    double shortest, longest; /* Seconds. */
};

/* 0.25, 0.5, 0.1 s, 0.6 s. */
extern const struct mien_blink_options mien_blink_defaults;

enum mien_eyes { MIEN_BOTH_EYES, MIEN_LEFT_EYE, MIEN_RIGHT_EYE };

struct mien_blink {
    double start, deepest, end; /* Seconds. */
    double duration;            /* end - start. */
    double baseline;            /* The open level: mean of both sides of the dip. */
    double depth;               /* baseline - the lowest value. */
    double completeness;        /* depth / baseline: 1 where the opening came to 0. */
    double closing, opening; /* Largest speed between neighbouring frames, unit per second, both positive. */
    bool complete;
    enum mien_eyes eyes;
    double left, right; /* Completeness of each eye; NaN unless both were given. */
};

struct mien_blinks {
    struct mien_blink *list;
    size_t count;
    double seconds; /* Watched: the time between used frames at most half of that reach apart. */
    double rate;    /* Per minute; NaN where nothing was watched. */
};

/* time and opening have count items, time rising; NaN openings are left out. A dip that a gap hides in part
 * is not counted. Free with mien_blinks_clear. Returns 0, or -1 without memory. */
int mien_blinks_find(const double *time, const double *opening, size_t count,
                     const struct mien_blink_options *options, struct mien_blinks *out);
void mien_blinks_clear(struct mien_blinks *blinks);

/* Blinks of both eyes are found on the mean of the two, which has less noise; frames that miss an eye are
 * left out. Where one eye closed by less than a third of the other it is a wink of that other, and winks too
 * slight for the mean are found on each eye. The rate is that of blinks of both eyes. */
int mien_blinks_of_eyes(const double *time, const double *left, const double *right, size_t count,
                        const struct mien_blink_options *options, struct mien_blinks *out);

#endif
