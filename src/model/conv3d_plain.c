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
    "plain", convolve, correlate, activate, moments, gradient_moments, gradient,
};
