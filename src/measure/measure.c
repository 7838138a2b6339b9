/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every measure is one row of a table: a function of one face, the side it reads, and whether the
 * participant's own neutral is subtracted. Adding a measure is adding a row.
 */
#include "measure/measure.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "measure/face_frame.h"

#include <math.h>
#include <stdlib.h>

enum { RIGHT, LEFT, SIDES };

/* What a neutral window says about the participant at rest. */
struct rest {
    double lip_level; /* Height of the lower lip at the mid-line; NaN without a neutral window. */
    double *values;   /* The median of every measure that is a change from neutral; NaN in the others. */
};

typedef double measure_function(const struct mien_face_frame *face, const struct rest *rest, int side);

/* ---- The formulas; x towards the participant's left, y up, in interocular distances ---- */

static const int outer_canthus[SIDES] = {36, 45}, inner_canthus[SIDES] = {39, 42};
static const int upper_lid[SIDES][2] = {{37, 38}, {44, 43}}; /* The outer point first. */
static const int lower_lid[SIDES][2] = {{41, 40}, {46, 47}};
static const int first_brow[SIDES] = {17, 22};
static const int mouth_corner[SIDES] = {48, 54};
static const int upper_lip_edge[SIDES][2] = {{49, 50}, {53, 52}};
static const int lower_lip_edge[SIDES][2] = {{59, 58}, {55, 56}};

enum { BROW_POINTS = 5, CHIN = 8, LOWER_LIP = 57, INNER_UPPER_LIP = 62, INNER_LOWER_LIP = 66 };

static double distance(const struct mien_face_frame *face, int a, int b)
{
    return hypot(face->x[a] - face->x[b], face->y[a] - face->y[b]);
}

/* Height of the lid at x, on the line through its two points; beyond them the nearer point's height. */
static double lid_height(const struct mien_face_frame *face, const int lid[2], double x)
{
    double x0 = face->x[lid[0]], x1 = face->x[lid[1]];
    double part = x1 != x0 ? (x - x0) / (x1 - x0) : 0.5;
    part = fmin(fmax(part, 0), 1);
    return (1 - part) * face->y[lid[0]] + part * face->y[lid[1]];
}

static double fissure(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    double middle = (face->x[outer_canthus[side]] + face->x[inner_canthus[side]]) / 2;
    return lid_height(face, upper_lid[side], middle) - lid_height(face, lower_lid[side], middle);
}

static double eye_aspect_ratio(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    double heights = distance(face, upper_lid[side][0], lower_lid[side][0]) +
                     distance(face, upper_lid[side][1], lower_lid[side][1]);
    double width = distance(face, outer_canthus[side], inner_canthus[side]);
    return width > 0 ? heights / (2 * width) : NAN;
}

static double brow_height(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    double sum = 0;
    for (int i = 0; i < BROW_POINTS; i++)
        sum += face->y[first_brow[side] + i];
    return sum / BROW_POINTS;
}

/* From the mid-line point at the given height to the mouth corner. The mid-line comes from the canthi,
 * because nose and lips are drawn to the stronger side of the face. */
static double corner_distance(const struct mien_face_frame *face, double level, int side)
{
    return hypot(face->x[mouth_corner[side]], face->y[mouth_corner[side]] - level);
}

/* The point on the mid-line stays where the lower lip was at rest, so that an opening jaw does not count. It
 * lies below the corners, so that outwards and upwards both lengthen the distance. */
static double commissure(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    return corner_distance(face, rest->lip_level, side);
}

static double corner_height(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    return face->y[mouth_corner[side]];
}

static double mouth_width(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest, (void)side;
    return distance(face, mouth_corner[RIGHT], mouth_corner[LEFT]);
}

static double mouth_open(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest, (void)side;
    return face->y[INNER_UPPER_LIP] - face->y[INNER_LOWER_LIP];
}

static double upper_lip(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    return (face->y[upper_lip_edge[side][0]] + face->y[upper_lip_edge[side][1]]) / 2;
}

static double lower_lip(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    return (face->y[lower_lip_edge[side][0]] + face->y[lower_lip_edge[side][1]]) / 2 - face->y[CHIN];
}

static double smile_angle(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest;
    double up = face->y[mouth_corner[side]] - face->y[LOWER_LIP];
    double outwards = (side == LEFT ? 1 : -1) * face->x[mouth_corner[side]];
    return 90 + atan2(up, outwards) * 180 / M_PI;
}

