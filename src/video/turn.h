/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turning a stored picture upright, as the container's display matrix asks for: mirrored first, where it says
 * so, then by quarter turns.
 */
#ifndef MIEN_VIDEO_TURN_H
#define MIEN_VIDEO_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_turn {
    int quarters;  /* Clockwise, 0 .. 3. */
    bool mirrored; /* Left and right of the stored picture change places before it is turned. */
};

/* The turn nearest to a display matrix, nine 16.16 fixed-point numbers as in MP4; NULL means none. */
struct mien_turn mien_turn_of_matrix(const int32_t *matrix);

/* Copies width x height pixels of `bytes` (1 or 3) bytes each, turned. The target holds height x width pixels
 * after an odd number of quarter turns. */
void mien_turn_pixels(struct mien_turn turn, const uint8_t *source, ptrdiff_t source_stride, int width,
                      int height, int bytes, uint8_t *target, ptrdiff_t target_stride);

#endif
