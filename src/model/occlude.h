/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a network says of clips of which a part is hidden (Zeiler and Fergus 2014,
 * doi 10.1007/978-3-319-10590-1_53): how much its logit then falls is how much it used that part.
 *
 * Threads: as the network.
 */
#ifndef MIEN_MODEL_OCCLUDE_H
#define MIEN_MODEL_OCCLUDE_H

#include "model/clip_set.h"
#include "model/network.h"

#include <stdbool.h>

struct mien_occlusion {
    const uint8_t *place; /* height * width: not 0 where pixels are hidden. */
    unsigned first, stop; /* Pictures first .. stop-1. */
    /* false: the hidden pixels become the clip's mean grey. true: each becomes its own mean over the clip, so
     * that what it looks like stays and only how it moves is hidden. */
    bool still;
};

/* logit is n * outputs, as of mien_network_predict. The network must take clips of this shape with
 * mien_clip_channels(motion) channels; motion and moving are those of its training. occlusion NULL hides
 * nothing. Polls the interrupt flag. */
enum mien_status mien_occlude(struct mien_network *network, const struct mien_clip_set *clips,
                              const size_t *rows, size_t n, bool motion, bool moving,
                              const struct mien_occlusion *occlusion, float *logit, struct mien_error *error);

#endif
