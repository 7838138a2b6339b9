/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An invented participant: the measures of a head in millimetres and its colours, drawn from a seed. Means
 * and spreads follow published anthropometry of adults (Farkas 1994, Anthropometry of the Head and Face, 2nd
 * edition: en-en, en-ex, ps-pi, n-sn, al-al, sn-prn, ch-ch, sto-gn, zy-zy, eu-eu, g-op), rounded; no measured
 * or learned face is behind them.
 *
 * Axes of everything in this folder: origin midway between the canthi, x to the participant's left, y up, z
 * to the front, its zero in the plane of the ear canals.
 */
#ifndef MIEN_SIM_PERSON_H
#define MIEN_SIM_PERSON_H

#include <stdbool.h>
#include <stdint.h>

struct mien_sim_colour {
    float r, g, b; /* 0..255, as on a screen. */
};

/* What may be asked of a participant; everything else follows from the seed. */
struct mien_sim_identity {
    uint64_t seed;
    bool woman;
    double age;  /* Years; NaN: from the seed. */
    double skin; /* 0 lightest .. 1 darkest; NaN: from the seed. */
    int beard;   /* 0 none, 1 stubble, 2 full; -1 from the seed. */
    bool glasses;
    int hair; /* An enum mien_sim_hair; -1 from the seed. */
};

enum mien_sim_hair {
    MIEN_SIM_HAIR_SHORT,
    MIEN_SIM_HAIR_PARTED,
    MIEN_SIM_HAIR_CROPPED,
    MIEN_SIM_HAIR_RECEDING,
    MIEN_SIM_HAIR_LONG,
    MIEN_SIM_HAIR_BOB,
    MIEN_SIM_HAIR_WAVY,
    MIEN_SIM_HAIR_TIED,
    MIEN_SIM_HAIR_CURLY,
    MIEN_SIM_HAIR_STYLES
};

struct mien_sim_person {
    bool woman;
    double age;
    double inner_canthus, outer_canthus; /* Distance from the mid-line. */
    double canthal_tilt;                 /* Height of the outer above the inner canthus. */
    double upper_lid, lower_lid;         /* Heights of the lids' arcs at rest. */
    double crease;                       /* Height of the upper lid's crease above its edge. */
    double iris;                         /* Radius. */
    double brow_height, brow_arch, brow_thickness;
    double nose_length, nose_width, nose_height, nose_bridge;
    double mouth_height, mouth_width; /* Height of the closed lips (negative); half width. */
    double upper_lip, lower_lip;      /* Heights of the vermilion. */
    double face_width, chin, jaw;     /* Half width; height of the chin (negative); squareness, about 2.6. */
    double cheeks;                    /* Fullness, millimetres. */
    double hairline, crown;
    enum mien_sim_hair hair_style;
    double part_side; /* -1 or 1: where the hair is parted. */
    int beard;        /* 0 none, 1 stubble, 2 full. */
    bool glasses;
    double glasses_width, glasses_height, glasses_round;
    double tone;     /* Of the skin, 0 lightest .. 1 darkest. */
    double wrinkles; /* 0 none .. 1 deep, with age. */
    double freckles; /* 0 none .. 1 many. */
    double redness;
    double teeth; /* 0 white .. 1 yellowish. */
    struct mien_sim_colour skin, hair, brows, iris_colour, lips, clothes, wall, frames;
    double light;      /* Direction of the light: -1 from the picture's left, 1 from its right. */
    double texture[4]; /* Phases of the skin's mottling. */
    uint64_t seed;     /* For the patterns of skin and hair. */
};

/* Everything from the seed: beards and glasses appear as often as in a waiting room. */
void mien_sim_person(struct mien_sim_person *person, uint64_t seed, bool woman);
/* The camera is exposed for the face: how many times more light than for the lightest skin it lets in. */
double mien_sim_exposure(const struct mien_sim_person *person);
/* As the identity says. */
void mien_sim_person_from(struct mien_sim_person *person, const struct mien_sim_identity *identity);

#endif
