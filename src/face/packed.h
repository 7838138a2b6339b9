/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The landmark model packed for speed: one run of bytes without any pointer,
 * which can be kept in a file and mapped into memory as it is. A split takes
 * four bytes, because grey values are whole numbers; a tree of 15 splits one
 * line of the processor's cache; a number of a leaf two bytes.
 *
 * The numbers of the leaves are multiples of a scale, which each of the 136
 * numbers has for each group of trees. So the sums over a group are sums of
 * whole numbers: exact, whatever the order and the width of the processor's
 * registers. Against dlib's own numbers the points move by 0.25 % of the
 * interocular distance, a third of what they move by when the box is shifted by
 * 2 %; on average they do not move.
 *
 * Nothing in the bytes can lead outside of them: a split names pixels with 10
 * bits, for which there is always room, anchors are checked when the bytes are
 * opened, and leaves are reached by walking down a tree.
 */
#ifndef MIEN_FACE_PACKED_H
#define MIEN_FACE_PACKED_H

#include "face/cache.h"
#include "face/model.h"

#include <stdbool.h>

enum {
    MIEN_PACKED_PIXELS = 1024, /* A split can name no more. */
    MIEN_PACKED_GROUP = 64,    /* Trees that share their scales. */
    MIEN_PACKED_LANES = 16,    /* The pixels of a cascade are filled up to a multiple of this. */
    MIEN_SHEAF = 64,           /* Trees that are walked down side by side, */
    MIEN_SHEAF_DEPTH = 4,      /* with so many splits on the way to a leaf */
    MIEN_SHEAF_SPLITS = 15,
    MIEN_SHEAF_PIXELS = 512 /* and no more pixels than this. */
};

/* The splits of 64 trees, each kind of number side by side, for processors that look bytes up in registers. A
 * tree goes left where one pixel is brighter than the other by more than so much; where the threshold is
 * negative, the two are swapped, and it goes right. Bit t of the masks belongs to tree t. */
struct mien_sheaf {
    uint8_t one[MIEN_SHEAF_SPLITS][MIEN_SHEAF], other[MIEN_SHEAF_SPLITS][MIEN_SHEAF]; /* Low eight bits, */
    uint8_t by[MIEN_SHEAF_SPLITS][MIEN_SHEAF];
    uint64_t far_one[MIEN_SHEAF_SPLITS], far_other[MIEN_SHEAF_SPLITS]; /* and the ninth. */
    uint64_t swapped[MIEN_SHEAF_SPLITS];
    uint64_t unused[3]; /* Up to a whole line of the processor's cache. */
};

struct mien_packed {
    struct mien_cached kept;        /* The memory of all parts. */
    size_t room, groups;            /* Pixels of a cascade, filled up; groups of trees in a
                                       cascade. */
    unsigned depth;                 /* Splits on the way to a leaf. */
    const uint8_t *anchor;          /* cascades x room. */
    const float *across, *down;     /* cascades x room: a pixel's place relative to its anchor. */
    const uint32_t *split;          /* cascades x trees x (splits + 1), the last of each unused. */
    const float *scale;             /* cascades x groups x MIEN_SHAPE. */
    const int16_t *leaf;            /* cascades x trees x (splits + 1) x MIEN_SHAPE. */
    const struct mien_sheaf *sheaf; /* cascades x groups: the same splits once more; NULL where the model's
                                       sizes do not allow it. */
};

/* A split: bits 0..9 the first pixel, 10..19 the second, 20..31 the threshold
 * with its sign. */
static inline unsigned mien_split_first(uint32_t split)
{
    return split & (MIEN_PACKED_PIXELS - 1);
}
static inline unsigned mien_split_second(uint32_t split)
{
    return split >> 10 & (MIEN_PACKED_PIXELS - 1);
}
static inline int mien_split_threshold(uint32_t split)
{
    return (int32_t)split >> 20;
}

/* Trees in a group; only the last one of a cascade has fewer than the others. */
static inline size_t mien_packed_trees(const struct mien_landmark_model *model, size_t group)
{
    size_t left = model->trees - group * MIEN_PACKED_GROUP;
    return left < MIEN_PACKED_GROUP ? left : MIEN_PACKED_GROUP;
}

/* Packs a model as dlib stores it. MIEN_ERR_DATA: it has too many pixels. */
enum mien_status mien_packed_make(const struct mien_landmark_model *model, struct mien_cached *made,
                                  struct mien_error *error);

/* A model over such bytes, which it then owns; on failure they stay the
 * caller's. They may be any bytes at all: MIEN_ERR_FORMAT where they are no
 * model. */
enum mien_status mien_packed_open(const struct mien_cached *kept, struct mien_landmark_model **model,
                                  struct mien_error *error);
void mien_packed_free(struct mien_packed *packed); /* NULL allowed. */

#endif
