/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/action_units.h"

#include <math.h>

const char *const mien_unit_names[MIEN_UNIT_KINDS] = {"au1",  "au2",  "au4",  "au5",  "au7",  "au10", "au12",
                                                      "au15", "au20", "au23", "au45", "au25", "au26"};

enum { BOTH = MIEN_SIDES }; /* Beside the sides. */

static int place_of(enum mien_unit unit, int who)
{
    return who == BOTH ? mien_unit_place_of_both(unit) : mien_unit_place(unit, who);
}

double mien_unit_feature(const struct mien_unit_term *term, const double change[MIEN_FEATURES], int side)
{
    if ((int)term->feature >= (int)MIEN_SIDED_FEATURES)
        return change[mien_feature_place(term->feature, side)];
    if ((int)term->unit >= (int)MIEN_SIDED_UNITS)
        return (change[mien_feature_place(term->feature, MIEN_RIGHT)] +
                change[mien_feature_place(term->feature, MIEN_LEFT)]) /
               2;
    return change[mien_feature_place(term->feature, term->other_side ? MIEN_SIDES - 1 - side : side)];
}

double mien_unit_cut(enum mien_unit unit, double sum)
{
    static const double trembles_more[MIEN_UNIT_KINDS] = {
        [MIEN_AU4] = 0.1,   [MIEN_AU5] = 0.1,  [MIEN_AU7] = 0.1,
        [MIEN_AU10] = 0.15, [MIEN_AU20] = 0.1, [MIEN_AU23] = 0.1};
    double noise = fmax(trembles_more[unit], 0.05);
    if (isnan(sum))
        return NAN;
    return fmin(fmax((sum - noise) / (1 - noise), 0), 1);
}

/* What a stronger unit does to the features of a weaker one must not count as the weaker one. The lower lid
 * also rises when the eye shuts, and an eye that is nearly shut tells nothing of tightening; a smile lifts
 * the upper lip and stretches the mouth. */
static void take_turns(double units[MIEN_UNIT_PLACES])
{
    const double begins = 0.25, ends = 0.4;
    for (int who = 0; who <= BOTH; who++) {
        double shut = units[place_of(MIEN_AU45, who)];
        double smile = units[place_of(MIEN_AU12, who)];
        units[place_of(MIEN_AU7, who)] *= fmin(fmax((ends - shut) / (ends - begins), 0), 1);
        units[place_of(MIEN_AU10, who)] *= 1 - smile;
        units[place_of(MIEN_AU20, who)] *= 1 - smile;
    }
}

static double within_one(double sum)
{
    return isnan(sum) ? NAN : fmin(fmax(sum, -1), 1);
}

static void add_up(const double change[MIEN_FEATURES], double sums[MIEN_UNIT_PLACES])
{
    for (int i = 0; i < MIEN_UNIT_PLACES; i++)
        sums[i] = 0;
    for (int i = 0; i < mien_unit_term_count; i++) {
        const struct mien_unit_term *term = &mien_unit_terms[i];
        int sides = (int)term->unit < (int)MIEN_SIDED_UNITS ? MIEN_SIDES : 1;
        for (int side = 0; side < sides; side++)
            sums[mien_unit_place(term->unit, side)] += term->weight * mien_unit_feature(term, change, side);
    }
    for (int i = 0; i < MIEN_SIDED_UNITS; i++) {
        enum mien_unit unit = (enum mien_unit)i;
        double right = sums[place_of(unit, MIEN_RIGHT)], left = sums[place_of(unit, MIEN_LEFT)];
        sums[place_of(unit, BOTH)] = (within_one(right) + within_one(left)) / 2;
    }
}

void mien_units_of(const double change[MIEN_FEATURES], double units[MIEN_UNIT_PLACES])
{
    add_up(change, units);
    for (int i = 0; i < MIEN_UNIT_KINDS; i++)
        for (int who = i < MIEN_SIDED_UNITS ? 0 : BOTH; who <= BOTH; who++) {
            double *value = &units[place_of((enum mien_unit)i, who)];
            *value = mien_unit_cut((enum mien_unit)i, *value);
        }
    take_turns(units);
}

double mien_unit_value(const struct mien_face_frame *face, const struct mien_rest *rest, int which)
{
    (void)rest;
    return face->units ? face->units[which] : NAN;
}
