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

static enum mien_status keep_colour(struct mien_shelf *shelf, size_t place, const struct mien_chroma *chroma,
                                    struct mien_error *error)
{
    size_t bytes = mien_chroma_bytes(chroma);
    if (bytes > shelf->colour_bytes[place]) {
        free(shelf->colour[place]);
        shelf->colour[place] = malloc(bytes);
        shelf->colour_bytes[place] = shelf->colour[place] ? bytes : 0;
        if (!shelf->colour[place])
            return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the colours of a picture");
    }
    shelf->chroma[place] = mien_chroma_copy(chroma, shelf->colour[place]);
    return MIEN_OK;
}

enum mien_status mien_shelf_put(struct mien_shelf *shelf, const struct mien_luma *luma,
                                const struct mien_chroma *chroma, size_t row, struct mien_error *error)
{
    size_t width = (size_t)luma->width;
    shelf->width = luma->width;
    shelf->height = luma->height;
    if (shelf->count == capacity(shelf))
        mien_shelf_keep(shelf, shelf->count - 1);
    size_t place = place_of(shelf, shelf->count);
    if (!shelf->pixels[place])
        shelf->pixels[place] = mien_array_new((size_t)luma->height, width);
    if (!shelf->pixels[place])
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for pictures of %d x %d", luma->width,
                         luma->height);
    for (int y = 0; y < luma->height; y++)
        memcpy(shelf->pixels[place] + (size_t)y * width, luma->pixels + y * luma->stride, width);
    enum mien_status status = keep_colour(shelf, place, chroma, error);
    if (status != MIEN_OK)
        return status;
    shelf->row[place] = row;
    shelf->count++;
    return MIEN_OK;
}

const struct mien_chroma *mien_shelf_chroma(const struct mien_shelf *shelf, size_t number)
{
    return &shelf->chroma[place_of(shelf, number)];
}

struct mien_luma mien_shelf_luma(const struct mien_shelf *shelf, size_t number)
{
    return (struct mien_luma){shelf->pixels[place_of(shelf, number)], shelf->width, shelf->height,
                              shelf->width};
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
        free(shelf->pixels[i]);
        free(shelf->colour[i]);
    }
    memset(shelf, 0, sizeof *shelf);
}
