/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learner_reference.h"

#include "base/random.h"
#include "model/learner.h"
#include "model/learner_folds.h"
#include "model/machine.h"

/* ---- Made-up cohorts: the first columns differ between levels by effect standard deviations ---- */

enum { ROWS = 90, COLUMNS = 12 };

struct cohort {
    double x[ROWS * COLUMNS];
    unsigned level[ROWS];
    char text[COLUMNS][16];
    const char *names[COLUMNS];
};

static struct mien_learner_data make_cohort(struct cohort *cohort, size_t rows, unsigned levels,
                                            double effect, uint64_t seed)
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (size_t i = 0; i < rows; i++) {
        cohort->level[i] = (unsigned)(i % levels);
        for (size_t j = 0; j < COLUMNS; j++) {
            double value = mien_random_normal(&random) + (j < 3 ? effect * cohort->level[i] : 0);
            cohort->x[i * COLUMNS + j] = mien_random_uniform(&random) < 0.03 ? NAN : value;
        }
    }
    for (size_t j = 0; j < COLUMNS; j++) {
        snprintf(cohort->text[j], sizeof cohort->text[j], "measure_%zu", j);
        cohort->names[j] = cohort->text[j];
    }
    return (struct mien_learner_data){.x = cohort->x,
                                      .rows = rows,
                                      .columns = COLUMNS,
                                      .level = cohort->level,
                                      .levels = levels,
                                      .names = cohort->names};
}

static struct mien_learner_design design_of(enum mien_learner_kind kind)
{
    return (struct mien_learner_design){.kind = kind,
                                        .alpha = 0.5,
                                        .lambda = -1,
                                        .cost = 1,
                                        .gamma = 1,
                                        .trees = 200,
                                        .leaf = 3,
                                        .folds = 5,
                                        .balanced = true,
                                        .most_missing = 0.2,
                                        .seed = 7};
}

