/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/shelf.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const size_t most_bytes = 32u << 20; /* Of all pictures together. */

static size_t capacity(const struct mien_shelf *shelf)
{
    size_t bytes = (size_t)shelf->width * (size_t)shelf->height + 1, fit = most_bytes / bytes;
    if (fit > MIEN_SHELF_MOST)
        return MIEN_SHELF_MOST;
    return fit < MIEN_SHELF_LEAST ? MIEN_SHELF_LEAST : fit;
}

static size_t place_of(const struct mien_shelf *shelf, size_t number)
{
    return (shelf->first + number) % capacity(shelf);
}

static enum mien_status copy(struct mien_shelf *shelf, const struct mien_luma *luma, size_t place,
                             struct mien_error *error)
{
    size_t width = (size_t)luma->width;
    if (!shelf->pixels[place])
        shelf->pixels[place] = mien_array_new((size_t)luma->height, width);
    if (!shelf->pixels[place])
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for pictures of %d x %d", luma->width,
                         luma->height);
    for (int y = 0; y < luma->height; y++)
        memcpy(shelf->pixels[place] + (size_t)y * width, luma->pixels + y * luma->stride, width);
    shelf->luma[place] = (struct mien_luma){shelf->pixels[place], luma->width, luma->height, luma->width};
    return MIEN_OK;
}

enum mien_status mien_shelf_share(struct mien_shelf *shelf, const struct mien_luma *luma,
                                  const struct AVBufferRef *owner, size_t row, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    shelf->width = luma->width;
    shelf->height = luma->height;
    if (shelf->count == capacity(shelf))
        mien_shelf_keep(shelf, shelf->count - 1);
    size_t place = place_of(shelf, shelf->count);
    mien_video_unshare(&shelf->share[place]);
    shelf->share[place] = mien_video_share(owner);
    shelf->luma[place] = *luma;
    shelf->chroma[place].chroma = mien_no_chroma;
    if (!shelf->share[place])
        status = copy(shelf, luma, place, error);
    if (status != MIEN_OK)
        return status;
    shelf->row[place] = row;
    shelf->count++;
    return MIEN_OK;
}

enum mien_status mien_shelf_put(struct mien_shelf *shelf, const struct mien_luma *luma, size_t row,
                                struct mien_error *error)
{
    return mien_shelf_share(shelf, luma, NULL, row, error);
}

enum mien_status mien_shelf_colour(struct mien_shelf *shelf, const struct mien_chroma *chroma,
                                   struct mien_error *error)
{
    if (mien_chroma_keep(&shelf->chroma[place_of(shelf, shelf->count - 1)], chroma) == 0)
        return MIEN_OK;
    return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the colours of a picture");
}

const struct mien_chroma *mien_shelf_chroma(const struct mien_shelf *shelf, size_t number)
{
    return &shelf->chroma[place_of(shelf, number)].chroma;
}

struct mien_luma mien_shelf_luma(const struct mien_shelf *shelf, size_t number)
{
    return shelf->luma[place_of(shelf, number)];
}

size_t mien_shelf_row(const struct mien_shelf *shelf, size_t number)
{
    return shelf->row[place_of(shelf, number)];
}

void mien_shelf_keep(struct mien_shelf *shelf, size_t count)
{
    shelf->first = place_of(shelf, shelf->count - count);
    shelf->count = count;
    if (count == 0)
        shelf->first = 0;
}

void mien_shelf_free(struct mien_shelf *shelf)
{
    for (size_t i = 0; i < MIEN_SHELF_MOST; i++) {
        mien_video_unshare(&shelf->share[i]);
        mien_chroma_drop(&shelf->chroma[i]);
        free(shelf->pixels[i]);
    }
    memset(shelf, 0, sizeof *shelf);
}
