/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips of which only what moves is left. A small cohort teaches a network who its participants are sooner
 * than how they move; without the mean picture most of what tells persons apart is gone.
 */
#ifndef MIEN_MODEL_CLIP_MOVING_H
#define MIEN_MODEL_CLIP_MOVING_H

#include "model/clip_set.h"

#include <stdbool.h>

/* Luma of n clips as mien_clip_batch gives it, `channels` each: every pixel less its own mean over the clip,
 * times MIEN_CLIP_MOTION. What channel 1 holds stays. Does nothing where moving is false. */
void mien_clip_keep_moving(float *clips, size_t n, const struct mien_clip_shape *shape, unsigned channels,
                           bool moving);

#endif
