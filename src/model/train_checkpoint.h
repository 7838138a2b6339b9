/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file from which a training that was killed goes on. Internal to train.
 *
 * It holds the curve so far, from which follow the best epoch and how long ago it was; the network with the
 * state of its solver; the weights of the best epoch; and a digest of data and settings. Random choices
 * follow from seed and epoch, so their state is the number of epochs.
 */
#ifndef MIEN_MODEL_TRAIN_CHECKPOINT_H
#define MIEN_MODEL_TRAIN_CHECKPOINT_H

#include "model/train.h"

/* Of everything that the result depends on: clips, targets, weights and settings, not the number of threads.
 */
uint64_t mien_training_digest(const struct mien_training *training);

struct mien_checkpoint {
    struct mien_training_epoch *curve; /* Room for training->epochs. */
    size_t epochs;
    struct mien_text network, best;
};

/* Replaces the file as a whole, or leaves it as it was. */
enum mien_status mien_checkpoint_write(const struct mien_training *training,
                                       const struct mien_checkpoint *checkpoint, struct mien_error *error);
/* MIEN_ERR_MISSING where there is no file yet; MIEN_ERR_DATA where it is of other data or settings. On
 * success the texts are the caller's. */
enum mien_status mien_checkpoint_read(const struct mien_training *training,
                                      struct mien_checkpoint *checkpoint, struct mien_error *error);

#endif
