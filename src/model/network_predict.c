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
    float *result; /* Logits or features. */
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

/* Whether the clip is finite. */
static bool pool_clip(const struct batch *batch, size_t number, unsigned worker, float *pooled)
{
    const struct mien_network *network = batch->network;
    const struct mien_scratch *scratch = &network->scratch[worker];
    size_t last = network->blocks - 1;
    const float *clip = batch->clips + number * mien_network_clip_size(network);
    bool finite = mien_network_place(network, clip, scratch);
    for (size_t b = 0; b <= last; b++)
        mien_network_convolve(network, &network->block[b], mien_network_source(network, scratch, b),
                              network->folded[b], network->start[b],
                              b < last ? scratch->source[b + 1] : scratch->last,
                              b < last ? &network->block[b + 1].plan.source : NULL);
    mien_network_pool(network, scratch->last, pooled);
    return finite;
}

static void features_of_clip(void *context, size_t number, unsigned worker)
{
    const struct batch *batch = context;
    pool_clip(batch, number, worker, batch->result + number * batch->network->features);
}

static void predict_clip(void *context, size_t number, unsigned worker)
{
    const struct batch *batch = context;
    const struct mien_network *network = batch->network;
    size_t outputs = network->design.outputs;
    float *logit = batch->result + number * outputs, pooled[MIEN_NETWORK_FEATURES];
    double score[MIEN_NETWORK_OUTPUTS];
    bool finite = pool_clip(batch, number, worker, pooled);
    mien_network_score(network, pooled, score);
    for (size_t k = 0; k < outputs; k++)
        logit[k] = finite ? (float)(score[network->scores > 1 ? k : 0] +
                                    network->parameter[network->thresholds.begin + k])
                          : NAN;
}

static enum mien_status get_ready(struct mien_network *network, struct mien_error *error)
{
    enum mien_status status = mien_network_scratch(network, error);
    return status == MIEN_OK && !network->is_folded ? fold(network, error) : status;
}

enum mien_status mien_network_predict(struct mien_network *network, const float *clips, size_t n,
                                      float *logit, struct mien_error *error)
{
    struct batch batch = {network, clips, logit};
    enum mien_status status = get_ready(network, error);
    if (status == MIEN_OK)
        mien_workers_run(network->workers, predict_clip, &batch, n);
    return status;
}

enum mien_status mien_network_features(struct mien_network *network, const float *clips, size_t n,
                                       float *features, struct mien_error *error)
{
    struct batch batch = {network, clips, features};
    if (!mien_floats_finite(clips, n * mien_network_clip_size(network)))
        return mien_fail(error, MIEN_ERR_DATA, "a clip of the batch has a value that is not finite");
    enum mien_status status = get_ready(network, error);
    if (status == MIEN_OK)
        mien_workers_run(network->workers, features_of_clip, &batch, n);
    return status;
}
