/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The network against the reference implementation, the reference against differences of its own loss, and
 * the promise of the same bytes on any number of threads.
 */
#include "model_reference.h"

#include "base/random.h"

enum { CLIPS = 5 };

static const struct mien_network_design designs[] = {
    {MIEN_CONV3D, 0, 1, 8, 20, 16, 1, 11, 0, false},
    {MIEN_CONV3D, 0, 2, 7, 17, 19, 3, 12, 0, false},
    {MIEN_CONV2PLUS1D, 0, 1, 8, 16, 18, 1, 13, 0, false},
    {MIEN_CONV2PLUS1D, 0, 2, 5, 21, 16, 2, 14, 0, false},
    {MIEN_CONV3D, 1, 1, 4, 16, 16, 1, 15, 0, false},
    {MIEN_CONV3D, 0, 2, 6, 32, 27, 1, 16, 16, false},
    {MIEN_CONV3D, 0, 1, 5, 16, 18, 3, 27, 0, true},
};
enum { DESIGNS = sizeof designs / sizeof *designs };

struct batch {
    float *clips, *target, weight[CLIPS];
};

static struct mien_network *make(const struct mien_network_design *design, unsigned threads)
{
    struct mien_network *network = NULL;
    struct mien_error error;
    if (mien_network_new(design, threads, &network, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return network;
}

static struct batch draw_batch(const struct mien_network *network, uint64_t seed)
{
    size_t size = mien_network_clip_size(network), outputs = network->design.outputs;
    struct batch batch = {malloc(CLIPS * size * sizeof(float)), malloc(CLIPS * outputs * sizeof(float)), {0}};
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (size_t i = 0; i < CLIPS * size; i++)
        batch.clips[i] = (float)mien_random_normal(&random);
    for (size_t i = 0; i < CLIPS * outputs; i++)
        batch.target[i] = (float)mien_random_uniform(&random);
    for (size_t i = 0; i < CLIPS; i++)
        batch.weight[i] = (float)(0.5 + mien_random_uniform(&random));
    batch.target[0] = (float)NAN;
    return batch;
}

static void free_batch(struct batch *batch)
{
    free(batch->clips);
    free(batch->target);
}

/* Gains and offsets that are not 1 and 0, so that their part in the gradient shows. */
static void disturb(struct mien_network *network)
{
    struct mien_random random;
    mien_random_seed(&random, 99);
    for (size_t b = 0; b < network->blocks; b++)
        for (size_t c = 0; c < network->block[b].gain.count; c++) {
            network->parameter[network->block[b].gain.begin + c] += 0.3F * (float)mien_random_normal(&random);
            network->parameter[network->block[b].offset.begin + c] +=
                0.3F * (float)mien_random_normal(&random);
        }
    for (size_t c = 0; c < network->features; c++) {
        network->feature_mean[c] = 0.3F * (float)mien_random_normal(&random);
        network->feature_scale[c] = 0.5F + (float)mien_random_uniform(&random);
    }
}

static void compare_gradient(struct mien_network *network)
{
    struct batch batch = draw_batch(network, 5);
    struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2];
    struct reference reference;
    double loss = 0;
    assert_int_equal(
        mien_network_gradient(network, batch.clips, batch.target, batch.weight, CLIPS, &loss, NULL), MIEN_OK);
    double want = reference_gradient(&reference, network, batch.clips, batch.target, batch.weight, CLIPS);
    assert_close(loss, want, 1e-5);
    size_t segments = mien_network_segments(network, segment);
    for (size_t s = 0; s < segments; s++) {
        double difference = 0, size = 0;
        for (size_t i = segment[s].begin; i < segment[s].begin + segment[s].count; i++) {
            difference += pow(network->training.gradient[i] - reference.gradient[i], 2);
            size += pow(reference.gradient[i], 2);
        }
        /* A value so near to zero that float and double differ in its sign is a kink: rare, and small. */
        if (!(sqrt(difference) <= 2e-4 * sqrt(size)))
            fail_msg("seed %d, segment %zu: the gradient differs by %g of its length",
                     (int)network->design.seed, s, sqrt(difference / size));
        assert_true(size > 0);
    }
    reference_free(&reference);
    free_batch(&batch);
}

static void test_gradient(void **state)
{
    (void)state;
    const struct mien_conv3d_kernels *kernels[] = {&mien_conv3d_plain, &mien_conv3d_avx2,
                                                   &mien_conv3d_avx512};
    const char *fastest = mien_conv3d_fastest()->name;
    for (size_t d = 0; d < DESIGNS; d++)
        for (size_t k = 0; k < 3; k++) {
            struct mien_network *network = make(&designs[d], 2);
            network->kernels = kernels[k];
            disturb(network);
            compare_gradient(network);
            mien_network_free(network);
            if (strcmp(kernels[k]->name, fastest) == 0)
                break;
        }
}

/* The reference itself: its gradient against the difference of its loss when one parameter moves, so little
 * that hardly a value crosses the kink of its rectification. */
static void test_reference(void **state)
{
    (void)state;
    struct mien_network *network = make(&designs[1], 1);
    struct batch batch = draw_batch(network, 6);
    struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2];
    struct reference reference, moved;
    disturb(network);
    reference_gradient(&reference, network, batch.clips, batch.target, batch.weight, CLIPS);
    size_t segments = mien_network_segments(network, segment);
    for (size_t s = 0; s < segments; s++) {
        float *parameter = &network->parameter[segment[s].begin + segment[s].count / 3];
        float before = *parameter;
        double loss[2], where[2];
        for (int side = 0; side < 2; side++) {
            *parameter = before + (side ? 1e-5F : -1e-5F);
            where[side] = *parameter;
            loss[side] = reference_gradient(&moved, network, batch.clips, batch.target, batch.weight, CLIPS);
            reference_free(&moved);
        }
        *parameter = before;
        double slope = (loss[1] - loss[0]) / (where[1] - where[0]);
        double want = reference.gradient[segment[s].begin + segment[s].count / 3];
        if (!(fabs(slope - want) <= 1e-3 * fabs(want) + 1e-6))
            fail_msg("segment %zu: gradient %g, difference %g", s, want, slope);
    }
    reference_free(&reference);
    free_batch(&batch);
    mien_network_free(network);
}

