/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The head as a height field under one soft light: the relief is a sum of smooth hills and furrows, so its
 * normals, and with them the shading, follow from differences.
 */
#include "sim/canvas.h"

#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double picture_size = 290; /* Millimetres across the shorter side of the picture. */

float mien_sim_grain(int x, int y)
{
    uint32_t h = (uint32_t)x * 0x9E3779B1u ^ (uint32_t)y * 0x85EBCA77u;
    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    h ^= h >> 12;
    h *= 0x297A2D39u;
    h ^= h >> 15;
    return (float)(h >> 8) / 16777216.0f;
}

/* 1 in the middle, falling off with the two standard deviations. */
static double hill(double dx, double width, double dy, double height)
{
    double a = dx / width, b = dy / height;
    return exp(-0.5 * (a * a + b * b));
}

/* 0 below low, 1 above high, smooth between. */
static double ramp(double value, double low, double high)
{
    double part = fmin(fmax((value - low) / (high - low), 0), 1);
    return part * part * (3 - 2 * part);
}

/* ---- Relief ---- */

static double nose_relief(const struct mien_sim_person *person, double x, double y)
{
    double length = person->nose_length, tip = -length + 8.5, wing = person->nose_width - 5;
    double along = (7 - y) / (7 - tip); /* 0 at the root, 1 at the tip. */
    double ridge = along < 0 ? 4 * exp(-along * along * 9)
                             : (4 + (person->nose_height - 5) * pow(fmin(along, 1), 1.4)) *
                                   (1 - ramp(-y, -tip + 1, length - 0.5));
    double width = 5.5 + 3.2 * fmin(fmax(along, 0), 1);
    double relief = ridge * hill(x, width, 0, 1);
    relief += 5 * hill(x, 6.5, y - tip + 1, 6);
    relief += 6.5 * hill(fabs(x) - wing, 4, y + length - 6, 4.5) * (1 - ramp(-y, length - 3, length + 1.5));
    return relief;
}

static double face_relief(const struct mien_sim_person *person, double x, double y)
{
    double eye = (person->inner_canthus + person->outer_canthus) / 2, side = fabs(x);
    double width = mien_sim_face_half_width(person, y) + 5;
    double across = fmin(side / width, 0.995), up = fmin(fabs(y + 10) / 125, 0.99);
    double relief = 58 * pow(1 - pow(across, 2.5), 0.5) * pow(1 - pow(up, 3.2), 0.5);
    relief += nose_relief(person, x, y);
    relief -= 5.5 * hill(side - eye + 4, 13, y - 5, 8);
    relief += 3.2 * hill(side - eye, 10, y - 1, 7);
    relief += 2.6 * hill(side - 26, 18, y - person->brow_height - 2, 5);
    relief += 5 * hill(side - 40, 17, y + 28, 16);
    relief += 5 * hill(x, 22, y - person->mouth_height, 15);
    relief -= 1.2 * hill(x, 2.6, y - person->mouth_height - 14, 6);
    relief -= 3.4 * hill(x, 15, y - person->mouth_height + 18, 4.5);
    relief += 6 * hill(x, 14, y - person->chin - 13, 10);
    relief += 1.2 * hill(side - eye + 3, 9, y + 15, 3);
    return relief;
}

/* Distance from the line that runs from the wing of the nose round the mouth's corner; positive on the
 * cheek's side. */
static double fold_distance(const struct mien_sim_person *person, double side, double y)
{
    double top = -person->nose_length + 6,
           along = fmin(fmax((top - y) / (top - person->mouth_height + 8), -0.2), 1.3);
    return side - (person->nose_width + 3 + 17 * pow(fmax(along, 0), 0.8));
}

