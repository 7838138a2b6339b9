/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/sight.h"

#include <math.h>

static const double disagreement_limit = 0.14;
static const double upright_limit = 0.26; /* Radians, 15 degrees. */
static const double farthest_turn = 1.31; /* Radians, 75 degrees: beyond, nobody sits before a camera. */
static const double shape_limit = 0.5;    /* Of mean shapes laid over points; faces have 0.1 to 0.25. */

/* ---- Places ---- */

double mien_place_overlap(const struct mien_place *first, const struct mien_place *second)
{
    struct mien_box a = mien_box_of_place(first), b = mien_box_of_place(second);
    double width = fmin(a.left + a.width, b.left + b.width) - fmax(a.left, b.left);
    double height = fmin(a.top + a.height, b.top + b.height) - fmax(a.top, b.top);
    if (width <= 0 || height <= 0)
        return 0;
    return width * height / fmin(a.width * a.height, b.width * b.height);
}

double mien_place_distance(const struct mien_place *place, const struct mien_place *other)
{
    return hypot(other->x - place->x, other->y - place->y) / place->across;
}

bool mien_place_usable(const struct mien_place *place, const struct mien_luma *luma)
{
    struct mien_place frame = {(luma->width - 1) / 2.0, (luma->height - 1) / 2.0, luma->width - 1,
                               luma->height - 1, 0};
    return place->across >= 15 && place->across < 3.0 * fmax(luma->width, luma->height) &&
           fabs(place->turn) + upright_limit < farthest_turn && mien_place_overlap(place, &frame) > 0.3;
}

static struct mien_place shifted(const struct mien_place *place, double right, double down)
{
    struct mien_place moved = *place;
    moved.x += right * place->across;
    moved.y += down * place->across;
    return moved;
}

/* The model was trained on upright boxes and copes with small tilts by itself. Only what exceeds them is
 * turned away; so nothing jumps when the head passes the limit. */
struct mien_place mien_sight_place(const struct mien_landmark_model *model, const double *x, const double *y)
{
    struct mien_place place = mien_model_place(model, x, y);
    if (place.turn > upright_limit)
        place.turn -= upright_limit;
    else if (place.turn < -upright_limit)
        place.turn += upright_limit;
    else
        place.turn = 0;
    return place;
}

/* ---- Placing the model ---- */

/* One placing of the model; *place is then where the points say that the face is. */
static bool place_points(const struct mien_landmark_model *model, const struct mien_luma *luma,
                         struct mien_place *place, struct mien_sight *sight)
{
    if (!mien_place_usable(place, luma))
        return false;
    mien_model_fit(model, luma, place, 1, sight->x, sight->y);
    *place = mien_sight_place(model, sight->x, sight->y);
    return mien_place_usable(place, luma);
}

/* Twice more about the place found, shifted against each other by a tenth of its width. Faces disagree by
 * 0.01 interocular distances, other things by 0.15 and more. */
static void place_twice(const struct mien_landmark_model *model, const struct mien_luma *luma,
                        const struct mien_place *place, bool average, struct mien_sight *sight)
{
    double x[2][MIEN_POINTS], y[2][MIEN_POINTS], apart = 0;
    struct mien_place two[] = {shifted(place, 0.05, 0.02), shifted(place, -0.05, -0.02)};
    mien_model_fit(model, luma, two, 2, x[0], y[0]);
    for (int i = 0; i < MIEN_POINTS; i++) {
        apart += hypot(x[0][i] - x[1][i], y[0][i] - y[1][i]);
        if (average) {
            sight->x[i] = (sight->x[i] + x[0][i] + x[1][i]) / 3;
            sight->y[i] = (sight->y[i] + y[0][i] + y[1][i]) / 3;
        }
    }
    sight->evidence.disagreement = apart / MIEN_POINTS / mien_points_interocular(sight->x, sight->y);
}

/* Whether a single placing calls for a check: the face jumped, or looks unlike that of the frame before. */
static bool is_odd(const struct mien_confidence_evidence *before, const struct mien_confidence_evidence *now)
{
    return !(now->jump < 0.1 && now->shape < 1.25 * before->shape + 0.01 &&
             fabs(now->darkness - before->darkness) < 0.3 && fabs(now->symmetry - before->symmetry) < 0.2 &&
             fabs(now->contrast - before->contrast) < 0.2 * before->contrast);
}

/* What the points and the picture tell; place is where the face is expected next. */
static void look(const struct mien_landmark_model *model, const struct mien_luma *luma,
                 const struct mien_place *expected, struct mien_sight *sight)
{
    sight->evidence.jump = hypot(sight->place.x - expected->x, sight->place.y - expected->y) /
                           mien_points_interocular(sight->x, sight->y);
    mien_confidence_look(model, luma, sight->x, sight->y, &sight->evidence);
}

bool mien_sight_take(const struct mien_landmark_model *model, const struct mien_luma *luma,
                     const struct mien_place *expected, enum mien_effort effort, struct mien_sight *sight)
{
    struct mien_confidence_evidence before = sight->evidence;
    struct mien_place place = *expected;
    if (!place_points(model, luma, &place, sight))
        return false;
    bool far = hypot(place.x - expected->x, place.y - expected->y) > 0.2 * place.across ||
               fabs(place.turn - expected->turn) > 0.1;
    if (far && !place_points(model, luma, &place, sight))
        return false;
    sight->place = place;
    if (effort == MIEN_EFFORT_MEAN) {
        place_twice(model, luma, &place, true, sight);
        sight->place = mien_sight_place(model, sight->x, sight->y);
    }
    look(model, luma, expected, sight);
    if (effort == MIEN_EFFORT_CHECK || (effort == MIEN_EFFORT_ONE && is_odd(&before, &sight->evidence)))
        place_twice(model, luma, &place, false, sight);
    return mien_place_usable(&sight->place, luma) && sight->evidence.disagreement < disagreement_limit &&
           !(sight->evidence.shape > shape_limit);
}
