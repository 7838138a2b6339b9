/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking for a face that is not followed: where, at which size and at which tilt, so that most looks are
 * cheap and none is forgotten.
 */
#ifndef MIEN_FACE_LOOKOUT_H
#define MIEN_FACE_LOOKOUT_H

#include "face/detector.h"
#include "face/people.h"

enum {
    MIEN_CANDIDATES = 16 /* Faces per picture; more are ignored. */
};

/* The candidates of one look, and which of them is the participant. */
struct mien_look {
    struct mien_candidate faces[MIEN_CANDIDATES];
    size_t count;
    int chosen; /* -1: none. */
};

/* The look of this number (from 0) since the face was lost, or since the beginning. */
enum mien_status mien_lookout(struct mien_detector *detector, const struct mien_luma *luma,
                              struct mien_people *people, size_t number, struct mien_look *look,
                              struct mien_error *error);

/* Everybody in the picture from half the width of a known face on. */
enum mien_status mien_lookout_survey(struct mien_detector *detector, const struct mien_luma *luma,
                                     const struct mien_place *known, struct mien_look *look,
                                     struct mien_error *error);

#endif
