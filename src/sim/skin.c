/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pattern of the resting skin: its colour with freckles, pores and flushed places, brows and beard, its
 * fine relief with the lines of age, and how much light reaches it past nose, brows and chin.
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int mien_sim_texture_new(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh, int fine)
{
    texture->fine = fine;
    texture->width = (mesh->columns - 1) * fine + 1;
    texture->height = (mesh->rows - 1) * fine + 1;
    texture->texel = mien_array_new((size_t)texture->width * (size_t)texture->height, sizeof *texture->texel);
    return texture->texel ? 0 : -1;
}

/* Place on the resting surface of a texel. */
static struct mien_sim_point place_of(const struct mien_sim_mesh *mesh, int fine, int column, int row)
{
    int i = row / fine, j = column / fine, columns = mesh->columns;
    float v = (float)(row % fine) / (float)fine, u = (float)(column % fine) / (float)fine;
    int down = i + 1 < mesh->rows ? columns : 0, right = j + 1 < columns ? 1 : 0;
    const struct mien_sim_point *a = mesh->rest + i * columns + j;
    const struct mien_sim_point *b = a + right, *c = a + down, *d = a + down + right;
    float p = (1 - u) * (1 - v), q = u * (1 - v), r = (1 - u) * v, s = u * v;
    return (struct mien_sim_point){p * a->x + q * b->x + r * c->x + s * d->x,
                                   p * a->y + q * b->y + r * c->y + s * d->y,
                                   p * a->z + q * b->z + r * c->z + s * d->z};
}

/* ---- How much light reaches a place, from the heights of the front ---- */

enum { FIELD_COLUMNS = 95, FIELD_ROWS = 135 };
static const float field_step = 2, field_left = -94, field_top = 128;

struct field {
    float height[FIELD_ROWS][FIELD_COLUMNS], open[FIELD_ROWS][FIELD_COLUMNS], sun[FIELD_ROWS][FIELD_COLUMNS];
};

static float field_at(const float field[FIELD_ROWS][FIELD_COLUMNS], float x, float y)
{
    float u = (x - field_left) / field_step, v = (field_top - y) / field_step;
    u = u < 0 ? 0 : u > FIELD_COLUMNS - 1.001f ? FIELD_COLUMNS - 1.001f : u;
    v = v < 0 ? 0 : v > FIELD_ROWS - 1.001f ? FIELD_ROWS - 1.001f : v;
    int i = (int)v, j = (int)u;
    u -= (float)j, v -= (float)i;
    float top = field[i][j] + u * (field[i][j + 1] - field[i][j]);
    float low = field[i + 1][j] + u * (field[i + 1][j + 1] - field[i + 1][j]);
    return top + v * (low - top);
}

/* Tangent of the horizon seen from a place in a direction of the picture. */
static float horizon(const struct field *field, float x, float y, float dx, float dy)
{
    float here = field_at(field->height, x, y), steepest = -0.2f;
    for (int k = 1; k <= 11; k++) {
        float far = (float)k * 2.6f + 0.35f * (float)(k * k);
        float rise = (field_at(field->height, x + far * dx, y + far * dy) - here - 0.4f) / far;
        steepest = rise > steepest ? rise : steepest;
    }
    return steepest;
}

static float openness(const struct field *field, float x, float y)
{
    float hidden = 0;
    for (int k = 0; k < 8; k++) {
        float turn = (float)M_PI / 4 * (float)k + 0.3f;
        float rise = horizon(field, x, y, cosf(turn), sinf(turn));
        rise = rise < 0 ? 0 : rise;
        hidden += rise * rise / (1 + rise * rise);
    }
    return 1 - 0.9f * hidden / 8;
}

/* The light is a broad window: places of it are hidden one by one. */
static float sunshine(const struct field *field, float x, float y, const struct mien_sim_light *light)
{
    float reached = 0;
    for (int k = 0; k < 5; k++) {
        float turn = atan2f(light->key[1], light->key[0]) + 0.28f * (float)(k - 2);
        float flat = hypotf(light->key[0], light->key[1]);
        float rise = horizon(field, x, y, cosf(turn), sinf(turn));
        reached += (float)mien_sim_ramp(light->key[2] / fmaxf(flat, 0.1f) - rise, -0.3, 0.35);
    }
    return 0.22f + 0.78f * reached / 5;
}

