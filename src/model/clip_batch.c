/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_batch.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

const struct mien_augmentation mien_augmentation_default = {
    .mirror = true, .shift = 2, .gain = 0.2, .speed = 0.15};

static const double least_deviation = 2;

/* What is done to one clip: grey level g becomes scale * g + offset. */
struct change {
    bool mirror;
    int right, down; /* Pixels. */
    double speed;    /* 1: as it is. */
    float scale, offset;
};

/* Sums of whole numbers, so that the order of adding cannot matter. */
static void standardise(const uint8_t *luma, size_t size, struct change *change)
{
    uint64_t sum = 0, squares = 0;
    for (size_t i = 0; i < size; i++) {
        sum += luma[i];
        squares += (uint64_t)luma[i] * luma[i];
    }
    double mean = (double)sum / (double)size;
    double deviation = sqrt(fmax(0, (double)squares / (double)size - mean * mean));
    change->scale = (float)(1 / fmax(deviation, least_deviation));
    change->offset = (float)(-mean / fmax(deviation, least_deviation));
}

/* Numbers that are near each other give seeds that are not (the finaliser of splitmix64). */
static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebU;
    return bits ^ bits >> 31;
}

/* Every clip takes the same draws whatever is asked for, so that turning one change off leaves the others. */
static void draw_changes(const struct mien_augmentation *augmentation, uint64_t seed, struct change *change)
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    bool mirror = mien_random_bits(&random) >> 63;
    double right = mien_random_uniform(&random), down = mien_random_uniform(&random);
    double contrast = 2 * mien_random_uniform(&random) - 1, light = 2 * mien_random_uniform(&random) - 1;
    double speed = 2 * mien_random_uniform(&random) - 1;
    int shift = (int)augmentation->shift;
    change->mirror = augmentation->mirror && mirror;
    change->right = (int)floor(right * (2 * shift + 1)) - shift;
    change->down = (int)floor(down * (2 * shift + 1)) - shift;
    change->speed = exp(augmentation->speed * speed);
    float factor = (float)exp(augmentation->gain * contrast);
    change->scale *= factor;
    change->offset = change->offset * factor + (float)(augmentation->gain * light);
}

/* ---- Pictures ---- */

static int limited(int value, int count)
{
    return value < 0 ? 0 : value >= count ? count - 1 : value;
}

/* The grey values of one row of a picture that lies between two pictures of the clip. */
static void blend_row(const uint8_t *first, const uint8_t *second, float share, int width, float *row)
{
    if (first == second || share == 0) {
        for (int x = 0; x < width; x++)
            row[x] = first[x];
        return;
    }
    for (int x = 0; x < width; x++)
        row[x] = (1 - share) * first[x] + share * second[x];
}

static void place_row(float *row, int width, const struct change *change, float *out)
{
    for (int x = 0; x < width; x++)
        row[x] = row[x] * change->scale + change->offset;
    for (int x = 0; x < width; x++) {
        int from = limited(x - change->right, width);
        out[x] = row[change->mirror ? width - 1 - from : from];
    }
}

enum { WIDEST = 1024 };

static void write_luma(const struct mien_clip_shape *shape, const uint8_t *luma, const struct change *change,
                       float *out)
{
    int frames = (int)shape->frames, height = (int)shape->height, width = (int)shape->width;
    size_t picture = (size_t)height * (size_t)width;
    float row[WIDEST];
    double middle = (frames - 1) / 2.0;
    for (int t = 0; t < frames; t++) {
        double moment = fmin(fmax(middle + (t - middle) * change->speed, 0), frames - 1);
        int before = (int)moment, after = limited(before + 1, frames);
        float share = (float)(moment - before);
        for (int y = 0; y < height; y++, out += width) {
            size_t from = (size_t)limited(y - change->down, height) * (size_t)width;
            blend_row(luma + (size_t)before * picture + from, luma + (size_t)after * picture + from, share,
                      width, row);
            place_row(row, width, change, out);
        }
    }
}

static void write_motion(const float *luma, size_t frames, size_t picture, float *out)
{
    memset(out, 0, picture * sizeof *out);
    for (size_t i = picture; i < frames * picture; i++)
        out[i] = MIEN_CLIP_MOTION * (luma[i] - luma[i - picture]);
}

void mien_clip_batch(const struct mien_clip_set *set, const size_t *rows, size_t n,
                     const struct mien_augmentation *augmentation, uint64_t seed, uint64_t epoch, bool motion,
                     float *out, bool *mirrored)
{
    size_t size = mien_clip_size(&set->shape);
    size_t picture = (size_t)set->shape.height * set->shape.width;
    for (size_t i = 0; i < n; i++) {
        struct change change = {.speed = 1};
        const uint8_t *luma = mien_clip_luma(set, rows[i]);
        standardise(luma, size, &change);
        if (augmentation)
            draw_changes(augmentation, mix(mix(mix(seed) + epoch) + rows[i]), &change);
        write_luma(&set->shape, luma, &change, out);
        if (motion)
            write_motion(out, set->shape.frames, picture, out + size);
        out += size * mien_clip_channels(motion);
        if (mirrored)
            mirrored[i] = change.mirror;
    }
}
