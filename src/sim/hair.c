/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hair as a shell over the head: where it grows, how far it stands off, how it hangs, and its strands.
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static const struct style {
    double side, top; /* Thickness, millimetres. */
    double end;       /* Height at which the longest hair ends; 0: it does not hang. */
    double flare;     /* How much wider hanging hair is at its end. */
    double rough;     /* Height of locks. */
} styles[MIEN_SIM_HAIR_STYLES] = {
    [MIEN_SIM_HAIR_SHORT] = {4.5, 10, 0, 0, 1.0},  [MIEN_SIM_HAIR_PARTED] = {8, 15, 0, 0, 1.4},
    [MIEN_SIM_HAIR_CROPPED] = {2.2, 3, 0, 0, 0.3}, [MIEN_SIM_HAIR_RECEDING] = {5, 2, 0, 0, 0.8},
    [MIEN_SIM_HAIR_LONG] = {15, 12, -165, 3, 1.2}, [MIEN_SIM_HAIR_BOB] = {17, 13, -98, 5, 1.4},
    [MIEN_SIM_HAIR_WAVY] = {18, 15, -150, 8, 3.0}, [MIEN_SIM_HAIR_TIED] = {3.5, 5, 0, 0, 0.6},
    [MIEN_SIM_HAIR_CURLY] = {24, 27, -45, -6, 6.0}};

bool mien_sim_hair_hangs(const struct mien_sim_person *person)
{
    return styles[person->hair_style].end < 0;
}

static double front_line(const struct mien_sim_person *person, double x)
{
    double line = person->hairline - 0.0042 * x * x + 2.2 * mien_sim_noise(x / 13, person->texture[3] * 9) +
                  1.2 * mien_sim_noise(x / 4, person->texture[3] * 7);
    if (!person->woman)
        line += (4 + 0.08 * person->age) * mien_sim_bell(fabs(x) - 38, 13); /* Corners of the forehead. */
    if (person->hair_style == MIEN_SIM_HAIR_PARTED && person->woman)
        line -= 7 * mien_sim_bell(x + 30 * person->part_side, 24);
    return line;
}

double mien_sim_inside_hair(const struct mien_sim_person *person, double x, double y, double z)
{
    double top = y - front_line(person, x);
    double side = fmin(y + (person->woman ? 4 : 16), 22 + 0.55 * fmax(y - 12, 0) - z);
    double back = fmin(-12 - z, y + 44);
    if (person->hair_style == MIEN_SIM_HAIR_RECEDING) {
        double edge = 52 - 0.2 * fmax(z, -60) + 3 * mien_sim_noise(x / 12, z / 12);
        return fmin(fmax(side, back), edge - y);
    }
    if (mien_sim_hair_hangs(person)) {
        double curtain = 60 - 10 * mien_sim_ramp(-y, 20, 90) + 0.4 * fmax(y - 25, 0) - z;
        side = fmin(curtain, y - styles[person->hair_style].end);
    }
    return fmax(fmax(top, side), back);
}

/* ---- The shell ---- */

enum { HAIR_COLUMNS = 91, HAIR_ROWS = 60 };

static double stand_off(const struct mien_sim_person *person, double x, double y, double z, double inside)
{
    const struct style *style = styles + person->hair_style;
    double upper = mien_sim_ramp(y, 20, 85);
    double thick = style->side + (style->top - style->side) * upper;
    double locks = style->rough * mien_sim_noise(x / 11 + 5, y / 13 + z / 11);
    if (person->hair_style == MIEN_SIM_HAIR_CURLY)
        locks += 2.5 * mien_sim_noise(x / 5 + 50, y / 5 + z / 5);
    if (person->hair_style == MIEN_SIM_HAIR_WAVY)
        locks += 2.5 * sin(y / 9 + 2 * mien_sim_noise(x / 20, z / 20));
    if (person->hair_style == MIEN_SIM_HAIR_PARTED)
        thick -= 5 * upper * mien_sim_bell(x - 27 * person->part_side, 4);
    double edge = mien_sim_ramp(inside, -3, mien_sim_hair_hangs(person) && y < 30 ? 34 : 26);
    return (thick + locks) * (0.06 + 0.94 * edge);
}