static struct field *field_new(const struct mien_sim_person *person, const struct mien_sim_light *light)
{
    struct field *field = mien_array_new(1, sizeof *field);
    if (!field)
        return NULL;
    for (int i = 0; i < FIELD_ROWS; i++)
        for (int j = 0; j < FIELD_COLUMNS; j++) {
            double x = field_left + field_step * (float)j, y = field_top - field_step * (float)i;
            bool on_head = y > person->chin && y < person->crown;
            field->height[i][j] = on_head ? (float)mien_sim_head_front(person, x, y) : 20;
        }
    for (int i = 0; i < FIELD_ROWS; i++)
        for (int j = 0; j < FIELD_COLUMNS; j++) {
            float x = field_left + field_step * (float)j, y = field_top - field_step * (float)i;
            field->open[i][j] = openness(field, x, y);
            field->sun[i][j] = sunshine(field, x, y, light);
        }
    return field;
}

/* ---- Colour ---- */

struct palette {
    float skin[3], hair[3], brows[3], lips[3];
};

static double freckle(const struct mien_sim_person *person, double x, double y)
{
    if (person->freckles < 0.03)
        return 0;
    double size = 3.1, u = x / size + 300, v = y / size + 300, most = 0;
    int i = (int)floor(u), j = (int)floor(v), key = (int)(person->seed & 0xffff);
    for (int k = 0; k < 9; k++) {
        int a = i + k % 3 - 1, b = j + k / 3 - 1;
        double chance = mien_sim_grain(a + key, b), big = 0.1 + 0.16 * mien_sim_grain(a + key, b + 777);
        if (chance > 0.55 * person->freckles)
            continue;
        double du = u - a - mien_sim_grain(a + key, b + 333), dv = v - b - mien_sim_grain(a + key, b + 555);
        most = fmax(most, mien_sim_bell(hypot(du, dv), big) * (0.4 + 0.6 * mien_sim_grain(a, b + key)));
    }
    double where = mien_sim_hill(fabs(x) - 24, 26, y + 22, 20) + 0.4 * mien_sim_bell(y - 40, 20);
    return most * fmin(where, 1);
}

/* Flushed places are positive, pale ones negative. */
static double flush(const struct mien_sim_person *person, double x, double y)
{
    double side = fabs(x);
    double red = 0.20 * mien_sim_hill(side - 42, 15, y + 30, 14) +
                 0.12 * mien_sim_hill(x, 11, y + person->nose_length - 8, 8) +
                 0.10 * mien_sim_hill(x, 14, y - person->chin - 12, 9) +
                 0.16 * mien_sim_hill(side - person->nose_width, 4, y + person->nose_length - 4, 5);
    return person->redness * (1 - 0.5 * person->tone) * red - 0.05 * mien_sim_bell(y - 45, 18);
}

static double mottling(const struct mien_sim_person *person, double x, double y, double z)
{
    double a = person->texture[0] * 40, b = person->texture[1] * 40;
    double w = x + 0.6 * z;
    return 0.030 * mien_sim_noise(w / 19 + a, y / 19 + b) + 0.026 * mien_sim_noise(w / 7 + b, y / 7 + a) +
           0.022 * mien_sim_noise(w / 2.6 + a, y / 2.6 + b) +
           0.030 * mien_sim_noise(w / 1.0 + b, y / 1.0 + a);
}

