/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of fitting one eye; internal to face/eye*.c. All places are columns u and rows v of the small
 * picture (eye_picture.h).
 */
#ifndef MIEN_FACE_EYE_FIT_H
#define MIEN_FACE_EYE_FIT_H

#include "face/eye_picture.h"

struct mien_eye_circle {
    double u, v, radius;
    double sides[2]; /* Contrast of the edge on the inner and the outer side, grey values; 0 where hidden. */
    double darkness; /* How much darker than the skin the disc is, 0..1 of the contrast. */
};

/* row(u) = height + slope (u - middle) + bow (u - middle)^2 */
struct mien_eye_lid {
    double middle, height, slope, bow;
    double score;
};

/* What is skin and what is dark, near the eye's middle columns. */
struct mien_eye_levels {
    double skin_high, row_high, skin_low, row_low; /* Red of the skin above and below the eye, and where. */
    double outwards;                               /* What it gains with each column, as a share. */
    double dark, contrast;                         /* Red of the darkest parts; skin less dark. */
    double tint;                                   /* Of the skin: (red - least) / red. */
};

struct mien_eye_work {
    struct mien_eye_picture picture;
    struct mien_eye_levels levels;
    mien_eye_plane upper, lower; /* How well the margin of a lid would lie at each place. */
    mien_eye_plane white;        /* The white of the eye against the iris: the mean of both channels. */
    uint8_t open[MIEN_EYE_HEIGHT][MIEN_EYE_WIDTH]; /* 1 between the lids. */
};

double mien_eye_sample(const mien_eye_plane plane, double u, double v);

static inline double mien_eye_row(const struct mien_eye_lid *lid, double u)
{
    double d = u - lid->middle;
    return lid->height + d * (lid->slope + d * lid->bow);
}

/* By what is open. */
void mien_eye_find_iris(struct mien_eye_work *work, const struct mien_eye_lid *lower,
                        struct mien_eye_circle *iris);
/* From there on by the arcs between the lids alone. */
void mien_eye_refine_iris(const struct mien_eye_work *work, const struct mien_eye_lid *upper,
                          const struct mien_eye_lid *lower, struct mien_eye_circle *iris);
/* Takes reflections out of the iris; returns the share of the disc that they cover. */
double mien_eye_clean_iris(struct mien_eye_work *work, const struct mien_eye_circle *iris);

bool mien_eye_find_levels(struct mien_eye_work *work, double middle);
void mien_eye_prepare_lids(struct mien_eye_work *work);
/* The lids of the whole eye, wherever the iris is; marks what is open. */
void mien_eye_find_opening(struct mien_eye_work *work, struct mien_eye_lid *upper,
                           struct mien_eye_lid *lower);
void mien_eye_find_lids(struct mien_eye_work *work, const struct mien_eye_circle *iris,
                        struct mien_eye_lid *upper, struct mien_eye_lid *lower);

/* From the edge of the skin, to a part of a pixel, down to the margin. */
void mien_eye_settle_upper(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                           struct mien_eye_lid *upper);
void mien_eye_settle_lower(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                           struct mien_eye_lid *lower);
/* How clearly a dark line runs on beyond both canthi as high as the upper margin, in parts of the contrast;
 * NaN where the picture shows neither side. A lid ends at the canthi, the rim of glasses does not. */
double mien_eye_line_beyond(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                            const struct mien_eye_lid *upper);
/* How much of what lies between the lids beside the iris is white, on the better side; 1 without colour. */
double mien_eye_white_share(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                            const struct mien_eye_lid *upper, const struct mien_eye_lid *lower);

#endif
