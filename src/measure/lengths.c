/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/lengths.h"

#include <math.h>

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

/* ---- Eyes and brows ---- */

double mien_fissure(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    double middle = (face->x[mien_outer_canthus[side]] + face->x[mien_inner_canthus[side]]) / 2;
    return lid_height(face, mien_upper_lid[side], middle) - lid_height(face, mien_lower_lid[side], middle);
}

double mien_eye_aspect_ratio(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    double heights = distance(face, mien_upper_lid[side][0], mien_lower_lid[side][0]) +
                     distance(face, mien_upper_lid[side][1], mien_lower_lid[side][1]);
    double width = distance(face, mien_outer_canthus[side], mien_inner_canthus[side]);
    return width > 0 ? heights / (2 * width) : NAN;
}

double mien_brow_height(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    double sum = 0;
    for (int i = 0; i < MIEN_BROW_POINTS; i++)
        sum += face->y[mien_brow[side][i]];
    return sum / MIEN_BROW_POINTS;
}

/* ---- Mouth ---- */

/* Where the mid-line of the face passes the mouth, sideways: a weighted mean of the middle of the canthi,
 * which is 0 here, and of the nose's base, the philtrum's end and the chin, each of which counts `lower`. A
 * turned head moves corners, philtrum and chin the same way, by an amount that differs between people, so
 * that the middle of the canthi alone does not stay between the corners; but a one-sided movement draws all
 * three along. */
static double midline(const struct mien_face_frame *face, double lower)
{
    double nose = 0, chin = 0;
    for (int i = 0; i < MIEN_NOSE_BASE_POINTS; i++)
        nose += face->x[mien_nose_base_points[i]];
    for (int i = MIEN_CHIN - 1; i <= MIEN_CHIN + 1; i++)
        chin += face->x[i];
    return lower * (nose / MIEN_NOSE_BASE_POINTS + face->x[MIEN_UPPER_LIP] + chin / 3);
}

/* One side's excursion must not show on the other, so the lower face counts less; an asymmetry compares both
 * sides of one moment, where a turned head is what misleads. */
static const double counts_in_excursion = 0.1, counts_in_asymmetry = 0.2;

/* From the mid-line towards the given side. */
static double corner_outwards(const struct mien_face_frame *face, double lower, int side)
{
    return (side == MIEN_LEFT ? 1 : -1) * (face->x[mien_mouth_corner[side]] - midline(face, lower));
}

/* From the mid-line point at the given height to the mouth corner. */
static double corner_distance(const struct mien_face_frame *face, double level, double lower, int side)
{
    return hypot(corner_outwards(face, lower, side), face->y[mien_mouth_corner[side]] - level);
}

/* The point on the mid-line stays where the lower lip was at rest, so that an opening jaw does not count. It
 * lies below the corners, so that outwards and upwards both lengthen the distance. */
double mien_commissure(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    return corner_distance(face, rest->lip_level, counts_in_excursion, side);
}

/* Of what expressions leave where it is, found three times: the line of the canthi of the plain points, which
 * is 0 here, the canthi of each half, and the nose's bridge. The rim of glasses, and lids that close, draw
 * the canthi along; and the bridge lies before the mouth's corners as the canthi lie behind them, so that a
 * nod moves what is between them as it moves the corners. */
static double firm_height(const struct mien_face_frame *face)
{
    double canthi = 0, bridge = 0;
    for (int side = 0; side < MIEN_SIDES; side++)
        canthi += face->y[mien_outer_canthus[side]] + face->y[mien_inner_canthus[side]];
    for (int i = 0; i < MIEN_NOSE_BRIDGE_POINTS; i++)
        bridge += face->y[mien_nose_bridge[i]];
    return (0 + canthi / (2 * MIEN_SIDES) + bridge / MIEN_NOSE_BRIDGE_POINTS) / 3;
}

double mien_corner_height(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    return face->y[mien_mouth_corner[side]] - firm_height(face);
}

