/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is who: which of the faces in view is the participant's. He or she is chosen once, at the beginning,
 * and another person is never taken for the participant while place and size can tell them apart.
 */
#ifndef MIEN_FACE_PEOPLE_H
#define MIEN_FACE_PEOPLE_H

#include "face/detector.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_people {
    struct mien_who who;     /* Whom to choose. */
    int width, height;       /* Of the picture. */
    bool known;              /* The participant was seen, */
    struct mien_place place; /* here, when last, */
    size_t lost_for;         /* that many frames ago. */
    bool other_known;        /* Somebody else was seen, */
    struct mien_place other; /* there. */
};

/* Which of these is the participant; -1 where nobody can be. While the participant is lost, whoever is
 * refused is remembered as somebody else. */
int mien_people_choose(struct mien_people *people, const struct mien_candidate *faces, size_t count);

/* Notes whether faces holds somebody else than the participant, who is at own. */
void mien_people_note(struct mien_people *people, const struct mien_place *own,
                      const struct mien_candidate *faces, size_t count);

/* How well a face answers to the choice that the beginning asks for; lower is better. */
double mien_people_cost(const struct mien_people *people, const struct mien_place *face);

#endif
