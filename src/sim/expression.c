/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/expression.h"

#include "sim/soft.h"

#include <math.h>

const char *const mien_sim_action_names[MIEN_SIM_ACTIONS] = {"au1",  "au2",  "au4",  "au5",  "au6",  "au7",
                                                             "au9",  "au10", "au12", "au15", "au17", "au18",
                                                             "au20", "au23", "au34", "au43", "au25", "au26"};

static const double full_jaw_drop = 21; /* Millimetres at level 1. */

double mien_sim_upper_arc(double part)
{
    return part <= 0 || part >= 1 ? 0 : pow(4 * part * (1 - part), 0.72);
}

double mien_sim_lower_arc(double part)
{
    return part <= 0 || part >= 1 ? 0 : pow(4 * part * (1 - part), 0.85);
}

double mien_sim_face_half_width(const struct mien_sim_person *person, double y)
{
    if (y >= 0)
        return person->face_width * (1 + 0.05 * mien_sim_ramp(y, 0, 50));
    double left = 1 - pow(fmin(y / person->chin, 1), person->jaw);
    return person->face_width * pow(left, 0.53);
}

/* ---- Points that the skin carries ---- */

static void put(struct mien_sim_face *face, int point, double x, double y)
{
    face->x[point] = x;
    face->y[point] = y;
}

/* Puts a point where the skin that rests at x, y has gone. */
static void put_on_skin(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                        struct mien_sim_face *face, int point, double x, double y)
{
    put(face, point, x, y);
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < (action < MIEN_SIM_FIRST_MIDLINE ? 2 : 1); side++) {
            double level = movement->level[action][side];
            if (level == 0)
                continue;
            struct mien_sim_shift shift =
                mien_sim_carry(person, (enum mien_sim_action)action, (enum mien_sim_side)side, x, y);
            face->x[point] += level * shift.x;
            face->y[point] += level * shift.y;
        }
}

static void place_jaw(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      struct mien_sim_face *face)
{
    static const double heights[] = {0.01, 0.19, 0.37, 0.53, 0.68, 0.81, 0.91, 0.97, 1};
    for (int i = 0; i <= 8; i++) {
        double y = person->chin * heights[i], width = mien_sim_face_half_width(person, y);
        put_on_skin(person, movement, face, i, -width, y);
        put_on_skin(person, movement, face, 16 - i, width, y);
    }
}

static void place_brow(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                       enum mien_sim_side side, struct mien_sim_face *face)
{
    /* From the tail to the inner end. */
    static const double across[] = {1.15, 0.99, 0.78, 0.52, 0.235}, arch[] = {0, 0.8, 1, 0.72, 0.05};
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    for (int i = 0; i < 5; i++)
        put_on_skin(person, movement, face, side == MIEN_SIM_LEFT ? 26 - i : 17 + i,
                    sign * across[i] * person->outer_canthus,
                    person->brow_height + 1.1 + person->brow_arch * arch[i]);
}

static void place_nose(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                       struct mien_sim_face *face)
{
    static const double across[] = {-0.78, -0.4, 0, 0.4, 0.78}, lower[] = {0, 2.2, 3.2, 2.2, 0};
    double length = person->nose_length;
    for (int i = 0; i < 4; i++)
        put_on_skin(person, movement, face, 27 + i, 0, 6.5 - i * (length - 2.5) / 3);
    for (int i = 0; i < 5; i++)
        put_on_skin(person, movement, face, 31 + i, across[i] * person->nose_width, -length + 0.6 - lower[i]);
}

/* ---- Eyes ---- */

static void set_lids(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                     enum mien_sim_side side, struct mien_sim_face *face)
{
    double closed = movement->level[MIEN_SIM_AU43][side], tight = movement->level[MIEN_SIM_AU7][side];
    double cheek = fmin(movement->level[MIEN_SIM_AU12][side] + movement->level[MIEN_SIM_AU6][side], 1.6);
    double gaze = fmin(fmax(movement->gaze_y, -35), 35);
    double lower = fmax(person->lower_lid - 0.8 * cheek - 1.3 * tight - 0.05 * gaze, 0.6);
    double open = (person->upper_lid + 0.14 * gaze) * (1 - movement->droop[side]) +
                  2.4 * movement->level[MIEN_SIM_AU5][side] - 1.6 * tight -
                  0.8 * movement->level[MIEN_SIM_AU9][side];
    open = fmax(open, 0.7 - lower);
    lower *= 1 - 0.55 * closed;
    face->lower_lid[side] = lower;
    face->upper_lid[side] = open + closed * (-lower - open);
}

static void place_eye(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      enum mien_sim_side side, struct mien_sim_face *face)
{
    static const int points[2][6] = {{36, 37, 38, 39, 40, 41}, {45, 44, 43, 42, 47, 46}};
    const double outer_part = 0.69, inner_part = 0.31;
    set_lids(person, movement, side, face);
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    double inner = person->inner_canthus, width = person->outer_canthus - inner;
    double tilt = person->canthal_tilt, half = tilt / 2;
    put(face, points[side][0], sign * (inner + width), half);
    put(face, points[side][3], sign * inner, -half);
    for (int i = 0; i < 2; i++) {
        double part = i ? inner_part : outer_part;
        double line = -half + tilt * part, x = sign * (inner + width * part);
        put(face, points[side][1 + i], x, line + face->upper_lid[side] * mien_sim_upper_arc(part));
        put(face, points[side][5 - i], x, line - face->lower_lid[side] * mien_sim_lower_arc(part));
    }
}

