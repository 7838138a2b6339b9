/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a network says of clips of which a part is hidden (Zeiler and Fergus 2014,
 * doi 10.1007/978-3-319-10590-1_53): how much its logit then falls is how much it used that part.
 *
 * Threads: as the network.
 */
#ifndef MIEN_MODEL_OCCLUDE_H
#define MIEN_MODEL_OCCLUDE_H

#include "model/clip_moving.h"
#include "model/clip_set.h"
#include "model/network.h"

#include <stdbool.h>

/* What a hidden pixel becomes. */
enum mien_occlusion_fill {
    /* The clip's mean picture, blurred over an eighth of its side: neither detail nor movement is left, and
     * light and shade go on over the border, so that hiding makes no edges worth the name. */
    MIEN_FILL_BLUR,
    MIEN_FILL_GREY,  /* The clip's mean grey; the border of the hidden part is an edge. */
    MIEN_FILL_STILL, /* Its own mean over the clip: what it looks like stays, how it moves is hidden. */
    MIEN_FILL_HOLD,  /* As in the picture before the first hidden one, or after the last where there is none
                      * before: the face stands still for a moment. */
    MIEN_FILLS
};

struct mien_occlusion {
    const uint8_t *place; /* height * width: not 0 where pixels are hidden. */
    unsigned first, stop; /* Pictures first .. stop-1; first < stop <= frames. */
    enum mien_occlusion_fill fill;
};

/* Hides in the standardised luma of one clip (0 is its mean grey), frames * height * width numbers. scratch
 * is 2 * height * width numbers. */
void mien_occlude_luma(float *luma, const struct mien_clip_shape *shape,
                       const struct mien_occlusion *occlusion, float *scratch);

/* logit is n * outputs, as of mien_network_predict, the same bytes on any number of threads. The network must
 * take clips of this shape with mien_clip_channels(motion) channels; motion and moving are those of its
 * training. occlusion NULL hides nothing. Polls the interrupt flag: MIEN_ERR_CANCELLED. */
enum mien_status mien_occlude(struct mien_network *network, const struct mien_clip_set *clips,
                              const size_t *rows, size_t n, bool motion, enum mien_clip_moving moving,
                              const struct mien_occlusion *occlusion, float *logit, struct mien_error *error);

#endif
