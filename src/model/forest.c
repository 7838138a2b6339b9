/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mien_forest_clear(struct mien_forest *forest)
{
    free(forest->size);
    free(forest->node);
    free(forest->leaf);
    *forest = (struct mien_forest){0};
}

double mien_forest_fraction(const struct mien_forest *forest, const double *row)
{
    const struct mien_forest_node *node = forest->node;
    const float *leaf = forest->leaf;
    double sum = 0;
    for (size_t t = 0; t < forest->trees; t++) {
        uint32_t at = 0, size = forest->size[t];
        while (at < size)
            at = (float)row[node[at].column] < node[at].threshold ? node[at].left : node[at].right;
        sum += (double)leaf[at - size];
        node += size;
        leaf += size + 1;
    }
    return sum / (double)forest->trees;
}

static int put_float(struct mien_text *text, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return mien_bytes_put_count(text, bits);
}

static float take_float(struct mien_bytes *bytes)
{
    uint32_t bits = mien_bytes_count(bytes, UINT32_MAX);
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        bytes->bad = true;
    return bytes->bad ? 0 : value;
}

int mien_forest_write(const struct mien_forest *forest, struct mien_text *text)
{
    int failed = mien_bytes_put_count(text, (uint32_t)forest->trees) |
                 mien_bytes_put_count(text, (uint32_t)forest->nodes);
    for (size_t t = 0; t < forest->trees; t++)
        failed |= mien_bytes_put_count(text, forest->size[t]);
    for (size_t n = 0; n < forest->nodes; n++)
        failed |= mien_bytes_put_count(text, forest->node[n].left) |
                  mien_bytes_put_count(text, forest->node[n].right) |
                  mien_bytes_put_count(text, forest->node[n].column) |
                  put_float(text, forest->node[n].threshold);
    for (size_t l = 0; l < forest->nodes + forest->trees; l++)
        failed |= put_float(text, forest->leaf[l]);
    return failed;
}

/* Every path through a tree ends, within its own nodes and leaves. */
static bool sound(const struct mien_forest *forest)
{
    const struct mien_forest_node *node = forest->node;
    size_t nodes = 0;
    for (size_t t = 0; t < forest->trees; t++) {
        uint64_t size = forest->size[t];
        nodes += size;
        if (nodes > forest->nodes)
            return false;
        for (uint64_t n = 0; n < size; n++, node++)
            if (node->left <= n || node->right <= n || node->left > 2 * size || node->right > 2 * size ||
                node->column >= forest->columns)
                return false;
    }
    for (size_t l = 0; l < forest->nodes + forest->trees; l++)
        if (!(forest->leaf[l] >= 0 && forest->leaf[l] <= 1))
            return false;
    return forest->trees > 0 && nodes == forest->nodes;
}

enum mien_status mien_forest_read(struct mien_bytes *bytes, size_t columns, struct mien_forest *forest,
                                  struct mien_error *error)
{
    struct mien_forest f = {.trees = mien_bytes_count(bytes, MIEN_FOREST_TREES_MOST), .columns = columns};
    enum mien_status status = MIEN_OK;
    f.nodes = mien_bytes_count(bytes, MIEN_FOREST_NODES_MOST);
    if (bytes->left / 4 < 5 * f.nodes + 2 * f.trees)
        bytes->bad = true;
    if (!bytes->bad) {
        f.size = mien_array_new(f.trees, sizeof *f.size);
        f.node = mien_array_new(f.nodes, sizeof *f.node);
        f.leaf = mien_array_new(f.nodes + f.trees, sizeof *f.leaf);
        if (!f.size || !f.node || !f.leaf) {
            status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
            goto fail;
        }
        for (size_t t = 0; t < f.trees; t++)
            f.size[t] = mien_bytes_count(bytes, MIEN_FOREST_NODES_MOST);
        for (size_t n = 0; n < f.nodes; n++) {
            f.node[n].left = mien_bytes_count(bytes, UINT32_MAX);
            f.node[n].right = mien_bytes_count(bytes, UINT32_MAX);
            f.node[n].column = mien_bytes_count(bytes, UINT32_MAX);
            f.node[n].threshold = take_float(bytes);
        }
        for (size_t l = 0; l < f.nodes + f.trees; l++)
            f.leaf[l] = take_float(bytes);
    }
    if (bytes->bad || !sound(&f)) {
        status = mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its trees are not sound");
        goto fail;
    }
    *forest = f;
    return MIEN_OK;
fail:
    mien_forest_clear(&f);
    return status;
}
