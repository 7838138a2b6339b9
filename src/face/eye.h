/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lids and iris fitted on the picture of each eye. Of 68 points four lie on the lids of an eye and none on
 * its iris, and a landmark model draws the lids it expects; a drooping lid needs to be measured where it is.
 * No learned numbers: the iris is the circle with the strongest edge to the white of the eye on its visible
 * arcs (Daugman 1993, doi 10.1109/34.244676), the lids are parabolas between skin and what is not skin.
 */
#ifndef MIEN_FACE_EYE_H
#define MIEN_FACE_EYE_H

#include "face/model.h"
#include "video/chroma.h"

/* Why an eye has numbers or has none. */
enum mien_eye_reason {
    MIEN_EYE_NOT_FITTED, /* Nobody looked: no face, fitting switched off, or a track without pictures. */
    MIEN_EYE_OK,
    MIEN_EYE_CLOSED,  /* Closed, or open by less than about 2.3 mm: no iris to measure from. */
    MIEN_EYE_NO_IRIS, /* No edge of the iris that could be told. The lids are there. */
    MIEN_EYE_BLUR,    /* No contrast between lids and skin. */
    MIEN_EYE_GLARE,   /* A reflection covers too much of the iris. */
    MIEN_EYE_GAZE,    /* The iris lies at a canthus: lids and iris cannot be read from each other. */
    MIEN_EYE_SMALL,   /* The iris has less than 7 pixels across. */
    MIEN_EYE_OUTSIDE, /* The eye lies at or beyond the edge of the picture. */
    MIEN_EYE_REASONS
};

/* "ok", "closed", ...; the words of tables and files. NULL beyond the last. */
const char *mien_eye_reason_word(int reason);

/* Pixels of the frame. Reason OK: all are numbers. CLOSED, NO_IRIS, GAZE: the lids may be, at the middle of
 * the eye. Otherwise NaN. */
struct mien_eye {
    double iris_x, iris_y, iris_radius;
    double upper_x,
        upper_y; /* The margin of the upper lid straight above the iris' centre (along the face's */
    double lower_x, lower_y; /* vertical), and of the lower one below it. */
    double quality; /* 0..1: how clearly the iris' edge stands out; 1 is a dark iris in bright white. */
    enum mien_eye_reason reason;
};

extern const struct mien_eye mien_eye_none;

/* What one thread needs to fit eyes. */
struct mien_eye_bench;
enum mien_status mien_eye_bench_new(struct mien_eye_bench **bench, struct mien_error *error);
void mien_eye_bench_free(struct mien_eye_bench *bench); /* NULL allowed. */

/* The right eye (0) and the left (1) of the participant whose 68 points lie at x and y. What is found depends
 * on this picture alone; a mirrored picture gives mirrored eyes. Nothing can fail. */
void mien_eyes_fit(struct mien_eye_bench *bench, const struct mien_luma *luma,
                   const struct mien_chroma *chroma, const double *x, const double *y,
                   struct mien_eye eyes[2]);

#endif
