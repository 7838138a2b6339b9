/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/learner_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char MAGIC[8] = {'m', 'i', 'e', 'n', 'l', 'r', 'n', 'r'};
enum { VERSION = 1, NAME_MOST = 4096, VECTORS_MOST = MIEN_LEARNER_ROWS_MOST };

/* ---- Writing ---- */

static int write_design(const struct mien_learner_design *d, struct mien_text *text)
{
    const double numbers[] = {d->alpha, d->lambda, d->cost, d->gamma, d->tried, d->most_missing};
    const uint32_t counts[] = {(uint32_t)d->kind, d->trees, d->leaf, d->folds, d->balanced};
    int failed = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        failed |= mien_bytes_put_count(text, counts[i]);
    return failed | mien_bytes_put_numbers(text, numbers, sizeof numbers / sizeof *numbers) |
           mien_bytes_put_seed(text, d->seed);
}

static int write_machine(const struct mien_machine *m, struct mien_text *text)
{
    const double numbers[] = {m->gamma, m->bias, m->steep, m->level};
    return mien_bytes_put_count(text, (uint32_t)m->vectors) | mien_bytes_put_numbers(text, numbers, 4) |
           mien_bytes_put_numbers(text, m->factor, m->vectors) |
           mien_bytes_put_numbers(text, m->vector, m->vectors * m->columns);
}

int mien_learner_write(const struct mien_learner *l, struct mien_text *text)
{
    unsigned cuts = l->levels - 1;
    int failed = mien_text_add(text, MAGIC, sizeof MAGIC) | mien_bytes_put_count(text, VERSION) |
                 write_design(&l->design, text) | mien_bytes_put_count(text, l->levels) |
                 mien_bytes_put_count(text, (uint32_t)l->columns);
    for (size_t j = 0; j < l->columns; j++)
        failed |= mien_bytes_put_name(text, l->names[j]);
    failed |= mien_preparation_write(&l->preparation, text);
    if (l->slope)
        failed |= mien_bytes_put_count(text, l->converged) | mien_bytes_put_numbers(text, &l->lambda, 1) |
                  mien_bytes_put_numbers(text, l->slope, l->preparation.kept) |
                  mien_bytes_put_numbers(text, l->threshold, cuts);
    for (unsigned k = 0; l->machine && k < cuts; k++)
        failed |= write_machine(l->machine + k, text);
    for (unsigned k = 0; l->forest && k < cuts; k++)
        failed |= mien_bytes_put_numbers(text, l->weight[k], 2) | mien_forest_write(l->forest + k, text);
    return failed ? -1 : 0;
}

/* ---- Reading ---- */

/* MIEN_ERR_MEMORY where the bytes were all there and something still is not. */
static enum mien_status problem(const struct mien_bytes *bytes, const char *part, struct mien_error *error)
{
    return bytes->bad ? mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its %s cannot be read", part)
                      : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
}

static void read_design(struct mien_bytes *bytes, struct mien_learner_design *d)
{
    d->kind = (enum mien_learner_kind)mien_bytes_count(bytes, MIEN_FOREST);
    d->trees = mien_bytes_count(bytes, MIEN_FOREST_TREES_MOST);
    d->leaf = mien_bytes_count(bytes, UINT32_MAX);
    d->folds = mien_bytes_count(bytes, UINT32_MAX);
    d->balanced = mien_bytes_count(bytes, 1);
    d->alpha = mien_bytes_number(bytes);
    d->lambda = mien_bytes_number(bytes);
    d->cost = mien_bytes_number(bytes);
    d->gamma = mien_bytes_number(bytes);
    d->tried = mien_bytes_number(bytes);
    d->most_missing = mien_bytes_number(bytes);
    d->seed = mien_bytes_seed(bytes);
}

static enum mien_status read_names(struct mien_bytes *bytes, struct mien_learner *l, struct mien_error *error)
{
    uint32_t columns = mien_bytes_count(bytes, MIEN_LEARNER_COLUMNS_MOST);
    /* A name takes four bytes or more. */
    if (bytes->bad || columns > bytes->left / 4) {
        bytes->bad = true;
        return problem(bytes, "measures", error);
    }
    l->columns = columns;
    l->names = mien_array_new(columns, sizeof *l->names);
    for (size_t j = 0; l->names && j < columns; j++)
        if (!(l->names[j] = mien_bytes_name(bytes, NAME_MOST)))
            return problem(bytes, "measures", error);
    return l->names ? MIEN_OK : problem(bytes, "measures", error);
}

