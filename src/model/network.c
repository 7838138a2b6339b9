/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of a network and the memory that it works in.
 */
#include "model/network_internal.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

float *mien_floats_new(size_t count)
{
    if (count > SIZE_MAX / sizeof(float) - CACHE_LINE)
        return NULL;
    size_t size = mien_floats_round(count + 1) * sizeof(float);
    float *made = aligned_alloc(CACHE_LINE, size);
    if (made)
        memset(made, 0, size);
    return made;
}

static enum mien_status out_of_memory(struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the network");
}

/* He et al. 2015, arXiv 1502.01852: the variance of the values stays the same from block to block. */
static void draw_weights(struct mien_random *random, double variance, float *weights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        weights[i] = (float)(sqrt(variance) * mien_random_normal(random));
}

static void start_parameters(struct mien_network *network)
{
    struct mien_random random;
    float *parameter = network->parameter;
    mien_random_seed(&random, network->design.seed);
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        size_t seen = block->weights.count / block->plan.shape.filters;
        draw_weights(&random, 2 / (double)seen, parameter + block->weights.begin, block->weights.count);
        for (size_t i = 0; i < block->gain.count; i++)
            parameter[block->gain.begin + i] = 1;
    }
    draw_weights(&random, 1 / (double)network->features, parameter + network->head.begin,
                 network->head.count);
    /* As if all levels were equally frequent. */
    double levels = network->design.outputs + 1;
    for (unsigned k = 1; k <= network->design.outputs; k++)
        parameter[network->thresholds.begin + k - 1] =
            network->design.separate ? 0 : (float)log((levels - k) / k);
    for (size_t c = 0; c < network->features; c++)
        network->feature_scale[c] = 1;
    for (size_t i = 0; i < network->running; i++)
        network->variance[i] = 1;
}

enum mien_status mien_network_prepare(struct mien_network *network, unsigned threads,
                                      struct mien_error *error)
{
    if (threads < 1 || threads > MIEN_NETWORK_THREADS)
        return mien_fail(error, MIEN_ERR_DATA, "a network works with 1 to %d threads, not %u",
                         MIEN_NETWORK_THREADS, threads);
    network->threads = threads;
    network->kernels = mien_conv3d_fastest();
    network->parameter = mien_floats_new(network->room);
    network->first_moment = mien_floats_new(network->room);
    network->second_moment = mien_floats_new(network->room);
    network->mean = mien_floats_new(network->running);
    network->variance = mien_floats_new(network->running);
    network->feature_mean = mien_floats_new(network->features);
    network->feature_scale = mien_floats_new(network->features);
    if (!network->parameter || !network->first_moment || !network->second_moment || !network->mean ||
        !network->variance || !network->feature_mean || !network->feature_scale)
        return out_of_memory(error);
    return mien_workers_new(threads, &network->workers, error);
}

enum mien_status mien_network_new(const struct mien_network_design *design, unsigned threads,
                                  struct mien_network **network, struct mien_error *error)
{
    struct mien_network *made = mien_array_new(1, sizeof *made);
    if (!made)
        return out_of_memory(error);
    enum mien_status status = mien_network_plan(made, design, error);
    if (status == MIEN_OK)
        status = mien_network_prepare(made, threads, error);
    if (status != MIEN_OK) {
        mien_network_free(made);
        return status;
    }
    start_parameters(made);
    *network = made;
    return MIEN_OK;
}

static void scratch_free(struct mien_scratch *scratch)
{
    for (size_t b = 0; b < MIEN_NETWORK_BLOCKS; b++) {
        free(scratch->source[b]);
        free(scratch->gradient[b]);
    }
    free(scratch->planes);
    free(scratch->last);
    free(scratch->sums);
}

static void all_scratch_free(struct mien_network *network)
{
    for (unsigned i = 0; network->scratch && i < network->threads; i++)
        scratch_free(&network->scratch[i]);
    free(network->scratch);
    network->scratch = NULL;
}

void mien_network_free(struct mien_network *network)
{
    if (!network)
        return;
    mien_workers_free(network->workers);
    mien_network_training_free(network);
    all_scratch_free(network);
    for (size_t b = 0; b < network->blocks; b++) {
        mien_conv3d_forget(&network->block[b].plan);
        free(network->folded[b]);
        free(network->start[b]);
    }
    free(network->parameter);
    free(network->first_moment);
    free(network->second_moment);
    free(network->mean);
    free(network->variance);
    free(network->feature_mean);
    free(network->feature_scale);
    free(network);
}

