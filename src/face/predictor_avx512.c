/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with registers of 64 bytes, for x86 processors that can look up bytes in registers
 * (AVX-512 with VBMI: from Ice Lake and Zen 4 on). All grey values of a cascade fit into eight registers, so
 * that 64 trees are walked down side by side without a branch and without memory; elsewhere that walk is half
 * of the work. Fused multiplication and addition stays off: it rounds differently.
 */
#if defined(__x86_64__)

#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")

#include <immintrin.h>

#define LANES 8
#define REALS 8
#include "face/predictor_look.h"

enum {
    TABLE = MIEN_SHEAF_PIXELS / 64, /* Registers with all the grey values. */
    SUMS = MIEN_SHAPE / 16,         /* Registers of sums; eight numbers of a shape are left over. */
    LINE = 64,                      /* Bytes that come from memory together. */
    MOST_TREES = 10000
};

static_assert(MIEN_SHEAF == 64 && MIEN_SHEAF == MIEN_PACKED_GROUP, "a sheaf is a group of trees");
static_assert(MIEN_SHAPE == 16 * SUMS + 8, "half a register is left over");

/* The grey values of 64 pixels; far tells which of them belong to the second half of the table. */
static inline __attribute__((always_inline)) __m512i look_up(const __m512i *table, __m512i pixels,
                                                             __mmask64 far)
{
    __mmask64 upper = _mm512_movepi8_mask(pixels);
    __m512i near_values = _mm512_mask_blend_epi8(upper, _mm512_permutex2var_epi8(table[0], pixels, table[1]),
                                                 _mm512_permutex2var_epi8(table[2], pixels, table[3]));
    __m512i far_values = _mm512_mask_blend_epi8(upper, _mm512_permutex2var_epi8(table[4], pixels, table[5]),
                                                _mm512_permutex2var_epi8(table[6], pixels, table[7]));
    return _mm512_mask_blend_epi8(far, near_values, far_values);
}

/* One step down for all trees of a sheaf, at one of count splits from the first on: here[i] are the trees
 * that have come to the split first + i. Returns those that go left. */
static inline __attribute__((always_inline)) __mmask64
step_down(const struct mien_sheaf *sheaf, const __m512i *table, const __mmask64 *here, int first, int count)
{
    __m512i one = _mm512_setzero_si512(), other = one, by = one;
    __mmask64 far_one = 0, far_other = 0, swapped = 0;
#pragma GCC unroll 8
    for (int i = 0; i < count; i++) {
        one = _mm512_mask_loadu_epi8(one, here[i], sheaf->one[first + i]);
        other = _mm512_mask_loadu_epi8(other, here[i], sheaf->other[first + i]);
        by = _mm512_mask_loadu_epi8(by, here[i], sheaf->by[first + i]);
        far_one |= here[i] & sheaf->far_one[first + i];
        far_other |= here[i] & sheaf->far_other[first + i];
        swapped |= here[i] & sheaf->swapped[first + i];
    }
    __m512i brighter = _mm512_subs_epu8(look_up(table, one, far_one), look_up(table, other, far_other));
    return _mm512_cmpgt_epu8_mask(brighter, by) ^ swapped;
}

/* The number of the leaf of each tree of a sheaf. */
static inline __attribute__((always_inline)) void walk_down(const struct mien_sheaf *sheaf,
                                                            const __m512i *table, uint8_t *leaves)
{
    __mmask64 here[1 << MIEN_SHEAF_DEPTH];
    __m512i number = _mm512_setzero_si512();
    here[0] = ~(__mmask64)0;
#pragma GCC unroll 4
    for (int level = 0; level < MIEN_SHEAF_DEPTH; level++) {
        int splits = 1 << level;
        __mmask64 left = step_down(sheaf, table, here, splits - 1, splits);
        number = _mm512_add_epi8(number, number);
        number = _mm512_mask_sub_epi8(number, ~left, number, _mm512_set1_epi8(-1));
#pragma GCC unroll 8
        for (int i = splits - 1; i >= 0; i--) {
            here[2 * i + 1] = here[i] & ~left;
            here[2 * i] = here[i] & left;
        }
    }
    _mm512_storeu_si512(leaves, number);
}

