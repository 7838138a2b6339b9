/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/track.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum mien_status mien_track_new(size_t count, struct mien_track **track, struct mien_error *error)
{
    struct mien_track *made = mien_array_new(1, sizeof *made);
    if (made && mien_track_resize(made, count) == 0) {
        made->fps = NAN;
        *track = made;
        return MIEN_OK;
    }
    mien_track_free(made);
    return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a track of %zu frames", count);
}

static int resize(void *array, size_t count, size_t size)
{
    void **place = array;
    if (size && count > SIZE_MAX / size)
        return -1;
    void *moved = realloc(*place, count ? count * size : size);
    if (!moved)
        return -1;
    *place = moved;
    return 0;
}

static void clear_row(struct mien_track *track, size_t row)
{
    track->frame[row] = row;
    track->time[row] = track->confidence[row] = NAN;
    track->sharpness[row] = track->light[row] = NAN;
    track->yaw[row] = track->pitch[row] = track->roll[row] = NAN;
    track->found[row] = track->second_face[row] = 0;
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        track->x[i] = track->y[i] = track->sided_x[i] = track->sided_y[i] = NAN;
    for (size_t side = 0; side < MIEN_EYES; side++)
        track->eyes[row * MIEN_EYES + side] = mien_eye_none;
}

int mien_track_resize(struct mien_track *track, size_t count)
{
    if (count > SIZE_MAX / MIEN_POINTS || resize(&track->frame, count, sizeof *track->frame) != 0 ||
        resize(&track->time, count, sizeof *track->time) != 0 ||
        resize(&track->found, count, sizeof *track->found) != 0 ||
        resize(&track->second_face, count, sizeof *track->second_face) != 0 ||
        resize(&track->confidence, count, sizeof *track->confidence) != 0 ||
        resize(&track->yaw, count, sizeof *track->yaw) != 0 ||
        resize(&track->pitch, count, sizeof *track->pitch) != 0 ||
        resize(&track->roll, count, sizeof *track->roll) != 0 ||
        resize(&track->x, count * MIEN_POINTS, sizeof *track->x) != 0 ||
        resize(&track->y, count * MIEN_POINTS, sizeof *track->y) != 0 ||
        resize(&track->sided_x, count * MIEN_POINTS, sizeof *track->sided_x) != 0 ||
        resize(&track->sided_y, count * MIEN_POINTS, sizeof *track->sided_y) != 0 ||
        resize(&track->eyes, count * MIEN_EYES, sizeof *track->eyes) != 0 ||
        resize(&track->sharpness, count, sizeof *track->sharpness) != 0 ||
        resize(&track->light, count, sizeof *track->light) != 0)
        return -1;
    for (size_t row = track->count; row < count; row++)
        clear_row(track, row);
    track->count = count;
    return 0;
}

void mien_track_free(struct mien_track *track)
{
    if (!track)
        return;
    free(track->source);
    free(track->frame);
    free(track->time);
    free(track->found);
    free(track->second_face);
    free(track->confidence);
    free(track->yaw);
    free(track->pitch);
    free(track->roll);
    free(track->x);
    free(track->y);
    free(track->sided_x);
    free(track->sided_y);
    free(track->eyes);
    free(track->sharpness);
    free(track->light);
    free(track);
}

static void copy_rows(const struct mien_track *from, struct mien_track *to)
{
    size_t bytes = from->count * sizeof(double), rows = bytes * MIEN_POINTS;
    memcpy(to->frame, from->frame, from->count * sizeof *from->frame);
    memcpy(to->found, from->found, from->count * sizeof *from->found);
    memcpy(to->second_face, from->second_face, from->count * sizeof *from->second_face);
    memcpy(to->time, from->time, bytes);
    memcpy(to->confidence, from->confidence, bytes);
    memcpy(to->yaw, from->yaw, bytes);
    memcpy(to->pitch, from->pitch, bytes);
    memcpy(to->roll, from->roll, bytes);
    memcpy(to->sharpness, from->sharpness, bytes);
    memcpy(to->light, from->light, bytes);
    memcpy(to->x, from->x, rows);
    memcpy(to->y, from->y, rows);
    memcpy(to->sided_x, from->sided_x, rows);
    memcpy(to->sided_y, from->sided_y, rows);
    memcpy(to->eyes, from->eyes, from->count * MIEN_EYES * sizeof *from->eyes);
}

