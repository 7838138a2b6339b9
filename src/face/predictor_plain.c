/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model on any processor, one number at a time.
 */
#include "face/packed.h"
#include "face/predictor.h"

#include <string.h>

void mien_cascade_look(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                       const float *shape, uint8_t *values)
{
    const struct mien_packed *packed = model->packed;
    const struct mien_luma *luma = view->luma;
    const struct mien_mapping *map = &view->map;
    const uint8_t *anchor = packed->anchor + cascade * packed->room;
    const float *across = packed->across + cascade * packed->room;
    const float *down = packed->down + cascade * packed->room;
    for (size_t i = 0; i < packed->room; i++) {
        const float *point = shape + 2 * anchor[i];
        double u = (double)(view->a * across[i] - view->b * down[i] + point[0]);
        double v = (double)(view->b * across[i] + view->a * down[i] + point[1]);
        double x = map->x + map->ux * u + map->vx * v + 0.5;
        double y = map->y + map->uy * u + map->vy * v + 0.5;
        /* Inside, cutting off the fraction rounds, as one half was added. */
        values[i] = 0;
        if (x >= 0 && y >= 0 && x < luma->width && y < luma->height)
            values[i] = luma->pixels[(ptrdiff_t)y * luma->stride + (ptrdiff_t)x];
    }
}

static size_t leaf_of(const uint32_t *split, unsigned depth, const uint8_t *values)
{
    size_t node = 0;
    for (unsigned level = 0; level < depth; level++) {
        uint32_t s = split[node];
        int difference = values[mien_split_first(s)] - values[mien_split_second(s)];
        node = 2 * node + 2 - (size_t)(difference > mien_split_threshold(s));
    }
    return node + 1 - ((size_t)1 << depth);
}

void mien_cascade_plain(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                        float *shape)
{
    const struct mien_packed *packed = model->packed;
    size_t leaves = model->splits + 1;
    const uint32_t *split = packed->split + cascade * model->trees * leaves;
    const int16_t *leaf = packed->leaf + cascade * model->trees * leaves * MIEN_SHAPE;
    const float *scale = packed->scale + cascade * packed->groups * MIEN_SHAPE;
    uint8_t values[MIEN_PACKED_PIXELS] = {0};
    int32_t sum[MIEN_SHAPE] = {0};
    mien_cascade_look(model, cascade, view, shape, values);
    for (size_t t = 0; t < model->trees; t++) {
        const int16_t *chosen =
            leaf + (t * leaves + leaf_of(split + t * leaves, packed->depth, values)) * MIEN_SHAPE;
        for (size_t i = 0; i < MIEN_SHAPE; i++)
            sum[i] += chosen[i];
        if ((t + 1) % MIEN_PACKED_GROUP != 0 && t + 1 != model->trees)
            continue;
        for (size_t i = 0; i < MIEN_SHAPE; i++)
            shape[i] += (float)sum[i] * scale[i];
        memset(sum, 0, sizeof sum);
        scale += MIEN_SHAPE;
    }
}
