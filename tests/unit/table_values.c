/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "table/column.h"
#include "table/column_math.h"
#include "table/display.h"
#include "table/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Numbers as text ---- */

static void decimal_numbers_are_read_as_the_nearest_double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"12", 12},
        {"-.5", -.5},
        {"+3.", 3},
        {"1.5e-3", 1.5e-3},
        {"0.1", 0.1},
        {"2.2250738585072014e-308", 2.2250738585072014e-308},
        {"5e-324", 5e-324},
        {"1e400", INFINITY},
        {"9007199254740993", 9007199254740992.0},
        {"123456789012345678901234567890.5", 123456789012345678901234567890.5},
        {"0.30000000000000004", 0.30000000000000004},
        {"1e22", 1e22},
        {"8.41e21", 8.41e21},
        {"-Inf", -INFINITY},
        {"Infinity", INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 0;
        if (!mien_number_read(cases[i].text, strlen(cases[i].text), '.', &value))
            fail_msg("%s was not read", cases[i].text);
        assert_close(value, cases[i].value, 0);
    }
}

static void what_is_no_decimal_number_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"",    ".",   "-",     "e5", "1e",  "1e+", "0x10",   "nan",
                                        "1,5", "1 2", "1.2.3", "5%", "--1", "in",  "infini", "1_000"};
    double value;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (mien_number_read(words[i], strlen(words[i]), '.', &value))
            fail_msg("\"%s\" was read as %g", words[i], value);
    assert_true(mien_number_read("1,5", 3, ',', &value));
    assert_close(value, 1.5, 0);
    assert_true(mien_number_read("0,30000000000000004e1", 21, ',', &value));
    assert_close(value, 3.0000000000000004, 0);
}

static void labels_are_told_from_numbers(void **state)
{
    (void)state;
    assert_true(mien_number_is_label("007", 3));
    assert_true(mien_number_is_label("-01", 3));
    assert_true(mien_number_is_label("00.5", 4));
    assert_true(mien_number_is_label("12345678901234567", 17));
    assert_false(mien_number_is_label("0", 1));
    assert_false(mien_number_is_label("0.5", 3));
    assert_false(mien_number_is_label("12345678901234568", 17));
    assert_false(mien_number_is_label("3.14159265358979323846", 22));
}

static void written_numbers_are_short_and_read_back(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {-43, "-43"},
        {1e15, "1e+15"},
        {123456789012345, "123456789012345"},
        {NAN, "NA"},
        {-INFINITY, "-Inf"},
        {5e-324, "4.94065645841247e-324"},
    };
    char out[MIEN_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(mien_number_write(out, cases[i].value), strlen(cases[i].text));
        assert_string_equal(out, cases[i].text);
    }
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        double value, again;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        size_t length = mien_number_write(out, value);
        assert_true(mien_number_read(out, length, '.', &again));
        assert_memory_equal(&again, &value, sizeof value);
    }
}

/* Skips where no locale with a decimal comma is installed. */
static void the_locale_changes_nothing(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "nl_NL.UTF-8") &&
        !setlocale(LC_ALL, "fr_FR.UTF-8"))
        skip();
    char out[MIEN_NUMBER_SIZE];
    double value;
    mien_number_write(out, 0.30000000000000004);
    assert_string_equal(out, "0.30000000000000004");
    assert_true(mien_number_read(out, strlen(out), '.', &value));
    assert_close(value, 0.30000000000000004, 0);
    setlocale(LC_ALL, "C");
}

/* ---- Columns ---- */

static void rows_are_taken_in_any_order_and_may_be_missing(void **state)
{
    (void)state;
    struct mien_column texts = {0}, numbers = {0}, taken = {0};
    assert_int_equal(mien_column_set_texts(&texts, 3), 0);
    assert_int_equal(mien_column_put(&texts, 0, "a"), 0);
    assert_int_equal(mien_column_put(&texts, 2, "c"), 0);
    assert_int_equal(mien_column_take(&taken, &texts, (const size_t[]){2, 1, 2, MIEN_NO_ROW, 0}, 5), 0);
    assert_string_equal(taken.texts[0], "c");
    assert_true(mien_column_is_missing(&taken, 1));
    assert_string_equal(taken.texts[2], "c");
    assert_true(mien_column_is_missing(&taken, 3));
    assert_string_equal(taken.texts[4], "a");
    assert_int_equal(mien_column_set_numbers(&numbers, 2), 0);
    numbers.numbers[1] = 2.5;
    assert_int_equal(mien_column_take(&taken, &numbers, (const size_t[]){1, MIEN_NO_ROW}, 2), 0);
    assert_false(taken.is_text);
    assert_close(taken.numbers[0], 2.5, 0);
    assert_true(mien_column_is_missing(&taken, 1));
    mien_column_clear(&texts);
    mien_column_clear(&numbers);
    mien_column_clear(&taken);
}

static void operate(enum mien_operation operation, double a, double b, double want)
{
    double out;
    mien_column_operate(operation, &a, 0, &b, 0, 1, &out);
    assert_close(out, want, 1e-15);
}

