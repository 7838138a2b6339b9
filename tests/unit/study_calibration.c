/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the tests keep what they promise, over thousands of simulated cohorts with fixed seeds: how often
 * Welch's test cries wolf where the groups do not differ, and how often DeLong's interval holds the true
 * area. The figures are printed, also by `scripts/bench validity --statistics`.
 *
 * The named measure is commissure_l of a smile. For the null cohorts participants are points: a resting face
 * and a smiling one, whose excursion differs between people, every coordinate of every frame off by the
 * tracker's noise, measured by the code that measures recordings. The numbers behind them were measured by
 * `scripts/bench validity` on the identities 100001..100010: excursion and its spread are "au12 commissure",
 * and every coordinate is as far off as gives commissure_l the SD from frame to frame that it has at rest.
 */
#include "base/random.h"
#include "measure/measure.h"
#include "stats/distribution.h"
#include "stats/roc.h"
#include "stats/ttest.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum {
    COHORTS = 5000,
    GROUP = 50,
    REST_FRAMES = 3,
    SMILE_FRAMES = 3,
    FRAMES = REST_FRAMES + SMILE_FRAMES,
    PEOPLE = 20000 /* From whom the null cohorts are drawn, each cohort without repeats. */
};

static const double eye_distance = 100;                                                     /* Pixels. */
static const double excursion = 0.093, excursion_spread = 0.028, coordinate_noise = 0.0057; /* iod. */

static void put(double *x, double *y, int point, double across, double up)
{
    x[point] = 200 + eye_distance * across;
    y[point] = 200 - eye_distance * up;
}

static void put_pair(double *x, double *y, int right, int left, double across, double up)
{
    put(x, y, right, -across, up);
    put(x, y, left, across, up);
}

/* An invented face of plain proportions, in interocular distances about the middle of the eyes. */
static void put_face(double *x, double *y)
{
    static const double eye[6][2] = {{.73, 0}, {.6, .1}, {.43, .11}, {.27, -.01}, {.42, -.06}, {.59, -.05}};
    static const int left_eye[6] = {45, 44, 43, 42, 47, 46};
    static const double mouth[20][2] = {{.4, -1.2}, {.25, -1.12}, {.09, -1.08}, {0, -1.1},   {0, 0},
                                        {0, 0},     {0, 0},       {0, 0},       {.1, -1.4},  {0, -1.42},
                                        {0, 0},     {.25, -1.33}, {.33, -1.2},  {.1, -1.18}, {0, -1.19},
                                        {0, 0},     {0, 0},       {0, 0},       {0, -1.23},  {.1, -1.22}};
    static const int mouth_pairs[][2] = {{48, 54}, {49, 53}, {50, 52}, {58, 56},
                                         {59, 55}, {60, 64}, {61, 63}, {67, 65}};
    static const int mouth_middle[] = {51, 57, 62, 66};
    for (int i = 0; i <= 8; i++)
        put_pair(x, y, i, 16 - i, 1.15 * cos(M_PI / 16 * i), -.1 - 1.9 * sin(M_PI / 16 * i));
    for (int i = 0; i < 5; i++)
        put_pair(x, y, 17 + i, 26 - i, .9 - .17 * i, .3 + .06 * i - .015 * i * i);
    for (int i = 0; i < 4; i++)
        put(x, y, 27 + i, 0, -.02 - .18 * i);
    for (int i = 0; i < 5; i++)
        put(x, y, 31 + i, .1 * (i - 2), -.72 - (i == 2 ? .04 : 0));
    for (int i = 0; i < 6; i++)
        put_pair(x, y, 36 + i, left_eye[i], eye[i][0], eye[i][1]);
    for (int i = 0; i < 8; i++)
        put_pair(x, y, mouth_pairs[i][0], mouth_pairs[i][1], mouth[mouth_pairs[i][0] - 48][0],
                 mouth[mouth_pairs[i][0] - 48][1]);
    for (int i = 0; i < 4; i++)
        put(x, y, mouth_middle[i], 0, mouth[mouth_middle[i] - 48][1]);
}

static size_t commissure_column(void)
{
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, "commissure_l") == 0)
            return i;
    fail_msg("there is no measure commissure_l");
    return 0;
}

/* The participant's value: the mean over the frames of the smile, by the code that measures recordings. */
static double measured_smile(struct mien_track *track, size_t column, double moved,
                             struct mien_random *random)
{
    const struct mien_measure_options options = {.neutral = {.given = true, .t0 = 0, .t1 = REST_FRAMES - 1},
                                                 .as_pictured = true};
    struct mien_measures *measures;
    double sum = 0;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        double *x = track->x + frame * MIEN_POINTS, *y = track->y + frame * MIEN_POINTS;
        put_face(x, y);
        if (frame >= REST_FRAMES) { /* Outwards and upwards, as the measure's mid-line point sees it. */
            double away = hypot(.4, .22);
            put(x, y, 54, .4 + moved * .4 / away, -1.2 + moved * .22 / away);
        }
        for (int i = 0; i < MIEN_POINTS; i++) {
            x[i] += eye_distance * coordinate_noise * mien_random_normal(random);
            y[i] += eye_distance * coordinate_noise * mien_random_normal(random);
        }
        track->found[frame] = 1;
        track->time[frame] = (double)frame;
    }
    assert_int_equal(mien_measure(track, &options, &measures, NULL), MIEN_OK);
    for (size_t frame = REST_FRAMES; frame < FRAMES; frame++)
        sum += measures->values[column * FRAMES + frame];
    mien_measures_free(measures);
    return sum / SMILE_FRAMES;
}

