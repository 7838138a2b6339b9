/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/canvas.h"

#include "base/memory.h"
#include "sim/paint.h"
#include "sim/painter.h"
#include "sim/shade.h"
#include "sim/soft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double picture_size = 290; /* Millimetres across the shorter side of the picture. */

/* How one action of one side moves the vertices of the head that it reaches. */
struct morph {
    int count;
    int *vertex;
    struct mien_sim_point *shift;
};

enum { TONES = 4096 };
static const double brightest = 2; /* Light of the last tone, after exposure. */

struct mien_sim_canvas {
    int width, height;
    struct mien_sim_view camera; /* Without pose. */
    struct mien_sim_light light;
    struct mien_sim_mesh head, neck, ear[MIEN_SIM_SIDES], hair;
    struct mien_sim_texture skin, skin_now, neck_skin, ear_skin;
    struct mien_sim_crease crease[MIEN_SIM_FOLDS][MIEN_SIM_SIDES];
    struct morph morph[MIEN_SIM_ACTIONS][MIEN_SIM_SIDES];
    struct mien_sim_layer near, strands;
    struct mien_sim_strands pattern;
    struct mien_sim_face rest;
    float (*wall)[3], (*shirt)[4];   /* The shirt's last number is its cover. */
    float (*back)[3], (*picture)[3]; /* The wall with the shirt before it; what is being painted. */
    uint8_t *empty;                  /* The back on the screen. */
    uint8_t *used;                   /* Per pixel: the picture need not be the back there. */
    uint8_t *mark;                   /* One row: what is to be brought to the screen. */
    float exposure;
    uint8_t tone[TONES]; /* From linear light after exposure to the screen. */
};

/* ---- Made once ---- */

static int layer_new(struct mien_sim_layer *layer, int width, int height)
{
    size_t count = (size_t)width * (size_t)height;
    *layer = (struct mien_sim_layer){width, height, NULL, NULL, NULL};
    layer->part = mien_array_new(count, 1);
    layer->depth = mien_array_new(count, sizeof *layer->depth);
    layer->attribute = mien_array_new(count, sizeof *layer->attribute);
    return layer->part && layer->depth && layer->attribute ? 0 : -1;
}

static void layer_free(struct mien_sim_layer *layer)
{
    free(layer->part);
    free(layer->depth);
    free(layer->attribute);
}

static int make_morph(struct mien_sim_canvas *canvas, const struct mien_sim_person *person, int action,
                      int side)
{
    const struct mien_sim_mesh *head = &canvas->head;
    struct morph *morph = &canvas->morph[action][side];
    int count = head->columns * head->rows;
    morph->vertex = mien_array_new((size_t)count, sizeof *morph->vertex);
    morph->shift = mien_array_new((size_t)count, sizeof *morph->shift);
    if (!morph->vertex || !morph->shift)
        return -1;
    double from = action == MIEN_SIM_AU26 ? -60 : 0;
    for (int i = 0; i < count; i++) {
        struct mien_sim_point at = head->rest[i];
        double part = mien_sim_ramp(at.z, from, from + 30);
        struct mien_sim_shift shift =
            mien_sim_carry(person, (enum mien_sim_action)action, (enum mien_sim_side)side, at.x, at.y);
        if (part * (fabs(shift.x) + fabs(shift.y) + fabs(shift.z)) < 0.01)
            continue;
        morph->vertex[morph->count] = i;
        morph->shift[morph->count++] = (struct mien_sim_point){
            (float)(part * shift.x), (float)(part * shift.y), (float)(part * shift.z)};
    }
    return 0;
}

static int make_morphs(struct mien_sim_canvas *canvas, const struct mien_sim_person *person)
{
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < (action < MIEN_SIM_FIRST_MIDLINE ? 2 : 1); side++)
            if (make_morph(canvas, person, action, side) != 0)
                return -1;
    for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++)
            if (mien_sim_crease_new(&canvas->crease[fold][side], &canvas->skin, &canvas->head, person,
                                    (enum mien_sim_fold)fold, (enum mien_sim_side)side) != 0)
                return -1;
    return 0;
}

/* Skin deep under hair is never seen. */
static int hide_scalp(struct mien_sim_mesh *head, const struct mien_sim_person *person)
{
    size_t count = (size_t)head->columns * (size_t)head->rows;
    head->shown = mien_array_new(count, 1);
    if (!head->shown)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct mien_sim_point at = head->rest[i];
        head->shown[i] = at.y < 12 || mien_sim_inside_hair(person, at.x, at.y, at.z) < 16;
    }
    return 0;
}

