/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time stamps and turns, which need no file.
 */
#include "video_clips.h"

#include "video/timing.h"
#include "video/turn.h"

#include <math.h>

static void stamps_that_rise_stay_as_they_are(void **state)
{
    (void)state;
    static const double stamps[] = {0.25, 0.283, 0.35, 0.351, 9.5};
    struct mien_timing timing;
    bool repaired = true;
    mien_timing_start(&timing, 0.04);
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        assert_true(mien_timing_next(&timing, stamps[i], &repaired) == stamps[i]);
        assert_false(repaired);
    }
}

static void absent_and_repeated_stamps_are_made_up(void **state)
{
    (void)state;
    struct mien_timing timing;
    bool repaired;
    mien_timing_start(&timing, 0.04);
    assert_near(mien_timing_next(&timing, NAN, &repaired), 0, 1e-12);
    assert_true(repaired);
    assert_near(mien_timing_next(&timing, NAN, &repaired), 0.04, 1e-12);
    assert_true(repaired);
    assert_near(mien_timing_next(&timing, 0.15, &repaired), 0.15, 1e-12);
    assert_false(repaired);
    assert_near(mien_timing_next(&timing, 0.15, &repaired), 0.26, 1e-12);
    assert_true(repaired);
    assert_near(mien_timing_next(&timing, 0.2, &repaired), 0.37, 1e-12);
    assert_true(repaired);
    assert_near(mien_timing_next(&timing, 0.4, &repaired), 0.4, 1e-12);
    assert_false(repaired);
}

static void a_clock_that_begins_anew_goes_on(void **state)
{
    (void)state;
    struct mien_timing timing;
    bool repaired;
    mien_timing_start(&timing, NAN);
    mien_timing_next(&timing, 7.0, &repaired);
    mien_timing_next(&timing, 7.125, &repaired);
    assert_near(mien_timing_next(&timing, 0.5, &repaired), 7.25, 1e-12);
    assert_true(repaired);
    assert_near(mien_timing_next(&timing, 0.75, &repaired), 7.5, 1e-12);
    assert_false(repaired);
}

static void variable_rates_are_noticed(void **state)
{
    (void)state;
    static const double steady[] = {0, 0.033, 0.067, 0.1, 0.133, 0.167};
    static const double dropped[] = {0, 0.033, 0.067, 0.133, 0.167, 0.2};
    static const double fast[] = {0, 0.004, 0.008, 0.013, 0.017, 0.021, 0.025, 0.029, 0.033, 0.038};
    assert_false(mien_timing_varies(steady, 6, 0.001));
    assert_true(mien_timing_varies(dropped, 6, 0.001));
    /* 240 frames a second on a clock of milliseconds: rounding, no variation. */
    assert_false(mien_timing_varies(fast, 10, 0.001));
    assert_true(mien_timing_varies(fast, 10, 0));
    assert_false(mien_timing_varies(dropped, 2, 0.001));
}

static void matrix_gives(int a, int b, int c, int d, int quarters, bool mirrored)
{
    const int32_t matrix[9] = {a * 65536, b * 65536, 0, c * 65536, d * 65536, 0, 0, 0, 1 << 30};
    struct mien_turn turn = mien_turn_of_matrix(matrix);
    assert_int_equal(turn.quarters, quarters);
    assert_int_equal(turn.mirrored, mirrored);
}

static void matrices_become_turns(void **state)
{
    (void)state;
    matrix_gives(1, 0, 0, 1, 0, false);
    matrix_gives(0, 1, -1, 0, 1, false);
    matrix_gives(-1, 0, 0, -1, 2, false);
    matrix_gives(0, -1, 1, 0, 3, false);
    matrix_gives(-1, 0, 0, 1, 0, true);
    matrix_gives(1, 0, 0, -1, 2, true);
    matrix_gives(0, 0, 0, 0, 0, false);
    /* 17 degrees off: the nearest quarter. */
    matrix_gives(3, 10, -10, 3, 1, false);
    assert_int_equal(mien_turn_of_matrix(NULL).quarters, 0);
}

static void turned_gives(int quarters, bool mirrored, const char *expected)
{
    uint8_t target[6];
    ptrdiff_t stride = quarters % 2 ? 2 : 3;
    mien_turn_pixels((struct mien_turn){quarters, mirrored}, (const uint8_t *)"abcxdefx", 4, 3, 2, 1, target,
                     stride);
    assert_memory_equal(target, expected, 6);
}

static void pixels_are_turned(void **state)
{
    (void)state;
    /* abc
     * def */
    turned_gives(0, false, "abcdef");
    turned_gives(1, false, "daebfc");
    turned_gives(2, false, "fedcba");
    turned_gives(3, false, "cfbead");
    turned_gives(0, true, "cbafed");
    turned_gives(1, true, "fcebda");
    turned_gives(2, true, "defabc");
    turned_gives(3, true, "adbecf");
}

static void large_colour_pictures_are_turned(void **state)
{
    (void)state;
    enum { WIDTH = 71, HEIGHT = 45 };
    static uint8_t source[HEIGHT][WIDTH][3], target[WIDTH][HEIGHT][3];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            source[y][x][0] = (uint8_t)x;
            source[y][x][1] = (uint8_t)y;
            source[y][x][2] = (uint8_t)(x * y);
        }
    mien_turn_pixels((struct mien_turn){1, false}, source[0][0], WIDTH * 3, WIDTH, HEIGHT, 3, target[0][0],
                     HEIGHT * 3);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_memory_equal(source[y][x], target[x][HEIGHT - 1 - y], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_that_rise_stay_as_they_are),
        cmocka_unit_test(absent_and_repeated_stamps_are_made_up),
        cmocka_unit_test(a_clock_that_begins_anew_goes_on),
        cmocka_unit_test(variable_rates_are_noticed),
        cmocka_unit_test(matrices_become_turns),
        cmocka_unit_test(pixels_are_turned),
        cmocka_unit_test(large_colour_pictures_are_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
