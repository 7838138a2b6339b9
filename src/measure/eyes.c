/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/eyes.h"

#include "face/eyes.h"
#include "measure/face_frame.h"
#include "measure/formula.h"
#include "measure/points.h"

#include <math.h>

static const double iris_radius_mm = 11.7 / 2; /* Mean of adults; the spread is 4 per cent of it. */

/* The eyeball turns about a point 13.5 mm behind the cornea (Fry and Hill 1962); the iris' edge lies 3 mm
 * behind the cornea, the canthi about 8. */
static const double turns_behind_iris = 10.5, turns_behind_canthi = 5.5, turns_above_canthi = 1.7;

/* ---- The face's own directions in the picture ---- */

struct level {
    double along_x, along_y;           /* Towards the participant's left; down is at a right angle to it. */
    double x[MIEN_EYES], y[MIEN_EYES]; /* Midway between the canthi of each eye. */
};

static bool find_level(const struct mien_track *track, size_t frame, struct level *level)
{
    const double *x = track->x + frame * MIEN_POINTS, *y = track->y + frame * MIEN_POINTS;
    for (int side = 0; side < MIEN_EYES; side++) {
        level->x[side] = (x[mien_inner_canthus[side]] + x[mien_outer_canthus[side]]) / 2;
        level->y[side] = (y[mien_inner_canthus[side]] + y[mien_outer_canthus[side]]) / 2;
    }
    double dx = level->x[MIEN_EYE_LEFT] - level->x[MIEN_EYE_RIGHT];
    double dy = level->y[MIEN_EYE_LEFT] - level->y[MIEN_EYE_RIGHT], length = hypot(dx, dy);
    level->along_x = dx / length;
    level->along_y = dy / length;
    return length > 0;
}

/* Pixels below the middle of the eye's canthi, and towards the left of it. */
static double below(const struct level *level, int side, double x, double y)
{
    return (y - level->y[side]) * level->along_x - (x - level->x[side]) * level->along_y;
}

static double leftwards(const struct level *level, int side, double x, double y)
{
    return (x - level->x[side]) * level->along_x + (y - level->y[side]) * level->along_y;
}

/* ---- Lengths ---- */

bool mien_eye_is_borrowed(const struct mien_eye eyes[MIEN_EYES], int side)
{
    return eyes[side].reason == MIEN_EYE_GLARE && eyes[1 - side].reason == MIEN_EYE_OK;
}

void mien_eye_lengths(const struct mien_track *track, size_t frame, double unit,
                      struct mien_eye_values values[MIEN_EYES])
{
    const struct mien_eye *eyes = mien_track_eyes(track, frame);
    struct level level;
    bool has_level = find_level(track, frame, &level);
    for (int side = 0; side < MIEN_EYES; side++) {
        const struct mien_eye *eye = &eyes[side], *centre = eye;
        values[side] =
            (struct mien_eye_values){NAN, NAN, NAN, NAN, NAN, NAN, eye->reason != MIEN_EYE_NOT_FITTED};
        int from = mien_eye_is_borrowed(eyes, side) ? 1 - side : side;
        centre = &eyes[from];
        if (!has_level || centre->reason != MIEN_EYE_OK)
            continue;
        double height = below(&level, from, centre->iris_x, centre->iris_y);
        values[side].upper = unit * (height - below(&level, side, eye->upper_x, eye->upper_y));
        values[side].lower = unit * (below(&level, side, eye->lower_x, eye->lower_y) - height);
        values[side].radius = unit * eye->iris_radius;
    }
}

/* ---- Gaze ---- */

/* A direction in the camera's axes: towards the participant's left in the picture, up, to the camera. */
struct direction {
    double left, up, near;
};

static double dot(struct direction a, struct direction b)
{
    return a.left * b.left + a.up * b.up + a.near * b.near;
}

/* Degrees of the line of sight against the head, whose roll the level of the eyes has taken away. left and
 * up: millimetres from the middle of the canthi to the centre of the iris. */