static int make_parts(struct mien_sim_canvas *canvas, const struct mien_sim_person *person)
{
    int fine = canvas->camera.scale > 2.4f ? 6 : 4;
    if (mien_sim_head_mesh(&canvas->head, person) != 0 || hide_scalp(&canvas->head, person) != 0 ||
        mien_sim_neck_mesh(&canvas->neck, person) != 0 || mien_sim_hair_mesh(&canvas->hair, person) != 0 ||
        mien_sim_strands_new(&canvas->pattern, person) != 0)
        return -1;
    for (int side = 0; side < MIEN_SIM_SIDES; side++)
        if (mien_sim_ear_mesh(&canvas->ear[side], person, (enum mien_sim_side)side) != 0)
            return -1;
    if (mien_sim_texture_new(&canvas->skin, &canvas->head, fine) != 0 ||
        mien_sim_texture_new(&canvas->skin_now, &canvas->head, fine) != 0 ||
        mien_sim_texture_new(&canvas->neck_skin, &canvas->neck, 6) != 0 ||
        mien_sim_texture_new(&canvas->ear_skin, &canvas->ear[0], 4) != 0 ||
        mien_sim_skin_paint(&canvas->skin, &canvas->head, person, &canvas->light) != 0)
        return -1;
    memcpy(canvas->skin_now.texel, canvas->skin.texel,
           (size_t)canvas->skin.width * (size_t)canvas->skin.height * sizeof *canvas->skin.texel);
    mien_sim_neck_paint(&canvas->neck_skin, &canvas->neck, person);
    mien_sim_ear_paint(&canvas->ear_skin, &canvas->ear[0], person);
    struct mien_sim_mesh *still[] = {&canvas->neck, &canvas->ear[0], &canvas->ear[1]};
    for (size_t i = 0; i < 3; i++)
        memcpy(still[i]->moved, still[i]->rest,
               (size_t)still[i]->columns * (size_t)still[i]->rows * sizeof *still[i]->rest);
    return make_morphs(canvas, person);
}

static struct mien_sim_light light_of(const struct mien_sim_person *person)
{
    struct mien_sim_light light;
    float x = 0.62f * (float)person->light, y = 0.52f, z = 0.72f;
    float length = sqrtf(x * x + y * y + z * z);
    light.key[0] = x / length, light.key[1] = y / length, light.key[2] = z / length;
    z = light.key[2] + 1;
    length = sqrtf(light.key[0] * light.key[0] + light.key[1] * light.key[1] + z * z);
    light.half[0] = light.key[0] / length, light.half[1] = light.key[1] / length, light.half[2] = z / length;
    return light;
}

static void make_tones(struct mien_sim_canvas *canvas)
{
    for (int i = 0; i < TONES; i++) {
        double value = brightest * i / (TONES - 1);
        value = value < 0.7 ? value : 0.7 + 0.3 * (1 - exp(-(value - 0.7) / 0.3));
        canvas->tone[i] = (uint8_t)lrint(255 * pow(value, 1 / 2.2));
    }
}

static inline uint8_t tone_of(const struct mien_sim_canvas *canvas, float light)
{
    float place = light * canvas->exposure * (float)((TONES - 1) / brightest) + 0.5f;
    return canvas->tone[place < 0 ? 0 : place > TONES - 1 ? TONES - 1 : (int)place];
}

static void show_back(struct mien_sim_canvas *canvas)
{
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t at = 0; at < count; at++) {
        const float *shirt = canvas->shirt[at];
        memcpy(canvas->back[at], canvas->wall[at], sizeof canvas->back[at]);
        mien_sim_blend(canvas->back[at], shirt[0], shirt[1], shirt[2], shirt[3]);
        for (size_t k = 0; k < 3; k++)
            canvas->empty[3 * at + k] = tone_of(canvas, canvas->back[at][k]);
    }
    memcpy(canvas->picture, canvas->back, count * sizeof *canvas->back);
}