static double cheek_fold(const struct mien_sim_person *person, double side, double y)
{
    double top = -person->nose_length + 6, bottom = person->mouth_height - 6;
    double distance = fold_distance(person, side, y);
    double along = ramp(y, bottom - 6, bottom + 8) * (1 - ramp(y, top - 4, top + 8));
    double fold = along * (2.4 * hill(distance - 6, 5, 0, 1) - 2.2 * hill(distance, 2, 0, 1));
    return fold + 4.5 * hill(side - 42, 14, y + 24, 11);
}

static double fold_depth(const struct mien_sim_person *person, enum mien_sim_fold fold, double side, double y)
{
    if (side < 0)
        return 0; /* The other half of the face. */
    switch (fold) {
    case MIEN_SIM_CHEEK:
        return cheek_fold(person, side, y);
    case MIEN_SIM_FOREHEAD:
        return 0.55 * cos((y - 40 - 2 * cos(side / 9)) * 0.85) * hill(side - 20, 16, y - 43, 8);
    case MIEN_SIM_GLABELLA:
        return 1.2 * hill(side - 9, 6, y - 18, 6) - 1.6 * hill(side - 4.5, 1.3, y - 17, 6);
    default:
        return 0;
    }
}

static const struct {
    double left, right, bottom, top; /* The box in which a fold is not zero, on the participant's left. */
} fold_boxes[MIEN_SIM_FOLDS] = {{0, 80, -90, 14}, {0, 72, 15, 72}, {0, 34, -8, 44}};

static int make_fold(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                     enum mien_sim_fold fold, enum mien_sim_side side)
{
    struct mien_sim_relief *relief = &canvas->folds[fold][side];
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    double a = sign * fold_boxes[fold].left, b = sign * fold_boxes[fold].right;
    int left = (int)floor(canvas->origin_x + fmin(a, b) * canvas->scale);
    int right = (int)ceil(canvas->origin_x + fmax(a, b) * canvas->scale);
    int top = (int)floor(canvas->origin_y - fold_boxes[fold].top * canvas->scale);
    int bottom = (int)ceil(canvas->origin_y - fold_boxes[fold].bottom * canvas->scale);
    left = left < 0 ? 0 : left;
    top = top < 0 ? 0 : top;
    right = right > canvas->width ? canvas->width : right;
    bottom = bottom > canvas->height ? canvas->height : bottom;
    *relief = (struct mien_sim_relief){left, top, right > left ? right - left : 0,
                                       bottom > top ? bottom - top : 0, NULL};
    relief->depth = mien_array_new((size_t)relief->width * (size_t)relief->height, sizeof *relief->depth);
    if (!relief->depth)
        return -1;
    for (int i = 0; i < relief->height; i++)
        for (int j = 0; j < relief->width; j++) {
            double x = ((double)(left + j) - canvas->origin_x) / canvas->scale;
            double y = ((double)canvas->origin_y - (top + i)) / canvas->scale;
            relief->depth[i * relief->width + j] = (float)fold_depth(person, fold, sign * x, y);
        }
    return 0;
}

/* ---- What does not move ---- */

/* Signed distance into the face's outline, in millimetres, roughly. */
static double inside_face(const struct mien_sim_person *person, double x, double y)
{
    double side = fabs(x), hairline = person->hairline - 0.0040 * x * x;
    double top = hairline - y;
    if (y >= 0)
        return fmin(mien_sim_face_half_width(person, y) - side, top);
    double a = side / person->face_width, b = y / person->chin, q = 1 / 0.53;
    double level = 1 - pow(a, q) - pow(b, person->jaw);
    double slope =
        hypot(q * pow(a, q - 1) / person->face_width, person->jaw * pow(b, person->jaw - 1) / person->chin);
    return fmin(level / fmax(slope, 0.004), top);
}

static double inside_ellipse(double dx, double width, double dy, double height)
{
    double r = hypot(dx / width, dy / height);
    return (1 - r) * fmin(width, height);
}