/* A few steps, then predictions and everything as bytes. */
static struct mien_text train(const struct mien_network_design *design, unsigned threads, float *logit)
{
    struct mien_network *network = make(design, threads);
    struct batch batch = draw_batch(network, 7);
    struct mien_text bytes = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(mien_network_step(network, batch.clips, batch.target, batch.weight, CLIPS, 1e-2,
                                           0.01, NULL, NULL),
                         MIEN_OK);
    assert_int_equal(mien_network_predict(network, batch.clips, CLIPS, logit, NULL), MIEN_OK);
    assert_int_equal(mien_network_write(network, true, &bytes, NULL), MIEN_OK);
    free_batch(&batch);
    mien_network_free(network);
    return bytes;
}

static void test_threads(void **state)
{
    (void)state;
    for (size_t d = 0; d < DESIGNS; d++) {
        float one[CLIPS * MIEN_NETWORK_OUTPUTS], other[CLIPS * MIEN_NETWORK_OUTPUTS];
        struct mien_text want = train(&designs[d], 1, one);
        for (unsigned threads = 2; threads <= 3; threads++) {
            struct mien_text got = train(&designs[d], threads, other);
            assert_int_equal(got.length, want.length);
            assert_memory_equal(got.bytes, want.bytes, want.length);
            assert_memory_equal(other, one, CLIPS * designs[d].outputs * sizeof *one);
            free(got.bytes);
        }
        free(want.bytes);
    }
}

