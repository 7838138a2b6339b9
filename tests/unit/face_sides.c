/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sides fitted on their own, with a model of one split that is known by hand: it lifts the upper lids where
 * the eye is darker than the cheek below it.
 */
#include "unit.h"

#include "face/predictor.h"
#include "face/sides.h"

#include <string.h>

enum { WIDTH = 200, HEIGHT = 180, RIGHT_LID = 37, LEFT_LID = 44 };

static const double lift = -0.125;

struct fixture {
    struct mien_landmark_model model;
    uint16_t anchor[2];
    float offset[4], leaf[2 * MIEN_SHAPE];
    struct mien_split split[1];
    struct mien_sides *sides;
    uint8_t pixels[HEIGHT][WIDTH];
    struct mien_luma luma;
    double x[MIEN_POINTS], y[MIEN_POINTS]; /* Of the whole face. */
};

static int mirror_of(int point)
{
    static const struct {
        int first, last;
    } runs[] = {{0, 16}, {17, 26}, {31, 35}, {48, 54}, {55, 59}, {60, 64}, {65, 67}};
    if (point >= 27 && point <= 30)
        return point;
    if (point >= 36 && point <= 47) {
        static const int eyes[] = {45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40};
        return eyes[point - 36];
    }
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        if (point >= runs[i].first && point <= runs[i].last)
            return runs[i].first + runs[i].last - point;
    return point;
}

static bool is_right(int point)
{
    static const int later[] = {58, 59, 67};
    for (int i = 0; i < 3; i++)
        if (point == later[i])
            return true;
        else if (mirror_of(point) == later[i])
            return false;
    return point < mirror_of(point);
}

/* Any symmetric shape will do; the corners of the eyes lie on one line, 0.4 apart. */
static void make_shape(float shape[MIEN_SHAPE])
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        int own = is_right(i) ? i : mirror_of(i);
        double u = own == mirror_of(i) && !is_right(i) && mirror_of(i) == i ? 0.5 : 0.15 + 0.004 * own;
        double v = 0.2 + 0.009 * own;
        if (own >= 36 && own <= 41)
            v = own == 37 || own == 38 ? 0.32 : 0.35;
        if (own == 36 || own == 39)
            u = own == 36 ? 0.22 : 0.38;
        shape[2 * i] = (float)(is_right(i) || mirror_of(i) == i ? u : 1 - u);
        shape[2 * i + 1] = (float)v;
    }
}

/* Pixel 0 is the middle of the right eye, pixel 1 lies far below it. */
static void make_model(struct fixture *f)
{
    f->split[0] = (struct mien_split){1, 0, 20};
    f->anchor[0] = f->anchor[1] = RIGHT_LID;
    f->offset[1] = 0.02F;
    f->offset[3] = 0.3F;
    f->leaf[2 * RIGHT_LID + 1] = f->leaf[2 * LEFT_LID + 1] = (float)lift;
    f->model = (struct mien_landmark_model){.cascades = 1,
                                            .trees = 1,
                                            .splits = 1,
                                            .pixels = 2,
                                            .run = mien_cascade_exact,
                                            .anchor = f->anchor,
                                            .offset = f->offset,
                                            .split = f->split,
                                            .leaf = f->leaf};
    make_shape(f->model.mean_shape);
}

/* A bright face, 120 pixels across and turned a little. Eyes are drawn into it where they are dark. */
static void draw(struct fixture *f, bool right_eye, bool left_eye, bool flip)
{
    const double turn = 0.1, c = 120 * cos(turn), s = 120 * sin(turn);
    memset(f->pixels, 180, sizeof f->pixels);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double u = (double)f->model.mean_shape[2 * i] - 0.5, v = (double)f->model.mean_shape[2 * i + 1] - 0.5;
        f->x[i] = 103 + c * u - s * v;
        f->y[i] = 88 + s * u + c * v;
    }
    for (int side = 0; side < 2; side++) {
        int lid = side == 0 ? RIGHT_LID : LEFT_LID;
        bool dark = side == 0 ? right_eye : left_eye;
        for (int y = -14; y <= 16; y++)
            for (int x = -18; x <= 18 && dark; x++)
                f->pixels[(int)f->y[lid] + y][(int)f->x[lid] + x] = 40;
    }
    if (!flip)
        return;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH / 2; x++) {
            uint8_t kept = f->pixels[y][x];
            f->pixels[y][x] = f->pixels[y][WIDTH - 1 - x];
            f->pixels[y][WIDTH - 1 - x] = kept;
        }
    double x[MIEN_POINTS], y[MIEN_POINTS];
    memcpy(x, f->x, sizeof x);
    memcpy(y, f->y, sizeof y);
    for (int i = 0; i < MIEN_POINTS; i++) {
        f->x[i] = WIDTH - 1 - x[mirror_of(i)];
        f->y[i] = y[mirror_of(i)];
    }
}

