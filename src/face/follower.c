/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the face is followed. Detecting it in every frame costs 15 ms and more; placing the landmark model
 * costs a fiftieth of that and tells by itself where the face will be in the next frame. So:
 *
 * - In each frame the model is placed where the last frame promised the face. How far placings from shifted
 *   places disagree tells whether this is a face at all (sight.h).
 * - Every few frames the detector confirms on the surroundings alone that it still sees a face there. If it
 *   does not, the rows since the last confirmation are checked one by one, the latest first, and emptied up
 *   to the last true one.
 * - Now and then the picture is searched for a second face.
 * - While the face is lost, every third frame is searched (lookout.h). Once found, the frames passed over are
 *   filled in backwards.
 */
#include "face/follower.h"

#include "base/memory.h"
#include "face/detector.h"
#include "face/eyes.h"
#include "face/lookout.h"
#include "face/people.h"
#include "face/quality.h"
#include "face/shelf.h"
#include "face/sides.h"
#include "face/sight.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFIRM = MIEN_SHELF_LEAST + 1, /* Frames between two confirmations. */
    SURVEY = 120,                   /* Frames between two searches for a second face; */
    FIRST_SURVEY = 5,               /* the first comes sooner. */
    LOOK = 3,                       /* While lost, every third frame is searched. */
    GAP = 2                         /* Frames that may be missed while going back. */
};

static const double confirm_score = -0.4; /* For a face known to be there the detector may be less sure, */
static const double accept_score = -0.2;  /* or nearly so for one that was just found. */
static const double elsewhere = 0.08;     /* Widths of a face; the detector's grid has steps of a tenth. */
static const double surer = 0.15;
static const double half_turn = 3.14159265358979323846;

struct mien_follower {
    const struct mien_landmark_model *model;
    struct mien_detector *detector;
    struct mien_sides *sides;
    struct mien_eye_bench *eyes;
    bool plain, lean, blind; /* Blind leaves lids and iris out. */
    bool following;
    struct mien_sight sight; /* The latest; its place is where the face is expected. */
    struct mien_people people;
    struct mien_shelf shelf; /* Frames not confirmed (following) or passed over (lost). */
    size_t since_confirmed, since_survey, looks;
    bool surveyed;                   /* At least once. */
    const struct AVBufferRef *owner; /* Of the picture of this step, */
    struct mien_chroma chroma;       /* and its colour. */
};

/* What a step works on. */
struct work {
    struct mien_follower *follower;
    const struct mien_luma *luma;
    struct mien_track *track;
    size_t row;
    struct mien_error *error;
};

/* ---- Rows ---- */

/* The one place through which every row with a face goes. */
static void fill_row(const struct work *work, const struct mien_luma *luma, const struct mien_chroma *chroma,
                     size_t row, const struct mien_sight *sight)
{
    struct mien_track *track = work->track;
    size_t first = row * MIEN_POINTS;
    track->found[row] = 1;
    track->confidence[row] = mien_confidence(&sight->evidence);
    memcpy(track->x + first, sight->x, sizeof sight->x);
    memcpy(track->y + first, sight->y, sizeof sight->y);
    mien_face_quality(luma, sight->x, sight->y, &track->sharpness[row], &track->light[row]);
    const struct mien_follower *follower = work->follower;
    if (!follower->plain)
        mien_sides_fit(follower->sides, follower->model, luma, sight->x, sight->y, track->sided_x + first,
                       track->sided_y + first);
    if (!follower->blind)
        mien_eyes_fit(follower->eyes, luma, chroma, sight->x, sight->y, track->eyes + row * MIEN_EYES);
}

static void empty_row(struct mien_track *track, size_t row)
{
    track->found[row] = 0;
    track->confidence[row] = track->sharpness[row] = track->light[row] = NAN;
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        track->x[i] = track->y[i] = track->sided_x[i] = track->sided_y[i] = NAN;
    for (size_t side = 0; side < MIEN_EYES; side++)
        track->eyes[row * MIEN_EYES + side] = mien_eye_none;
}

static struct mien_place place_of_row(const struct work *work, size_t row)
{
    const double *x = work->track->x + row * MIEN_POINTS, *y = work->track->y + row * MIEN_POINTS;
    return mien_sight_place(work->follower->model, x, y);
}

