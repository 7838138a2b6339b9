/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The network once more, in the plainest way and in double: channels first, no margins, no fused passes.
 * Slow.
 */
#ifndef MIEN_TESTS_MODEL_REFERENCE_H
#define MIEN_TESTS_MODEL_REFERENCE_H

#include "unit.h"

#include "model/network_internal.h"

#include <stdlib.h>
#include <string.h>

static inline size_t place_of(struct mien_extent e, size_t t, size_t y, size_t x)
{
    return (t * e.rows + y) * e.columns + x;
}

/* Whether a target and a part of the kernel see a place of the source, and which. */
static inline int sees(const struct mien_conv3d *s, size_t target, size_t part, size_t *source)
{
    long x = (long)(target % s->output.columns * s->stride.columns + part % s->kernel.columns) -
             (long)s->padding.columns;
    target /= s->output.columns;
    part /= s->kernel.columns;
    long y = (long)(target % s->output.rows * s->stride.rows + part % s->kernel.rows) - (long)s->padding.rows;
    target /= s->output.rows;
    part /= s->kernel.rows;
    long t = (long)(target * s->stride.times + part) - (long)s->padding.times;
    if (t < 0 || y < 0 || x < 0 || t >= (long)s->input.times || y >= (long)s->input.rows ||
        x >= (long)s->input.columns)
        return 0;
    *source = place_of(s->input, (size_t)t, (size_t)y, (size_t)x);
    return 1;
}

/* z (filters, places) of x (depth, places). */
static inline void reference_convolve(const struct mien_conv3d *s, const float *weights, const double *x,
                                      double *z)
{
    size_t in = mien_extent_places(s->input), out = mien_extent_places(s->output);
    size_t parts = mien_extent_places(s->kernel), from;
    memset(z, 0, s->filters * out * sizeof *z);
    for (size_t o = 0; o < out; o++)
        for (size_t k = 0; k < parts; k++)
            if (sees(s, o, k, &from))
                for (size_t d = 0; d < s->depth; d++)
                    for (size_t f = 0; f < s->filters; f++)
                        z[f * out + o] += weights[(k * s->depth + d) * s->filters + f] * x[d * in + from];
}

/* Adds to the gradients of weights and of x (NULL: not wanted). */
static inline void reference_convolve_back(const struct mien_conv3d *s, const float *weights, const double *x,
                                           const double *dz, double *dweights, double *dx)
{
    size_t in = mien_extent_places(s->input), out = mien_extent_places(s->output);
    size_t parts = mien_extent_places(s->kernel), from;
    for (size_t o = 0; o < out; o++)
        for (size_t k = 0; k < parts; k++)
            if (sees(s, o, k, &from))
                for (size_t d = 0; d < s->depth; d++)
                    for (size_t f = 0; f < s->filters; f++) {
                        size_t w = (k * s->depth + d) * s->filters + f;
                        dweights[w] += dz[f * out + o] * x[d * in + from];
                        if (dx)
                            dx[d * in + from] += dz[f * out + o] * weights[w];
                    }
}

struct reference {
    const struct mien_network *network;
    size_t n;
    double *x[MIEN_NETWORK_BLOCKS + 1]; /* (n, channels, places): sources; the last is the last output. */
    double *z[MIEN_NETWORK_BLOCKS];     /* Normalised in place, without gain and offset. */
    double *deviation[MIEN_NETWORK_BLOCKS];
    double *gradient; /* room */
};

static inline void reference_free(struct reference *r)
{
    for (size_t b = 0; b <= r->network->blocks; b++)
        free(r->x[b]);
    for (size_t b = 0; b < r->network->blocks; b++) {
        free(r->z[b]);
        free(r->deviation[b]);
    }
    free(r->gradient);
}

