/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the face is followed. Detecting it in every frame costs 15 ms and more; placing the landmark model
 * costs 0.3 ms and tells by itself where the face will be in the next frame. So:
 *
 * - In each frame the model is placed three times: in the box that the last frame promised, and in two boxes
 * about the place found, shifted against each other by a tenth of their width. The mean of the three is the
 * result; it is steadier than any of them. How far the last two disagree tells whether this is a face at all:
 * on faces about 0.01 of the interocular distance, elsewhere above 0.15.
 * - Every few frames the detector confirms on the surroundings alone that it still sees a face. If it does
 * not, the rows since the last confirmation are checked one by one, the latest first, and emptied up to the
 * last true one.
 * - Every SURVEY frames the whole picture is searched, for a second face.
 * - While the face is lost, every third frame is searched: near its last place, then everywhere on a reduced
 *   picture, and now and then in full. Once found, the frames passed over are filled in backwards.
 *
 * The participant is the largest face at the beginning. Another face is never taken for the participant's
 * while it can be told apart by place and size.
 */
#include "face/follower.h"

#include "base/memory.h"
#include "face/confidence.h"
#include "face/detector.h"
#include "face/quality.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFIRM = MIEN_FOLLOWER_KEEPS + 1, /* Frames between two confirmations. */
    SURVEY = 60,                       /* Frames between two searches for a second face. */
    LOOK = 3,                          /* While lost, every third frame is searched, */
    LOOK_IN_FULL = 4,                  /* and every fourth of these searches is in full. */
    REMEMBER = 90,                     /* Frames for which a lost face must come back near its last place. */
    ROOM = 16                          /* Faces per picture; more are ignored. */
};

static const double reduced_width =
    240; /* Pixels of the quick search; finds faces from a third of the width on. */
static const double survey_width = 1280; /* Pixels; wider pictures are reduced for the survey. */
static const double side_of_face = 110;  /* Pixels to which a known face is scaled for the detector. */
static const double disagreement_limit = 0.14;
static const double upright_limit = 0.26; /* Radians, 15 degrees. */
static const double confirm_score = -0.4; /* For a face known to be there the detector may be less sure. */
static const double near_score = -0.2;

/* A picture that may have to be looked at again. */
struct kept {
    uint8_t *pixels;
    size_t row;
};

struct mien_follower {
    const struct mien_landmark_model *model;
    struct mien_detector *detector;
    bool following, known;   /* known: place is the last one of a face that is lost. */
    struct mien_place place; /* Where the face is expected. */
    bool other_known;        /* Somebody else was seen, */
    struct mien_box other;   /* there. */
    size_t since_survey, lost_for, looks;
    int width, height; /* Of every frame. */
    struct kept
        kept[MIEN_FOLLOWER_KEEPS]; /* Frames not confirmed (following) or passed over (lost), oldest first. */
    size_t kept_count;
    struct mien_confidence_evidence evidence; /* Of the face seen last. */
};

/* The points found in one frame. */
struct sighting {
    double x[MIEN_POINTS], y[MIEN_POINTS];
    struct mien_confidence_evidence evidence;
    struct mien_place place;
};

/* ---- Places ---- */

static double overlap(const struct mien_box *a, const struct mien_box *b)
{
    double width = fmin(a->left + a->width, b->left + b->width) - fmax(a->left, b->left);
    double height = fmin(a->top + a->height, b->top + b->height) - fmax(a->top, b->top);
    if (width <= 0 || height <= 0)
        return 0;
    return width * height / fmin(a->width * a->height, b->width * b->height);
}

/* Distance of the middles in widths of the place. */
static double distance(const struct mien_place *place, const struct mien_box *box)
{
    double dx = box->left + box->width / 2 - place->x, dy = box->top + box->height / 2 - place->y;
    return hypot(dx, dy) / place->across;
}

