/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clinical measures of one recording, one value per frame, from 68 points alone, turned to the front
 * (face/frontal.h) unless asked otherwise.
 *
 * Lengths are in units of the interocular distance (median over the neutral window, without one over all
 * found frames). When another recording is the neutral one, each recording is divided by its own distance, so
 * that the two may show the participant in different sizes. Left and right are the participant's. A frame
 * without the face, and a measure of change without a neutral window, is NaN. The value of a frame depends on
 * that frame and on the neutral window alone.
 */
#ifndef MIEN_MEASURE_MEASURE_H
#define MIEN_MEASURE_MEASURE_H

#include "base/error.h"
#include "face/track.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_measure_formula;

struct mien_measure_info {
    const char *name;       /* "fissure_l" */
    const char *unit;       /* "iod", "ratio", "degrees" */
    const char *side;       /* "left", "right", "both" */
    bool from_neutral;      /* True for what needs the neutral window, false for an absolute measure. */
    double noise;           /* Standard deviation from frame to frame on a still face, in the same unit;
                               scripts/bench noise prints it. NaN where it was not determined. */
    const char *definition; /* One sentence. */
    const char *source;     /* Where the formula comes from. */
    const struct mien_measure_formula *formula; /* measure/formula.h */
};

/* The measures in the order of their columns. */
const struct mien_measure_info *mien_measure_list(size_t *count);

/* The neutral window: frames of `track` (the recording itself when NULL) with t0 <= time <= t1. */
struct mien_neutral {
    bool given;
    const struct mien_track *track;
    double t0, t1;
};

/* All zero: no neutral, the points of each half of the face where the track has them, turned to the front. */
struct mien_measure_options {
    struct mien_neutral neutral;
    enum mien_side side;
    bool as_pictured; /* Points as in the picture: whatever the head does is in the measures. */
};

struct mien_measures {
    size_t frames, count; /* count is that of mien_measure_list. */
    double *values;       /* count columns of `frames` values, column after column. */
    double scale; /* Interocular distance that lengths were divided by, in the unit of measure/face_frame.h;
                     NaN when no face at all. */
    size_t neutral_frames; /* Found frames in the neutral window; 0 without one. */
};

/* Fails with MIEN_ERR_DATA when a neutral window was given but has no found frame; the text names the window.
 */
enum mien_status mien_measure(const struct mien_track *track, const struct mien_measure_options *options,
                              struct mien_measures **measures, struct mien_error *error);
void mien_measures_free(struct mien_measures *measures); /* NULL allowed. */

/* What the action-unit proxies are made of, for the program that fits their weights: rows of MIEN_FEATURES
 * changes since rest (measure/features.h), one row per frame, NaN without a face. The neutral must be given;
 * fails as mien_measure does. Free *changes with free(). */
enum mien_status mien_measure_features(const struct mien_track *track,
                                       const struct mien_measure_options *options, double **changes,
                                       struct mien_error *error);

#endif