struct mien_sim_canvas *mien_sim_canvas_new(const struct mien_sim_person *person, int width, int height)
{
    struct mien_sim_canvas *canvas = mien_array_new(1, sizeof *canvas);
    if (!canvas)
        return NULL;
    size_t count = (size_t)width * (size_t)height;
    canvas->width = width;
    canvas->height = height;
    canvas->camera.scale = (float)((width < height ? width : height) / picture_size);
    canvas->camera.origin_x = (float)width / 2;
    canvas->camera.origin_y = (float)height / 2 - 8 * canvas->camera.scale;
    canvas->light = light_of(person);
    struct mien_sim_movement still;
    memset(&still, 0, sizeof still);
    mien_sim_express(person, &still, &canvas->rest);
    make_tones(canvas);
    canvas->exposure = (float)mien_sim_exposure(person);
    canvas->wall = mien_array_new(count, sizeof *canvas->wall);
    canvas->shirt = mien_array_new(count, sizeof *canvas->shirt);
    canvas->picture = mien_array_new(count, sizeof *canvas->picture);
    canvas->back = mien_array_new(count, sizeof *canvas->back);
    canvas->empty = mien_array_new(count, 3);
    canvas->mark = mien_array_new((size_t)width, 1);
    canvas->used = mien_array_new(count, 1);
    if (!canvas->wall || !canvas->shirt || !canvas->picture || !canvas->back || !canvas->empty ||
        !canvas->mark || !canvas->used || layer_new(&canvas->near, width, height) != 0 ||
        layer_new(&canvas->strands, width, height) != 0 || make_parts(canvas, person) != 0) {
        mien_sim_canvas_free(canvas);
        return NULL;
    }
    mien_sim_back_paint(person, &canvas->camera, width, height, canvas->wall, canvas->shirt);
    show_back(canvas);
    return canvas;
}

void mien_sim_canvas_free(struct mien_sim_canvas *canvas)
{
    if (!canvas)
        return;
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++) {
            free(canvas->morph[action][side].vertex);
            free(canvas->morph[action][side].shift);
        }
    for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++)
            free(canvas->crease[fold][side].change);
    struct mien_sim_mesh *meshes[] = {&canvas->head, &canvas->neck, &canvas->hair, &canvas->ear[0],
                                      &canvas->ear[1]};
    for (size_t i = 0; i < sizeof meshes / sizeof *meshes; i++)
        mien_sim_mesh_free(meshes[i]);
    free(canvas->skin.texel);
    free(canvas->skin_now.texel);
    free(canvas->neck_skin.texel);
    free(canvas->ear_skin.texel);
    layer_free(&canvas->near);
    layer_free(&canvas->strands);
    free(canvas->wall);
    free(canvas->shirt);
    free(canvas->picture);
    free(canvas->pattern.tone);
    free(canvas->back);
    free(canvas->empty);
    free(canvas->mark);
    free(canvas->used);
    free(canvas);
}

double mien_sim_canvas_scale(const struct mien_sim_canvas *canvas)
{
    return canvas->camera.scale;
}

/* ---- Every frame: shape ---- */

static void turn_camera(struct mien_sim_view *camera, const struct mien_sim_movement *movement)
{
    const double degree = M_PI / 180;
    double cy = cos(movement->yaw * degree), sy = sin(movement->yaw * degree);
    double cp = cos(movement->pitch * degree), sp = sin(movement->pitch * degree);
    double cr = cos(movement->roll * degree), sr = sin(movement->roll * degree);
    /* Roll, then yaw, then pitch. */
    const double turn[3][3] = {{cy * cr, cy * sr, sy},
                               {-cp * sr - sp * sy * cr, cp * cr - sp * sy * sr, sp * cy},
                               {sp * sr - cp * sy * cr, -sp * cr - cp * sy * sr, cp * cy}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            camera->turn[i][j] = (float)turn[i][j];
    for (int i = 0; i < 3; i++)
        camera->eye[i] = camera->turn[2][i];
    camera->shift_x = (float)movement->shift_x;
    camera->shift_y = (float)movement->shift_y;
}

static void move_head(struct mien_sim_canvas *canvas, const struct mien_sim_movement *movement)
{
    struct mien_sim_mesh *head = &canvas->head;
    memcpy(head->moved, head->rest, (size_t)head->columns * (size_t)head->rows * sizeof *head->rest);
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++) {
            const struct morph *morph = &canvas->morph[action][side];
            float level = (float)movement->level[action][side];
            for (int i = 0; i < morph->count && level != 0; i++) {
                struct mien_sim_point *to = head->moved + morph->vertex[i];
                to->x += level * morph->shift[i].x;
                to->y += level * morph->shift[i].y;
                to->z += level * morph->shift[i].z;
            }
        }
}

