/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "table/order.h"

static void assert_rows(const size_t *got, const size_t *want, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (got[i] != want[i])
            fail_msg("item %zu is %zu, want %zu", i, got[i], want[i]);
}

static void rows_are_sorted_by_several_keys_and_stay_in_order(void **state)
{
    (void)state;
    char *words[] = {"b", "a", NULL, "b", "a", "b"};
    double numbers[] = {1, 5, 2, NAN, 7, 1};
    const struct mien_column a = {.count = 6, .is_text = true, .texts = words};
    const struct mien_column b = {.count = 6, .numbers = numbers};
    const struct mien_column *const keys[] = {&a, &b};
    size_t order[6];
    assert_int_equal(mien_order_rows(keys, (const bool[]){false, true}, 2, 6, order), 0);
    assert_rows(order, (const size_t[]){4, 1, 0, 5, 3, 2}, 6);
    assert_int_equal(mien_order_rows(keys, (const bool[]){true, false}, 2, 6, order), 0);
    assert_rows(order, (const size_t[]){0, 5, 3, 1, 4, 2}, 6);
    assert_int_equal(mien_order_rows(keys, (const bool[]){true, false}, 2, 0, order), 0);
}

static void many_rows_come_out_sorted_and_stable(void **state)
{
    (void)state;
    enum { ROWS = 1237 };
    static double numbers[ROWS];
    static size_t order[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        numbers[i] = (double)(i * 7919 % 101);
    const struct mien_column a = {.count = ROWS, .numbers = numbers};
    const struct mien_column *const keys[] = {&a};
    assert_int_equal(mien_order_rows(keys, (const bool[]){false}, 1, ROWS, order), 0);
    for (size_t i = 1; i < ROWS; i++) {
        assert_true(numbers[order[i - 1]] <= numbers[order[i]]);
        if (numbers[order[i - 1]] == numbers[order[i]])
            assert_true(order[i - 1] < order[i]);
    }
}

static void groups_are_numbered_as_they_appear(void **state)
{
    (void)state;
    char *words[] = {"x", "y", NULL, "x", NULL, "x"};
    double numbers[] = {0.0, 3, NAN, -0.0, NAN, 1};
    const struct mien_column a = {.count = 6, .is_text = true, .texts = words};
    const struct mien_column b = {.count = 6, .numbers = numbers};
    const struct mien_column *const keys[] = {&a, &b};
    size_t group[6], groups;
    assert_int_equal(mien_group_rows(keys, 2, 6, group, &groups), 0);
    assert_int_equal(groups, 4);
    assert_rows(group, (const size_t[]){0, 1, 2, 0, 2, 3}, 6);
}

static void assert_matches(enum mien_match kind, const size_t *left, const size_t *right, size_t count)
{
    char *left_words[] = {"b", "a", NULL, "z"}, *right_words[] = {"a", "b", "a", NULL, "q"};
    const struct mien_column l = {.count = 4, .is_text = true, .texts = left_words};
    const struct mien_column r = {.count = 5, .is_text = true, .texts = right_words};
    const struct mien_column *const left_keys[] = {&l}, *const right_keys[] = {&r};
    struct mien_matches matches = {0};
    assert_int_equal(mien_match_rows(left_keys, 4, right_keys, 5, 1, kind, &matches), 0);
    assert_int_equal(matches.count, count);
    assert_rows(matches.left, left, count);
    assert_rows(matches.right, right, count);
    mien_matches_clear(&matches);
    assert_int_equal(matches.count, 0);
}

static void keys_match_in_the_order_of_the_left_and_missing_matches_nothing(void **state)
{
    (void)state;
    const size_t none = MIEN_NO_ROW;
    assert_matches(MIEN_MATCH_INNER, (const size_t[]){0, 1, 1}, (const size_t[]){1, 0, 2}, 3);
    assert_matches(MIEN_MATCH_LEFT, (const size_t[]){0, 1, 1, 2, 3}, (const size_t[]){1, 0, 2, none, none},
                   5);
    assert_matches(MIEN_MATCH_OUTER, (const size_t[]){0, 1, 1, 2, 3, none, none},
                   (const size_t[]){1, 0, 2, none, none, 3, 4}, 7);
}

static void many_different_keys_all_find_their_partner(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    static double left_numbers[ROWS], right_numbers[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        left_numbers[i] = (double)i * 0.25 - 100;
        right_numbers[ROWS - 1 - i] = left_numbers[i];
    }
    const struct mien_column l = {.count = ROWS, .numbers = left_numbers};
    const struct mien_column r = {.count = ROWS, .numbers = right_numbers};
    const struct mien_column *const left_keys[] = {&l}, *const right_keys[] = {&r};
    struct mien_matches matches = {0};
    assert_int_equal(mien_match_rows(left_keys, ROWS, right_keys, ROWS, 1, MIEN_MATCH_INNER, &matches), 0);
    assert_int_equal(matches.count, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(matches.right[i], ROWS - 1 - i);
    mien_matches_clear(&matches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted_by_several_keys_and_stay_in_order),
        cmocka_unit_test(many_rows_come_out_sorted_and_stable),
        cmocka_unit_test(groups_are_numbered_as_they_appear),
        cmocka_unit_test(keys_match_in_the_order_of_the_left_and_missing_matches_nothing),
        cmocka_unit_test(many_different_keys_all_find_their_partner),
    };
    return cmocka_run_group_tests_name("table_order", tests, NULL, NULL);
}
