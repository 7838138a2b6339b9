/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with vectors. Included once per kind of processor, after these are defined: CASCADE, the
 * function's name; LANES and REALS, how many whole and how many double numbers a register holds; STRIP, how
 * many registers of the shape are summed at once; WIDEN, from 16 to 32 bits.
 *
 * The same operations in the same order as in predictor_plain.c, only on
 * several numbers at a time.
 */
#include "face/predictor_look.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum {
    SHAPE_LANES = MIEN_SHAPE / LANES,
    LINE = 64, /* Bytes that come from memory together. */
    MOST_TREES = 10000
};

static_assert(MIEN_SHAPE % LANES == 0, "a shape is a whole number of vectors");

typedef int32_t sums __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef int16_t shorts
    __attribute__((vector_size(LANES * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));
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
        __builtin_prefetch((const char *)leaf + i, 0, 2);
    return leaf;
}

/* The leaf of every tree, each on its way from memory before the first is needed; as far as the second cache,
 * since the first is too small for all of them. */
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