/* Onto the shelf with the present picture. */
static enum mien_status shelve(const struct work *work)
{
    struct mien_follower *follower = work->follower;
    enum mien_status status =
        mien_shelf_share(&follower->shelf, work->luma, follower->owner, work->row, work->error);
    if (status == MIEN_OK && !follower->blind)
        status = mien_shelf_colour(&follower->shelf, &follower->chroma, work->error);
    return status;
}

/* The effort for frames that are looked at for the first time, or again. */
static enum mien_effort careful_effort(const struct mien_follower *follower)
{
    return follower->lean ? MIEN_EFFORT_CHECK : MIEN_EFFORT_MEAN;
}

/* ---- Confirming ---- */

static enum mien_status judge(const struct work *work, const struct mien_luma *luma,
                              const struct mien_place *place, struct mien_verdict *verdict)
{
    *verdict = (struct mien_verdict){.score = -INFINITY};
    if (!mien_place_usable(place, luma))
        return MIEN_OK;
    return mien_detector_score(work->follower->detector, luma, place, confirm_score, verdict, work->error);
}

/* Whether the detector sees a face there. */
static enum mien_status confirm(const struct work *work, const struct mien_luma *luma,
                                const struct mien_place *place, bool *confirmed)
{
    struct mien_verdict verdict;
    enum mien_status status = judge(work, luma, place, &verdict);
    *confirmed = status == MIEN_OK && verdict.score >= confirm_score;
    return status;
}

/* The detector's box lies where the points are in all but one of a hundred frames, to one cell of its grid.
 */
static bool lies_elsewhere(const struct mien_verdict *verdict)
{
    return fabs(verdict->right) > elsewhere || fabs(verdict->down) > elsewhere;
}

/* Points can settle beside the face and agree with each other there. Where the detector places the face
 * elsewhere, the model is placed there too, and stays if the detector then is surer and content with the
 * place. *moved tells. */
static enum mien_status place_anew(const struct work *work, const struct mien_verdict *verdict, bool *moved)
{
    struct mien_follower *follower = work->follower;
    struct mien_place there = follower->sight.place;
    double c = cos(there.turn) * there.across, s = sin(there.turn) * there.across;
    struct mien_sight sight = follower->sight;
    struct mien_verdict second;
    *moved = false;
    there.x += c * verdict->right - s * verdict->down;
    there.y += s * verdict->right + c * verdict->down;
    there.across *= verdict->larger;
    there.down *= verdict->larger;
    if (!mien_sight_take(follower->model, work->luma, &there, careful_effort(follower), &sight))
        return MIEN_OK;
    enum mien_status status = judge(work, work->luma, &sight.place, &second);
    *moved = status == MIEN_OK && !lies_elsewhere(&second) && second.score > verdict->score + surer;
    if (*moved)
        follower->sight = sight;
    return status;
}

/* The detector and the model both find some faces that stand on their heads; but the detector likes those
 * better the right way up. */
static enum mien_status refuse_upside_down(const struct work *work, const struct mien_place *place,
                                           bool *accepted)
{
    struct mien_detector *detector = work->follower->detector;
    struct mien_place turned = *place;
    struct mien_verdict upright = {.score = -INFINITY}, upside_down = upright;
    turned.turn += half_turn;
    enum mien_status status =
        mien_detector_score(detector, work->luma, place, accept_score, &upright, work->error);
    if (status == MIEN_OK && upright.score < 1)
        status = mien_detector_score(detector, work->luma, &turned, upright.score, &upside_down, work->error);
    *accepted = upright.score >= accept_score && upside_down.score <= upright.score;
    return status;
}

static void confirmed_here(struct mien_follower *follower, const struct mien_place *place)
{
    follower->people.known = true;
    follower->people.place = *place;
    follower->people.lost_for = 0;
    follower->since_confirmed = 0;
    mien_shelf_keep(&follower->shelf, 0);
}

/* ---- Looking for a lost face ---- */