static void crease_skin(struct mien_sim_canvas *canvas, const struct mien_sim_movement *movement)
{
    const struct mien_sim_texture *rest = &canvas->skin, *now = &canvas->skin_now;
    for (int side = 0; side < MIEN_SIM_SIDES; side++)
        for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++) {
            struct mien_sim_crease *crease = &canvas->crease[fold][side];
            for (int i = 0; i < crease->height && crease->active; i++) {
                int from = (crease->top + i) * now->width + crease->left;
                memcpy(now->texel + from, rest->texel + from, (size_t)crease->width * sizeof *rest->texel);
            }
            crease->active = false;
        }
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        const double levels[MIEN_SIM_FOLDS] = {
            movement->level[MIEN_SIM_AU12][side] + 0.5 * movement->level[MIEN_SIM_AU10][side] +
                0.6 * movement->level[MIEN_SIM_AU9][side],
            0.5 * (movement->level[MIEN_SIM_AU1][side] + movement->level[MIEN_SIM_AU2][side]),
            movement->level[MIEN_SIM_AU4][side],
            fmin(movement->level[MIEN_SIM_AU6][side] + 0.5 * movement->level[MIEN_SIM_AU12][side] +
                     0.4 * movement->level[MIEN_SIM_AU7][side],
                 1.2),
            movement->level[MIEN_SIM_AU9][side],
            movement->level[MIEN_SIM_AU17][side]};
        for (int fold = 0; fold < MIEN_SIM_FOLDS; fold++) {
            struct mien_sim_crease *crease = &canvas->crease[fold][side];
            float level = (float)levels[fold];
            crease->active = level > 0;
            for (int i = 0; i < crease->height && level > 0; i++) {
                float(*row)[MIEN_SIM_TEXELS] = now->texel + (crease->top + i) * now->width + crease->left;
                float(*change)[3] = crease->change + i * crease->width;
                for (int j = 0; j < crease->width; j++) {
                    row[j][MIEN_SIM_SLOPE_X] += level * change[j][0];
                    row[j][MIEN_SIM_SLOPE_Y] += level * change[j][1];
                    row[j][MIEN_SIM_OCCLUSION] *= 1 + level * change[j][2];
                }
            }
        }
    }
}

static void place_eyeballs(struct mien_sim_scene *scene, const struct mien_sim_movement *movement)
{
    const double degree = M_PI / 180;
    double gx = movement->gaze_x * degree, gy = movement->gaze_y * degree;
    double eye = (scene->person->inner_canthus + scene->person->outer_canthus) / 2;
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        struct mien_sim_eyeball *ball = scene->eyeball + side;
        ball->x = (float)(side == MIEN_SIM_LEFT ? eye : -eye);
        ball->y = 1.9f;
        ball->z = (float)mien_sim_head_front(scene->person, eye, 1.9) - 12.9f;
        ball->gaze[0] = (float)(sin(gx) * cos(gy));
        ball->gaze[1] = (float)sin(gy);
        ball->gaze[2] = (float)(cos(gx) * cos(gy));
    }
}

static void set_scene(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                      const struct mien_sim_movement *movement, const struct mien_sim_face *face,
                      struct mien_sim_scene *scene)
{
    scene->person = person;
    scene->face = face;
    scene->camera = canvas->camera;
    scene->strands = &canvas->pattern;
    scene->light = canvas->light;
    scene->soft = 0.75f / canvas->camera.scale;
    scene->dim = 1 / sqrtf(canvas->exposure);
    turn_camera(&scene->camera, movement);
    place_eyeballs(scene, movement);
    mien_sim_linear(person->hair, scene->hair);
    mien_sim_linear(person->brows, scene->brows);
    mien_sim_linear(person->lips, scene->lips);
    mien_sim_linear(person->skin, scene->skin);
    mien_sim_linear(person->iris_colour, scene->iris);
    mien_sim_linear(person->frames, scene->frames);
}

static void clear_layer(struct mien_sim_layer *layer)
{
    size_t count = (size_t)layer->width * (size_t)layer->height;
    memset(layer->part, MIEN_SIM_NOTHING, count);
    for (size_t i = 0; i < count; i++)
        layer->depth[i] = -1e9f;
}

