/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run over a recording: what is at rest, then every measure of every frame.
 */
#include "measure/measure.h"

#include "base/memory.h"
#include "measure/action_units.h"
#include "measure/formula.h"
#include "measure/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double formula_value(const struct mien_measure_formula *formula, const struct mien_face_frame *face,
                            const struct mien_rest *rest)
{
    double value = formula->function(face, rest, formula->which);
    return isfinite(value) ? value : NAN;
}

/* ---- The neutral window ---- */

/* A recording that is measured, and the one that has its neutral window: itself or another. */
struct pair {
    struct mien_subject subject, other;
    const struct mien_subject *at_rest; /* NULL without a neutral. */
    double t0, t1;                      /* The neutral window. */
};

/* Whether the recording has its neutral window in itself. */
static bool has_own_window(const struct mien_track *track, const struct mien_neutral *neutral)
{
    return neutral->given && (!neutral->track || neutral->track == track);
}

static int pair_prepare(struct pair *pair, const struct mien_track *track,
                        const struct mien_measure_options *options)
{
    const struct mien_neutral *neutral = &options->neutral;
    *pair = (struct pair){.subject = {.track = track}, .t0 = neutral->t0, .t1 = neutral->t1};
    if (has_own_window(track, neutral)) {
        pair->at_rest = &pair->subject;
        return mien_subject_prepare(&pair->subject, options, neutral->t0, neutral->t1, NULL);
    }
    if (neutral->given) {
        pair->at_rest = &pair->other;
        pair->other.track = neutral->track;
        if (mien_subject_prepare(&pair->other, options, neutral->t0, neutral->t1, NULL) != 0)
            return -1;
    }
    return mien_subject_prepare(&pair->subject, options, -INFINITY, INFINITY, pair->at_rest);
}

static void pair_clear(struct pair *pair)
{
    mien_faces_clear(&pair->subject.faces);
    mien_faces_clear(&pair->other.faces);
}

/* The recording's own scale: of its neutral window where that lies in it, else of all found frames. */
static int pair_scale(const struct pair *pair, double *scale)
{
    bool own = pair->at_rest == &pair->subject;
    return mien_subject_scale(&pair->subject, own ? pair->t0 : -INFINITY, own ? pair->t1 : INFINITY, scale);
}

/* The lower lip's height, then the features. */
static void fill_places(const struct mien_face_frame *face, const void *context, double *row)
{
    (void)context;
    row[0] = face->y[MIEN_LOWER_LIP];
    mien_features_of(face, row + 1);
}

/* The measures that are subtracted from; the others are not read. */
static void fill_values(const struct mien_face_frame *face, const void *context, double *row)
{
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t m = 0; m < count; m++) {
        const struct mien_measure_formula *formula = list[m].formula;
        row[m] = formula->subtracts ? formula_value(formula, face, context) : NAN;
    }
}

static void rest_missing(struct mien_rest *rest, size_t count)
{
    rest->lip_level = NAN;
    for (int i = 0; i < MIEN_FEATURES; i++)
        rest->features[i] = NAN;
    for (size_t m = 0; m < count; m++)
        rest->values[m] = NAN;
}

/* Fills rest from the window's frames, in units of the window's own interocular distance: another recording
 * may show the participant larger or smaller. Returns 0, or -1 without memory. */
static int find_rest(const struct pair *pair, struct mien_rest *rest)
{
    const struct mien_subject *at_rest = pair->at_rest;
    double scale, places[1 + MIEN_FEATURES];
    size_t count;
    mien_measure_list(&count);
    if (mien_subject_scale(at_rest, pair->t0, pair->t1, &scale) != 0 ||
        mien_subject_medians(at_rest, pair->t0, pair->t1, scale, 1 + MIEN_FEATURES, fill_places, NULL,
                             places) != 0)
        return -1;
    rest->lip_level = places[0];
    memcpy(rest->features, places + 1, sizeof rest->features);
    return mien_subject_medians(at_rest, pair->t0, pair->t1, scale, count, fill_values, rest, rest->values);
}

static enum mien_status no_neutral_face(const struct mien_track *track, const struct mien_neutral *neutral,
                                        struct mien_error *error)
{
    const char *source = track->source ? track->source : "the recording";
    if (isinf(neutral->t0) && isinf(neutral->t1))
        return mien_fail(error, MIEN_ERR_DATA,
                         "%s: the neutral recording has no frame with a face; name another", source);
    return mien_fail(error, MIEN_ERR_DATA,
                     "%s: no frame with a face in the neutral window %g to %g s; name another window", source,
                     neutral->t0, neutral->t1);
}