static void paint_skin(const struct mien_sim_person *person, const struct palette *palette,
                       struct mien_sim_point at, float *texel)
{
    double x = at.x, y = at.y, side = fabs(x);
    double eye = (person->inner_canthus + person->outer_canthus) / 2;
    double light = 1 + 1.2 * mottling(person, x, y, at.z);
    double red = flush(person, x, y) + 0.06 * mien_sim_noise(x / 11 + 50, y / 11 + person->texture[2] * 30);
    double tired = (0.16 + 0.12 * person->wrinkles) * mien_sim_hill(side - eye + 3, 12, y + 9.5, 4) +
                   0.20 * mien_sim_hill(side - person->inner_canthus - 1, 6, y - 2, 6);
    light -= tired + 0.07 * mien_sim_hill(side - eye, 15, y - 4, 9);
    light -= (0.05 + 0.1 * person->tone) * mien_sim_hill(x, 26, y - person->mouth_height, 12);
    double spot = freckle(person, x, y);
    double nostril = mien_sim_hill(side - person->nose_width * 0.40, 3.3, y + person->nose_length - 0.2, 1.7);
    double dark = fmin(1, 1.5 * nostril * nostril);
    light *= 1 - 0.93 * dark;
    texel[MIEN_SIM_RED] = palette->skin[0] * (float)(light * (1 + 0.35 * red) * (1 - 0.28 * spot));
    texel[MIEN_SIM_GREEN] = palette->skin[1] * (float)(light * (1 - red) * (1 - 0.46 * spot));
    texel[MIEN_SIM_BLUE] = palette->skin[2] * (float)(light * (1 - 0.9 * red) * (1 - 0.55 * spot));
    double oily = 0.55 + 0.5 * mien_sim_hill(x, 24, y - 46, 20) + 0.55 * mien_sim_hill(x, 9, y + 24, 24) +
                  0.25 * mien_sim_hill(side - 42, 14, y + 20, 10);
    oily *= (1 - 0.9 * dark) * (1 + 0.4 * mien_sim_noise(x / 1.3 + 90, y / 1.3)) * (1 + 0.2 * person->tone);
    texel[MIEN_SIM_GLOSS] = (float)fmax(oily, 0);
    texel[MIEN_SIM_OCCLUSION] *= (float)(1 - 0.8 * dark);
}

/* ---- Hair on the skin ---- */

/* A streak of hair: narrow along `across`, long along `along`. */
static double streak(double across, double along, int key)
{
    return 0.5 + 0.5 * mien_sim_noise(across + key * 17.3, along + key * 3.1);
}

static void cover(float *texel, const float colour[3], double tone, double part)
{
    mien_sim_blend(texel, colour[0] * (float)tone, colour[1] * (float)tone, colour[2] * (float)tone,
                   (float)part);
    texel[MIEN_SIM_GLOSS] *= (float)(1 - 0.85 * part);
}

static void paint_brow(const struct mien_sim_person *person, const struct palette *palette,
                       const struct mien_sim_line *line, double x, double y, float *texel)
{
    double inner = line->x[0] + 2, tail = line->x[4] + 2, side = fabs(x);
    double part = (side - inner) / (tail - inner);
    if (part < -0.12 || part > 1.12)
        return;
    double middle = mien_sim_line_at(line, (float)side) - 1.7;
    double half =
        person->brow_thickness * (part < 0.45 ? 0.84 + 0.34 * part : 1 - 0.82 * (part - 0.45) / 0.55);
    double end = fmin(part * 52 + 2.4, (1 - part) * 34 + 2.4);
    double inside = fmin(half - fabs(y - middle), end);
    if (inside < -3)
        return;
    double lean = part < 0.25 ? 0.4 : 1.5;
    double hairs =
        streak((side - lean * (y - middle)) * 0.95, (y - middle) * 0.35 + side * 0.1, x > 0 ? 1 : 2);
    double dense = mien_sim_ramp(inside + 1.7 * (hairs - 0.5), -1.0, 1.1);
    dense *= 0.80 + 0.16 * hairs - 0.22 * mien_sim_bell(part, 0.08);
    cover(texel, palette->brows, 0.7 + 0.6 * hairs, dense);
}

/* How densely a beard grows: below a line from the sideburn to the upper lip, not on the lips. */
static double beard_growth(const struct mien_sim_person *person, double x, double y)
{
    double side = fabs(x), mouth = y - person->mouth_height, corner = person->mouth_width + 5;
    double rough = 0.8 * mien_sim_noise(x / 2.5, y / 2.5) + 1.5 * mien_sim_noise(x / 9, y / 9);
    double line = side < corner ? 15 - 11 * mien_sim_ramp(side, 14, corner)
                                : 4 + 1.15 * (side - corner) + 0.012 * (side - corner) * (side - corner);
    double lips = hypot(side / (person->mouth_width + 2), mouth / (mouth > 0 ? 8 : 12.5)) - 1;
    double burn = fmin(side - 60, 0.6 * (14 - y));
    double most = fmin(fmax(fmin(line - mouth, 40), burn), 9 * lips);
    return mien_sim_ramp(most + rough, -5, 6) * (1 - 0.5 * mien_sim_hill(x, 1.8, mouth - 11, 4));
}

