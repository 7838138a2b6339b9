/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Training of a network on clips: epochs over augmented batches with Adam, a learning rate that rises over
 * the first epochs and then falls as a half cosine (Loshchilov and Hutter 2017, without restarts), and
 * decoupled weight decay. After every epoch the loss on the validation clips is found, without augmentation;
 * the weights of the epoch with the least loss are what is kept, and training ends early when it has not
 * fallen for `patience` epochs.
 *
 * Every random choice of an epoch comes from the seed and the epoch's number, so that a training that was
 * killed and resumed from its checkpoint gives the same bytes as one that ran through, on any number of
 * threads.
 */
#ifndef MIEN_MODEL_TRAIN_H
#define MIEN_MODEL_TRAIN_H

#include "base/error.h"
#include "base/memory.h"
#include "model/clip_batch.h"
#include "model/clip_moving.h"
#include "model/clip_set.h"
#include "model/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clips with what is wanted for them. All arrays are borrowed. */
struct mien_training_part {
    size_t count;
    const size_t *rows;  /* Which clips of the set. */
    const float *target; /* count rows of `outputs` numbers, 0 to 1; NaN: not used. */
    /* count, above 0, in any scale. The caller chooses them so that each class and, within it, each
     * participant counts equally, however many clips there are of each. */
    const float *weight;
};

struct mien_training {
    const struct mien_clip_set *clips;
    struct mien_training_part train, validation; /* A count of 0 in validation: every epoch is run and the
                                                  * last weights are kept. */
    struct mien_network_design
        design;  /* Channels, frames, height and width are taken from the clips and motion. */
    bool motion; /* See model/clip_batch.h; not with MIEN_MOVING_BESIDE. */
    enum mien_clip_moving moving;
    /* A network whose trunk is taken over and kept (mien_network_take_trunk), NULL: none; borrowed. Pictures
     * larger than those it learned on are averaged to their size. */
    const char *trunk;
    size_t trunk_size;
    const struct mien_augmentation *augmentation; /* NULL: none. */
    size_t epochs, batch, patience;     /* Each at least 1; a patience of `epochs` never ends early. */
    double learning_rate, weight_decay; /* The highest rate; decay per step is rate * decay. */
    uint64_t seed;
    unsigned threads;
    /* NULL: none. After every epoch this file is replaced; it is read at the start when it is there, and
     * refused with MIEN_ERR_DATA when data or settings differ from those it was written with. It stays when
     * training ends, so that a training of many folds can be resumed past the finished ones: the caller
     * removes it. */
    const char *checkpoint;
};

/* How far it is; losses are NaN before the first epoch has ended. */
struct mien_training_progress {
    size_t epoch, epochs;                  /* The epoch that runs, from 1. */
    double done;                           /* Epochs done, with the part of this one. */
    double training_loss, validation_loss; /* Of the last epoch that ended. */
    size_t best;                           /* The epoch whose weights would be kept now; 0: none yet. */
    double seconds_left;                   /* If no epoch is saved by ending early; NaN before it is known. */
    bool epoch_ended;                      /* Called between epochs, not between batches. */
};

/* Called from the thread that trains, after every batch and every epoch. A true result stops as Ctrl-C does.
 */
struct mien_training_watch {
    bool (*report)(void *context, const struct mien_training_progress *progress);
    void *context;
};

struct mien_training_epoch {
    double training_loss, validation_loss; /* Weighted means; validation NaN where there is none. */
    double learning_rate;
};

enum mien_training_end {
    MIEN_TRAINING_FULL,   /* All epochs were run. */
    MIEN_TRAINING_EARLY,  /* The validation loss had not fallen for `patience` epochs. */
    MIEN_TRAINING_STOPPED /* By Ctrl-C or by the watch, after at least one epoch. */
};

struct mien_training_result {
    struct mien_training_epoch *curve; /* `epochs` of them. */
    size_t epochs, best;               /* best counts from 1. */
    enum mien_training_end end;
    struct mien_text
        network; /* The weights of the best epoch, as mien_network_write gives them, no solver. */
};

/* Trains. Ctrl-C (mien_interrupted) and the watch stop it within one batch: what the best epoch so far gave
 * is kept, and MIEN_ERR_CANCELLED is returned only where no epoch had ended. watch may be NULL. A loss that
 * is not finite is MIEN_ERR_DATA. *result is written on success and is the caller's:
 * mien_training_result_clear. */
enum mien_status mien_train(const struct mien_training *training, const struct mien_training_watch *watch,
                            struct mien_training_result *result, struct mien_error *error);
void mien_training_result_clear(struct mien_training_result *result);

/* The rate of an epoch, counted from 0. */
double mien_training_rate(const struct mien_training *training, size_t epoch);

#endif
