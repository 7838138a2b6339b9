/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_moving.h"

#include "model/clip_batch.h"

static void keep_moving(const float *luma, unsigned frames, size_t picture, float *out)
{
    for (size_t i = 0; i < picture; i++) {
        float sum = 0;
        for (unsigned t = 0; t < frames; t++)
            sum += luma[t * picture + i];
        for (unsigned t = 0; t < frames; t++)
            out[t * picture + i] = MIEN_CLIP_MOTION * (luma[t * picture + i] - sum / (float)frames);
    }
}

void mien_clip_keep_moving(float *clips, size_t n, const struct mien_clip_shape *shape, unsigned channels,
                           enum mien_clip_moving moving)
{
    size_t channel = mien_clip_size(shape);
    for (size_t i = 0; moving != MIEN_MOVING_OFF && i < n; i++, clips += channel * channels)
        keep_moving(clips, shape->frames, (size_t)shape->height * shape->width,
                    moving == MIEN_MOVING_BESIDE ? clips + channel : clips);
}

unsigned mien_clip_moving_channels(bool motion, enum mien_clip_moving moving)
{
    return mien_clip_channels(motion || moving == MIEN_MOVING_BESIDE);
}
