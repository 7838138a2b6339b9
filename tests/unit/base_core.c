/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/paths.h"
#include "base/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void an_error_carries_its_text_and_code(void **state)
{
    (void)state;
    struct mien_error error;
    assert_int_equal(mien_fail(&error, MIEN_ERR_DECODE, "frame %d of %s", 7, "a.mp4"), MIEN_ERR_DECODE);
    assert_int_equal(error.code, MIEN_ERR_DECODE);
    assert_string_equal(error.text, "frame 7 of a.mp4");
    assert_int_equal(mien_fail(NULL, MIEN_ERR_IO, "nobody reads this"), MIEN_ERR_IO);
}

static void errno_becomes_a_sentence_about_the_file(void **state)
{
    (void)state;
    static const struct {
        int number;
        enum mien_status code;
        const char *text;
    } cases[] = {
        {ENOENT, MIEN_ERR_MISSING, "x.csv: no such file"},
        {EACCES, MIEN_ERR_ACCESS, "x.csv: no permission"},
        {ENOSPC, MIEN_ERR_IO, "x.csv: the disk is full"},
        {EISDIR, MIEN_ERR_FORMAT, "x.csv: is a folder, a file was expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mien_error error;
        errno = cases[i].number;
        assert_int_equal(mien_fail_errno(&error, "x.csv"), cases[i].code);
        assert_string_equal(error.text, cases[i].text);
    }
}

static void every_status_has_a_word(void **state)
{
    (void)state;
    for (int code = MIEN_OK; code <= MIEN_ERR_INTERNAL; code++) {
        const char *word = mien_status_word((enum mien_status)code);
        assert_non_null(word);
        assert_true(strlen(word) > 1);
    }
}

static void an_array_grows_and_keeps_its_items(void **state)
{
    (void)state;
    int *items = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(mien_array_grow(&items, &capacity, (size_t)i + 1, sizeof *items), 0);
        items[i] = 3 * i + 1;
    }
    assert_true(capacity >= 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], 3 * i + 1);
    assert_int_equal(mien_array_grow(&items, &capacity, SIZE_MAX / 2, sizeof *items), -1);
    assert_int_equal(items[999], 2998);
    free(items);
}

static void missing_is_nan(void **state)
{
    (void)state;
    double *numbers = mien_missing_new(3);
    assert_non_null(numbers);
    for (int i = 0; i < 3; i++)
        assert_true(isnan(numbers[i]));
    free(numbers);
}

static void text_of_any_length_is_built(void **state)
{
    (void)state;
    struct mien_text text = {0};
    char longer[2000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(mien_text_print(&text, "%s-%d", "a", 12), 0);
    assert_int_equal(mien_text_print(&text, "%s|", longer), 0);
    assert_int_equal(text.length, 4 + 1999 + 1);
    assert_memory_equal(text.bytes, "a-12xxx", 7);
    assert_int_equal(text.bytes[text.length - 1], '|');
    assert_int_equal(text.bytes[text.length], '\0');
    free(text.bytes);
}

/* Seed and output of the reference definitions: splitmix64 from 1 fills the state, xoshiro256++ draws from
 * it. The first two state words are splitmix64's published test values for seed 1234567. */
static void random_numbers_are_those_of_the_definition(void **state)
{
    (void)state;
    struct mien_random random;
    mien_random_seed(&random, 1234567);
    assert_true(random.state[0] == 6457827717110365317U);
    assert_true(random.state[1] == 3203168211198807973U);
    struct mien_random known = {{1, 2, 3, 4}};
    assert_true(mien_random_bits(&known) == 41943041U);
    assert_true(mien_random_bits(&known) == 58720359U);
}

static void random_numbers_have_the_right_moments(void **state)
{
    (void)state;
    struct mien_random random;
    mien_random_seed(&random, 20231);
    enum { DRAWS = 200000 };
    double sum = 0, squares = 0, uniform = 0;
    size_t counts[7] = {0};
    for (int i = 0; i < DRAWS; i++) {
        double z = mien_random_normal(&random);
        sum += z;
        squares += z * z;
        double u = mien_random_uniform(&random);
        assert_true(u >= 0 && u < 1);
        uniform += u;
        counts[mien_random_below(&random, 7)]++;
    }
    /* Four standard errors of each mean. */
    assert_true(fabs(sum / DRAWS) < 4 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1) < 4 * sqrt(2.0 / DRAWS));
    assert_true(fabs(uniform / DRAWS - 0.5) < 4 * sqrt(1.0 / 12 / DRAWS));
    for (int i = 0; i < 7; i++)
        assert_true(fabs((double)counts[i] - DRAWS / 7.0) < 4 * sqrt(DRAWS * (1 / 7.0) * (6 / 7.0)));
}

static void an_interrupt_stays_until_cleared(void **state)
{
    (void)state;
    assert_false(mien_interrupted());
    mien_interrupt_request();
    assert_true(mien_interrupted());
    assert_true(mien_interrupted());
    mien_interrupt_clear();
    assert_false(mien_interrupted());
}

static void user_folders_follow_the_xdg_rules(void **state)
{
    (void)state;
    char folder[] = "/tmp/mien-paths-XXXXXX", path[MIEN_PATH_SIZE], expected[MIEN_PATH_SIZE];
    assert_non_null(mkdtemp(folder));
    setenv("XDG_STATE_HOME", folder, 1);
    assert_int_equal(mien_path_state(path, "deep/history", true), 0);
    snprintf(expected, sizeof expected, "%s/mien/deep/history", folder);
    assert_string_equal(path, expected);
    snprintf(expected, sizeof expected, "%s/mien/deep", folder);
    struct stat status;
    assert_int_equal(stat(expected, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", "/home/someone", 1);
    assert_int_equal(mien_path_state(path, "history", false), 0);
    assert_string_equal(path, "/home/someone/.local/state/mien/history");
    assert_string_equal(mien_path_base("a/b/c.mp4"), "c.mp4");
    assert_string_equal(mien_path_base("c.mp4"), "c.mp4");
    rmdir(expected);
    snprintf(expected, sizeof expected, "%s/mien", folder);
    rmdir(expected);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_carries_its_text_and_code),
        cmocka_unit_test(errno_becomes_a_sentence_about_the_file),
        cmocka_unit_test(every_status_has_a_word),
        cmocka_unit_test(an_array_grows_and_keeps_its_items),
        cmocka_unit_test(missing_is_nan),
        cmocka_unit_test(text_of_any_length_is_built),
        cmocka_unit_test(random_numbers_are_those_of_the_definition),
        cmocka_unit_test(random_numbers_have_the_right_moments),
        cmocka_unit_test(an_interrupt_stays_until_cleared),
        cmocka_unit_test(user_folders_follow_the_xdg_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
