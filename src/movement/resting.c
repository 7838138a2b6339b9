/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/resting.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "face/frontal.h"
#include "movement/reading.h"

#include <math.h>
#include <stdlib.h>

bool mien_resting_has(const struct mien_resting_options *options, size_t row)
{
    /* As everywhere in windows, the slack lets a time meet a bound typed in decimals. */
    const double slack = 1e-9;
    double time = options->track->time[row];
    return options->track->found[row] && time >= options->t0 - slack && time <= options->t1 + slack;
}

static enum mien_status no_face(const struct mien_resting_options *options, struct mien_error *error)
{
    const char *source = options->track->source ? options->track->source : "the recording";
    if (isinf(options->t0) && isinf(options->t1))
        return mien_fail(error, MIEN_ERR_DATA,
                         "%s: the neutral recording has no frame with a face; name another", source);
    return mien_fail(error, MIEN_ERR_DATA,
                     "%s: no frame with a face in the neutral window %g to %g s; name another window", source,
                     options->t0, options->t1);
}

static double window_median(const struct mien_resting_options *options, const double *values, int point,
                            double *scratch)
{
    size_t used = 0;
    for (size_t row = 0; row < options->track->count; row++) {
        double value = values[row * MIEN_POINTS + (size_t)point];
        if (mien_resting_has(options, row) && isfinite(value))
            scratch[used++] = value;
    }
    mien_sort_numbers(scratch, used);
    return mien_quantile_sorted(scratch, used, 0.5);
}

enum mien_status mien_resting_shape_of(enum mien_side side, const struct mien_resting_options *options,
                                       struct mien_resting_shape *shape, size_t *used,
                                       struct mien_error *error)
{
    size_t count = options->track->count;
    double *values = mien_array_new(count, (2 * MIEN_POINTS + 1) * sizeof *values);
    if (!values)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the points at rest");
    double *x = values, *y = x + count * MIEN_POINTS, *scratch = y + count * MIEN_POINTS;
    double rest_x[MIEN_POINTS], rest_y[MIEN_POINTS];
    int bad = mien_frontal_all(options->track, side, options->t0, options->t1, x, y, used);
    for (int i = 0; i < MIEN_POINTS && bad == 0 && *used > 0; i++) {
        rest_x[i] = window_median(options, x, i, scratch);
        rest_y[i] = window_median(options, y, i, scratch);
    }
    free(values);
    if (bad != 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the points at rest");
    if (*used == 0)
        return no_face(options, error);
    mien_resting_shape(rest_x, rest_y, shape);
    return MIEN_OK;
}

/* Looks at no more than MIEN_REST_MOST of the frames, evenly spaced. */
static enum mien_status look_at_rest(struct mien_mover *mover, const struct mien_resting_options *options,
                                     size_t there, struct mien_glimpse *glimpses, size_t *used,
                                     struct mien_error *error)
{
    struct mien_reading reading;
    size_t wanted = there < MIEN_REST_MOST ? there : MIEN_REST_MOST, met = 0;
    enum mien_status status = mien_reading_open(&reading, options->track, options->video, error);
    *used = 0;
    for (size_t row = 0; row < options->track->count && status == MIEN_OK && *used < wanted; row++) {
        struct mien_plane plane;
        bool seen;
        if (!mien_resting_has(options, row) || met++ * wanted / there < *used)
            continue;
        status = mien_reading_row(&reading, row, &plane, error);
        if (status == MIEN_OK)
            status = mien_mover_look(mover, options->track, row, &plane, &glimpses[*used], &seen, error);
        *used += status == MIEN_OK && seen;
    }
    mien_reading_close(&reading);
    if (status == MIEN_OK && *used == 0)
        return no_face(options, error);
    return status;
}

enum mien_status mien_resting_learn(struct mien_mover *mover, const struct mien_resting_options *options,
                                    size_t *used, struct mien_error *error)
{
    size_t there;
    enum mien_status status = mien_resting_shape_of(mover->side, options, &mover->shape, &there, error);
    if (status != MIEN_OK)
        return status;
    struct mien_glimpse *glimpses = mien_array_new(MIEN_REST_MOST, sizeof *glimpses);
    if (!glimpses)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the frames at rest");
    status = look_at_rest(mover, options, there, glimpses, used, error);
    if (status == MIEN_OK)
        status = mien_mover_rest(mover, glimpses, *used, error);
    free(glimpses);
    return status;
}
