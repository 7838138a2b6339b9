/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips as a network takes them: numbers of about unit spread, with random changes that leave what is to be
 * learned as it is (augmentation).
 *
 * Threads: mien_clip_batch may be called from several threads at once on one set.
 */
#ifndef MIEN_MODEL_CLIP_BATCH_H
#define MIEN_MODEL_CLIP_BATCH_H

#include "model/clip_set.h"

#include <stdbool.h>

/* Random changes, each uniform and drawn once for a clip. Zero: that change is not made. */
struct mien_augmentation {
    bool mirror;    /* Left and right exchanged in half of the clips. */
    unsigned shift; /* Up to so many whole pixels in x and in y; the edge is repeated. */
    double gain;    /* Contrast times exp(-gain .. gain), light by -gain .. gain standard deviations. */
    double speed;   /* Played faster or slower by exp(-speed .. speed) about the clip's middle, by linear
                     * interpolation; beyond the clip its first or last picture is repeated. */
};

/* What is used where nothing else is asked for: mirror, shift 2, gain 0.2, speed 0.15. */
extern const struct mien_augmentation mien_augmentation_default;

/* Motion is so many times the difference of standardised luma to the picture before. */
#define MIEN_CLIP_MOTION 4.0f

/* Channels of the input: luma, or luma and motion. */
static inline unsigned mien_clip_channels(bool motion)
{
    return motion ? 2 : 1;
}

/* Writes the clips of these rows into out, n * channels * (frames * height) * width numbers, which is the
 * memory of (n, channels, frames, height, width). Channel 0 is luma less the clip's own mean, divided by its
 * own standard deviation (of all pixels and pictures, before any change; a deviation below 2 grey levels
 * counts as 2), so that light and exposure of a recording do not matter. Channel 1, where motion is asked
 * for, is four times its difference to the picture before, 0 in the first one.
 *
 * augmentation NULL: no change. The changes of a clip follow from seed, epoch and its row alone, whatever the
 * batch, its order and the thread. mirrored (n, NULL allowed) tells which clips show the face mirrored:
 * labels with sides must change sides there. */
void mien_clip_batch(const struct mien_clip_set *set, const size_t *rows, size_t n,
                     const struct mien_augmentation *augmentation, uint64_t seed, uint64_t epoch, bool motion,
                     float *out, bool *mirrored);

#endif
