/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/quote.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static void check(const char *text, const char *want)
{
    struct mien_text script = {0};
    assert_int_equal(mien_plot_quote(&script, text, MIEN_QUOTE_LONGEST), 0);
    assert_string_equal(script.bytes, want);
    free(script.bytes);
}

static void plain_text_is_kept(void **state)
{
    (void)state;
    check("smile (iod)", "'smile (iod)'");
    check("", "''");
    check("`id` @macro %d {a}_b^2 \\n \"q\" $(x) #c", "'`id` @macro %d {a}_b^2 \\n \"q\" $(x) #c'");
    check("Größe µm 顔", "'Größe µm 顔'");
}

static void quotes_are_joined_as_numbers(void **state)
{
    (void)state;
    check("it's", "'it'.\"\\047\".'s'");
    check("''a", "''.\"\\047\\047\".'a'");
}

static void line_breaks_become_one_space(void **state)
{
    (void)state;
    check("a\nsystem 'x'\nb", "'a system '.\"\\047\".'x'.\"\\047\".' b'");
    check("a\r\n\t\vb", "'a b'");
    check("\n\na\xE2\x80\xA8z", "'a z'");
}

static void control_characters_are_dropped(void **state)
{
    (void)state;
    check("a\033[31mb\007\177", "'a[31mb'");
    check("a\xC2\x9B"
          "b",
          "'ab'");
    check("a\xE2\x80\xAE"
          "b",
          "'ab'");
}

static void wrong_bytes_are_replaced(void **state)
{
    (void)state;
    check("a\xFF"
          "b",
          "'a\xEF\xBF\xBD"
          "b'");
    /* Overlong slash, surrogate, cut off at the end: one sign for each wrong byte. */
    check("\xC0\xAF", "'\xEF\xBF\xBD\xEF\xBF\xBD'");
    check("\xED\xA0\x80", "'\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD'");
    check("x\xE2\x82", "'x\xEF\xBF\xBD\xEF\xBF\xBD'");
}

static void long_text_is_cut_by_characters(void **state)
{
    (void)state;
    struct mien_text script = {0};
    assert_int_equal(mien_plot_quote(&script, "äbcdé", 3), 0);
    assert_string_equal(script.bytes, "'äbc…'");
    script.length = 0;
    assert_int_equal(mien_plot_quote(&script, "äbc", 3), 0);
    assert_string_equal(script.bytes, "'äbc'");
    free(script.bytes);
}

static void percent_is_doubled_at_ticks(void **state)
{
    (void)state;
    struct mien_text script = {0};
    assert_int_equal(mien_plot_quote_tick(&script, "50 % x"), 0);
    assert_string_equal(script.bytes, "'50 %% x'");
    script.length = 0;
    char many[64] = "%";
    memset(many + 1, 'a', 60);
    assert_int_equal(mien_plot_quote_tick(&script, many), 0);
    assert_true(script.length <= 49);
    free(script.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_kept),           cmocka_unit_test(quotes_are_joined_as_numbers),
        cmocka_unit_test(line_breaks_become_one_space), cmocka_unit_test(control_characters_are_dropped),
        cmocka_unit_test(wrong_bytes_are_replaced),     cmocka_unit_test(long_text_is_cut_by_characters),
        cmocka_unit_test(percent_is_doubled_at_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
