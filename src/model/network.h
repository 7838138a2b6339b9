/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A space-time convolutional network that judges a short clip of a face: blocks of convolution over time,
 * rows and columns, batch normalisation and rectification, then the mean over all places and an ordinal head.
 *
 * Clips are float, (n, channels, frames, height, width) in that order in memory, which is also the memory of
 * (n, channels, frames * height, width). The network answers with outputs numbers per clip, the logits of
 * P(level >= k) for k = 1 .. outputs: one score of the clip plus one threshold per k (proportional odds,
 * McCullagh 1980, doi 10.1111/j.2517-6161.1980.tb01109.x), never rising with k. Two levels: outputs is 1.
 *
 * The same seed and the same calls give the same bytes, whatever the number of threads: every sum is taken in
 * an order that depends on the batch alone. Between processors with and without fused multiplication and
 * addition the last digits differ.
 *
 * One network is used by one thread at a time; it has threads of its own, which sleep between calls.
 */
#ifndef MIEN_MODEL_NETWORK_H
#define MIEN_MODEL_NETWORK_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

enum mien_architecture {
    MIEN_CONV3D,      /* Each convolution reaches over time and place at once. */
    MIEN_CONV2PLUS1D, /* Each is parted into one over place and one over time (Tran et al. 2018,
                       * doi 10.1109/CVPR.2018.00675). */
    MIEN_ARCHITECTURES
};

enum {
    MIEN_NETWORK_SIZES = 3, /* Small, medium, large: each has twice the channels of the one before. */
    MIEN_NETWORK_CHANNELS = 2,
    MIEN_NETWORK_LEAST_FRAMES = 4,
    MIEN_NETWORK_FRAMES = 64,
    MIEN_NETWORK_LEAST_SIDE = 16,
    MIEN_NETWORK_SIDE = 128,
    MIEN_NETWORK_OUTPUTS = 16,
    MIEN_NETWORK_BATCH = 1024, /* Clips in one step. */
    MIEN_NETWORK_THREADS = 256
};

struct mien_network_design {
    enum mien_architecture architecture;
    unsigned size;     /* 0 small, 1 medium, 2 large. */
    unsigned channels; /* 1: luma; 2: motion also. */
    unsigned frames, height, width;
    unsigned outputs; /* Levels less one. */
    uint64_t seed;    /* Of the weights at the start. */
    unsigned side; /* Pictures are averaged to so many pixels a side before the first block, so that a trunk
                    * sees faces of the size that it learned on; 0: they stay as they are. */
    bool separate; /* Every output has a score of its own, as when several strengths are learned at once;
                    * logits need not fall then. */
};

struct mien_network;

/* A network that knows nothing yet. MIEN_ERR_DATA when the design is outside the limits above. */
enum mien_status mien_network_new(const struct mien_network_design *design, unsigned threads,
                                  struct mien_network **network, struct mien_error *error);
/* NULL is allowed. */
void mien_network_free(struct mien_network *network);

void mien_network_describe(const struct mien_network *network, struct mien_network_design *design);
/* Takes the blocks of the network in these bytes, which must be of the same architecture, size and channels
 * (MIEN_ERR_DATA), and starts the head at zero. From then on the blocks stay as they are and are no longer
 * normalised by the batch: steps change the head and the thresholds alone. */
enum mien_status mien_network_take_trunk(struct mien_network *network, const void *bytes, size_t size,
                                         struct mien_error *error);
/* The features that the head sees of every clip, as they come from the last block: n * mien_network_features.
 * MIEN_ERR_DATA: a clip has a value that is not finite. */
enum mien_status mien_network_features(struct mien_network *network, const float *clips, size_t n,
                                       float *features, struct mien_error *error);
size_t mien_network_feature_count(const struct mien_network *network);
/* From now on the head sees every feature less its mean over these n clips, divided by its standard deviation
 * over them. */
void mien_network_standardise(struct mien_network *network, const float *features, size_t n);

/* How many numbers are learned. */
size_t mien_network_parameters(const struct mien_network *network);
/* Steps taken so far. */
uint64_t mien_network_steps(const struct mien_network *network);

/* One step of Adam with decoupled weight decay (Kingma and Ba 2015, arXiv 1412.6980; Loshchilov and Hutter
 * 2019, arXiv 1711.05101); decay applies to the weights, not to normalisation and thresholds.
 *
 * target is n * outputs, the wanted P(level >= k) in [0, 1], NaN: not used. weight is n, finite and not
 * negative; NULL is all one. The loss is the mean, weighted over the clips with a used target, of the sum of
 * their binary cross-entropies. *loss is that of before the step; NULL is allowed.
 * MIEN_ERR_DATA: no clip with a target and a weight, a number outside its range, or a loss that is no longer
 * finite; the network is then as before. */
enum mien_status mien_network_step(struct mien_network *network, const float *clips, const float *target,
                                   const float *weight, size_t n, double learning_rate, double weight_decay,
                                   double *loss, struct mien_error *error);

/* logit is n * outputs; every clip is judged by itself, with the running means of the training. A clip with a
 * value that is not finite gets NaN. */
enum mien_status mien_network_predict(struct mien_network *network, const float *clips, size_t n,
                                      float *logit, struct mien_error *error);

/* Adds the network to bytes, little-endian; with_solver also the state of Adam, so that training goes on as
 * if it had not stopped. */
enum mien_status mien_network_write(const struct mien_network *network, bool with_solver,
                                    struct mien_text *bytes, struct mien_error *error);
/* From any bytes: nothing is allocated before the sizes are found possible and equal to size.
 * MIEN_ERR_FORMAT when they are not a network of this version. */
enum mien_status mien_network_read(const void *bytes, size_t size, unsigned threads,
                                   struct mien_network **network, struct mien_error *error);

#endif