static void draw_meshes(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                        const struct mien_sim_view *camera)
{
    const int never = 1000;
    clear_layer(&canvas->near);
    clear_layer(&canvas->strands);
    mien_sim_mesh_project(&canvas->head, camera);
    mien_sim_mesh_project(&canvas->neck, camera);
    mien_sim_mesh_project(&canvas->hair, camera);
    mien_sim_raster(&canvas->near, &canvas->head, MIEN_SIM_HEAD, never);
    mien_sim_raster(&canvas->near, &canvas->neck, MIEN_SIM_NECK, never);
    for (int side = 0; side < MIEN_SIM_SIDES && !mien_sim_hair_hangs(person); side++) {
        mien_sim_mesh_project(&canvas->ear[side], camera);
        mien_sim_raster(&canvas->near, &canvas->ear[side], MIEN_SIM_EAR, 0);
    }
    /* The inner side of hair is seen only where it hangs. */
    mien_sim_raster(&canvas->strands, &canvas->hair, MIEN_SIM_STRANDS,
                    mien_sim_hair_hangs(person) ? canvas->hair.rows * 2 / 5 : never);
}

/* ---- Every frame: colour ---- */

static inline void sample(const struct mien_sim_texture *texture, float u, float v,
                          float texel[MIEN_SIM_TEXELS])
{
    float x = u * (float)texture->fine, y = v * (float)texture->fine;
    float right = (float)texture->width - 1.01f, low = (float)texture->height - 1.01f;
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > low ? low : y;
    int j = (int)x, i = (int)y;
    x -= (float)j, y -= (float)i;
    const float *a = texture->texel[i * texture->width + j], *b = a + MIEN_SIM_TEXELS;
    const float *c = a + (size_t)texture->width * MIEN_SIM_TEXELS, *d = c + MIEN_SIM_TEXELS;
    float p = (1 - x) * (1 - y), q = x * (1 - y), r = (1 - x) * y, s = x * y;
    *(mien_sim_eight *)texel = p * *(const mien_sim_eight *)a + q * *(const mien_sim_eight *)b +
                               r * *(const mien_sim_eight *)c + s * *(const mien_sim_eight *)d;
}

static inline void skin_pixel(const struct mien_sim_canvas *canvas, const struct mien_sim_scene *scene,
                              const struct mien_sim_mouth *mouth, int part,
                              const float at[MIEN_SIM_ATTRIBUTES], float rgb[3])
{
    float texel[MIEN_SIM_TEXELS], n[3];
    const struct mien_sim_texture *texture = part == MIEN_SIM_HEAD   ? &canvas->skin_now
                                             : part == MIEN_SIM_NECK ? &canvas->neck_skin
                                                                     : &canvas->ear_skin;
    sample(texture, at[MIEN_SIM_U], at[MIEN_SIM_V], texel);
    const float(*turn)[3] = scene->camera.turn;
    float sx = texel[MIEN_SIM_SLOPE_X], sy = texel[MIEN_SIM_SLOPE_Y], squared = 1e-9f;
    float sign = part == MIEN_SIM_EAR && at[MIEN_SIM_NZ] < 0 ? -1 : 1;
    for (int k = 0; k < 3; k++) {
        n[k] = sign * at[MIEN_SIM_NX + k] - sx * turn[k][0] - sy * turn[k][1];
        squared += n[k] * n[k];
    }
    float length = 1 / sqrtf(squared);
    for (int k = 0; k < 3; k++)
        n[k] *= length;
    mien_sim_shade(&scene->light, n, texel, rgb);
    if (part != MIEN_SIM_HEAD || at[MIEN_SIM_HZ] < 30)
        return;
    mien_sim_mouth_pixel(scene, mouth, at, texel, rgb);
    if (at[MIEN_SIM_HY] > -18 && at[MIEN_SIM_HY] < 24)
        mien_sim_eye_pixel(scene, at[MIEN_SIM_HX] < 0 ? MIEN_SIM_RIGHT : MIEN_SIM_LEFT, at, rgb);
}

/* Colour of the hair before a pixel, and how much of it covers what is behind. */
static inline float hair_pixel(const struct mien_sim_canvas *canvas, const struct mien_sim_scene *scene,
                               size_t at, float rgb[3])
{
    const struct mien_sim_layer *hair = &canvas->strands;
    if (!hair->part[at] || hair->depth[at] <= canvas->near.depth[at] - 0.5f)
        return 0;
    float cover =
        mien_sim_hair_pixel(scene, hair->attribute[at], canvas->near.part[at] == MIEN_SIM_NOTHING, rgb);
    return hair->depth[at] < 0 ? cover * (1 - canvas->shirt[at][3]) : cover;
}

