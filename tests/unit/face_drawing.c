/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drawing on a picture, as a contact sheet needs it.
 */
#include "unit.h"

#include "face/drawing.h"

#include <stdlib.h>
#include <string.h>

static const struct mien_colour red = {200, 10, 20}, white = {255, 255, 255};

static struct mien_image *page(int width, int height)
{
    struct mien_image *image;
    struct mien_error error;
    assert_int_equal(mien_image_new(width, height, &image, &error), MIEN_OK);
    return image;
}

static const uint8_t *at(const struct mien_image *image, int x, int y)
{
    return image->rgb + 3 * (y * image->width + x);
}

static size_t inked(const struct mien_image *image)
{
    size_t count = 0;
    for (int i = 0; i < image->width * image->height; i++)
        count += image->rgb[3 * i] > 0;
    return count;
}

static void patches_and_strokes_stay_in_the_picture(void **state)
{
    (void)state;
    struct mien_image *image = page(40, 30);
    const struct mien_patch patch = {35, 25, 100, 100}, outside = {-20, -20, 10, 10};
    mien_draw_patch(image, &patch, red);
    mien_draw_patch(image, &outside, red);
    assert_int_equal(inked(image), 25);
    assert_int_equal(at(image, 35, 25)[0], 200);
    const double places[][2] = {{-1e9, 4}, {1e9, 4}, {NAN, 3}, {7, 12}, {-50, -50}};
    mien_draw_stroke(image, places[0], places[1], 1, white, 1);
    assert_int_equal(at(image, 20, 4)[1], 255);
    assert_int_equal(inked(image), 25 + 40);
    mien_draw_stroke(image, places[2], places[3], 3, white, 1);
    mien_draw_stroke(image, places[4], places[4], 5, white, 1);
    assert_int_equal(inked(image), 25 + 40);
    mien_draw_stroke(image, places[3], places[3], 3, red, 0.5);
    assert_int_equal(at(image, 7, 12)[0], 100);
    mien_image_free(image);
}

static void pictures_are_scaled_and_cut(void **state)
{
    (void)state;
    struct mien_image *image = page(20, 20), *other = page(80, 80);
    const struct mien_patch right = {40, 0, 40, 80}, all = {0, 0, 80, 80}, to = {5, 5, 10, 10};
    const struct mien_patch beyond = {40, -80, 80, 160};
    mien_draw_patch(other, &right, red);
    mien_draw_picture(image, &to, other, &all);
    assert_int_equal(at(image, 5, 9)[0], 0);
    assert_int_equal(at(image, 11, 9)[0], 200);
    assert_int_equal(inked(image), 50);
    memset(image->rgb, 7, 20 * 20 * 3);
    mien_draw_picture(image, &to, other, &beyond);
    assert_int_equal(at(image, 6, 13)[0], 200);
    assert_int_equal(at(image, 13, 13)[0], 7);
    assert_int_equal(at(image, 6, 6)[0], 7);
    mien_image_free(image);
    mien_image_free(other);
}

static size_t ink_of(const char *text, double room)
{
    struct mien_image *image = page(120, 30);
    mien_draw_text(image, 2, 5, 1.6, room, white, text);
    size_t count = inked(image);
    mien_image_free(image);
    return count;
}

static void letters_are_drawn(void **state)
{
    (void)state;
    assert_int_equal(ink_of("", 100), 0);
    assert_int_equal(ink_of("  ", 100), 0);
    for (char c[2] = "!"; c[0] <= '~'; c[0]++)
        assert_true(ink_of(c, 100) > 2);
    assert_true(ink_of("B", 100) > ink_of("i", 100));
    /* Two bytes of one character are one question mark; what does not fit is left out. */
    assert_int_equal(ink_of("\xc3\xa9", 100), ink_of("?", 100));
    assert_int_equal(ink_of("\x01", 100), ink_of("?", 100));
    assert_int_equal(ink_of("MMMM", 18), ink_of("MM", 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patches_and_strokes_stay_in_the_picture),
        cmocka_unit_test(pictures_are_scaled_and_cut),
        cmocka_unit_test(letters_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
