/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Proxies of action units and expressions from changes that are put together here. How they follow drawn
 * faces is asked by tests/lua/measure_units.lua and by scripts/bench validity.
 */
#include "measure/action_units.h"
#include "measure/expressions.h"
#include "measure/measure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool near(double got, double want)
{
    return fabs(got - want) <= 1e-12;
}

static double weight_of(enum mien_unit unit, enum mien_feature feature)
{
    double sum = 0;
    for (int i = 0; i < mien_unit_term_count; i++)
        if (mien_unit_terms[i].unit == unit && mien_unit_terms[i].feature == feature &&
            !mien_unit_terms[i].other_side)
            sum += mien_unit_terms[i].weight;
    return sum;
}

static void units_at(enum mien_feature feature, int side, double change, double units[MIEN_UNIT_PLACES])
{
    double changes[MIEN_FEATURES] = {0};
    changes[mien_feature_place(feature, side)] = change;
    mien_units_of(changes, units);
}

static void places_are_all_different(void **state)
{
    (void)state;
    int seen[MIEN_UNIT_PLACES] = {0}, features[MIEN_FEATURES] = {0};
    for (int unit = 0; unit < MIEN_SIDED_UNITS; unit++)
        seen[mien_unit_place_of_both((enum mien_unit)unit)]++;
    assert_int_equal(mien_unit_place_of_both(MIEN_AU26), mien_unit_place(MIEN_AU26, MIEN_LEFT));
    for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
        for (int side = 0; side < (unit < MIEN_SIDED_UNITS ? 2 : 1); side++)
            seen[mien_unit_place((enum mien_unit)unit, side)]++;
    for (int feature = 0; feature < MIEN_FEATURE_KINDS; feature++)
        for (int side = 0; side < (feature < MIEN_SIDED_FEATURES ? 2 : 1); side++)
            features[mien_feature_place((enum mien_feature)feature, side)]++;
    for (int i = 0; i < MIEN_UNIT_PLACES; i++)
        assert_int_equal(seen[i], 1);
    for (int i = 0; i < MIEN_FEATURES; i++)
        assert_int_equal(features[i], 1);
}

static void directions_are_the_published_ones(void **state)
{
    (void)state;
    assert_true(weight_of(MIEN_AU1, MIEN_BROW_INNER) > 0);
    assert_true(weight_of(MIEN_AU2, MIEN_BROW_OUTER) > 0);
    assert_true(weight_of(MIEN_AU4, MIEN_BROW_INNER) < 0);
    assert_true(weight_of(MIEN_AU4, MIEN_BROW_GAP) < 0);
    assert_true(weight_of(MIEN_AU5, MIEN_OPENING) + weight_of(MIEN_AU5, MIEN_LID_UPPER) > 0);
    assert_true(weight_of(MIEN_AU7, MIEN_OPENING) < 0);
    assert_true(weight_of(MIEN_AU12, MIEN_CORNER_OUT) > 0);
    assert_true(weight_of(MIEN_AU12, MIEN_CORNER_UP) + weight_of(MIEN_AU12, MIEN_CORNER_LEAD) > 0);
    assert_true(weight_of(MIEN_AU15, MIEN_CORNER_UP) + weight_of(MIEN_AU15, MIEN_CORNER_LEAD) < 0);
    assert_true(weight_of(MIEN_AU20, MIEN_CORNER_OUT) > 0);
    assert_true(weight_of(MIEN_AU20, MIEN_CORNER_UP) + weight_of(MIEN_AU20, MIEN_CORNER_LEAD) < 0);
    assert_true(weight_of(MIEN_AU45, MIEN_OPENING) < 0);
    assert_true(weight_of(MIEN_AU25, MIEN_MOUTH_GAP) + weight_of(MIEN_AU25, MIEN_LIP_GAP) > 0);
    assert_true(weight_of(MIEN_AU26, MIEN_LOWER_MIDDLE) < 0);
    assert_true(weight_of(MIEN_AU26, MIEN_CHIN_UP) < 0);
}

