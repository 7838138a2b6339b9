/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pose of faces drawn with the average head through a known camera.
 */
#include "unit.h"

#include "face/face.h"
#include "face/head.h"
#include "face/variation.h"

/* OpenFace's angles in degrees, applied about x, then y, then z from the outside in; the point 27 at
 * `distance` straight before the camera; the picture is then cut so that the face is not in its middle. */
static void draw(const double *angles, double distance, double focal, int width, int height, double *x,
                 double *y)
{
    struct mien_head_point head[MIEN_POINTS];
    double a = angles[0] / 57.29577951308232, b = angles[1] / 57.29577951308232,
           c = angles[2] / 57.29577951308232;
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double x1 = cos(c) * head[i].x - sin(c) * head[i].y, y1 = sin(c) * head[i].x + cos(c) * head[i].y;
        double x2 = cos(b) * x1 + sin(b) * head[i].z, z2 = -sin(b) * x1 + cos(b) * head[i].z;
        double y3 = cos(a) * y1 - sin(a) * z2, z3 = sin(a) * y1 + cos(a) * z2;
        double scale = focal / (z3 + distance);
        x[i] = 0.6 * width + scale * x2;
        y[i] = 0.3 * height + scale * y3;
    }
}

static const double place = 837;

static void recovers_known_angles(void **state)
{
    (void)state;
    const double known[][3] = {
        {0, 0, 0}, {-11.5, 7.25, 3.5}, {18.25, -26.5, -13}, {4.5, 31, 41.5}, {-23, 2, -64}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
        draw(known[i], place, 640, 640, 360, x, y);
        mien_face_pose(x, y, 640, 360, &yaw, &pitch, &roll);
        assert_true(fabs(pitch + known[i][0]) < 1e-3);
        assert_true(fabs(yaw + known[i][1]) < 1e-3);
        assert_true(fabs(roll - known[i][2]) < 1e-3);
        draw(known[i], place, 640, 360, 640, x, y); /* Held upright: the longer side counts. */
        mien_face_pose(x, y, 360, 640, &yaw, &pitch, &roll);
        assert_true(fabs(pitch + known[i][0]) < 1e-3);
    }
}

/* Neither a longer lens, nor a face that fills its picture, changes the angles much. */
static void another_lens_changes_little(void **state)
{
    (void)state;
    const double angles[3] = {-9, 14, 5.5}, middle = 1400, near = 450;
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(angles, middle, 2400, 640, 480, x, y);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(fabs(yaw + 14) < 1.6 && fabs(pitch - 9) < 1.6 && fabs(roll - 5.5) < 1);
    draw(angles, near, 640, 640, 480, x, y);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(fabs(yaw + 14) < 2.5 && fabs(pitch - 9) < 2.5 && fabs(roll - 5.5) < 1.5);
}

/* The signs as a reader of the picture sees them, without any formula. */
static void signs_are_the_participants(void **state)
{
    (void)state;
    const double none[3] = {0};
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(none, place, 640, 640, 480, x, y);
    for (int i = 29; i < 36; i++)
        x[i] += 5; /* The nose moves right in the picture: to the participant's left. */
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(yaw > 2);
    draw(none, place, 640, 640, 480, x, y);
    for (int i = 29; i < 36; i++)
        y[i] -= 5; /* It rises: looking up. */
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(pitch > 1);
    const double tilted[3] = {0, 0, 12}; /* Clockwise in the picture: to the participant's left shoulder. */
    draw(tilted, place, 640, 640, 480, x, y);
    assert_true(y[45] > y[36]);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(roll > 11 && roll < 13);
}

static void a_mirror_turns_yaw_and_roll(void **state)
{
    (void)state;
    const double angles[3] = {-7, 12.5, 8};
    double x[MIEN_POINTS], y[MIEN_POINTS], mx[MIEN_POINTS], my[MIEN_POINTS], here[3], there[3];
    draw(angles, place, 640, 640, 480, x, y);
    x[48] += 3, y[33] -= 2.5, x[39] -= 1; /* No exact picture of the average head. */
    static const int other[MIEN_POINTS] = {
        16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,  26, 25, 24, 23, 22, 21,
        20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
        41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65};
    for (int i = 0; i < MIEN_POINTS; i++) {
        mx[i] = 639 - x[other[i]];
        my[i] = y[other[i]];
    }
    mien_face_pose(x, y, 640, 480, &here[0], &here[1], &here[2]);
    mien_face_pose(mx, my, 640, 480, &there[0], &there[1], &there[2]);
    assert_true(fabs(here[0] + there[0]) < 1e-3 && fabs(here[1] - there[1]) < 1e-3 &&
                fabs(here[2] + there[2]) < 1e-3);
    assert_true(fabs(here[0]) > 5);
}

