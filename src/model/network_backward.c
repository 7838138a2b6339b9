/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Backward through the blocks. Each is one call of the threads, over groups of clips: gradient before
 * normalisation, gradient of the weights, gradient of the picture below, and the sums that the normalisation
 * below needs from it. Groups depend on the batch alone and are added up in order.
 */
#include "model/network_internal.h"

#include <string.h>

struct batch {
    struct mien_network *network;
    const float *clips;
    size_t n, groups, block;
};

static size_t group_count(size_t n)
{
    return n < MIEN_NETWORK_GROUPS ? n : MIEN_NETWORK_GROUPS;
}

/* Sums for the gradient of a block's normalisation over one clip. */
static void sum_gradient(const struct mien_network *network, size_t number, size_t clip,
                         struct mien_scratch *scratch)
{
    const struct mien_block *block = &network->block[number];
    const struct mien_norm *norm = &network->training.norm[number];
    size_t row = mien_network_row(block), size = mien_network_output_size(block);
    size_t filters = block->plan.shape.filters;
    const float *z = network->training.z[number] + clip * size;
    const float *dy = network->training.dy[number] + clip * size;
    memset(scratch->sums, 0, 2 * row * sizeof *scratch->sums);
    for (size_t i = 0; i < size; i += row)
        network->kernels->gradient_moments(z + i, dy + i, norm->scale, norm->shift, norm->mean, row,
                                           scratch->sums, scratch->sums + row);
    mien_network_fold_rows(scratch->sums, row, filters, norm->moments + 2 * clip * filters);
}

/* The gradient before normalisation, of one time of a block, into rows of the given step. */
static void gradient_time(const struct mien_network *network, size_t number, size_t clip, unsigned time,
                          float *dz, size_t step)
{
    const struct mien_block *block = &network->block[number];
    const struct mien_norm *norm = &network->training.norm[number];
    size_t row = mien_network_row(block), rows = block->plan.shape.output.rows;
    size_t from = clip * mien_network_output_size(block) + time * rows * row;
    const float *z = network->training.z[number] + from, *dy = network->training.dy[number] + from;
    for (size_t y = 0; y < rows; y++, z += row, dy += row, dz += step)
        network->kernels->gradient(z, dy, norm->scale, norm->shift, norm->mean, norm->slope, norm->level, row,
                                   dz);
}

static void gradient_of_weights(const struct mien_network *network, const struct mien_block *block,
                                const float *source, unsigned time, const float *dz, size_t step,
                                float *gradient)
{
    const struct mien_conv3d_plan *plan = &block->plan;
    size_t row = (size_t)plan->source.whole.columns * plan->source.channels;
    struct mien_correlate job = {
        .source = source + (size_t)time * plan->shape.stride.times * plan->source.whole.rows * row,
        .source_row = plan->shape.stride.rows * row,
        .source_pixel = (size_t)plan->shape.stride.columns * plan->source.channels,
        .run = plan->forward.run,
        .runs = plan->forward.runs,
        .length = plan->forward.length,
        .delta = dz,
        .delta_row = step,
        .gradient = gradient,
        .channels = plan->shape.filters,
        .rows = plan->shape.output.rows,
        .pixels = plan->shape.output.columns,
    };
    network->kernels->correlate(&job);
}

/* One class of places of the picture below. */
static void gradient_of_class(const struct mien_network *network, size_t number,
                              const struct mien_conv3d_pass *pass, const float *dz, float *dy)
{
    const struct mien_conv3d_plan *plan = &network->block[number].plan;
    const struct mien_conv3d *shape = &plan->shape;
    size_t margin_row = (size_t)plan->gradient.whole.columns * shape->filters;
    size_t row = (size_t)shape->input.columns * shape->depth;
    struct mien_convolve job = {
        .source_row = margin_row,
        .source_pixel = shape->filters,
        .run = pass->run,
        .runs = pass->runs,
        .length = pass->length,
        .weights = network->training.turned[number] + pass->weights,
        .target_row = pass->step.rows * row,
        .target_pixel = (size_t)pass->step.columns * shape->depth,
        .channels = shape->depth,
        .rows = pass->count.rows,
        .pixels = pass->count.columns,
    };
    for (unsigned t = 0; t < pass->count.times; t++) {
        size_t time = pass->first.times + (size_t)t * pass->step.times;
        job.source = dz + (size_t)t * plan->gradient.whole.rows * margin_row;
        job.target = dy + (time * shape->input.rows + pass->first.rows) * row +
                     (size_t)pass->first.columns * shape->depth;
        network->kernels->convolve(&job);
    }
}

static void backward_first(const struct batch *batch, size_t clip, struct mien_scratch *scratch,
                           float *gradient)
{
    const struct mien_network *network = batch->network;
    const struct mien_block *block = &network->block[0];
    size_t row = mien_network_row(block);
    mien_network_place_clip(network, batch->clips + clip * mien_network_clip_size(network),
                            scratch->source[0]);
    for (unsigned t = 0; t < block->plan.shape.output.times; t++) {
        gradient_time(network, 0, clip, t, scratch->gradient[0], row);
        gradient_of_weights(network, block, scratch->source[0], t, scratch->gradient[0], row, gradient);
    }
}

