/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Proxies of action units: 0 as at rest, 1 as far as a healthy face goes. Each is a sum of changes of
 * geometric features (measure/features.h) since the neutral window, each with a weight, cut off at 0 and 1.
 * Directions are those of the Facial Action Coding System; weights are fitted to drawn faces by
 * scripts/calibrate.
 */
#ifndef MIEN_MEASURE_ACTION_UNITS_H
#define MIEN_MEASURE_ACTION_UNITS_H

#include "measure/formula.h"

/* Units of one side, then those of the mid-line. */
enum mien_unit {
    MIEN_AU1,
    MIEN_AU2,
    MIEN_AU4,
    MIEN_AU5,
    MIEN_AU7,
    MIEN_AU10,
    MIEN_AU12,
    MIEN_AU15,
    MIEN_AU20,
    MIEN_AU23,
    MIEN_AU45,
    MIEN_SIDED_UNITS,
    MIEN_AU25 = MIEN_SIDED_UNITS,
    MIEN_AU26,
    MIEN_UNIT_KINDS,
    MIEN_UNITS = 2 * MIEN_SIDED_UNITS + MIEN_UNIT_KINDS - MIEN_SIDED_UNITS,
    MIEN_UNIT_PLACES = MIEN_UNITS + MIEN_SIDED_UNITS /* And those of both sides together. */
};

extern const char *const mien_unit_names[MIEN_UNIT_KINDS]; /* "au1", ... */

/* Place of a unit in an array of MIEN_UNIT_PLACES; side is ignored at the mid-line. */
static inline int mien_unit_place(enum mien_unit unit, int side)
{
    int kind = (int)unit, sided = MIEN_SIDED_UNITS;
    return kind < sided ? 2 * kind + side : sided + kind;
}

/* Place of a unit of both sides, which for the mid-line is the unit itself. */
static inline int mien_unit_place_of_both(enum mien_unit unit)
{
    return unit < MIEN_SIDED_UNITS ? (int)MIEN_UNITS + (int)unit : mien_unit_place(unit, 0);
}

/* One term of a proxy. Features of one side are those of the proxy's own side, or of the other one; a proxy
 * of the mid-line reads the mean of both. */
struct mien_unit_term {
    enum mien_unit unit;
    enum mien_feature feature;
    bool other_side;
    double weight;
};
extern const struct mien_unit_term mien_unit_terms[];
extern const int mien_unit_term_count;

/* The value of a term's feature for a proxy of one side. */
double mien_unit_feature(const struct mien_unit_term *term, const double change[MIEN_FEATURES], int side);

/* From the sum of a proxy's terms to 0..1: what is no more than noise and a slightly turned head, under 0.05
 * and under 0.1 in units that move little, counts as rest. */
double mien_unit_cut(enum mien_unit unit, double sum);

/* From what has changed since rest to the proxies; all NaN where the changes are. A unit of both sides is the
 * mean of their sums, each between -1 and 1, and only then cut: a lip that slips to one side raises one proxy
 * and lowers the other, which the cut would hide. */
void mien_units_of(const double change[MIEN_FEATURES], double units[MIEN_UNIT_PLACES]);

/* The proxy whose place is `which`. */
mien_formula_function mien_unit_value;

#endif
