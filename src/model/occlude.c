/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/occlude.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "model/clip_batch.h"
#include "model/clip_moving.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 32 };

/* Mean picture over the clip. */
static void mean_picture(const float *luma, unsigned frames, size_t picture, float *mean)
{
    for (size_t i = 0; i < picture; i++) {
        double sum = 0;
        for (unsigned t = 0; t < frames; t++)
            sum += (double)luma[t * picture + i];
        mean[i] = (float)(sum / frames);
    }
}

/* out[i * step] is the mean of line within radius of i; the line ends where the picture does. */
static void blur_line(const float *line, float *out, size_t count, size_t step, size_t radius)
{
    for (size_t i = 0; i < count; i++) {
        size_t from = i < radius ? 0 : i - radius, to = i + radius < count ? i + radius : count - 1;
        double sum = 0;
        for (size_t j = from; j <= to; j++)
            sum += (double)line[j * step];
        out[i * step] = (float)(sum / (double)(to - from + 1));
    }
}

/* Two passes of a box in each direction, which is near to a Gaussian; other is scratch of the same size. */
static void blur(float *picture, float *other, size_t height, size_t width)
{
    size_t radius = width / 8 ? width / 8 : 1;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t y = 0; y < height; y++)
            blur_line(picture + y * width, other + y * width, width, 1, radius);
        for (size_t x = 0; x < width; x++)
            blur_line(other + x, picture + x, height, width, radius);
    }
}

/* The picture that shows through where a pixel is hidden. */
static void fill_picture(const float *luma, const struct mien_clip_shape *shape,
                         const struct mien_occlusion *occlusion, float *fill, float *other)
{
    size_t picture = (size_t)shape->height * shape->width;
    unsigned held = occlusion->first                  ? occlusion->first - 1
                    : occlusion->stop < shape->frames ? occlusion->stop
                                                      : 0;
    switch (occlusion->fill) {
    case MIEN_FILL_BLUR:
        mean_picture(luma, shape->frames, picture, fill);
        blur(fill, other, shape->height, shape->width);
        break;
    case MIEN_FILL_STILL:
        mean_picture(luma, shape->frames, picture, fill);
        break;
    case MIEN_FILL_HOLD:
        memcpy(fill, luma + held * picture, picture * sizeof *fill);
        break;
    case MIEN_FILL_GREY:
    case MIEN_FILLS:
        memset(fill, 0, picture * sizeof *fill);
        break;
    }
}

void mien_occlude_luma(float *luma, const struct mien_clip_shape *shape,
                       const struct mien_occlusion *occlusion, float *scratch)
{
    size_t picture = (size_t)shape->height * shape->width;
    fill_picture(luma, shape, occlusion, scratch, scratch + picture);
    for (unsigned t = occlusion->first; t < occlusion->stop && t < shape->frames; t++)
        for (size_t i = 0; i < picture; i++)
            if (occlusion->place[i])
                luma[t * picture + i] = scratch[i];
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
                              const size_t *rows, size_t n, bool motion, enum mien_clip_moving moving,
                              const struct mien_occlusion *occlusion, float *logit, struct mien_error *error)
{
    unsigned channels = mien_clip_moving_channels(motion, moving);
    size_t luma = mien_clip_size(&clips->shape), clip = luma * channels;
    struct mien_network_design design;
    enum mien_status status = MIEN_OK;
    mien_network_describe(network, &design);
    /* The scratch memory lies behind the batch; two pictures are no more than two clips. */
    float *input = mien_array_new(BATCH + 2, clip * sizeof *input), *scratch = input + BATCH * clip;
    if (!input)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %d clips", BATCH);
    for (size_t first = 0; first < n && status == MIEN_OK; first += BATCH) {
        size_t count = n - first < BATCH ? n - first : BATCH;
        mien_clip_batch(clips, rows + first, count, NULL, 0, 0, channels > 1, input, NULL);
        for (size_t i = 0; occlusion && i < count; i++) {
            mien_occlude_luma(input + i * clip, &clips->shape, occlusion, scratch);
            if (channels > 1)
                move(input + i * clip, input + i * clip + luma, &clips->shape);
        }
        mien_clip_keep_moving(input, count, &clips->shape, channels, moving);
        status = mien_interrupted()
                     ? mien_fail(error, MIEN_ERR_CANCELLED, "stopped")
                     : mien_network_predict(network, input, count, logit + first * design.outputs, error);
    }
    free(input);
    return status;
}