static bool place_is_usable(const struct mien_place *place, const struct mien_luma *luma)
{
    struct mien_box box = mien_box_of_place(place);
    struct mien_box frame = {0, 0, luma->width, luma->height, 0};
    return box.width >= 16 && box.width < 3.0 * fmax(luma->width, luma->height) &&
           overlap(&box, &frame) > 0.3;
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
static struct mien_place without_small_turn(struct mien_place place)
{
    if (place.turn > upright_limit)
        place.turn -= upright_limit;
    else if (place.turn < -upright_limit)
        place.turn += upright_limit;
    else
        place.turn = 0;
    return place;
}

/* ---- Placing the model ---- */

static double interocular(const double *x, const double *y)
{
    double dx = 0, dy = 0;
    for (int i = 0; i < 6; i++) {
        dx += x[42 + i] - x[36 + i];
        dy += y[42 + i] - y[36 + i];
    }
    return hypot(dx, dy) / 6;
}

/* One placing of the model; *place is then where the points say that the face is. */
static bool place_points(const struct mien_follower *follower, const struct mien_luma *luma,
                         struct mien_place *place, struct sighting *seen)
{
    if (!place_is_usable(place, luma))
        return false;
    mien_model_fit(follower->model, luma, place, 1, seen->x, seen->y);
    *place = without_small_turn(mien_model_place(follower->model, seen->x, seen->y));
    return place_is_usable(place, luma);
}

/* False where there is no face. *seen->place is where to expect it in the next frame. */
static bool see(const struct mien_follower *follower, const struct mien_luma *luma,
                const struct mien_place *expected, struct sighting *seen)
{
    double x[2][MIEN_POINTS], y[2][MIEN_POINTS];
    struct mien_place place = *expected;
    if (!place_points(follower, luma, &place, seen))
        return false;
    bool far = hypot(place.x - expected->x, place.y - expected->y) > 0.2 * place.across ||
               fabs(place.turn - expected->turn) > 0.1;
    if (far && !place_points(follower, luma, &place, seen))
        return false;
    struct mien_place two[] = {shifted(&place, 0.05, 0.02), shifted(&place, -0.05, -0.02)};
    mien_model_fit(follower->model, luma, two, 2, x[0], y[0]);
    double apart = 0;
    for (int i = 0; i < MIEN_POINTS; i++) {
        apart += hypot(x[0][i] - x[1][i], y[0][i] - y[1][i]);
        seen->x[i] = (seen->x[i] + x[0][i] + x[1][i]) / 3;
        seen->y[i] = (seen->y[i] + y[0][i] + y[1][i]) / 3;
    }
    seen->place = without_small_turn(mien_model_place(follower->model, seen->x, seen->y));
    double eyes = interocular(seen->x, seen->y);
    seen->evidence.disagreement = apart / MIEN_POINTS / eyes;
    seen->evidence.jump = hypot(seen->place.x - expected->x, seen->place.y - expected->y) / eyes;
    mien_confidence_look(follower->model, luma, seen->x, seen->y, &seen->evidence);
    return seen->evidence.disagreement < disagreement_limit;
}

/* ---- Rows ---- */

static void fill_row(struct mien_track *track, size_t row, const struct mien_luma *luma,
                     const struct sighting *seen)
{
    track->found[row] = 1;
    track->confidence[row] = mien_confidence(&seen->evidence);
    memcpy(track->x + row * MIEN_POINTS, seen->x, sizeof seen->x);
    memcpy(track->y + row * MIEN_POINTS, seen->y, sizeof seen->y);
    mien_face_quality(luma, seen->x, seen->y, &track->sharpness[row], &track->light[row]);
}

static void empty_row(struct mien_track *track, size_t row)
{
    track->found[row] = 0;
    track->confidence[row] = track->sharpness[row] = track->light[row] = NAN;
    for (size_t i = 0; i < MIEN_POINTS; i++)
        track->x[row * MIEN_POINTS + i] = track->y[row * MIEN_POINTS + i] = NAN;
}

static struct mien_place place_of_row(const struct mien_follower *follower, const struct mien_track *track,
                                      size_t row)
{
    const double *x = track->x + row * MIEN_POINTS, *y = track->y + row * MIEN_POINTS;
    return without_small_turn(mien_model_place(follower->model, x, y));
}

/* ---- Pictures kept ---- */

static enum mien_status keep(struct mien_follower *follower, const struct mien_luma *luma, size_t row,
                             struct mien_error *error)
{
    struct kept *place = &follower->kept[follower->kept_count];
    size_t width = (size_t)luma->width;
    if (!place->pixels)
        place->pixels = mien_array_new((size_t)luma->height, width);
    if (!place->pixels)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for pictures of %d x %d", luma->width,
                         luma->height);
    for (int y = 0; y < luma->height; y++)
        memcpy(place->pixels + (size_t)y * width, luma->pixels + y * luma->stride, width);
    place->row = row;
    follower->kept_count++;
    return MIEN_OK;
}

static struct mien_luma kept_luma(const struct mien_follower *follower, size_t i)
{
    return (struct mien_luma){follower->kept[i].pixels, follower->width, follower->height, follower->width};
}

/* ---- Asking the detector ---- */

/* The surroundings of a place, such that a face in them gets the detector's favourite size. */
static struct mien_search around(const struct mien_place *place, double times, double threshold,
                                 const struct mien_luma *luma)
{
    double reach = times / 2 * place->across;
    int left = (int)fmax(0, floor(place->x - reach)), top = (int)fmax(0, floor(place->y - reach));
    int right = (int)fmin(luma->width, ceil(place->x + reach));
    int bottom = (int)fmin(luma->height, ceil(place->y + reach));
    return (struct mien_search){left,     top, right - left, bottom - top, side_of_face / place->across,
                                threshold};
}

