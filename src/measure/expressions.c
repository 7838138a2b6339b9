/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/expressions.h"

#include "measure/action_units.h"

#include <math.h>

enum { MOST_UNITS = 6 };

/* `needs` is the unit without which it is not that expression. */
static const struct {
    int count;
    bool needs_one;
    enum mien_unit needs, units[MOST_UNITS];
} members[MIEN_EXPRESSIONS] = {
    [MIEN_HAPPINESS] = {1, false, 0, {MIEN_AU12}},
    [MIEN_SADNESS] = {3, false, 0, {MIEN_AU1, MIEN_AU4, MIEN_AU15}},
    [MIEN_ANGER] = {4, true, MIEN_AU4, {MIEN_AU4, MIEN_AU5, MIEN_AU7, MIEN_AU23}},
    [MIEN_FEAR] = {6, false, 0, {MIEN_AU1, MIEN_AU2, MIEN_AU4, MIEN_AU5, MIEN_AU20, MIEN_AU26}},
    [MIEN_DISGUST] = {2, true, MIEN_AU10, {MIEN_AU10, MIEN_AU15}},
    [MIEN_SURPRISE] = {4, false, 0, {MIEN_AU1, MIEN_AU2, MIEN_AU5, MIEN_AU26}},
};

/* How far a unit of the lids is to be believed. The lids of the points jump in some faces while nothing
 * moves, the margins on the picture do not: so far as the upper one moved (au5), or both came closer (au7);
 * either way, because where a margin is lost for the lid's crease the points know better. Where the picture
 * shows no margin, behind glasses or in a turned eye, the points lie worse too, and half of what they say is
 * believed; all of it where there is no picture to ask. */
static double belief_in_lids(const struct mien_face_frame *face, const struct mien_rest *rest,
                             enum mien_unit unit, int side)
{
    const double trembles = 0.016; /* Interocular distances. */
    if (!rest)
        return 1;
    double moved = face->eyes[side].upper - rest->features[mien_feature_place(MIEN_UPPER_MARGIN, side)];
    if (unit == MIEN_AU7)
        moved += face->eyes[side].lower - rest->features[mien_feature_place(MIEN_LOWER_MARGIN, side)];
    double square = moved * moved;
    if (isnan(moved))
        return face->eyes[side].looked_at ? 0.5 : 1;
    return square / (square + trembles * trembles);
}

static double unit_of_both(const struct mien_face_frame *face, const struct mien_rest *rest,
                           enum mien_unit unit)
{
    double belief = 1;
    if (unit == MIEN_AU5 || unit == MIEN_AU7)
        belief =
            (belief_in_lids(face, rest, unit, MIEN_RIGHT) + belief_in_lids(face, rest, unit, MIEN_LEFT)) / 2;
    return belief * face->units[mien_unit_place_of_both(unit)];
}

/* Of people who do nothing but sway and blink, several proxies can be a little above 0 in the same frame: in
 * 100 drawn ones the means of several came to 0.25 at most, the smile's alone to 0.13, and a mean of two
 * trembles more than one of four. Such means count little, and larger ones nearly whole. */
static double beyond_rest(double mean, int which)
{
    const double at_rest = which == MIEN_HAPPINESS ? 0.1 : which == MIEN_DISGUST ? 0.3 : 0.22;
    double square = mean * mean;
    return mean * square / (square + at_rest * at_rest);
}

double mien_expression_value(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    double sum = 0;
    for (int i = 0; i < members[which].count; i++)
        sum += unit_of_both(face, rest, members[which].units[i]);
    double mean = sum / members[which].count;
    if (isnan(mean) || !members[which].needs_one)
        return beyond_rest(mean, which);
    return beyond_rest(fmin(mean, unit_of_both(face, rest, members[which].needs)), which);
}

/* NaN where any of them is, which fmax() would hide. */
static double strongest(const struct mien_face_frame *face, const struct mien_rest *rest,
                        const enum mien_expression *list, int count)
{
    double most = 0;
    for (int i = 0; i < count; i++) {
        double value = mien_expression_value(face, rest, (int)list[i]);
        if (isnan(value))
            return NAN;
        most = fmax(value, most);
    }
    return most;
}

double mien_expression_neutral(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    static const enum mien_expression all[] = {MIEN_HAPPINESS, MIEN_SADNESS, MIEN_ANGER,
                                               MIEN_FEAR,      MIEN_DISGUST, MIEN_SURPRISE};
    (void)which;
    return 1 - strongest(face, rest, all, MIEN_EXPRESSIONS);
}

double mien_valence(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    static const enum mien_expression negative[] = {MIEN_SADNESS, MIEN_ANGER, MIEN_FEAR, MIEN_DISGUST};
    (void)which;
    return mien_expression_value(face, rest, MIEN_HAPPINESS) -
           strongest(face, rest, negative, sizeof negative / sizeof *negative);
}
