/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with registers of 32 bytes, for x86 processors that have
 * them. Fused multiplication and addition stays off: it rounds differently.
 */
#if defined(__x86_64__) || defined(__i386__)

#pragma GCC target("avx2")

#include <immintrin.h>

#define CASCADE mien_cascade_avx2
#define LANES 8
#define REALS 4
#define STRIP 9
#define WIDEN(eight) ((sums)_mm256_cvtepi16_epi32((__m128i)(eight)))
#include "face/predictor_vectors.h"

#else

#include "face/predictor.h"

/* Never chosen here. */
void mien_cascade_avx2(const struct mien_landmark_model *model, size_t cascade, const struct mien_view *view,
                       float *shape)
{
    mien_cascade_wide(model, cascade, view, shape);
}

#endif
