/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips of which only what moves is left. A small cohort teaches a network who its participants are sooner
 * than how they move; without the mean picture most of what tells persons apart is gone. What does not move,
 * such as a lid that hangs all the time, is then gone, too: a network that knows faces already sees both.
 */
#ifndef MIEN_MODEL_CLIP_MOVING_H
#define MIEN_MODEL_CLIP_MOVING_H

#include "model/clip_set.h"

#include <stdbool.h>

enum mien_clip_moving {
    MIEN_MOVING_OFF,    /* The clips stay as they are. */
    MIEN_MOVING_ONLY,   /* Channel 0 becomes what moves; what channel 1 holds stays. */
    MIEN_MOVING_BESIDE, /* Channel 1 becomes what moves of channel 0, which stays. */
};

/* Of n clips as mien_clip_batch gives them, `channels` each. What moves is every pixel less its own mean over
 * the clip, times MIEN_CLIP_MOTION. */
void mien_clip_keep_moving(float *clips, size_t n, const struct mien_clip_shape *shape, unsigned channels,
                           enum mien_clip_moving moving);
/* Channels of the input. */
unsigned mien_clip_moving_channels(bool motion, enum mien_clip_moving moving);

#endif
