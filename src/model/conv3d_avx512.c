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

/* Four channels of sixteen pixels; quarters of the registers hold the channels of the pixels k, 4 + k, 8 + k
 * and 12 + k. */
static inline __attribute__((always_inline)) void turn_four(const __m512 row[4], __m512 turned[4])
{
    __m512d a = (__m512d)_mm512_unpacklo_ps(row[0], row[1]), b = (__m512d)_mm512_unpacklo_ps(row[2], row[3]);
    __m512d c = (__m512d)_mm512_unpackhi_ps(row[0], row[1]), d = (__m512d)_mm512_unpackhi_ps(row[2], row[3]);
    turned[0] = (__m512)_mm512_unpacklo_pd(a, b);
    turned[1] = (__m512)_mm512_unpackhi_pd(a, b);
    turned[2] = (__m512)_mm512_unpacklo_pd(c, d);
    turned[3] = (__m512)_mm512_unpackhi_pd(c, d);
}

static inline __attribute__((always_inline)) void planes_turn(const __m512 row[8], float *target, size_t step)
{
    const __m512i near = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const __m512i far = _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    __m512 low[4], high[4];
    turn_four(row, low);
    turn_four(row + 4, high);
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; k++) {
        __m512 a = _mm512_permutex2var_ps(low[k], near, high[k]);
        __m512 b = _mm512_permutex2var_ps(low[k], far, high[k]);
        _mm256_storeu_ps(target + k * step, _mm512_castps512_ps256(a));
        _mm256_storeu_ps(target + (4 + k) * step, _mm512_extractf32x8_ps(a, 1));
        _mm256_storeu_ps(target + (8 + k) * step, _mm512_castps512_ps256(b));
        _mm256_storeu_ps(target + (12 + k) * step, _mm512_extractf32x8_ps(b, 1));
    }
}

#define PIXELS __m512
#define LANES 16
#define CHANNELS 8
#define VECTORS 2
#define MULTIPLY_ADD _mm512_fmadd_ps
#define SPREAD _mm512_set1_ps
#define RECTIFY(x) _mm512_max_ps(x, _mm512_setzero_ps())
#include "model/conv3d_planes.h"

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
    "avx512", convolve, planes_convolve, correlate, activate, moments, gradient_moments, gradient,
};

#else

/* Never chosen here. */
const struct mien_conv3d_kernels mien_conv3d_avx512;

#endif