/* Fills the rows of frames passed over, the latest first, as far back as the face can be followed. */
static enum mien_status follow_back(const struct work *work)
{
    struct mien_follower *follower = work->follower;
    struct mien_sight sight = follower->sight;
    enum mien_status status = MIEN_OK;
    int missed = 0;
    for (size_t i = follower->shelf.count; i-- > 0 && missed <= GAP && status == MIEN_OK;) {
        struct mien_luma luma = mien_shelf_luma(&follower->shelf, i);
        struct mien_place place = sight.place;
        bool there = mien_sight_take(follower->model, &luma, &place, careful_effort(follower), &sight);
        if (there)
            status = confirm(work, &luma, &sight.place, &there);
        if (there)
            fill_row(work, &luma, mien_shelf_chroma(&follower->shelf, i), mien_shelf_row(&follower->shelf, i),
                     &sight);
        else
            sight.place = place;
        missed = there ? 0 : missed + 1;
    }
    return status;
}

/* Whether there is a face where the search says so. */
static enum mien_status accept(const struct work *work, const struct mien_place *place, bool *accepted)
{
    struct mien_follower *follower = work->follower;
    struct mien_sight *sight = &follower->sight;
    *accepted = mien_sight_take(follower->model, work->luma, place, careful_effort(follower), sight);
    sight->evidence.jump = NAN; /* Nothing was promised. */
    return *accepted ? refuse_upside_down(work, &sight->place, accepted) : MIEN_OK;
}

static enum mien_status search(const struct work *work)
{
    struct mien_follower *follower = work->follower;
    struct mien_look look;
    bool accepted = false, beginning = !follower->people.known;
    enum mien_status status = mien_lookout(follower->detector, work->luma, &follower->people,
                                           follower->looks++, &look, work->error);
    if (status == MIEN_OK && look.chosen >= 0)
        status = accept(work, &look.faces[look.chosen].place, &accepted);
    if (status != MIEN_OK)
        return status;
    if (!accepted)
        return shelve(work);
    fill_row(work, work->luma, &work->follower->chroma, work->row, &follower->sight);
    follower->following = true;
    if (beginning) {
        mien_people_note(&follower->people, &follower->sight.place, look.faces, look.count);
        follower->since_survey = SURVEY - FIRST_SURVEY;
    }
    status = follow_back(work);
    confirmed_here(follower, &follower->sight.place);
    return status;
}

static enum mien_status look_if_due(const struct work *work, bool just_lost)
{
    struct mien_follower *follower = work->follower;
    size_t lost_for = follower->people.lost_for++;
    if (just_lost || lost_for % LOOK == 0)
        return search(work);
    return shelve(work);
}

/* ---- Following ---- */

/* Goes back over the frames since the last confirmation, emptying their rows, up to one that the detector
 * confirms. What was emptied stays on the shelf. */
static enum mien_status withdraw(const struct work *work)
{
    struct mien_follower *follower = work->follower;
    bool confirmed = false;
    size_t emptied = 0;
    enum mien_status status = MIEN_OK;
    for (size_t i = follower->shelf.count; i-- > 0 && !confirmed && status == MIEN_OK;) {
        size_t row = mien_shelf_row(&follower->shelf, i);
        struct mien_luma luma = mien_shelf_luma(&follower->shelf, i);
        struct mien_place place = place_of_row(work, row);
        status = confirm(work, &luma, &place, &confirmed);
        if (confirmed) {
            follower->people.place = place;
        } else {
            empty_row(work->track, row);
            emptied++;
        }
    }
    mien_shelf_keep(&follower->shelf, emptied);
    return status;
}

/* The face is where it was expected; asks the detector whether it is one. */
static enum mien_status ask_detector(const struct work *work, bool *confirmed)
{
    struct mien_follower *follower = work->follower;
    struct mien_verdict verdict;
    bool moved = false;
    enum mien_status status = judge(work, work->luma, &follower->sight.place, &verdict);
    *confirmed = status == MIEN_OK && verdict.score >= confirm_score;
    if (*confirmed && lies_elsewhere(&verdict))
        status = place_anew(work, &verdict, &moved);
    if (!*confirmed || status != MIEN_OK)
        return status;
    fill_row(work, work->luma, &work->follower->chroma, work->row, &follower->sight);
    if (moved)
        status = follow_back(work);
    confirmed_here(follower, &follower->sight.place);
    return status;
}

