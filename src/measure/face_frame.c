/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/face_frame.h"

#include <math.h>

static const int right_canthi[] = {36, 39}, left_canthi[] = {42, 45};
static const int right_eye[] = {36, 37, 38, 39, 40, 41}, left_eye[] = {42, 43, 44, 45, 46, 47};

static double mean_of(const double *values, const int *points, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[points[i]];
    return sum / count;
}

double mien_eye_distance(const struct mien_track *track, size_t frame)
{
    if (!track->found[frame])
        return NAN;
    const double *x = track->x + frame * MIEN_POINTS, *y = track->y + frame * MIEN_POINTS;
    return hypot(mean_of(x, left_eye, 6) - mean_of(x, right_eye, 6),
                 mean_of(y, left_eye, 6) - mean_of(y, right_eye, 6));
}

bool mien_face_frame(const struct mien_track *track, size_t frame, double scale, struct mien_face_frame *face)
{
    if (!track->found[frame] || !(scale > 0))
        return false;
    const double *x = track->x + frame * MIEN_POINTS, *y = track->y + frame * MIEN_POINTS;
    double right_x = mean_of(x, right_canthi, 2), right_y = mean_of(y, right_canthi, 2);
    double left_x = mean_of(x, left_canthi, 2), left_y = mean_of(y, left_canthi, 2);
    double length = hypot(left_x - right_x, left_y - right_y);
    if (!(length > 0) || !isfinite(length))
        return false;
    double along_x = (left_x - right_x) / length, along_y = (left_y - right_y) / length;
    double origin_x = (left_x + right_x) / 2, origin_y = (left_y + right_y) / 2;
    for (int i = 0; i < MIEN_POINTS; i++) {
        double dx = (x[i] - origin_x) / scale, dy = (y[i] - origin_y) / scale;
        /* Pixels count downwards, heights upwards. */
        face->x[i] = dx * along_x + dy * along_y;
        face->y[i] = dx * along_y - dy * along_x;
    }
    return true;
}
