/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the network share; nothing else includes it but its tests.
 */
#ifndef MIEN_MODEL_NETWORK_INTERNAL_H
#define MIEN_MODEL_NETWORK_INTERNAL_H

#include "model/conv3d.h"
#include "model/network.h"
#include "model/workers.h"

enum {
    MIEN_NETWORK_BLOCKS = 6,     /* At most. */
    MIEN_NETWORK_FEATURES = 128, /* Channels of the last block, at most. */
    MIEN_NETWORK_GROUPS = 16 /* The clips of a batch are summed in so many groups, whatever the threads. */
};

/* Keeps a channel that never changes from being divided by zero. */
#define MIEN_NETWORK_LEAST_VARIANCE 1e-5

/* Numbers that follow each other in the array of parameters; each segment begins where a cache line does. */
struct mien_segment {
    size_t begin, count;
    bool decays; /* Weight decay applies. */
};

/* Convolution, batch normalisation, rectification. */
struct mien_block {
    struct mien_conv3d_plan plan;
    struct mien_segment weights, gain,
        offset;     /* Of the normalisation: y = gain * (z - mean) / sd + offset. */
    size_t running; /* Where its running means and variances begin. */
};

/* What normalisation does with one batch, each number repeated along a row of the block's output. */
struct mien_norm {
    float *centre; /* The running mean, around which the batch's moments are taken. */
    float *mean, *scale, *shift;
    float *slope, *level;      /* Backward; see mien_conv3d_kernels. */
    double *moments;           /* (n, 2, filters): sums of one clip. */
    float *batch_mean;         /* filters */
    float *batch_variance;     /* filters; divisor n */
    double *inverse_deviation; /* filters */
};

/* What one thread works in. */
struct mien_scratch {
    float *source[MIEN_NETWORK_BLOCKS];   /* With margins. */
    float *planes;                        /* The source of the first block, in planes. */
    float *gradient[MIEN_NETWORK_BLOCKS]; /* With margins; of the first block one time only, without. */
    float *last;                          /* The output of the last block. */
    float *sums;                          /* Two rows. */
};

/* The memory of training, for batches of up to capacity clips. */
struct mien_training {
    size_t capacity;
    float *z[MIEN_NETWORK_BLOCKS];  /* Before normalisation: (n, output, filters). */
    float *dy[MIEN_NETWORK_BLOCKS]; /* Gradient after rectification. */
    struct mien_norm norm[MIEN_NETWORK_BLOCKS];
    float *turned[MIEN_NETWORK_BLOCKS];
    float *partial;  /* (groups, largest number of weights in a block) */
    float *gradient; /* As the parameters. */
    float *pooled;   /* (n, channels of the last block) */
    double *change;  /* (n, scores): gradient of the scores. */
};

struct mien_network {
    struct mien_network_design design;
    const struct mien_conv3d_kernels *kernels;
    struct mien_workers *workers;
    unsigned threads;
    size_t blocks;
    struct mien_block block[MIEN_NETWORK_BLOCKS];
    struct mien_segment head, thresholds;
    size_t room;     /* Of each array of parameters, with the gaps between segments. */
    size_t features; /* Channels of the last block. */
    size_t scores;   /* 1, or as many as outputs. */
    size_t widest;   /* Numbers in the longest row of an output. */
    size_t heaviest; /* Weights of the largest block, rounded up to a cache line. */
    size_t running;  /* Channels of all blocks. */
    float *parameter, *first_moment, *second_moment; /* Of Adam. */
    float *mean, *variance;                          /* Running. */
    float *feature_mean, *feature_scale;             /* The head sees (feature - mean) * scale. */
    bool keeps_trunk;                                /* Only head and thresholds learn. */
    uint64_t steps;
    struct mien_scratch *scratch; /* threads; NULL until first used. */
    struct mien_training training;
    float *folded[MIEN_NETWORK_BLOCKS], *start[MIEN_NETWORK_BLOCKS]; /* Normalisation folded in. */
    bool is_folded;
};

/* The plan of the blocks and the places of the parameters, without any of them. */
enum mien_status mien_network_plan(struct mien_network *network, const struct mien_network_design *design,
                                   struct mien_error *error);
/* Parameters, running moments and threads for a planned network. */
enum mien_status mien_network_prepare(struct mien_network *network, unsigned threads,
                                      struct mien_error *error);
/* Segments in the order of the file: of each block weights, gain, offset; then head and thresholds. */
size_t mien_network_segments(const struct mien_network *network,
                             struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2]);

/* Zeroed, beginning where a cache line does; free with free(). NULL when memory runs out. */
float *mien_floats_new(size_t count);
/* Rounds up to a cache line. */
size_t mien_floats_round(size_t count);
/* Whether none is NaN or infinite. */
bool mien_floats_finite(const float *numbers, size_t count);
size_t mien_network_output_size(const struct mien_block *block);
size_t mien_network_row(const struct mien_block *block);
size_t mien_network_clip_size(const struct mien_network *network);

enum mien_status mien_network_scratch(struct mien_network *network, struct mien_error *error);
enum mien_status mien_network_training(struct mien_network *network, size_t n, struct mien_error *error);
void mien_network_training_free(struct mien_network *network);

/* Copies a clip, channels first, into the source of the first block, channels last, as backward sees it. */
void mien_network_place_clip(const struct mien_network *network, const float *clip, float *source);
/* The same as forward sees it: in planes, where the block has them. Whether all of the clip is finite. */
bool mien_network_place(const struct mien_network *network, const float *clip,
                        const struct mien_scratch *scratch);
/* What a block sees in forward. */
float *mien_network_source(const struct mien_network *network, const struct mien_scratch *scratch,
                           size_t block);
/* One block over one clip whose source is in place; for training start is NULL. The target may have a margin.
 */
void mien_network_convolve(const struct mien_network *network, const struct mien_block *block,
                           const float *source, const float *weights, const float *start, float *target,
                           const struct mien_margin *margin);

/* The rectified output of a block in training, laid into the source of the next. */
void mien_network_activate(const struct mien_network *network, size_t block, size_t clip, float *source);
/* The scores of one clip from its pooled features. */
void mien_network_score(const struct mien_network *network, const float *pooled, double *score);
/* The mean over all places of the last block's output. */
void mien_network_pool(const struct mien_network *network, const float *last, float *pooled);

/* Loss and gradient of a batch, into training.gradient; the running moments stay as they are. */
enum mien_status mien_network_gradient(struct mien_network *network, const float *clips, const float *target,
                                       const float *weight, size_t n, double *loss, struct mien_error *error);
/* The parts of it. forward leaves training.pooled, backward needs training.change. */
enum mien_status mien_network_forward(struct mien_network *network, const float *clips, size_t n,
                                      struct mien_error *error);
enum mien_status mien_network_head(struct mien_network *network, const float *target, const float *weight,
                                   size_t n, double *loss, struct mien_error *error);
void mien_network_backward(struct mien_network *network, const float *clips, size_t n);
/* The sums over pixels of two accumulated rows, by channel, into sums (2, filters). */
void mien_network_fold_rows(const float *rows, size_t row, size_t filters, double *sums);

#endif
