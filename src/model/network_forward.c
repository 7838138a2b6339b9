/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward through the blocks in training. Normalisation needs the whole batch, so each block is one call of
 * the threads: it normalises and rectifies the block below while it lays it into the margin, convolves, and
 * sums the moments of what it made while that is still near. The rectified picture itself is never stored.
 */
#include "model/network_internal.h"

#include <math.h>
#include <string.h>

/* As wide as a register of every processor: a wider one would be kept in memory. */
typedef float lanes __attribute__((vector_size(16), aligned(sizeof(float)), may_alias));

/* The rest of the job, which is the same for all times. */
static void set_job(const struct mien_conv3d_plan *plan, struct mien_convolve *job)
{
    const struct mien_conv3d *shape = &plan->shape;
    job->channels = job->target_pixel = shape->filters;
    job->pixels = shape->output.columns;
    job->source_row = (size_t)shape->stride.rows * mien_source_row(plan);
    job->source_pixel = plan->planes.count ? 1 : (size_t)shape->stride.columns * shape->depth;
    job->length = plan->band_length;
}

/* One time of the target, whose first row is given. Times and rows of the kernel that lie in the margin would
 * only add zeros: they are left out. */
static void convolve_time(const struct mien_network *network, const struct mien_conv3d_plan *plan,
                          const float *source, const float *weights, unsigned time, float *target,
                          struct mien_convolve *job)
{
    const struct mien_conv3d *shape = &plan->shape;
    struct mien_conv3d_seen seen = mien_conv3d_seen(time, shape->stride.times, shape->kernel.times,
                                                    plan->source.before.times, shape->input.times);
    source += (size_t)time * shape->stride.times * plan->source.whole.rows * mien_source_row(plan);
    job->weights = weights;
    for (const struct mien_conv3d_band *band = plan->band; band < plan->band + plan->bands; band++) {
        job->source = source + band->first * job->source_row;
        job->target = target + band->first * job->target_row;
        job->rows = band->count;
        job->run = band->run + seen.begin * band->runs;
        job->runs = (seen.end - seen.begin) * band->runs;
        (plan->planes.count ? network->kernels->convolve_planes : network->kernels->convolve)(job);
    }
}

void mien_network_convolve(const struct mien_network *network, const struct mien_block *block,
                           const float *source, const float *weights, const float *start, float *target,
                           const struct mien_margin *margin)
{
    struct mien_convolve job = {.start = start, .rectify = start != NULL};
    job.target_row = margin ? (size_t)margin->whole.columns * margin->channels : mien_network_row(block);
    set_job(&block->plan, &job);
    for (unsigned t = 0; t < block->plan.shape.output.times; t++) {
        size_t first =
            margin ? mien_margin_row(margin, t, 0) : t * block->plan.shape.output.rows * job.target_row;
        convolve_time(network, &block->plan, source, weights, t, target + first, &job);
    }
}

void mien_network_fold_rows(const float *rows, size_t row, size_t filters, double *sums)
{
    memset(sums, 0, 2 * filters * sizeof *sums);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < row; i += filters)
            for (size_t c = 0; c < filters; c++)
                sums[k * filters + c] += rows[k * row + i + c];
}

struct batch {
    struct mien_network *network;
    const float *clips;
    size_t block;
};

static void lay_out(const struct batch *batch, size_t clip, const struct mien_scratch *scratch)
{
    const struct mien_network *network = batch->network;
    if (batch->block == 0)
        mien_network_place(network, batch->clips + clip * mien_network_clip_size(network), scratch);
    else
        mien_network_activate(network, batch->block - 1, clip, scratch->source[batch->block]);
}

void mien_network_activate(const struct mien_network *network, size_t number, size_t clip, float *source)
{
    const struct mien_block *below = &network->block[number];
    const struct mien_norm *norm = &network->training.norm[number];
    const struct mien_margin *margin = &below[1].plan.source;
    const struct mien_extent extent = below->plan.shape.output;
    size_t row = mien_network_row(below);
    const float *z = network->training.z[number] + clip * mien_network_output_size(below);
    for (unsigned t = 0; t < extent.times; t++)
        for (unsigned y = 0; y < extent.rows; y++, z += row)
            network->kernels->activate(z, norm->scale, norm->shift, row,
                                       source + mien_margin_row(margin, t, y));
}

