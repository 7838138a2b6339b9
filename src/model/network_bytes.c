/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network as bytes: "mien-net", version, design, whether Adam's state follows and whether the trunk stays
 * as it is, seed, steps, number of parameters; then as 32-bit floats the parameters segment by segment,
 * running means, running variances, means and scales of the features, and with the solver the first and the
 * second moments in the order of the parameters. All little-endian.
 */
#include "model/bytes.h"
#include "model/network_internal.h"

#include <stdlib.h>

static const char magic[8] = {'m', 'i', 'e', 'n', '-', 'n', 'e', 't'};

enum { VERSION = 2, WORDS = 12, HEADER = 8 + WORDS * 4 + 3 * 8, SEGMENTS = 3 * MIEN_NETWORK_BLOCKS + 2 };

static int add_header(const struct mien_network *network, bool with_solver, struct mien_text *bytes)
{
    const struct mien_network_design *d = &network->design;
    const uint32_t words[] = {VERSION,     (uint32_t)d->architecture,
                              d->size,     d->channels,
                              d->frames,   d->height,
                              d->width,    d->outputs,
                              d->side,     d->separate,
                              with_solver, network->keeps_trunk};
    int failed = mien_text_add(bytes, magic, sizeof magic);
    for (size_t i = 0; i < sizeof words / sizeof *words && !failed; i++)
        failed = mien_bytes_add(bytes, words[i], 4);
    return failed || mien_bytes_add(bytes, d->seed, 8) || mien_bytes_add(bytes, network->steps, 8) ||
           mien_bytes_add(bytes, mien_network_parameters(network), 8);
}

static int add_segments(const struct mien_network *network, const float *numbers, struct mien_text *bytes)
{
    struct mien_segment segment[SEGMENTS];
    size_t segments = mien_network_segments(network, segment);
    int failed = 0;
    for (size_t i = 0; i < segments && !failed; i++)
        failed = mien_bytes_add_floats(bytes, numbers + segment[i].begin, segment[i].count);
    return failed;
}

enum mien_status mien_network_write(const struct mien_network *network, bool with_solver,
                                    struct mien_text *bytes, struct mien_error *error)
{
    int failed = add_header(network, with_solver, bytes) ||
                 add_segments(network, network->parameter, bytes) ||
                 mien_bytes_add_floats(bytes, network->mean, network->running) ||
                 mien_bytes_add_floats(bytes, network->variance, network->running) ||
                 mien_bytes_add_floats(bytes, network->feature_mean, network->features) ||
                 mien_bytes_add_floats(bytes, network->feature_scale, network->features);
    if (with_solver && !failed)
        failed = add_segments(network, network->first_moment, bytes) ||
                 add_segments(network, network->second_moment, bytes);
    return failed ? mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the network") : MIEN_OK;
}

static enum mien_status damaged(struct mien_error *error, const char *how)
{
    return mien_fail(error, MIEN_ERR_FORMAT, "the network is damaged: %s", how);
}

struct header {
    struct mien_network_design design;
    bool with_solver, keeps_trunk;
    uint64_t steps, parameters;
};

static enum mien_status take_header(struct mien_bytes_reader *reader, struct header *header,
                                    struct mien_error *error)
{
    if (reader->left < HEADER || memcmp(reader->at, magic, sizeof magic) != 0)
        return mien_fail(error, MIEN_ERR_FORMAT, "these bytes are not a network of mien's");
    reader->at += sizeof magic;
    reader->left -= sizeof magic;
    uint32_t word[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        word[i] = (uint32_t)mien_bytes_take(reader, 4);
    if (word[0] != VERSION)
        return mien_fail(error, MIEN_ERR_FORMAT, "the network has format %u; this mien reads format %d",
                         word[0], VERSION);
    if (word[1] >= MIEN_ARCHITECTURES || word[9] > 1 || word[10] > 1 || word[11] > 1)
        return damaged(error, "its design is impossible");
    header->design = (struct mien_network_design){
        (enum mien_architecture)word[1], word[2], word[3],     word[4], word[5], word[6], word[7],
        mien_bytes_take(reader, 8),      word[8], word[9] == 1};
    header->with_solver = word[10] == 1;
    header->keeps_trunk = word[11] == 1;
    header->steps = mien_bytes_take(reader, 8);
    header->parameters = mien_bytes_take(reader, 8);
    return MIEN_OK;
}

static void take_segments(const struct mien_network *network, struct mien_bytes_reader *reader,
                          float *numbers)
{
    struct mien_segment segment[SEGMENTS];
    size_t segments = mien_network_segments(network, segment);
    for (size_t i = 0; i < segments; i++)
        mien_bytes_take_floats(reader, numbers + segment[i].begin, segment[i].count);
}

static bool never_negative(const float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(numbers[i] >= 0))
            return false;
    return true;
}

static bool is_possible(const struct mien_network *network)
{
    const float *threshold = network->parameter + network->thresholds.begin;
    for (size_t k = 1; k < network->thresholds.count && !network->design.separate; k++)
        if (threshold[k] > threshold[k - 1])
            return false;
    return mien_floats_finite(network->parameter, network->room) &&
           mien_floats_finite(network->mean, network->running) &&
           mien_floats_finite(network->variance, network->running) &&
           mien_floats_finite(network->feature_mean, network->features) &&
           mien_floats_finite(network->feature_scale, network->features) &&
           mien_floats_finite(network->first_moment, network->room) &&
           mien_floats_finite(network->second_moment, network->room) &&
           never_negative(network->variance, network->running) &&
           never_negative(network->second_moment, network->room);
}

static enum mien_status take_all(struct mien_network *network, struct mien_bytes_reader *reader,
                                 unsigned threads, struct mien_error *error)
{
    struct header header;
    struct mien_error ignored;
    enum mien_status status = take_header(reader, &header, error);
    if (status != MIEN_OK)
        return status;
    status = mien_network_plan(network, &header.design, &ignored);
    if (status != MIEN_OK)
        return status == MIEN_ERR_MEMORY ? mien_fail(error, status, "out of memory for the network")
                                         : damaged(error, "its design is impossible");
    size_t parameters = mien_network_parameters(network);
    size_t numbers = parameters * (header.with_solver ? 3 : 1) + 2 * network->running + 2 * network->features;
    if (header.parameters != parameters || reader->left != 4 * numbers)
        return damaged(error, "its length does not agree with its design");
    status = mien_network_prepare(network, threads, error);
    if (status != MIEN_OK)
        return status;
    network->steps = header.steps;
    network->keeps_trunk = header.keeps_trunk;
    take_segments(network, reader, network->parameter);
    mien_bytes_take_floats(reader, network->mean, network->running);
    mien_bytes_take_floats(reader, network->variance, network->running);
    mien_bytes_take_floats(reader, network->feature_mean, network->features);
    mien_bytes_take_floats(reader, network->feature_scale, network->features);
    if (header.with_solver) {
        take_segments(network, reader, network->first_moment);
        take_segments(network, reader, network->second_moment);
    }
    return is_possible(network) ? MIEN_OK : damaged(error, "it holds numbers that cannot be");
}

enum mien_status mien_network_read(const void *bytes, size_t size, unsigned threads,
                                   struct mien_network **network, struct mien_error *error)
{
    struct mien_bytes_reader reader = {bytes, size, false};
    struct mien_network *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the network");
    enum mien_status status = take_all(made, &reader, threads, error);
    if (status != MIEN_OK) {
        mien_network_free(made);
        return status;
    }
    *network = made;
    return MIEN_OK;
}