static void arithmetic_follows_lua_and_missing_stays_missing(void **state)
{
    (void)state;
    operate(MIEN_SUBTRACT, 2, 5.5, -3.5);
    operate(MIEN_POWER, 2, 0.5, sqrt(2));
    operate(MIEN_POWER, NAN, 0, NAN);
    operate(MIEN_MODULO, -7, 3, 2);
    operate(MIEN_MODULO, 7, -3, -2);
    operate(MIEN_MODULO, 6, -3, 0);
    operate(MIEN_QUOTIENT, -7, 2, -4);
    operate(MIEN_LESS, 2, 3, 1);
    operate(MIEN_LESS_EQUAL, 3, 2, 0);
    operate(MIEN_EQUAL, 2, 2, 1);
    operate(MIEN_DIFFERENT, NAN, 2, NAN);
    double a[] = {1, 2, NAN}, ten = 10;
    mien_column_operate(MIEN_DIVIDE, &ten, 0, a, 1, 3, a);
    assert_close(a[0], 10, 0);
    assert_close(a[1], 5, 0);
    assert_true(isnan(a[2]));
}

/* R 4.2.2: x <- c(3.1, NA, -2, 8.25, 4, 4, 19.5); mean(x, na.rm = TRUE); sd(x, na.rm = TRUE);
 * quantile(x, c(0, .05, .3, .5, .95, 1), na.rm = TRUE) */
static void statistics_are_those_of_r(void **state)
{
    (void)state;
    static const double x[] = {3.1, NAN, -2, 8.25, 4, 4, 19.5};
    static const double p[] = {0, .05, .3, .5, .95, 1}, q[] = {-2, -0.725, 3.55, 4, 16.6875, 19.5};
    struct mien_column_statistics s;
    mien_column_describe(x, 7, &s);
    assert_int_equal(s.count, 6);
    assert_int_equal(s.missing, 1);
    assert_close(s.sum, 36.85, 1e-15);
    assert_close(s.mean, 6.141666666666667, 1e-15);
    assert_close(s.sd, 7.315764940637901, 1e-15);
    assert_close(s.min, -2, 0);
    assert_close(s.max, 19.5, 0);
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        double value;
        assert_int_equal(mien_column_quantile(x, 7, p[i], &value), 0);
        assert_close(value, q[i], 1e-14);
    }
}

static void the_statistics_of_nothing_are_missing(void **state)
{
    (void)state;
    const double x[] = {NAN, 1e9 + 0.25};
    struct mien_column_statistics s;
    double value = 0;
    mien_column_describe(x, 1, &s);
    assert_int_equal(s.count, 0);
    assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.min) && isnan(s.max));
    assert_close(s.sum, 0, 0);
    assert_int_equal(mien_column_quantile(x, 1, 0.5, &value), 0);
    assert_true(isnan(value));
    mien_column_describe(x, 2, &s);
    assert_close(s.mean, 1e9 + 0.25, 0);
    assert_true(isnan(s.sd));
}

/* ---- Text in the terminal ---- */

static void show(const char *text, size_t limit, const char *want, size_t want_width)
{
    struct mien_text out = {0};
    size_t width = 0;
    assert_int_equal(mien_display(&out, text, strlen(text), limit, &width), 0);
    assert_string_equal(out.bytes, want);
    assert_int_equal(width, want_width);
    free(out.bytes);
}

static void text_is_measured_in_cells(void **state)
{
    (void)state;
    show("happiness", 0, "happiness", 9);
    show("", 5, "", 0);
    show("Zoë", 0, "Zoë", 3);
    show("e\xcc\x81", 0, "e\xcc\x81", 1);
    show("笑顔", 0, "笑顔", 4);
}

static void text_that_is_too_wide_ends_with_an_ellipsis(void **state)
{
    (void)state;
    show("happiness", 9, "happiness", 9);
    show("happiness", 8, "happine…", 8);
    show("笑顔笑顔", 6, "笑顔…", 5);
    show("笑顔笑顔", 7, "笑顔笑…", 7);
}

static void what_could_disturb_the_terminal_is_escaped(void **state)
{
    (void)state;
    show("a\tb\nc", 0, "a\\tb\\nc", 7);
    show("\x1b[31mred", 0, "\\x1b[31mred", 11);
    show("M\xfcller", 0, "M\\xfcller", 9);
    show("\xc2\x9b"
         "2J",
         0, "\\u{9b}2J", 8);
    show("a\xe2\x80\xae"
         "b",
         0, "a\\u{202e}b", 10);
    show("\xed\xa0\x80", 0, "\\xed\\xa0\\x80", 12);
    show("\xf0\x9f", 0, "\\xf0\\x9f", 8);
}

static void the_width_can_be_given(void **state)
{
    (void)state;
    setenv("COLUMNS", "133", 1);
    assert_int_equal(mien_display_columns(), 133);
    setenv("COLUMNS", "nonsense", 1);
    assert_true(mien_display_columns() >= 20);
    unsetenv("COLUMNS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_numbers_are_read_as_the_nearest_double),
        cmocka_unit_test(what_is_no_decimal_number_is_refused),
        cmocka_unit_test(labels_are_told_from_numbers),
        cmocka_unit_test(written_numbers_are_short_and_read_back),
        cmocka_unit_test(the_locale_changes_nothing),
        cmocka_unit_test(rows_are_taken_in_any_order_and_may_be_missing),
        cmocka_unit_test(arithmetic_follows_lua_and_missing_stays_missing),
        cmocka_unit_test(statistics_are_those_of_r),
        cmocka_unit_test(the_statistics_of_nothing_are_missing),
        cmocka_unit_test(text_is_measured_in_cells),
        cmocka_unit_test(text_that_is_too_wide_ends_with_an_ellipsis),
        cmocka_unit_test(what_could_disturb_the_terminal_is_escaped),
        cmocka_unit_test(the_width_can_be_given),
    };
    return cmocka_run_group_tests_name("table_values", tests, NULL, NULL);
}
