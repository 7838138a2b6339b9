/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The peak of a recording's movement, found while its frames pass: the tenth of the frames with the most
 * movement is kept. Internal to src/movement.
 */
#ifndef MIEN_MOVEMENT_PEAK_H
#define MIEN_MOVEMENT_PEAK_H

#include "movement/field.h"

#include <stddef.h>

struct mien_peak_frame {
    double amount, time;
    float x[MIEN_CELLS], y[MIEN_CELLS];
};

struct mien_peak {
    struct mien_peak_frame *frames;
    size_t room, kept, added;
};

/* For at most `frames` frames. 0, or -1 without memory. */
int mien_peak_new(struct mien_peak *peak, size_t frames);
void mien_peak_add(struct mien_peak *peak, const struct mien_field *field, double time);
/* Medians over the frames kept; NaN in cells that are missing in more than half of them. */
void mien_peak_end(struct mien_peak *peak, struct mien_field *field, double *time, size_t *frames);
void mien_peak_clear(struct mien_peak *peak);

#endif
