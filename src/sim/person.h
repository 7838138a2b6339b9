/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An invented participant: the measures of a face in millimetres and its colours, drawn from a seed. Means
 * and spreads follow published anthropometry of adults (Farkas 1994, Anthropometry of the Head and Face),
 * rounded; no measured or learned face is behind them.
 *
 * Axes of everything in this folder: origin midway between the canthi, x to the participant's left, y up.
 */
#ifndef MIEN_SIM_PERSON_H
#define MIEN_SIM_PERSON_H

#include <stdbool.h>
#include <stdint.h>

struct mien_sim_colour {
    float r, g, b; /* 0..255 */
};

struct mien_sim_person {
    double inner_canthus, outer_canthus; /* Distance from the mid-line. */
    double canthal_tilt;                 /* Height of the outer above the inner canthus. */
    double upper_lid, lower_lid;         /* Heights of the lids' arcs at rest. */
    double iris;                         /* Radius. */
    double brow_height, brow_arch, brow_thickness;
    double nose_length, nose_width, nose_height;
    double mouth_height, mouth_width; /* Height of the closed lips (negative); half width. */
    double upper_lip, lower_lip;      /* Heights of the vermilion. */
    double face_width, chin, jaw;     /* Half width; height of the chin (negative); squareness, about 2.6. */
    double hairline;
    bool long_hair;
    struct mien_sim_colour skin, hair, iris_colour, lips, clothes, wall;
    double light;      /* Direction of the light: -1 from the picture's left, 1 from its right. */
    double texture[4]; /* Phases of the skin's mottling. */
    uint64_t seed;     /* For the noise of the camera. */
};

void mien_sim_person(struct mien_sim_person *person, uint64_t seed, bool woman);

#endif
