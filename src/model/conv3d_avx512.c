/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For x86 processors with 32 registers of 64 bytes.
 */
#include "model/conv3d.h"

#if defined(__x86_64__)

#pragma GCC target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw")

#include <immintrin.h>

#define CHUNK(name) thirtytwo_##name
#define LANES 16
#define VECTORS 2
#define PIXELS 8
#define TAPS 8
#define MULTIPLY_ADD(a, b, c) ((thirtytwo_lanes)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define SPREAD(x) ((thirtytwo_lanes)_mm512_set1_ps(x))
#include "model/conv3d_chunk.h"

#define CHUNK(name) sixteen_##name
#define LANES 16
#define VECTORS 1
#define PIXELS 16
#define TAPS 8
#define MULTIPLY_ADD(a, b, c) ((sixteen_lanes)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define SPREAD(x) ((sixteen_lanes)_mm512_set1_ps(x))
#include "model/conv3d_chunk.h"

#define CHUNK(name) eight_##name
#define LANES 8
#define VECTORS 1
#define PIXELS 16
#define TAPS 16
#define MULTIPLY_ADD(a, b, c) ((eight_lanes)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define SPREAD(x) ((eight_lanes)_mm256_set1_ps(x))
#include "model/conv3d_chunk.h"

#define LANES 8
#include "model/conv3d_rows.h"

static void convolve(const struct mien_convolve *job)
{
    size_t channel = 0;
    for (; channel + 32 <= job->channels; channel += 32)
        thirtytwo_convolve(job, channel);
    for (; channel + 16 <= job->channels; channel += 16)
        sixteen_convolve(job, channel);
    if (channel < job->channels)
        eight_convolve(job, channel);
}

static void correlate(const struct mien_correlate *job)
{
    size_t channel = 0;
    for (; channel + 32 <= job->channels; channel += 32)
        thirtytwo_correlate(job, channel);
    for (; channel + 16 <= job->channels; channel += 16)
        sixteen_correlate(job, channel);
    if (channel < job->channels)
        eight_correlate(job, channel);
}

const struct mien_conv3d_kernels mien_conv3d_avx512 = {
    "avx512", convolve, correlate, activate, moments, gradient_moments, gradient,
};

#else

/* Never chosen here. */
const struct mien_conv3d_kernels mien_conv3d_avx512;

#endif
