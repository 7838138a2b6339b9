/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lips between smooth curves through the points of the frame, and behind them teeth, tongue and the dark,
 * found by following the line of sight: the upper teeth belong to the skull, the lower ones go with the jaw.
 */
#include "sim/painter.h"
#include "sim/shade.h"
#include "sim/soft.h"

#include <math.h>

/* ---- Curves ---- */

struct mien_sim_line mien_sim_line_through(const struct mien_sim_face *face, const int *points, int count)
{
    struct mien_sim_line curve = {.count = count};
    for (int i = 0; i < count; i++) {
        curve.x[i] = (float)face->x[points[i]];
        curve.y[i] = (float)face->y[points[i]];
        if (i > 0 && curve.x[i] <= curve.x[i - 1] + 1e-3f)
            curve.x[i] = curve.x[i - 1] + 1e-3f;
    }
    for (int i = 0; i < count; i++) {
        int before = i > 0 ? i - 1 : i, after = i + 1 < count ? i + 1 : i;
        curve.slope[i] = (curve.y[after] - curve.y[before]) / (curve.x[after] - curve.x[before]);
    }
    return curve;
}

float mien_sim_line_at(const struct mien_sim_line *curve, float x)
{
    int last = curve->count - 1, i = 0;
    if (x <= curve->x[0])
        return curve->y[0];
    if (x >= curve->x[last])
        return curve->y[last];
    while (x > curve->x[i + 1])
        i++;
    float width = curve->x[i + 1] - curve->x[i], t = (x - curve->x[i]) / width, s = 1 - t;
    return s * s * (1 + 2 * t) * curve->y[i] + t * t * (3 - 2 * t) * curve->y[i + 1] +
           s * t * width * (s * curve->slope[i] - t * curve->slope[i + 1]);
}

void mien_sim_mouth_begin(struct mien_sim_mouth *mouth, const struct mien_sim_face *face)
{
    static const int upper[] = {48, 49, 50, 51, 52, 53, 54}, lower[] = {48, 59, 58, 57, 56, 55, 54};
    static const int inner_upper[] = {60, 61, 62, 63, 64}, inner_lower[] = {60, 67, 66, 65, 64};
    mouth->upper = mien_sim_line_through(face, upper, 7);
    mouth->lower = mien_sim_line_through(face, lower, 7);
    mouth->inner_upper = mien_sim_line_through(face, inner_upper, 5);
    mouth->inner_lower = mien_sim_line_through(face, inner_lower, 5);
    mouth->left = (float)face->x[48], mouth->right = (float)face->x[54], mouth->middle = (float)face->x[51];
    mouth->top = mouth->bottom = (float)face->y[48];
    for (int i = 48; i < 60; i++) {
        mouth->top = fmaxf(mouth->top, (float)face->y[i] + 4);
        mouth->bottom = fminf(mouth->bottom, (float)face->y[i] - 7);
    }
}

static float bell(float distance, float width)
{
    float a = distance / width, r = 0.5f * a * a;
    return r > 12 ? 0 : expf(-r);
}

static float edge(const struct mien_sim_scene *scene, float inside)
{
    return mien_sim_clamp(inside / (2 * scene->soft) + 0.5f);
}

/* ---- Behind the lips ---- */

/* Height of the cutting edge and darkness of the gap to the next tooth at a distance from the mid-line. */
static float tooth(float side, float *gap)
{
    static const float border[] = {0, 8.6f, 15.4f, 23, 30, 37, 47},
                       length[] = {0, 0.9f, 0.1f, 0.5f, 0.9f, 1.2f};
    int i = 0;
    while (i < 5 && side > border[i + 1])
        i++;
    float middle = (border[i] + border[i + 1]) / 2, half = (border[i + 1] - border[i]) / 2;
    float across = (side - middle) / half;
    *gap = bell(fminf(side - border[i], border[i + 1] - side) + (i == 0 && side < middle ? 0.15f : 0), 0.32f);
    return length[i] + 0.9f * across * across * across * across;
}

