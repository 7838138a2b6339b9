/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dlib's detector finds faces of 80 pixels and more that tilt by less than 20 degrees. What it costs depends
 * on the number of pixels alone. So a look goes from likely and cheap to unlikely and dear, and the dear
 * kinds take turns:
 *
 * - about the last place, enlarged or reduced so that the face has the size that the detector likes best, and
 *   also turned;
 * - everywhere, on a picture reduced to 240 pixels across, upright and turned;
 * - everywhere in full, of large pictures first at half their size; now and then enlarged.
 */
#include "face/lookout.h"

#include <math.h>

enum {
    NEAR_LOOKS = 30, /* Looks after a loss that begin at the last place. */
    FULL = 4,        /* Every fourth look is in full. */
    ENLARGED = 16    /* Every sixteenth also enlarged. */
};

static const double reduced_width =
    240; /* Pixels of the quick search; finds faces from a third of the width on. */
static const double halved = 1.2e6;      /* Pixels from which half the size is searched before all of it. */
static const double survey_width = 1280; /* Pixels; wider pictures are reduced for the survey, */
static const double survey_side = 160;   /* and those in which the known face is wider than that. */
static const double side_of_face = 110;  /* Pixels to which a known face is scaled for the detector. */
static const double near_score = -0.2;
static const double turned_score = 0.2; /* Turning doubles and triples the chances for a false face. */
static const double enlarged_score = 0.2;
static const double enlarged_by = 1.5;
static const double most_enlarged = 2.2e6; /* Pixels of the picture; larger ones would take seconds. */
static const double tilt = 0.52;           /* Radians, 30 degrees. */

/* What one look needs to know. */
struct watch {
    struct mien_detector *detector;
    const struct mien_luma *luma;
    struct mien_people *people;
    struct mien_look *look;
    struct mien_error *error;
};

static enum mien_status find(const struct watch *watch, const struct mien_region *region)
{
    struct mien_look *look = watch->look;
    enum mien_status status = mien_detector_find_turned(watch->detector, watch->luma, region, look->faces,
                                                        MIEN_CANDIDATES, &look->count, watch->error);
    look->chosen = -1;
    if (status == MIEN_OK && watch->people)
        look->chosen = mien_people_choose(watch->people, look->faces, look->count);
    return status;
}

static enum mien_status find_near(const struct watch *watch, double turn, double times)
{
    const struct mien_place *place = &watch->people->place;
    double side = times * place->across;
    struct mien_region region = {place->x, place->y,  side, side, side_of_face / place->across,
                                 turn,     near_score};
    return find(watch, &region);
}

static enum mien_status find_everywhere(const struct watch *watch, double scale, double turn, double score)
{
    const struct mien_luma *luma = watch->luma;
    double c = fabs(cos(turn)), s = fabs(sin(turn));
    struct mien_region region = {(luma->width - 1) / 2.0,
                                 (luma->height - 1) / 2.0,
                                 c * luma->width + s * luma->height,
                                 s * luma->width + c * luma->height,
                                 scale,
                                 turn,
                                 score};
    return find(watch, &region);
}

static bool go_on(enum mien_status status, const struct watch *watch)
{
    return status == MIEN_OK && watch->look->chosen < 0;
}

/* Upright as the head was, then leaning to one side, in the next look to the other. */
static enum mien_status look_near(const struct watch *watch, size_t number)
{
    double turn = watch->people->place.turn;
    enum mien_status status = find_near(watch, 0, 3);
    if (go_on(status, watch) && turn != 0)
        status = find_near(watch, turn + copysign(0.26, turn), 2.2);
    if (go_on(status, watch))
        status = find_near(watch, number % 2 ? -tilt : tilt, 2.2);
    return status;
}

static enum mien_status look_turned(const struct watch *watch, double scale, size_t number)
{
    static const double turns[] = {tilt, -tilt, tilt, -tilt, 2 * tilt, -2 * tilt};
    return find_everywhere(watch, scale, turns[number % 6], turned_score);
}

/* Whoever is found on a reduced picture is larger than all who are not. So at the beginning nothing more
 * needs to be searched, unless somebody else is wanted than the largest. */
static bool largest_is_enough(const struct watch *watch, size_t number)
{
    return number == 0 && !watch->people->known && watch->people->who.choice == MIEN_WHO_LARGEST;
}

static enum mien_status look_everywhere(const struct watch *watch, size_t number)
{
    const struct mien_luma *luma = watch->luma;
    double reduced = fmin(1, reduced_width / luma->width);
    double pixels = (double)luma->width * luma->height;
    bool largest = largest_is_enough(watch, number);
    enum mien_status status = MIEN_OK;
    if (number % FULL != 0 || largest)
        status = find_everywhere(watch, reduced, 0, 0);
    if (go_on(status, watch) && largest && pixels >= halved)
        status = find_everywhere(watch, 0.5, 0, 0);
    if (go_on(status, watch) && number % FULL == 0)
        status = find_everywhere(watch, 1, 0, 0);
    /* At the very beginning it is worth while to try everything. */
    for (size_t i = 2; number == 0 && !watch->people->known && i < 6 && go_on(status, watch); i++)
        status = look_turned(watch, reduced, i);
    if (go_on(status, watch) && number % 2 == 1)
        status = look_turned(watch, reduced, number / 2);
    size_t turn_of_enlarged = watch->people->known ? ENLARGED / 2 : 0;
    if (go_on(status, watch) && number % ENLARGED == turn_of_enlarged && pixels <= most_enlarged)
        status = find_everywhere(watch, enlarged_by, 0, enlarged_score);
    return status;
}

enum mien_status mien_lookout(struct mien_detector *detector, const struct mien_luma *luma,
                              struct mien_people *people, size_t number, struct mien_look *look,
                              struct mien_error *error)
{
    struct watch watch = {detector, luma, people, look, error};
    enum mien_status status = MIEN_OK;
    look->count = 0;
    look->chosen = -1;
    if (people->known && number < NEAR_LOOKS)
        status = look_near(&watch, number);
    if (go_on(status, &watch))
        status = look_everywhere(&watch, number);
    return status;
}

enum mien_status mien_lookout_survey(struct mien_detector *detector, const struct mien_luma *luma,
                                     const struct mien_place *known, struct mien_look *look,
                                     struct mien_error *error)
{
    struct watch watch = {detector, luma, NULL, look, error};
    double scale = fmin(survey_width / luma->width, survey_side / known->across);
    return find_everywhere(&watch, fmin(1, scale), 0, 0);
}