/* A broad smile, a dropped jaw and closed eyes are no movement of the head. */
static void mouth_and_lids_have_no_say(void **state)
{
    (void)state;
    const double angles[3] = {6, -8, 2};
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll, yaw2, pitch2, roll2;
    draw(angles, place, 640, 640, 480, x, y);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    x[48] -= 9, y[48] -= 7, x[54] += 9, y[54] -= 7, y[57] += 20, y[8] += 18, y[37] += 4, y[44] += 4;
    mien_face_pose(x, y, 640, 480, &yaw2, &pitch2, &roll2);
    assert_true(yaw == yaw2 && pitch == pitch2 && roll == roll2);
    for (int i = 17; i < 27; i++) /* Raised brows have little. */
        y[i] -= 5;
    mien_face_pose(x, y, 640, 480, &yaw2, &pitch2, &roll2);
    assert_true(fabs(pitch - pitch2) < 1.5 && fabs(yaw - yaw2) < 1.5);
}

/* A long nose is the participant's own; point by point it would be two degrees. */
static void a_long_nose_is_no_turn(void **state)
{
    (void)state;
    const double none[3] = {0}, longer = 3 * 640 / place;
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(none, place, 640, 640, 480, x, y);
    for (int i = 28; i < 36; i++)
        y[i] += longer * (i < 31 ? (i - 27) / 4.0 : 1);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(fabs(pitch) < 0.5 && fabs(yaw) < 0.1 && fabs(roll) < 0.1);
}

/* Every variation moves something, both sides of it mirror one another, and a variation explains nearly all
 * of a large movement of its own kind. */
static void variations_are_what_they_say(void **state)
{
    (void)state;
    static struct mien_variation variation;
    struct mien_head_point head[MIEN_POINTS];
    double height[2] = {0}, errors[2 * MIEN_POINTS], explained[MIEN_VARIATIONS];
    mien_head_points(head);
    mien_variation_prepare(head, &variation);
    for (int k = 0; k < MIEN_VARIATIONS; k++) {
        double size = 0, left = 0;
        for (int row = 0; row < 2 * variation.count; row++) {
            errors[row] = 10 * variation.shape[row][k];
            size += errors[row] * errors[row];
        }
        assert_true(size > 0);
        mien_variation_explain(&variation, errors, explained);
        for (int i = 0; i < MIEN_VARIATIONS; i++)
            left += explained[i] * explained[i];
        assert_true(left <= size * (1 + 1e-12) && size - left <= 100);
    }
    for (int i = 0; i < variation.count; i++) {
        double side = head[variation.points[i]].x;
        for (int k = 0; side != 0 && k < MIEN_VARIATIONS; k++)
            height[side > 0] += variation.shape[2 * i + 1][k];
    }
    assert_true(fabs(height[0]) > 1 && fabs(height[0] - height[1]) < 1e-9);
}

static void works_without_the_size_of_the_picture(void **state)
{
    (void)state;
    const double angles[3] = {-6.5, 9, 17};
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(angles, place, 640, 640, 480, x, y);
    mien_face_pose(x, y, 0, 0, &yaw, &pitch, &roll);
    assert_true(fabs(yaw + 9) < 5 && fabs(pitch - 6.5) < 5 && fabs(roll - 17) < 2);
}

static void impossible_points_have_no_pose(void **state)
{
    (void)state;
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw = 1, pitch = 1, roll = 1;
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] = y[i] = NAN;
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(isnan(yaw) && isnan(pitch) && isnan(roll));
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] = y[i] = 100;
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(isnan(yaw) && isnan(pitch) && isnan(roll));
    const double none[3] = {0};
    draw(none, place, 640, 640, 480, x, y);
    x[30] = NAN;
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(isnan(yaw) && isnan(pitch) && isnan(roll));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recovers_known_angles),
        cmocka_unit_test(another_lens_changes_little),
        cmocka_unit_test(signs_are_the_participants),
        cmocka_unit_test(a_mirror_turns_yaw_and_roll),
        cmocka_unit_test(mouth_and_lids_have_no_say),
        cmocka_unit_test(a_long_nose_is_no_turn),
        cmocka_unit_test(variations_are_what_they_say),
        cmocka_unit_test(works_without_the_size_of_the_picture),
        cmocka_unit_test(impossible_points_have_no_pose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
