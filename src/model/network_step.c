/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The head with its loss, and the step of Adam.
 */
#include "model/network_internal.h"

#include <math.h>
#include <string.h>

static enum mien_status check_batch(const struct mien_network *network, const float *target,
                                    const float *weight, size_t n, double *total, struct mien_error *error)
{
    size_t outputs = network->design.outputs;
    if (n < 1 || n > MIEN_NETWORK_BATCH)
        return mien_fail(error, MIEN_ERR_DATA, "a step takes 1 to %d clips, not %zu", MIEN_NETWORK_BATCH, n);
    *total = 0;
    for (size_t i = 0; i < n; i++) {
        bool used = false;
        for (size_t k = 0; k < outputs; k++) {
            float wanted = target[i * outputs + k];
            if (wanted < 0 || wanted > 1)
                return mien_fail(error, MIEN_ERR_DATA, "a target is %g, not between 0 and 1", (double)wanted);
            used = used || !isnan(wanted);
        }
        if (weight && !(weight[i] >= 0 && isfinite(weight[i])))
            return mien_fail(error, MIEN_ERR_DATA, "a clip has the weight %g", (double)weight[i]);
        if (used)
            *total += weight ? weight[i] : 1;
    }
    return *total > 0 ? MIEN_OK
                      : mien_fail(error, MIEN_ERR_DATA, "no clip of the batch has a target and a weight");
}

/* log(1 + exp(x)) without overflow. */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* What the head sees of a feature. */
static double seen(const struct mien_network *network, const float *pooled, size_t feature)
{
    return ((double)pooled[feature] - network->feature_mean[feature]) * network->feature_scale[feature];
}

void mien_network_score(const struct mien_network *network, const float *pooled, double *score)
{
    const float *head = network->parameter + network->head.begin;
    for (size_t s = 0; s < network->scores; s++, head += network->features) {
        score[s] = 0;
        for (size_t c = 0; c < network->features; c++)
            score[s] += (double)head[c] * seen(network, pooled, c);
    }
}

enum mien_status mien_network_head(struct mien_network *network, const float *target, const float *weight,
                                   size_t n, double *loss, struct mien_error *error)
{
    struct mien_training *training = &network->training;
    const float *threshold = network->parameter + network->thresholds.begin;
    size_t outputs = network->design.outputs, features = network->features, scores = network->scores;
    double total, sum = 0, moved[MIEN_NETWORK_OUTPUTS] = {0}, score[MIEN_NETWORK_OUTPUTS];
    double head[MIEN_NETWORK_OUTPUTS * MIEN_NETWORK_FEATURES] = {0};
    enum mien_status status = check_batch(network, target, weight, n, &total, error);
    if (status != MIEN_OK)
        return status;
    for (size_t i = 0; i < n; i++, target += outputs) {
        const float *pooled = training->pooled + i * features;
        double part = (weight ? weight[i] : 1) / total, *change = training->change + i * scores;
        mien_network_score(network, pooled, score);
        memset(change, 0, scores * sizeof *change);
        for (size_t k = 0; k < outputs; k++) {
            if (isnan(target[k]))
                continue;
            size_t own = scores > 1 ? k : 0;
            double logit = score[own] + threshold[k], error_k = part * (1 / (1 + exp(-logit)) - target[k]);
            sum += part * (softplus(logit) - target[k] * logit);
            change[own] += error_k;
            moved[k] += error_k;
        }
        for (size_t s = 0; s < scores; s++)
            for (size_t c = 0; c < features; c++)
                head[s * features + c] += change[s] * seen(network, pooled, c);
    }
    for (size_t c = 0; c < scores * features; c++)
        training->gradient[network->head.begin + c] = (float)head[c];
    for (size_t k = 0; k < outputs; k++)
        training->gradient[network->thresholds.begin + k] = (float)moved[k];
    *loss = sum;
    return MIEN_OK;
}

enum mien_status mien_network_gradient(struct mien_network *network, const float *clips, const float *target,
                                       const float *weight, size_t n, double *loss, struct mien_error *error)
{
    double total;
    enum mien_status status = check_batch(network, target, weight, n, &total, error);
    if (status == MIEN_OK)
        status = mien_network_scratch(network, error);
    if (status == MIEN_OK)
        status = mien_network_training(network, n, error);
    if (status == MIEN_OK)
        status = network->keeps_trunk
                     ? mien_network_features(network, clips, n, network->training.pooled, error)
                     : mien_network_forward(network, clips, n, error);
    if (status == MIEN_OK)
        status = mien_network_head(network, target, weight, n, loss, error);
    if (status != MIEN_OK)
        return status;
    if (!network->keeps_trunk)
        mien_network_backward(network, clips, n);
    if (!isfinite(*loss) || !mien_floats_finite(network->training.gradient, network->room))
        return mien_fail(error, MIEN_ERR_DATA,
                         "training has diverged: the loss or its gradient is no longer finite; a lower "
                         "learning rate helps");
    return MIEN_OK;
}