static double asymmetry(double left, double right)
{
    return left + right > 0 ? 2 * (left - right) / (left + right) : NAN;
}

static double asymmetry_eye(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)side;
    return asymmetry(fissure(face, rest, LEFT), fissure(face, rest, RIGHT));
}

static double asymmetry_brow(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)side;
    return asymmetry(brow_height(face, rest, LEFT), brow_height(face, rest, RIGHT));
}

static double asymmetry_mouth(const struct mien_face_frame *face, const struct rest *rest, int side)
{
    (void)rest, (void)side;
    double level = face->y[LOWER_LIP];
    return asymmetry(corner_distance(face, level, LEFT), corner_distance(face, level, RIGHT));
}

/* ---- The table ---- */

struct mien_measure_formula {
    measure_function *function;
    int side;
};

#define ONE_SIDE(name, unit, side_name, change, definition, source, function, side)                          \
    {                                                                                                        \
        name, unit, side_name, change, NAN, definition, source, &(const struct mien_measure_formula)         \
        {                                                                                                    \
            function, side                                                                                   \
        }                                                                                                    \
    }
#define TWO_SIDES(name, unit, change, function, definition, source)                                          \
    ONE_SIDE(name "_l", unit, "left", change, definition, source, function, LEFT),                           \
        ONE_SIDE(name "_r", unit, "right", change, definition, source, function, RIGHT)
#define WHOLE_FACE(name, unit, change, function, definition, source)                                         \
    ONE_SIDE(name, unit, "both", change, definition, source, function, RIGHT)

static const struct mien_measure_info measures_list[] = {
    TWO_SIDES("fissure", "iod", false, fissure,
              "Palpebral fissure height: upper above lower lid, midway between the canthi; signed.",
              "Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES("ear", "ratio", false, eye_aspect_ratio,
              "Eye aspect ratio: mean of the two lid distances over the distance of the canthi.",
              "Soukupova and Cech 2016"),
    TWO_SIDES("brow", "iod", true, brow_height,
              "Change of the brow's mean height above the line of the canthi; raised is positive.",
              "Guarin et al. 2018 (Emotrics), from the canthi in place of the pupil"),
    TWO_SIDES("commissure", "iod", true, commissure,
              "Excursion: change of the mouth corner's distance from the mid-line point at the height of "
              "the resting lower lip; a smile is positive.",
              "Bray et al. 2010 (SMILE); Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES("corner_height", "iod", true, corner_height,
              "Change of the mouth corner's height against the line of the canthi; up is positive.",
              "Guarin et al. 2018 (Emotrics)"),
    WHOLE_FACE("mouth_width", "iod", false, mouth_width, "Distance of the mouth corners.",
               "Farkas 1994 (cheilion to cheilion)"),
    WHOLE_FACE("mouth_open", "iod", false, mouth_open,
               "Distance of the inner lips at the mid-line, along the face's vertical; signed.",
               "distance of points 63 and 67"),
    TWO_SIDES("upper_lip", "iod", true, upper_lip,
              "Change of the height of the upper lip's edge against the line of the canthi; up is positive.",
              "Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES("lower_lip", "iod", true, lower_lip,
              "Change of the height of the lower lip's edge above the chin; up is positive.",
              "Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES(
        "smile_angle", "degrees", false, smile_angle,
        "Direction of the mouth corner from the lower lip's mid-line point: 90 is level, more is upwards.",
        "Bray et al. 2010 (SMILE); Guarin et al. 2018 (Emotrics)"),
    WHOLE_FACE("asymmetry_eye", "ratio", false, asymmetry_eye,
               "2 (left - right) / (left + right) of fissure.", "symmetry index, Robinson et al. 1987"),
    WHOLE_FACE("asymmetry_brow", "ratio", false, asymmetry_brow,
               "2 (left - right) / (left + right) of the brow's mean height above the line of the canthi.",
               "symmetry index, Robinson et al. 1987"),
    WHOLE_FACE("asymmetry_mouth", "ratio", false, asymmetry_mouth,
               "2 (left - right) / (left + right) of the mouth corner's distance from the lower lip's "
               "mid-line point.",
               "symmetry index, Robinson et al. 1987"),
};

enum { MEASURES = sizeof measures_list / sizeof *measures_list };