static double row_height(const struct mien_sim_person *person, int row)
{
    const int top = 22;
    double edge = 45, end = mien_sim_hair_hangs(person) ? styles[person->hair_style].end : -50;
    if (row < top)
        return edge + (person->crown - edge) * sin(M_PI / 2 * (top - row) / top);
    return edge + (end - edge) * (row - top) / (HAIR_ROWS - 1 - top);
}

static struct mien_sim_point hair_point(const struct mien_sim_person *person, double angle, double y,
                                        float *inside)
{
    const struct style *style = styles + person->hair_style;
    double width, middle, front, back, level = mien_sim_hair_hangs(person) ? fmax(y, 8) : fmax(y, -28);
    mien_sim_head_section(person, level, &width, &middle, &front, &back);
    double across = sin(angle), along = cos(angle), power = along > 0 ? 2.35 : 2.2;
    double reach = pow(fmax(1 - pow(fabs(across), power), 0), 1 / power);
    double x = width * across, z = middle + (along > 0 ? front : -back) * reach;
    double within = mien_sim_inside_hair(person, x, y, z);
    double hang = mien_sim_hair_hangs(person) ? fmax(8 - y, 0) / fmax(8 - style->end, 1) : 0;
    double away = stand_off(person, x, y, z, within) + style->flare * hang;
    double broad = person->face_width * 1.05;
    double nx = x / (broad * broad), nz = (z - middle) / (95 * 95);
    double ny = fmax(y - 22, 0) / ((person->crown - 22) * (person->crown - 22));
    double length = sqrt(nx * nx + ny * ny + nz * nz) + 1e-9;
    *inside = (float)within;
    return (struct mien_sim_point){(float)(x + away * nx / length), (float)(y + away * ny / length),
                                   (float)(z + away * nz / length - 6 * hang)};
}

int mien_sim_hair_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person)
{
    if (mien_sim_mesh_new(mesh, HAIR_COLUMNS, HAIR_ROWS) != 0)
        return -1;
    size_t count = (size_t)HAIR_COLUMNS * HAIR_ROWS;
    mesh->shown = mien_array_new(count, 1);
    mesh->inside = mien_array_new(count, sizeof *mesh->inside);
    if (!mesh->shown || !mesh->inside)
        return -1;
    for (int i = 0; i < HAIR_ROWS; i++) {
        double y = row_height(person, i);
        for (int j = 0; j < HAIR_COLUMNS; j++) {
            int at = i * HAIR_COLUMNS + j;
            double angle = M_PI * (2.0 * j / (HAIR_COLUMNS - 1) - 1);
            mesh->rest[at] = mesh->moved[at] = hair_point(person, angle, y, mesh->inside + at);
            mesh->shown[at] = mesh->inside[at] > (y < 20 ? 0 : -5);
        }
    }
    return 0;
}

/* ---- Strands ---- */

static inline float strands(const struct mien_sim_person *person, float u, float v, float *fine)
{
    float key = (float)person->texture[2] * 100;
    if (person->hair_style == MIEN_SIM_HAIR_CURLY) {
        *fine = 0.5f + 0.5f * mien_sim_noise_of(u * 3.1f + key, v * 3.3f);
        return 0.5f + 0.5f * mien_sim_noise_of(u * 1.1f + key, v * 1.2f + 9);
    }
    float bend = person->hair_style == MIEN_SIM_HAIR_WAVY ? 0.5f * sinf(v * 0.62f) : 0;
    bend += 0.5f * mien_sim_noise_of(u * 0.3f, v * 0.16f + key);
    *fine = 0.5f + 0.5f * mien_sim_noise_of((u + bend) * 5.3f + key, v * 0.30f);
    return 0.5f + 0.5f * mien_sim_noise_of((u + bend) * 1.9f + key, v * 0.14f + 40);
}

enum { PER_COLUMN = 12, PER_ROW = 6, STRANDS_WIDE = (HAIR_COLUMNS - 1) * PER_COLUMN + 2 };