/* The fraction of pairs of neighbouring levels that the scores set right. */
static double concordance(const double *score, const unsigned *level, size_t rows, size_t cuts)
{
    double right = 0, pairs = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < rows; j++) {
            double a = 0, b = 0;
            for (size_t k = 0; k < cuts; k++) {
                a += score[i * cuts + k];
                b += score[j * cuts + k];
            }
            if (level[i] > level[j] && !isnan(a) && !isnan(b)) {
                pairs++;
                right += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
    return right / pairs;
}

static const enum mien_learner_kind kinds[] = {MIEN_LOGISTIC, MIEN_SVM, MIEN_SVM_RBF, MIEN_FOREST};

/* Three measures apart by 0.8 allow 0.836 at best. */
static void every_kind_finds_an_effect_and_none_where_there_is_none(void **state)
{
    (void)state;
    for (unsigned levels = 2; levels <= 3; levels++)
        for (size_t k = 0; k < 4; k++) {
            static struct cohort taught, asked;
            double score[ROWS * 2], found[2];
            for (int effect = 0; effect < 2; effect++) {
                struct mien_learner_design design = design_of(kinds[k]);
                struct mien_learner *learner = NULL;
                double sum = 0;
                for (uint64_t seed = 1; seed <= 3; seed++) {
                    struct mien_learner_data data = make_cohort(&taught, ROWS, levels, effect * 0.8, seed);
                    make_cohort(&asked, ROWS, levels, effect * 0.8, 50 + seed);
                    assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
                    assert_int_equal(mien_learner_score(learner, asked.x, ROWS, score, NULL), MIEN_OK);
                    sum += concordance(score, asked.level, ROWS, levels - 1) / 3;
                    for (size_t i = 0; i < ROWS * (levels - 1); i++)
                        assert_true(score[i] >= 0 && score[i] <= 1);
                    for (size_t i = 0; levels == 3 && i < ROWS; i++)
                        assert_true(score[2 * i] >= score[2 * i + 1]);
                    mien_learner_free(learner);
                }
                found[effect] = sum;
            }
            if (!(found[1] > 0.74) || !(fabs(found[0] - 0.5) < 0.1))
                fail_msg("kind %zu, %u levels: %g with an effect, %g without", k, levels, found[1], found[0]);
        }
}

static void same_seed_same_bytes_and_back(void **state)
{
    (void)state;
    for (unsigned levels = 2; levels <= 3; levels++)
        for (size_t k = 0; k < 4; k++) {
            static struct cohort cohort;
            struct mien_learner_data data = make_cohort(&cohort, ROWS, levels, 0.6, 3);
            struct mien_learner_design design = design_of(kinds[k]);
            struct mien_text bytes[3] = {{0}};
            double score[2][ROWS * 2];
            struct mien_learner *learner[3] = {NULL};
            for (int i = 0; i < 2; i++) {
                assert_int_equal(mien_learner_fit(&data, &design, &learner[i], NULL), MIEN_OK);
                assert_int_equal(mien_learner_write(learner[i], &bytes[i]), 0);
            }
            assert_int_equal(bytes[0].length, bytes[1].length);
            assert_memory_equal(bytes[0].bytes, bytes[1].bytes, bytes[0].length);
            assert_int_equal(mien_learner_read(bytes[0].bytes, bytes[0].length, &learner[2], NULL), MIEN_OK);
            assert_int_equal(mien_learner_write(learner[2], &bytes[2]), 0);
            assert_int_equal(bytes[2].length, bytes[0].length);
            assert_memory_equal(bytes[2].bytes, bytes[0].bytes, bytes[0].length);
            for (int i = 0; i < 2; i++)
                assert_int_equal(mien_learner_score(learner[i ? 2 : 0], cohort.x, ROWS, score[i], NULL),
                                 MIEN_OK);
            assert_memory_equal(score[0], score[1], ROWS * (levels - 1) * sizeof(double));
            assert_string_equal(mien_learner_names(learner[2])[11], "measure_11");
            for (int i = 0; i < 3; i++) {
                free(bytes[i].bytes);
                mien_learner_free(learner[i]);
            }
        }
}

/* Damaged bytes are refused, or, where only numbers changed, read as another sound learner: never more. */
static void try_bytes(const char *bytes, size_t size)
{
    static const double row[COLUMNS];
    struct mien_learner *learner = NULL;
    struct mien_error error = {0};
    double probability[MIEN_LEVELS_MOST];
    /* A copy of its own size lets the sanitizer see a byte too far. */
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    enum mien_status status = mien_learner_read(copy, size, &learner, &error);
    free(copy);
    if (status != MIEN_OK) {
        assert_int_equal(status, MIEN_ERR_MODEL);
        assert_true(error.text[0] != '\0');
        return;
    }
    if (mien_learner_preparation(learner)->columns == COLUMNS)
        assert_int_equal(mien_learner_score(learner, row, 1, probability, NULL), MIEN_OK);
    mien_learner_free(learner);
}

static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    struct mien_random random;
    mien_random_seed(&random, 11);
    for (size_t k = 0; k < 4; k++) {
        static struct cohort cohort;
        struct mien_learner_data data = make_cohort(&cohort, 30, 3, 0.6, 3);
        struct mien_learner_design design = design_of(kinds[k]);
        struct mien_learner *learner = NULL;
        struct mien_text text = {0};
        design.trees = 5;
        assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
        assert_int_equal(mien_learner_write(learner, &text), 0);
        mien_learner_free(learner);
        for (size_t at = 0; at < text.length && at < 400; at++)
            for (int value = 0; value < 4; value++) {
                char kept = text.bytes[at];
                text.bytes[at] = (char)(kept ^ (value == 0 ? 0xff : 1 << (2 * value)));
                try_bytes(text.bytes, text.length);
                text.bytes[at] = kept;
            }
        for (int i = 0; i < 2500; i++) {
            char *damaged = malloc(text.length);
            size_t size = i % 3 ? text.length : mien_random_below(&random, text.length);
            memcpy(damaged, text.bytes, text.length);
            for (int flip = 0; flip < 1 + i % 4; flip++)
                damaged[mien_random_below(&random, text.length)] = (char)mien_random_below(&random, 256);
            try_bytes(damaged, size);
            free(damaged);
        }
        char other[12] = "mienlrnr";
        other[8] = 2;
        struct mien_error error = {0};
        assert_int_equal(mien_learner_read(other, 12, &learner, &error), MIEN_ERR_MODEL);
        assert_string_equal(error.text, "the learner is of version 2; this program reads version 1");
        free(text.bytes);
    }
}

static void columns_are_left_out_with_their_reason(void **state)
{
    (void)state;
    static struct cohort cohort;
    struct mien_learner_data data = make_cohort(&cohort, ROWS, 2, 1, 5);
    struct mien_learner_design design = design_of(MIEN_LOGISTIC);
    struct mien_learner *learner = NULL;
    double coefficient[COLUMNS], probability[2];
    for (size_t i = 0; i < ROWS; i++) {
        cohort.x[i * COLUMNS + 4] = 2.5;
        if (i % 4 == 0)
            cohort.x[i * COLUMNS + 6] = NAN;
    }
    assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
    const struct mien_preparation *p = mien_learner_preparation(learner);
    assert_int_equal(p->kept, COLUMNS - 2);
    assert_int_equal(p->constant, 1);
    assert_int_equal(p->missing, 1);
    assert_true(mien_learner_coefficients(learner, coefficient));
    assert_true(isnan(coefficient[4]) && isnan(coefficient[6]) && coefficient[0] > 0);
    double rows[2 * COLUMNS] = {1, 1, 1, 1, NAN, NAN, NAN, 1, NAN, NAN, NAN, 1, 1, 1, 1, 1};
    for (size_t j = 4; j < COLUMNS; j++)
        rows[COLUMNS + j] = NAN;
    assert_int_equal(mien_learner_score(learner, rows, 2, probability, NULL), MIEN_OK);
    assert_true(probability[0] > 0 && isnan(probability[1]));
    mien_learner_free(learner);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        cohort.x[i] = i % COLUMNS < 6 ? NAN : 1;
    struct mien_error error = {0};
    assert_int_equal(mien_learner_fit(&data, &design, &learner, &error), MIEN_ERR_DATA);
    assert_string_equal(error.text,
                        "none of the 12 measures can be learnt from: 6 with too many missing values, "
                        "6 that do not vary");
}