/* Cover and brightness of a row of teeth at a place; sign 1 for the upper row. */
static float teeth(const struct mien_sim_scene *scene, float x, float y, float line, float sign, float size,
                   float *bright)
{
    float gap, side = fabsf(x) / size, short_by = tooth(side, &gap);
    float from_edge = sign * (y - line) - 0.8f * short_by - 0.0022f * x * x;
    float gum = 9.6f * size - 0.9f * short_by - 1.6f * gap - from_edge;
    *bright = (1 - 0.45f * gap) * (0.86f + 0.14f * mien_sim_clamp(from_edge * 0.35f)) *
              (1 - 0.00075f * x * x) * mien_sim_clamp(1.12f - 0.02f * side);
    return edge(scene, from_edge) * mien_sim_clamp(gum * 0.7f + 0.5f) * edge(scene, 29 - fabsf(x));
}

static void paint_inside(const struct mien_sim_scene *scene, const struct mien_sim_mouth *mouth,
                         const float *at, float top, float bottom, float rgb[3])
{
    const struct mien_sim_person *person = scene->person;
    const float *eye = scene->camera.eye;
    float x = at[MIEN_SIM_HX], y = at[MIEN_SIM_HY], closed = (float)person->mouth_height;
    float row = (float)mien_sim_head_front(person, 0, person->mouth_height) - 9.5f - 0.016f * x * x;
    float t = (row - at[MIEN_SIM_HZ]) / fmaxf(eye[2], 0.3f);
    float tx = x + t * eye[0], ty = y + t * eye[1];
    float drop = (float)scene->face->jaw_drop;
    float deep = mien_sim_clamp((top - bottom) * 0.06f), dim = scene->dim;
    float shadow = (0.45f + 0.55f * mien_sim_clamp((top - y) * 0.35f + 0.1f)) *
                   (0.25f + 0.75f * mien_sim_clamp(fminf(x - mouth->left, mouth->right - x) * 0.09f));
    rgb[0] = 0.032f * dim, rgb[1] = 0.008f * dim, rgb[2] = 0.008f * dim;
    /* The tongue lies behind the lower teeth. */
    float tongue_y = y - (bottom + 1.5f + 0.22f * (top - bottom)), across = x / 21;
    float tongue = mien_sim_clamp(-tongue_y * 0.35f + 0.5f) * mien_sim_clamp(2 - 2 * across * across);
    mien_sim_blend(rgb, 0.24f * dim, 0.07f * dim, 0.07f * dim, 0.75f * tongue * (0.4f + 0.6f * deep));
    float white[3] = {0.74f, 0.70f - 0.05f * (float)person->teeth, 0.63f - 0.17f * (float)person->teeth};
    float bright, gum[3] = {0.42f, 0.15f, 0.14f};
    float lower = teeth(scene, tx, ty, closed - 1.4f - drop, -1, 0.72f, &bright);
    bright *= 0.36f * shadow * sqrtf(dim);
    mien_sim_blend(rgb, white[0] * bright, white[1] * bright, white[2] * bright, lower);
    float cutting = closed - 0.3f;
    if (ty > cutting + 6.5f)
        mien_sim_blend(rgb, gum[0] * 0.6f, gum[1] * 0.6f, gum[2] * 0.6f, edge(scene, ty - cutting - 6.5f));
    float upper = teeth(scene, tx, ty, cutting, 1, 1, &bright);
    bright *= 0.98f * shadow * sqrtf(dim);
    mien_sim_blend(rgb, white[0] * bright, white[1] * bright, white[2] * bright, upper);
}

/* ---- Lips ---- */