static double *measured_people(uint64_t seed)
{
    struct mien_track *track;
    struct mien_random random;
    double *values = calloc(PEOPLE, sizeof *values);
    size_t column = commissure_column();
    assert_non_null(values);
    assert_int_equal(mien_track_new(FRAMES, &track, NULL), MIEN_OK);
    mien_random_seed(&random, seed);
    for (int i = 0; i < PEOPLE; i++)
        values[i] = measured_smile(track, column, excursion + excursion_spread * mien_random_normal(&random),
                                   &random);
    mien_track_free(track);
    return values;
}

/* Moves `count` people, drawn without repeats, to the front. */
static void draw_people(double *people, size_t count, struct mien_random *random)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = i + mien_random_below(random, PEOPLE - i);
        double kept = people[i];
        people[i] = people[k];
        people[k] = kept;
    }
}

static void welch_false_positives(void **state)
{
    (void)state;
    const struct mien_ttest_options options = {.conf = 0.95};
    struct mien_random random;
    double *people = measured_people(75301);
    int positives = 0;
    mien_random_seed(&random, 20231);
    for (int cohort = 0; cohort < COHORTS; cohort++) {
        draw_people(people, 2 * GROUP, &random);
        positives += mien_ttest_two(people, GROUP, people + GROUP, GROUP, &options).p < 0.05;
    }
    double rate = (double)positives / COHORTS;
    struct mien_ttest all = mien_ttest_one(people, PEOPLE, &options);
    print_message("  commissure_l of %d simulated participants: mean %.4f, SD %.4f iod\n", PEOPLE,
                  all.mean[0], all.sd[0]);
    print_message("  Welch, %d null cohorts of %d + %d: %.2f %% below 0.05 (target 4 to 6 %%)\n", COHORTS,
                  GROUP, GROUP, 100 * rate);
    /* The measure sees the excursion that was put in: people differ as they were made to. */
    assert_close(all.mean[0], excursion, 0.03);
    assert_true(all.sd[0] > excursion_spread && all.sd[0] < 1.3 * excursion_spread);
    assert_true(rate >= 0.04 && rate <= 0.06);
    free(people);
}

/* Draws one cohort whose scores are binormal with the area given by shift; 1 where the interval holds it. */
static int interval_holds(double area, double shift, double spread, struct mien_random *random,
                          double *area_sum)
{
    const struct mien_roc_interval_options options = {.method = MIEN_ROC_DELONG, .conf = 0.95};
    double score[2 * GROUP], se;
    signed char label[2 * GROUP];
    struct mien_interval ci;
    struct mien_roc roc;
    for (int i = 0; i < 2 * GROUP; i++) {
        label[i] = i < GROUP ? MIEN_ROC_POSITIVE : MIEN_ROC_NEGATIVE;
        score[i] = excursion - (i < GROUP ? shift : 0) + spread * mien_random_normal(random);
    }
    assert_int_equal(mien_roc_make(score, label, 2 * GROUP, false, &roc), MIEN_OK);
    assert_int_equal(mien_roc_interval(&roc, &options, &se, &ci), MIEN_OK);
    *area_sum += roc.auc;
    mien_roc_clear(&roc);
    return ci.low <= area && area <= ci.high;
}

static void delong_coverage(void **state)
{
    (void)state;
    const double area = 0.75;
    /* People and noise together; the mid-line point and the corner are off in the movement and at rest. */
    double noise = coordinate_noise * sqrt(1.0 / SMILE_FRAMES + 1.0 / REST_FRAMES);
    double spread = hypot(excursion_spread, noise);
    double shift = sqrt(2) * mien_normal_quantile_upper(1 - area) * spread;
    struct mien_random random;
    int held = 0, held_elsewhere = 0;
    double areas = 0, ignored = 0;
    mien_random_seed(&random, 8837);
    for (int cohort = 0; cohort < COHORTS; cohort++)
        held += interval_holds(area, shift, spread, &random, &areas);
    for (int cohort = 0; cohort < COHORTS; cohort++)
        held_elsewhere += interval_holds(0.85, shift, spread, &random, &ignored);
    double coverage = (double)held / COHORTS;
    print_message(
        "  DeLong, %d cohorts of %d + %d, true AUC %.2f (mean %.4f): the 95 %% interval holds it in "
        "%.2f %% (target 93 to 97 %%)\n",
        COHORTS, GROUP, GROUP, area, areas / COHORTS, 100 * coverage);
    assert_true(fabs(areas / COHORTS - area) < 0.003);
    assert_true(coverage >= 0.93 && coverage <= 0.97);
    assert_true(held_elsewhere < COHORTS * 6 / 10); /* A wrong area is mostly not held. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(welch_false_positives),
                                       cmocka_unit_test(delong_coverage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
