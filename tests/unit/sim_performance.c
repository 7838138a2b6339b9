/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weakness, fatigue, hanging lids and blinks follow the model that src/sim/performance.h states.
 */
#include "sim/performance.h"

#include "unit.h"

#include <math.h>

enum { FRAMES = 300 };
static const double fps = 10;

struct act {
    struct mien_sim_movement movement[FRAMES];
    struct mien_sim_strength strength[FRAMES];
};

static struct mien_sim_performance resting(void)
{
    return (struct mien_sim_performance){.gain = {1, 1}, .seed = 4};
}

static const double start[] = {0}, full[] = {1}, part[] = {0.6}, up[] = {15};

static void near(double got, double want, double distance)
{
    if (!(fabs(got - want) <= distance))
        fail_msg("got %.12g, want %.12g", got, want);
}

static void curves_pass_through_their_knots(void **state)
{
    (void)state;
    static const double time[] = {1, 2, 4}, value[] = {0, 1, 0.2};
    struct mien_sim_curve curve = {time, value, 3, false};
    near(mien_sim_curve_at(&curve, 0.5), 0, 0);
    near(mien_sim_curve_at(&curve, 1.25), 0.25, 1e-12);
    near(mien_sim_curve_at(&curve, 2), 1, 1e-12);
    near(mien_sim_curve_at(&curve, 3), 0.6, 1e-12);
    near(mien_sim_curve_at(&curve, 9), 0.2, 0);
    curve.smooth = true;
    near(mien_sim_curve_at(&curve, 1.25), 0.15625, 1e-12);
    near(mien_sim_curve_at(&(struct mien_sim_curve){0}, 1), 0, 0);
}

static void weakness_of_region_and_side_multiply(void **state)
{
    (void)state;
    static struct act act;
    struct mien_sim_performance performance = resting();
    for (int side = 0; side < 2; side++) {
        performance.curve[2 * MIEN_SIM_AU12 + side] = (struct mien_sim_curve){start, part, 1, false};
        performance.curve[2 * MIEN_SIM_AU4 + side] = (struct mien_sim_curve){start, full, 1, false};
        performance.curve[2 * MIEN_SIM_AU25 + side] = (struct mien_sim_curve){start, full, 1, false};
    }
    performance.gain[MIEN_SIM_LEFT] = 0.9;
    performance.weakness.region[MIEN_SIM_MID] = 0.3;
    performance.weakness.region[MIEN_SIM_LOWER] = 0.2;
    performance.weakness.side[MIEN_SIM_LEFT] = 0.5;
    mien_sim_perform(&performance, fps, 3, act.movement, act.strength);
    const struct mien_sim_movement *last = &act.movement[2];
    near(last->level[MIEN_SIM_AU12][MIEN_SIM_LEFT], 0.6 * 0.9 * 0.7 * 0.5, 1e-12);
    near(last->level[MIEN_SIM_AU12][MIEN_SIM_RIGHT], 0.6 * 0.7, 1e-12);
    near(last->level[MIEN_SIM_AU4][MIEN_SIM_LEFT], 0.9 * 0.5, 1e-12);
    near(last->level[MIEN_SIM_AU4][MIEN_SIM_RIGHT], 1, 1e-12);
    /* One level in the mid-line, from the mean of both sides. */
    near(last->level[MIEN_SIM_AU25][MIEN_SIM_LEFT], 0.95 * (0.8 + 0.4) / 2, 1e-12);
    near(last->level[MIEN_SIM_AU25][MIEN_SIM_RIGHT], 0.95 * (0.8 + 0.4) / 2, 1e-12);
    near(act.strength[2].left[MIEN_SIM_MID][MIEN_SIM_LEFT], 0.35, 1e-12);
    near(last->roll, 0, 0);
}

