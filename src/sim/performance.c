/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/performance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double full_upgaze = 30; /* Degrees at which the lid's lifter works as hard as it can. */

/* ---- What is tried ---- */

double mien_sim_curve_at(const struct mien_sim_curve *curve, double time)
{
    size_t low = 0, high = curve->count;
    if (curve->count == 0)
        return 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (curve->time[middle] > time)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0)
        return curve->value[0];
    if (low == curve->count)
        return curve->value[low - 1];
    double part = (time - curve->time[low - 1]) / (curve->time[low] - curve->time[low - 1]);
    if (curve->smooth)
        part = part * part * (3 - 2 * part);
    return curve->value[low - 1] + part * (curve->value[low] - curve->value[low - 1]);
}

enum mien_sim_region mien_sim_region_of(const char *action_name)
{
    switch (atoi(action_name + 2)) {
    case 1:
    case 2:
    case 4:
    case 6:
    case 7:
    case 43:
    case 45:
        return MIEN_SIM_UPPER;
    case 5:
        return MIEN_SIM_LIFTER;
    case 9:
    case 10:
    case 12:
        return MIEN_SIM_MID;
    default:
        return MIEN_SIM_LOWER;
    }
}

static double limit(double value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* Closing the eyes and opening the jaw are no matter of temperament. */
static double temperament(const struct mien_sim_performance *performance, int action, int side)
{
    if (action == MIEN_SIM_AU43 || action == MIEN_SIM_AU26)
        return 1;
    if (action >= MIEN_SIM_FIRST_MIDLINE)
        return (performance->gain[0] + performance->gain[1]) / 2;
    return performance->gain[side];
}

static void fill_tried(const struct mien_sim_performance *performance, double time, double blink,
                       double tried[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES])
{
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++) {
            double level = mien_sim_curve_at(&performance->curve[2 * action + side], time);
            tried[action][side] = limit(level * temperament(performance, action, side));
        }
    for (int side = 0; side < MIEN_SIM_SIDES; side++)
        tried[MIEN_SIM_AU43][side] = fmax(tried[MIEN_SIM_AU43][side], blink);
}

/* ---- What force there is ---- */

static double effort_of(double tried[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES], double gaze_up, int region, int side)
{
    double effort = region == MIEN_SIM_LIFTER ? limit(gaze_up / full_upgaze) : 0;
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        if ((int)mien_sim_region_of(mien_sim_action_names[action]) == region)
            effort = fmax(effort, tried[action][side]);
    return effort;
}

/* The exact solution over a step in which the effort does not change. */
static double tire(double capacity, double effort, const struct mien_sim_weakness *weakness, double seconds)
{
    double rate = weakness->fatigue * effort + weakness->recovery;
    if (rate <= 0)
        return capacity;
    double end = weakness->recovery / rate;
    return end + (capacity - end) * exp(-rate * seconds);
}

static double force_left(const struct mien_sim_weakness *weakness, int region, int side)
{
    int weak_with = region == MIEN_SIM_LIFTER ? MIEN_SIM_UPPER : region;
    return (1 - weakness->region[weak_with]) * (1 - weakness->side[side]);
}

static void deliver(double tried[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES], const struct mien_sim_strength *strength,
                    struct mien_sim_movement *movement)
{
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++) {
        const double *left = strength->left[mien_sim_region_of(mien_sim_action_names[action])];
        double both = (left[0] + left[1]) / 2;
        for (int side = 0; side < MIEN_SIM_SIDES; side++)
            movement->level[action][side] =
                tried[action][side] * (action >= MIEN_SIM_FIRST_MIDLINE ? both : left[side]);
    }
}

void mien_sim_perform(const struct mien_sim_performance *performance, double fps, size_t frames,
                      struct mien_sim_movement *movement, struct mien_sim_strength *strength)
{
    const struct mien_sim_weakness *weakness = &performance->weakness;
    double capacity[MIEN_SIM_REGIONS][MIEN_SIM_SIDES];
    for (int region = 0; region < MIEN_SIM_REGIONS; region++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++)
            capacity[region][side] = 1;
    double *blink = calloc(frames + 1, sizeof *blink);
    if (blink && performance->blinks)
        mien_sim_blinks(performance->seed, performance->quiet, fps, frames, blink);
    for (size_t frame = 0; frame < frames; frame++) {
        struct mien_sim_movement *now = movement + frame;
        double tried[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES], time = (double)frame / fps;
        memset(now, 0, sizeof *now);
        fill_tried(performance, time, blink ? blink[frame] : 0, tried);
        now->gaze_x = mien_sim_curve_at(&performance->curve[MIEN_SIM_GAZE_X], time);
        now->gaze_y = mien_sim_curve_at(&performance->curve[MIEN_SIM_GAZE_Y], time);
        for (int region = 0; region < MIEN_SIM_REGIONS; region++)
            for (int side = 0; side < MIEN_SIM_SIDES; side++) {
                strength[frame].left[region][side] =
                    force_left(weakness, region, side) * capacity[region][side];
                double effort = effort_of(tried, now->gaze_y, region, side);
                if (region == MIEN_SIM_LIFTER)
                    now->droop[side] = 1 - (1 - weakness->ptosis[side]) * capacity[region][side];
                capacity[region][side] = tire(capacity[region][side], effort, weakness, 1 / fps);
            }
        deliver(tried, &strength[frame], now);
        mien_sim_sway(performance->seed, time, performance->motion, now);
        now->yaw += mien_sim_curve_at(&performance->curve[MIEN_SIM_YAW], time);
        now->pitch += mien_sim_curve_at(&performance->curve[MIEN_SIM_PITCH], time);
        now->roll += mien_sim_curve_at(&performance->curve[MIEN_SIM_ROLL], time);
    }
    free(blink);
}
