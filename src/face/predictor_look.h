/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking at the picture with vectors: the grey values that a cascade compares. Included once per kind of
 * processor, after these are defined: LANES and REALS, how many whole and how many double numbers a register
 * holds.
 *
 * The same operations in the same order as in predictor_plain.c, only on several numbers at a time.
 */
#include "face/packed.h"
#include "face/predictor.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static_assert(MIEN_PACKED_LANES % LANES == 0 && MIEN_PACKED_LANES % REALS == 0, "pixels fill vectors");

typedef float floats __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef double reals __attribute__((vector_size(REALS * sizeof(double))));
typedef float real_sources
    __attribute__((vector_size(REALS * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t real_targets
    __attribute__((vector_size(REALS * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));
typedef uint32_t real_places __attribute__((vector_size(REALS * sizeof(uint32_t))));
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

/* Where the pixels lie in memory; false when one is outside the picture, and its place is then any number:
 * unsigned, because the arithmetic may go round. */
static bool find_pixels(size_t room, const struct mien_view *view, const float *u, const float *v,
                        int32_t *index)
{
    const struct mien_mapping *map = &view->map;
    const uint32_t stride = (uint32_t)view->luma->stride;
    answers inside = {0};
    inside = ~inside;
    for (size_t i = 0; i < room; i += REALS) {
        reals pu = __builtin_convertvector(*(const real_sources *)(u + i), reals);
        reals pv = __builtin_convertvector(*(const real_sources *)(v + i), reals);
        reals x = map->x + map->ux * pu + map->vx * pv + 0.5;
        reals y = map->y + map->uy * pu + map->vy * pv + 0.5;
        inside &= (x >= 0) & (y >= 0) & (x < (double)view->luma->width) & (y < (double)view->luma->height);
        real_places row = (real_places) __builtin_convertvector(y, real_targets);
        real_places column = (real_places) __builtin_convertvector(x, real_targets);
        *(real_targets *)(index + i) = (real_targets)(row * stride + column);
    }
    bool all = true;
    for (size_t i = 0; i < REALS; i++)
        all = all && inside[i];
    return all;
}

/* Whether every pixel can be told by a number of 32 bits. */
static bool is_small(const struct mien_luma *luma)
{
    return luma->stride > 0 && luma->height <= INT32_MAX / luma->stride;
}

/* The grey value under each pixel. */
static void look(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                 const float *shape, uint8_t *values)
{
    float u[MIEN_PACKED_PIXELS], v[MIEN_PACKED_PIXELS];
    int32_t index[MIEN_PACKED_PIXELS];
    const struct mien_luma *luma = view->luma;
    size_t room = model->packed->room;
    place_pixels(model->packed, cascade, view, shape, u, v);
    if (!is_small(luma) || !find_pixels(room, view, u, v, index)) {
        mien_cascade_look(model, cascade, view, shape, values);
        return;
    }
    for (size_t i = 0; i < room; i++)
        values[i] = luma->pixels[index[i]];
}