/* ---- Mouth ---- */

/* How far the mouth corner of one side goes. */
static void corner_shift(const struct mien_sim_movement *movement, enum mien_sim_side side, double *out,
                         double *up)
{
    double smile = movement->level[MIEN_SIM_AU12][side], frown = movement->level[MIEN_SIM_AU15][side];
    double stretch = movement->level[MIEN_SIM_AU20][side], jaw = movement->level[MIEN_SIM_AU26][0];
    *out = 10.5 * smile + 1 * frown + 6.5 * stretch - 3 * jaw - 8.5 * movement->level[MIEN_SIM_AU18][side] -
           1.5 * movement->level[MIEN_SIM_AU23][side];
    *up = 7.5 * smile - 6.5 * frown - 0.8 * stretch - 6 * jaw + 1.2 * movement->level[MIEN_SIM_AU17][side];
}

/* Height of one lip against its height at rest. */
static double lip_fullness(const struct mien_sim_movement *movement, enum mien_sim_side side, bool above)
{
    return 1 - 0.22 * movement->level[MIEN_SIM_AU12][side] - 0.4 * movement->level[MIEN_SIM_AU23][side] +
           0.25 * movement->level[MIEN_SIM_AU18][side] +
           (above ? 0 : 0.15 * movement->level[MIEN_SIM_AU17][side]);
}

/* How far the middle of a lip goes up. */
static double lip_shift(const struct mien_sim_movement *movement, enum mien_sim_side side, bool above)
{
    double part = movement->level[MIEN_SIM_AU25][0], jaw = movement->level[MIEN_SIM_AU26][0];
    double smile = movement->level[MIEN_SIM_AU12][side], chin = movement->level[MIEN_SIM_AU17][side];
    double puff = movement->level[MIEN_SIM_AU34][side];
    if (above)
        return part * (1.6 + 2.2 * smile) + 0.5 * jaw + 2.6 * movement->level[MIEN_SIM_AU10][side] +
               1.4 * movement->level[MIEN_SIM_AU9][side] + 1.4 * chin + 0.4 * puff;
    return -part * (3.2 - 0.4 * smile) - full_jaw_drop * jaw + 2 * chin +
           0.6 * movement->level[MIEN_SIM_AU10][side];
}

static void place_mouth(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                        struct mien_sim_face *face)
{
    /* Across in half widths of the mouth, height in heights of the upper (above) or lower lip (below). */
    static const struct {
        double across, height;
    } shape[20] = {{-1, -.04},   {-.62, .58},  {-.24, 1},    {0, .84},    {.24, 1},
                   {.62, .58},   {1, -.04},    {.62, -.66},  {.27, -.96}, {0, -1},
                   {-.27, -.96}, {-.62, -.66}, {-.88, -.02}, {-.3, .08},  {0, .05},
                   {.3, .08},    {.88, -.02},  {.3, -.07},   {0, -.09},   {-.3, -.07}};
    double out[2], up[2];
    corner_shift(movement, MIEN_SIM_RIGHT, &out[0], &up[0]);
    corner_shift(movement, MIEN_SIM_LEFT, &out[1], &up[1]);
    double drawn = 0.15 * (out[1] - out[0]); /* The mid-line goes a little to the stronger side. */
    for (int i = 0; i < 20; i++) {
        double across = shape[i].across, height = shape[i].height, side = fabs(across);
        double middle = 1 - side * side, round = 1 - pow(side, 2.6), weight = pow(side, 1.4);
        bool above = height > 0;
        double left = mien_sim_ramp(across, -0.35, 0.35); /* Of the left side's action at this point. */
        int s = across < 0 ? MIEN_SIM_RIGHT : MIEN_SIM_LEFT;
        double full = (1 - left) * lip_fullness(movement, MIEN_SIM_RIGHT, above) +
                      left * lip_fullness(movement, MIEN_SIM_LEFT, above);
        double shift = (1 - left) * lip_shift(movement, MIEN_SIM_RIGHT, above) +
                       left * lip_shift(movement, MIEN_SIM_LEFT, above);
        double x = across * person->mouth_width + (across < 0 ? -1 : 1) * out[s] * side + drawn * (1 - side);
        double y = person->mouth_height +
                   height * (i < 12 ? full : 1) * (above ? person->upper_lip : person->lower_lip) +
                   up[s] * weight + 0.12 * (up[0] + up[1]) * middle + (above ? middle : round) * shift;
        put(face, 48 + i, x, y);
    }
}

void mien_sim_express(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      struct mien_sim_face *face)
{
    face->jaw_drop = full_jaw_drop * movement->level[MIEN_SIM_AU26][0];
    place_jaw(person, movement, face);
    place_nose(person, movement, face);
    place_mouth(person, movement, face);
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        place_brow(person, movement, (enum mien_sim_side)side, face);
        place_eye(person, movement, (enum mien_sim_side)side, face);
    }
}
