/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The architectures. The first block looks through 3 frames of 5 x 5 pixels and halves the sides; the others
 * through 3 x 3 x 3 and halve everything, while the channels double. In the factorised architecture the
 * number of channels between the two parts is chosen so that a pair has about as many weights as the whole.
 */
#include "model/network_internal.h"

#include <string.h>

struct layer {
    struct mien_extent kernel, stride, padding;
    unsigned filters; /* Of the small network. */
};

static const struct layer conv3d[] = {
    {{3, 5, 5}, {1, 2, 2}, {1, 2, 2}, 8},
    {{3, 3, 3}, {2, 2, 2}, {1, 1, 1}, 16},
    {{3, 3, 3}, {2, 2, 2}, {1, 1, 1}, 32},
};

static const struct layer conv2plus1d[] = {
    {{1, 5, 5}, {1, 2, 2}, {0, 2, 2}, 16}, {{3, 1, 1}, {1, 1, 1}, {1, 0, 0}, 8},
    {{1, 3, 3}, {1, 2, 2}, {0, 1, 1}, 32}, {{3, 1, 1}, {2, 1, 1}, {1, 0, 0}, 16},
    {{1, 3, 3}, {1, 2, 2}, {0, 1, 1}, 64}, {{3, 1, 1}, {2, 1, 1}, {1, 0, 0}, 32},
};

static enum mien_status check_design(const struct mien_network_design *d, struct mien_error *error)
{
    if ((unsigned)d->architecture >= MIEN_ARCHITECTURES || d->size >= MIEN_NETWORK_SIZES)
        return mien_fail(error, MIEN_ERR_DATA, "there is no network of this architecture and size");
    if (d->channels < 1 || d->channels > MIEN_NETWORK_CHANNELS || d->outputs < 1 ||
        d->outputs > MIEN_NETWORK_OUTPUTS)
        return mien_fail(error, MIEN_ERR_DATA,
                         "a network has 1 to %d channels and 2 to %d levels, not %u and %u",
                         MIEN_NETWORK_CHANNELS, MIEN_NETWORK_OUTPUTS + 1, d->channels, d->outputs + 1);
    if (d->frames < MIEN_NETWORK_LEAST_FRAMES || d->frames > MIEN_NETWORK_FRAMES ||
        d->height < MIEN_NETWORK_LEAST_SIDE || d->height > MIEN_NETWORK_SIDE ||
        d->width < MIEN_NETWORK_LEAST_SIDE || d->width > MIEN_NETWORK_SIDE)
        return mien_fail(error, MIEN_ERR_DATA,
                         "a clip has %d to %d frames with sides of %d to %d, not %u of %u x %u",
                         MIEN_NETWORK_LEAST_FRAMES, MIEN_NETWORK_FRAMES, MIEN_NETWORK_LEAST_SIDE,
                         MIEN_NETWORK_SIDE, d->frames, d->width, d->height);
    if (d->side && (d->side < MIEN_NETWORK_LEAST_SIDE || d->side > d->height || d->side > d->width))
        return mien_fail(error, MIEN_ERR_DATA, "pictures of %u x %u cannot be averaged to %u pixels a side",
                         d->width, d->height, d->side);
    return MIEN_OK;
}

size_t mien_floats_round(size_t count)
{
    return (count + 15) / 16 * 16;
}

static struct mien_segment add_segment(struct mien_network *network, size_t count, bool decays)
{
    struct mien_segment segment = {network->room, count, decays};
    network->room += mien_floats_round(count);
    return segment;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static enum mien_status add_block(struct mien_network *network, const struct layer *layer,
                                  struct mien_error *error)
{
    struct mien_block *block = &network->block[network->blocks];
    struct mien_conv3d shape = {.kernel = layer->kernel, .stride = layer->stride, .padding = layer->padding};
    const struct mien_network_design *design = &network->design;
    if (network->blocks == 0) {
        shape.depth = design->channels;
        shape.input = (struct mien_extent){design->frames, design->side ? design->side : design->height,
                                           design->side ? design->side : design->width};
    } else {
        shape.depth = block[-1].plan.shape.filters;
        shape.input = block[-1].plan.shape.output;
    }
    shape.filters = layer->filters << design->size;
    enum mien_status status = mien_conv3d_plan(&shape, network->blocks > 0, &block->plan, error);
    if (status != MIEN_OK)
        return status;
    network->blocks++;
    block->weights = add_segment(network, mien_conv3d_weights(&shape), true);
    block->gain = add_segment(network, shape.filters, false);
    block->offset = add_segment(network, shape.filters, false);
    block->running = network->running;
    network->running += shape.filters;
    network->features = shape.filters;
    network->widest = larger(network->widest, mien_network_row(block));
    network->heaviest = larger(network->heaviest, mien_floats_round(block->weights.count));
    return MIEN_OK;
}

enum mien_status mien_network_plan(struct mien_network *network, const struct mien_network_design *design,
                                   struct mien_error *error)
{
    enum mien_status status = check_design(design, error);
    if (status != MIEN_OK)
        return status;
    bool whole = design->architecture == MIEN_CONV3D;
    const struct layer *layer = whole ? conv3d : conv2plus1d;
    size_t count = whole ? sizeof conv3d / sizeof *conv3d : sizeof conv2plus1d / sizeof *conv2plus1d;
    network->design = *design;
    for (size_t i = 0; i < count && status == MIEN_OK; i++)
        status = add_block(network, layer + i, error);
    network->scores = design->separate ? design->outputs : 1;
    network->head = add_segment(network, network->scores * network->features, true);
    network->thresholds = add_segment(network, design->outputs, false);
    return status;
}

size_t mien_network_segments(const struct mien_network *network,
                             struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2])
{
    size_t count = 0;
    for (size_t b = 0; b < network->blocks; b++) {
        segment[count++] = network->block[b].weights;
        segment[count++] = network->block[b].gain;
        segment[count++] = network->block[b].offset;
    }
    segment[count++] = network->head;
    segment[count++] = network->thresholds;
    return count;
}

size_t mien_network_parameters(const struct mien_network *network)
{
    struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2];
    size_t segments = mien_network_segments(network, segment), count = 0;
    for (size_t i = 0; i < segments; i++)
        count += segment[i].count;
    return count;
}

size_t mien_network_row(const struct mien_block *block)
{
    return (size_t)block->plan.shape.output.columns * block->plan.shape.filters;
}

size_t mien_network_output_size(const struct mien_block *block)
{
    return mien_extent_places(block->plan.shape.output) * block->plan.shape.filters;
}

size_t mien_network_clip_size(const struct mien_network *network)
{
    const struct mien_network_design *design = &network->design;
    return (size_t)design->channels * design->frames * design->height * design->width;
}
