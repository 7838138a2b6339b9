/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/occlude.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "model/clip_batch.h"
#include "model/clip_moving.h"

#include <stdlib.h>

enum { BATCH = 32 };

static void hide_pixel(float *luma, size_t step, unsigned frames, const struct mien_occlusion *occlusion)
{
    double sum = 0;
    for (unsigned t = 0; occlusion->still && t < frames; t++)
        sum += (double)luma[t * step];
    for (unsigned t = occlusion->first; t < occlusion->stop && t < frames; t++)
        luma[t * step] = (float)(sum / frames);
}

/* Hides in the luma of one clip of the batch. Luma is standardised, so that 0 is the clip's mean grey. */
static void hide(float *luma, const struct mien_clip_shape *shape, const struct mien_occlusion *occlusion)
{
    size_t picture = (size_t)shape->height * shape->width;
    for (size_t i = 0; i < picture; i++)
        if (occlusion->place[i])
            hide_pixel(luma + i, picture, shape->frames, occlusion);
}

/* Motion anew from the luma of which a part is hidden, in proportion to the difference of pictures. */
static void move(const float *luma, float *motion, const struct mien_clip_shape *shape)
{
    size_t picture = (size_t)shape->height * shape->width;
    for (size_t i = 0; i < picture; i++)
        motion[i] = 0;
    for (size_t i = picture; i < picture * shape->frames; i++)
        motion[i] = MIEN_CLIP_MOTION * (luma[i] - luma[i - picture]);
}

enum mien_status mien_occlude(struct mien_network *network, const struct mien_clip_set *clips,
                              const size_t *rows, size_t n, bool motion, bool moving,
                              const struct mien_occlusion *occlusion, float *logit, struct mien_error *error)
{
    size_t luma = mien_clip_size(&clips->shape), clip = luma * mien_clip_channels(motion);
    struct mien_network_design design;
    enum mien_status status = MIEN_OK;
    mien_network_describe(network, &design);
    float *input = mien_array_new(BATCH, clip * sizeof *input);
    if (!input)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %d clips", BATCH);
    for (size_t first = 0; first < n && status == MIEN_OK; first += BATCH) {
        size_t count = n - first < BATCH ? n - first : BATCH;
        mien_clip_batch(clips, rows + first, count, NULL, 0, 0, motion, input, NULL);
        for (size_t i = 0; occlusion && i < count; i++) {
            hide(input + i * clip, &clips->shape, occlusion);
            if (motion)
                move(input + i * clip, input + i * clip + luma, &clips->shape);
        }
        mien_clip_keep_moving(input, count, &clips->shape, mien_clip_channels(motion), moving);
        status = mien_interrupted()
                     ? mien_fail(error, MIEN_ERR_CANCELLED, "stopped")
                     : mien_network_predict(network, input, count, logit + first * design.outputs, error);
    }
    free(input);
    return status;
}
