/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/turn.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 32 /* Pixels square: a column walk through the source then stays within the cache. */
};

struct mien_turn mien_turn_of_matrix(const int32_t *matrix)
{
    struct mien_turn turn = {0, false};
    if (!matrix)
        return turn;
    /* Stored x runs along (a, b) on the display, stored y along (c, d); y points down. */
    double a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
    double area = a * d - b * c;
    if (area == 0)
        return turn;
    if (area < 0) {
        turn.mirrored = true;
        a = -a;
        b = -b;
    }
    long quarters = lround(atan2(b, a) / (M_PI / 2));
    turn.quarters = (int)((quarters + 4) % 4);
    return turn;
}

/* The source pixel of target pixel (x, y) lies at first + x * right + y * down. */
struct walk {
    const uint8_t *first;
    ptrdiff_t right, down;
};

static struct walk walk_of(struct mien_turn turn, const uint8_t *source, ptrdiff_t stride, int width,
                           int height, ptrdiff_t bytes)
{
    ptrdiff_t step = turn.mirrored ? -bytes : bytes;
    const uint8_t *left = source + (turn.mirrored ? (width - 1) * bytes : 0);
    const uint8_t *right = source + (turn.mirrored ? 0 : (width - 1) * bytes);
    ptrdiff_t bottom = (height - 1) * stride;
    switch (turn.quarters) {
    case 1:
        return (struct walk){left + bottom, -stride, step};
    case 2:
        return (struct walk){right + bottom, -step, -stride};
    case 3:
        return (struct walk){right, stride, -step};
    default:
        return (struct walk){left, step, stride};
    }
}

static void copy_block(const struct walk *walk, int bytes, uint8_t *target, ptrdiff_t stride, int x0, int x1,
                       int y0, int y1)
{
    for (int y = y0; y < y1; y++) {
        const uint8_t *from = walk->first + x0 * walk->right + y * walk->down;
        uint8_t *to = target + y * stride + (ptrdiff_t)x0 * bytes;
        for (int x = x0; x < x1; x++, from += walk->right, to += bytes) {
            to[0] = from[0];
            if (bytes == 3) {
                to[1] = from[1];
                to[2] = from[2];
            }
        }
    }
}

void mien_turn_pixels(struct mien_turn turn, const uint8_t *source, ptrdiff_t source_stride, int width,
                      int height, int bytes, uint8_t *target, ptrdiff_t target_stride)
{
    if (turn.quarters == 0 && !turn.mirrored) {
        for (int y = 0; y < height; y++)
            memcpy(target + y * target_stride, source + y * source_stride, (size_t)width * (size_t)bytes);
        return;
    }
    struct walk walk = walk_of(turn, source, source_stride, width, height, bytes);
    int columns = turn.quarters % 2 ? height : width, rows = turn.quarters % 2 ? width : height;
    for (int y = 0; y < rows; y += BLOCK)
        for (int x = 0; x < columns; x += BLOCK)
            copy_block(&walk, bytes, target, target_stride, x, x + BLOCK < columns ? x + BLOCK : columns, y,
                       y + BLOCK < rows ? y + BLOCK : rows);
}
