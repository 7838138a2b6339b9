/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Eyes: the lids are curves over the skin, and what is seen between them is the eyeball behind, found by
 * following the line of sight, so that lids slide over an iris that looks where it looks.
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include <math.h>

static const float eyeball_radius = 12.2f, eyeball_width = 1.28f; /* It is drawn a little wider than high. */
static const float cornea_depth = 5.4f, pupil = 2.0f;

static float bell(float distance, float width)
{
    float a = distance / width, r = 0.5f * a * a;
    return r > 12 ? 0 : expf(-r);
}

static float edge(const struct mien_sim_scene *scene, float inside)
{
    return mien_sim_clamp(inside / (2 * scene->soft) + 0.5f);
}

/* The lids at the column of a pixel. */
struct lids {
    float part; /* 0 inner .. 1 outer canthus. */
    float y, line, top, bottom;
    float beyond; /* Millimetres outside of the canthi. */
    float open;   /* 0 closed .. 1 as at rest. */
};

static struct lids lids_at(const struct mien_sim_scene *scene, enum mien_sim_side side, float x, float y)
{
    static const int outer[2] = {36, 45}, inner[2] = {39, 42};
    const struct mien_sim_face *face = scene->face;
    double ix = face->x[inner[side]], ox = face->x[outer[side]];
    double iy = face->y[inner[side]], oy = face->y[outer[side]];
    double part = (x - ix) / (ox - ix), kept = fmin(fmax(part, 0), 1);
    double line = iy + (oy - iy) * kept;
    struct lids lids = {(float)part, y, (float)line, 0, 0, 0, 0};
    lids.top = (float)(line + face->upper_lid[side] * mien_sim_upper_arc(part));
    lids.bottom = (float)(line - face->lower_lid[side] * mien_sim_lower_arc(part));
    lids.beyond = (float)(fmax(fmax(-part, part - 1), 0) * fabs(ox - ix));
    double rest = scene->person->upper_lid + scene->person->lower_lid;
    lids.open = mien_sim_clamp((float)((face->upper_lid[side] + face->lower_lid[side]) / rest));
    return lids;
}

/* ---- The eyeball ---- */

/* Where the line of sight through a place of the lid meets the eyeball, from its centre. */
static void meet(const struct mien_sim_scene *scene, const struct mien_sim_eyeball *ball, const float *at,
                 float hit[3])
{
    const float *eye = scene->camera.eye;
    float o[3] = {(at[MIEN_SIM_HX] - ball->x) / eyeball_width, at[MIEN_SIM_HY] - ball->y,
                  at[MIEN_SIM_HZ] - ball->z};
    float d[3] = {eye[0] / eyeball_width, eye[1], eye[2]};
    float a = d[0] * d[0] + d[1] * d[1] + d[2] * d[2], b = o[0] * d[0] + o[1] * d[1] + o[2] * d[2];
    float c = o[0] * o[0] + o[1] * o[1] + o[2] * o[2] - eyeball_radius * eyeball_radius;
    float root = b * b - a * c, t = (-b + sqrtf(root > 0 ? root : 0)) / a;
    for (int k = 0; k < 3; k++)
        hit[k] = o[k] + t * d[k];
    hit[0] *= eyeball_width;
}

static void paint_iris(const struct mien_sim_scene *scene, float r, float turn, float shade, float rgb[3])
{
    const float *iris = scene->iris;
    float radius = (float)scene->person->iris, part = r / radius;
    float fibres = (float)mien_sim_noise(turn * 7 + 60, part * 1.6) * 0.6f +
                   (float)mien_sim_noise(turn * 16 + 90, part * 2.4) * 0.4f;
    float tone = (0.85f + 0.5f * fibres) * (1 - 0.72f * mien_sim_clamp((part - 0.76f) * 4.5f));
    float collar = bell(part - 0.5f, 0.1f);
    float warm[3] = {0.34f, 0.20f, 0.08f};
    for (int k = 0; k < 3; k++)
        warm[k] = (iris[k] * 1.5f * tone + 0.25f * collar * warm[k] * iris[k] * 4) * shade;
    mien_sim_blend(rgb, warm[0], warm[1], warm[2], edge(scene, radius - r));
    mien_sim_blend(rgb, 0.004f, 0.004f, 0.005f, edge(scene, pupil - r));
}

static void paint_eyeball(const struct mien_sim_scene *scene, const struct mien_sim_eyeball *ball,
                          const struct lids *lids, const float *at, float rgb[3])
{
    float hit[3], n[3], normal[3];
    meet(scene, ball, at, hit);
    const float *g = ball->gaze, *half = scene->light.half, *key = scene->light.key;
    float along = hit[0] * g[0] + hit[1] * g[1] + hit[2] * g[2];
    float off[3] = {hit[0] - along * g[0], hit[1] - along * g[1], hit[2] - along * g[2]};
    float r = sqrtf(off[0] * off[0] + off[1] * off[1] + off[2] * off[2]);
    bool cornea = r < scene->person->iris + 0.3 && along > 0;
    float length = 0;
    for (int k = 0; k < 3; k++) {
        n[k] = hit[k] - (cornea ? cornea_depth * g[k] : 0);
        length += n[k] * n[k];
    }
    length = 1 / sqrtf(length + 1e-6f);
    for (int k = 0; k < 3; k++)
        normal[k] = (scene->camera.turn[k][0] * n[0] + scene->camera.turn[k][1] * n[1] +
                     scene->camera.turn[k][2] * n[2]) *
                    length;
    float facing = normal[0] * key[0] + normal[1] * key[1] + normal[2] * key[2];
    float shine = normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2];
    /* The upper lid and its lashes cast a shadow; the corners lie deep. */
    float shadow = 1 - 0.62f * bell(fmaxf(lids->top - lids->y, 0), 1.9f);
    shadow *= 1 - 0.35f * bell(lids->part, 0.16f) - 0.4f * bell(lids->part - 1, 0.16f);
    float light = (0.34f + 0.52f * mien_sim_clamp((facing + 0.3f) / 1.3f)) * shadow * scene->dim;
    float pink = bell(lids->part - 0.02f, 0.09f) + 0.25f * bell(lids->part - 0.95f, 0.12f);
    rgb[0] = (0.80f - 0.15f * pink) * light;
    rgb[1] = (0.75f - 0.45f * pink) * light;
    rgb[2] = (0.72f - 0.42f * pink) * light;
    if (cornea)
        paint_iris(scene, r, atan2f(off[1], off[0]), 0.35f + 0.9f * light, rgb);
    float glint =
        cornea ? mien_sim_clamp((shine - 0.981f) * 140) : 0.35f * mien_sim_clamp((shine - 0.99f) * 120);
    float wet = bell(lids->y - lids->bottom - 0.35f, 0.3f) * 0.25f;
    mien_sim_blend(rgb, 0.95f, 0.95f, 0.96f, glint * (0.35f + 0.6f * shadow));
    mien_sim_blend(rgb, 0.75f, 0.52f, 0.48f, wet);
}