const struct mien_measure_info *mien_measure_list(size_t *count)
{
    *count = MEASURES;
    return measures_list;
}

static double measure_value(size_t measure, const struct mien_face_frame *face, const struct rest *rest)
{
    const struct mien_measure_formula *formula = measures_list[measure].formula;
    double value = formula->function(face, rest, formula->side);
    return isfinite(value) ? value : NAN;
}

/* ---- The neutral window ---- */

/* A track with its points as the measures see them. */
struct subject {
    const struct mien_track *track;
    struct mien_usual_pose usual;
    struct mien_faces faces;
};

/* Turns the points to the front. How the head is usually held is taken from the window, or from the recording
 * that is given; the size is always the recording's own. Returns 0, or -1 without memory. */
static int prepare(struct subject *subject, const struct mien_measure_options *options, double t0, double t1,
                   const struct subject *held_as)
{
    if (options->as_pictured)
        return mien_faces_of(subject->track, options->side, NULL, &subject->faces);
    if (mien_usual_pose(subject->track, t0, t1, &subject->usual) != 0)
        return -1;
    if (held_as && held_as->usual.size > 0) {
        subject->usual.yaw = held_as->usual.yaw;
        subject->usual.pitch = held_as->usual.pitch;
    }
    return mien_faces_of(subject->track, options->side, &subject->usual, &subject->faces);
}

static bool in_window(const struct mien_track *track, size_t frame, double t0, double t1)
{
    /* The slack lets the time of a frame that was computed as frame / fps meet a bound typed in decimals. */
    const double slack = 1e-9;
    return track->found[frame] && track->time[frame] >= t0 - slack && track->time[frame] <= t1 + slack;
}

/* Median of what value() gives for the window's frames; NaN values are left out. values has room for all
 * frames. */
static double window_median(const struct subject *subject, double t0, double t1, double *values,
                            double (*value)(const struct mien_faces *, size_t, const void *),
                            const void *context)
{
    size_t used = 0;
    for (size_t i = 0; i < subject->track->count; i++) {
        double number = in_window(subject->track, i, t0, t1) ? value(&subject->faces, i, context) : NAN;
        if (!isnan(number))
            values[used++] = number;
    }
    mien_sort_numbers(values, used);
    return mien_quantile_sorted(values, used, 0.5);
}

static double eye_distance_of(const struct mien_faces *faces, size_t frame, const void *context)
{
    (void)context;
    return faces->eyes[frame];
}

struct wanted {
    size_t measure;
    double scale;
    const struct rest *rest;
};

static double lip_level_of(const struct mien_faces *faces, size_t frame, const void *context)
{
    const struct wanted *wanted = context;
    struct mien_face_frame face;
    return mien_face_frame(faces, frame, wanted->scale, &face) ? face.y[LOWER_LIP] : NAN;
}

static double measure_of(const struct mien_faces *faces, size_t frame, const void *context)
{
    const struct wanted *wanted = context;
    struct mien_face_frame face;
    if (!mien_face_frame(faces, frame, wanted->scale, &face))
        return NAN;
    return measure_value(wanted->measure, &face, wanted->rest);
}

/* Fills rest from the window's frames, in units of the window's own interocular distance: another recording
 * may show the participant larger or smaller. */
static enum mien_status measure_rest(const struct subject *subject, double t0, double t1, struct rest *rest)
{
    double *scratch = mien_array_new(subject->track->count, sizeof *scratch);
    if (!scratch)
        return MIEN_ERR_MEMORY;
    struct wanted wanted = {0, NAN, rest};
    wanted.scale = window_median(subject, t0, t1, scratch, eye_distance_of, NULL);
    rest->lip_level = window_median(subject, t0, t1, scratch, lip_level_of, &wanted);
    for (wanted.measure = 0; wanted.measure < MEASURES; wanted.measure++)
        if (measures_list[wanted.measure].from_neutral)
            rest->values[wanted.measure] = window_median(subject, t0, t1, scratch, measure_of, &wanted);
    free(scratch);
    return MIEN_OK;
}