static void backward_other(const struct batch *batch, size_t clip, struct mien_scratch *scratch,
                           float *gradient)
{
    const struct mien_network *network = batch->network;
    size_t number = batch->block;
    const struct mien_block *block = &network->block[number];
    const struct mien_margin *margin = &block->plan.gradient;
    size_t step = (size_t)margin->whole.columns * margin->channels;
    float *dz = scratch->gradient[number];
    float *dy = network->training.dy[number - 1] + clip * mien_network_output_size(block - 1);
    mien_network_activate(network, number - 1, clip, scratch->source[number]);
    for (unsigned t = 0; t < block->plan.shape.output.times; t++) {
        float *time = dz + mien_margin_row(margin, t, 0);
        gradient_time(network, number, clip, t, time, step);
        gradient_of_weights(network, block, scratch->source[number], t, time, step, gradient);
    }
    for (size_t i = 0; i < block->plan.classes; i++)
        gradient_of_class(network, number, &block->plan.backward[i], dz, dy);
    sum_gradient(network, number - 1, clip, scratch);
}

static void backward_group(void *context, size_t group, unsigned worker)
{
    const struct batch *batch = context;
    const struct mien_network *network = batch->network;
    struct mien_scratch *scratch = &network->scratch[worker];
    float *gradient = network->training.partial + group * network->heaviest;
    memset(gradient, 0, network->heaviest * sizeof *gradient);
    size_t end = (group + 1) * batch->n / batch->groups;
    for (size_t clip = group * batch->n / batch->groups; clip < end; clip++)
        if (batch->block == 0)
            backward_first(batch, clip, scratch, gradient);
        else
            backward_other(batch, clip, scratch, gradient);
}

/* The head's gradient is the same at all places of the last block. */
static void backward_head(void *context, size_t clip, unsigned worker)
{
    const struct batch *batch = context;
    struct mien_network *network = batch->network;
    size_t last = network->blocks - 1, features = network->features;
    const struct mien_block *block = &network->block[last];
    size_t size = mien_network_output_size(block);
    float *dy = network->training.dy[last] + clip * size;
    const double *change = network->training.change + clip * network->scores;
    double places = (double)mien_extent_places(block->plan.shape.output);
    for (size_t c = 0; c < features; c++) {
        const float *head = network->parameter + network->head.begin + c;
        double sum = 0;
        for (size_t s = 0; s < network->scores; s++)
            sum += change[s] / places * head[s * features];
        dy[c] = (float)(sum * network->feature_scale[c]);
    }
    for (size_t i = features; i < size; i++)
        dy[i] = dy[i - features];
    sum_gradient(network, last, clip, &network->scratch[worker]);
}

static void repeat(float *row, size_t length, size_t filters)
{
    for (size_t i = filters; i < length; i++)
        row[i] = row[i - filters];
}

/* Gradient of gain and offset, and what the normalisation passes down (Ioffe and Szegedy 2015,
 * arXiv 1502.03167): with g behind the rectification, s the scale and N places,
 * dz = s g - s sum(g) / N - (z - mean) s sum(g (z - mean)) / (N sd^2). */
static void set_gradient_norm(struct mien_network *network, size_t number, size_t n)
{
    const struct mien_block *block = &network->block[number];
    struct mien_norm *norm = &network->training.norm[number];
    size_t filters = block->plan.shape.filters, row = mien_network_row(block);
    double places = (double)n * (double)mien_extent_places(block->plan.shape.output);
    for (size_t c = 0; c < filters; c++) {
        double sum = 0, product = 0, inverse = norm->inverse_deviation[c];
        for (size_t i = 0; i < n; i++) {
            sum += norm->moments[2 * i * filters + c];
            product += norm->moments[(2 * i + 1) * filters + c];
        }
        network->training.gradient[block->gain.begin + c] = (float)(product * inverse);
        network->training.gradient[block->offset.begin + c] = (float)sum;
        norm->slope[c] = (float)(-norm->scale[c] * inverse * inverse * product / places);
        norm->level[c] = (float)(-norm->scale[c] * sum / places);
    }
    repeat(norm->slope, row, filters);
    repeat(norm->level, row, filters);
}

static void add_groups(const struct batch *batch)
{
    const struct mien_network *network = batch->network;
    const struct mien_segment weights = network->block[batch->block].weights;
    float *gradient = network->training.gradient + weights.begin;
    memcpy(gradient, network->training.partial, weights.count * sizeof *gradient);
    for (size_t g = 1; g < batch->groups; g++) {
        const float *part = network->training.partial + g * network->heaviest;
        for (size_t i = 0; i < weights.count; i++)
            gradient[i] += part[i];
    }
}

static void turn_weights(const struct mien_network *network, size_t number)
{
    const struct mien_block *block = &network->block[number];
    const float *weights = network->parameter + block->weights.begin;
    for (size_t i = 0; i < block->weights.count; i++)
        network->training.turned[number][i] = weights[block->plan.turned[i]];
}

void mien_network_backward(struct mien_network *network, const float *clips, size_t n)
{
    struct batch batch = {network, clips, n, group_count(n), network->blocks - 1};
    mien_workers_run(network->workers, backward_head, &batch, n);
    for (;; batch.block--) {
        if (batch.block > 0)
            turn_weights(network, batch.block);
        set_gradient_norm(network, batch.block, n);
        mien_workers_run(network->workers, backward_group, &batch, batch.groups);
        add_groups(&batch);
        if (batch.block == 0)
            break;
    }
}