/* Prediction with the batch's own moments as the running ones is the reference's forward. */
static void test_predict(void **state)
{
    (void)state;
    for (size_t d = 0; d < DESIGNS; d++) {
        struct mien_network *network = make(&designs[d], 2);
        struct batch batch = draw_batch(network, 8);
        struct reference reference;
        float logit[CLIPS * MIEN_NETWORK_OUTPUTS];
        double loss = 0;
        disturb(network);
        /* A step of no length leaves the parameters and sets the running moments to those of the batch. */
        assert_int_equal(
            mien_network_step(network, batch.clips, batch.target, batch.weight, CLIPS, 0, 0, &loss, NULL),
            MIEN_OK);
        assert_int_equal(mien_network_predict(network, batch.clips, CLIPS, logit, NULL), MIEN_OK);
        reference_gradient(&reference, network, batch.clips, batch.target, batch.weight, CLIPS);
        size_t outputs = designs[d].outputs,
               size = mien_network_output_size(network->block + network->blocks - 1);
        size_t places = size / network->features;
        for (size_t i = 0; i < CLIPS; i++) {
            const double *last = reference.x[network->blocks] + i * size;
            for (size_t k = 0; k < outputs; k++) {
                size_t own = network->head.begin + (designs[d].separate ? k * network->features : 0);
                double want = network->parameter[network->thresholds.begin + k];
                for (size_t f = 0; f < network->features; f++)
                    want += network->parameter[own + f] * reference_seen(network, last, f, places);
                /* The running variance has the divisor n - 1. */
                assert_true(fabs(logit[i * outputs + k] - want) < 0.02 * (1 + fabs(want)));
                assert_true(k == 0 || designs[d].separate ||
                            logit[i * outputs + k] <= logit[i * outputs + k - 1]);
            }
        }
        batch.clips[3] = (float)NAN;
        assert_int_equal(mien_network_predict(network, batch.clips, CLIPS, logit, NULL), MIEN_OK);
        assert_true(isnan(logit[0]) && isfinite(logit[outputs]));
        reference_free(&reference);
        free_batch(&batch);
        mien_network_free(network);
    }
}

/* It learns: two kinds of clips that differ in the direction of a movement only. */
static void test_learning(void **state)
{
    (void)state;
    struct mien_network_design design = {MIEN_CONV3D, 0, 1, 8, 16, 16, 1, 3, 0, false};
    for (int a = 0; a < MIEN_ARCHITECTURES; a++) {
        design.architecture = (enum mien_architecture)a;
        struct mien_network *network = make(&design, 2);
        struct mien_random random;
        float clips[8 * 8 * 16 * 16], target[8], logit[8];
        double loss = 1;
        mien_random_seed(&random, 4);
        for (int step = 0; step < 61; step++) {
            float *value = clips;
            for (int i = 0; i < 8; i++) {
                double phase = 6.28 * mien_random_uniform(&random);
                target[i] = (float)(i % 2);
                for (int t = 0; t < 8; t++)
                    for (int p = 0; p < 256; p++)
                        *value++ = (float)sin(phase + 0.8 * (p % 16) + (i % 2 ? 0.8 : -0.8) * t);
            }
            if (step < 60)
                assert_int_equal(mien_network_step(network, clips, target, NULL, 8, 1e-2, 0, &loss, NULL),
                                 MIEN_OK);
        }
        assert_true(loss < 0.1);
        assert_int_equal(mien_network_predict(network, clips, 8, logit, NULL), MIEN_OK);
        for (int i = 0; i < 8; i++)
            assert_true((logit[i] > 0) == (i % 2));
        mien_network_free(network);
    }
}

/* A trunk taken over stays as it is, the head starts at nothing, sees standardised features and learns; all
 * of it survives being written and read. */