static void bootstrap_spreads_round_the_coefficients(void **state)
{
    (void)state;
    enum { REPLICATES = 200 };
    static struct cohort cohort;
    static double drawn[REPLICATES * COLUMNS], again[REPLICATES * COLUMNS];
    for (size_t k = 0; k < 2; k++) {
        struct mien_learner_data data = make_cohort(&cohort, ROWS, 2, 1, 9);
        struct mien_learner_design design = design_of(kinds[k]);
        struct mien_learner *learner = NULL;
        double coefficient[COLUMNS], mean = 0, square = 0;
        assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
        assert_true(mien_learner_coefficients(learner, coefficient));
        assert_int_equal(mien_learner_bootstrap(learner, &data, REPLICATES, 3, NULL, drawn, NULL), MIEN_OK);
        assert_int_equal(mien_learner_bootstrap(learner, &data, REPLICATES, 3, NULL, again, NULL), MIEN_OK);
        assert_memory_equal(drawn, again, sizeof drawn);
        for (size_t r = 0; r < REPLICATES; r++) {
            mean += drawn[r * COLUMNS] / REPLICATES;
            square += drawn[r * COLUMNS] * drawn[r * COLUMNS] / REPLICATES;
        }
        double spread = sqrt(square - mean * mean);
        assert_true(spread > 0.02 && spread < 1);
        assert_true(fabs(mean - coefficient[0]) < 2 * spread);
        mien_learner_free(learner);
    }
}

static void out_of_bag_is_less_sure_than_the_training_rows(void **state)
{
    (void)state;
    static struct cohort cohort;
    struct mien_learner_data data = make_cohort(&cohort, ROWS, 2, 1, 12);
    struct mien_learner_design design = design_of(MIEN_FOREST);
    struct mien_learner *learner = NULL;
    double score[ROWS];
    assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
    assert_int_equal(mien_learner_score(learner, cohort.x, ROWS, score, NULL), MIEN_OK);
    double seen = concordance(score, cohort.level, ROWS, 1);
    size_t rows;
    double left_out = concordance(mien_learner_out_of_bag(learner, &rows), cohort.level, ROWS, 1);
    assert_int_equal(rows, ROWS);
    assert_true(seen > 0.97);
    if (!(left_out > 0.65 && left_out < 0.95))
        fail_msg("out of bag %g", left_out);
    mien_learner_free(learner);
}

static void balance_moves_probabilities_to_equal_shares(void **state)
{
    (void)state;
    static struct cohort cohort;
    for (size_t k = 0; k < 4; k++) {
        double mean[2] = {0, 0}, score[ROWS];
        struct mien_learner_data data = make_cohort(&cohort, ROWS, 2, 0, 21);
        for (size_t i = 0; i < ROWS; i++)
            cohort.level[i] = i % 6 == 0;
        for (int balanced = 0; balanced < 2; balanced++) {
            struct mien_learner_design design = design_of(kinds[k]);
            struct mien_learner *learner = NULL;
            design.balanced = balanced;
            assert_int_equal(mien_learner_fit(&data, &design, &learner, NULL), MIEN_OK);
            size_t rows;
            const double *from = kinds[k] == MIEN_FOREST ? mien_learner_out_of_bag(learner, &rows) : score;
            assert_int_equal(mien_learner_score(learner, cohort.x, ROWS, score, NULL), MIEN_OK);
            for (size_t i = 0; i < ROWS; i++)
                mean[balanced] += from[i] / ROWS;
            mien_learner_free(learner);
        }
        if (fabs(mean[0] - 1.0 / 6) > 0.07 || fabs(mean[1] - 0.5) > 0.13)
            fail_msg("kind %zu: mean probability %g, balanced %g", k, mean[0], mean[1]);
    }
}

/* ---- The parts ---- */

/* libsvm keeps its kernel in single precision, so its rows on the margin are off by some 1e-6; ours by 1e-9.
 */