static void rest_is_zero_and_nothing_leaves_the_range(void **state)
{
    (void)state;
    double changes[MIEN_FEATURES] = {0}, units[MIEN_UNIT_PLACES];
    mien_units_of(changes, units);
    for (int i = 0; i < MIEN_UNIT_PLACES; i++)
        assert_true(units[i] == 0);
    for (int feature = 0; feature < MIEN_FEATURE_KINDS; feature++)
        for (int sign = -1; sign <= 1; sign += 2) {
            units_at((enum mien_feature)feature, MIEN_LEFT, 10 * sign, units);
            for (int i = 0; i < MIEN_UNIT_PLACES; i++)
                assert_true(units[i] >= 0 && units[i] <= 1);
        }
}

static void more_movement_is_never_less(void **state)
{
    (void)state;
    static const struct {
        enum mien_unit unit;
        enum mien_feature feature;
        double direction;
    } ways[] = {{MIEN_AU1, MIEN_BROW_INNER, 1},  {MIEN_AU2, MIEN_BROW_OUTER, 1},
                {MIEN_AU4, MIEN_BROW_GAP, -1},   {MIEN_AU12, MIEN_CORNER_OUT, 1},
                {MIEN_AU15, MIEN_CORNER_UP, -1}, {MIEN_AU45, MIEN_OPENING, -1}};
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        double before = 0, units[MIEN_UNIT_PLACES];
        for (int step = 0; step <= 100; step++) {
            units_at(ways[w].feature, MIEN_RIGHT, ways[w].direction * step / 100, units);
            double now = units[mien_unit_place(ways[w].unit, MIEN_RIGHT)];
            assert_true(now >= before);
            before = now;
        }
        assert_true(before > 0.9);
        assert_true(units[mien_unit_place(ways[w].unit, MIEN_LEFT)] == 0);
    }
}

/* What one side does, the other does in the mirror. */
static void sides_are_alike(void **state)
{
    (void)state;
    for (int feature = 0; feature < MIEN_SIDED_FEATURES; feature++) {
        double left[MIEN_UNIT_PLACES], right[MIEN_UNIT_PLACES];
        units_at((enum mien_feature)feature, MIEN_LEFT, 0.06, left);
        units_at((enum mien_feature)feature, MIEN_RIGHT, 0.06, right);
        for (int unit = 0; unit < MIEN_SIDED_UNITS; unit++)
            for (int side = 0; side < MIEN_SIDES; side++)
                assert_true(near(left[mien_unit_place((enum mien_unit)unit, side)],
                                 right[mien_unit_place((enum mien_unit)unit, 1 - side)]));
        assert_true(near(left[mien_unit_place(MIEN_AU25, 0)], right[mien_unit_place(MIEN_AU25, 0)]));
    }
}

/* A lip that slips to one side raises one proxy and lowers the other one: together nothing has happened. What
 * one side alone does counts half. */
static void both_sides_together_are_their_mean_before_the_cut(void **state)
{
    (void)state;
    double changes[MIEN_FEATURES] = {0}, units[MIEN_UNIT_PLACES];
    const int both = mien_unit_place_of_both(MIEN_AU12);
    changes[mien_feature_place(MIEN_CORNER_OUT, MIEN_LEFT)] = 0.05;
    changes[mien_feature_place(MIEN_CORNER_OUT, MIEN_RIGHT)] = -0.05;
    mien_units_of(changes, units);
    assert_true(units[mien_unit_place(MIEN_AU12, MIEN_LEFT)] > 0.1);
    assert_true(units[both] == 0);
    changes[mien_feature_place(MIEN_CORNER_OUT, MIEN_RIGHT)] = 0.05;
    mien_units_of(changes, units);
    assert_true(near(units[both], units[mien_unit_place(MIEN_AU12, MIEN_LEFT)]));
    units_at(MIEN_CORNER_OUT, MIEN_LEFT, 1, units);
    assert_true(near(units[both], mien_unit_cut(MIEN_AU12, 0.5)));
}

static void a_shut_eye_is_not_tight(void **state)
{
    (void)state;
    double units[MIEN_UNIT_PLACES];
    units_at(MIEN_OPENING, MIEN_LEFT, -0.2, units);
    assert_true(units[mien_unit_place(MIEN_AU7, MIEN_LEFT)] > 0.3);
    units_at(MIEN_OPENING, MIEN_LEFT, -1, units);
    assert_true(units[mien_unit_place(MIEN_AU7, MIEN_LEFT)] == 0);
    assert_true(units[mien_unit_place(MIEN_AU45, MIEN_LEFT)] > 0.9);
}

