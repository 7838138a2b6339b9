/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lids and iris on pictures painted here, whose lids and iris are where they were put.
 */
#include "unit.h"

#include "face/eyes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 420, HEIGHT = 200, HALF_EYE = 45, APART = 190 };

/* Both eyes alike, in pixels; 3 to a millimetre. */
struct scene {
    double upper, lower; /* Heights of the lids above and below the canthi at the middle of the eye. */
    double iris_x, iris_y, radius;
    bool coloured, glint;
    double shade; /* Rows that the shade of the upper lid reaches down. */
    double rim;   /* Rows from the canthi up to a rim of glasses; 0 for none. */
};

struct painted {
    uint8_t luma[HEIGHT][WIDTH], blue[HEIGHT][WIDTH], red[HEIGHT][WIDTH];
    double x[MIEN_POINTS], y[MIEN_POINTS];
    struct mien_chroma chroma;
};

static void close_to(double value, double wanted, double distance)
{
    if (!(fabs(value - wanted) <= distance))
        fail_msg("got %g, want %g within %g", value, wanted, distance);
}

static const double middle_x[MIEN_EYES] = {WIDTH / 2.0 - APART / 2.0, WIDTH / 2.0 + APART / 2.0}, level = 110;

/* How much of a pixel lies inside, where the border is so far outside of its middle. */
static double part(double beyond)
{
    return fmin(fmax(0.5 - beyond, 0), 1);
}

static void blend(double rgb[3], double r, double g, double b, double share)
{
    const double colour[3] = {r, g, b};
    for (int k = 0; k < 3; k++)
        rgb[k] += share * (colour[k] - rgb[k]);
}

static void colour_at(const struct scene *scene, double dx, double dy, double rgb[3])
{
    double arc = 1 - dx * dx / (HALF_EYE * HALF_EYE), top = -scene->upper * arc, bottom = scene->lower * arc;
    rgb[0] = 205, rgb[1] = 150, rgb[2] = 125;
    if (scene->rim > 0 && dy < top)
        blend(rgb, 40, 28, 22, part(fabs(dy + scene->rim) - 2));
    if (arc <= 0)
        return;
    double open = part(top - dy) * part(dy - bottom);
    blend(rgb, 200, 195, 190, open);
    blend(rgb, 75, 50, 35, open * part(hypot(dx - scene->iris_x, dy - scene->iris_y) - scene->radius));
    if (scene->glint)
        blend(rgb, 250, 250, 250, open * part(hypot(dx - scene->iris_x - 8, dy - scene->iris_y + 4) - 4));
    double deep = scene->shade > 0 ? (dy - top) / scene->shade : 9;
    blend(rgb, 0, 0, 0, open * 0.62 * exp(-0.5 * deep * deep));
    /* The lashes: 1 mm of dark line on the margin. */
    blend(rgb, 40, 28, 22, part(fabs(dy - top) - 1.5) * fmin(1, 4 * arc));
}

static void place_points(const struct scene *scene, struct painted *painted)
{
    static const int first[MIEN_EYES] = {36, 42};
    static const double along[6] = {-1, -0.35, 0.35, 1, 0.35, -0.35};
    for (int i = 0; i < MIEN_POINTS; i++) {
        painted->x[i] = WIDTH / 2.0;
        painted->y[i] = HEIGHT / 2.0;
    }
    for (int side = 0; side < MIEN_EYES; side++)
        for (int k = 0; k < 6; k++) {
            double arc = 1 - along[k] * along[k];
            painted->x[first[side] + k] = middle_x[side] + along[k] * HALF_EYE;
            painted->y[first[side] + k] = level + (k < 3 ? -scene->upper : scene->lower) * arc;
        }
}

static struct painted *paint(const struct scene *scene)
{
    struct painted *painted = calloc(1, sizeof *painted);
    assert_non_null(painted);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double rgb[3];
            colour_at(scene, x - middle_x[x > WIDTH / 2], y - level, rgb);
            double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
            painted->luma[y][x] = (uint8_t)lrint(luma);
            painted->blue[y][x] = (uint8_t)lrint(128 + (rgb[2] - luma) / 1.772);
            painted->red[y][x] = (uint8_t)lrint(128 + (rgb[0] - luma) / 1.402);
        }
    place_points(scene, painted);
    painted->chroma = (struct mien_chroma){.blue = scene->coloured ? painted->blue[0] : NULL,
                                           .red = painted->red[0],
                                           .row = WIDTH,
                                           .column = 1,
                                           .bytes = 1,
                                           .width = WIDTH,
                                           .height = HEIGHT,
                                           .across = {1, 0, 0},
                                           .down = {0, 1, 0},
                                           .red_red = 1.402f,
                                           .green_blue = -0.3441f,
                                           .green_red = -0.7141f,
                                           .blue_blue = 1.772f,
                                           .luma_gain = 1};
    return painted;
}

