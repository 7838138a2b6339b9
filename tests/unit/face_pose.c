/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "face/face.h"

/* A face of our own, millimetres, x to the participant's left, y down, z away: the points that the pose is
 * read from. */
static const struct {
    int point;
    double at[3];
} face[] = {
    {27, {0, 0, 0}},       {28, {0, 12.5, -7.3}}, {29, {0, 25, -14.7}},
    {30, {0, 37.5, -22}},  {33, {0, 50, -6.9}},   {36, {-44.75, 4.5, 22}},
    {39, {-16.25, 6, 13}}, {42, {16.25, 6, 13}},  {45, {44.75, 4.5, 22}},
};

/* OpenFace's angles in degrees, applied about x, then y, then z from the outside in; seen from `distance`. */
static void draw(const double *angles, double distance, int width, int height, double *x, double *y)
{
    double a = angles[0] / 57.29577951308232, b = angles[1] / 57.29577951308232,
           c = angles[2] / 57.29577951308232;
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] = y[i] = 0;
    for (size_t i = 0; i < sizeof face / sizeof *face; i++) {
        const double *m = face[i].at;
        double x1 = cos(c) * m[0] - sin(c) * m[1], y1 = sin(c) * m[0] + cos(c) * m[1], z1 = m[2];
        double x2 = cos(b) * x1 + sin(b) * z1, z2 = -sin(b) * x1 + cos(b) * z1;
        double y3 = cos(a) * y1 - sin(a) * z2, z3 = sin(a) * y1 + cos(a) * z2;
        double scale = width / (z3 + distance);
        x[face[i].point] = (width - 1) / 2.0 + scale * (x2 + 30);
        y[face[i].point] = (height - 1) / 2.0 + scale * (y3 - 12);
    }
}

static void recovers_known_angles(void **state)
{
    (void)state;
    const double known[][3] = {
        {0, 0, 0}, {-11.5, 7.25, 3.5}, {18.25, -26.5, -13}, {4.5, 31, 41.5}, {-23, 2, -64}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
        draw(known[i], 637, 640, 360, x, y);
        mien_face_pose(x, y, 640, 360, &yaw, &pitch, &roll);
        assert_true(fabs(pitch + known[i][0]) < 1e-3);
        assert_true(fabs(yaw + known[i][1]) < 1e-3);
        assert_true(fabs(roll - known[i][2]) < 1e-3);
    }
}

/* The signs as a reader of the picture sees them, without any formula. */
static void signs_are_the_participants(void **state)
{
    (void)state;
    const double none[3] = {0};
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(none, 700, 640, 480, x, y);
    x[30] += 6; /* The tip of the nose moves right in the picture: to the participant's left. */
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(yaw > 2);
    draw(none, 700, 640, 480, x, y);
    y[30] -= 4; /* The tip rises: looking up. */
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(pitch > 1);
    const double tilted[3] = {0, 0,
                              12}; /* Clockwise in the picture: towards the participant's left shoulder. */
    draw(tilted, 700, 640, 480, x, y);
    assert_true(y[45] > y[36]);
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(roll > 11 && roll < 13);
}

static void works_without_the_size_of_the_picture(void **state)
{
    (void)state;
    const double angles[3] = {-6.5, 9, 17};
    double x[MIEN_POINTS], y[MIEN_POINTS], yaw, pitch, roll;
    draw(angles, 700, 640, 480, x, y);
    mien_face_pose(x, y, 0, 0, &yaw, &pitch, &roll);
    assert_true(fabs(yaw + 9) < 6 && fabs(pitch - 6.5) < 6 && fabs(roll - 17) < 3);
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
    draw(none, 700, 640, 480, x, y);
    x[30] = NAN;
    mien_face_pose(x, y, 640, 480, &yaw, &pitch, &roll);
    assert_true(isnan(yaw) && isnan(pitch) && isnan(roll));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recovers_known_angles),
        cmocka_unit_test(signs_are_the_participants),
        cmocka_unit_test(works_without_the_size_of_the_picture),
        cmocka_unit_test(impossible_points_have_no_pose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
