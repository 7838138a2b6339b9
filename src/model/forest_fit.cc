// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/forest.h"

#include <dlib/random_forest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

using trainer_type = dlib::random_forest_regression_trainer<dlib::dense_feature_extractor>;

static int copy_forest(const trainer_type::trained_function_type &trained, size_t columns,
                       mien_forest &forest)
{
    const auto &trees = trained.get_internal_tree_nodes();
    const auto &leaves = trained.get_tree_leaves();
    mien_forest made = {};
    made.trees = trees.size();
    made.columns = columns;
    for (const auto &tree : trees)
        made.nodes += tree.size();
    made.size = static_cast<uint32_t *>(mien_array_new(made.trees, sizeof *made.size));
    made.node = static_cast<mien_forest_node *>(mien_array_new(made.nodes, sizeof *made.node));
    made.leaf = static_cast<float *>(mien_array_new(made.nodes + made.trees, sizeof *made.leaf));
    if (!made.size || !made.node || !made.leaf) {
        mien_forest_clear(&made);
        return -1;
    }
    size_t node = 0, leaf = 0;
    for (size_t t = 0; t < trees.size(); t++) {
        made.size[t] = static_cast<uint32_t>(trees[t].size());
        for (const auto &from : trees[t])
            made.node[node++] = {from.left, from.right, from.split_feature, from.split_threshold};
        for (float value : leaves[t])
            made.leaf[leaf++] = value;
    }
    forest = made;
    return 0;
}

extern "C" enum mien_status mien_forest_fit(const double *x, size_t rows, size_t columns,
                                            const bool *positive, const struct mien_forest_design *design,
                                            struct mien_forest *forest, double *out_of_bag,
                                            struct mien_error *error)
{
    try {
        std::vector<dlib::matrix<double, 0, 1>> samples(rows);
        std::vector<double> target(rows), left_out;
        for (size_t i = 0; i < rows; i++) {
            samples[i].set_size(static_cast<long>(columns));
            for (size_t j = 0; j < columns; j++)
                samples[i](static_cast<long>(j)) = static_cast<float>(x[i * columns + j]);
            target[i] = positive[i];
        }
        trainer_type trainer;
        trainer.set_seed(std::to_string(design->seed) + " ");
        trainer.set_num_trees(design->trees);
        trainer.set_feature_subsampling_fraction(static_cast<double>(design->tried) /
                                                 static_cast<double>(columns));
        trainer.set_min_samples_per_leaf(design->leaf);
        const auto trained = trainer.train(samples, target, left_out);
        if (copy_forest(trained, columns, *forest) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        for (size_t i = 0; out_of_bag && i < rows; i++)
            out_of_bag[i] = std::round(left_out[i] * 1e9) / 1e9;
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "random forest: %s", problem.what());
    } catch (...) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "random forest: unknown failure");
    }
}
