/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a participant's 68 points are when the face moves, seen from the front. The painter draws its lids
 * and lips through the same points and moves the skin by the same fields, so the truth that goes with a video
 * cannot drift from the picture.
 */
#ifndef MIEN_SIM_EXPRESSION_H
#define MIEN_SIM_EXPRESSION_H

#include "sim/person.h"

enum { MIEN_SIM_POINTS = 68 };

enum mien_sim_side { MIEN_SIM_RIGHT, MIEN_SIM_LEFT, MIEN_SIM_SIDES };

/* Action units the simulator can move; the midline ones have one level for both sides. */
enum mien_sim_action {
    MIEN_SIM_AU1,  /* Inner brow up. */
    MIEN_SIM_AU2,  /* Outer brow up. */
    MIEN_SIM_AU4,  /* Brow down and inwards. */
    MIEN_SIM_AU5,  /* Upper lid up. */
    MIEN_SIM_AU6,  /* Cheek up. */
    MIEN_SIM_AU7,  /* Lids tight. */
    MIEN_SIM_AU9,  /* Nose wrinkled. */
    MIEN_SIM_AU10, /* Upper lip up. */
    MIEN_SIM_AU12, /* Mouth corner out and up. */
    MIEN_SIM_AU15, /* Mouth corner down. */
    MIEN_SIM_AU17, /* Chin and lower lip up. */
    MIEN_SIM_AU18, /* Lips puckered. */
    MIEN_SIM_AU20, /* Mouth corner out. */
    MIEN_SIM_AU23, /* Lips tight. */
    MIEN_SIM_AU34, /* Cheek puffed. */
    MIEN_SIM_AU43, /* Eye closed. */
    MIEN_SIM_AU25, /* Lips apart. */
    MIEN_SIM_AU26, /* Jaw down. */
    MIEN_SIM_ACTIONS,
    MIEN_SIM_FIRST_MIDLINE = MIEN_SIM_AU25
};

extern const char *const mien_sim_action_names[MIEN_SIM_ACTIONS]; /* "au1", ... */

struct mien_sim_movement {
    double level[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES]; /* 0 at rest .. 1 as far as a healthy face goes. */
    double
        droop[MIEN_SIM_SIDES]; /* Upper lid hanging at rest: fraction 0..1 of its height above the canthi. */
    double gaze_x, gaze_y;     /* Degrees, to the participant's left, up. */
    double yaw, pitch, roll;   /* Degrees, signs of face/track.h. */
    double shift_x, shift_y;   /* Millimetres of the head, axes of person.h. */
};

struct mien_sim_face {
    double x[MIEN_SIM_POINTS], y[MIEN_SIM_POINTS]; /* Millimetres. */
    double upper_lid[MIEN_SIM_SIDES],
        lower_lid[MIEN_SIM_SIDES]; /* Heights of the arcs; equal and opposite: closed. */
    double jaw_drop;
};

void mien_sim_express(const struct mien_sim_person *person, const struct mien_sim_movement *movement,
                      struct mien_sim_face *face);

struct mien_sim_shift {
    double x, y, z;
};

/* How far one action of one side at level 1 carries the skin that rests at x, y. */
struct mien_sim_shift mien_sim_carry(const struct mien_sim_person *person, enum mien_sim_action action,
                                     enum mien_sim_side side, double x, double y);

/* Shape of the lids' arcs: 0 at the canthi, 1 at the top; part runs from the inner (0) to the outer canthus
 * (1). */
double mien_sim_upper_arc(double part);
double mien_sim_lower_arc(double part);

/* Half width of the face's outline at height y between the chin and the hair. */
double mien_sim_face_half_width(const struct mien_sim_person *person, double y);

#endif