static double inside_hair(const struct mien_sim_person *person, double x, double y)
{
    double cap = inside_ellipse(x, person->face_width + 12, y - 22, 96);
    double side = fabs(x);
    if (!person->long_hair)
        return fmin(cap, y + 4 + 0.25 * (70 - side));
    double fall = fmin(person->face_width + 14 - 0.04 * (y + 40) - side, y + 128);
    return fmax(fmin(cap, y), y < 30 ? fall : -1);
}

static void paint_back(const struct mien_sim_person *person, double x, double y, float softness, float *pixel)
{
    struct mien_sim_colour skin = person->skin, hair = person->hair, wall = person->wall,
                           shirt = person->clothes;
    float wall_light = (float)(1 - 0.0006 * (person->light * -x + y * -0.4 + 60));
    pixel[0] = wall.r * wall_light, pixel[1] = wall.g * wall_light, pixel[2] = wall.b * wall_light;
    double side = fabs(x), width = person->face_width, streak = mien_sim_grain((int)(x * 1.7), 7) - 0.5;
    float grain = (float)(1 + 0.28 * streak + 0.25 * hill(x - 25 * person->light, 30, y - 95, 18));
    float is_hair = mien_sim_clamp((float)inside_hair(person, x, y) * softness + 0.5f);
    if (person->long_hair)
        mien_sim_blend(pixel, hair.r * grain, hair.g * grain, hair.b * grain, is_hair);
    double neck = fmin(width * 0.74 + fmax(0, -128 - y) * 0.9 - side, -y - 60);
    float shadow = (float)(0.5 + 0.28 * ramp(-y, -person->chin - 4, -person->chin + 30));
    shadow *= (float)(1 - 0.35 * ramp(side, 25, 55));
    mien_sim_blend(pixel, skin.r * shadow, skin.g * shadow * 0.97f, skin.b * shadow * 0.95f,
                   mien_sim_clamp((float)neck * softness + 0.5f));
    double shoulder = fmin(-133 - 0.0016 * x * x - y + (side < 42 ? 0.012 * (x * x - 42 * 42) : 0), 400);
    float fall = (float)(1.05 - 0.003 * side);
    mien_sim_blend(pixel, shirt.r * fall, shirt.g * fall, shirt.b * fall,
                   mien_sim_clamp((float)shoulder * softness + 0.5f));
    double ear = inside_ellipse(side - width - 2.5, 8, y + 10 + 0.12 * (side - width), 29);
    float ear_light = (float)(0.66 + 0.2 * ramp(ear, 0, 4) - 0.3 * hill(side - width - 3, 2.4, y + 6, 14));
    mien_sim_blend(pixel, skin.r * ear_light, skin.g * ear_light * 0.94f, skin.b * ear_light * 0.92f,
                   mien_sim_clamp((float)ear * softness + 0.5f));
    if (!person->long_hair || y > 30)
        mien_sim_blend(pixel, hair.r * grain, hair.g * grain, hair.b * grain, is_hair);
}

