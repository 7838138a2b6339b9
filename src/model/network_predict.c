/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward without learning: normalisation is folded into the weights, and a clip goes through all blocks in
 * one thread's own memory, each block writing into the margin of the next.
 */
#include "model/network_internal.h"

#include <math.h>
#include <stdlib.h>

struct batch {
    struct mien_network *network;
    const float *clips;
    float *logit;
};

static enum mien_status fold(struct mien_network *network, struct mien_error *error)
{
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        size_t filters = block->plan.shape.filters;
        if (!network->folded[b])
            network->folded[b] = mien_floats_new(block->weights.count);
        if (!network->start[b])
            network->start[b] = mien_floats_new(filters);
        if (!network->folded[b] || !network->start[b])
            return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the network");
        const float *parameter = network->parameter, *weights = parameter + block->weights.begin;
        for (size_t c = 0; c < filters; c++) {
            size_t place = block->running + c;
            double scale = parameter[block->gain.begin + c] /
                           sqrt(network->variance[place] + MIEN_NETWORK_LEAST_VARIANCE);
            network->start[b][c] = (float)(parameter[block->offset.begin + c] - scale * network->mean[place]);
            for (size_t i = c; i < block->weights.count; i += filters)
                network->folded[b][i] = (float)(scale * weights[i]);
        }
    }
    network->is_folded = true;
    return MIEN_OK;
}

static void predict_clip(void *context, size_t number, unsigned worker)
{
    const struct batch *batch = context;
    const struct mien_network *network = batch->network;
    const struct mien_scratch *scratch = &network->scratch[worker];
    size_t size = mien_network_clip_size(network), last = network->blocks - 1;
    size_t outputs = network->design.outputs;
    const float *clip = batch->clips + number * size;
    float *logit = batch->logit + number * outputs, pooled[MIEN_NETWORK_FEATURES];
    double score = mien_floats_finite(clip, size) ? 0 : (double)NAN;
    mien_network_place_clip(network, clip, scratch->source[0]);
    for (size_t b = 0; b <= last; b++)
        mien_network_convolve(network, &network->block[b], scratch->source[b], network->folded[b],
                              network->start[b], b < last ? scratch->source[b + 1] : scratch->last,
                              b < last ? &network->block[b + 1].plan.source : NULL);
    mien_network_pool(network, scratch->last, pooled);
    for (size_t c = 0; c < network->features; c++)
        score += (double)network->parameter[network->head.begin + c] * pooled[c];
    for (size_t k = 0; k < outputs; k++)
        logit[k] = (float)(score + network->parameter[network->thresholds.begin + k]);
}

enum mien_status mien_network_predict(struct mien_network *network, const float *clips, size_t n,
                                      float *logit, struct mien_error *error)
{
    struct batch batch = {network, clips, logit};
    enum mien_status status = mien_network_scratch(network, error);
    if (status == MIEN_OK && !network->is_folded)
        status = fold(network, error);
    if (status == MIEN_OK)
        mien_workers_run(network->workers, predict_clip, &batch, n);
    return status;
}
