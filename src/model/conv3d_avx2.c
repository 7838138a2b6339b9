/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For x86 processors with registers of 32 bytes and fused multiplication and addition (from Haswell and Zen).
 */
#include "model/conv3d.h"

#if defined(__x86_64__)

#pragma GCC target("avx2,fma")

#include <immintrin.h>

#define CHUNK(name) sixteen_##name
#define LANES 8
#define VECTORS 2
#define PIXELS 6
#define TAPS 6
#define MULTIPLY_ADD(a, b, c) ((sixteen_lanes)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define SPREAD(x) ((sixteen_lanes)_mm256_set1_ps(x))
#include "model/conv3d_chunk.h"

#define CHUNK(name) eight_##name
#define LANES 8
#define VECTORS 1
#define PIXELS 12
#define TAPS 12
#define MULTIPLY_ADD(a, b, c) ((eight_lanes)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define SPREAD(x) ((eight_lanes)_mm256_set1_ps(x))
#include "model/conv3d_chunk.h"

/* Four channels of eight pixels; half registers hold the channels of the pixels k and 4 + k. */
static inline __attribute__((always_inline)) void planes_turn(const __m256 row[4], float *target, size_t step)
{
    __m256d a = (__m256d)_mm256_unpacklo_ps(row[0], row[1]), b = (__m256d)_mm256_unpacklo_ps(row[2], row[3]);
    __m256d c = (__m256d)_mm256_unpackhi_ps(row[0], row[1]), d = (__m256d)_mm256_unpackhi_ps(row[2], row[3]);
    __m256 turned[4] = {(__m256)_mm256_unpacklo_pd(a, b), (__m256)_mm256_unpackhi_pd(a, b),
                        (__m256)_mm256_unpacklo_pd(c, d), (__m256)_mm256_unpackhi_pd(c, d)};
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; k++) {
        _mm_storeu_ps(target + k * step, _mm256_castps256_ps128(turned[k]));
        _mm_storeu_ps(target + (4 + k) * step, _mm256_extractf128_ps(turned[k], 1));
    }
}

#define PIXELS __m256
#define LANES 8
#define CHANNELS 4
#define VECTORS 3
#define MULTIPLY_ADD _mm256_fmadd_ps
#define SPREAD _mm256_set1_ps
#define RECTIFY(x) _mm256_max_ps(x, _mm256_setzero_ps())
#include "model/conv3d_planes.h"

#define LANES 8
#include "model/conv3d_rows.h"

static void convolve(const struct mien_convolve *job)
{
    size_t channel = 0;
    for (; channel + 16 <= job->channels; channel += 16)
        sixteen_convolve(job, channel);
    if (channel < job->channels)
        eight_convolve(job, channel);
}

static void correlate(const struct mien_correlate *job)
{
    size_t channel = 0;
    for (; channel + 16 <= job->channels; channel += 16)
        sixteen_correlate(job, channel);
    if (channel < job->channels)
        eight_correlate(job, channel);
}

const struct mien_conv3d_kernels mien_conv3d_avx2 = {
    "avx2", convolve, planes_convolve, correlate, activate, moments, gradient_moments, gradient,
};

#else

/* Never chosen here. */
const struct mien_conv3d_kernels mien_conv3d_avx2;

#endif