static enum mien_status read_logistic(struct mien_bytes *bytes, struct mien_learner *l,
                                      struct mien_error *error)
{
    l->converged = mien_bytes_count(bytes, 1);
    l->lambda = mien_bytes_number(bytes);
    l->slope = mien_bytes_numbers(bytes, l->preparation.kept);
    l->threshold = mien_bytes_numbers(bytes, l->levels - 1);
    if (bytes->bad || !l->slope || !l->threshold)
        return problem(bytes, "coefficients", error);
    for (unsigned k = 1; k + 1 < l->levels; k++)
        if (!(l->threshold[k] >= l->threshold[k - 1]))
            return mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its thresholds do not rise");
    return MIEN_OK;
}

static enum mien_status read_machine(struct mien_bytes *bytes, size_t columns, struct mien_machine *m,
                                     struct mien_error *error)
{
    m->columns = columns;
    m->vectors = mien_bytes_count(bytes, VECTORS_MOST);
    m->gamma = mien_bytes_number(bytes);
    m->bias = mien_bytes_number(bytes);
    m->steep = mien_bytes_number(bytes);
    m->level = mien_bytes_number(bytes);
    m->factor = mien_bytes_numbers(bytes, m->vectors);
    m->vector = mien_bytes_numbers(bytes, m->vectors * columns);
    if (m->gamma < 0)
        bytes->bad = true;
    return bytes->bad || !m->factor || !m->vector ? problem(bytes, "vectors", error) : MIEN_OK;
}

static enum mien_status read_each(struct mien_bytes *bytes, struct mien_learner *l, struct mien_error *error)
{
    bool forest = l->design.kind == MIEN_FOREST;
    size_t kept = l->preparation.kept;
    enum mien_status status = MIEN_OK;
    l->machine = forest ? NULL : mien_array_new(l->levels, sizeof *l->machine);
    l->forest = forest ? mien_array_new(l->levels, sizeof *l->forest) : NULL;
    l->weight = forest ? mien_array_new(l->levels, sizeof *l->weight) : NULL;
    if (forest ? !l->forest || !l->weight : !l->machine)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (unsigned k = 0; status == MIEN_OK && k + 1 < l->levels; k++) {
        if (!forest) {
            status = read_machine(bytes, kept, l->machine + k, error);
            continue;
        }
        for (int c = 0; c < 2; c++) {
            l->weight[k][c] = mien_bytes_number(bytes);
            if (!(l->weight[k][c] > 0))
                bytes->bad = true;
        }
        status = mien_forest_read(bytes, kept, l->forest + k, error);
    }
    return status;
}

static enum mien_status read_body(struct mien_bytes *bytes, struct mien_learner *l, struct mien_error *error)
{
    read_design(bytes, &l->design);
    unsigned levels = mien_bytes_count(bytes, MIEN_LEVELS_MOST);
    if (bytes->bad || levels < 2) {
        bytes->bad = true;
        return problem(bytes, "design", error);
    }
    l->levels = levels;
    l->lambda = NAN;
    l->converged = true;
    enum mien_status status = read_names(bytes, l, error);
    if (status == MIEN_OK)
        status = mien_preparation_read(bytes, (uint32_t)l->columns, &l->preparation, error);
    if (status == MIEN_OK && l->preparation.columns != l->columns)
        status =
            mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its measures and their names differ");
    if (status == MIEN_OK)
        status =
            l->design.kind == MIEN_LOGISTIC ? read_logistic(bytes, l, error) : read_each(bytes, l, error);
    if (status == MIEN_OK && (bytes->bad || bytes->left > 0))
        status =
            mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its length is not what it should be");
    return status;
}

enum mien_status mien_learner_read(const void *data, size_t size, struct mien_learner **learner,
                                   struct mien_error *error)
{
    struct mien_bytes bytes = {.at = data, .left = size};
    if (size < sizeof MAGIC || memcmp(data, MAGIC, sizeof MAGIC) != 0)
        return mien_fail(error, MIEN_ERR_MODEL, "this is no classical learner of mien's");
    bytes.at += sizeof MAGIC;
    bytes.left -= sizeof MAGIC;
    uint32_t version = mien_bytes_count(&bytes, UINT32_MAX);
    if (bytes.bad || version != VERSION)
        return mien_fail(error, MIEN_ERR_MODEL, "the learner is of version %u; this program reads version %d",
                         version, (int)VERSION);
    struct mien_learner *l = mien_array_new(1, sizeof *l);
    if (!l)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    enum mien_status status = read_body(&bytes, l, error);
    if (status == MIEN_OK)
        *learner = l;
    else
        mien_learner_free(l);
    return status;
}
