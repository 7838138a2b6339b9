/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The training loop: the same bytes after a kill and on any number of threads, the best epoch kept, stopping,
 * and checkpoints of other data.
 */
#include "unit.h"

#include "base/random.h"
#include "model/train.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLIPS = 24, TRAINED = 16, SIDE = 16, FRAMES = 4 };

struct task {
    struct mien_clip_set *clips;
    size_t rows[CLIPS];
    float target[CLIPS], weight[CLIPS];
    struct mien_training training;
};

/* Noise; in every other clip the last rows of each picture are brighter, where `lucid`. */
static void make_task(struct task *task, bool lucid)
{
    const struct mien_clip_shape shape = {FRAMES, SIDE, SIDE};
    uint8_t luma[FRAMES * SIDE * SIDE];
    struct mien_random random;
    mien_random_seed(&random, 8);
    memset(task, 0, sizeof *task);
    task->clips = mien_clip_set_new(&shape, 8);
    for (size_t i = 0; i < CLIPS; i++) {
        for (size_t j = 0; j < sizeof luma; j++)
            luma[j] = (uint8_t)(60 + mien_random_below(&random, 60) +
                                (lucid && i % 2 && j % (SIDE * SIDE) > SIDE * SIDE / 2 ? 60 : 0));
        struct mien_clip_facts facts = {.fps = 25, .coverage = 1};
        assert_int_equal(mien_clip_set_add(task->clips, &facts, luma, NULL), MIEN_OK);
        task->rows[i] = i;
        task->target[i] = i % 2 ? 1.0f : 0.0f;
        task->weight[i] = 1;
    }
    task->training = (struct mien_training){
        .clips = task->clips,
        .train = {TRAINED, task->rows, task->target, task->weight},
        .validation = {CLIPS - TRAINED, task->rows + TRAINED, task->target + TRAINED, task->weight + TRAINED},
        .design = {.architecture = MIEN_CONV3D, .outputs = 1, .seed = 5},
        .augmentation = &mien_augmentation_default,
        .epochs = 6,
        .batch = 6,
        .patience = 6,
        .learning_rate = 5e-3,
        .weight_decay = 0.01,
        .seed = 5,
        .threads = 1,
    };
}

