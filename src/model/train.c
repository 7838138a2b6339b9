/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/train.h"

#include "base/interrupt.h"
#include "base/random.h"
#include "model/train_checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RISING_EPOCHS = 3 };

/* The rate never falls below this share of the highest. */
static const double LEAST_RATE = 0.02;

struct run {
    const struct mien_training *training;
    const struct mien_training_watch *watch;
    struct mien_network *network;
    struct mien_checkpoint state;
    size_t best, outputs, batches;
    /* Of one batch. */
    float *input, *logit, *target, *weight;
    size_t *rows, *order;
    double started; /* Seconds, when the first epoch of this call began. */
    size_t resumed; /* Epochs that were done before this call. */
    bool stopped;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double mien_training_rate(const struct mien_training *training, size_t epoch)
{
    size_t rising = training->epochs > 4 * RISING_EPOCHS ? RISING_EPOCHS : 0;
    if (epoch < rising)
        return training->learning_rate * (double)(epoch + 1) / (double)(rising + 1);
    double way = (double)(epoch - rising) / (double)(training->epochs - rising);
    double share = 0.5 * (1 + cos(M_PI * way));
    return training->learning_rate * (LEAST_RATE + (1 - LEAST_RATE) * share);
}

/* ---- Where the training stands ---- */

/* An epoch is the best when its loss is the least so far; without validation the last one is. */
static void judge_epoch(struct run *run, size_t epoch)
{
    const struct mien_training_epoch *curve = run->state.curve;
    bool judged = run->training->validation.count > 0;
    if (!judged || run->best == 0 || curve[epoch - 1].validation_loss < curve[run->best - 1].validation_loss)
        run->best = epoch;
}

static bool ended_early(const struct run *run)
{
    return run->best > 0 && run->state.epochs - run->best >= run->training->patience;
}

static bool ended(const struct run *run)
{
    return run->state.epochs >= run->training->epochs || ended_early(run);
}

static double seconds_left(const struct run *run, double done)
{
    double own = done - (double)run->resumed;
    if (!(own > 0))
        return NAN;
    return (now() - run->started) / own * ((double)run->training->epochs - done);
}

static void tell(struct run *run, size_t batch, bool epoch_ended)
{
    const struct mien_training_watch *watch = run->watch;
    if (!watch || !watch->report)
        return;
    size_t epochs = run->state.epochs;
    struct mien_training_progress progress = {
        .epoch = epoch_ended ? epochs : epochs + 1,
        .epochs = run->training->epochs,
        .done = (double)epochs + (epoch_ended ? 0 : (double)batch / (double)(run->batches + 1)),
        .training_loss = epochs > 0 ? run->state.curve[epochs - 1].training_loss : NAN,
        .validation_loss = epochs > 0 ? run->state.curve[epochs - 1].validation_loss : NAN,
        .best = run->best,
        .epoch_ended = epoch_ended,
    };
    progress.seconds_left = seconds_left(run, progress.done);
    if (watch->report(watch->context, &progress))
        run->stopped = true;
}

static bool is_stopped(struct run *run)
{
    if (mien_interrupted())
        run->stopped = true;
    return run->stopped;
}

/* ---- Batches ---- */

static void shuffle(struct run *run, size_t epoch)
{
    struct mien_random random;
    size_t count = run->training->train.count;
    mien_random_seed(&random, run->training->seed + 0x9E3779B97F4A7C15u * (epoch + 1));
    for (size_t i = 0; i < count; i++)
        run->order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = mien_random_below(&random, i), kept = run->order[i - 1];
        run->order[i - 1] = run->order[other];
        run->order[other] = kept;
    }
}

/* Items first .. stop-1 of a part, in the given order, or as they are where that is NULL. */
static void gather(struct run *run, const struct mien_training_part *part, const size_t *order, size_t first,
                   size_t stop)
{
    for (size_t i = first; i < stop; i++) {
        size_t item = order ? order[i] : i, place = i - first;
        run->rows[place] = part->rows[item];
        run->weight[place] = part->weight[item];
        memcpy(run->target + place * run->outputs, part->target + item * run->outputs,
               run->outputs * sizeof *run->target);
    }
}

