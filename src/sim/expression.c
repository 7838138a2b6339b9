/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/expression.h"

#include <math.h>

const char *const mien_sim_action_names[MIEN_SIM_ACTIONS] = {"au1",  "au2",  "au4",  "au5",  "au12",
                                                             "au15", "au20", "au43", "au25", "au26"};

static const double full_jaw_drop = 16; /* Millimetres at level 1. */

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
        return person->face_width * (1 - 0.10 * (y / 70) * (y / 70));
    double left = 1 - pow(fmin(y / person->chin, 1), person->jaw);
    return person->face_width * pow(left, 0.53);
}

static void put(struct mien_sim_face *face, int point, double x, double y)
{
    face->x[point] = x;
    face->y[point] = y;
}

static void place_jaw(const struct mien_sim_person *person, struct mien_sim_face *face)
{
    static const double heights[] = {0.01, 0.19, 0.37, 0.53, 0.68, 0.81, 0.91, 0.97, 1};
    for (int i = 0; i <= 8; i++) {
        double y = person->chin * heights[i], width = mien_sim_face_half_width(person, y);
        double drop = face->jaw_drop * fmin(fmax((heights[i] - 0.5) / 0.5, 0), 1);
        put(face, i, -width, y - drop);
        put(face, 16 - i, width, y - drop);
    }
}

static void place_brow(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                       enum mien_sim_side side, struct mien_sim_face *face)
{
    /* From the tail to the inner end. */
    static const double across[] = {1.19, 1.03, 0.82, 0.56, 0.28}, arch[] = {0, 0.8, 1, 0.72, 0.05};
    static const double au1[] = {0, 0.1, 0.4, 0.8, 1}, au2[] = {1, 0.9, 0.65, 0.3, 0.05};
    const double up = 6.2, down = 4.5, inwards = 3;
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    for (int i = 0; i < 5; i++) {
        int point = side == MIEN_SIM_LEFT ? 26 - i : 17 + i;
        double frown = movement->level[MIEN_SIM_AU4][side] * (0.35 + 0.65 * i / 4.0);
        double raise =
            movement->level[MIEN_SIM_AU1][side] * au1[i] + movement->level[MIEN_SIM_AU2][side] * au2[i];
        put(face, point, sign * (across[i] * person->outer_canthus - inwards * frown),
            person->brow_height + person->brow_arch * arch[i] + up * raise - down * frown);
    }
}

static void place_eye(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      enum mien_sim_side side, struct mien_sim_face *face)
{
    static const int points[2][6] = {{36, 37, 38, 39, 40, 41}, {45, 44, 43, 42, 47, 46}};
    const double outer_part = 0.69, inner_part = 0.31;
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    double closed = movement->level[MIEN_SIM_AU43][side];
    double lower = person->lower_lid - 0.9 * movement->level[MIEN_SIM_AU12][side];
    double open = person->upper_lid * (1 - movement->droop[side]) + 1.8 * movement->level[MIEN_SIM_AU5][side];
    lower *= 1 - 0.55 * closed;
    face->lower_lid[side] = lower;
    face->upper_lid[side] = open + closed * (-lower - open);
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

static void place_nose(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                       struct mien_sim_face *face)
{
    double length = person->nose_length, width = person->nose_width;
    for (int i = 0; i < 4; i++)
        put(face, 27 + i, 0, 7 - i * (length - 4) / 3.4);
    static const double across[] = {-0.78, -0.4, 0, 0.4, 0.78}, lower[] = {0, 2.2, 3.2, 2.2, 0};
    for (int i = 0; i < 5; i++) {
        double smile = movement->level[MIEN_SIM_AU12][i < 2 ? MIEN_SIM_RIGHT : MIEN_SIM_LEFT];
        put(face, 31 + i, across[i] * (width + 1.2 * smile),
            -length + 2.5 - lower[i] + (i == 2 ? 0 : 0.6 * smile));
    }
}

/* How far the mouth corner of one side goes. */
static void corner_shift(const struct mien_sim_movement *movement, enum mien_sim_side side, double *out,
                         double *up)
{
    double smile = movement->level[MIEN_SIM_AU12][side], frown = movement->level[MIEN_SIM_AU15][side];
    double stretch = movement->level[MIEN_SIM_AU20][side], jaw = movement->level[MIEN_SIM_AU26][0];
    *out = 9 * smile + 1 * frown + 6.5 * stretch - 2.5 * jaw;
    *up = 7 * smile - 6 * frown - 0.8 * stretch - 4.5 * jaw;
}

static void place_mouth(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                        struct mien_sim_face *face)
{
    /* Across in half widths of the mouth, height in heights of the upper (above) or lower lip (below). */
    static const struct {
        double across, height;
        bool inner;
    } shape[20] = {{-1, -.04, false},  {-.62, .58, false}, {-.24, 1, false},    {0, .84, false},
                   {.24, 1, false},    {.62, .58, false},  {1, -.04, false},    {.62, -.66, false},
                   {.27, -.96, false}, {0, -1, false},     {-.27, -.96, false}, {-.62, -.66, false},
                   {-.88, -.02, true}, {-.3, .08, true},   {0, .05, true},      {.3, .08, true},
                   {.88, -.02, true},  {.3, -.07, true},   {0, -.09, true},     {-.3, -.07, true}};
    double out[2], up[2];
    corner_shift(movement, MIEN_SIM_RIGHT, &out[0], &up[0]);
    corner_shift(movement, MIEN_SIM_LEFT, &out[1], &up[1]);
    double part = movement->level[MIEN_SIM_AU25][0], jaw = movement->level[MIEN_SIM_AU26][0];
    double drawn = 0.15 * (out[1] - out[0]); /* The mid-line goes a little to the stronger side. */
    for (int i = 0; i < 20; i++) {
        double across = shape[i].across, height = shape[i].height, side = fabs(across);
        double width = person->mouth_width, middle = 1 - side * side;
        int s = across < 0 ? MIEN_SIM_RIGHT : MIEN_SIM_LEFT;
        double smile = movement->level[MIEN_SIM_AU12][s];
        double thickness = 1 - 0.2 * smile * (shape[i].inner ? 0 : 1);
        double y =
            person->mouth_height + height * thickness * (height > 0 ? person->upper_lip : person->lower_lip);
        double weight = pow(side, 1.4);
        double x = across * width + (across < 0 ? -1 : 1) * out[s] * side + drawn * (1 - side);
        y += up[s] * weight + 0.12 * (up[0] + up[1]) * middle;
        bool above = height > 0;
        y += middle * (above ? 1.8 * part + 0.5 * jaw : -3.2 * part - full_jaw_drop * jaw);
        put(face, 48 + i, x, y);
    }
}

void mien_sim_express(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      struct mien_sim_face *face)
{
    face->jaw_drop = full_jaw_drop * movement->level[MIEN_SIM_AU26][0];
    place_jaw(person, face);
    place_nose(person, movement, face);
    place_mouth(person, movement, face);
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        place_brow(person, movement, (enum mien_sim_side)side, face);
        place_eye(person, movement, (enum mien_sim_side)side, face);
    }
}