static void forward_clip(void *context, size_t clip, unsigned worker)
{
    const struct batch *batch = context;
    const struct mien_network *network = batch->network;
    const struct mien_block *block = &network->block[batch->block];
    const struct mien_norm *norm = &network->training.norm[batch->block];
    struct mien_scratch *scratch = &network->scratch[worker];
    const struct mien_extent extent = block->plan.shape.output;
    size_t row = mien_network_row(block), filters = block->plan.shape.filters;
    const float *source = mien_network_source(network, scratch, batch->block);
    float *sums = scratch->sums;
    const float *weights = network->parameter + block->weights.begin;
    struct mien_convolve job = {.target_row = row};
    float *target = network->training.z[batch->block] + clip * mien_network_output_size(block);
    set_job(&block->plan, &job);
    lay_out(batch, clip, scratch);
    memset(sums, 0, 2 * row * sizeof *sums);
    for (unsigned t = 0; t < extent.times; t++) {
        convolve_time(network, &block->plan, source, weights, t, target, &job);
        for (unsigned y = 0; y < extent.rows; y++, target += row)
            network->kernels->moments(target, norm->centre, row, sums, sums + row);
    }
    mien_network_fold_rows(sums, row, filters, norm->moments + 2 * clip * filters);
}

/* Repeats the numbers of the channels along a row. */
static void repeat(float *row, size_t length, size_t filters)
{
    for (size_t i = filters; i < length; i++)
        row[i] = row[i - filters];
}

static void set_centre(const struct mien_network *network, size_t number)
{
    const struct mien_block *block = &network->block[number];
    float *centre = network->training.norm[number].centre;
    memcpy(centre, network->mean + block->running, block->plan.shape.filters * sizeof *centre);
    repeat(centre, mien_network_row(block), block->plan.shape.filters);
}

/* Mean and variance of the batch, and what they do along a row; false when they are not finite. */
static bool set_norm(struct mien_network *network, size_t number, size_t n)
{
    const struct mien_block *block = &network->block[number];
    struct mien_norm *norm = &network->training.norm[number];
    size_t filters = block->plan.shape.filters, row = mien_network_row(block);
    double places = (double)n * (double)mien_extent_places(block->plan.shape.output);
    const float *gain = network->parameter + block->gain.begin;
    const float *offset = network->parameter + block->offset.begin;
    for (size_t c = 0; c < filters; c++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++) {
            sum += norm->moments[2 * i * filters + c];
            squares += norm->moments[(2 * i + 1) * filters + c];
        }
        double beside = sum / places, variance = fmax(squares / places - beside * beside, 0);
        norm->mean[c] = norm->batch_mean[c] = (float)(norm->centre[c] + beside);
        norm->batch_variance[c] = (float)variance;
        norm->inverse_deviation[c] = 1 / sqrt(variance + MIEN_NETWORK_LEAST_VARIANCE);
        norm->scale[c] = (float)(gain[c] * norm->inverse_deviation[c]);
        norm->shift[c] = offset[c] - norm->mean[c] * norm->scale[c];
        if (!isfinite(sum) || !isfinite(squares) || !isfinite(norm->shift[c]))
            return false;
    }
    repeat(norm->mean, row, filters);
    repeat(norm->scale, row, filters);
    repeat(norm->shift, row, filters);
    return true;
}

/* The mean over all places of the last block. */
static void pool_clip(void *context, size_t clip, unsigned worker)
{
    const struct batch *batch = context;
    const struct mien_network *network = batch->network;
    const struct mien_block *block = &network->block[network->blocks - 1];
    const struct mien_norm *norm = &network->training.norm[network->blocks - 1];
    struct mien_scratch *scratch = &network->scratch[worker];
    size_t row = mien_network_row(block), size = mien_network_output_size(block);
    const float *z = network->training.z[network->blocks - 1] + clip * size;
    for (size_t i = 0; i < size; i += row)
        network->kernels->activate(z + i, norm->scale, norm->shift, row, scratch->last + i);
    mien_network_pool(network, scratch->last, network->training.pooled + clip * network->features);
}

void mien_network_pool(const struct mien_network *network, const float *last, float *pooled)
{
    const struct mien_block *block = &network->block[network->blocks - 1];
    size_t size = mien_network_output_size(block), features = network->features;
    size_t places = size / features;
    for (size_t c = 0; c < features; c += 4) {
        lanes sum = {0};
        for (size_t i = c; i < size; i += features)
            sum += *(const lanes *)(last + i);
        *(lanes *)(pooled + c) = sum / (float)places;
    }
}

enum mien_status mien_network_forward(struct mien_network *network, const float *clips, size_t n,
                                      struct mien_error *error)
{
    struct batch batch = {network, clips, 0};
    if (!mien_floats_finite(clips, n * mien_network_clip_size(network)))
        return mien_fail(error, MIEN_ERR_DATA, "a clip of the batch has a value that is not finite");
    for (; batch.block < network->blocks; batch.block++) {
        set_centre(network, batch.block);
        mien_workers_run(network->workers, forward_clip, &batch, n);
        if (!set_norm(network, batch.block, n))
            return mien_fail(error, MIEN_ERR_DATA,
                             "training has diverged: the network's values are no longer finite; a lower "
                             "learning rate helps");
    }
    mien_workers_run(network->workers, pool_clip, &batch, n);
    return MIEN_OK;
}