static void paint_beard(const struct mien_sim_person *person, const struct palette *palette,
                        struct mien_sim_point at, float *texel)
{
    double w = at.x + (at.x > 0 ? -0.5 : 0.5) * (at.z - 60) * (fabs(at.x) > 40);
    double growth = beard_growth(person, at.x, at.y) * (1 - mien_sim_ramp(at.y, -8, 12));
    if (growth <= 0 || at.y > 12)
        return;
    if (person->beard == 0) {
        if (!person->woman)
            cover(texel, palette->hair, 1, 0.07 * growth);
        return;
    }
    double speckle = 0.5 + 0.5 * mien_sim_noise(w * 1.5, at.y * 1.2);
    double hairs = streak(w * 0.8 + 0.3 * mien_sim_noise(w / 9, at.y / 9), at.y * 0.22, 5);
    if (person->beard == 1) {
        cover(texel, palette->hair, 0.9, growth * (0.14 + 0.36 * speckle));
        return;
    }
    /* Seen between the hairs, skin softens the edge; the chin is denser than the cheek. */
    double dense = 0.62 + 0.24 * mien_sim_ramp(-at.y, -person->mouth_height - 20, -person->mouth_height + 12);
    cover(texel, palette->hair, 0.7 + 0.85 * hairs,
          dense * mien_sim_ramp(growth + 0.45 * (hairs - 0.5) + 0.25 * (speckle - 0.5), 0.08, 0.95));
}

static void paint_scalp(const struct mien_sim_person *person, const struct palette *palette,
                        struct mien_sim_point at, float *texel)
{
    double inside = mien_sim_inside_hair(person, at.x, at.y, at.z);
    if (inside < -4 || (at.y < 0 && at.z > -14))
        return; /* Hair that hangs before the cheek does not grow there. */
    cover(texel, palette->hair, 0.8, 0.9 * mien_sim_ramp(inside + 2 * mien_sim_noise(at.x, at.y), -3, 5));
    texel[MIEN_SIM_OCCLUSION] *= (float)(1 - 0.25 * mien_sim_ramp(inside, -4, 4));
}

/* ---- Fine relief ---- */

static double rest_lines(const struct mien_sim_person *person, double side, double y)
{
    double age = person->wrinkles;
    double depth = age * (0.9 * mien_sim_fold_depth(person, MIEN_SIM_FOLD_FOREHEAD, side, y) +
                          0.5 * mien_sim_fold_depth(person, MIEN_SIM_FOLD_GLABELLA, side, y) +
                          0.7 * mien_sim_fold_depth(person, MIEN_SIM_FOLD_CORNER, side, y));
    depth += (0.10 + 0.5 * age) * mien_sim_fold_depth(person, MIEN_SIM_FOLD_CHEEK, side, y);
    double eye = (person->inner_canthus + person->outer_canthus) / 2;
    double bag = hypot((side - eye + 2) / 1.35, y - 2);
    depth +=
        (0.12 + 0.55 * age) * (mien_sim_bell(bag - 9.5, 1.8) - 0.9 * mien_sim_bell(bag - 13, 1.3)) * (y < -2);
    double marionette = mien_sim_ramp(-y, -person->mouth_height + 2, -person->mouth_height + 9) *
                        (1 - mien_sim_ramp(-y, -person->mouth_height + 18, -person->mouth_height + 28));
    depth -= age * marionette *
             mien_sim_bell(side - person->mouth_width - 3 - 0.2 * (person->mouth_height - y), 1.6);
    return depth;
}

static double fine_relief(const struct mien_sim_person *person, double x, double y)
{
    return 0.02 * mien_sim_noise(x * 0.75 + 40, y * 0.75 + 7) +
           (0.05 + 0.09 * person->wrinkles) * mien_sim_noise(x / 3.1 + 11, y / 3.1 + 3);
}

