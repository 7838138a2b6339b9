/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_align.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "measure/local_fit.h"
#include "model/clip_cut.h"

#include <math.h>
#include <stdlib.h>

enum {
    RIGHT_EYE = 36, /* The first canthus; the other one is three points on. */
    LEFT_EYE = 42,
    OTHER_CANTHUS = 3,
    AXES = 4, /* Numbers of a place. */
    NEIGHBOURS = 3
};

/* Seconds on either side of a frame that its place is fitted to. */
static const double fit_width = 0.15;

/* ---- Places of single frames ---- */

void mien_clip_trusted(const struct mien_track *track, double confidence, uint8_t *trusted)
{
    for (size_t i = 0; i < track->count; i++)
        trusted[i] = track->found[i] && !(track->confidence[i] < confidence);
}

/* The middle of the canthi: unlike the mean of all six points, lids and blinks do not move it. */
static void eye_centre(const double *x, const double *y, int first, double centre[2])
{
    centre[0] = (x[first] + x[first + OTHER_CANTHUS]) / 2;
    centre[1] = (y[first] + y[first + OTHER_CANTHUS]) / 2;
}

/* Each number of the places is a series of its own: series[axis * count + frame]. */
static void read_places(const struct mien_track *track, enum mien_side side, const uint8_t *trusted,
                        double *series)
{
    size_t count = track->count;
    for (size_t i = 0; i < count; i++) {
        double right[2], left[2];
        const double *x, *y;
        if (!trusted[i])
            continue;
        mien_track_row(track, side, i, &x, &y);
        eye_centre(x, y, RIGHT_EYE, right);
        eye_centre(x, y, LEFT_EYE, left);
        series[i] = (right[0] + left[0]) / 2;
        series[count + i] = (right[1] + left[1]) / 2;
        series[2 * count + i] = left[0] - right[0];
        series[3 * count + i] = left[1] - right[1];
    }
}

/* ---- Steadying ---- */

/* Median of the finite values, 0 where there are none; scratch has room for them. */
static double median_of(const double *values, size_t count, double *scratch)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            scratch[used++] = values[i];
    mien_sort_numbers(scratch, used);
    return used > 0 ? mien_quantile_sorted(scratch, used, 0.5) : 0;
}

/* How far value i of the used frames lies from the straight line through two others. */
static double off_line(const double *time, const double *values, const size_t *used, size_t i, size_t a,
                       size_t b)
{
    double t_a = time[used[a]], x_a = values[used[a]];
    double slope = (values[used[b]] - x_a) / (time[used[b]] - t_a);
    return fabs(values[used[i]] - (x_a + slope * (time[used[i]] - t_a)));
}

/* The same from the lines through the neighbours one, two and three frames away on either side, or where
 * there are none on one side those of the other: the middle one of the three, so that up to three frames that
 * stray together do not vouch for each other, and those beside them are not blamed. */
static double strays_by(const double *time, const double *values, const size_t *used, size_t count, size_t i)
{
    double off[NEIGHBOURS];
    for (size_t k = 1; k <= NEIGHBOURS; k++) {
        size_t a = i >= k ? i - k : i + k, b = i + k < count ? i + k : i - k;
        if (a == b)
            b = a > i ? a + k : a - k;
        off[k - 1] = off_line(time, values, used, i, a, b);
    }
    mien_sort_numbers(off, NEIGHBOURS);
    return off[NEIGHBOURS / 2];
}

/* Marks frames that for a moment leave all around them, which no head does. scale is the eye distance; rest
 * and scratch have room for the frames. */
static void mark_strays(const double *time, const double *values, const size_t *used, size_t count,
                        double scale, double *rest, double *scratch, uint8_t *stray)
{
    /* At either end the lines go through frames up to twice as far away. */
    if (count < 3 * NEIGHBOURS)
        return;
    for (size_t i = 0; i < count; i++)
        rest[i] = strays_by(time, values, used, count, i);
    /* Six robust standard deviations, at least a tenth of the eye distance. */
    double most = fmax(6 * 1.4826 * median_of(rest, count, scratch), 0.1 * scale);
    for (size_t i = 0; i < count; i++)
        stray[used[i]] |= rest[i] > most;
}

/* Fills gaps along a straight line in time; before the first and after the last value they are repeated. */
static void fill_gaps(const double *time, double *values, size_t count)
{
    size_t before = count;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        for (size_t k = before == count ? 0 : before + 1; k < i; k++) {
            double share = before == count ? 1 : (time[k] - time[before]) / (time[i] - time[before]);
            values[k] = before == count ? values[i] : values[before] + share * (values[i] - values[before]);
        }
        before = i;
    }
    for (size_t k = before + 1; before < count && k < count; k++)
        values[k] = values[before];
}

static double median_distance(const double *series, size_t count, double *rest, double *scratch)
{
    for (size_t i = 0; i < count; i++)
        rest[i] = hypot(series[2 * count + i], series[3 * count + i]);
    return median_of(rest, count, scratch);
}

/* Takes strays out of the series, which are places of the used frames and NaN elsewhere. */
static void drop_strays(const struct mien_track *track, double *series, const size_t *used, size_t used_count,
                        double *rest, double *scratch, uint8_t *stray)
{
    size_t count = track->count, left = 0;
    double scale = median_distance(series, count, rest, scratch);
    for (size_t axis = 0; axis < AXES; axis++)
        mark_strays(track->time, series + axis * count, used, used_count, scale, rest, scratch, stray);
    for (size_t i = 0; i < used_count; i++)
        left += !stray[used[i]];
    for (size_t axis = 0; axis < AXES && left > 0; axis++)
        for (size_t i = 0; i < used_count; i++)
            if (stray[used[i]])
                series[axis * count + used[i]] = NAN;
}

