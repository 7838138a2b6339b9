/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sums of a convolution whose source is laid out in planes: a register holds pixels that follow each
 * other, not channels, so that few channels fill it too. Included once per kind of processor, after these are
 * defined: PIXELS, a register with LANES of them; CHANNELS, how many are summed side by side, a divisor of
 * MIEN_CONV3D_LANES; VECTORS of pixels, likewise; MULTIPLY_ADD(a, b, c), a * b + c; SPREAD(x); RECTIFY(x), x
 * above 0, else 0; and planes_turn, which writes CHANNELS registers of pixels as pixels with their channels,
 * so many numbers apart. All but that function are undefined at the end.
 *
 * Each sum runs in the same order as in conv3d_chunk.h.
 */
#include <string.h>

typedef float planes_memory
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

/* From rows of pixels to pixels with their channels; at most so many. */
static inline __attribute__((always_inline)) void planes_put(const PIXELS row[CHANNELS], float *target,
                                                             size_t step, size_t pixels)
{
    if (pixels >= LANES) {
        planes_turn(row, target, step);
        return;
    }
    float turned[LANES * CHANNELS];
    planes_turn(row, turned, CHANNELS);
    for (size_t p = 0; p < pixels; p++)
        memcpy(target + p * step, turned + p * CHANNELS, CHANNELS * sizeof *turned);
}

/* Whole vectors are summed; only so many pixels of them are wanted. */
static inline __attribute__((always_inline)) void planes_pixels(const struct mien_convolve *job,
                                                                const float *source, size_t channel,
                                                                float *target, size_t pixels,
                                                                const size_t vectors)
{
    PIXELS sum[CHANNELS][VECTORS];
    const float *weights = job->weights + channel;
#pragma GCC unroll 8
    for (size_t c = 0; c < CHANNELS; c++)
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            sum[c][v] = SPREAD(job->start ? job->start[channel + c] : 0);
    for (size_t r = 0; r < job->runs; r++) {
        const float *from = source + job->run[r].source, *weight = weights + job->run[r].weights;
        PIXELS seen[VECTORS];
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            seen[v] = *(const planes_memory *)(from + v * LANES);
#pragma GCC unroll 8
        for (size_t c = 0; c < CHANNELS; c++) {
            PIXELS spread = SPREAD(weight[c]);
#pragma GCC unroll 4
            for (size_t v = 0; v < vectors; v++)
                sum[c][v] = MULTIPLY_ADD(seen[v], spread, sum[c][v]);
        }
    }
#pragma GCC unroll 4
    for (size_t v = 0; v < vectors; v++) {
        PIXELS row[CHANNELS];
#pragma GCC unroll 8
        for (size_t c = 0; c < CHANNELS; c++)
            row[c] = job->rectify ? RECTIFY(sum[c][v]) : sum[c][v];
        planes_put(row, target + v * LANES * job->target_pixel, job->target_pixel, pixels - v * LANES);
    }
}

static void planes_convolve(const struct mien_convolve *job)
{
    for (size_t r = 0; r < job->rows; r++)
        for (size_t c = 0; c < job->channels; c += CHANNELS) {
            const float *source = job->source + r * job->source_row;
            float *target = job->target + r * job->target_row + c;
            size_t p = 0;
            for (; p + VECTORS * LANES <= job->pixels; p += VECTORS * LANES)
                planes_pixels(job, source + p, c, target + p * job->target_pixel, VECTORS * LANES, VECTORS);
            for (; p < job->pixels; p += LANES) {
                size_t left = job->pixels - p;
                planes_pixels(job, source + p, c, target + p * job->target_pixel, left < LANES ? left : LANES,
                              1);
            }
        }
}

#undef PIXELS
#undef LANES
#undef CHANNELS
#undef VECTORS
#undef MULTIPLY_ADD
#undef SPREAD
#undef RECTIFY
