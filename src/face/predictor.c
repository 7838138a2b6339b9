/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Evaluating the landmark model. The order of all sums over leaves is dlib's, so that the result is dlib's as
 * well.
 */
#include "face/model.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Turn and size that take one point set onto another in the sense of least squares (Umeyama 1991,
 * doi 10.1109/34.88573, in the plane, where it needs no decomposition); x' = a x - b y + shift_x, y' = b x +
 * a y + shift_y. */
struct similarity {
    double a, b, shift_x, shift_y;
};

static struct similarity similarity_between(const float *from, const float *to)
{
    double mean[4] = {0};
    for (int i = 0; i < MIEN_POINTS; i++) {
        mean[0] += (double)from[2 * i];
        mean[1] += (double)from[2 * i + 1];
        mean[2] += (double)to[2 * i];
        mean[3] += (double)to[2 * i + 1];
    }
    for (int i = 0; i < 4; i++)
        mean[i] /= MIEN_POINTS;
    double along = 0, across = 0, spread = 0;
    for (int i = 0; i < MIEN_POINTS; i++) {
        double fx = (double)from[2 * i] - mean[0], fy = (double)from[2 * i + 1] - mean[1];
        double tx = (double)to[2 * i] - mean[2], ty = (double)to[2 * i + 1] - mean[3];
        along += fx * tx + fy * ty;
        across += fx * ty - fy * tx;
        spread += fx * fx + fy * fy;
    }
    struct similarity s = {along / spread, across / spread, 0, 0};
    s.shift_x = mean[2] - s.a * mean[0] + s.b * mean[1];
    s.shift_y = mean[3] - s.b * mean[0] - s.a * mean[1];
    return s;
}

/* The way from shape coordinates to pixels. */
struct mapping {
    double x, y;   /* Where 0, 0 lies. */
    double ux, uy; /* One step along the shape's first coordinate, */
    double vx, vy; /* and along its second. */
};

static struct mapping mapping_of(const struct mien_place *place)
{
    double c = cos(place->turn), s = sin(place->turn);
    struct mapping m = {0, 0, c * place->across, s * place->across, -s * place->down, c * place->down};
    m.x = place->x - (m.ux + m.vx) / 2;
    m.y = place->y - (m.uy + m.vy) / 2;
    return m;
}

static void take_pixels(const struct mien_landmark_model *model, size_t cascade, const struct mien_luma *luma,
                        const struct mapping *map, const float *shape, int16_t *values)
{
    struct similarity turn = similarity_between(model->mean_shape, shape);
    float a = (float)turn.a, b = (float)turn.b;
    const uint16_t *anchor = model->anchor + cascade * model->pixels;
    const float *offset = model->offset + cascade * model->pixels * 2;
    for (size_t i = 0; i < model->pixels; i++) {
        const float *point = shape + 2 * anchor[i];
        double u = (double)(a * offset[2 * i] - b * offset[2 * i + 1] + point[0]);
        double v = (double)(b * offset[2 * i] + a * offset[2 * i + 1] + point[1]);
        double x = map->x + map->ux * u + map->vx * v + 0.5;
        double y = map->y + map->uy * u + map->vy * v + 0.5;
        /* Outside counts as black. Inside, cutting off the fraction rounds, as one half was added. */
        values[i] = 0;
        if (x >= 0 && y >= 0 && x < luma->width && y < luma->height)
            values[i] = luma->pixels[(ptrdiff_t)y * luma->stride + (ptrdiff_t)x];
    }
}

static inline size_t leaf_of(const struct mien_split *split, size_t splits, const int16_t *values)
{
    size_t node = 0;
    while (node < splits) {
        const struct mien_split *s = &split[node];
        node = 2 * node + 2 - (size_t)(values[s->first] - values[s->second] > s->threshold);
    }
    return node - splits;
}

enum {
    BLOCK = 64, /* Leaves found, and on their way from memory, before the first is added. */
    LANES = 4,
    STRIP = 17 * LANES /* Numbers of the shape that are summed together, so that they stay in registers. */
};

