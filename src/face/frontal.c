/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/frontal.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "face/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double least_turn = 2.5, least_growth = 0.03; /* The s of mien_usual_pose. */
static const double midway_y = 1.5, midway_z = 14.5;       /* Between the canthi of the average head. */

/* Beyond this slant between a ray and the face nothing can be said about where on the face it ends. */
static const double least_slant = 0.25;

/* Where the rays of the points meet the depths of the head, in its axes. */
static bool lay_on_head(const struct mien_head_pose *pose, double *x, double *y)
{
    struct mien_head_point head[MIEN_POINTS];
    double eye[3];
    mien_head_points(head);
    for (int k = 0; k < 3; k++)
        eye[k] = -(pose->turn[0][k] * pose->move[0] + pose->turn[1][k] * pose->move[1] +
                   pose->turn[2][k] * pose->move[2]);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double across = (x[i] - pose->camera.middle_x) / pose->camera.focal;
        double down = (y[i] - pose->camera.middle_y) / pose->camera.focal, ray[3];
        for (int k = 0; k < 3; k++)
            ray[k] = pose->turn[0][k] * across + pose->turn[1][k] * down + pose->turn[2][k];
        if (ray[2] < least_slant)
            return false;
        double reach = (head[i].z - eye[2]) / ray[2];
        x[i] = eye[0] + reach * ray[0];
        y[i] = eye[1] + reach * ray[1];
    }
    return true;
}

/* Axes on the canthi: origin midway between them, x along the line through the middles of the right and the
 * left ones. */
struct axes {
    double x, y, c, s;
};

static bool find_axes(const double *x, const double *y, struct axes *axes)
{
    double right_x = (x[36] + x[39]) / 2, right_y = (y[36] + y[39]) / 2;
    double left_x = (x[42] + x[45]) / 2, left_y = (y[42] + y[45]) / 2;
    double length = hypot(left_x - right_x, left_y - right_y);
    if (!(length > 0) || !isfinite(length))
        return false;
    *axes = (struct axes){(left_x + right_x) / 2, (left_y + right_y) / 2, (left_x - right_x) / length,
                          (left_y - right_y) / length};
    return true;
}

static void put_on_axes(const struct axes *axes, double *x, double *y)
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        double dx = x[i] - axes->x, dy = y[i] - axes->y;
        x[i] = axes->c * dx + axes->s * dy;
        y[i] = axes->c * dy - axes->s * dx;
    }
}

static void take_row(const struct mien_track *track, enum mien_side side, size_t frame,
                     struct mien_turned *turned)
{
    const double *x, *y;
    mien_track_row(track, side, frame, &x, &y);
    memcpy(turned->x, x, sizeof turned->x);
    memcpy(turned->y, y, sizeof turned->y);
}

static double eyes_apart(const struct mien_turned *turned)
{
    double dx = 0, dy = 0;
    for (int i = 0; i < 6; i++) {
        dx += turned->x[42 + i] - turned->x[36 + i];
        dy += turned->y[42 + i] - turned->y[36 + i];
    }
    return hypot(dx, dy) / 6;
}

static bool nothing(struct mien_turned *turned)
{
    for (int i = 0; i < MIEN_POINTS; i++)
        turned->x[i] = turned->y[i] = NAN;
    turned->eyes = NAN;
    return false;
}

/* The middle of the lips belongs to neither side. Each half of the face on its own sees lips apart when their
 * corners sink, and trembles twice as much there. */
static void take_middle(const struct mien_turned *plain, struct mien_turned *turned)
{
    static const int middle[] = {51, 57, 62, 66};
    for (size_t i = 0; i < sizeof middle / sizeof *middle; i++) {
        turned->x[middle[i]] = plain->x[middle[i]];
        turned->y[middle[i]] = plain->y[middle[i]];
    }
}

/* Finishes what is to be put on the axes of the plain points. */
static bool finish(const struct mien_turned *plain, struct mien_turned *turned)
{
    struct axes axes;
    if (!find_axes(plain->x, plain->y, &axes))
        return nothing(turned);
    take_middle(plain, turned);
    put_on_axes(&axes, turned->x, turned->y);
    turned->eyes = eyes_apart(plain);
    return true;
}

static bool pose_of(const struct mien_track *track, size_t frame, struct mien_head_pose *pose)
{
    return track->found[frame] &&
           mien_head_pose(track->x + frame * MIEN_POINTS, track->y + frame * MIEN_POINTS, track->width,
                          track->height, pose);
}

/* ---- The usual pose ---- */