static enum mien_status confirm(struct mien_follower *follower, const struct mien_luma *luma,
                                const struct mien_place *place, bool *confirmed, struct mien_error *error)
{
    double score = -INFINITY;
    enum mien_status status = MIEN_OK;
    /* The whole turn is taken back here: the detector copes with less of it than the model. */
    if (place_is_usable(place, luma))
        status = mien_detector_score(follower->detector, luma, place, confirm_score, &score, error);
    *confirmed = score >= confirm_score;
    return status;
}

static enum mien_status search_all(struct mien_follower *follower, const struct mien_luma *luma, double width,
                                   struct mien_box *faces, size_t *count, struct mien_error *error)
{
    double scale = luma->width > width ? width / luma->width : 1;
    struct mien_search search = {0, 0, luma->width, luma->height, scale, 0};
    return mien_detector_find(follower->detector, luma, &search, faces, ROOM, count, error);
}

/* ---- Choosing among faces ---- */

/* Whether this can be the participant who was lost, rather than somebody else. */
static bool may_be_participant(const struct mien_follower *follower, const struct mien_box *face)
{
    if (!follower->known)
        return true;
    struct mien_place other = mien_place_of_box(&follower->other);
    if (follower->other_known && distance(&other, face) < distance(&follower->place, face))
        return false;
    if (follower->lost_for > REMEMBER)
        return true;
    double larger = face->width / follower->place.across;
    return distance(&follower->place, face) < 1.5 && larger > 0.5 && larger < 2;
}

/* The largest face at the beginning, the nearest to the last place later; -1 for none. */
static int choose(const struct mien_follower *follower, const struct mien_box *faces, size_t count)
{
    int chosen = -1;
    double best = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double cost = follower->known ? distance(&follower->place, &faces[i]) : -faces[i].width;
        if (cost < best && may_be_participant(follower, &faces[i])) {
            best = cost;
            chosen = (int)i;
        }
    }
    return chosen;
}

/* Notes whether faces holds somebody else than the participant, whose box is own. */
static void note_others(struct mien_follower *follower, const struct mien_box *own,
                        const struct mien_box *faces, size_t count)
{
    follower->other_known = false;
    for (size_t i = 0; i < count && !follower->other_known; i++)
        if (overlap(own, &faces[i]) < 0.3) {
            follower->other_known = true;
            follower->other = faces[i];
        }
}

/* ---- Following ---- */

static void lose(struct mien_follower *follower)
{
    follower->following = false;
    follower->known = true;
    follower->lost_for = 0;
    follower->looks = 0;
}

/* The detector did not confirm the latest row. Goes back over the frames kept, emptying rows, up to one that
 * it does. */
static enum mien_status withdraw(struct mien_follower *follower, struct mien_track *track,
                                 struct mien_error *error)
{
    bool confirmed = false;
    enum mien_status status = MIEN_OK;
    while (status == MIEN_OK && follower->kept_count > 0 && !confirmed) {
        size_t row = follower->kept[follower->kept_count - 1].row;
        struct mien_luma luma = kept_luma(follower, follower->kept_count - 1);
        struct mien_place place = place_of_row(follower, track, row);
        status = confirm(follower, &luma, &place, &confirmed, error);
        if (!confirmed) {
            empty_row(track, row);
            follower->kept_count--;
        }
    }
    follower->kept_count = 0;
    return status;
}

static enum mien_status survey(struct mien_follower *follower, const struct mien_luma *luma,
                               struct mien_error *error)
{
    struct mien_box faces[ROOM];
    size_t count;
    follower->since_survey = 0;
    enum mien_status status = search_all(follower, luma, survey_width, faces, &count, error);
    struct mien_box own = mien_box_of_place(&follower->place);
    if (status == MIEN_OK)
        note_others(follower, &own, faces, count);
    return status;
}

/* Sets *lost when the face is not where it should be; the row is then empty. */
static enum mien_status follow(struct mien_follower *follower, const struct mien_luma *luma,
                               struct mien_track *track, size_t row, bool *lost, struct mien_error *error)
{
    struct sighting seen;
    bool confirmed = true;
    enum mien_status status = MIEN_OK;
    *lost = !see(follower, luma, &follower->place, &seen);
    if (!*lost) {
        fill_row(track, row, luma, &seen);
        follower->evidence = seen.evidence;
        follower->place = seen.place;
        if (follower->kept_count < MIEN_FOLLOWER_KEEPS)
            return keep(follower, luma, row, error);
        status = confirm(follower, luma, &follower->place, &confirmed, error);
        if (status == MIEN_OK && confirmed) {
            follower->kept_count = 0;
            return MIEN_OK;
        }
        empty_row(track, row);
        *lost = true;
    }
    if (status == MIEN_OK)
        status = withdraw(follower, track, error);
    lose(follower);
    return status;
}

