/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learning the resting face from a window of a recording. Internal to src/movement.
 */
#ifndef MIEN_MOVEMENT_RESTING_H
#define MIEN_MOVEMENT_RESTING_H

#include "movement/mover.h"

#include <stddef.h>

struct mien_resting_options {
    const struct mien_track *track;
    const char *video; /* NULL: the track's source. */
    double t0, t1;
};

/* Whether the row has a face and lies in the window. */
bool mien_resting_has(const struct mien_resting_options *options, size_t row);

/* Fills shape, picture, agreement and habits of the mover; *used is the number of frames looked at. */
enum mien_status mien_resting_learn(struct mien_mover *mover, const struct mien_resting_options *options,
                                    size_t *used, struct mien_error *error);
/* The shape alone, which needs no picture; *used is then the number of frames in the window. */
enum mien_status mien_resting_shape_of(enum mien_side side, const struct mien_resting_options *options,
                                       struct mien_resting_shape *shape, size_t *used,
                                       struct mien_error *error);

#endif