enum mien_status mien_clip_places(const struct mien_track *track, enum mien_side side, const uint8_t *trusted,
                                  struct mien_clip_place *places, struct mien_error *error)
{
    size_t count = track->count, used_count = 0;
    enum mien_status status = MIEN_OK;
    double *series = mien_missing_new(AXES * count), *steady = mien_missing_new(AXES * count);
    double *scratch = mien_missing_new(count);
    size_t *used = mien_array_new(count, sizeof *used);
    uint8_t *stray = mien_array_new(count, sizeof *stray);
    bool bad = !series || !steady || !scratch || !used || !stray;
    for (size_t i = 0; i < count && !bad; i++)
        if (trusted[i])
            used[used_count++] = i;
    if (!bad) {
        read_places(track, side, trusted, series);
        drop_strays(track, series, used, used_count, steady, scratch, stray);
    }
    for (size_t axis = 0; axis < AXES && !bad; axis++) {
        double *values = steady + axis * count;
        bad = mien_local_fit(track->time, series + axis * count, count, fit_width, values, NULL) != 0;
        if (!bad)
            fill_gaps(track->time, values, count);
    }
    for (size_t i = 0; i < count && !bad; i++)
        places[i] = (struct mien_clip_place){steady[i], steady[count + i], steady[2 * count + i],
                                             steady[3 * count + i]};
    if (bad)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu frames", count);
    free(series);
    free(steady);
    free(scratch);
    free(used);
    free(stray);
    return status;
}

/* ---- Pictures ---- */

/* Fixed point: 16 bits of fraction for places, 8 for weights. */
enum { PLACE_BITS = 16, WEIGHT_BITS = 8, MOST_POINTS = 24 };

static int limited(int value, int count)
{
    return value < 0 ? 0 : value >= count ? count - 1 : value;
}

/* 256 times 256 times the luma at a place. */
static uint32_t luma_at(const struct mien_clip_plane *plane, int64_t x, int64_t y)
{
    int column = (int)(x >> PLACE_BITS), row = (int)(y >> PLACE_BITS);
    uint32_t right = (uint32_t)(x >> (PLACE_BITS - WEIGHT_BITS)) & 255, left = 256 - right;
    uint32_t below = (uint32_t)(y >> (PLACE_BITS - WEIGHT_BITS)) & 255, above = 256 - below;
    int column_0 = limited(column, plane->width), column_1 = limited(column + 1, plane->width);
    const uint8_t *row_0 = plane->luma + limited(row, plane->height) * plane->stride;
    const uint8_t *row_1 = plane->luma + limited(row + 1, plane->height) * plane->stride;
    return above * (left * row_0[column_0] + right * row_0[column_1]) +
           below * (left * row_1[column_0] + right * row_1[column_1]);
}

static uint8_t full_range(const struct mien_clip_plane *plane, double luma)
{
    if (!plane->full_range)
        luma = (luma - 16) * (255.0 / 219);
    return (uint8_t)(fmin(fmax(luma, 0), 255) + 0.5);
}

double mien_clip_picture(const struct mien_clip_plane *plane, const struct mien_clip_place *place,
                         const struct mien_clip_shape *shape, uint8_t *out)
{
    /* One step to the right in the clip, in pixels of the video; a step down is this turned by 90 degrees. */
    double pixels = MIEN_CLIP_BOX / (double)shape->width;
    double step_x = place->across * pixels, step_y = place->down * pixels;
    double size = hypot(step_x, step_y);
    /* Wild points could put the face far outside of the numbers used here. */
    if (!(size < 1e4 && fabs(place->x) < 1e6 && fabs(place->y) < 1e6))
        return 1;
    int points = (int)fmin(fmax(ceil(size), 1), MOST_POINTS);
    int64_t fine_x = llround(step_x / points * (1 << PLACE_BITS));
    int64_t fine_y = llround(step_y / points * (1 << PLACE_BITS));
    /* The centre of the first point of the first pixel. */
    double right = -(double)shape->width / 2 + 0.5 / points;
    double under = -MIEN_CLIP_ABOVE / pixels + 0.5 / points;
    int64_t origin_x = llround((place->x + right * step_x - under * step_y) * (1 << PLACE_BITS));
    int64_t origin_y = llround((place->y + right * step_y + under * step_x) * (1 << PLACE_BITS));
    double weight = 1.0 / ((double)points * points * (1 << 2 * WEIGHT_BITS));
    size_t outside = 0;
    for (unsigned row = 0; row < shape->height; row++)
        for (unsigned column = 0; column < shape->width; column++) {
            int64_t left = (int64_t)column * points, top = (int64_t)row * points;
            int64_t x_0 = origin_x + left * fine_x - top * fine_y;
            int64_t y_0 = origin_y + left * fine_y + top * fine_x;
            uint64_t sum = 0;
            for (int i = 0; i < points; i++)
                for (int k = 0; k < points; k++)
                    sum += luma_at(plane, x_0 + k * fine_x - i * fine_y, y_0 + k * fine_y + i * fine_x);
            *out++ = full_range(plane, (double)sum * weight);
            int x = (int)(x_0 >> PLACE_BITS), y = (int)(y_0 >> PLACE_BITS);
            outside += x < 0 || y < 0 || x >= plane->width || y >= plane->height;
        }
    return (double)outside / ((double)shape->width * shape->height);
}