static void adam(struct mien_network *network, struct mien_segment segment, double rate, double decay)
{
    const float first_rate = 0.9F, second_rate = 0.999F, small = 1e-8F;
    double steps = (double)network->steps;
    float first_left = (float)(1 - pow((double)first_rate, steps));
    float second_left = (float)(1 - pow((double)second_rate, steps));
    float step = (float)rate / first_left, keep = segment.decays ? (float)(1 - rate * decay) : 1;
    const float *gradient = network->training.gradient;
    for (size_t i = segment.begin; i < segment.begin + segment.count; i++) {
        float g = gradient[i];
        float first = network->first_moment[i] = first_rate * network->first_moment[i] + (1 - first_rate) * g;
        float second = network->second_moment[i] =
            second_rate * network->second_moment[i] + (1 - second_rate) * g * g;
        network->parameter[i] =
            keep * network->parameter[i] - step * first / (sqrtf(second / second_left) + small);
    }
}

/* Thresholds never rise: those that would are replaced by their mean (pool adjacent violators). */
static void order_thresholds(struct mien_network *network)
{
    float *threshold = network->parameter + network->thresholds.begin;
    double mean[MIEN_NETWORK_OUTPUTS];
    size_t count[MIEN_NETWORK_OUTPUTS], pools = 0;
    for (size_t k = 0; k < network->design.outputs; k++) {
        mean[pools] = threshold[k];
        count[pools++] = 1;
        for (; pools > 1 && mean[pools - 2] < mean[pools - 1]; pools--) {
            size_t both = count[pools - 2] + count[pools - 1];
            mean[pools - 2] += (mean[pools - 1] - mean[pools - 2]) * (double)count[pools - 1] / (double)both;
            count[pools - 2] = both;
        }
    }
    for (size_t p = 0; p < pools; p++)
        for (size_t i = 0; i < count[p]; i++)
            *threshold++ = (float)mean[p];
}

/* The first ten batches weigh the same, later ones a tenth, so that a short training has useful means too. */
static void follow_moments(struct mien_network *network, size_t n)
{
    double share = fmax(0.1, 1 / (double)network->steps);
    for (size_t b = 0; b < network->blocks; b++) {
        const struct mien_block *block = &network->block[b];
        const struct mien_norm *norm = &network->training.norm[b];
        double places = (double)n * (double)mien_extent_places(block->plan.shape.output);
        double unbiased = places > 1 ? places / (places - 1) : 1;
        float *mean = network->mean + block->running, *variance = network->variance + block->running;
        for (size_t c = 0; c < block->plan.shape.filters; c++) {
            mean[c] = (float)(mean[c] + share * (norm->batch_mean[c] - mean[c]));
            variance[c] = (float)(variance[c] + share * (unbiased * norm->batch_variance[c] - variance[c]));
        }
    }
}

enum mien_status mien_network_step(struct mien_network *network, const float *clips, const float *target,
                                   const float *weight, size_t n, double learning_rate, double weight_decay,
                                   double *loss, struct mien_error *error)
{
    struct mien_segment segment[3 * MIEN_NETWORK_BLOCKS + 2];
    double now;
    if (!(learning_rate >= 0 && learning_rate <= 1 && weight_decay >= 0 && weight_decay <= 1))
        return mien_fail(error, MIEN_ERR_DATA, "learning rate and weight decay lie between 0 and 1");
    enum mien_status status = mien_network_gradient(network, clips, target, weight, n, &now, error);
    if (status != MIEN_OK)
        return status;
    network->steps++;
    size_t segments = mien_network_segments(network, segment);
    /* Head and thresholds are the last two. */
    for (size_t i = network->keeps_trunk ? segments - 2 : 0; i < segments; i++)
        adam(network, segment[i], learning_rate, weight_decay);
    if (!network->design.separate)
        order_thresholds(network);
    if (!network->keeps_trunk) {
        network->is_folded = false;
        follow_moments(network, n);
    }
    if (loss)
        *loss = now;
    return MIEN_OK;
}