void mien_network_describe(const struct mien_network *network, struct mien_network_design *design)
{
    *design = network->design;
}

uint64_t mien_network_steps(const struct mien_network *network)
{
    return network->steps;
}

static int scratch_new(const struct mien_network *network, struct mien_scratch *scratch)
{
    bool whole = true;
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        size_t size = b > 0 ? mien_margin_size(&block->plan.gradient)
                            : block->plan.shape.output.rows * mien_network_row(block);
        scratch->source[b] = mien_floats_new(mien_margin_size(&block->plan.source));
        scratch->gradient[b] = mien_floats_new(size);
        whole = whole && scratch->source[b] && scratch->gradient[b];
    }
    scratch->planes = mien_floats_new(mien_planes_size(&network->block[0].plan));
    scratch->last = mien_floats_new(mien_network_output_size(&network->block[network->blocks - 1]));
    scratch->sums = mien_floats_new(2 * network->widest);
    return whole && scratch->planes && scratch->last && scratch->sums ? 0 : -1;
}

enum mien_status mien_network_scratch(struct mien_network *network, struct mien_error *error)
{
    if (network->scratch)
        return MIEN_OK;
    network->scratch = mien_array_new(network->threads, sizeof *network->scratch);
    int failed = network->scratch ? 0 : -1;
    for (unsigned i = 0; i < network->threads && !failed; i++)
        failed = scratch_new(network, &network->scratch[i]);
    if (failed) {
        all_scratch_free(network);
        return out_of_memory(error);
    }
    return MIEN_OK;
}

static void norm_free(struct mien_norm *norm)
{
    free(norm->centre);
    free(norm->mean);
    free(norm->scale);
    free(norm->shift);
    free(norm->slope);
    free(norm->level);
    free(norm->moments);
    free(norm->batch_mean);
    free(norm->batch_variance);
    free(norm->inverse_deviation);
}

void mien_network_training_free(struct mien_network *network)
{
    struct mien_training *training = &network->training;
    for (size_t b = 0; b < MIEN_NETWORK_BLOCKS; b++) {
        free(training->z[b]);
        free(training->dy[b]);
        free(training->turned[b]);
        norm_free(&training->norm[b]);
    }
    free(training->partial);
    free(training->gradient);
    free(training->pooled);
    free(training->change);
    *training = (struct mien_training){0};
}

static bool norm_new(const struct mien_block *block, size_t n, struct mien_norm *norm)
{
    size_t row = mien_network_row(block), filters = block->plan.shape.filters;
    norm->centre = mien_floats_new(row);
    norm->mean = mien_floats_new(row);
    norm->scale = mien_floats_new(row);
    norm->shift = mien_floats_new(row);
    norm->slope = mien_floats_new(row);
    norm->level = mien_floats_new(row);
    norm->batch_mean = mien_floats_new(filters);
    norm->batch_variance = mien_floats_new(filters);
    norm->inverse_deviation = mien_array_new(filters, sizeof *norm->inverse_deviation);
    norm->moments = mien_array_new(2 * n * filters, sizeof *norm->moments);
    return norm->centre && norm->mean && norm->scale && norm->shift && norm->slope && norm->level &&
           norm->batch_mean && norm->batch_variance && norm->inverse_deviation && norm->moments;
}

static bool training_new(const struct mien_network *network, size_t n, struct mien_training *training)
{
    bool whole = true;
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        training->z[b] = mien_floats_new(n * mien_network_output_size(block));
        training->dy[b] = mien_floats_new(n * mien_network_output_size(block));
        training->turned[b] = mien_floats_new(block->weights.count);
        whole = norm_new(block, n, &training->norm[b]) && training->z[b] && training->dy[b] &&
                training->turned[b] && whole;
    }
    training->partial = mien_floats_new(MIEN_NETWORK_GROUPS * network->heaviest);
    training->gradient = mien_floats_new(network->room);
    training->pooled = mien_floats_new(n * network->features);
    training->change = mien_array_new(n * network->scores, sizeof *training->change);
    training->capacity = n;
    return whole && training->partial && training->gradient && training->pooled && training->change;
}

enum mien_status mien_network_training(struct mien_network *network, size_t n, struct mien_error *error)
{
    if (n <= network->training.capacity)
        return MIEN_OK;
    mien_network_training_free(network);
    if (!training_new(network, n, &network->training)) {
        mien_network_training_free(network);
        return out_of_memory(error);
    }
    return MIEN_OK;
}
