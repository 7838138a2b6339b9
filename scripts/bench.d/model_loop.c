/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Trains and predicts with random clips and prints: mien, architecture, threads, parameters, clips a second
 * in training and in prediction. One thread is timed by the processor's clock, which other programs do not
 * disturb, several by the wall's. model_loop conv3d|conv2plus1d THREADS
 */
#include "model/network.h"

#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH = 16,
    FRAMES = 16,
    SIDE = 64,
    CLIP = FRAMES * SIDE * SIDE,
    STEPS = 20,
    PREDICTIONS = 50,
    WARM = 3
};

static double now(int threads)
{
    struct timespec time;
    clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void give_up(const struct mien_error *error)
{
    fprintf(stderr, "model_loop: %s\n", error->text);
    exit(1);
}

static void train(struct mien_network *network, const float *clips, const float *target, int steps)
{
    struct mien_error error;
    double loss;
    for (int i = 0; i < steps; i++)
        if (mien_network_step(network, clips, target, NULL, BATCH, 1e-3, 1e-2, &loss, &error) != MIEN_OK)
            give_up(&error);
}

static void predict(struct mien_network *network, const float *clips, int times)
{
    struct mien_error error;
    float logit[BATCH];
    for (int i = 0; i < times; i++)
        if (mien_network_predict(network, clips, BATCH, logit, &error) != MIEN_OK)
            give_up(&error);
}

int main(int count, char **word)
{
    struct mien_network_design design = {MIEN_CONV3D, 0, 1, FRAMES, SIDE, SIDE, 1, 1, 0, false};
    struct mien_network *network;
    struct mien_error error;
    struct mien_random random;
    float *clips = malloc(BATCH * CLIP * sizeof *clips), target[BATCH];
    if (count != 3 || !clips)
        return 2;
    int threads = atoi(word[2]);
    if (strcmp(word[1], "conv2plus1d") == 0)
        design.architecture = MIEN_CONV2PLUS1D;
    if (mien_network_new(&design, (unsigned)threads, &network, &error) != MIEN_OK)
        give_up(&error);
    mien_random_seed(&random, 1);
    for (size_t i = 0; i < BATCH * CLIP; i++)
        clips[i] = (float)mien_random_normal(&random);
    for (int i = 0; i < BATCH; i++)
        target[i] = (float)(i % 2);
    train(network, clips, target, WARM);
    double start = now(threads);
    train(network, clips, target, STEPS);
    double training = now(threads) - start;
    predict(network, clips, WARM);
    start = now(threads);
    predict(network, clips, PREDICTIONS);
    double prediction = now(threads) - start;
    printf("mien %s %s %zu %.1f %.1f\n", word[1], word[2], mien_network_parameters(network),
           BATCH * STEPS / training, BATCH * PREDICTIONS / prediction);
    mien_network_free(network);
    free(clips);
    return 0;
}