static void check_machine(const struct reference_table *table, const struct reference_case *c)
{
    struct mien_machine_design design = {
        .cost = c->lambda, .gamma = c->alpha, .weight = {0.75, 1.5}, .folds = 5};
    struct mien_machine machine = {0};
    static double x[REFERENCE_ROWS * REFERENCE_COLUMNS];
    static bool positive[REFERENCE_ROWS];
    size_t n = table->rows, p = table->columns;
    for (size_t j = 0; j < p; j++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++)
            mean += table->by_row[i][j] / (double)n;
        for (size_t i = 0; i < n; i++)
            square += (table->by_row[i][j] - mean) * (table->by_row[i][j] - mean) / (double)(n - 1);
        for (size_t i = 0; i < n; i++)
            x[i * p + j] = (table->by_row[i][j] - mean) / sqrt(square);
    }
    for (size_t i = 0; i < n; i++)
        positive[i] = table->level[i];
    assert_int_equal(mien_machine_fit(x, n, p, positive, &design, &machine, NULL), MIEN_OK);
    assert_int_equal(c->decisions, n);
    for (size_t i = 0; i < n; i++)
        if (fabs(mien_machine_decision(&machine, x + i * p) - c->decision[i]) > 1e-6)
            fail_msg("case %d, row %zu: %.10g, not %.10g", c->number, i + 1,
                     mien_machine_decision(&machine, x + i * p), c->decision[i]);
    mien_machine_clear(&machine);
}

static void decisions_are_libsvms(void **state)
{
    (void)state;
    assert_int_equal(each_reference("svm", check_machine), 8);
}

static void sigmoids_are_likeliest_and_keep_the_order(void **state)
{
    (void)state;
    enum { N = 40 };
    double decision[N], weight[N], steep, level, turned[N];
    bool positive[N];
    struct mien_random random;
    mien_random_seed(&random, 5);
    for (size_t i = 0; i < N; i++) {
        positive[i] = i % 2;
        weight[i] = 1;
        decision[i] = mien_random_normal(&random) + positive[i];
        turned[i] = -decision[i];
    }
    mien_sigmoid_fit(decision, positive, weight, N, &steep, &level);
    double by_steep = 0, by_level = 0;
    for (size_t i = 0; i < N; i++) {
        double target = positive[i] ? 21.0 / 22 : 1.0 / 22;
        double slope = 1 / (1 + exp(-steep * decision[i] - level)) - target;
        by_steep += slope * decision[i];
        by_level += slope;
    }
    assert_true(steep > 0.3 && fabs(by_steep) < 1e-5 && fabs(by_level) < 1e-5);
    mien_sigmoid_fit(turned, positive, weight, N, &steep, &level);
    assert_true(steep == 0.001 && fabs(level) < 0.01);
}

static void folds_are_even_in_every_level(void **state)
{
    (void)state;
    unsigned level[47], fold[47], again[47];
    for (size_t i = 0; i < 47; i++)
        level[i] = i % 3 == 0 ? 1 : i % 5 == 0 ? 2 : 0;
    assert_int_equal(mien_learner_folds(level, 3, 47, 5, 3, fold), 5);
    assert_int_equal(mien_learner_folds(level, 3, 47, 5, 3, again), 5);
    assert_memory_equal(fold, again, sizeof fold);
    mien_learner_folds(level, 3, 47, 5, 4, again);
    assert_memory_not_equal(fold, again, sizeof fold);
    for (unsigned k = 0; k <= 3; k++) {
        size_t least = 47, most = 0;
        for (unsigned f = 0; f < 5; f++) {
            size_t count = 0;
            for (size_t i = 0; i < 47; i++)
                count += fold[i] == f && (k == 3 || level[i] == k);
            least = count < least ? count : least;
            most = count > most ? count : most;
        }
        assert_true(most - least <= 1);
    }
    for (size_t i = 0; i < 47; i++)
        level[i] = i == 3;
    assert_int_equal(mien_learner_folds(level, 2, 47, 5, 3, fold), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_finds_an_effect_and_none_where_there_is_none),
        cmocka_unit_test(same_seed_same_bytes_and_back),
        cmocka_unit_test(damaged_bytes_are_refused),
        cmocka_unit_test(columns_are_left_out_with_their_reason),
        cmocka_unit_test(bootstrap_spreads_round_the_coefficients),
        cmocka_unit_test(out_of_bag_is_less_sure_than_the_training_rows),
        cmocka_unit_test(balance_moves_probabilities_to_equal_shares),
        cmocka_unit_test(decisions_are_libsvms),
        cmocka_unit_test(sigmoids_are_likeliest_and_keep_the_order),
        cmocka_unit_test(folds_are_even_in_every_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
