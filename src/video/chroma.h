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

struct AVBufferRef; /* Memory of FFmpeg's that is counted by reference. */

struct mien_chroma {
    const uint8_t *blue, *red;    /* Cb and Cr; NULL where the picture has no such planes (grey, RGB). */
    ptrdiff_t row, column;        /* Bytes from a sample to the one below it and to the one on its right. */
    int bytes, shift;             /* Of a sample, little-endian; shifted right by so much it has 8 bits. */
    int width, height;            /* Samples. */
    struct AVBufferRef *owner[2]; /* Of blue and red; NULL where nobody owns them. */
    double across[3];             /* The sample at pixel x, y of the displayed frame lies in column */
    double down[3];               /* across[0] * x + across[1] * y + across[2], and row likewise. */
    /* With luma 0..255 and a difference d = sample - 128, R is luma + red_red * d(red), and so on. */
    float red_red, green_blue, green_red, blue_blue;
    float luma_gain, luma_zero; /* Luma as coded, less luma_zero, times luma_gain is 0..255. */
};

/* Of a picture without colour, luma 0..255. */
extern const struct mien_chroma mien_no_chroma;

/* Colour that is kept beyond the next call on the video: a share of the decoder's own memory where that is
 * possible, else a copy. Start with {0}; any thread may read it. */
struct mien_kept_chroma {
    struct mien_chroma chroma;
    struct AVBufferRef *share[2];
    uint8_t *copy;
    size_t bytes;
};

/* Keeps this in place of what was kept before. Returns 0, or -1 without memory. */
int mien_chroma_keep(struct mien_kept_chroma *kept, const struct mien_chroma *chroma);
void mien_chroma_drop(struct mien_kept_chroma *kept);

#endif