static int setup(void **state)
{
    static struct fixture f;
    struct mien_error error;
    *state = &f;
    make_model(&f);
    f.luma = (struct mien_luma){f.pixels[0], WIDTH, HEIGHT, WIDTH};
    return mien_sides_new(&f.sides, &error) == MIEN_OK ? 0 : -1;
}

static int teardown(void **state)
{
    mien_sides_free(((struct fixture *)*state)->sides);
    return 0;
}

static void fit(struct fixture *f, double *x, double *y)
{
    assert_true(mien_sides_fit(f->sides, &f->model, &f->luma, f->x, f->y, x, y));
}

/* ---- Tests ---- */

/* Height of a point above the line of the eyes' corners, in the face's own direction. */
static double height(const double *x, const double *y, int point)
{
    double dx = x[45] - x[36], dy = y[45] - y[36];
    return ((x[point] - x[36]) * dy - (y[point] - y[36]) * dx) / hypot(dx, dy);
}

static void each_side_sees_its_own_eye_alone(void **state)
{
    struct fixture *f = *state;
    double none_x[MIEN_POINTS], none_y[MIEN_POINTS], x[MIEN_POINTS], y[MIEN_POINTS];
    draw(f, false, false, false);
    fit(f, none_x, none_y);
    double right = height(none_x, none_y, RIGHT_LID), left = height(none_x, none_y, LEFT_LID);
    draw(f, true, false, false);
    fit(f, x, y);
    assert_true(height(x, y, RIGHT_LID) > right + 10);
    assert_close(height(x, y, LEFT_LID), left, 1e-6);
    draw(f, false, true, false);
    fit(f, x, y);
    assert_close(height(x, y, RIGHT_LID), right, 1e-6);
    assert_true(height(x, y, LEFT_LID) > left + 10);
}

/* The face is turned by 0.1; a symmetric shape without movement comes back where it was, but for the boxes,
 * which are 1.1 times as large on average. */
static void a_still_face_keeps_its_axis(void **state)
{
    struct fixture *f = *state;
    double x[MIEN_POINTS], y[MIEN_POINTS];
    draw(f, false, false, false);
    fit(f, x, y);
    assert_close(atan2(y[45] - y[36], x[45] - x[36]), 0.1, 1e-6);
    assert_close((x[45] + x[36]) / 2, (f->x[45] + f->x[36]) / 2, 0.01);
    for (int i = 27; i < 31; i++)
        assert_true(hypot(x[i] - f->x[i], y[i] - f->y[i]) < 15);
    for (int i = 0; i < MIEN_POINTS; i++)
        if (mirror_of(i) != i)
            assert_true(is_right(i) == (x[i] < x[mirror_of(i)]));
}

static void a_mirrored_picture_gives_exchanged_sides(void **state)
{
    struct fixture *f = *state;
    double x[MIEN_POINTS], y[MIEN_POINTS], other_x[MIEN_POINTS], other_y[MIEN_POINTS];
    draw(f, true, false, false);
    fit(f, x, y);
    draw(f, true, false, true);
    fit(f, other_x, other_y);
    for (int i = 0; i < MIEN_POINTS; i++) {
        assert_true(fabs(other_x[mirror_of(i)] - (WIDTH - 1 - x[i])) < 1e-6);
        assert_true(fabs(other_y[mirror_of(i)] - y[i]) < 1e-6);
    }
}

static void points_without_left_and_right_are_refused(void **state)
{
    struct fixture *f = *state;
    double x[MIEN_POINTS] = {7.5}, y[MIEN_POINTS] = {2.25};
    draw(f, false, false, false);
    f->x[36] = NAN;
    assert_false(mien_sides_fit(f->sides, &f->model, &f->luma, f->x, f->y, x, y));
    for (int i = 0; i < MIEN_POINTS; i++)
        f->x[i] = f->y[i] = 31.5;
    assert_false(mien_sides_fit(f->sides, &f->model, &f->luma, f->x, f->y, x, y));
    assert_close(x[0] + y[0], 9.75, 0);
}

/* Nothing outside of the picture is read, and nothing is divided by a contrast of nought. */
static void far_outside_and_flat_is_no_trouble(void **state)
{
    struct fixture *f = *state;
    double x[MIEN_POINTS], y[MIEN_POINTS];
    draw(f, false, false, false);
    f->luma.width = f->luma.height = 2;
    fit(f, x, y);
    f->luma.height = 1;
    assert_false(mien_sides_fit(f->sides, &f->model, &f->luma, f->x, f->y, x, y));
    f->luma.width = WIDTH;
    f->luma.height = HEIGHT;
    for (int i = 0; i < MIEN_POINTS; i++) {
        f->x[i] = f->x[i] * 1e4 - 3e8;
        f->y[i] = f->y[i] * 1e4 + 1e7;
    }
    fit(f, x, y);
    assert_true(isfinite(x[RIGHT_LID]) && isfinite(y[LEFT_LID]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_side_sees_its_own_eye_alone),         TEST(a_still_face_keeps_its_axis),
        TEST(a_mirrored_picture_gives_exchanged_sides), TEST(points_without_left_and_right_are_refused),
        TEST(far_outside_and_flat_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
