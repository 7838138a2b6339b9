/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The colour of a decoded frame where it lies: two planes of colour difference beside the luma, mostly
 * coarser than it, not turned and not brought to square pixels. Nothing is copied; whoever looks at a few
 * places of a picture asks for the sample of each.
 */
#ifndef MIEN_VIDEO_CHROMA_H
#define MIEN_VIDEO_CHROMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_chroma {
    const uint8_t *blue, *red; /* Cb and Cr; NULL where the picture has no such planes (grey, RGB). */
    ptrdiff_t row, column;     /* Bytes from a sample to the one below it and to the one on its right. */
    int bytes, shift;          /* Of a sample, little-endian; shifted right by so much it has 8 bits. */
    int width, height;         /* Samples. */
    double across[3];          /* The sample at pixel x, y of the displayed frame lies in column */
    double down[3];            /* across[0] * x + across[1] * y + across[2], and row likewise. */
    /* With luma 0..255 and a difference d = sample - 128, R is luma + red_red * d(red), and so on. */
    float red_red, green_blue, green_red, blue_blue;
    float luma_gain, luma_zero; /* Luma as coded, less luma_zero, times luma_gain is 0..255. */
};

/* Memory for a copy of both planes; 0 where there are none. */
size_t mien_chroma_bytes(const struct mien_chroma *chroma);
/* Copies the planes there; the result lies in them. */
struct mien_chroma mien_chroma_copy(const struct mien_chroma *chroma, uint8_t *memory);

#endif