/* Slopes of a relief that is known at the texels of a box. */
static void slope_at(const struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                     const struct mien_sim_crease *box, const float *depth, int i, int j, float slope[2])
{
    int left = j > 0 ? j - 1 : j, right = j + 1 < box->width ? j + 1 : j;
    int up = i > 0 ? i - 1 : i, down = i + 1 < box->height ? i + 1 : i;
    struct mien_sim_point a = place_of(mesh, texture->fine, box->left + left, box->top + i);
    struct mien_sim_point b = place_of(mesh, texture->fine, box->left + right, box->top + i);
    struct mien_sim_point c = place_of(mesh, texture->fine, box->left + j, box->top + down);
    struct mien_sim_point d = place_of(mesh, texture->fine, box->left + j, box->top + up);
    slope[0] = (depth[i * box->width + right] - depth[i * box->width + left]) / fmaxf(b.x - a.x, 0.6f);
    slope[1] = (depth[up * box->width + j] - depth[down * box->width + j]) / fmaxf(d.y - c.y, 0.6f);
}

static int set_slopes(const struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                      const struct mien_sim_person *person)
{
    struct mien_sim_crease all = {0, 0, texture->width, texture->height, NULL, false};
    size_t count = (size_t)all.width * (size_t)all.height;
    float *depth = mien_array_new(count, sizeof *depth);
    if (!depth)
        return -1;
    for (int i = 0; i < all.height; i++)
        for (int j = 0; j < all.width; j++) {
            struct mien_sim_point at = place_of(mesh, texture->fine, j, i);
            if (at.z < 0)
                continue;
            int place = i * all.width + j;
            double lines = rest_lines(person, fabs(at.x), at.y);
            depth[place] = (float)(lines + fine_relief(person, at.x, at.y));
            texture->texel[place][MIEN_SIM_OCCLUSION] *= (float)(1 + 0.28 * fmin(lines, 0));
        }
    for (int i = 0; i < all.height; i++)
        for (int j = 0; j < all.width; j++)
            slope_at(texture, mesh, &all, depth, i, j, texture->texel[i * all.width + j] + MIEN_SIM_SLOPE_X);
    free(depth);
    return 0;
}

/* ---- Parts ---- */

static void get_palette(const struct mien_sim_person *person, struct palette *palette)
{
    mien_sim_linear(person->skin, palette->skin);
    mien_sim_linear(person->hair, palette->hair);
    mien_sim_linear(person->brows, palette->brows);
    mien_sim_linear(person->lips, palette->lips);
}

static struct mien_sim_line brow_line(const struct mien_sim_person *person)
{
    static const int points[] = {22, 23, 24, 25, 26};
    struct mien_sim_movement still;
    struct mien_sim_face face;
    memset(&still, 0, sizeof still);
    mien_sim_express(person, &still, &face);
    return mien_sim_line_through(&face, points, 5);
}

int mien_sim_skin_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                        const struct mien_sim_person *person, const struct mien_sim_light *light)
{
    struct palette palette;
    struct mien_sim_line brow = brow_line(person);
    struct field *field = field_new(person, light);
    if (!field)
        return -1;
    get_palette(person, &palette);
    for (int i = 0; i < texture->height; i++)
        for (int j = 0; j < texture->width; j++) {
            float *texel = texture->texel[i * texture->width + j];
            struct mien_sim_point at = place_of(mesh, texture->fine, j, i);
            float front = (float)mien_sim_ramp(at.z, 8, 36);
            texel[MIEN_SIM_OCCLUSION] = 1 + front * (field_at(field->open, at.x, at.y) - 1);
            texel[MIEN_SIM_SUN] = 1 + front * (field_at(field->sun, at.x, at.y) - 1);
            paint_skin(person, &palette, at, texel);
            paint_beard(person, &palette, at, texel);
            paint_scalp(person, &palette, at, texel);
            if (at.z > 30)
                paint_brow(person, &palette, &brow, at.x, at.y, texel);
        }
    free(field);
    return set_slopes(texture, mesh, person);
}

void mien_sim_neck_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                         const struct mien_sim_person *person)
{
    struct palette palette;
    get_palette(person, &palette);
    for (int i = 0; i < texture->height; i++)
        for (int j = 0; j < texture->width; j++) {
            float *texel = texture->texel[i * texture->width + j];
            struct mien_sim_point at = place_of(mesh, texture->fine, j, i);
            double light = 0.96 + mottling(person, at.x, at.y, at.z);
            double below = person->chin - at.y - 0.12 * fabs(at.x);
            for (int k = 0; k < 3; k++)
                texel[k] = palette.skin[k] * (float)light;
            texel[MIEN_SIM_OCCLUSION] = (float)(0.30 + 0.55 * mien_sim_ramp(below, -10, 34));
            texel[MIEN_SIM_SUN] =
                (float)(0.12 + 0.78 * mien_sim_ramp(below - 16 * person->light * at.x / 50, 6, 46));
            texel[MIEN_SIM_GLOSS] = 0.3f;
            double growth = person->beard * (1 - mien_sim_ramp(-at.y, 118, 140));
            if (growth > 0)
                cover(texel, palette.hair, 0.9, growth * (0.15 + 0.2 * mien_sim_grain(j, i)));
        }
}