enum mien_status mien_track_copy(const struct mien_track *track, struct mien_track **copy,
                                 struct mien_error *error)
{
    struct mien_track *made;
    enum mien_status status = mien_track_new(track->count, &made, error);
    if (status != MIEN_OK)
        return status;
    made->source = track->source ? strdup(track->source) : NULL;
    if (track->source && !made->source) {
        mien_track_free(made);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a copy of a track");
    }
    copy_rows(track, made);
    made->width = track->width;
    made->height = track->height;
    made->fps = track->fps;
    made->pose_known = track->pose_known;
    made->truncated = track->truncated;
    made->damaged = track->damaged;
    made->times_repaired = track->times_repaired;
    made->smoothing = track->smoothing;
    *copy = made;
    return MIEN_OK;
}

static double fraction(const uint8_t *flags, size_t count)
{
    size_t set = 0;
    for (size_t i = 0; i < count; i++)
        set += flags[i] != 0;
    return count ? (double)set / (double)count : NAN;
}

double mien_track_found(const struct mien_track *track)
{
    return fraction(track->found, track->count);
}

double mien_track_second_face(const struct mien_track *track)
{
    return fraction(track->second_face, track->count);
}

double mien_track_duration(const struct mien_track *track)
{
    if (track->count == 0)
        return NAN;
    double span = track->time[track->count - 1] - track->time[0];
    return track->fps > 0 ? span + 1 / track->fps : span;
}

double mien_points_interocular(const double *x, const double *y)
{
    double dx = 0, dy = 0;
    for (int i = 0; i < 6; i++) {
        dx += x[42 + i] - x[36 + i];
        dy += y[42 + i] - y[36 + i];
    }
    return hypot(dx, dy) / 6;
}

double mien_track_interocular(const struct mien_track *track, size_t frame)
{
    if (!track->found[frame])
        return NAN;
    return mien_points_interocular(track->x + frame * MIEN_POINTS, track->y + frame * MIEN_POINTS);
}

/* The point of the chin stands for all: a frame has all of its sided points or none. */
static bool row_has_sides(const struct mien_track *track, size_t row)
{
    return isfinite(track->sided_x[row * MIEN_POINTS + 8]);
}

bool mien_track_has_sides(const struct mien_track *track)
{
    for (size_t row = 0; row < track->count; row++)
        if (row_has_sides(track, row))
            return true;
    return false;
}

bool mien_track_has_eyes(const struct mien_track *track)
{
    for (size_t i = 0; track->eyes && i < track->count * MIEN_EYES; i++)
        if (track->eyes[i].reason != MIEN_EYE_NOT_FITTED)
            return true;
    return false;
}

const struct mien_eye *mien_track_eyes(const struct mien_track *track, size_t frame)
{
    static const struct mien_eye none[MIEN_EYES] = {
        {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, MIEN_EYE_NOT_FITTED},
        {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, MIEN_EYE_NOT_FITTED}};
    return track->eyes ? track->eyes + frame * MIEN_EYES : none;
}

void mien_track_row(const struct mien_track *track, enum mien_side side, size_t row, const double **x,
                    const double **y)
{
    bool each = side == MIEN_SIDE_EACH && row_has_sides(track, row);
    *x = (each ? track->sided_x : track->x) + row * MIEN_POINTS;
    *y = (each ? track->sided_y : track->y) + row * MIEN_POINTS;
}
