/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trunk that was learned elsewhere: its blocks are taken over as they are, and the head learns anew.
 */
#include "model/network_internal.h"

#include <math.h>
#include <string.h>

static void copy_blocks(struct mien_network *network, const struct mien_network *from)
{
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        const struct mien_segment segments[] = {block->weights, block->gain, block->offset};
        for (size_t i = 0; i < sizeof segments / sizeof *segments; i++)
            memcpy(network->parameter + segments[i].begin, from->parameter + segments[i].begin,
                   segments[i].count * sizeof(float));
    }
    memcpy(network->mean, from->mean, network->running * sizeof(float));
    memcpy(network->variance, from->variance, network->running * sizeof(float));
}

enum mien_status mien_network_take_trunk(struct mien_network *network, const void *bytes, size_t size,
                                         struct mien_error *error)
{
    struct mien_network *from;
    enum mien_status status = mien_network_read(bytes, size, 1, &from, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_network_design *own = &network->design, *other = &from->design;
    if (own->architecture == other->architecture && own->size == other->size &&
        own->channels == other->channels) {
        copy_blocks(network, from);
        memset(network->parameter + network->head.begin, 0, network->head.count * sizeof(float));
        network->keeps_trunk = true;
        network->is_folded = false;
    } else
        status = mien_fail(error, MIEN_ERR_DATA,
                           "the trunk is that of another network: architecture, size or channels differ");
    mien_network_free(from);
    return status;
}

size_t mien_network_feature_count(const struct mien_network *network)
{
    return network->features;
}

void mien_network_standardise(struct mien_network *network, const float *features, size_t n)
{
    /* A feature that hardly varies says nothing and must not be blown up. */
    const double least_deviation = 1e-3;
    for (size_t c = 0; c < network->features; c++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++)
            sum += features[i * network->features + c];
        double mean = n > 0 ? sum / (double)n : 0;
        for (size_t i = 0; i < n; i++)
            squares += pow(features[i * network->features + c] - mean, 2);
        double deviation = n > 0 ? sqrt(squares / (double)n) : 1;
        network->feature_mean[c] = (float)mean;
        network->feature_scale[c] = (float)(1 / fmax(deviation, least_deviation));
    }
}