void mien_sim_ear_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                        const struct mien_sim_person *person)
{
    struct palette palette;
    get_palette(person, &palette);
    for (int i = 0; i < texture->height; i++)
        for (int j = 0; j < texture->width; j++) {
            float *texel = texture->texel[i * texture->width + j];
            double radius = (double)i / (texture->height - 1), turn = -2 * M_PI * j / (texture->width - 1);
            double up = radius * cos(turn), back = radius * sin(turn);
            double bowl = mien_sim_hill(up + 0.12, 0.25, back + 0.1, 0.26);
            double groove = mien_sim_bell(radius - 0.7, 0.07) * mien_sim_ramp(up + 0.4 * back, -0.5, 0.1);
            double light = 0.95 + 0.06 * mien_sim_noise(up * 9, back * 9);
            texel[0] = palette.skin[0] * (float)(light * 1.02);
            texel[1] = palette.skin[1] * (float)(light * 0.86);
            texel[2] = palette.skin[2] * (float)(light * 0.86);
            texel[MIEN_SIM_OCCLUSION] = (float)fmax(0.85 - 0.75 * bowl - 0.45 * groove, 0.08);
            texel[MIEN_SIM_SUN] = (float)fmax(0.9 - 0.8 * bowl - 0.4 * groove, 0.05);
            texel[MIEN_SIM_GLOSS] = 0.4f;
        }
    (void)mesh;
}

/* ---- Changes with expression ---- */

/* Boxes in which a fold is not zero, on the side that acts, millimetres. */
static const struct {
    double left, right, bottom, top;
} boxes[MIEN_SIM_FOLDS] = {{8, 72, -96, -14}, {0, 66, 26, 70},  {0, 26, 0, 40},
                           {40, 72, -20, 18}, {0, 22, -30, 14}, {0, 26, -112, -78}};

int mien_sim_crease_new(struct mien_sim_crease *crease, const struct mien_sim_texture *texture,
                        const struct mien_sim_mesh *mesh, const struct mien_sim_person *person,
                        enum mien_sim_fold fold, enum mien_sim_side side)
{
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    int left = texture->width, right = 0, top = texture->height, bottom = 0;
    for (int i = 0; i < mesh->rows; i++)
        for (int j = 0; j < mesh->columns; j++) {
            struct mien_sim_point at = mesh->rest[i * mesh->columns + j];
            double x = sign * at.x;
            if (at.z < 10 || x < boxes[fold].left || x > boxes[fold].right || at.y < boxes[fold].bottom ||
                at.y > boxes[fold].top)
                continue;
            int column = j * texture->fine, row = i * texture->fine;
            left = column < left ? column : left, right = column > right ? column : right;
            top = row < top ? row : top, bottom = row > bottom ? row : bottom;
        }
    *crease = (struct mien_sim_crease){
        left, top, right > left ? right - left : 0, bottom > top ? bottom - top : 0, NULL, false};
    crease->change =
        mien_array_new((size_t)crease->width * (size_t)crease->height + 1, sizeof *crease->change);
    if (!crease->change)
        return -1;
    float *depth = mien_array_new((size_t)crease->width * (size_t)crease->height + 1, sizeof *depth);
    if (!depth)
        return -1;
    for (int i = 0; i < crease->height; i++)
        for (int j = 0; j < crease->width; j++) {
            struct mien_sim_point at = place_of(mesh, texture->fine, left + j, top + i);
            depth[i * crease->width + j] = (float)mien_sim_fold_depth(person, fold, sign * at.x, at.y);
        }
    for (int i = 0; i < crease->height; i++)
        for (int j = 0; j < crease->width; j++) {
            float *change = crease->change[i * crease->width + j];
            slope_at(texture, mesh, crease, depth, i, j, change);
            change[2] = 0.3f * fminf(depth[i * crease->width + j], 0);
        }
    free(depth);
    return 0;
}
