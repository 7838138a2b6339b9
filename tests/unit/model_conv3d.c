/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The loops of convolution against one sum after another, to the last bit: layouts, margins left out and
 * registers of any width change nothing, so that a saved network judges alike everywhere.
 */
#include "unit.h"

#include "model/network_internal.h"

#include "base/random.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* Rows of 8 to 64 pixels behind the first block, with every kind of rest. */
static const struct mien_network_design designs[] = {
    {MIEN_CONV3D, 0, 1, 5, 16, 64, 1, 1, 0, false},      {MIEN_CONV3D, 0, 1, 4, 17, 19, 1, 2, 0, false},
    {MIEN_CONV3D, 0, 2, 6, 19, 100, 1, 3, 0, false},     {MIEN_CONV3D, 0, 2, 4, 16, 37, 1, 4, 0, false},
    {MIEN_CONV3D, 0, 1, 4, 24, 128, 1, 5, 18, false},    {MIEN_CONV3D, 1, 1, 4, 16, 45, 1, 6, 0, false},
    {MIEN_CONV2PLUS1D, 0, 1, 5, 18, 38, 1, 7, 0, false}, {MIEN_CONV2PLUS1D, 1, 2, 4, 16, 16, 1, 8, 0, false},
};
enum { DESIGNS = sizeof designs / sizeof *designs };

static const struct mien_conv3d_kernels *const kernels[] = {&mien_conv3d_plain, &mien_conv3d_avx2,
                                                            &mien_conv3d_avx512};

static struct mien_network *make(const struct mien_network_design *design)
{
    struct mien_network *network = NULL;
    struct mien_error error;
    if (mien_network_new(design, 1, &network, &error) != MIEN_OK ||
        mien_network_scratch(network, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return network;
}

static void draw(struct mien_random *random, float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = (float)mien_random_normal(random);
}

/* What one target is in one channel, its margin and all. */
static float sum_of(const struct mien_conv3d_plan *plan, const float *source, const float *weights,
                    struct mien_extent place, unsigned channel, float sum, bool fused)
{
    const struct mien_conv3d *s = &plan->shape;
    const struct mien_extent whole = plan->source.whole;
    for (unsigned t = 0; t < s->kernel.times; t++)
        for (unsigned r = 0; r < s->kernel.rows; r++) {
            size_t row =
                (size_t)(place.times * s->stride.times + t) * whole.rows + place.rows * s->stride.rows + r;
            const float *from = source + (row * whole.columns + place.columns * s->stride.columns) * s->depth;
            for (unsigned i = 0; i < s->kernel.columns * s->depth; i++, weights += s->filters)
                sum = fused ? fmaf(from[i], weights[channel], sum) : sum + from[i] * weights[channel];
        }
    return sum;
}

static void compare_block(const struct mien_network *network, size_t number, const float *margined,
                          const float *start)
{
    const struct mien_block *block = &network->block[number];
    const struct mien_conv3d_plan *plan = &block->plan;
    const struct mien_extent output = plan->shape.output;
    const float *weights = network->parameter + block->weights.begin;
    const bool fused = network->kernels != &mien_conv3d_plain;
    float *target = mien_floats_new(mien_network_output_size(block));
    mien_network_convolve(network, block, mien_network_source(network, network->scratch, number), weights,
                          start, target, NULL);
    const float *got = target;
    for (unsigned t = 0; t < output.times; t++)
        for (unsigned y = 0; y < output.rows; y++)
            for (unsigned x = 0; x < output.columns; x++)
                for (unsigned c = 0; c < plan->shape.filters; c++, got++) {
                    float want = sum_of(plan, margined, weights, (struct mien_extent){t, y, x}, c,
                                        start ? start[c] : 0, fused);
                    if (start && !(want > 0))
                        want = 0;
                    if (memcmp(got, &want, sizeof want) != 0)
                        fail_msg("%s, seed %d, block %zu: time %u, row %u, column %u, channel %u is %a, "
                                 "want %a",
                                 network->kernels->name, (int)network->design.seed, number, t, y, x, c,
                                 (double)*got, (double)want);
                }
    free(target);
}

static void compare_blocks(struct mien_network *network)
{
    struct mien_random random;
    struct mien_scratch *scratch = network->scratch;
    size_t size = mien_network_clip_size(network);
    float start[MIEN_NETWORK_FEATURES], *clip = mien_floats_new(size);
    mien_random_seed(&random, network->design.seed);
    draw(&random, start, MIEN_NETWORK_FEATURES);
    draw(&random, clip, size);
    mien_network_place_clip(network, clip, scratch->source[0]);
    assert_true(mien_network_place(network, clip, scratch));
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_conv3d_plan *plan = &network->block[b].plan;
        for (unsigned t = 0; b > 0 && t < plan->shape.input.times; t++)
            for (unsigned y = 0; y < plan->shape.input.rows; y++)
                draw(&random, scratch->source[b] + mien_margin_row(&plan->source, t, y),
                     (size_t)plan->shape.input.columns * plan->shape.depth);
        compare_block(network, b, scratch->source[b], start);
        compare_block(network, b, scratch->source[b], NULL);
    }
    free(clip);
}

static void test_bits(void **state)
{
    (void)state;
    const char *fastest = mien_conv3d_fastest()->name;
    for (size_t d = 0; d < DESIGNS; d++)
        for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
            struct mien_network *network = make(&designs[d]);
            network->kernels = kernels[k];
            compare_blocks(network);
            mien_network_free(network);
            if (strcmp(kernels[k]->name, fastest) == 0)
                break;
        }
}

/* Wherever in a clip it lies. */
static void test_finite(void **state)
{
    (void)state;
    const float wrong[] = {(float)NAN, -(float)NAN, (float)INFINITY, -(float)INFINITY};
    const float right[] = {FLT_MAX / 256, -FLT_MAX / 256, FLT_TRUE_MIN, -0.0F};
    for (size_t d = 0; d < DESIGNS; d++) {
        struct mien_network *network = make(&designs[d]);
        size_t size = mien_network_clip_size(network), width = designs[d].width;
        float *clip = mien_floats_new(size);
        for (size_t i = 0; i < size; i += i % width == width - 1 ? 7 * width + 1 : 1)
            for (size_t k = 0; k < 4; k++) {
                clip[i] = wrong[k];
                assert_false(mien_network_place(network, clip, network->scratch));
                clip[i] = right[k];
                assert_true(mien_network_place(network, clip, network->scratch));
                clip[i] = 0;
            }
        free(clip);
        mien_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