static void test_trunk(void **state)
{
    (void)state;
    const struct mien_network_design *design = &designs[5];
    struct mien_network *network = make(design, 2), *read = NULL;
    struct batch batch = draw_batch(network, 10);
    struct mien_text trunk = {0}, bytes = {0};
    float features[CLIPS * MIEN_NETWORK_FEATURES], logit[CLIPS], again[CLIPS];
    size_t width = mien_network_feature_count(network);
    double first = 0, last = 0;
    struct mien_error error;
    mien_network_free(network);
    trunk = train(design, 1, logit);
    network = make(design, 2);
    assert_int_equal(mien_network_take_trunk(network, trunk.bytes, trunk.length, NULL), MIEN_OK);
    assert_int_equal(mien_network_features(network, batch.clips, CLIPS, features, NULL), MIEN_OK);
    mien_network_standardise(network, features, CLIPS);
    for (size_t c = 0; c < width; c++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < CLIPS; i++) {
            double seen =
                (features[i * width + c] - network->feature_mean[c]) * (double)network->feature_scale[c];
            sum += seen;
            squares += seen * seen;
        }
        assert_true(fabs(sum) < 1e-3);
        assert_true(squares < CLIPS * 1.001 && (squares > CLIPS * 0.999 || network->feature_scale[c] > 900));
    }
    struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2];
    size_t segments = mien_network_segments(network, segment), blocks = segment[segments - 2].begin;
    float *before = malloc(blocks * sizeof *before);
    memcpy(before, network->parameter, blocks * sizeof *before);
    for (int i = 0; i < 200; i++)
        assert_int_equal(mien_network_step(network, batch.clips, batch.target, batch.weight, CLIPS, 0.02, 0,
                                           i ? &last : &first, NULL),
                         MIEN_OK);
    assert_true(last < first);
    assert_memory_equal(network->parameter, before, blocks * sizeof *before);
    assert_int_equal(mien_network_predict(network, batch.clips, CLIPS, logit, NULL), MIEN_OK);
    assert_int_equal(mien_network_write(network, true, &bytes, NULL), MIEN_OK);
    assert_int_equal(mien_network_read(bytes.bytes, bytes.length, 1, &read, NULL), MIEN_OK);
    assert_true(read->keeps_trunk);
    assert_int_equal(mien_network_predict(read, batch.clips, CLIPS, again, NULL), MIEN_OK);
    assert_memory_equal(logit, again, sizeof again);
    mien_network_free(read);
    mien_network_free(network);
    network = make(&designs[0], 1);
    assert_int_equal(mien_network_take_trunk(network, trunk.bytes, trunk.length, &error), MIEN_ERR_DATA);
    assert_int_equal(mien_network_take_trunk(network, trunk.bytes, trunk.length - 1, &error),
                     MIEN_ERR_FORMAT);
    mien_network_free(network);
    free(before);
    free(trunk.bytes);
    free(bytes.bytes);
    free_batch(&batch);
}

static void test_refusals(void **state)
{
    (void)state;
    struct mien_network_design wrong = designs[0];
    struct mien_network *network = NULL;
    struct mien_error error;
    wrong.frames = 100000;
    assert_int_equal(mien_network_new(&wrong, 1, &network, &error), MIEN_ERR_DATA);
    assert_int_equal(mien_network_new(&designs[0], 0, &network, &error), MIEN_ERR_DATA);
    wrong = designs[0];
    wrong.side = 17;
    assert_int_equal(mien_network_new(&wrong, 1, &network, &error), MIEN_ERR_DATA);
    network = make(&designs[0], 1);
    struct batch batch = draw_batch(network, 9);
    struct mien_text before = {0}, after = {0};
    assert_int_equal(mien_network_write(network, true, &before, NULL), MIEN_OK);
    batch.target[1] = 1.5F;
    assert_int_equal(
        mien_network_step(network, batch.clips, batch.target, NULL, CLIPS, 1e-3, 0, NULL, &error),
        MIEN_ERR_DATA);
    for (size_t i = 0; i < CLIPS; i++)
        batch.target[i] = (float)NAN;
    assert_int_equal(
        mien_network_step(network, batch.clips, batch.target, NULL, CLIPS, 1e-3, 0, NULL, &error),
        MIEN_ERR_DATA);
    batch.target[0] = 1;
    batch.clips[17] = (float)INFINITY;
    assert_int_equal(
        mien_network_step(network, batch.clips, batch.target, NULL, CLIPS, 1e-3, 0, NULL, &error),
        MIEN_ERR_DATA);
    assert_int_equal(mien_network_write(network, true, &after, NULL), MIEN_OK);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    free(before.bytes);
    free(after.bytes);
    free_batch(&batch);
    mien_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient), cmocka_unit_test(test_reference), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_predict),  cmocka_unit_test(test_learning),  cmocka_unit_test(test_trunk),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
