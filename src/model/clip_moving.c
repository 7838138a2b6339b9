/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_moving.h"

#include "model/clip_batch.h"

static void keep_moving(float *luma, unsigned frames, size_t picture)
{
    for (size_t i = 0; i < picture; i++) {
        float sum = 0;
        for (unsigned t = 0; t < frames; t++)
            sum += luma[t * picture + i];
        for (unsigned t = 0; t < frames; t++)
            luma[t * picture + i] = MIEN_CLIP_MOTION * (luma[t * picture + i] - sum / (float)frames);
    }
}

void mien_clip_keep_moving(float *clips, size_t n, const struct mien_clip_shape *shape, unsigned channels,
                           bool moving)
{
    size_t clip = mien_clip_size(shape) * channels;
    for (size_t i = 0; moving && i < n; i++)
        keep_moving(clips + i * clip, shape->frames, (size_t)shape->height * shape->width);
}
