/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/subject.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

/* Points as asked for. */
static int turn_points(struct mien_subject *subject, const struct mien_measure_options *options, double t0,
                       double t1, const struct mien_subject *held_as)
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

int mien_subject_prepare(struct mien_subject *subject, const struct mien_measure_options *options, double t0,
                         double t1, const struct mien_subject *held_as)
{
    if (turn_points(subject, options, t0, t1, held_as) != 0)
        return -1;
    return mien_faces_fix_iris(subject->track, t0, t1, &subject->faces);
}

static bool in_window(const struct mien_track *track, size_t frame, double t0, double t1)
{
    /* The slack lets the time of a frame that was computed as frame / fps meet a bound typed in decimals. */
    const double slack = 1e-9;
    return track->found[frame] && track->time[frame] >= t0 - slack && track->time[frame] <= t1 + slack;
}

size_t mien_subject_frames(const struct mien_subject *subject, double t0, double t1)
{
    size_t frames = 0;
    for (size_t i = 0; i < subject->track->count; i++)
        frames += in_window(subject->track, i, t0, t1);
    return frames;
}

/* Leaves values sorted and NaN out. */
static double median_of(double *values, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[used++] = values[i];
    mien_sort_numbers(values, used);
    return mien_quantile_sorted(values, used, 0.5);
}

int mien_subject_scale(const struct mien_subject *subject, double t0, double t1, double *scale)
{
    size_t frames = 0;
    double *eyes = mien_array_new(subject->track->count, sizeof *eyes);
    if (!eyes)
        return -1;
    for (size_t i = 0; i < subject->track->count; i++)
        if (in_window(subject->track, i, t0, t1))
            eyes[frames++] = subject->faces.eyes[i];
    *scale = median_of(eyes, frames);
    free(eyes);
    return 0;
}

int mien_subject_medians(const struct mien_subject *subject, double t0, double t1, double scale, size_t width,
                         mien_row_function *fill, const void *context, double *medians)
{
    size_t frames = mien_subject_frames(subject, t0, t1), used = 0;
    double *columns = mien_array_new(frames * width + 1, sizeof *columns);
    double *row = mien_array_new(width, sizeof *row);
    int failed = columns && row ? 0 : -1;
    for (size_t i = 0; i < subject->track->count && !failed; i++) {
        struct mien_face_frame face;
        if (!in_window(subject->track, i, t0, t1) || !mien_face_frame(&subject->faces, i, scale, &face))
            continue;
        fill(&face, context, row);
        for (size_t c = 0; c < width; c++)
            columns[c * frames + used] = row[c];
        used++;
    }
    for (size_t c = 0; c < width && !failed; c++)
        medians[c] = median_of(columns + c * frames, used);
    free(columns);
    free(row);
    return failed;
}
