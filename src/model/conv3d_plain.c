/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For any processor: the compiler makes of a vector what it has.
 */
#include "model/conv3d.h"

#define CHUNK(name) eight_##name
#define LANES 4
#define VECTORS 2
#define PIXELS 4
#define TAPS 6
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define SPREAD(x) ((eight_lanes){(x), (x), (x), (x)})
#include "model/conv3d_chunk.h"

/* Four channels of four pixels. */
static inline __attribute__((always_inline)) void planes_turn(const eight_lanes row[4], float *target,
                                                              size_t step)
{
    const eight_bits low = {0, 4, 1, 5}, high = {2, 6, 3, 7}, first = {0, 1, 4, 5}, second = {2, 3, 6, 7};
    eight_lanes a = __builtin_shuffle(row[0], row[1], low), b = __builtin_shuffle(row[2], row[3], low);
    eight_lanes c = __builtin_shuffle(row[0], row[1], high), d = __builtin_shuffle(row[2], row[3], high);
    *(eight_memory *)target = __builtin_shuffle(a, b, first);
    *(eight_memory *)(target + step) = __builtin_shuffle(a, b, second);
    *(eight_memory *)(target + 2 * step) = __builtin_shuffle(c, d, first);
    *(eight_memory *)(target + 3 * step) = __builtin_shuffle(c, d, second);
}

#define PIXELS eight_lanes
#define LANES 4
#define CHANNELS 4
#define VECTORS 2
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define SPREAD(x) ((eight_lanes){(x), (x), (x), (x)})
#define RECTIFY(x) ((eight_lanes)((eight_bits)(x) & ((x) > 0)))
#include "model/conv3d_planes.h"

#define LANES 4
#include "model/conv3d_rows.h"

static void convolve(const struct mien_convolve *job)
{
    for (size_t channel = 0; channel < job->channels; channel += 8)
        eight_convolve(job, channel);
}

static void correlate(const struct mien_correlate *job)
{
    for (size_t channel = 0; channel < job->channels; channel += 8)
        eight_correlate(job, channel);
}

const struct mien_conv3d_kernels mien_conv3d_plain = {
    "plain", convolve, planes_convolve, correlate, activate, moments, gradient_moments, gradient,
};