static inline void reference_normalise(struct reference *r, size_t b)
{
    const struct mien_block *block = &r->network->block[b];
    const float *gain = r->network->parameter + block->gain.begin;
    const float *offset = r->network->parameter + block->offset.begin;
    size_t filters = block->plan.shape.filters, places = mien_extent_places(block->plan.shape.output);
    size_t size = filters * places;
    r->deviation[b] = calloc(filters, sizeof(double));
    r->x[b + 1] = calloc(r->n * size, sizeof(double));
    for (size_t f = 0; f < filters; f++) {
        double mean = 0, squares = 0, total = (double)(r->n * places);
        for (size_t i = 0; i < r->n; i++)
            for (size_t p = 0; p < places; p++)
                mean += r->z[b][i * size + f * places + p] / total;
        for (size_t i = 0; i < r->n; i++)
            for (size_t p = 0; p < places; p++) {
                double *z = &r->z[b][i * size + f * places + p];
                *z -= mean;
                squares += *z * *z / total;
            }
        r->deviation[b][f] = sqrt(squares + MIEN_NETWORK_LEAST_VARIANCE);
        for (size_t i = 0; i < r->n; i++)
            for (size_t p = 0; p < places; p++) {
                size_t at = i * size + f * places + p;
                r->z[b][at] /= r->deviation[b][f];
                r->x[b + 1][at] = fmax(0, gain[f] * r->z[b][at] + offset[f]);
            }
    }
}

/* How much of pixel `from` of `many` lies in pixel `to` of `few`, in parts of the latter. */
static inline double reference_share(unsigned from, unsigned many, unsigned to, unsigned few)
{
    double low = fmax((double)from / many, (double)to / few);
    double high = fmin((double)(from + 1) / many, (double)(to + 1) / few);
    return fmax(high - low, 0) * few;
}

static inline void reference_average(struct reference *r, const float *clips)
{
    const struct mien_network_design *d = &r->network->design;
    size_t pictures = r->n * d->channels * d->frames;
    for (size_t p = 0; p < pictures; p++)
        for (unsigned v = 0; v < d->side; v++)
            for (unsigned u = 0; u < d->side; u++) {
                double sum = 0;
                for (unsigned y = 0; y < d->height; y++)
                    for (unsigned x = 0; x < d->width; x++)
                        sum += reference_share(y, d->height, v, d->side) *
                               reference_share(x, d->width, u, d->side) *
                               clips[(p * d->height + y) * d->width + x];
                r->x[0][(p * d->side + v) * d->side + u] = sum;
            }
}

static inline void reference_forward(struct reference *r, const float *clips)
{
    size_t clip = mien_network_clip_size(r->network);
    r->x[0] = calloc(r->n * clip, sizeof(double));
    for (size_t i = 0; i < r->n * clip; i++)
        r->x[0][i] = clips[i];
    if (r->network->design.side)
        reference_average(r, clips);
    for (size_t b = 0; b < r->network->blocks; b++) {
        const struct mien_block *block = &r->network->block[b];
        const struct mien_conv3d *s = &block->plan.shape;
        size_t in = s->depth * mien_extent_places(s->input), out = s->filters * mien_extent_places(s->output);
        r->z[b] = calloc(r->n * out, sizeof(double));
        for (size_t i = 0; i < r->n; i++)
            reference_convolve(s, r->network->parameter + block->weights.begin, r->x[b] + i * in,
                               r->z[b] + i * out);
        reference_normalise(r, b);
    }
}

/* What the head sees of a feature of one clip. */
static inline double reference_seen(const struct mien_network *network, const double *last, size_t feature,
                                    size_t places)
{
    double mean = 0;
    for (size_t p = 0; p < places; p++)
        mean += last[feature * places + p] / (double)places;
    return (mean - network->feature_mean[feature]) * network->feature_scale[feature];
}