static void find_gaze(double left, double up, double yaw, double pitch, struct mien_eye_values *values)
{
    double degree = M_PI / 180, cy = cos(yaw * degree), sy = sin(yaw * degree);
    double cp = cos(pitch * degree), sp = sin(pitch * degree);
    const struct direction to_left = {cy, 0, -sy}, upwards = {-sy * sp, cp, -cy * sp},
                           ahead = {sy * cp, sp, cy * cp};
    double centre_left = turns_above_canthi * upwards.left - turns_behind_canthi * ahead.left;
    double centre_up = turns_above_canthi * upwards.up - turns_behind_canthi * ahead.up;
    const double still = 1 - MIEN_EYE_CANTHI_FOLLOW;
    struct direction sight = {(left - centre_left) / turns_behind_iris,
                              (up - centre_up) / (still * turns_behind_iris), 0};
    double rest = 1 - sight.left * sight.left - sight.up * sight.up;
    if (!(rest > 0))
        return;
    sight.near = sqrt(rest);
    values->gaze_x = atan2(dot(sight, to_left), dot(sight, ahead)) / degree;
    values->gaze_y = asin(fmin(fmax(dot(sight, upwards), -1), 1)) / degree;
}

/* 0 at the first of two millimetres, 1 from the second on. */
static double ramp(double mm, double from, double to)
{
    return fmin(fmax((mm - from) / (to - from), 0), 1);
}

/* In up-gaze the lower end of the iris is seen and the upper one is not. Along an arc that is seen, up to an
 * angle from its lower end, a circle that is too small and too low fits nearly as well as the right one: its
 * centre sinks by angle / sin(angle) for each unit that its radius lacks. Half of the iris is taken as seen:
 * with more of it the circle has less freedom than the formula says. How much too low the centre is, in the
 * unit of the faces. */
static double sunk(const struct mien_eye_values *values, double radius)
{
    double mm = radius / iris_radius_mm;
    double below = (values->lower - values->radius) / mm, above = (values->upper - values->radius) / mm;
    double share = ramp(below, 1, 2) * ramp(-above, 0, 1);
    return share > 0 ? share * M_PI / 2 * (radius - values->radius) : 0;
}

static void raise_centres(const struct mien_eye eyes[MIEN_EYES], double radius, double raised[MIEN_EYES],
                          struct mien_eye_values values[MIEN_EYES])
{
    for (int side = 0; side < MIEN_EYES; side++)
        raised[side] = isnan(radius) || eyes[side].reason != MIEN_EYE_OK ? 0 : sunk(&values[side], radius);
    for (int side = 0; side < MIEN_EYES; side++) {
        double by = raised[mien_eye_is_borrowed(eyes, side) ? 1 - side : side];
        values[side].upper -= by;
        values[side].lower += by;
    }
}

void mien_eye_sizes(const struct mien_track *track, size_t frame, double unit, double radius,
                    struct mien_eye_values values[MIEN_EYES])
{
    const struct mien_eye *eyes = mien_track_eyes(track, frame);
    struct level level;
    double raised[MIEN_EYES];
    if (!find_level(track, frame, &level))
        return;
    raise_centres(eyes, radius, raised, values);
    for (int side = 0; side < MIEN_EYES; side++) {
        double own = isnan(radius) ? values[side].radius : radius;
        values[side].per_mm = own / iris_radius_mm;
        if (eyes[side].reason != MIEN_EYE_OK)
            continue;
        double mm = unit / values[side].per_mm; /* Of one pixel. */
        find_gaze(mm * leftwards(&level, side, eyes[side].iris_x, eyes[side].iris_y),
                  raised[side] / values[side].per_mm -
                      mm * below(&level, side, eyes[side].iris_x, eyes[side].iris_y),
                  track->yaw[frame], track->pitch[frame], &values[side]);
    }
}

/* ---- Formulas ---- */

double mien_mrd1(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest;
    return face->eyes[which].upper;
}

double mien_mrd2(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest;
    return face->eyes[which].lower;
}

double mien_mrd1_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest;
    return face->eyes[which].upper / face->eyes[which].per_mm;
}

double mien_mrd2_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest;
    return face->eyes[which].lower / face->eyes[which].per_mm;
}

double mien_fissure_mm(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    return mien_mrd1_mm(face, rest, which) + mien_mrd2_mm(face, rest, which);
}

/* The canthi of the points lie too near to the nose or too far from it in both eyes alike: only together are
 * they right. */
double mien_gaze_x(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest, (void)which;
    return (face->eyes[MIEN_LEFT].gaze_x + face->eyes[MIEN_RIGHT].gaze_x) / 2;
}

double mien_gaze_y(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest, (void)which;
    double left = face->eyes[MIEN_LEFT].gaze_y, right = face->eyes[MIEN_RIGHT].gaze_y;
    return isnan(left) ? right : isnan(right) ? left : (left + right) / 2;
}