static void paint_lip(const struct mien_sim_scene *scene, const float *at, const float *texel, bool above,
                      float part, float cover, float rgb[3])
{
    /* part runs from the opening (0) to the border with the skin (1). */
    float n[3] = {at[MIEN_SIM_NX], at[MIEN_SIM_NY], at[MIEN_SIM_NZ]}, lip[MIEN_SIM_TEXELS], colour[3];
    float tilt = above ? -0.62f + 0.75f * part : 0.42f - 0.95f * part;
    n[1] = 0.4f * n[1] + tilt;
    n[0] += 0.10f * (float)mien_sim_noise(at[MIEN_SIM_HX] * 0.9 + 70, at[MIEN_SIM_HY] * 0.12);
    float length = 1 / sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    for (int k = 0; k < 3; k++)
        n[k] *= length;
    float tone = 0.93f + 0.10f * (float)mien_sim_noise(at[MIEN_SIM_HX] * 0.7 + 20, at[MIEN_SIM_HY] * 0.2);
    tone *= 1 - 0.34f * bell(part, 0.22f) - 0.30f * bell(part - 1, 0.2f);
    tone *= above ? 0.88f : 1.04f;
    for (int k = 0; k < 3; k++)
        lip[k] = scene->lips[k] * tone;
    lip[MIEN_SIM_OCCLUSION] = above ? 0.78f : 0.95f;
    lip[MIEN_SIM_SUN] = 0.35f + 0.65f * texel[MIEN_SIM_SUN];
    lip[MIEN_SIM_GLOSS] = above ? 0.3f : 0.75f * bell(part - 0.45f, 0.2f);
    mien_sim_shade(&scene->light, n, lip, colour);
    mien_sim_blend(rgb, colour[0], colour[1], colour[2], 0.95f * cover);
}

void mien_sim_mouth_pixel(const struct mien_sim_scene *scene, const struct mien_sim_mouth *mouth,
                          const float at[MIEN_SIM_ATTRIBUTES], const float texel[MIEN_SIM_TEXELS],
                          float rgb[3])
{
    float x = at[MIEN_SIM_HX], y = at[MIEN_SIM_HY];
    if (x < mouth->left - 5 || x > mouth->right + 5 || y > mouth->top || y < mouth->bottom)
        return;
    float upper = mien_sim_line_at(&mouth->upper, x), lower = mien_sim_line_at(&mouth->lower, x);
    float top = mien_sim_line_at(&mouth->inner_upper, x), bottom = mien_sim_line_at(&mouth->inner_lower, x);
    float middle = (top + bottom) / 2, to_end = fminf(x - mouth->left, mouth->right - x);
    float cover = mien_sim_clamp(fminf(fminf(upper - y, y - lower), to_end) / (3.2f * scene->soft) + 0.5f);
    if (cover > 0) {
        bool above = y > middle;
        float part =
            above ? (y - top) / fmaxf(upper - top, 0.5f) : (bottom - y) / fmaxf(bottom - lower, 0.5f);
        paint_lip(scene, at, texel, above, mien_sim_clamp(part), cover, rgb);
    }
    /* The skin at the border of the upper lip catches the light. */
    float roll = 0.22f * bell(y - upper - 1.5f, 0.8f) * mien_sim_clamp((to_end - 3) * 0.12f);
    /* A shadow under the lower lip. */
    float below = 0.22f * bell(y - lower + 2.2f, 2.0f) * mien_sim_clamp(to_end * 0.08f);
    float corner = 0;
    const struct mien_sim_line *line = &mouth->upper;
    for (int end = 0; end < 2; end++) {
        float dx = x - line->x[end ? 6 : 0], dy = y - line->y[end ? 6 : 0];
        corner = fmaxf(corner, (0.75f - 0.025f * (float)scene->face->jaw_drop) * bell(hypotf(dx, dy), 1.8f));
    }
    for (int k = 0; k < 3; k++)
        rgb[k] *= (1 - below) * (1 + roll);
    if (to_end > 0) {
        float open = edge(scene, fminf(top - y, y - bottom)), inside[3];
        if (open > 0) {
            paint_inside(scene, mouth, at, top, bottom, inside);
            mien_sim_blend(rgb, inside[0], inside[1], inside[2], open);
        }
    }
    float slit = bell(y - middle, 0.95f) * bell(fmaxf(top - bottom - 2.2f, 0), 0.8f);
    slit *= mien_sim_clamp((to_end + 1) * 0.6f);
    mien_sim_blend(rgb, 0.022f, 0.006f, 0.006f, fmaxf(slit, corner));
}
