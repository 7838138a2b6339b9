/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/figure.h"
#include "plot/script.h"
#include "unit.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const double nothing[] = {NAN, NAN};

static struct mien_figure figure_of(const struct mien_layer *layers, size_t count)
{
    return (struct mien_figure){.x = {.low = NAN, .high = NAN},
                                .y = {.low = NAN, .high = NAN},
                                .width = 800,
                                .height = 500,
                                .layers = layers,
                                .layer_count = count};
}

static void extent_has_a_margin(void **state)
{
    (void)state;
    const double x[] = {2, NAN, 12}, y[] = {-1, 5, INFINITY}, far[] = {1000, 2000, 3000};
    const struct mien_layer layers[] = {
        {.kind = MIEN_LAYER_LINE, .count = 3, .x = x, .y = y},
        {.kind = MIEN_LAYER_LINE, .count = 3, .x = far, .y = far, .guide = true},
    };
    struct mien_figure figure = figure_of(layers, 2);
    struct mien_extent extent = mien_figure_extent(&figure);
    assert_close(extent.x_low, 1.6, 1e-12);
    assert_close(extent.x_high, 12.4, 1e-12);
    assert_close(extent.y_low, -1.24, 1e-12);
    assert_close(extent.y_high, 5.24, 1e-12);
    figure.x.low = 0;
    figure.y.from_zero = true;
    extent = mien_figure_extent(&figure);
    assert_true(extent.x_low == 0 && extent.y_low < -1);
}

static void extent_is_never_empty(void **state)
{
    (void)state;
    const double one[] = {7, 7}, huge[] = {1e300, 1e300};
    struct mien_layer layer = {.kind = MIEN_LAYER_POINTS, .count = 2, .x = one, .y = nothing};
    struct mien_figure figure = figure_of(&layer, 1);
    struct mien_extent extent = mien_figure_extent(&figure);
    assert_true(extent.x_low < 7 && extent.x_high > 7 && extent.y_low < extent.y_high);
    figure.x.low = 9;
    extent = mien_figure_extent(&figure);
    assert_true(extent.x_low == 9 && extent.x_high > 9);
    figure.x.low = NAN;
    figure.x.high = 5;
    extent = mien_figure_extent(&figure);
    assert_true(extent.x_high == 5 && extent.x_low < 5);
    layer.x = huge;
    figure.x.high = NAN;
    extent = mien_figure_extent(&figure);
    assert_true(extent.x_low < 1e300 && extent.x_high > 1e300);
}

static void legend_avoids_the_data(void **state)
{
    (void)state;
    const double x[] = {0, 10}, rising[] = {0, 10}, falling[] = {10, 0};
    struct mien_layer layers[] = {
        {.kind = MIEN_LAYER_LINE, .count = 2, .x = x, .y = rising, .title = "left"},
        {.kind = MIEN_LAYER_LINE, .count = 2, .x = x, .y = falling, .title = "right"},
    };
    struct mien_figure figure = figure_of(layers, 1);
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_TOP_LEFT);
    layers[0].y = falling;
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_TOP_RIGHT);
    layers[0].y = rising;
    figure.layer_count = 2;
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_ABOVE);
    layers[1].guide = true;
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_TOP_LEFT);
    layers[0].title = layers[1].title = NULL;
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_NONE);
}

static void bars_hide_a_legend_too(void **state)
{
    (void)state;
    const double x[] = {0, 5}, x2[] = {5, 10}, y[] = {0, 0}, y2[] = {1, 10};
    const struct mien_layer layer = {
        .kind = MIEN_LAYER_BARS, .count = 2, .x = x, .y = y, .x2 = x2, .y2 = y2, .title = "bars"};
    struct mien_figure figure = figure_of(&layer, 1);
    assert_int_equal(mien_figure_legend(&figure, 0.01, 0.04, 0.8), MIEN_LEGEND_TOP_LEFT);
}

static void the_script_is_pure(void **state)
{
    (void)state;
    const double x[] = {0.25, 1.5}, y[] = {1e-7, 123456.5};
    const struct mien_layer layer = {.kind = MIEN_LAYER_LINE,
                                     .count = 2,
                                     .x = x,
                                     .y = y,
                                     .title = "a",
                                     .opacity = 1,
                                     .width = 2,
                                     .dash = 1};
    const struct mien_figure figure = figure_of(&layer, 1);
    const struct mien_page page = {.kind = MIEN_PAGE_SVG};
    struct mien_text first = {0}, second = {0};
    assert_int_equal(mien_plot_script(&figure, &page, &first), 0);
    /* A locale with a decimal comma changes nothing, where there is one. */
    setlocale(LC_NUMERIC, "de_DE.UTF-8");
    assert_int_equal(mien_plot_script(&figure, &page, &second), 0);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(first.bytes, second.bytes);
    assert_non_null(strstr(first.bytes, "$layer1 << END\n 0.25 1e-07\n 1.5 123456.5\nEND\n"));
    free(first.bytes);
    free(second.bytes);
}

static void nothing_to_draw_is_an_empty_figure(void **state)
{
    (void)state;
    const struct mien_layer layer = {.kind = MIEN_LAYER_LINE, .count = 2, .x = nothing, .y = nothing};
    const struct mien_figure figure = figure_of(&layer, 1);
    const struct mien_page page = {.kind = MIEN_PAGE_PNG};
    struct mien_text script = {0};
    assert_int_equal(mien_plot_script(&figure, &page, &script), 0);
    assert_non_null(strstr(script.bytes, "plot NaN notitle\n"));
    free(script.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extent_has_a_margin),    cmocka_unit_test(extent_is_never_empty),
        cmocka_unit_test(legend_avoids_the_data), cmocka_unit_test(bars_hide_a_legend_too),
        cmocka_unit_test(the_script_is_pure),     cmocka_unit_test(nothing_to_draw_is_an_empty_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