static size_t window_frames(const struct mien_track *track, double t0, double t1)
{
    size_t frames = 0;
    for (size_t i = 0; i < track->count; i++)
        frames += in_window(track, i, t0, t1);
    return frames;
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

/* ---- All frames ---- */

/* Whether the recording has its neutral window in itself. */
static bool has_own_window(const struct mien_track *track, const struct mien_neutral *neutral)
{
    return neutral->given && (!neutral->track || neutral->track == track);
}

/* The recording's own scale: its neutral window where that lies in it, else all found frames. */
static double own_scale(const struct subject *subject, const struct mien_neutral *neutral, double *scratch)
{
    bool own = has_own_window(subject->track, neutral);
    return window_median(subject, own ? neutral->t0 : -INFINITY, own ? neutral->t1 : INFINITY, scratch,
                         eye_distance_of, NULL);
}

static void measure_frames(const struct subject *subject, const struct rest *rest,
                           struct mien_measures *measures)
{
    size_t count = subject->track->count;
    for (size_t i = 0; i < count; i++) {
        struct mien_face_frame face;
        if (!mien_face_frame(&subject->faces, i, measures->scale, &face))
            continue;
        for (size_t m = 0; m < MEASURES; m++) {
            double value = measure_value(m, &face, rest);
            if (measures_list[m].from_neutral)
                value -= rest->values[m];
            measures->values[m * count + i] = value;
        }
    }
}

/* An empty result, everything missing. */
static struct mien_measures *measures_new(size_t frames)
{
    struct mien_measures *measures = mien_array_new(1, sizeof *measures);
    if (!measures)
        return NULL;
    *measures = (struct mien_measures){.frames = frames, .count = MEASURES, .scale = NAN};
    measures->values = mien_missing_new(MEASURES * frames);
    if (measures->values)
        return measures;
    free(measures);
    return NULL;
}

/* Prepares the recording, and the other one where that is the neutral. */
static int prepare_both(struct subject *subject, struct subject *at_rest,
                        const struct mien_measure_options *options)
{
    const struct mien_neutral *neutral = &options->neutral;
    if (has_own_window(subject->track, neutral))
        return prepare(subject, options, neutral->t0, neutral->t1, NULL);
    if (!neutral->given)
        return prepare(subject, options, -INFINITY, INFINITY, NULL);
    at_rest->track = neutral->track;
    if (prepare(at_rest, options, neutral->t0, neutral->t1, NULL) != 0)
        return -1;
    return prepare(subject, options, -INFINITY, INFINITY, at_rest);
}

static enum mien_status measure_subject(const struct subject *subject, const struct subject *at_rest,
                                        const struct mien_neutral *neutral, struct mien_measures *result,
                                        struct mien_error *error)
{
    double rest_values[MEASURES];
    struct rest rest = {NAN, rest_values};
    for (size_t m = 0; m < MEASURES; m++)
        rest_values[m] = NAN;
    if (neutral->given) {
        result->neutral_frames = window_frames(at_rest->track, neutral->t0, neutral->t1);
        enum mien_status status = result->neutral_frames > 0
                                      ? measure_rest(at_rest, neutral->t0, neutral->t1, &rest)
                                      : no_neutral_face(at_rest->track, neutral, error);
        if (status != MIEN_OK)
            return status;
    }
    double *scratch = mien_array_new(subject->track->count, sizeof *scratch);
    if (!scratch)
        return MIEN_ERR_MEMORY;
    result->scale = own_scale(subject, neutral, scratch);
    measure_frames(subject, &rest, result);
    free(scratch);
    return MIEN_OK;
}

enum mien_status mien_measure(const struct mien_track *track, const struct mien_measure_options *options,
                              struct mien_measures **measures, struct mien_error *error)
{
    static const struct mien_measure_options usual = {0};
    struct subject subject = {.track = track}, at_rest = {0};
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!options)
        options = &usual;
    struct mien_measures *result = measures_new(track->count);
    if (result && prepare_both(&subject, &at_rest, options) == 0)
        status =
            measure_subject(&subject, at_rest.track ? &at_rest : &subject, &options->neutral, result, error);
    mien_faces_clear(&subject.faces);
    mien_faces_clear(&at_rest.faces);
    if (status == MIEN_OK) {
        *measures = result;
        return MIEN_OK;
    }
    mien_measures_free(result);
    return status == MIEN_ERR_MEMORY ? mien_fail(error, status, "out of memory for the measures") : status;
}

void mien_measures_free(struct mien_measures *measures)
{
    if (!measures)
        return;
    free(measures->values);
    free(measures);
}
