/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From what a participant tries to do to what the face does: temperament, weakness, fatigue, hanging lids,
 * blinks and the sway of the head. Nothing here draws.
 *
 * Weakness takes the fraction `region` of the force of a third of the face and `side` of one side, so that
 * (1 - region)(1 - side) is left of it. Fatigue takes more under effort: the capacity c of each muscle group
 * and side is 1 when rested and follows
 *
 *     dc/dt = -fatigue * effort * c + recovery * (1 - c)
 *
 * with effort 0..1 (the strongest action tried in the group) and both rates per second, so a full effort
 * leads towards recovery / (fatigue + recovery). A level that is tried at a has
 * a * (1 - region)(1 - side) * c delivered, the strength in struct mien_sim_strength. The muscle that lifts
 * the lid works when the eyes look up (full effort at 30 degrees); the lid's height above the canthi is
 * (1 - ptosis) * c of the rested one.
 */
#ifndef MIEN_SIM_PERFORMANCE_H
#define MIEN_SIM_PERFORMANCE_H

#include "sim/expression.h"

#include <stddef.h>

enum mien_sim_region {
    MIEN_SIM_UPPER,  /* Brows and the closing of the lids. */
    MIEN_SIM_MID,    /* Nose, upper lip and the corner's way up. */
    MIEN_SIM_LOWER,  /* The rest of the mouth, the chin. */
    MIEN_SIM_LIFTER, /* Of the upper lid; weak with the upper region, tired by itself. */
    MIEN_SIM_REGIONS
};

/* What a curve steers: action units as 2 * action + side, then the eyes and the head. */
enum mien_sim_channel {
    MIEN_SIM_GAZE_X = 2 * MIEN_SIM_ACTIONS,
    MIEN_SIM_GAZE_Y,
    MIEN_SIM_YAW,
    MIEN_SIM_PITCH,
    MIEN_SIM_ROLL,
    MIEN_SIM_CHANNELS
};

/* A level over time through knots with rising times; before the first and after the last it stays. */
struct mien_sim_curve {
    const double *time, *value; /* Seconds; level 0..1 or degrees. Borrowed. */
    size_t count;               /* 0: the channel rests. */
    bool smooth;                /* Eased between knots; else straight lines. */
};

struct mien_sim_weakness {
    double region[MIEN_SIM_REGIONS]; /* Fraction 0..1 of force lost; that of the lifter is upper's. */
    double side[MIEN_SIM_SIDES];
    double fatigue, recovery; /* Per second. */
    double ptosis[MIEN_SIM_SIDES];
};

struct mien_sim_performance {
    struct mien_sim_curve curve[MIEN_SIM_CHANNELS];
    double gain[MIEN_SIM_SIDES]; /* Temperament: what is tried is this much of the curve. */
    struct mien_sim_weakness weakness;
    bool blinks;
    double quiet;  /* Seconds at the start without a blink. */
    double motion; /* Sway of the head: 0 none, 1 natural. */
    uint64_t seed;
};

/* Fraction 0..1 of the healthy force that is there at a moment. */
struct mien_sim_strength {
    double left[MIEN_SIM_REGIONS][MIEN_SIM_SIDES];
};

/* Fills one movement and one strength per frame. */
void mien_sim_perform(const struct mien_sim_performance *performance, double fps, size_t frames,
                      struct mien_sim_movement *movement, struct mien_sim_strength *strength);

/* The group of an action by its number in the Facial Action Coding System, such as "au12". */
enum mien_sim_region mien_sim_region_of(const char *action_name);

double mien_sim_curve_at(const struct mien_sim_curve *curve, double time);

/* The sway of a head that sits still, in place of no movement at all; scaled by motion. */
void mien_sim_sway(uint64_t seed, double time, double motion, struct mien_sim_movement *movement);

/* Level of the lids' closure by natural blinks in each frame: about 15 a minute, none before quiet nor in the
 * last 0.1 s. */
void mien_sim_blinks(uint64_t seed, double quiet, double fps, size_t frames, double *level);

#endif