/* Rest of a prepared pair, missing without a neutral; *frames are those of its window. */
static enum mien_status measure_rest(const struct pair *pair, const struct mien_neutral *neutral,
                                     struct mien_rest *rest, size_t *frames, struct mien_error *error)
{
    size_t count;
    mien_measure_list(&count);
    rest_missing(rest, count);
    *frames = 0;
    if (!pair->at_rest)
        return MIEN_OK;
    *frames = mien_subject_frames(pair->at_rest, pair->t0, pair->t1);
    if (*frames == 0)
        return no_neutral_face(pair->at_rest->track, neutral, error);
    return find_rest(pair, rest) == 0 ? MIEN_OK : MIEN_ERR_MEMORY;
}

/* ---- All frames ---- */

static bool face_and_change(const struct mien_subject *subject, size_t frame, double scale,
                            const struct mien_rest *rest, struct mien_face_frame *face,
                            double change[MIEN_FEATURES])
{
    double features[MIEN_FEATURES];
    if (!mien_face_frame(&subject->faces, frame, scale, face))
        return false;
    mien_features_of(face, features);
    mien_features_change(features, rest->features, change);
    return true;
}

static void measure_frames(const struct mien_subject *subject, const struct mien_rest *rest,
                           struct mien_measures *measures)
{
    size_t frames = subject->track->count, count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t i = 0; i < frames; i++) {
        struct mien_face_frame face;
        double change[MIEN_FEATURES], units[MIEN_UNIT_PLACES];
        if (!face_and_change(subject, i, measures->scale, rest, &face, change))
            continue;
        mien_units_of(change, units);
        face.units = units;
        for (size_t m = 0; m < count; m++) {
            double value = formula_value(list[m].formula, &face, rest);
            measures->values[m * frames + i] = list[m].formula->subtracts ? value - rest->values[m] : value;
        }
    }
}

/* An empty result, everything missing. */
static struct mien_measures *measures_new(size_t frames)
{
    struct mien_measures *measures = mien_array_new(1, sizeof *measures);
    if (!measures)
        return NULL;
    *measures = (struct mien_measures){.frames = frames, .scale = NAN};
    mien_measure_list(&measures->count);
    measures->values = mien_missing_new(measures->count * frames);
    if (measures->values)
        return measures;
    free(measures);
    return NULL;
}

static enum mien_status out_of_memory(enum mien_status status, struct mien_error *error)
{
    return status == MIEN_ERR_MEMORY ? mien_fail(error, status, "out of memory for the measures") : status;
}

enum mien_status mien_measure(const struct mien_track *track, const struct mien_measure_options *options,
                              struct mien_measures **measures, struct mien_error *error)
{
    static const struct mien_measure_options usual = {0};
    struct pair pair = {0};
    struct mien_rest rest = {0};
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!options)
        options = &usual;
    struct mien_measures *result = measures_new(track->count);
    if (result)
        rest.values = mien_missing_new(result->count);
    if (rest.values && pair_prepare(&pair, track, options) == 0)
        status = measure_rest(&pair, &options->neutral, &rest, &result->neutral_frames, error);
    if (status == MIEN_OK && pair_scale(&pair, &result->scale) != 0)
        status = MIEN_ERR_MEMORY;
    if (status == MIEN_OK)
        measure_frames(&pair.subject, &rest, result);
    pair_clear(&pair);
    free(rest.values);
    if (status == MIEN_OK) {
        *measures = result;
        return MIEN_OK;
    }
    mien_measures_free(result);
    return out_of_memory(status, error);
}

void mien_measures_free(struct mien_measures *measures)
{
    if (!measures)
        return;
    free(measures->values);
    free(measures);
}

enum mien_status mien_measure_features(const struct mien_track *track,
                                       const struct mien_measure_options *options, double **changes,
                                       struct mien_error *error)
{
    struct pair pair = {0};
    struct mien_rest rest = {0};
    enum mien_status status = MIEN_ERR_MEMORY;
    size_t count, frames;
    double scale;
    mien_measure_list(&count);
    rest.values = mien_missing_new(count);
    double *result = mien_missing_new(track->count * MIEN_FEATURES);
    if (rest.values && result && pair_prepare(&pair, track, options) == 0)
        status = measure_rest(&pair, &options->neutral, &rest, &frames, error);
    if (status == MIEN_OK && pair_scale(&pair, &scale) != 0)
        status = MIEN_ERR_MEMORY;
    for (size_t i = 0; i < track->count && status == MIEN_OK; i++) {
        struct mien_face_frame face;
        face_and_change(&pair.subject, i, scale, &rest, &face, result + i * MIEN_FEATURES);
    }
    pair_clear(&pair);
    free(rest.values);
    if (status == MIEN_OK) {
        *changes = result;
        return MIEN_OK;
    }
    free(result);
    return out_of_memory(status, error);
}