static void what_is_missing_stays_missing(void **state)
{
    (void)state;
    double changes[MIEN_FEATURES], units[MIEN_UNIT_PLACES];
    for (int i = 0; i < MIEN_FEATURES; i++)
        changes[i] = NAN;
    mien_units_of(changes, units);
    for (int i = 0; i < MIEN_UNIT_PLACES; i++)
        assert_true(isnan(units[i]));
    struct mien_face_frame face = {.units = units};
    for (int i = 0; i < MIEN_EXPRESSIONS; i++)
        assert_true(isnan(mien_expression_value(&face, NULL, i)));
    assert_true(isnan(mien_expression_neutral(&face, NULL, 0)));
    assert_true(isnan(mien_valence(&face, NULL, 0)));
}

static void set(double units[MIEN_UNIT_PLACES], enum mien_unit unit, double right, double left)
{
    units[mien_unit_place_of_both(unit)] = (right + left) / 2;
    units[mien_unit_place(unit, MIEN_LEFT)] = left;
    units[mien_unit_place(unit, MIEN_RIGHT)] = right;
}

/* What counts of the mean of an expression's units. */
static double counts(double mean, double at_rest)
{
    return pow(mean, 3) / (pow(mean, 2) + pow(at_rest, 2));
}

static double cut(double mean)
{
    return counts(mean, 0.22);
}

static void expressions_are_means_of_their_units(void **state)
{
    (void)state;
    double units[MIEN_UNIT_PLACES] = {0};
    struct mien_face_frame face = {.units = units};
    assert_true(mien_expression_neutral(&face, NULL, 0) == 1);
    assert_true(mien_valence(&face, NULL, 0) == 0);
    set(units, MIEN_AU12, 0.5, 0.9);
    assert_true(near(mien_expression_value(&face, NULL, MIEN_HAPPINESS), counts(0.7, 0.1)));
    assert_true(near(mien_expression_neutral(&face, NULL, 0), 1 - counts(0.7, 0.1)));
    set(units, MIEN_AU1, 0.6, 0.6);
    set(units, MIEN_AU4, 0.2, 0.4);
    set(units, MIEN_AU15, 0.9, 0.9);
    assert_true(near(mien_expression_value(&face, NULL, MIEN_SADNESS), cut(0.6)));
    assert_true(near(mien_valence(&face, NULL, 0), counts(0.7, 0.1) - cut(0.6)));
    units[mien_unit_place(MIEN_AU26, 0)] = 1;
    assert_true(near(mien_expression_value(&face, NULL, MIEN_SURPRISE), cut(0.4)));
    assert_true(near(mien_expression_value(&face, NULL, MIEN_FEAR), cut(1.9 / 6)));
}

/* Both lids of the points move; the margins on the picture say whether to believe the left ones. */
static void units_of_the_lids_need_the_margins_on_the_picture(void **state)
{
    (void)state;
    static const struct {
        double upper, lower, raised, tightened;
    } cases[] = {{NAN, 0.1, 1, 1},         {0.1, NAN, 0, 1},           {0.1, 0.1, 0, 0},
                 {0.116, 0.1, 0.5, 0.5},   {0.084, 0.1, 0.5, 0.5},     {0.26, 0.1, 100.0 / 101, 100.0 / 101},
                 {0.116, 0.084, 0.5, 0.0}, {0.1, 0.068, 0.0, 4.0 / 5}, {0.092, 0.092, 0.2, 0.5}};
    struct mien_rest rest = {0};
    double units[MIEN_UNIT_PLACES] = {0};
    set(units, MIEN_AU5, 0.8, 0.8);
    for (int kind = MIEN_UPPER_MARGIN; kind <= MIEN_LOWER_MARGIN; kind++) {
        rest.features[mien_feature_place((enum mien_feature)kind, MIEN_RIGHT)] = NAN;
        rest.features[mien_feature_place((enum mien_feature)kind, MIEN_LEFT)] = 0.1;
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mien_face_frame face = {.units = units};
        face.eyes[MIEN_LEFT].upper = cases[i].upper;
        face.eyes[MIEN_LEFT].lower = cases[i].lower;
        double raised = (0.8 + cases[i].raised * 0.8) / 2, tightened = (0.8 + cases[i].tightened * 0.8) / 2;
        set(units, MIEN_AU7, 0, 0);
        assert_true(fabs(mien_expression_value(&face, &rest, MIEN_SURPRISE) - cut(raised / 4)) < 1e-9);
        assert_true(mien_unit_value(&face, &rest, mien_unit_place(MIEN_AU5, MIEN_LEFT)) == 0.8);
        set(units, MIEN_AU4, 1, 1);
        set(units, MIEN_AU7, 0.8, 0.8);
        double mean = (1 + raised + tightened) / 4;
        assert_true(fabs(mien_expression_value(&face, &rest, MIEN_ANGER) - cut(mean)) < 1e-9);
        set(units, MIEN_AU4, 0, 0);
    }
}

