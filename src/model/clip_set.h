/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips in memory: short pieces of recordings, each a fixed number of small grey pictures of the aligned face
 * at a fixed rate. The eye centres lie at the same two places in every picture (model/clip_cut.h).
 *
 * Threads: a set may be read by several threads at once while none changes it.
 */
#ifndef MIEN_MODEL_CLIP_SET_H
#define MIEN_MODEL_CLIP_SET_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct mien_clip_shape {
    unsigned frames, height, width; /* Pictures of a clip, and pixels of a picture. */
};

/* What is known of one clip. Texts are owned by the set, never NULL; "" where there is nothing to say. */
struct mien_clip_facts {
    char *participant, *task, *visit, *take;
    char *file;         /* The video as the manifest names it, or its path. */
    size_t recording;   /* Row of the manifest, from 1; 0 where there is no manifest. */
    double start, stop; /* Seconds of the recording. */
    double fps;         /* Of the recording, on average; NaN when unknown. */
    double coverage;    /* Share of the clip's pictures in which the face was found and trusted, 0..1. */
    double outside;     /* Share of the clip's pixels that lay outside of the video's picture, 0..1. */
    double interocular; /* Median distance of the eye centres (clip_cut.h) in the video, pixels. */
};

struct mien_clip_set {
    struct mien_clip_shape shape;
    double rate; /* Pictures a second. */
    size_t count;
    uint8_t *luma; /* count * frames * height * width, 0..255 (full range). */
    struct mien_clip_facts *facts;
    size_t room; /* Clips that fit without moving the arrays. */
};

/* Bytes of one clip's luma. */
size_t mien_clip_size(const struct mien_clip_shape *shape);
/* The luma of clip `row`: frames pictures of height rows of width bytes. */
const uint8_t *mien_clip_luma(const struct mien_clip_set *set, size_t row);

/* An empty set. NULL without memory. */
struct mien_clip_set *mien_clip_set_new(const struct mien_clip_shape *shape, double rate);
void mien_clip_set_free(struct mien_clip_set *set); /* NULL allowed. */

/* Appends one clip, copying texts and luma; a NULL text becomes "". MIEN_ERR_MEMORY leaves the set as it was.
 */
enum mien_status mien_clip_set_add(struct mien_clip_set *set, const struct mien_clip_facts *facts,
                                   const uint8_t *luma, struct mien_error *error);
/* The clips of these rows, in this order; a row may occur more than once. */
enum mien_status mien_clip_set_subset(const struct mien_clip_set *set, const size_t *rows, size_t count,
                                      struct mien_clip_set **subset, struct mien_error *error);
/* Appends all clips of another set; MIEN_ERR_DATA, saying both, where shape or rate differ. */
enum mien_status mien_clip_set_append(struct mien_clip_set *set, const struct mien_clip_set *other,
                                      struct mien_error *error);

#endif