int mien_sim_strands_new(struct mien_sim_strands *made, const struct mien_sim_person *person)
{
    int rows = (HAIR_ROWS - 1) * PER_ROW + 2;
    made->tone = mien_array_new((size_t)rows * STRANDS_WIDE, sizeof *made->tone);
    if (!made->tone)
        return -1;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < STRANDS_WIDE; j++) {
            uint8_t *tone = made->tone[i * STRANDS_WIDE + j];
            float fine, lock = strands(person, (float)j / PER_COLUMN, (float)i / PER_ROW, &fine);
            tone[0] = (uint8_t)(255 * mien_sim_clamp(lock) + 0.5f);
            tone[1] = (uint8_t)(255 * mien_sim_clamp(fine) + 0.5f);
        }
    return 0;
}

/* Lock and single hair of a place of the mesh, 0..1. */
static inline void strands_at(const struct mien_sim_strands *strands, float u, float v, float tone[2])
{
    float x = u * PER_COLUMN, y = v * PER_ROW;
    int j = (int)x, i = (int)y;
    x -= (float)j, y -= (float)i;
    const uint8_t(*a)[2] = (const uint8_t(*)[2])strands->tone + i * STRANDS_WIDE + j,
          (*c)[2] = a + STRANDS_WIDE;
    for (int k = 0; k < 2; k++) {
        float top = (float)a[0][k] + x * (float)(a[1][k] - a[0][k]);
        float low = (float)c[0][k] + x * (float)(c[1][k] - c[0][k]);
        tone[k] = (top + y * (low - top)) * (1 / 255.0f);
    }
}

MIEN_SIM_FAST float mien_sim_hair_pixel(const struct mien_sim_scene *scene,
                                        const float at[MIEN_SIM_ATTRIBUTES], bool open, float rgb[3])
{
    float tone_here[2];
    strands_at(scene->strands, at[MIEN_SIM_U], at[MIEN_SIM_V], tone_here);
    float lock = tone_here[0], fine = tone_here[1];
    /* Hair grows out of the forehead one by one; where it hangs it ends in a lock. */
    float hanging = at[MIEN_SIM_HY] < 12 ? 0.25f : 1;
    float inside = at[MIEN_SIM_HX] + hanging * (6.5f * (fine - 0.5f) + 4 * (lock - 0.5f));
    float cover = mien_sim_clamp((inside + 1.8f) * (hanging < 1 ? 0.9f : 0.2f));
    /* Behind the front edge of a curtain of hair hangs the hair of the other side, not the wall. */
    double end = styles[scene->person->hair_style].end;
    bool lined = open && end < 0 && at[MIEN_SIM_HY] < 12 && at[MIEN_SIM_HY] > end + 8;
    if (cover <= 0 && !lined)
        return 0;
    float n[3] = {at[MIEN_SIM_NX], at[MIEN_SIM_NY], at[MIEN_SIM_NZ]};
    const float *key = scene->light.key, *half = scene->light.half;
    float behind = n[2] < 0 ? 1 : 0;
    n[0] += 0.35f * (lock - 0.5f);
    float facing = n[0] * key[0] + n[1] * key[1] + n[2] * key[2];
    /* Shine lies across the strands, which run down the head. */
    float up = n[1], tx = -up * n[0], ty = 1 - up * up, tz = -up * n[2];
    float length = sqrtf(tx * tx + ty * ty + tz * tz) + 1e-4f;
    float along = (tx * half[0] + ty * half[1] + tz * half[2]) / length + 0.12f * (fine - 0.5f) - 0.05f;
    float shine = 1 - along * along;
    shine *= shine, shine *= shine, shine *= shine, shine *= shine;
    float diffuse = (facing + 0.3f) / 1.3f;
    diffuse = diffuse < 0 ? 0 : diffuse;
    float tone = (0.30f + 0.75f * diffuse) * (0.45f + 0.55f * fine + 0.35f * lock) * (1 - 0.72f * behind);
    tone *= 0.55f + 0.45f * mien_sim_clamp((at[MIEN_SIM_HY] + 150) * 0.008f);
    float gloss = (1 - behind) * 0.09f * shine * shine * (0.3f + fine) * mien_sim_clamp(facing * 2 + 0.4f);
    for (int k = 0; k < 3; k++)
        rgb[k] = scene->hair[k] * tone + gloss * (0.35f + scene->hair[k]);
    if (!lined)
        return cover;
    for (int k = 0; k < 3; k++)
        rgb[k] = scene->hair[k] * 0.12f + cover * (rgb[k] - scene->hair[k] * 0.12f);
    return 1;
}
