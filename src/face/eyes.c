/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/eyes.h"

#include "base/memory.h"
#include "face/eye_fit.h"

#include <math.h>
#include <stdlib.h>

struct mien_eye_bench {
    struct mien_eye_work work;
};

enum mien_status mien_eye_bench_new(struct mien_eye_bench **bench, struct mien_error *error)
{
    *bench = mien_array_new(1, sizeof **bench);
    return *bench ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the picture of an eye");
}

void mien_eye_bench_free(struct mien_eye_bench *bench)
{
    free(bench);
}

static struct mien_eye without(enum mien_eye_reason reason)
{
    struct mien_eye eye = mien_eye_none;
    eye.reason = reason;
    return eye;
}

/* The edge of a small disc seems to lie further inside than it does; pixels of the frame. */
static const double blurred_away = 0.28;

/* What was fitted, and whether it can be believed. */
struct fitted {
    struct mien_eye_circle iris;
    struct mien_eye_lid upper, lower;
    double fissure;  /* Millimetres. */
    double contrast; /* Of the iris' weaker edge against the skin's to the lashes. */
    double covered;  /* Share of the iris under reflections. */
    double white;    /* Share of white beside the iris. */
    double line;     /* That runs on beyond the canthi. */
};

static const double iris_mm = 11.7, least_pixels = 7;
static const double least_fissure = 2.3,
                    no_iris_from = 7; /* Millimetres; closed lashes look up to 6 thick. */
/* A closed eye shows no white, and no edge of an iris that is clear. Without colour there is no telling
 * white. */
static const double least_white = 0.2, clear_contrast = 0.4, least_contrast = 0.15, grey_contrast = 0.24;
/* Lashes and what lies in a closed lid's crease can look like a narrow eye: it has to be clearer. */
static const double narrow_below = 6, narrow_white = 0.27, narrow_contrast = 0.2;
static const double most_covered = 0.35;
/* Of drawn faces those without glasses have up to 0.2, and 95 of 100 rims that were taken for a margin more
 * than 0.4. */
static const double rim_of_glasses = 0.3;

static enum mien_eye_reason judge(const struct mien_eye_work *work, const struct fitted *fitted)
{
    const struct mien_eye_circle *iris = &fitted->iris;
    /* A noisy fit of an iris that is too small may be large: half of it is what the face's size says. */
    double diameter = (iris->radius + iris_mm * MIEN_EYE_PER_MM / 2) * work->picture.step + blurred_away;
    if (diameter < least_pixels)
        return MIEN_EYE_SMALL;
    if (fitted->fissure < least_fissure)
        return MIEN_EYE_CLOSED;
    bool narrow = fitted->fissure < narrow_below;
    bool dark = fitted->white < (narrow ? narrow_white : least_white) && fitted->contrast < clear_contrast;
    double least = narrow ? narrow_contrast : least_contrast;
    bool vague = fitted->contrast < (fitted->white < 1 ? least : grey_contrast);
    if (dark || vague)
        return fitted->fissure < no_iris_from ? MIEN_EYE_CLOSED : MIEN_EYE_NO_IRIS;
    if (fitted->line > rim_of_glasses)
        return MIEN_EYE_GLASSES;
    if (fitted->covered > most_covered)
        return MIEN_EYE_GLARE;
    double middle = 0.5 * iris->radius;
    if (iris->u - middle < work->picture.inner[0] || iris->u + middle > work->picture.outer[0])
        return MIEN_EYE_GAZE;
    return MIEN_EYE_OK;
}

static void fit_parts(struct mien_eye_work *work, struct fitted *fitted)
{
    mien_eye_prepare_lids(work);
    mien_eye_find_opening(work, &fitted->upper, &fitted->lower);
    mien_eye_find_iris(work, &fitted->lower, &fitted->iris);
    fitted->covered = mien_eye_clean_iris(work, &fitted->iris);
    if (fitted->covered > 0)
        mien_eye_prepare_lids(work);
    mien_eye_refine_iris(work, &fitted->upper, &fitted->lower, &fitted->iris);
    mien_eye_find_lids(work, &fitted->iris, &fitted->upper, &fitted->lower);
    mien_eye_settle_upper(work, &fitted->iris, &fitted->upper);
    mien_eye_settle_lower(work, &fitted->iris, &fitted->lower);
    mien_eye_refine_iris(work, &fitted->upper, &fitted->lower, &fitted->iris);
    const struct mien_eye_circle *iris = &fitted->iris;
    double gap = mien_eye_row(&fitted->lower, iris->u) - mien_eye_row(&fitted->upper, iris->u);
    fitted->fissure = gap * iris_mm / (2 * iris->radius);
    fitted->line = mien_eye_line_beyond(work, iris, &fitted->upper);
    fitted->white = mien_eye_white_share(work, iris, &fitted->upper, &fitted->lower);
    fitted->contrast = fmin(iris->sides[0], iris->sides[1]) / work->levels.contrast;
}

static struct mien_eye fit(struct mien_eye_work *work, const struct mien_luma *luma,
                           const struct mien_chroma *chroma, const double *x, const double *y, bool left)
{
    struct fitted fitted;
    struct mien_eye eye = mien_eye_none;
    if (!mien_eye_cut(luma, chroma, x, y, left, &work->picture))
        return without(MIEN_EYE_OUTSIDE);
    if (!mien_eye_find_levels(work, MIEN_EYE_MIDDLE))
        return without(MIEN_EYE_BLUR);
    fit_parts(work, &fitted);
    const struct mien_eye_circle *iris = &fitted.iris;
    eye.reason = judge(work, &fitted);
    if (eye.reason == MIEN_EYE_SMALL || eye.reason == MIEN_EYE_GLASSES)
        return eye;
    mien_eye_to_frame(&work->picture, iris->u, mien_eye_row(&fitted.upper, iris->u), &eye.upper_x,
                      &eye.upper_y);
    mien_eye_to_frame(&work->picture, iris->u, mien_eye_row(&fitted.lower, iris->u), &eye.lower_x,
                      &eye.lower_y);
    eye.quality = fmin(fmax(fitted.contrast, 0), 1);
    if (eye.reason != MIEN_EYE_OK)
        return eye;
    mien_eye_to_frame(&work->picture, iris->u, iris->v, &eye.iris_x, &eye.iris_y);
    eye.iris_radius = iris->radius * work->picture.step + blurred_away;
    return eye;
}

void mien_eyes_fit(struct mien_eye_bench *bench, const struct mien_luma *luma,
                   const struct mien_chroma *chroma, const double *x, const double *y,
                   struct mien_eye eyes[MIEN_EYES])
{
    for (int side = 0; side < MIEN_EYES; side++)
        eyes[side] = fit(&bench->work, luma, chroma, x, y, side == MIEN_EYE_LEFT);
}
