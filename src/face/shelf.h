/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The latest pictures, so that they can be looked at again: those since the face was confirmed last, or
 * those in which it was not found.
 */
#ifndef MIEN_FACE_SHELF_H
#define MIEN_FACE_SHELF_H

#include "face/model.h"
#include "video/video.h"

enum {
    MIEN_SHELF_MOST = 12, /* Pictures; fewer where they are large, */
    MIEN_SHELF_LEAST = 9  /* but not fewer than that. */
};

/* Start with {0}; the oldest picture has the number 0. */
struct mien_shelf {
    uint8_t *pixels[MIEN_SHELF_MOST];           /* Copies of pictures, where there is no */
    struct AVBufferRef *share[MIEN_SHELF_MOST]; /* share of somebody else's memory. */
    struct mien_luma luma[MIEN_SHELF_MOST];
    struct mien_kept_chroma chroma[MIEN_SHELF_MOST];
    size_t row[MIEN_SHELF_MOST];
    size_t first, count; /* Places go round. */
    int width, height;
};

/* Puts a picture onto the shelf; the oldest makes room when it is full. All have the same size. A picture
 * with an owner (video.h) is shared, one without (NULL) copied. */
enum mien_status mien_shelf_share(struct mien_shelf *shelf, const struct mien_luma *luma,
                                  const struct AVBufferRef *owner, size_t row, struct mien_error *error);
/* The same without an owner. */
enum mien_status mien_shelf_put(struct mien_shelf *shelf, const struct mien_luma *luma, size_t row,
                                struct mien_error *error);
/* Keeps the colour of the newest picture as well; without a call a picture has none. */
enum mien_status mien_shelf_colour(struct mien_shelf *shelf, const struct mien_chroma *chroma,
                                   struct mien_error *error);
struct mien_luma mien_shelf_luma(const struct mien_shelf *shelf, size_t number);
const struct mien_chroma *mien_shelf_chroma(const struct mien_shelf *shelf, size_t number);
size_t mien_shelf_row(const struct mien_shelf *shelf, size_t number);
/* Forgets all but the newest count pictures. */
void mien_shelf_keep(struct mien_shelf *shelf, size_t count);
void mien_shelf_free(struct mien_shelf *shelf);

#endif