/* The loss; gradients of the head, and of the last output into dy. */
static inline double reference_head(struct reference *r, const float *target, const float *weight, double *dy)
{
    const struct mien_network *network = r->network;
    size_t features = network->features, outputs = network->design.outputs;
    size_t places = mien_extent_places(network->block[network->blocks - 1].plan.shape.output);
    const float *head = network->parameter + network->head.begin;
    const float *threshold = network->parameter + network->thresholds.begin;
    double loss = 0, total = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < outputs; k++)
            if (!isnan(target[i * outputs + k])) {
                total += weight[i];
                break;
            }
    for (size_t i = 0; i < r->n; i++) {
        const double *last = r->x[network->blocks] + i * features * places;
        double *change = dy + i * features * places;
        for (size_t k = 0; k < outputs; k++) {
            size_t own = network->design.separate ? k * features : 0;
            double score = 0, wanted = target[i * outputs + k];
            for (size_t f = 0; f < features; f++)
                score += head[own + f] * reference_seen(network, last, f, places);
            double p = 1 / (1 + exp(-score - threshold[k]));
            if (isnan(wanted))
                continue;
            double moved = weight[i] / total * (p - wanted);
            loss -= weight[i] / total * (wanted * log(p) + (1 - wanted) * log(1 - p));
            r->gradient[network->thresholds.begin + k] += moved;
            for (size_t f = 0; f < features; f++)
                r->gradient[network->head.begin + own + f] +=
                    moved * reference_seen(network, last, f, places);
            for (size_t j = 0; j < features * places; j++)
                change[j] +=
                    moved * head[own + j / places] * network->feature_scale[j / places] / (double)places;
        }
    }
    return loss;
}

/* Turns the gradient after rectification into that before normalisation. */
static inline void reference_normalise_back(struct reference *r, size_t b, double *dy)
{
    const struct mien_block *block = &r->network->block[b];
    size_t filters = block->plan.shape.filters, places = mien_extent_places(block->plan.shape.output);
    size_t size = filters * places;
    for (size_t f = 0; f < filters; f++) {
        double sum = 0, product = 0, total = (double)(r->n * places);
        double scale = r->network->parameter[block->gain.begin + f] / r->deviation[b][f];
        for (size_t i = 0; i < r->n; i++)
            for (size_t p = 0; p < places; p++) {
                size_t at = i * size + f * places + p;
                dy[at] = r->x[b + 1][at] > 0 ? dy[at] : 0;
                sum += dy[at];
                product += dy[at] * r->z[b][at];
            }
        r->gradient[block->gain.begin + f] = product;
        r->gradient[block->offset.begin + f] = sum;
        for (size_t i = 0; i < r->n; i++)
            for (size_t p = 0; p < places; p++) {
                size_t at = i * size + f * places + p;
                dy[at] = scale * (dy[at] - sum / total - r->z[b][at] * product / total);
            }
    }
}

/* Loss and gradient; the caller frees with reference_free. */
static inline double reference_gradient(struct reference *r, const struct mien_network *network,
                                        const float *clips, const float *target, const float *weight,
                                        size_t n)
{
    *r = (struct reference){.network = network, .n = n, .gradient = calloc(network->room, sizeof(double))};
    reference_forward(r, clips);
    size_t last = network->blocks - 1;
    double *dy = calloc(n * mien_network_output_size(&network->block[last]), sizeof(double));
    double loss = reference_head(r, target, weight, dy);
    for (size_t b = network->blocks; b-- > 0;) {
        const struct mien_block *block = &network->block[b];
        const struct mien_conv3d *s = &block->plan.shape;
        size_t in = s->depth * mien_extent_places(s->input), out = s->filters * mien_extent_places(s->output);
        double *below = calloc(n * in, sizeof(double));
        reference_normalise_back(r, b, dy);
        for (size_t i = 0; i < n; i++)
            reference_convolve_back(s, network->parameter + block->weights.begin, r->x[b] + i * in,
                                    dy + i * out, r->gradient + block->weights.begin, below + i * in);
        free(dy);
        dy = below;
    }
    free(dy);
    return loss;
}

#endif