/* c(t) = e + (1 - e) exp(-(f a + r) t) with e = r / (f a + r) under the effort a; at rest r alone. */
static void fatigue_follows_its_equation(void **state)
{
    (void)state;
    static struct act act;
    static const double time[] = {0, 14.95, 15}, value[] = {0.6, 0.6, 0};
    struct mien_sim_performance performance = resting();
    performance.curve[2 * MIEN_SIM_AU12 + MIEN_SIM_LEFT] = (struct mien_sim_curve){time, value, 3, false};
    performance.weakness.fatigue = 0.1;
    performance.weakness.recovery = 0.04;
    mien_sim_perform(&performance, fps, FRAMES, act.movement, act.strength);
    double rate = 0.1 * 0.6 + 0.04, end = 0.04 / rate, tired = end + (1 - end) * exp(-rate * 12);
    near(act.strength[120].left[MIEN_SIM_MID][MIEN_SIM_LEFT], tired, 1e-9);
    near(act.movement[120].level[MIEN_SIM_AU12][MIEN_SIM_LEFT], 0.6 * tired, 1e-9);
    double before = act.strength[150].left[MIEN_SIM_MID][MIEN_SIM_LEFT];
    near(act.strength[250].left[MIEN_SIM_MID][MIEN_SIM_LEFT], 1 + (before - 1) * exp(-0.04 * 10), 1e-9);
    /* Neither the other side nor another region tires. */
    near(act.strength[299].left[MIEN_SIM_MID][MIEN_SIM_RIGHT], 1, 0);
    near(act.strength[299].left[MIEN_SIM_LOWER][MIEN_SIM_LEFT], 1, 0);
}

static void lids_hang_and_tire_when_the_eyes_look_up(void **state)
{
    (void)state;
    static struct act act;
    struct mien_sim_performance performance = resting();
    performance.curve[MIEN_SIM_GAZE_Y] = (struct mien_sim_curve){start, up, 1, false};
    performance.weakness.ptosis[MIEN_SIM_RIGHT] = 0.25;
    performance.weakness.fatigue = 0.08;
    mien_sim_perform(&performance, fps, FRAMES, act.movement, act.strength);
    near(act.movement[0].droop[MIEN_SIM_RIGHT], 0.25, 1e-12);
    near(act.movement[0].droop[MIEN_SIM_LEFT], 0, 1e-12);
    double capacity = exp(-0.08 * 0.5 * 20);
    near(act.movement[200].droop[MIEN_SIM_LEFT], 1 - capacity, 1e-9);
    near(act.movement[200].droop[MIEN_SIM_RIGHT], 1 - 0.75 * capacity, 1e-9);
    near(act.movement[200].gaze_y, 15, 0);
}

static void blinks_keep_out_of_the_beginning_and_the_end(void **state)
{
    (void)state;
    static double level[36000];
    size_t blinks = 0;
    mien_sim_blinks(7, 2.5, 30, 36000, level); /* 20 minutes. */
    for (size_t i = 0; i < 75; i++)
        near(level[i], 0, 0);
    for (size_t i = 1; i < 36000; i++)
        blinks += level[i] > 0.99 && level[i - 1] <= 0.99;
    assert_true(blinks > 200 && blinks < 400);
    for (uint64_t seed = 0; seed < 50; seed++) {
        mien_sim_blinks(seed, 0.4, 25, 40, level);
        near(level[0] + level[9] + level[39], 0, 0);
    }
}

static void a_still_head_is_still(void **state)
{
    (void)state;
    static struct act act;
    static const double turned[] = {20};
    struct mien_sim_performance performance = resting();
    performance.curve[MIEN_SIM_YAW] = (struct mien_sim_curve){start, turned, 1, false};
    mien_sim_perform(&performance, fps, 40, act.movement, act.strength);
    near(act.movement[31].yaw, 20, 0);
    near(act.movement[31].shift_x, 0, 0);
    performance.motion = 1;
    mien_sim_perform(&performance, fps, 40, act.movement, act.strength);
    assert_true(fabs(act.movement[31].yaw - 20) > 1e-3 && fabs(act.movement[31].yaw - 20) < 4);
    assert_true(fabs(act.movement[31].shift_x - act.movement[30].shift_x) < 1.5);
}

static void regions_go_by_number(void **state)
{
    (void)state;
    assert_int_equal(mien_sim_region_of("au2"), MIEN_SIM_UPPER);
    assert_int_equal(mien_sim_region_of("au43"), MIEN_SIM_UPPER);
    assert_int_equal(mien_sim_region_of("au5"), MIEN_SIM_LIFTER);
    assert_int_equal(mien_sim_region_of("au12"), MIEN_SIM_MID);
    assert_int_equal(mien_sim_region_of("au15"), MIEN_SIM_LOWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_pass_through_their_knots),
        cmocka_unit_test(weakness_of_region_and_side_multiply),
        cmocka_unit_test(fatigue_follows_its_equation),
        cmocka_unit_test(lids_hang_and_tire_when_the_eyes_look_up),
        cmocka_unit_test(blinks_keep_out_of_the_beginning_and_the_end),
        cmocka_unit_test(a_still_head_is_still),
        cmocka_unit_test(regions_go_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