static unsigned channels_of(const struct mien_training *training)
{
    return mien_clip_moving_channels(training->motion, training->moving);
}

/* The clips of run->rows as the network sees them. */
static void fill_input(struct run *run, size_t count, const struct mien_augmentation *augmentation,
                       uint64_t epoch)
{
    const struct mien_training *training = run->training;
    mien_clip_batch(training->clips, run->rows, count, augmentation, augmentation ? training->seed : 0, epoch,
                    channels_of(training) > 1, run->input, NULL);
    mien_clip_keep_moving(run->input, count, &training->clips->shape, channels_of(training),
                          training->moving);
}

static bool is_used(const struct run *run, size_t place)
{
    for (size_t k = 0; k < run->outputs; k++)
        if (!isnan(run->target[place * run->outputs + k]))
            return true;
    return false;
}

/* The weight in the mean loss of the clips that the batch holds. */
static double batch_weight(const struct run *run, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        if (is_used(run, i))
            sum += (double)run->weight[i];
    return sum;
}

/* Batches of sizes that differ by one at most, so that none is so small that its normalisation is noise. */
static enum mien_status train_epoch(struct run *run, double rate, double *loss, struct mien_error *error)
{
    const struct mien_training *training = run->training;
    size_t epoch = run->state.epochs, count = training->train.count;
    double sum = 0, weights = 0;
    shuffle(run, epoch);
    for (size_t batch = 0; batch < run->batches; batch++) {
        size_t first = batch * count / run->batches, stop = (batch + 1) * count / run->batches;
        double batch_loss;
        if (is_stopped(run))
            return MIEN_ERR_CANCELLED;
        gather(run, &training->train, run->order, first, stop);
        double own = batch_weight(run, stop - first);
        if (!(own > 0))
            continue;
        fill_input(run, stop - first, training->augmentation, epoch);
        enum mien_status status =
            mien_network_step(run->network, run->input, run->target, run->weight, stop - first, rate,
                              training->weight_decay, &batch_loss, error);
        if (status != MIEN_OK)
            return status;
        sum += own * batch_loss;
        weights += own;
        tell(run, batch + 1, false);
    }
    *loss = sum / weights;
    return MIEN_OK;
}

/* -log P(wanted), from the logit, without overflow. */
static double cross_entropy(double logit, double wanted)
{
    return fmax(logit, 0) - logit * wanted + log1p(exp(-fabs(logit)));
}

static double clip_loss(const struct run *run, size_t place)
{
    double sum = 0;
    for (size_t k = 0; k < run->outputs; k++) {
        double wanted = (double)run->target[place * run->outputs + k];
        if (!isnan(wanted))
            sum += cross_entropy((double)run->logit[place * run->outputs + k], wanted);
    }
    return sum;
}

static enum mien_status validate(struct run *run, double *loss, struct mien_error *error)
{
    const struct mien_training *training = run->training;
    size_t count = training->validation.count, most = training->batch;
    double sum = 0, weights = 0;
    for (size_t first = 0; first < count; first += most) {
        size_t stop = first + most < count ? first + most : count;
        if (is_stopped(run))
            return MIEN_ERR_CANCELLED;
        gather(run, &training->validation, NULL, first, stop);
        fill_input(run, stop - first, NULL, 0);
        enum mien_status status =
            mien_network_predict(run->network, run->input, stop - first, run->logit, error);
        if (status != MIEN_OK)
            return status;
        for (size_t i = 0; i < stop - first; i++) {
            if (!is_used(run, i))
                continue;
            sum += (double)run->weight[i] * clip_loss(run, i);
            weights += (double)run->weight[i];
        }
    }
    *loss = weights > 0 ? sum / weights : NAN;
    return MIEN_OK;
}

/* ---- The loop ---- */