static void fit(const struct painted *painted, struct mien_eye eyes[MIEN_EYES])
{
    struct mien_eye_bench *bench;
    struct mien_luma luma = {painted->luma[0], WIDTH, HEIGHT, WIDTH};
    assert_int_equal(mien_eye_bench_new(&bench, NULL), MIEN_OK);
    mien_eyes_fit(bench, &luma, &painted->chroma, painted->x, painted->y, eyes);
    mien_eye_bench_free(bench);
}

static void fit_scene(const struct scene *scene, struct mien_eye eyes[MIEN_EYES])
{
    struct painted *painted = paint(scene);
    fit(painted, eyes);
    free(painted);
}

static void check_eye(const struct scene *scene, const struct mien_eye *eye, int side)
{
    double at = scene->iris_x / HALF_EYE, arc = 1 - at * at;
    assert_int_equal(eye->reason, MIEN_EYE_OK);
    close_to(eye->iris_x, middle_x[side] + scene->iris_x, 1.2);
    close_to(eye->iris_y, level + scene->iris_y, 2);
    close_to(eye->iris_radius, scene->radius, 1.2);
    close_to(eye->upper_y, level - scene->upper * arc, 2);
    close_to(eye->lower_y, level + scene->lower * arc, 2);
    close_to(eye->upper_x, eye->iris_x, 1e-6);
    assert_in_range((int)(1000 * eye->quality), 150, 1000);
}

static void open_eyes_are_found(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        {21, 11, 0, -4, 17.5, true, false, 0, 0},  {21, 11, 8, -4, 17.5, true, true, 0, 0},
        {15, 11, -6, -4, 17.5, true, false, 0, 0}, {25, 11, 0, -6, 18.5, true, true, 0, 0},
        {21, 11, 0, -4, 17.5, false, false, 0, 0}, {10, 10, 0, -4, 17.5, true, false, 0, 0}};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct mien_eye eyes[MIEN_EYES];
        fit_scene(&scenes[i], eyes);
        for (int side = 0; side < MIEN_EYES; side++)
            check_eye(&scenes[i], &eyes[side], side);
    }
}

static void a_lid_that_sinks_is_followed(void **state)
{
    (void)state;
    double first = NAN;
    for (double sunk = 0; sunk <= 10; sunk += 2) {
        const struct scene scene = {23 - sunk, 11, 0, -4, 17.5, true, false, 0, 0};
        struct mien_eye eyes[MIEN_EYES];
        fit_scene(&scene, eyes);
        if (sunk == 0)
            first = eyes[0].upper_y;
        close_to(eyes[0].upper_y - first, sunk, 1);
        close_to(eyes[0].lower_y, level + 11, 2);
    }
}

/* 3 pixels are a millimetre. */
static void shade_does_not_lift_the_iris(void **state)
{
    (void)state;
    for (double upper = 6; upper <= 14; upper += 4) {
        const struct scene scene = {upper, 11, 0, -4, 17.5, true, false, 6, 0};
        struct mien_eye eyes[MIEN_EYES];
        fit_scene(&scene, eyes);
        assert_int_equal(eyes[0].reason, MIEN_EYE_OK);
        close_to(eyes[0].iris_y, level - 4, 1.5);
    }
}

static void the_lower_lid_is_found_under_white(void **state)
{
    (void)state;
    const struct scene scene = {30, 9, 0, -17, 17.5, true, false, 0, 0};
    struct mien_eye eyes[MIEN_EYES];
    fit_scene(&scene, eyes);
    assert_int_equal(eyes[0].reason, MIEN_EYE_OK);
    close_to(eyes[0].lower_y, level + 9, 1);
}

static void closed_eyes_have_no_iris(void **state)
{
    (void)state;
    const struct scene scene = {-3, 3, 0, -4, 17.5, true, false, 0, 0};
    struct mien_eye eyes[MIEN_EYES];
    fit_scene(&scene, eyes);
    for (int side = 0; side < MIEN_EYES; side++) {
        assert_int_equal(eyes[side].reason, MIEN_EYE_CLOSED);
        assert_true(isnan(eyes[side].iris_x) && isnan(eyes[side].iris_radius));
    }
}