/* ---- Lids ---- */

static void paint_lids(const struct mien_sim_scene *scene, const struct lids *lids, float rgb[3])
{
    const struct mien_sim_person *person = scene->person;
    float near = bell(lids->beyond, 1.6f), lifted = lids->open;
    float arc = (float)mien_sim_upper_arc(0.05 + 0.9 * mien_sim_clamp(lids->part));
    float height = fmaxf((float)person->upper_lid * 0.92f,
                         lids->top - lids->line > 0 && arc > 0.05f ? (lids->top - lids->line) / arc : 0);
    float crease = lids->line + height * arc + (float)person->crease * (0.35f + 0.65f * arc);
    float fold = lids->y - crease, above = lids->y - lids->top;
    float dark = (0.02f + 0.46f * lifted) * bell(fold, fold > 0 ? 1.5f : 0.75f) * near;
    float plate = above > 0 && fold < 0 ? 0.10f * lifted * bell(fold + 1.7f, 1.1f) * near : 0;
    /* Skin that was folded under the brow is spread out in the light. */
    plate += above > 0 ? 0.3f * (1 - lifted) * bell(fmaxf(fold - 1, 0), 2) * near : 0;
    float under = 0.20f * bell(lids->y - lids->bottom + 0.5f, 0.6f) * near;
    for (int k = 0; k < 3; k++)
        rgb[k] *= (1 - dark * (k == 0 ? 0.85f : 1)) * (1 + plate) * (1 - under * (k == 0 ? 0.6f : 1));
}

static void paint_lashes(const struct mien_sim_scene *scene, const struct lids *lids, float x, float rgb[3])
{
    float along = mien_sim_clamp(lids->part), near = bell(lids->beyond, 1.0f);
    float above = lids->y - lids->top, closing = 1 - lids->open;
    float thick = (scene->person->woman ? 0.62f : 0.5f) * (0.7f + 0.5f * along) + 2.2f * powf(closing, 1.3f);
    float line = 0.93f * bell(above - 0.05f, thick) * near * (0.6f + 0.4f * mien_sim_clamp(along * 5));
    /* Lashes reach up from an open lid and down from a closed one. */
    float reach = lids->open > 0.35f ? above : -above;
    float root = (x - 6 * (along - 0.5f) * 0.12f * reach) * 2.3f;
    float hairs = 0.5f + 0.5f * (float)mien_sim_noise(root + 300, 7.5);
    float long_lash = (scene->person->woman ? 2.3f : 1.6f) * (0.4f + 0.8f * along);
    float fringe = reach > 0 ? 0.55f * hairs * bell(reach, 0.6f * long_lash) * near : 0;
    float below = lids->bottom - lids->y;
    float lower = below > -0.3f ? 0.25f * bell(below, 0.7f) * near * mien_sim_clamp(along * 3) : 0;
    float part = fmaxf(fmaxf(line, fringe), lower);
    const float *hair = scene->brows;
    mien_sim_blend(rgb, 0.35f * hair[0] + 0.004f, 0.35f * hair[1] + 0.003f, 0.35f * hair[2] + 0.003f, part);
}

void mien_sim_eye_pixel(const struct mien_sim_scene *scene, enum mien_sim_side side,
                        const float at[MIEN_SIM_ATTRIBUTES], float rgb[3])
{
    const struct mien_sim_person *person = scene->person;
    float across = fabsf(at[MIEN_SIM_HX]);
    if (across < person->inner_canthus - 5.5 || across > person->outer_canthus + 5.5 ||
        at[MIEN_SIM_HY] > 19 || at[MIEN_SIM_HY] < -13)
        return; /* Too far to matter, and most of the skin is. */
    struct lids lids = lids_at(scene, side, at[MIEN_SIM_HX], at[MIEN_SIM_HY]);
    if (lids.beyond > 5 || lids.y > lids.top + 14 || lids.y < lids.bottom - 6)
        return;
    paint_lids(scene, &lids, rgb);
    float gap = fminf(lids.top - lids.y, lids.y - lids.bottom);
    float cover = lids.part <= 0 || lids.part >= 1 ? 0 : edge(scene, gap);
    if (cover > 0) {
        float ball[3];
        paint_eyeball(scene, scene->eyeball + side, &lids, at, ball);
        mien_sim_blend(rgb, ball[0], ball[1], ball[2], cover);
    }
    paint_lashes(scene, &lids, at[MIEN_SIM_HX], rgb);
}