static_assert(MIEN_SHAPE % STRIP == 0, "a shape is a whole number of strips");

/* Written with vectors because the compiler, left alone, turns the two loops round and adds one number at a
 * time. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

static void add_strip(float *shape, const float *const *leaves, size_t count, size_t start)
{
    lanes sum[STRIP / LANES];
    memcpy(sum, shape + start, sizeof sum);
    for (size_t t = 0; t < count; t++) {
        const lanes *leaf = (const lanes *)(leaves[t] + start);
#pragma GCC unroll 17
        for (size_t i = 0; i < STRIP / LANES; i++)
            sum[i] += leaf[i];
    }
    memcpy(shape + start, sum, sizeof sum);
}

static void add_leaves(const struct mien_landmark_model *model, size_t cascade, const int16_t *values,
                       float *shape)
{
    size_t leaves = model->splits + 1;
    const struct mien_split *split = model->split + cascade * model->trees * model->splits;
    const float *leaf = model->leaf + cascade * model->trees * leaves * MIEN_SHAPE;
    for (size_t first = 0; first < model->trees; first += BLOCK) {
        const float *chosen[BLOCK];
        size_t count = model->trees - first < BLOCK ? model->trees - first : BLOCK;
        for (size_t t = 0; t < count; t++) {
            size_t tree = first + t;
            size_t number = tree * leaves + leaf_of(split + tree * model->splits, model->splits, values);
            chosen[t] = leaf + number * MIEN_SHAPE;
            for (size_t i = 0; i < MIEN_SHAPE; i += 16)
                __builtin_prefetch(chosen[t] + i);
        }
        for (size_t start = 0; start < MIEN_SHAPE; start += STRIP)
            add_strip(shape, chosen, count, start);
    }
}

enum {
    MOST_VALUES = 10000 /* The reader admits no more pixels per cascade. */
};

void mien_model_fit(const struct mien_landmark_model *model, const struct mien_luma *luma,
                    const struct mien_place *places, size_t count, double *x, double *y)
{
    float shapes[MIEN_PLACES][MIEN_SHAPE];
    int16_t values[MOST_VALUES];
    struct mapping maps[MIEN_PLACES];
    assert(count <= MIEN_PLACES);
    for (size_t p = 0; p < count; p++) {
        maps[p] = mapping_of(&places[p]);
        memcpy(shapes[p], model->mean_shape, sizeof shapes[p]);
    }
    for (size_t c = 0; c < model->cascades; c++)
        for (size_t p = 0; p < count; p++) {
            take_pixels(model, c, luma, &maps[p], shapes[p], values);
            add_leaves(model, c, values, shapes[p]);
        }
    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; i < MIEN_POINTS; i++) {
            double u = (double)shapes[p][2 * i], v = (double)shapes[p][2 * i + 1];
            x[p * MIEN_POINTS + i] = maps[p].x + maps[p].ux * u + maps[p].vx * v;
            y[p * MIEN_POINTS + i] = maps[p].y + maps[p].uy * u + maps[p].vy * v;
        }
}

struct mien_place mien_model_place(const struct mien_landmark_model *model, const double *x, const double *y)
{
    float points[MIEN_SHAPE];
    for (int i = 0; i < MIEN_POINTS; i++) {
        points[2 * i] = (float)x[i];
        points[2 * i + 1] = (float)y[i];
    }
    struct similarity s = similarity_between(model->mean_shape, points);
    double side = hypot(s.a, s.b);
    return (struct mien_place){(s.a - s.b) / 2 + s.shift_x, (s.a + s.b) / 2 + s.shift_y, side, side,
                               atan2(s.b, s.a)};
}

struct mien_place mien_place_of_box(const struct mien_box *box)
{
    double across = box->width - 1, down = box->height - 1;
    return (struct mien_place){box->left + across / 2, box->top + down / 2, across, down, 0};
}

struct mien_box mien_box_of_place(const struct mien_place *place)
{
    return (struct mien_box){place->x - place->across / 2, place->y - place->down / 2, place->across + 1,
                             place->down + 1, 0};
}