/* Where the middle between the canthi lies before the camera. */
static void find_middle(const struct mien_head_pose *pose, double *middle)
{
    for (int k = 0; k < 3; k++)
        middle[k] = pose->turn[k][1] * midway_y + pose->turn[k][2] * midway_z + pose->move[k];
}

static double size_of(const struct mien_head_pose *pose)
{
    double middle[3];
    find_middle(pose, middle);
    return pose->camera.focal / middle[2];
}

static double median_of(double *values, size_t count)
{
    mien_sort_numbers(values, count);
    return mien_quantile_sorted(values, count, 0.5);
}

static bool in_window(double time, double t0, double t1)
{
    /* As everywhere in windows, the slack lets a time meet a bound typed in decimals. */
    const double slack = 1e-9;
    return time >= t0 - slack && time <= t1 + slack;
}

int mien_usual_pose(const struct mien_track *track, double t0, double t1, struct mien_usual_pose *usual)
{
    size_t used = 0;
    double *values = mien_array_new(3 * track->count, sizeof *values), roll;
    if (!values)
        return -1;
    double *yaw = values, *pitch = yaw + track->count, *size = pitch + track->count;
    for (size_t i = 0; i < track->count; i++) {
        struct mien_head_pose pose;
        if (!in_window(track->time[i], t0, t1) || !pose_of(track, i, &pose))
            continue;
        mien_head_angles(&pose, &yaw[used], &pitch[used], &roll);
        size[used++] = size_of(&pose);
    }
    *usual = (struct mien_usual_pose){median_of(yaw, used), median_of(pitch, used), median_of(size, used)};
    free(values);
    return 0;
}

/* What of a difference counts. */
static double counted(double difference, double least)
{
    double square = difference * difference;
    return difference * square / (square + least * least);
}

/* The same place in the picture, with the angles and the size that count. */
static void settle(struct mien_head_pose *pose, const struct mien_usual_pose *usual)
{
    double yaw, pitch, roll, middle[3];
    mien_head_angles(pose, &yaw, &pitch, &roll);
    find_middle(pose, middle);
    double size = pose->camera.focal / middle[2];
    double growth = exp(log(size / usual->size) - counted(log(size / usual->size), least_growth));
    mien_head_turn(usual->yaw + counted(yaw - usual->yaw, least_turn),
                   usual->pitch + counted(pitch - usual->pitch, least_turn), roll, pose->turn);
    for (int k = 0; k < 3; k++)
        pose->move[k] = growth * middle[k] - pose->turn[k][1] * midway_y - pose->turn[k][2] * midway_z;
}

/* ---- Frames ---- */

bool mien_frontal(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  size_t frame, struct mien_turned *turned)
{
    struct mien_turned plain;
    struct mien_head_pose pose;
    if (!pose_of(track, frame, &pose))
        return nothing(turned);
    if (usual && usual->size > 0)
        settle(&pose, usual);
    take_row(track, MIEN_SIDE_PLAIN, frame, &plain);
    take_row(track, side, frame, turned);
    if (!lay_on_head(&pose, plain.x, plain.y) || !lay_on_head(&pose, turned->x, turned->y))
        return nothing(turned);
    return finish(&plain, turned);
}

bool mien_level(const struct mien_track *track, enum mien_side side, size_t frame, struct mien_turned *turned)
{
    struct mien_turned plain;
    if (!track->found[frame])
        return nothing(turned);
    take_row(track, MIEN_SIDE_PLAIN, frame, &plain);
    take_row(track, side, frame, turned);
    return finish(&plain, turned);
}

int mien_frontal_all(const struct mien_track *track, enum mien_side side, double t0, double t1, double *x,
                     double *y, size_t *used)
{
    struct mien_usual_pose usual;
    double *eyes = mien_array_new(track->count, sizeof *eyes);
    *used = 0;
    if (!eyes || mien_usual_pose(track, t0, t1, &usual) != 0) {
        free(eyes);
        return -1;
    }
    for (size_t i = 0; i < track->count; i++) {
        struct mien_turned turned;
        bool found = mien_frontal(track, side, &usual, i, &turned);
        memcpy(x + i * MIEN_POINTS, turned.x, sizeof turned.x);
        memcpy(y + i * MIEN_POINTS, turned.y, sizeof turned.y);
        if (found && in_window(track->time[i], t0, t1))
            eyes[(*used)++] = turned.eyes;
    }
    double unit = median_of(eyes, *used);
    for (size_t i = 0; i < track->count * MIEN_POINTS; i++) {
        x[i] /= unit;
        y[i] /= unit;
    }
    free(eyes);
    return 0;
}
