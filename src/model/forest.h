/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random forests for two classes: dlib's regression forest on 0 and 1 (Breiman 2001,
 * doi 10.1023/A:1010933404324), each tree from a sample of the rows with replacement, each split the best of
 * some columns chosen at random; the mean of the leaves is the fraction of class 1. Columns are compared in
 * single precision, in training and after.
 */
#ifndef MIEN_MODEL_FOREST_H
#define MIEN_MODEL_FOREST_H

#include "base/error.h"
#include "model/learner_bytes.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { MIEN_FOREST_TREES_MOST = 5000, MIEN_FOREST_NODES_MOST = 20000000 };

struct mien_forest_design {
    size_t trees;
    size_t tried; /* Columns per split. */
    size_t leaf;  /* A node with no more rows than this is not split. */
    uint64_t seed;
};

/* The nodes of all trees, one tree after the other. A child below the tree's number of nodes is a node, and
 * always a later one than its parent; from there on it is a leaf. A tree has one leaf more than it has nodes.
 */
struct mien_forest_node {
    uint32_t left, right, column;
    float threshold; /* Left where the column's value is less. */
};
struct mien_forest {
    size_t trees, columns, nodes;
    uint32_t *size; /* Nodes of each tree. */
    struct mien_forest_node *node;
    float *leaf; /* nodes + trees of them. */
};

/* x: rows x columns, row after row, finite. out_of_bag: rows fractions, each by the trees whose sample lacked
 * the row, rounded to 1e-9, since the order in which trees are summed is not fixed; NULL: not wanted. The
 * forest itself is the same on any number of threads. Exceptions of dlib's become MIEN_ERR_INTERNAL. */
enum mien_status mien_forest_fit(const double *x, size_t rows, size_t columns, const bool *positive,
                                 const struct mien_forest_design *design, struct mien_forest *forest,
                                 double *out_of_bag, struct mien_error *error);
double mien_forest_fraction(const struct mien_forest *forest, const double *row);
void mien_forest_clear(struct mien_forest *forest);

int mien_forest_write(const struct mien_forest *forest, struct mien_text *text);
/* MIEN_ERR_MODEL where the bytes are none of ours. */
enum mien_status mien_forest_read(struct mien_bytes *bytes, size_t columns, struct mien_forest *forest,
                                  struct mien_error *error);

#ifdef __cplusplus
}
#endif

#endif
