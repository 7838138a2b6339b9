/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/people.h"

#include "face/sight.h"

#include <math.h>

enum {
    REMEMBER = 90 /* Frames for which a lost face must come back near its last place. */
};

/* The largest face, where one in the middle counts for more than one at the edge; or the one asked for. */
double mien_people_cost(const struct mien_people *people, const struct mien_place *face)
{
    const struct mien_who *who = &people->who;
    double aside = fabs(face->x / fmax(1, people->width - 1) - 0.5);
    switch (who->choice) {
    case MIEN_WHO_LEFT:
        return face->x;
    case MIEN_WHO_RIGHT:
        return -face->x;
    case MIEN_WHO_AT:
        return hypot(face->x - who->x * (people->width - 1), face->y - who->y * (people->height - 1));
    case MIEN_WHO_LARGEST:
        break;
    }
    return -face->across * (1 - 0.5 * aside);
}

/* Whether this can be the participant who was lost, rather than somebody else. */
static bool may_be_participant(const struct mien_people *people, const struct mien_place *face)
{
    if (!people->known)
        return true;
    if (people->other_known && hypot(face->x - people->other.x, face->y - people->other.y) <
                                   hypot(face->x - people->place.x, face->y - people->place.y))
        return false;
    double larger = face->across / people->place.across;
    if (people->lost_for > REMEMBER)
        return !people->other_known || (larger > 0.5 && larger < 2);
    return mien_place_distance(&people->place, face) < 1.5 && larger > 0.5 && larger < 2;
}

int mien_people_choose(struct mien_people *people, const struct mien_candidate *faces, size_t count)
{
    int chosen = -1;
    double best = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double cost = people->known ? mien_place_distance(&people->place, &faces[i].place)
                                    : mien_people_cost(people, &faces[i].place);
        if (cost < best && may_be_participant(people, &faces[i].place)) {
            best = cost;
            chosen = (int)i;
        }
    }
    if (chosen < 0 && count > 0 && people->known) {
        people->other_known = true;
        people->other = faces[0].place;
    }
    return chosen;
}

void mien_people_note(struct mien_people *people, const struct mien_place *own,
                      const struct mien_candidate *faces, size_t count)
{
    people->other_known = false;
    for (size_t i = 0; i < count && !people->other_known; i++)
        if (mien_place_overlap(own, &faces[i].place) < 0.3) {
            people->other_known = true;
            people->other = faces[i].place;
        }
}