MIEN_SIM_FAST static void colour_picture(struct mien_sim_canvas *canvas, const struct mien_sim_scene *scene)
{
    struct mien_sim_mouth mouth;
    mien_sim_mouth_begin(&mouth, scene->face);
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t at = 0; at < count; at++) {
        float *pixel = canvas->picture[at], rgb[3], cover = hair_pixel(canvas, scene, at, rgb);
        int part = canvas->near.part[at];
        const float *shirt = canvas->shirt[at];
        if (cover > 0.95f)
            canvas->near.part[at] = MIEN_SIM_STRANDS;
        if (cover >= 1) {
            memcpy(pixel, rgb, sizeof rgb);
            continue;
        }
        if (part == MIEN_SIM_NOTHING && cover <= 0 && !canvas->used[at])
            continue; /* The back is still there. */
        canvas->used[at] = 0;
        if (part == MIEN_SIM_NOTHING || (part == MIEN_SIM_NECK && shirt[3] >= 1))
            memcpy(pixel, canvas->back[at], sizeof canvas->back[at]);
        else
            skin_pixel(canvas, scene, &mouth, part, canvas->near.attribute[at], pixel);
        if (part == MIEN_SIM_NECK && shirt[3] < 1)
            mien_sim_blend(pixel, shirt[0], shirt[1], shirt[2], shirt[3]);
        if (cover > 0) /* Otherwise rgb is not set. */
            mien_sim_blend(pixel, rgb[0], rgb[1], rgb[2], cover);
    }
}

/* Outlines of meshes are jagged; a pixel at an outline becomes the mean of its surroundings. */
static inline void soft_pixel(const float (*pixel)[3], size_t step, float rgb[3])
{
    for (int k = 0; k < 3; k++)
        rgb[k] =
            0.4f * pixel[0][k] + 0.15f * (pixel[-1][k] + pixel[1][k] + (pixel - step)[0][k] + pixel[step][k]);
}

enum { EMPTY, DRAWN, OUTLINE };

/* Where the picture differs from the empty one, and where its parts meet, in one row. */
static inline void mark_row(const struct mien_sim_canvas *canvas, size_t row, uint8_t *restrict mark)
{
    size_t width = (size_t)canvas->width;
    const uint8_t *restrict near = canvas->near.part + row * width;
    const uint8_t *restrict hair = canvas->strands.part + row * width;
    for (size_t j = 0; j < width; j++)
        mark[j] = (near[j] | hair[j]) != 0;
    if (row == 0 || row + 1 >= (size_t)canvas->height)
        return;
    for (size_t j = 1; j + 1 < width; j++) {
        const uint8_t *n = near + j, *h = hair + j;
        int differs = (*n ^ n[-1]) | (*n ^ n[1]) | (*n ^ *(n - width)) | (*n ^ n[width]) | (*h ^ h[-1]) |
                      (*h ^ h[1]) | (*h ^ *(h - width)) | (*h ^ h[width]);
        mark[j] = differs ? OUTLINE : mark[j];
    }
}

/* What was not drawn over keeps the bytes of the empty picture. */
MIEN_SIM_FAST static void to_screen(struct mien_sim_canvas *canvas, uint8_t *rgb)
{
    size_t width = (size_t)canvas->width, height = (size_t)canvas->height;
    memcpy(rgb, canvas->empty, 3 * width * height);
    for (size_t i = 0; i < height; i++) {
        mark_row(canvas, i, canvas->mark);
        for (size_t j = 0; j < width; j++) {
            if (canvas->mark[j] == EMPTY)
                continue;
            size_t at = i * width + j;
            const float *from = canvas->picture[at];
            float soft[3];
            canvas->used[at] = 1;
            if (canvas->mark[j] == OUTLINE) {
                soft_pixel((const float(*)[3])canvas->picture + at, width, soft);
                from = soft;
            }
            for (size_t k = 0; k < 3; k++)
                rgb[3 * at + k] = tone_of(canvas, from[k]);
        }
    }
}

/* ---- A frame ---- */

void mien_sim_paint(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                    const struct mien_sim_movement *movement, uint8_t *rgb, struct mien_sim_truth *truth)
{
    struct mien_sim_face face;
    struct mien_sim_scene scene;
    mien_sim_express(person, movement, &face);
    set_scene(canvas, person, movement, &face, &scene);
    move_head(canvas, movement);
    crease_skin(canvas, movement);
    draw_meshes(canvas, person, &scene.camera);
    colour_picture(canvas, &scene);
    if (person->glasses)
        mien_sim_glasses_paint(&scene, &canvas->near, canvas->picture);
    to_screen(canvas, rgb);
    mien_sim_tell(&scene, &canvas->rest, movement, truth);
}