static inline __attribute__((always_inline)) void find_leaves(const struct mien_sheaf *sheaf,
                                                              const __m512i *table, size_t trees,
                                                              const int16_t *leaf, const int16_t **chosen)
{
    uint8_t numbers[MIEN_SHEAF];
    walk_down(sheaf, table, numbers);
    for (size_t t = 0; t < trees; t++, leaf += MIEN_SHAPE << MIEN_SHEAF_DEPTH) {
        chosen[t] = leaf + (size_t)numbers[t] * MIEN_SHAPE;
#pragma GCC unroll 8
        for (size_t i = 0; i < MIEN_SHAPE * sizeof *leaf; i += LINE)
            __builtin_prefetch((const char *)chosen[t] + i, 0, 2);
    }
}

static void add_group(const int16_t *const *leaves, size_t count, const float *scale, float *shape)
{
    __m512i sum[SUMS];
    __m256i rest = _mm256_setzero_si256();
    for (int i = 0; i < SUMS; i++)
        sum[i] = _mm512_setzero_si512();
    for (size_t t = 0; t < count; t++) {
        const __m256i *leaf = (const __m256i *)leaves[t];
#pragma GCC unroll 8
        for (int i = 0; i < SUMS; i++)
            sum[i] = _mm512_add_epi32(sum[i], _mm512_cvtepi16_epi32(_mm256_loadu_si256(leaf + i)));
        rest = _mm256_add_epi32(rest, _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(leaf + SUMS))));
    }
#pragma GCC unroll 8
    for (int i = 0; i < SUMS; i++, shape += 16, scale += 16) {
        __m512 moved = _mm512_mul_ps(_mm512_cvtepi32_ps(sum[i]), _mm512_loadu_ps(scale));
        _mm512_storeu_ps(shape, _mm512_add_ps(_mm512_loadu_ps(shape), moved));
    }
    __m256 moved = _mm256_mul_ps(_mm256_cvtepi32_ps(rest), _mm256_loadu_ps(scale));
    _mm256_storeu_ps(shape, _mm256_add_ps(_mm256_loadu_ps(shape), moved));
}

void mien_cascade_avx512(const struct mien_landmark_model *model, size_t cascade,
                         const struct mien_view *view, float *shape)
{
    const struct mien_packed *packed = model->packed;
    if (!packed->sheaf) {
        mien_cascade_avx2(model, cascade, view, shape);
        return;
    }
    const struct mien_sheaf *sheaf = packed->sheaf + cascade * packed->groups;
    const int16_t *leaf = packed->leaf + (cascade * model->trees << MIEN_SHEAF_DEPTH) * MIEN_SHAPE;
    const float *scale = packed->scale + cascade * packed->groups * MIEN_SHAPE;
    const int16_t *chosen[MOST_TREES];
    uint8_t values[MIEN_PACKED_PIXELS];
    __m512i table[TABLE];
    memset(values + packed->room, 0, sizeof values - packed->room);
    look(model, cascade, view, shape, values);
    for (int i = 0; i < TABLE; i++)
        table[i] = _mm512_loadu_si512(values + 64 * i);
    /* All leaves are on their way from memory before the first is needed. */
    for (size_t g = 0, t = 0; g < packed->groups; g++, t += MIEN_SHEAF)
        find_leaves(sheaf + g, table, mien_packed_trees(model, g),
                    leaf + (t << MIEN_SHEAF_DEPTH) * MIEN_SHAPE, chosen + t);
    for (size_t g = 0; g < packed->groups; g++, scale += MIEN_SHAPE)
        add_group(chosen + g * MIEN_SHEAF, mien_packed_trees(model, g), scale, shape);
}

#else

#include "face/predictor.h"

/* Never chosen here. */
void mien_cascade_avx512(const struct mien_landmark_model *model, size_t cascade,
                         const struct mien_view *view, float *shape)
{
    mien_cascade_wide(model, cascade, view, shape);
}

#endif
