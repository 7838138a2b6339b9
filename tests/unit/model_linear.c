/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learner_reference.h"

#include "base/random.h"
#include "model/linear.h"

static struct mien_linear_problem problem_of(const struct reference_table *table, bool standardise)
{
    return (struct mien_linear_problem){.x = table->x,
                                        .rows = table->rows,
                                        .columns = table->columns,
                                        .level = table->level,
                                        .levels = table->levels,
                                        .weight = table->weight,
                                        .standardise = standardise,
                                        .precision = 1e-24};
}

static void compare(const struct reference_table *table, const struct reference_case *c,
                    struct mien_linear_solver *solver, double tolerance)
{
    double slope[REFERENCE_COLUMNS], threshold[4];
    mien_linear_solution(solver, slope, threshold);
    assert_int_equal(c->slopes, table->columns);
    assert_int_equal(c->thresholds, table->levels - 1);
    for (size_t j = 0; j < table->columns; j++)
        if (fabs(slope[j] - c->slope[j]) > tolerance)
            fail_msg("case %d: slope %zu is %.12g, R has %.12g", c->number, j + 1, slope[j], c->slope[j]);
    for (size_t k = 0; k + 1 < table->levels; k++)
        if (fabs(threshold[k] - c->threshold[k]) > 10 * tolerance)
            fail_msg("case %d: threshold %zu is %.12g, R has %.12g", c->number, k + 1, threshold[k],
                     c->threshold[k]);
    assert_close(mien_linear_deviance(solver), c->deviance, tolerance);
}

static void check_likelihood(const struct reference_table *table, const struct reference_case *c)
{
    struct mien_linear_problem problem = problem_of(table, true);
    struct mien_linear_solver *solver = NULL;
    assert_int_equal(mien_linear_new(&problem, &solver, NULL), MIEN_OK);
    assert_true(mien_linear_solve(solver, 0, 0));
    compare(table, c, solver, 1e-9);
    mien_linear_free(solver);
}

static void maximum_likelihood_is_glms_and_polrs(void **state)
{
    (void)state;
    assert_int_equal(each_reference("glm", check_likelihood), 2);
    assert_int_equal(each_reference("polr", check_likelihood), 2);
}

static void check_net(const struct reference_table *table, const struct reference_case *c)
{
    struct mien_linear_problem problem = problem_of(table, c->extra > 0);
    struct mien_linear_solver *solver = NULL;
    assert_int_equal(mien_linear_new(&problem, &solver, NULL), MIEN_OK);
    assert_close(mien_linear_lambda_max(solver, c->alpha), c->lambda_max, 1e-9);
    assert_true(mien_linear_solve(solver, c->lambda, c->alpha));
    compare(table, c, solver, 1e-7);
    /* Where the path came from does not matter. */
    mien_linear_reset(solver);
    mien_linear_solve(solver, 1e-4, c->alpha);
    mien_linear_solve(solver, c->lambda, c->alpha);
    compare(table, c, solver, 1e-7);
    mien_linear_free(solver);
}

static void elastic_net_is_glmnets(void **state)
{
    (void)state;
    assert_int_equal(each_reference("glmnet", check_net), 48);
}

static void no_slopes_from_the_largest_lambda_on(void **state)
{
    (void)state;
    struct reference_table table;
    struct mien_linear_solver *solver = NULL;
    double slope[REFERENCE_COLUMNS], threshold[4];
    read_reference_table("ordinal", &table);
    struct mien_linear_problem problem = problem_of(&table, true);
    assert_int_equal(mien_linear_new(&problem, &solver, NULL), MIEN_OK);
    double most = mien_linear_lambda_max(solver, 0.5);
    assert_true(mien_linear_solve(solver, most * 1.0001, 0.5));
    mien_linear_solution(solver, slope, threshold);
    for (size_t j = 0; j < table.columns; j++)
        assert_true(slope[j] == 0);
    assert_close(mien_linear_deviance(solver), mien_linear_null_deviance(solver), 1e-12);
    assert_true(mien_linear_solve(solver, most * 0.999, 0.5));
    assert_true(mien_linear_deviance(solver) < mien_linear_null_deviance(solver));
    mien_linear_free(solver);
}