/* ---- Looking for a lost face ---- */

/* Near the last place, then on the reduced picture, then in full when it is time for that. *chosen < 0: not
 * found. */
static enum mien_status look(struct mien_follower *follower, const struct mien_luma *luma,
                             struct mien_box *faces, size_t *count, int *chosen, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    bool in_full = follower->looks++ % LOOK_IN_FULL == 0;
    *chosen = -1;
    if (follower->known && follower->lost_for <= REMEMBER) {
        struct mien_search search = around(&follower->place, 3, near_score, luma);
        if (search.width > 0 && search.height > 0)
            status = mien_detector_find(follower->detector, luma, &search, faces, ROOM, count, error);
        if (status == MIEN_OK && search.width > 0 && search.height > 0)
            *chosen = choose(follower, faces, *count);
    }
    if (status == MIEN_OK && *chosen < 0 && !in_full) {
        status = search_all(follower, luma, reduced_width, faces, count, error);
        if (status == MIEN_OK)
            *chosen = choose(follower, faces, *count);
    }
    if (status == MIEN_OK && *chosen < 0 && in_full) {
        status = search_all(follower, luma, INFINITY, faces, count, error);
        if (status == MIEN_OK)
            *chosen = choose(follower, faces, *count);
    }
    return status;
}

/* Fills the rows of frames passed over, the latest first, as far back as the face can be followed. */
static enum mien_status follow_back(struct mien_follower *follower, struct mien_track *track,
                                    struct mien_place place, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    bool there = true;
    for (size_t i = follower->kept_count; i-- > 0 && there && status == MIEN_OK;) {
        struct mien_luma luma = kept_luma(follower, i);
        struct sighting seen;
        there = see(follower, &luma, &place, &seen);
        if (there) {
            place = seen.place;
            status = confirm(follower, &luma, &place, &there, error);
        }
        if (there && status == MIEN_OK)
            fill_row(track, follower->kept[i].row, &luma, &seen);
    }
    follower->kept_count = 0;
    return status;
}

static enum mien_status search(struct mien_follower *follower, const struct mien_luma *luma,
                               struct mien_track *track, size_t row, struct mien_error *error)
{
    struct mien_box faces[ROOM];
    size_t count = 0;
    int chosen;
    struct sighting seen;
    bool beginning = !follower->known;
    enum mien_status status = look(follower, luma, faces, &count, &chosen, error);
    if (status != MIEN_OK)
        return status;
    struct mien_place place = chosen >= 0 ? mien_place_of_box(&faces[chosen]) : (struct mien_place){0};
    if (chosen < 0 || !see(follower, luma, &place, &seen)) {
        follower->kept_count = 0;
        return MIEN_OK;
    }
    fill_row(track, row, luma, &seen);
    follower->evidence = seen.evidence;
    follower->following = true;
    follower->place = seen.place;
    if (beginning) {
        note_others(follower, &faces[chosen], faces, count);
        follower->since_survey = 0;
    }
    return follow_back(follower, track, seen.place, error);
}

enum mien_status mien_follower_step(struct mien_follower *follower, const struct mien_luma *luma,
                                    struct mien_track *track, size_t row, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    bool lost = !follower->following, just_lost = false;
    follower->width = luma->width;
    follower->height = luma->height;
    if (follower->following) {
        status = follow(follower, luma, track, row, &lost, error);
        just_lost = lost;
    }
    if (status == MIEN_OK && lost) {
        if (just_lost || follower->lost_for % LOOK == 0)
            status = search(follower, luma, track, row, error);
        else
            status = keep(follower, luma, row, error);
        follower->lost_for++;
    }
    if (status == MIEN_OK && follower->following && ++follower->since_survey >= SURVEY)
        status = survey(follower, luma, error);
    track->second_face[row] = follower->other_known;
    return status;
}

enum mien_status mien_follower_finish(struct mien_follower *follower, struct mien_track *track,
                                      struct mien_error *error)
{
    return follower->following ? withdraw(follower, track, error) : MIEN_OK;
}

enum mien_status mien_follower_new(const struct mien_landmark_model *model, struct mien_follower **follower,
                                   struct mien_error *error)
{
    struct mien_follower *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the follower");
    made->model = model;
    enum mien_status status = mien_detector_new(&made->detector, error);
    if (status != MIEN_OK) {
        mien_follower_free(made);
        return status;
    }
    *follower = made;
    return MIEN_OK;
}

const struct mien_confidence_evidence *mien_follower_evidence(const struct mien_follower *follower)
{
    return &follower->evidence;
}

void mien_follower_free(struct mien_follower *follower)
{
    if (!follower)
        return;
    mien_detector_free(follower->detector);
    for (size_t i = 0; i < MIEN_FOLLOWER_KEEPS; i++)
        free(follower->kept[i].pixels);
    free(follower);
}
