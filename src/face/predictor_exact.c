/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model as dlib stores it. The order of all sums over leaves is dlib's, so
 * that the result is dlib's as well: the measure for the packed model.
 */
#include "face/predictor.h"

#include <assert.h>
#include <string.h>

static void take_pixels(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                        const float *shape, int16_t *values)
{
    const struct mien_luma *luma = view->luma;
    const struct mien_mapping *map = &view->map;
    float a = view->a, b = view->b;
    const uint16_t *anchor = model->anchor + cascade * model->pixels;
    const float *offset = model->offset + cascade * model->pixels * 2;
    for (size_t i = 0; i < model->pixels; i++) {
        const float *point = shape + 2 * anchor[i];
        double u = (double)(a * offset[2 * i] - b * offset[2 * i + 1] + point[0]);
        double v = (double)(b * offset[2 * i] + a * offset[2 * i + 1] + point[1]);
        double x = map->x + map->ux * u + map->vx * v + 0.5;
        double y = map->y + map->uy * u + map->vy * v + 0.5;
        /* Outside counts as black. Inside, cutting off the fraction rounds, as one
         * half was added. */
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
    BLOCK = 64, /* Leaves found, and on their way from memory, before the first is
                   added. */
    LANES = 4,
    STRIP = 17 * LANES /* Numbers of the shape that are summed together, so that
                          they stay in registers. */
};

static_assert(MIEN_SHAPE % STRIP == 0, "a shape is a whole number of strips");

/* Written with vectors because the compiler, left alone, turns the two loops
 * round and adds one number at a time. */
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

void mien_cascade_exact(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                        float *shape)
{
    int16_t values[MOST_VALUES];
    take_pixels(model, cascade, view, shape, values);
    add_leaves(model, cascade, values, shape);
}