/* Where the picture was asked and shows no margin, half of what the points say. */
static void units_of_lids_that_are_not_seen_count_half(void **state)
{
    (void)state;
    struct mien_rest rest = {0};
    double units[MIEN_UNIT_PLACES] = {0};
    struct mien_face_frame face = {.units = units};
    set(units, MIEN_AU5, 0.8, 0.8);
    face.eyes[MIEN_LEFT].upper = face.eyes[MIEN_RIGHT].upper = NAN;
    assert_true(near(mien_expression_value(&face, &rest, MIEN_SURPRISE), cut(0.2)));
    face.eyes[MIEN_LEFT].looked_at = true;
    assert_true(near(mien_expression_value(&face, &rest, MIEN_SURPRISE), cut(0.15)));
    face.eyes[MIEN_RIGHT].looked_at = true;
    assert_true(near(mien_expression_value(&face, &rest, MIEN_SURPRISE), cut(0.1)));
}

static void disgust_needs_the_upper_lip(void **state)
{
    (void)state;
    double units[MIEN_UNIT_PLACES] = {0};
    struct mien_face_frame face = {.units = units};
    set(units, MIEN_AU15, 1, 1);
    assert_true(mien_expression_value(&face, NULL, MIEN_DISGUST) == 0);
    set(units, MIEN_AU10, 0.3, 0.3);
    assert_true(near(mien_expression_value(&face, NULL, MIEN_DISGUST), counts(0.3, 0.3)));
    set(units, MIEN_AU15, 0, 0);
    assert_true(near(mien_expression_value(&face, NULL, MIEN_DISGUST), counts(0.15, 0.3)));
}

static void anger_needs_the_lowered_brow(void **state)
{
    (void)state;
    double units[MIEN_UNIT_PLACES] = {0};
    struct mien_face_frame face = {.units = units};
    set(units, MIEN_AU7, 1, 1);
    set(units, MIEN_AU23, 1, 1);
    assert_true(mien_expression_value(&face, NULL, MIEN_ANGER) == 0);
    set(units, MIEN_AU4, 1, 1);
    assert_true(near(mien_expression_value(&face, NULL, MIEN_ANGER), cut(0.75)));
}

static void every_row_of_the_table_is_complete(void **state)
{
    (void)state;
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t m = 0; m < count; m++) {
        assert_true(list[m].noise >= 0 && list[m].noise < 2);
        assert_true(strlen(list[m].definition) > 4 && strlen(list[m].source) > 3);
        for (size_t n = 0; n < m; n++)
            assert_string_not_equal(list[m].name, list[n].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_all_different),
        cmocka_unit_test(directions_are_the_published_ones),
        cmocka_unit_test(rest_is_zero_and_nothing_leaves_the_range),
        cmocka_unit_test(more_movement_is_never_less),
        cmocka_unit_test(sides_are_alike),
        cmocka_unit_test(both_sides_together_are_their_mean_before_the_cut),
        cmocka_unit_test(a_shut_eye_is_not_tight),
        cmocka_unit_test(units_of_the_lids_need_the_margins_on_the_picture),
        cmocka_unit_test(what_is_missing_stays_missing),
        cmocka_unit_test(expressions_are_means_of_their_units),
        cmocka_unit_test(units_of_lids_that_are_not_seen_count_half),
        cmocka_unit_test(disgust_needs_the_upper_lip),
        cmocka_unit_test(anger_needs_the_lowered_brow),
        cmocka_unit_test(every_row_of_the_table_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
