/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with vectors. Included once per kind of processor, after these are defined: CASCADE, the
 * function's name; LANES and REALS, how many whole and how many double numbers a register holds; STRIP, how
 * many registers of the shape are summed at once; WIDEN, from 16 to 32 bits.
 *
 * The same operations in the same order as in predictor_plain.c, only on
 * several numbers at a time.
 */
#include "face/packed.h"
#include "face/predictor.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum {
    SHAPE_LANES = MIEN_SHAPE / LANES,
    LINE = 64, /* Bytes that come from memory together. */
    MOST_TREES = 10000
};

static_assert(MIEN_SHAPE % LANES == 0, "a shape is a whole number of vectors");
static_assert(MIEN_PACKED_LANES % LANES == 0 && MIEN_PACKED_LANES % REALS == 0, "pixels fill vectors");

typedef float floats __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t sums __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef int16_t shorts
    __attribute__((vector_size(LANES * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));
typedef double reals __attribute__((vector_size(REALS * sizeof(double))));
typedef float real_sources
    __attribute__((vector_size(REALS * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t real_targets
    __attribute__((vector_size(REALS * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));
typedef int64_t answers __attribute__((vector_size(REALS * sizeof(int64_t))));

/* Where the pixels lie in shape coordinates. */
static void place_pixels(const struct mien_packed *packed, size_t cascade, const struct mien_view *view,
                         const float *shape, float *u, float *v)
{
    const uint8_t *anchor = packed->anchor + cascade * packed->room;
    const float *across = packed->across + cascade * packed->room;
    const float *down = packed->down + cascade * packed->room;
    floats a = {0}, b = {0};
    a += view->a;
    b += view->b;
    for (size_t i = 0; i < packed->room; i++) {
        u[i] = shape[2 * anchor[i]];
        v[i] = shape[2 * anchor[i] + 1];
    }
    for (size_t i = 0; i < packed->room; i += LANES) {
        floats *pu = (floats *)(u + i), *pv = (floats *)(v + i);
        floats o = *(const floats *)(across + i), p = *(const floats *)(down + i);
        *pu = a * o - b * p + *pu;
        *pv = b * o + a * p + *pv;
    }
}

/* Columns and rows of the pixels; false when one is outside the picture. */
static bool find_pixels(size_t room, const struct mien_view *view, const float *u, const float *v,
                        int32_t *columns, int32_t *rows)
{
    const struct mien_mapping *map = &view->map;
    answers inside = {0};
    inside = ~inside;
    for (size_t i = 0; i < room; i += REALS) {
        reals pu = __builtin_convertvector(*(const real_sources *)(u + i), reals);
        reals pv = __builtin_convertvector(*(const real_sources *)(v + i), reals);
        reals x = map->x + map->ux * pu + map->vx * pv + 0.5;
        reals y = map->y + map->uy * pu + map->vy * pv + 0.5;
        inside &= (x >= 0) & (y >= 0) & (x < (double)view->luma->width) & (y < (double)view->luma->height);
        *(real_targets *)(columns + i) = __builtin_convertvector(x, real_targets);
        *(real_targets *)(rows + i) = __builtin_convertvector(y, real_targets);
    }
    bool all = true;
    for (size_t i = 0; i < REALS; i++)
        all = all && inside[i];
    return all;
}

static void look(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                 const float *shape, uint8_t *values)
{
    float u[MIEN_PACKED_PIXELS], v[MIEN_PACKED_PIXELS];
    int32_t columns[MIEN_PACKED_PIXELS], rows[MIEN_PACKED_PIXELS];
    const struct mien_luma *luma = view->luma;
    size_t room = model->packed->room;
    place_pixels(model->packed, cascade, view, shape, u, v);
    if (!find_pixels(room, view, u, v, columns, rows)) {
        mien_cascade_look(model, cascade, view, shape, values);
        return;
    }
    for (size_t i = 0; i < room; i++)
        values[i] = luma->pixels[rows[i] * luma->stride + columns[i]];
}

static inline __attribute__((always_inline)) size_t leaf_of(const uint32_t *split, unsigned depth,
                                                            const uint8_t *values)
{
    size_t node = 0;
#pragma GCC unroll 4
    for (unsigned level = 0; level < depth; level++) {
        uint32_t s = split[node];
        int difference = values[mien_split_first(s)] - values[mien_split_second(s)];
        node = 2 * node + 2 - (size_t)(difference > mien_split_threshold(s));
    }
    return node + 1 - ((size_t)1 << depth);
}

static inline __attribute__((always_inline)) const int16_t *on_its_way(const int16_t *leaf)
{
    for (size_t i = 0; i < MIEN_SHAPE * sizeof *leaf; i += LINE)
        __builtin_prefetch((const char *)leaf + i);
    return leaf;
}

/* The leaf of every tree, each on its way from memory before the first is needed. */
static inline __attribute__((always_inline)) void find_leaves(size_t trees, const uint32_t *split,
                                                              const int16_t *leaf, unsigned depth,
                                                              const uint8_t *values, const int16_t **chosen)
{
    size_t leaves = (size_t)1 << depth;
    for (size_t t = 0; t < trees; t++)
        chosen[t] = on_its_way(leaf + (t * leaves + leaf_of(split + t * leaves, depth, values)) * MIEN_SHAPE);
}

static inline __attribute__((always_inline)) void add_strip(const int16_t *const *leaves, size_t count,
                                                            const float *scale, float *shape, size_t first,
                                                            size_t strip)
{
    sums sum[STRIP] = {0};
    for (size_t t = 0; t < count; t++) {
        const shorts *leaf = (const shorts *)(leaves[t] + first * LANES);
#pragma GCC unroll 16
        for (size_t i = 0; i < strip; i++)
            sum[i] += WIDEN(leaf[i]);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < strip; i++) {
        floats *s = (floats *)(shape + (first + i) * LANES);
        *s += __builtin_convertvector(sum[i], floats) * *(const floats *)(scale + (first + i) * LANES);
    }
}

static void add_group(const int16_t *const *leaves, size_t count, const float *scale, float *shape)
{
    size_t first = 0;
    for (; first + STRIP <= SHAPE_LANES; first += STRIP)
        add_strip(leaves, count, scale, shape, first, STRIP);
    add_strip(leaves, count, scale, shape, first, SHAPE_LANES % STRIP);
}

void CASCADE(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
             float *shape)
{
    const struct mien_packed *packed = model->packed;
    size_t trees = model->trees, leaves = model->splits + 1;
    const uint32_t *split = packed->split + cascade * trees * leaves;
    const int16_t *leaf = packed->leaf + cascade * trees * leaves * MIEN_SHAPE;
    const float *scale = packed->scale + cascade * packed->groups * MIEN_SHAPE;
    const int16_t *chosen[MOST_TREES];
    uint8_t values[MIEN_PACKED_PIXELS];
    memset(values + packed->room, 0, sizeof values - packed->room);
    look(model, cascade, view, shape, values);
    if (packed->depth == 4)
        find_leaves(trees, split, leaf, 4, values, chosen); /* dlib's own; the compiler unrolls it. */
    else
        find_leaves(trees, split, leaf, packed->depth, values, chosen);
    for (size_t t = 0; t < trees; t += MIEN_PACKED_GROUP, scale += MIEN_SHAPE)
        add_group(chosen + t, trees - t < MIEN_PACKED_GROUP ? trees - t : MIEN_PACKED_GROUP, scale, shape);
}