static void a_mirrored_picture_gives_mirrored_eyes(void **state)
{
    (void)state;
    const struct scene scene = {20, 11, 5, -4, 17.5, true, true, 0, 0};
    struct painted *one = paint(&scene), *other = paint(&scene);
    struct mien_eye eyes[MIEN_EYES], mirrored[MIEN_EYES];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            other->luma[y][x] = one->luma[y][WIDTH - 1 - x];
            other->blue[y][x] = one->blue[y][WIDTH - 1 - x];
            other->red[y][x] = one->red[y][WIDTH - 1 - x];
        }
    static const int pairs[12] = {45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40};
    for (int i = 0; i < 12; i++) {
        other->x[36 + i] = WIDTH - 1 - one->x[pairs[i]];
        other->y[36 + i] = one->y[pairs[i]];
    }
    fit(one, eyes);
    fit(other, mirrored);
    for (int side = 0; side < MIEN_EYES; side++) {
        close_to(mirrored[1 - side].iris_x, WIDTH - 1 - eyes[side].iris_x, 0.05);
        close_to(mirrored[1 - side].upper_y, eyes[side].upper_y, 0.05);
        close_to(mirrored[1 - side].lower_y, eyes[side].lower_y, 0.05);
    }
    free(one);
    free(other);
}

static void what_cannot_be_fitted_says_why(void **state)
{
    (void)state;
    const struct scene scene = {21, 11, 0, -4, 17.5, true, false, 0, 0};
    struct painted *painted = paint(&scene);
    struct mien_eye eyes[MIEN_EYES];
    double small[2][MIEN_POINTS];
    memcpy(small[0], painted->x, sizeof painted->x);
    memcpy(small[1], painted->y, sizeof painted->y);
    for (int i = 0; i < MIEN_POINTS; i++) {
        painted->x[i] = 210 + (small[0][i] - 210) / 9;
        painted->y[i] = 110 + (small[1][i] - 110) / 9;
    }
    memset(painted->luma, 120, sizeof painted->luma);
    fit(painted, eyes);
    assert_int_equal(eyes[0].reason, MIEN_EYE_BLUR);
    for (int i = 0; i < MIEN_POINTS; i++) {
        painted->x[i] = small[0][i] - 100;
        painted->y[i] = small[1][i];
    }
    fit(painted, eyes);
    assert_int_equal(eyes[0].reason, MIEN_EYE_OUTSIDE);
    painted->x[36] = NAN;
    fit(painted, eyes);
    assert_int_equal(eyes[0].reason, MIEN_EYE_OUTSIDE);
    free(painted);
}

/* Right over the margin, where nobody can tell them apart; below it the lid is followed, far above it as
 * well. */
static void a_rim_of_glasses_is_no_margin(void **state)
{
    (void)state;
    const struct scene hidden = {14, 11, 0, -4, 17.5, true, false, 0, 18};
    const struct scene free_of_it = {21, 11, 0, -4, 17.5, true, false, 0, 40},
                       sunk = {12, 11, 0, -4, 17.5, true, false, 0, 27};
    struct mien_eye eyes[MIEN_EYES];
    fit_scene(&hidden, eyes);
    for (int side = 0; side < MIEN_EYES; side++) {
        assert_int_equal(eyes[side].reason, MIEN_EYE_GLASSES);
        assert_true(isnan(eyes[side].upper_y) && isnan(eyes[side].iris_x));
    }
    fit_scene(&free_of_it, eyes);
    for (int side = 0; side < MIEN_EYES; side++)
        check_eye(&free_of_it, &eyes[side], side);
    fit_scene(&sunk, eyes);
    for (int side = 0; side < MIEN_EYES; side++)
        close_to(eyes[side].upper_y, level - 12, 3);
}

static void reasons_have_words(void **state)
{
    (void)state;
    for (int reason = 0; reason < MIEN_EYE_REASONS; reason++)
        assert_int_equal(mien_eye_reason_of(mien_eye_reason_word(reason)), reason);
    assert_null(mien_eye_reason_word(-1));
    assert_null(mien_eye_reason_word(MIEN_EYE_REASONS));
    assert_int_equal(mien_eye_reason_of("sleepy"), -1);
    assert_int_equal(sizeof(struct mien_eye), 9 * sizeof(double)); /* Stores keep the bytes. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_eyes_are_found),
        cmocka_unit_test(a_rim_of_glasses_is_no_margin),
        cmocka_unit_test(a_lid_that_sinks_is_followed),
        cmocka_unit_test(shade_does_not_lift_the_iris),
        cmocka_unit_test(the_lower_lid_is_found_under_white),
        cmocka_unit_test(closed_eyes_have_no_iris),
        cmocka_unit_test(a_mirrored_picture_gives_mirrored_eyes),
        cmocka_unit_test(what_cannot_be_fitted_says_why),
        cmocka_unit_test(reasons_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