static enum mien_status keep_best(struct run *run, struct mien_error *error)
{
    struct mien_text bytes = {0};
    enum mien_status status = mien_network_write(run->network, false, &bytes, error);
    if (status != MIEN_OK) {
        free(bytes.bytes);
        return status;
    }
    free(run->state.best.bytes);
    run->state.best = bytes;
    return MIEN_OK;
}

static enum mien_status save(struct run *run, struct mien_error *error)
{
    if (!run->training->checkpoint)
        return MIEN_OK;
    run->state.network.length = 0;
    enum mien_status status = mien_network_write(run->network, true, &run->state.network, error);
    return status == MIEN_OK ? mien_checkpoint_write(run->training, &run->state, error) : status;
}

static enum mien_status one_epoch(struct run *run, struct mien_error *error)
{
    size_t epoch = run->state.epochs;
    struct mien_training_epoch found = {.validation_loss = NAN,
                                        .learning_rate = mien_training_rate(run->training, epoch)};
    enum mien_status status = train_epoch(run, found.learning_rate, &found.training_loss, error);
    if (status == MIEN_OK)
        status = validate(run, &found.validation_loss, error);
    if (status != MIEN_OK)
        return status;
    run->state.curve[epoch] = found;
    run->state.epochs = epoch + 1;
    judge_epoch(run, epoch + 1);
    if (run->best == epoch + 1)
        status = keep_best(run, error);
    if (status == MIEN_OK)
        status = save(run, error);
    tell(run, 0, true);
    return status;
}

/* The head sees each feature in the units of its spread over the training part, without augmentation. */
static enum mien_status standardise(struct run *run, struct mien_error *error)
{
    const struct mien_training *training = run->training;
    size_t count = training->train.count, width = mien_network_feature_count(run->network);
    float *features = mien_array_new(count * width, sizeof *features);
    enum mien_status status =
        features ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu clips", count);
    for (size_t first = 0; first < count && status == MIEN_OK; first += training->batch) {
        size_t own = training->batch < count - first ? training->batch : count - first;
        gather(run, &training->train, NULL, first, first + own);
        fill_input(run, own, NULL, 0);
        status = is_stopped(run)
                     ? MIEN_ERR_CANCELLED
                     : mien_network_features(run->network, run->input, own, features + first * width, error);
    }
    if (status == MIEN_OK)
        mien_network_standardise(run->network, features, count);
    free(features);
    return status;
}

static enum mien_status begin_with_trunk(struct run *run, struct mien_network_design *design,
                                         struct mien_error *error)
{
    const struct mien_training *training = run->training;
    struct mien_network *trunk;
    struct mien_network_design known;
    enum mien_status status = mien_network_read(training->trunk, training->trunk_size, 1, &trunk, error);
    if (status != MIEN_OK)
        return status;
    mien_network_describe(trunk, &known);
    mien_network_free(trunk);
    unsigned side = known.side ? known.side : known.width;
    design->side = design->width > side && design->height > side ? side : 0;
    status = mien_network_new(design, training->threads, &run->network, error);
    if (status == MIEN_OK)
        status = mien_network_take_trunk(run->network, training->trunk, training->trunk_size, error);
    return status == MIEN_OK ? standardise(run, error) : status;
}

/* From the checkpoint where there is one, else from the beginning. */
static enum mien_status begin(struct run *run, struct mien_error *error)
{
    const struct mien_training *training = run->training;
    struct mien_network_design design = training->design;
    design.channels = channels_of(training);
    design.frames = training->clips->shape.frames;
    design.height = training->clips->shape.height;
    design.width = training->clips->shape.width;
    if (training->checkpoint) {
        struct mien_error missing;
        enum mien_status status = mien_checkpoint_read(training, &run->state, &missing);
        if (status != MIEN_OK && status != MIEN_ERR_MISSING)
            return mien_fail(error, status, "%s", missing.text);
        if (status == MIEN_OK) {
            run->resumed = run->state.epochs;
            for (size_t epoch = 1; epoch <= run->resumed; epoch++)
                judge_epoch(run, epoch);
            return mien_network_read(run->state.network.bytes, run->state.network.length, training->threads,
                                     &run->network, error);
        }
    }
    return training->trunk ? begin_with_trunk(run, &design, error)
                           : mien_network_new(&design, training->threads, &run->network, error);
}