/* Colour of the skin with what light does not explain: redder cheeks and nose, shadowed sockets, nostrils. */
static void paint_skin(const struct mien_sim_person *person, double x, double y, float *pixel)
{
    const double *phase = person->texture;
    double side = fabs(x), eye = (person->inner_canthus + person->outer_canthus) / 2;
    double mottled = 0.012 * (sin(x * 0.11 + phase[0]) + sin(y * 0.13 + phase[1]) +
                              sin((x + y) * 0.07 + phase[2]) + sin((x - y) * 0.05 + phase[3]));
    double light = 1 + mottled + 0.03 * (mien_sim_grain((int)(x * 4 + 999), (int)(y * 4 + 999)) - 0.5);
    double red = 0.07 * hill(side - 40, 17, y + 30, 14) + 0.06 * hill(x, 12, y + person->nose_length - 8, 9);
    light -=
        0.20 * hill(side - person->inner_canthus - 1, 7, y - 6, 6) + 0.12 * hill(side - eye, 14, y - 9, 4);
    light -= 0.10 * hill(side - eye + 4, 11, y + 9, 3);
    light -= 0.28 * hill(x, person->nose_width * 0.8, y + person->nose_length + 2.5, 3);
    light -= 0.16 * hill(x, 15, y - person->mouth_height + person->lower_lip + 4.5, 3);
    light -= 0.10 * hill(fold_distance(person, side, y), 1.8, y + 56, 11);
    light -= 0.25 * hill(side - person->nose_width - 0.5, 1.6, y + person->nose_length - 6, 5);
    double nostril = hill(side - person->nose_width * 0.42, 3.1, y + person->nose_length + 0.2, 1.7);
    light *= 1 - 0.78 * fmin(1, 1.5 * nostril * nostril);
    /* Stubble and hair cast a little shadow on the skin's edge. */
    light *= 1 - 0.25 * ramp(y, person->hairline - 0.0040 * x * x - 7, person->hairline - 0.0040 * x * x + 1);
    pixel[0] = (float)(person->skin.r * light * (1 + 0.3 * red));
    pixel[1] = (float)(person->skin.g * light * (1 - red));
    pixel[2] = (float)(person->skin.b * light * (1 - red));
}

static void paint_head(struct mien_sim_canvas *canvas, const struct mien_sim_person *person)
{
    float softness = canvas->scale / 1.6f;
    for (int i = 0; i < canvas->height; i++)
        for (int j = 0; j < canvas->width; j++) {
            size_t at = (size_t)i * (size_t)canvas->width + (size_t)j;
            double x = ((double)j - canvas->origin_x) / canvas->scale;
            double y = ((double)canvas->origin_y - i) / canvas->scale;
            paint_back(person, x, y, softness, canvas->back + 3 * at);
            double inside = inside_face(person, x, y);
            double ragged = y > 20 ? 3 * (mien_sim_grain((int)(x * 2.5 + 500), 3) - 0.5) : 0;
            canvas->cover[at] = mien_sim_clamp((float)(inside + ragged) * softness + 0.5f);
            if (inside < -6)
                continue;
            paint_skin(person, x, y, canvas->skin + 3 * at);
            canvas->relief[at] = (float)face_relief(person, x, y);
        }
}

struct mien_sim_canvas *mien_sim_canvas_new(const struct mien_sim_person *person, int width, int height)
{
    struct mien_sim_canvas *canvas = mien_array_new(1, sizeof *canvas);
    if (!canvas)
        return NULL;
    size_t count = (size_t)width * (size_t)height;
    canvas->width = width;
    canvas->height = height;
    canvas->scale = (float)((width < height ? width : height) / picture_size);
    canvas->origin_x = (float)width / 2;
    canvas->origin_y = (float)height / 2 - 8 * canvas->scale;
    canvas->back = mien_array_new(count, 3 * sizeof(float));
    canvas->skin = mien_array_new(count, 3 * sizeof(float));
    canvas->colour = mien_array_new(count, 3 * sizeof(float));
    canvas->cover = mien_array_new(count, sizeof(float));
    canvas->relief = mien_array_new(count, sizeof(float));
    canvas->moved = mien_array_new(count, sizeof(float));
    bool complete =
        canvas->back && canvas->skin && canvas->colour && canvas->cover && canvas->relief && canvas->moved;
    for (int fold = 0; fold < MIEN_SIM_FOLDS && complete; fold++)
        for (int side = 0; side < MIEN_SIM_SIDES && complete; side++)
            complete = make_fold(canvas, person, (enum mien_sim_fold)fold, (enum mien_sim_side)side) == 0;
    if (!complete) {
        mien_sim_canvas_free(canvas);
        return NULL;
    }
    paint_head(canvas, person);
    return canvas;
}

