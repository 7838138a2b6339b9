/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/packed.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 64, /* Of every part: a line of the processor's cache. */
    MOST_CASCADES = 100,
    MOST_TREES = 10000,
    MOST_SPLITS = 1023
};

/* The bytes begin with this. */
struct head {
    uint32_t cascades, trees, splits, pixels;
    float mean_shape[MIEN_SHAPE];
};

/* Where the parts begin. */
struct layout {
    size_t room, groups;
    size_t anchor, across, down, split, scale, sheaf, leaf, size;
};

static size_t after(size_t begin, size_t count, size_t size)
{
    return (begin + count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static bool sheaves_fit(const struct head *head)
{
    return head->splits == MIEN_SHEAF_SPLITS && head->pixels <= MIEN_SHEAF_PIXELS;
}

static struct layout lay_out(const struct head *head)
{
    struct layout l = {0};
    size_t trees = (size_t)head->cascades * head->trees, nodes = trees * (head->splits + 1);
    l.room = ((size_t)head->pixels + MIEN_PACKED_LANES - 1) / MIEN_PACKED_LANES * MIEN_PACKED_LANES;
    l.groups = ((size_t)head->trees + MIEN_PACKED_GROUP - 1) / MIEN_PACKED_GROUP;
    l.anchor = after(0, 1, sizeof *head);
    l.across = after(l.anchor, head->cascades * l.room, sizeof(uint8_t));
    l.down = after(l.across, head->cascades * l.room, sizeof(float));
    l.split = after(l.down, head->cascades * l.room, sizeof(float));
    l.scale = after(l.split, nodes, sizeof(uint32_t));
    l.sheaf = after(l.scale, head->cascades * l.groups * MIEN_SHAPE, sizeof(float));
    l.leaf = after(l.sheaf, sheaves_fit(head) ? head->cascades * l.groups : 0, sizeof(struct mien_sheaf));
    l.size = after(l.leaf, nodes * MIEN_SHAPE, sizeof(int16_t));
    return l;
}

/* ---- Making ---- */

static void put_pixels(const struct mien_landmark_model *model, const struct layout *l, char *bytes)
{
    uint8_t *anchor = (uint8_t *)(bytes + l->anchor);
    float *across = (float *)(bytes + l->across), *down = (float *)(bytes + l->down);
    for (size_t c = 0; c < model->cascades; c++)
        for (size_t i = 0; i < model->pixels; i++) {
            size_t from = c * model->pixels + i, to = c * l->room + i;
            anchor[to] = (uint8_t)model->anchor[from];
            across[to] = model->offset[2 * from];
            down[to] = model->offset[2 * from + 1];
        }
}

static void put_splits(const struct mien_landmark_model *model, uint32_t *out)
{
    for (size_t t = 0; t < model->cascades * model->trees; t++)
        for (size_t i = 0; i < model->splits; i++) {
            const struct mien_split *s = &model->split[t * model->splits + i];
            out[t * (model->splits + 1) + i] =
                s->first | (uint32_t)s->second << 10 | (uint32_t)(int32_t)s->threshold << 20;
        }
}

static void put_in_sheaf(const struct mien_split *split, size_t node, size_t tree, struct mien_sheaf *sheaf)
{
    bool swapped = split->threshold < 0;
    int by = swapped ? -split->threshold - 1 : split->threshold;
    unsigned one = swapped ? split->second : split->first, other = swapped ? split->first : split->second;
    sheaf->one[node][tree] = (uint8_t)one;
    sheaf->other[node][tree] = (uint8_t)other;
    sheaf->by[node][tree] = (uint8_t)(by < UINT8_MAX ? by : UINT8_MAX);
    sheaf->far_one[node] |= (uint64_t)(one >> 8) << tree;
    sheaf->far_other[node] |= (uint64_t)(other >> 8) << tree;
    sheaf->swapped[node] |= (uint64_t)swapped << tree;
}

static void put_sheaves(const struct mien_landmark_model *model, size_t groups, struct mien_sheaf *out)
{
    for (size_t c = 0; c < model->cascades; c++)
        for (size_t t = 0; t < model->trees; t++)
            for (size_t i = 0; i < model->splits; i++)
                put_in_sheaf(&model->split[(c * model->trees + t) * model->splits + i], i, t % MIEN_SHEAF,
                             &out[c * groups + t / MIEN_SHEAF]);
}

/* The leaves of one group of trees: the largest of each number becomes
 * INT16_MAX. */
static void put_group(const float *leaves, size_t count, float *scale, int16_t *out)
{
    float largest[MIEN_SHAPE] = {0};
    for (size_t i = 0; i < count * MIEN_SHAPE; i++)
        largest[i % MIEN_SHAPE] = fmaxf(largest[i % MIEN_SHAPE], fabsf(leaves[i]));
    for (size_t j = 0; j < MIEN_SHAPE; j++)
        scale[j] = largest[j] / INT16_MAX;
    for (size_t i = 0; i < count * MIEN_SHAPE; i++) {
        float step = scale[i % MIEN_SHAPE];
        long number = step > 0 ? lrintf(leaves[i] / step) : 0;
        out[i] = (int16_t)(number > INT16_MAX ? INT16_MAX : number < -INT16_MAX ? -INT16_MAX : number);
    }
}

static void put_leaves(const struct mien_landmark_model *model, const struct layout *l, float *scale,
                       int16_t *out)
{
    size_t leaves = model->splits + 1;
    for (size_t c = 0; c < model->cascades; c++)
        for (size_t g = 0; g < l->groups; g++) {
            size_t tree = g * MIEN_PACKED_GROUP, left = model->trees - tree;
            size_t trees = left < MIEN_PACKED_GROUP ? left : MIEN_PACKED_GROUP;
            size_t first = (c * model->trees + tree) * leaves * MIEN_SHAPE;
            put_group(model->leaf + first, trees * leaves, scale + (c * l->groups + g) * MIEN_SHAPE,
                      out + first);
        }
}

enum mien_status mien_packed_make(const struct mien_landmark_model *model, struct mien_cached *made,
                                  struct mien_error *error)
{
    if (model->pixels > MIEN_PACKED_PIXELS)
        return mien_fail(error, MIEN_ERR_DATA, "the landmark model has more than %d pixels",
                         (int)MIEN_PACKED_PIXELS);
    struct head head = {.cascades = (uint32_t)model->cascades,
                        .trees = (uint32_t)model->trees,
                        .splits = (uint32_t)model->splits,
                        .pixels = (uint32_t)model->pixels};
    struct layout l = lay_out(&head);
    enum mien_status status = mien_cached_new(l.size, made, error);
    if (status != MIEN_OK)
        return status;
    char *bytes = made->bytes;
    memset(bytes, 0, l.size);
    memcpy(head.mean_shape, model->mean_shape, sizeof head.mean_shape);
    memcpy(bytes, &head, sizeof head);
    put_pixels(model, &l, bytes);
    put_splits(model, (uint32_t *)(bytes + l.split));
    if (sheaves_fit(&head))
        put_sheaves(model, l.groups, (struct mien_sheaf *)(bytes + l.sheaf));
    put_leaves(model, &l, (float *)(bytes + l.scale), (int16_t *)(bytes + l.leaf));
    return MIEN_OK;
}

/* ---- Opening ---- */

/* A number of splits is one less than a power of two: every way down a tree is
 * equally long. */
static bool sizes_fit(const struct head *head)
{
    return head->cascades >= 1 && head->cascades <= MOST_CASCADES && head->trees >= 1 &&
           head->trees <= MOST_TREES && head->splits >= 1 && head->splits <= MOST_SPLITS &&
           ((head->splits + 1) & head->splits) == 0 && head->pixels >= 1 &&
           head->pixels <= MIEN_PACKED_PIXELS;
}

static bool anchors_fit(const uint8_t *anchor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (anchor[i] >= MIEN_POINTS)
            return false;
    return true;
}

static void find_parts(struct mien_packed *packed, const struct head *head, const struct layout *l)
{
    const char *bytes = packed->kept.bytes;
    packed->room = l->room;
    packed->groups = l->groups;
    while (1U << packed->depth < head->splits + 1)
        packed->depth++;
    packed->anchor = (const uint8_t *)(bytes + l->anchor);
    packed->across = (const float *)(bytes + l->across);
    packed->down = (const float *)(bytes + l->down);
    packed->split = (const uint32_t *)(bytes + l->split);
    packed->scale = (const float *)(bytes + l->scale);
    if (sheaves_fit(head))
        packed->sheaf = (const struct mien_sheaf *)(bytes + l->sheaf);
    packed->leaf = (const int16_t *)(bytes + l->leaf);
}

enum mien_status mien_packed_open(const struct mien_cached *kept, struct mien_landmark_model **model,
                                  struct mien_error *error)
{
    struct head head = {0};
    struct layout l = {0};
    if (kept->size >= sizeof head)
        memcpy(&head, kept->bytes, sizeof head);
    if (sizes_fit(&head))
        l = lay_out(&head);
    if (l.size == 0 || l.size != kept->size ||
        !anchors_fit((uint8_t *)kept->bytes + l.anchor, head.cascades * l.room))
        return mien_fail(error, MIEN_ERR_FORMAT, "no packed landmark model");
    struct mien_landmark_model *made = mien_array_new(1, sizeof *made);
    struct mien_packed *packed = mien_array_new(1, sizeof *packed);
    if (!made || !packed) {
        free(made);
        free(packed);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the landmark model");
    }
    packed->kept = *kept;
    find_parts(packed, &head, &l);
    made->cascades = head.cascades;
    made->trees = head.trees;
    made->splits = head.splits;
    made->pixels = head.pixels;
    memcpy(made->mean_shape, head.mean_shape, sizeof made->mean_shape);
    made->packed = packed;
    *model = made;
    return MIEN_OK;
}

void mien_packed_free(struct mien_packed *packed)
{
    if (!packed)
        return;
    mien_cached_free(&packed->kept);
    free(packed);
}
