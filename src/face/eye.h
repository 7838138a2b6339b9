/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a track keeps of one eye in one frame: where lids and iris were fitted on the picture, and why not
 * where they were not. Numbers only.
 */
#ifndef MIEN_FACE_EYE_H
#define MIEN_FACE_EYE_H

#include <stdint.h>

/* Why an eye has numbers or has none. Files and stores keep the numbers: new ones go to the end. */
enum mien_eye_reason {
    MIEN_EYE_NOT_FITTED, /* Nobody looked: no face, fitting switched off, or a track without pictures. */
    MIEN_EYE_OK,
    MIEN_EYE_CLOSED,  /* Closed, or so narrow (under 2.3 to 4 mm) that no iris shows. */
    MIEN_EYE_NO_IRIS, /* Open, but no edge of the iris could be told. */
    MIEN_EYE_BLUR,    /* No contrast between lids and skin. */
    MIEN_EYE_GLARE,   /* A reflection covers too much of the iris. */
    MIEN_EYE_GAZE,    /* The iris lies at a canthus: too little of it is seen. */
    MIEN_EYE_SMALL,   /* The iris has less than 7 pixels across. */
    MIEN_EYE_OUTSIDE, /* The eye lies at or beyond the edge of the picture. */
    MIEN_EYE_GLASSES, /* The rim of glasses runs where the margin of the upper lid was found. */
    MIEN_EYE_REASONS
};

/* "ok", "closed", ...; the words of tables and files. NULL for a number that is no reason. */
const char *mien_eye_reason_word(int64_t reason);
/* The reason of a word; -1 where it is none. */
int mien_eye_reason_of(const char *word);

/* Pixels of the frame. Reason OK: all are numbers. CLOSED, NO_IRIS, GLARE, GAZE: those of the lids and the
 * quality are, the iris' are NaN. Otherwise all are NaN. Stores keep the bytes as they are: there is no
 * padding. */
struct mien_eye {
    double iris_x, iris_y, iris_radius;
    double upper_x,
        upper_y; /* The margin of the upper lid straight above the iris' centre (along the face's */
    double lower_x, lower_y; /* vertical), and of the lower one below it. */
    double quality; /* 0..1: how clearly the iris' edge stands out; 1 is a dark iris in bright white. */
    int64_t reason; /* enum mien_eye_reason */
};

enum {
    MIEN_EYE_RIGHT, /* The participant's. */
    MIEN_EYE_LEFT,
    MIEN_EYES,
    MIEN_EYE_NUMBERS = 8 /* Doubles at the beginning of the struct. */
};

extern const struct mien_eye mien_eye_none;
/* The names of the numbers in tables and files, followed by _l or _r: "iris_x", ... */
extern const char *const mien_eye_names[MIEN_EYE_NUMBERS];

/* The number of one name, in the order of the names. */
double mien_eye_number(const struct mien_eye *eye, int number);
void mien_eye_set_number(struct mien_eye *eye, int number, double value);

#endif