/* The objective, written once more from its definition. */
static double objective(const struct reference_table *table, const double *slope, const double *threshold,
                        double lambda, double alpha)
{
    double loss = 0, sum = 0, penalty = 0;
    for (size_t i = 0; i < table->rows; i++) {
        double score = 0, above = 1, below = 0;
        for (size_t j = 0; j < table->columns; j++)
            score += slope[j] * table->by_row[i][j];
        if (table->level[i] + 1 < table->levels)
            above = 1 / (1 + exp(score - threshold[table->level[i]]));
        if (table->level[i] > 0)
            below = 1 / (1 + exp(score - threshold[table->level[i] - 1]));
        loss -= table->weight[i] * log(above - below);
        sum += table->weight[i];
    }
    for (size_t j = 0; j < table->columns; j++)
        penalty += (1 - alpha) * slope[j] * slope[j] / 2 + alpha * fabs(slope[j]);
    return loss / sum + lambda * penalty;
}

static void penalised_levels_are_at_the_minimum(void **state)
{
    (void)state;
    static const char *const names[] = {"ordinal", "four"};
    for (int t = 0; t < 2; t++) {
        struct reference_table table;
        struct mien_linear_solver *solver = NULL;
        double slope[REFERENCE_COLUMNS], threshold[4];
        read_reference_table(names[t], &table);
        struct mien_linear_problem problem = problem_of(&table, false);
        assert_int_equal(mien_linear_new(&problem, &solver, NULL), MIEN_OK);
        assert_true(mien_linear_solve(solver, 0.03, 0.5));
        mien_linear_solution(solver, slope, threshold);
        double least = objective(&table, slope, threshold, 0.03, 0.5);
        for (size_t j = 0; j < table.columns + table.levels - 1; j++)
            for (int sign = -1; sign <= 1; sign += 2) {
                double *at = j < table.columns ? slope + j : threshold + j - table.columns, kept = *at;
                *at += sign * 1e-4;
                assert_true(objective(&table, slope, threshold, 0.03, 0.5) > least);
                *at = kept;
            }
        mien_linear_free(solver);
    }
}

static void separated_groups_are_told(void **state)
{
    (void)state;
    double x[] = {1, 2, 3, 4, 11, 12, 13, 14};
    unsigned level[] = {0, 0, 0, 0, 1, 1, 1, 1};
    struct mien_linear_problem problem = {
        .x = x, .rows = 8, .columns = 1, .level = level, .levels = 2, .standardise = true};
    struct mien_linear_solver *solver = NULL;
    assert_int_equal(mien_linear_new(&problem, &solver, NULL), MIEN_OK);
    assert_false(mien_linear_solve(solver, 0, 0));
    mien_linear_reset(solver);
    assert_true(mien_linear_solve(solver, 0.1, 0));
    mien_linear_free(solver);
    problem.levels = 3;
    struct mien_error error = {0};
    assert_int_equal(mien_linear_new(&problem, &solver, &error), MIEN_ERR_DATA);
    assert_string_equal(error.text, "level 3 of 3 has no participant to learn from");
}

/* More columns than rows, as cohorts have: the slopes stay finite and the rows left out choose the lambda
 * that the same fits, made one by one, would have chosen. */
static void lambda_is_chosen_on_rows_left_out(void **state)
{
    (void)state;
    enum { ROWS = 40, COLUMNS = 60, FOLDS = 5 };
    static double x[ROWS * COLUMNS];
    unsigned level[ROWS], fold[ROWS];
    struct mien_random random;
    mien_random_seed(&random, 4);
    for (size_t i = 0; i < ROWS; i++) {
        level[i] = i % 2;
        fold[i] = (unsigned)(i / 2 % FOLDS);
        for (size_t j = 0; j < COLUMNS; j++)
            x[j * ROWS + i] = mien_random_normal(&random) + (j < 3 ? 1.2 * level[i] : 0);
    }
    struct mien_linear_problem problem = {
        .x = x, .rows = ROWS, .columns = COLUMNS, .level = level, .levels = 2, .standardise = true};
    struct mien_linear_choice choice;
    assert_int_equal(mien_linear_choose(&problem, 1, fold, FOLDS, &choice, NULL), MIEN_OK);
    assert_close(choice.lambda[MIEN_LINEAR_PATH - 1], choice.lambda[0] * 0.01, 1e-12);
    assert_true(choice.chosen > 0 && choice.chosen < MIEN_LINEAR_PATH - 1);
    for (size_t l = 0; l < MIEN_LINEAR_PATH; l++)
        assert_true(choice.deviance[l] >= choice.deviance[choice.chosen]);
    assert_true(choice.deviance[choice.chosen] < 0.8 * choice.deviance[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maximum_likelihood_is_glms_and_polrs),
        cmocka_unit_test(elastic_net_is_glmnets),
        cmocka_unit_test(no_slopes_from_the_largest_lambda_on),
        cmocka_unit_test(penalised_levels_are_at_the_minimum),
        cmocka_unit_test(separated_groups_are_told),
        cmocka_unit_test(lambda_is_chosen_on_rows_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