/* Sets *lost when the face is not where it should be; the row is then empty. */
static enum mien_status follow(const struct work *work, bool *lost)
{
    struct mien_follower *follower = work->follower;
    struct mien_place expected = follower->sight.place;
    bool due = ++follower->since_confirmed >= CONFIRM, confirmed = false;
    enum mien_effort effort = follower->lean && !due ? MIEN_EFFORT_ONE : careful_effort(follower);
    enum mien_status status = MIEN_OK;
    bool seen = mien_sight_take(follower->model, work->luma, &expected, effort, &follower->sight);
    if (seen && !due) {
        fill_row(work, work->luma, &work->follower->chroma, work->row, &follower->sight);
        return shelve(work);
    }
    if (seen)
        status = ask_detector(work, &confirmed);
    if (confirmed || status != MIEN_OK)
        return status;
    *lost = true;
    follower->following = false;
    follower->people.lost_for = follower->looks = 0;
    return withdraw(work);
}

static enum mien_status survey(const struct work *work)
{
    struct mien_follower *follower = work->follower;
    struct mien_look look;
    follower->since_survey = 0;
    enum mien_status status =
        mien_lookout_survey(follower->detector, work->luma, &follower->sight.place, &look, work->error);
    if (status != MIEN_OK)
        return status;
    mien_people_note(&follower->people, &follower->sight.place, look.faces, look.count);
    /* What the first survey sees was there in the few frames before it. */
    size_t before = work->row < FIRST_SURVEY ? work->row : FIRST_SURVEY;
    if (!follower->surveyed && follower->people.other_known)
        memset(work->track->second_face + work->row - before, 1, before);
    follower->surveyed = true;
    return MIEN_OK;
}

enum mien_status mien_follower_step(struct mien_follower *follower, const struct mien_luma *luma,
                                    struct mien_track *track, size_t row, struct mien_error *error)
{
    struct work work = {follower, luma, track, row, error};
    enum mien_status status = MIEN_OK;
    bool lost = !follower->following, just_lost = false;
    follower->people.width = luma->width;
    follower->people.height = luma->height;
    if (follower->following) {
        status = follow(&work, &lost);
        just_lost = lost;
    }
    if (status == MIEN_OK && lost)
        status = look_if_due(&work, just_lost);
    if (status == MIEN_OK && follower->following && ++follower->since_survey >= SURVEY)
        status = survey(&work);
    track->second_face[row] = follower->people.other_known;
    return status;
}

enum mien_status mien_follower_finish(struct mien_follower *follower, struct mien_track *track,
                                      struct mien_error *error)
{
    struct work work = {follower, NULL, track, 0, error};
    return follower->following ? withdraw(&work) : MIEN_OK;
}

/* ---- Making one ---- */

enum mien_status mien_follower_new(const struct mien_landmark_model *model, struct mien_follower **follower,
                                   struct mien_error *error)
{
    struct mien_follower *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the follower");
    made->model = model;
    made->chroma = mien_no_chroma;
    enum mien_status status = mien_detector_new(&made->detector, error);
    if (status == MIEN_OK)
        status = mien_sides_new(&made->sides, error);
    if (status == MIEN_OK)
        status = mien_eye_bench_new(&made->eyes, error);
    if (status != MIEN_OK) {
        mien_follower_free(made);
        return status;
    }
    *follower = made;
    return MIEN_OK;
}

void mien_follower_set(struct mien_follower *follower, const struct mien_track_options *options)
{
    follower->lean = options->lean;
    follower->plain = options->plain || options->lean;
    follower->blind = options->blind || options->lean;
    follower->people.who = options->who;
}

void mien_follower_lend(struct mien_follower *follower, const struct AVBufferRef *owner,
                        const struct mien_chroma *chroma)
{
    follower->chroma = *chroma;
    follower->owner = owner;
}

const struct mien_confidence_evidence *mien_follower_evidence(const struct mien_follower *follower)
{
    return &follower->sight.evidence;
}

void mien_follower_free(struct mien_follower *follower)
{
    if (!follower)
        return;
    mien_detector_free(follower->detector);
    mien_sides_free(follower->sides);
    mien_eye_bench_free(follower->eyes);
    mien_shelf_free(&follower->shelf);
    free(follower);
}
