/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The permutation test over maps: its statistic, its level and its power on simulated tables of regions, and
 * what it does with missing values.
 */
#include "unit.h"

#include "base/interrupt.h"
#include "base/random.h"
#include "stats/permutation_map.h"
#include "stats/ttest.h"

#include <stdlib.h>
#include <string.h>

/* Regions of a face, right before left: correlated within a person, more so within a side, as real ones are;
 * no two with the same spread. */
enum { REGIONS = 14, EACH = 30, PEOPLE = 2 * EACH, MOUTH_LEFT = 11 };

static void draw_people(uint64_t seed, double effect, double values[PEOPLE][REGIONS], uint8_t group[PEOPLE])
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (int i = 0; i < PEOPLE; i++) {
        double person = mien_random_normal(&random);
        double side[2] = {mien_random_normal(&random), mien_random_normal(&random)};
        group[i] = i >= EACH;
        for (int k = 0; k < REGIONS; k++) {
            double own = mien_random_normal(&random);
            double value = sqrt(0.4) * person + sqrt(0.1) * side[k % 2] + sqrt(0.5) * own;
            if (k == MOUTH_LEFT && group[i] == 0)
                value -= effect;
            values[i][k] = (1 + k) * (5 + value);
        }
    }
}

static void test_map(const double *values, const uint8_t *group, size_t people, size_t places,
                     size_t permutations, uint64_t seed, struct mien_map_place *results)
{
    const struct mien_map_options options = {permutations, 3, seed};
    assert_int_equal(mien_permutation_map(values, group, people, places, &options, NULL, results, NULL),
                     MIEN_OK);
}

static void keeps_its_level(void **state)
{
    (void)state;
    enum { RUNS = 200, MOST = 18 };
    int found = 0;
    for (uint64_t run = 1; run <= RUNS; run++) {
        double values[PEOPLE][REGIONS];
        uint8_t group[PEOPLE];
        struct mien_map_place results[REGIONS];
        draw_people(run, 0, values, group);
        test_map(values[0], group, PEOPLE, REGIONS, 499, run, results);
        bool any = false;
        for (int k = 0; k < REGIONS; k++)
            any = any || results[k].adjusted < 0.05;
        found += any;
    }
    print_message("any region in %d of %d runs without an effect\n", found, RUNS);
    assert_true(found <= MOST);
    assert_true(found >= 1); /* One that never finds anything is broken as well. */
}

static void finds_an_effect_where_it_is(void **state)
{
    (void)state;
    enum { RUNS = 100, LEAST = 80, MOST_ELSEWHERE = 10 };
    int there = 0, elsewhere = 0;
    for (uint64_t run = 1; run <= RUNS; run++) {
        double values[PEOPLE][REGIONS];
        uint8_t group[PEOPLE];
        struct mien_map_place results[REGIONS];
        draw_people(1000 + run, 1.2, values, group);
        test_map(values[0], group, PEOPLE, REGIONS, 499, run, results);
        bool other = false;
        for (int k = 0; k < REGIONS; k++)
            other = other || (k != MOUTH_LEFT && results[k].adjusted < 0.05);
        there += results[MOUTH_LEFT].adjusted < 0.05 && results[MOUTH_LEFT].difference < 0;
        elsewhere += other;
    }
    print_message("left mouth in %d of %d runs, elsewhere in %d\n", there, RUNS, elsewhere);
    assert_true(there >= LEAST);
    assert_true(elsewhere <= MOST_ELSEWHERE);
}

static void agrees_with_welch(void **state)
{
    (void)state;
    double values[PEOPLE][REGIONS], x[EACH], y[EACH];
    uint8_t group[PEOPLE];
    struct mien_map_place results[REGIONS];
    draw_people(7, 1, values, group);
    values[3][2] = values[40][2] = values[41][2] = NAN;
    test_map(values[0], group, PEOPLE, REGIONS, 9, 1, results);
    for (int k = 0; k < REGIONS; k++) {
        for (int i = 0; i < EACH; i++)
            x[i] = values[i][k], y[i] = values[EACH + i][k];
        const struct mien_ttest_options options = {.conf = 0.95};
        struct mien_ttest welch = mien_ttest_two(x, EACH, y, EACH, &options);
        assert_close(results[k].t, welch.t, 1e-9);
        assert_close(results[k].difference, welch.diff, 1e-9);
        assert_close(results[k].g, welch.effect.g, 1e-9);
        assert_int_equal(results[k].n[0], welch.n[0]);
        assert_int_equal(results[k].n[1], welch.n[1]);
    }
}

/* Four people against four who all lie above them: two of the seventy dealings show as much. */
static void counts_dealings(void **state)
{
    (void)state;
    const double values[] = {1, 2, 4, 5, 11, 13, 14, 17};
    const uint8_t group[] = {1, 1, 1, 1, 0, 0, 0, 0};
    struct mien_map_place result, again;
    const struct mien_map_options options = {20000, 3, 5};
    assert_int_equal(mien_permutation_map(values, group, 8, 1, &options, NULL, &result, NULL), MIEN_OK);
    assert_int_equal(mien_permutation_map(values, group, 8, 1, &options, NULL, &again, NULL), MIEN_OK);
    assert_true(fabs(result.p - 2.0 / 70) < 0.004);
    assert_true(result.p == result.adjusted);
    assert_true(result.p == again.p);
    assert_true(result.difference > 0);
}

static void leaves_out_what_it_cannot_test(void **state)
{
    (void)state;
    enum { PLACES = 3 };
    /* The second place has too few people in one group, in the third nothing varies. */
    double values[8][PLACES];
    uint8_t group[8];
    struct mien_map_place results[PLACES];
    for (int i = 0; i < 8; i++) {
        group[i] = i >= 4;
        values[i][0] = i * i;
        values[i][1] = i == 0 || i >= 4 ? (double)i : NAN;
        values[i][2] = 0.1;
    }
    test_map(values[0], group, 8, PLACES, 99, 1, results);
    assert_true(results[0].adjusted <= 1 && results[0].p > 0);
    assert_true(isnan(results[1].t) && isnan(results[1].p) && isnan(results[1].adjusted));
    assert_int_equal(results[1].n[0], 1);
    assert_close(results[1].mean[0], 0, 0);
    assert_true(isnan(results[2].t) && isnan(results[2].g) && isnan(results[2].adjusted));
}

static void refuses_and_stops(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 4, 5};
    const uint8_t group[] = {0, 0, 1, 1, 1};
    struct mien_map_place result;
    struct mien_error error;
    struct mien_map_options options = {99, 3, 1};
    assert_int_equal(mien_permutation_map(values, group, 5, 1, &options, NULL, &result, &error),
                     MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "2 and 3 people"));
    options.least = 2;
    mien_interrupt_request();
    assert_int_equal(mien_permutation_map(values, group, 5, 1, &options, NULL, &result, &error),
                     MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_its_level),
        cmocka_unit_test(finds_an_effect_where_it_is),
        cmocka_unit_test(agrees_with_welch),
        cmocka_unit_test(counts_dealings),
        cmocka_unit_test(leaves_out_what_it_cannot_test),
        cmocka_unit_test(refuses_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