void mien_sim_canvas_free(struct mien_sim_canvas *canvas)
{
    if (!canvas)
        return;
    for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++)
            free(canvas->folds[fold][side].depth);
    free(canvas->back);
    free(canvas->skin);
    free(canvas->colour);
    free(canvas->cover);
    free(canvas->relief);
    free(canvas->moved);
    free(canvas);
}

/* ---- Every frame ---- */

static void add_folds(struct mien_sim_canvas *canvas, const struct mien_sim_movement *movement)
{
    memcpy(canvas->moved, canvas->relief, (size_t)canvas->width * (size_t)canvas->height * sizeof(float));
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        const float levels[MIEN_SIM_FOLDS] = {
            (float)movement->level[MIEN_SIM_AU12][side],
            (float)(movement->level[MIEN_SIM_AU1][side] + movement->level[MIEN_SIM_AU2][side]) / 2,
            (float)movement->level[MIEN_SIM_AU4][side]};
        for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++) {
            const struct mien_sim_relief *relief = &canvas->folds[fold][side];
            for (int i = 0; i < relief->height && levels[fold] != 0; i++) {
                float *row = canvas->moved + (size_t)(relief->top + i) * (size_t)canvas->width + relief->left;
                for (int j = 0; j < relief->width; j++)
                    row[j] += levels[fold] * relief->depth[i * relief->width + j];
            }
        }
    }
}

/* When the jaw drops, the rows below the mouth show what was higher up: the row of the resting picture to
 * show. */
static int resting_row(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                       double drop, int row)
{
    if (drop <= 0)
        return row;
    const double shirt = -136;
    double from = person->mouth_height, chin = person->chin, low = chin - drop;
    double y = ((double)canvas->origin_y - row) / canvas->scale;
    if (y > from || y < shirt || low < shirt + 2)
        return row;
    y = y > low ? from + (y - from) * (chin - from) / (low - from)
                : chin + (y - low) * (shirt - chin) / (shirt - low);
    int resting = (int)lrint(canvas->origin_y - y * canvas->scale);
    return resting < 1 ? 1 : resting > canvas->height - 2 ? canvas->height - 2 : resting;
}

static float light_on(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person, size_t at)
{
    const float *relief = canvas->moved + at;
    float side = 0.32f * (float)person->light;
    float nx = (relief[-1] - relief[1]) * canvas->scale / 2;
    float ny = (relief[canvas->width] - relief[-canvas->width]) * canvas->scale / 2;
    float length = sqrtf(nx * nx + ny * ny + 1);
    float lambert = (side * nx + 0.44f * ny + 0.84f) / length;
    float shine = (side * 0.5f * nx + 0.23f * ny + 0.95f) / length;
    lambert = lambert < 0 ? 0 : lambert;
    shine = shine < 0 ? 0 : shine;
    shine *= shine, shine *= shine, shine *= shine, shine *= shine;
    return 0.34f + 0.68f * lambert + 0.07f * shine * shine;
}

void mien_sim_shade(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                    const struct mien_sim_movement *movement, const struct mien_sim_face *face)
{
    add_folds(canvas, movement);
    for (int i = 0; i < canvas->height; i++) {
        int row = resting_row(canvas, person, face->jaw_drop, i);
        float *out = canvas->colour + 3 * (size_t)i * (size_t)canvas->width;
        size_t at = (size_t)row * (size_t)canvas->width;
        memcpy(out, canvas->back + 3 * at, 3 * (size_t)canvas->width * sizeof(float));
        if (row < 1 || row > canvas->height - 2)
            continue;
        for (int j = 1; j + 1 < canvas->width; j++) {
            float cover = canvas->cover[at + (size_t)j];
            if (cover == 0)
                continue;
            float light = light_on(canvas, person, at + (size_t)j);
            const float *skin = canvas->skin + 3 * (at + (size_t)j);
            mien_sim_blend(out + 3 * j, skin[0] * light, skin[1] * light, skin[2] * light, cover);
        }
    }
}