double mien_mouth_width(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest, (void)side;
    return distance(face, mien_mouth_corner[MIEN_RIGHT], mien_mouth_corner[MIEN_LEFT]);
}

double mien_mouth_open(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest, (void)side;
    return face->y[MIEN_INNER_UPPER_LIP] - face->y[MIEN_INNER_LOWER_LIP];
}

static double edge_height(const struct mien_face_frame *face, const int edge[2])
{
    return (face->y[edge[0]] + face->y[edge[1]]) / 2;
}

/* Of the nose's base and both wings. */
static double nose_height(const struct mien_face_frame *face)
{
    double sum = 0;
    for (int i = 0; i < MIEN_NOSE_BASE_POINTS; i++)
        sum += face->y[mien_nose_base_points[i]];
    return sum / MIEN_NOSE_BASE_POINTS;
}

/* A head that is turned, or taken to be, shifts nose and lips alike against the canthi, but lips that rise
 * lift the nose a little: half of each does best against both. */
double mien_upper_lip(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    return edge_height(face, mien_upper_lip_edge[side]) - nose_height(face) / 2;
}

/* The mid-line's point counts as well, because it trembles least. The lower lip is farther from the canthi
 * than the nose is, so that a turned head shifts it more, by a quarter. The chin will not do as the lower
 * lip's place of rest: it is found worst of all points, and rises with the lip that it pushes up. */
double mien_lower_lip(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    double lip = (2 * edge_height(face, mien_lower_lip_edge[side]) + face->y[MIEN_LOWER_LIP]) / 3;
    return lip - 1.25 * nose_height(face);
}

double mien_smile_angle(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    double up = face->y[mien_mouth_corner[side]] - face->y[MIEN_LOWER_LIP];
    return 90 + atan2(up, corner_outwards(face, counts_in_excursion, side)) * 180 / M_PI;
}

/* ---- Left against right ---- */

static double ratio(const double sides[MIEN_SIDES])
{
    double sum = sides[MIEN_LEFT] + sides[MIEN_RIGHT];
    return sum > 0 ? 2 * (sides[MIEN_LEFT] - sides[MIEN_RIGHT]) / sum : NAN;
}

static double difference(const double sides[MIEN_SIDES])
{
    return sides[MIEN_LEFT] - sides[MIEN_RIGHT];
}

static void both(mien_formula_function *formula, const struct mien_face_frame *face,
                 const struct mien_rest *rest, double sides[MIEN_SIDES])
{
    for (int side = 0; side < MIEN_SIDES; side++)
        sides[side] = formula(face, rest, side);
}

/* The mouth corner's distance from the lower lip as it is now: this needs no neutral. */
static double corner_now(const struct mien_face_frame *face, const struct mien_rest *rest, int side)
{
    (void)rest;
    return corner_distance(face, face->y[MIEN_LOWER_LIP], counts_in_asymmetry, side);
}

#define LEFT_AGAINST_RIGHT(name, index, formula)                                                             \
    double name(const struct mien_face_frame *face, const struct mien_rest *rest, int which)                 \
    {                                                                                                        \
        (void)which;                                                                                         \
        double sides[MIEN_SIDES];                                                                            \
        both(formula, face, rest, sides);                                                                    \
        return index(sides);                                                                                 \
    }

LEFT_AGAINST_RIGHT(mien_asymmetry_eye, ratio, mien_fissure)
LEFT_AGAINST_RIGHT(mien_asymmetry_brow, ratio, mien_brow_height)
LEFT_AGAINST_RIGHT(mien_asymmetry_mouth, ratio, corner_now)
LEFT_AGAINST_RIGHT(mien_difference_eye, difference, mien_fissure)
LEFT_AGAINST_RIGHT(mien_difference_brow, difference, mien_brow_height)
LEFT_AGAINST_RIGHT(mien_difference_mouth, difference, corner_now)