static enum mien_status make_room(struct run *run, struct mien_error *error)
{
    const struct mien_training *training = run->training;
    size_t clip = mien_clip_size(&training->clips->shape) * channels_of(training);
    size_t batch = training->batch, outputs = training->design.outputs;
    run->outputs = outputs;
    run->batches = (training->train.count + batch - 1) / batch;
    run->state.curve = mien_array_new(training->epochs, sizeof *run->state.curve);
    run->order = mien_array_new(training->train.count, sizeof *run->order);
    run->rows = mien_array_new(batch, sizeof *run->rows);
    run->weight = mien_array_new(batch, sizeof *run->weight);
    run->target = mien_array_new(batch * outputs, sizeof *run->target);
    run->logit = mien_array_new(batch * outputs, sizeof *run->logit);
    run->input = mien_array_new(batch, clip * sizeof *run->input);
    if (!run->state.curve || !run->order || !run->rows || !run->weight || !run->target || !run->logit ||
        !run->input)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for batches of %zu clips", batch);
    return MIEN_OK;
}

static void release(struct run *run)
{
    mien_network_free(run->network);
    free(run->state.network.bytes);
    free(run->state.best.bytes);
    free(run->state.curve);
    free(run->order);
    free(run->rows);
    free(run->weight);
    free(run->target);
    free(run->logit);
    free(run->input);
}

static enum mien_status check(const struct mien_training *training, struct mien_error *error)
{
    if (training->train.count == 0)
        return mien_fail(error, MIEN_ERR_DATA, "no clips to train on");
    if (training->epochs == 0 || training->batch == 0 || training->patience == 0)
        return mien_fail(error, MIEN_ERR_DATA, "epochs, batch and patience must be at least 1");
    if (training->motion && training->moving == MIEN_MOVING_BESIDE)
        return mien_fail(error, MIEN_ERR_DATA, "channel 1 holds motion or what moves, not both");
    for (size_t part = 0; part < 2; part++) {
        const struct mien_training_part *one = part == 0 ? &training->train : &training->validation;
        for (size_t i = 0; i < one->count; i++)
            if (one->rows[i] >= training->clips->count)
                return mien_fail(error, MIEN_ERR_DATA, "there is no clip %zu of %zu", one->rows[i] + 1,
                                 training->clips->count);
    }
    return MIEN_OK;
}

static void hand_over(struct run *run, struct mien_training_result *result)
{
    result->curve = run->state.curve;
    result->epochs = run->state.epochs;
    result->best = run->best;
    result->network = run->state.best;
    result->end = run->state.epochs >= run->training->epochs ? MIEN_TRAINING_FULL
                  : ended_early(run)                         ? MIEN_TRAINING_EARLY
                                                             : MIEN_TRAINING_STOPPED;
    run->state.curve = NULL;
    run->state.best = (struct mien_text){0};
}

enum mien_status mien_train(const struct mien_training *training, const struct mien_training_watch *watch,
                            struct mien_training_result *result, struct mien_error *error)
{
    struct run run = {.training = training, .watch = watch};
    enum mien_status status = check(training, error);
    if (status != MIEN_OK)
        return status;
    status = make_room(&run, error);
    if (status == MIEN_OK)
        status = begin(&run, error);
    run.started = now();
    while (status == MIEN_OK && !ended(&run) && !is_stopped(&run))
        status = one_epoch(&run, error);
    if ((status == MIEN_OK || status == MIEN_ERR_CANCELLED) && run.best > 0) {
        hand_over(&run, result);
        status = MIEN_OK;
    } else if (status == MIEN_OK || status == MIEN_ERR_CANCELLED)
        status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    release(&run);
    return status;
}

void mien_training_result_clear(struct mien_training_result *result)
{
    free(result->curve);
    free(result->network.bytes);
    *result = (struct mien_training_result){0};
}