static struct mien_training_result run(const struct mien_training *training,
                                       const struct mien_training_watch *watch)
{
    struct mien_training_result result;
    struct mien_error error;
    if (mien_train(training, watch, &result, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return result;
}

static void assert_same(const struct mien_training_result *a, const struct mien_training_result *b)
{
    assert_int_equal(a->epochs, b->epochs);
    assert_int_equal(a->best, b->best);
    assert_memory_equal(a->curve, b->curve, a->epochs * sizeof *a->curve);
    assert_int_equal(a->network.length, b->network.length);
    assert_memory_equal(a->network.bytes, b->network.bytes, a->network.length);
}

/* Stops in the epoch after `epochs` have ended. */
struct stopper {
    size_t epochs, best;
};

static bool stop_after(void *context, const struct mien_training_progress *progress)
{
    struct stopper *stopper = context;
    stopper->best = progress->best;
    return !progress->epoch_ended && progress->epoch == stopper->epochs + 1;
}

static void same_bytes_on_any_number_of_threads(void **state)
{
    struct task task;
    (void)state;
    make_task(&task, true);
    struct mien_training_result one = run(&task.training, NULL);
    task.training.threads = 3;
    struct mien_training_result three = run(&task.training, NULL);
    assert_same(&one, &three);
    assert_true(one.curve[5].training_loss < one.curve[0].training_loss);
    task.training.seed = 6;
    struct mien_training_result other = run(&task.training, NULL);
    assert_true(other.curve[0].training_loss != one.curve[0].training_loss);
    mien_training_result_clear(&one);
    mien_training_result_clear(&three);
    mien_training_result_clear(&other);
    mien_clip_set_free(task.clips);
}

static void resumed_is_as_if_never_stopped(void **state)
{
    struct task task;
    char path[] = "/tmp/mien-train-XXXXXX";
    (void)state;
    make_task(&task, true);
    struct mien_training_result whole = run(&task.training, NULL);
    close(mkstemp(path));
    unlink(path);
    task.training.checkpoint = path;
    for (size_t epochs = 1; epochs < 4; epochs += 2) {
        struct stopper stopper = {epochs, 0};
        struct mien_training_result part =
            run(&task.training, &(struct mien_training_watch){stop_after, &stopper});
        assert_int_equal(part.end, MIEN_TRAINING_STOPPED);
        assert_int_equal(part.epochs, epochs);
        mien_training_result_clear(&part);
    }
    struct mien_training_result resumed = run(&task.training, NULL);
    assert_same(&whole, &resumed);
    /* A finished one is read again. */
    struct mien_training_result again = run(&task.training, NULL);
    assert_same(&whole, &again);
    unlink(path);
    mien_training_result_clear(&whole);
    mien_training_result_clear(&resumed);
    mien_training_result_clear(&again);
    mien_clip_set_free(task.clips);
}

static void checkpoints_of_others_are_refused(void **state)
{
    struct task task;
    struct mien_error error;
    struct mien_training_result result;
    char path[] = "/tmp/mien-train-XXXXXX";
    (void)state;
    make_task(&task, true);
    int descriptor = mkstemp(path);
    task.training.checkpoint = path;
    task.training.epochs = 1;
    assert_int_equal(write(descriptor, "no model", 8), 8);
    close(descriptor);
    assert_int_equal(mien_train(&task.training, NULL, &result, &error), MIEN_ERR_MODEL);
    unlink(path);
    result = run(&task.training, NULL);
    mien_training_result_clear(&result);
    task.clips->luma[7] ^= 1;
    assert_int_equal(mien_train(&task.training, NULL, &result, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "other data or settings"));
    task.clips->luma[7] ^= 1;
    task.training.learning_rate *= 2;
    assert_int_equal(mien_train(&task.training, NULL, &result, &error), MIEN_ERR_DATA);
    unlink(path);
    mien_clip_set_free(task.clips);
}

/* On noise the loss of other clips soon rises: training ends early, and the weights are those of the least.
 */
static void ends_early_with_the_best_epoch(void **state)
{
    struct task task;
    (void)state;
    make_task(&task, false);
    task.training.epochs = 60;
    task.training.patience = 3;
    struct mien_training_result early = run(&task.training, NULL);
    assert_int_equal(early.end, MIEN_TRAINING_EARLY);
    assert_int_equal(early.epochs, early.best + 3);
    for (size_t i = 0; i < early.epochs; i++)
        assert_true(early.curve[i].validation_loss >= early.curve[early.best - 1].validation_loss);
    /* The weights give the loss that the curve says. */
    struct mien_network *network;
    float input[FRAMES * SIDE * SIDE], logit;
    double sum = 0;
    assert_int_equal(mien_network_read(early.network.bytes, early.network.length, 1, &network, NULL),
                     MIEN_OK);
    for (size_t i = TRAINED; i < CLIPS; i++) {
        mien_clip_batch(task.clips, &i, 1, NULL, 0, 0, false, input, NULL);
        assert_int_equal(mien_network_predict(network, input, 1, &logit, NULL), MIEN_OK);
        sum += log1p(exp(i % 2 ? -(double)logit : (double)logit));
    }
    assert_close(sum / (CLIPS - TRAINED), early.curve[early.best - 1].validation_loss, 1e-6);
    mien_network_free(network);
    mien_training_result_clear(&early);
    mien_clip_set_free(task.clips);
}

static void stopping_keeps_the_best_or_says_that_there_is_none(void **state)
{
    struct task task;
    struct mien_error error;
    struct mien_training_result none;
    (void)state;
    make_task(&task, true);
    struct stopper stopper = {3, 0};
    struct mien_training_result kept =
        run(&task.training, &(struct mien_training_watch){stop_after, &stopper});
    assert_int_equal(kept.end, MIEN_TRAINING_STOPPED);
    assert_int_equal(kept.epochs, 3);
    assert_int_equal(kept.best, stopper.best);
    stopper.epochs = 0;
    assert_int_equal(
        mien_train(&task.training, &(struct mien_training_watch){stop_after, &stopper}, &none, &error),
        MIEN_ERR_CANCELLED);
    mien_training_result_clear(&kept);
    mien_clip_set_free(task.clips);
}

static void without_validation_every_epoch_is_run(void **state)
{
    struct task task;
    (void)state;
    make_task(&task, true);
    task.training.validation.count = 0;
    task.training.patience = 1;
    struct mien_training_result result = run(&task.training, NULL);
    assert_int_equal(result.end, MIEN_TRAINING_FULL);
    assert_int_equal(result.best, 6);
    assert_true(isnan(result.curve[0].validation_loss));
    mien_training_result_clear(&result);
    mien_clip_set_free(task.clips);
}

/* With a trunk, what was learned elsewhere is kept, and all promises hold. */
static void a_trunk_is_kept(void **state)
{
    struct task task;
    char path[] = "/tmp/mien-train-XXXXXX";
    struct mien_error error;
    struct mien_training_result none;
    (void)state;
    make_task(&task, true);
    task.training.moving = MIEN_MOVING_BESIDE;
    struct mien_training_result before = run(&task.training, NULL);
    task.training.trunk = before.network.bytes;
    task.training.trunk_size = before.network.length;
    task.training.validation.count = 0;
    task.training.seed = task.training.design.seed = 9;
    struct mien_training_result one = run(&task.training, NULL);
    task.training.threads = 3;
    struct mien_training_result three = run(&task.training, NULL);
    assert_same(&one, &three);
    assert_true(one.curve[5].training_loss < one.curve[0].training_loss);
    /* The header says other things; the weights of the blocks begin behind it. */
    assert_memory_equal(one.network.bytes + 80, before.network.bytes + 80, 4 * (3 * 5 * 5 * 2 * 8));
    close(mkstemp(path));
    unlink(path);
    task.training.checkpoint = path;
    struct stopper stopper = {2, 0};
    struct mien_training_result part =
        run(&task.training, &(struct mien_training_watch){stop_after, &stopper});
    assert_int_equal(part.epochs, 2);
    struct mien_training_result resumed = run(&task.training, NULL);
    assert_same(&one, &resumed);
    task.training.trunk = one.network.bytes;
    assert_int_equal(mien_train(&task.training, NULL, &none, &error), MIEN_ERR_DATA);
    unlink(path);
    task.training.checkpoint = NULL;
    task.training.motion = true;
    assert_int_equal(mien_train(&task.training, NULL, &none, &error), MIEN_ERR_DATA);
    mien_training_result_clear(&before);
    mien_training_result_clear(&one);
    mien_training_result_clear(&three);
    mien_training_result_clear(&part);
    mien_training_result_clear(&resumed);
    mien_clip_set_free(task.clips);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_on_any_number_of_threads),
        cmocka_unit_test(resumed_is_as_if_never_stopped),
        cmocka_unit_test(checkpoints_of_others_are_refused),
        cmocka_unit_test(ends_early_with_the_best_epoch),
        cmocka_unit_test(stopping_keeps_the_best_or_says_that_there_is_none),
        cmocka_unit_test(without_validation_every_epoch_is_run),
        cmocka_unit_test(a_trunk_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
