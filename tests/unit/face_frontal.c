/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The average head, drawn in known poses with expressions that are known, turned to the front again.
 */
#include "unit.h"

#include "face/frontal.h"
#include "face/head.h"

#include <string.h>

enum { FRAMES = 7, WIDTH = 640, HEIGHT = 480, LOST = 5 };

/* Between the canthi of the average head: height, depth, and how far apart the eyes' centres are. */
struct middle {
    double y, z, eyes;
};

static struct middle middle_of_head(void)
{
    struct mien_head_point head[MIEN_POINTS];
    struct middle middle = {0};
    mien_head_points(head);
    for (int i = 0; i < 6; i++)
        middle.eyes += (head[42 + i].x - head[36 + i].x) / 6;
    middle.y = (head[36].y + head[39].y) / 2;
    middle.z = (head[36].z + head[39].z) / 2;
    return middle;
}

/* Yaw, pitch and roll of each frame. Frames 0 to 2 are usual. */
static const double poses[FRAMES][3] = {{1, -2, 0.5}, {1, -2, 0.5}, {1, -2, 0.5},     {16, -2, 4},
                                        {-9, 12, 0},  {0, 0, 0},    {1.5, -2.3, -7.5}};

/* A lopsided smile and a wide jaw: moved in the plane of each point's depth. */
static void express(struct mien_head_point head[MIEN_POINTS])
{
    head[54].x += 7, head[54].y -= 5.5;
    head[48].x -= 2;
    head[57].y += 9, head[66].y += 8, head[8].y += 10;
    head[44].y += 3;
}

static void draw_frame(struct mien_track *track, size_t frame, double growth, bool moved)
{
    struct mien_head_point head[MIEN_POINTS];
    double turn[3][3], *x = track->x + frame * MIEN_POINTS, *y = track->y + frame * MIEN_POINTS;
    mien_head_points(head);
    mien_head_turn(poses[frame][0], poses[frame][1], poses[frame][2], turn);
    if (moved)
        express(head);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double at[3];
        for (int k = 0; k < 3; k++)
            at[k] = turn[k][0] * head[i].x + turn[k][1] * head[i].y + turn[k][2] * head[i].z;
        double scale = WIDTH / (at[2] + 900 / growth);
        x[i] = 371.5 + scale * at[0];
        y[i] = 190.25 + scale * at[1];
    }
    track->found[frame] = 1;
    track->time[frame] = 0.1 * (double)frame;
}

static struct mien_track *draw(bool moved)
{
    struct mien_track *track;
    assert_int_equal(mien_track_new(FRAMES, &track, NULL), MIEN_OK);
    track->width = WIDTH;
    track->height = HEIGHT;
    for (size_t frame = 0; frame < FRAMES; frame++)
        draw_frame(track, frame, 1, moved && frame > 2);
    track->found[LOST] = 0;
    for (int i = 0; i < MIEN_POINTS; i++)
        track->x[LOST * MIEN_POINTS + i] = track->y[LOST * MIEN_POINTS + i] = NAN;
    return track;
}

static double worst_point(const double *x, const double *y, bool moved)
{
    struct mien_head_point head[MIEN_POINTS];
    double worst = 0, middle_y = middle_of_head().y;
    mien_head_points(head);
    if (moved)
        express(head);
    for (int i = 0; i < MIEN_POINTS; i++)
        worst = fmax(worst, hypot(x[i] - head[i].x, y[i] - (head[i].y - middle_y)));
    return worst;
}

static void gives_back_what_was_drawn(void **state)
{
    (void)state;
    struct mien_track *track = draw(true);
    struct mien_turned at;
    const double *x = at.x, *y = at.y;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        bool found = mien_frontal(track, MIEN_SIDE_EACH, NULL, frame, &at);
        assert_int_equal(found, frame != LOST);
        assert_true(found ? worst_point(x, y, frame > 2) < 0.02 : isnan(x[54]) && isnan(y[0]));
    }
    mien_track_free(track);
}

/* Each half has its own points; the pose and the axes are those of the plain ones. */
static void turns_the_points_of_each_side(void **state)
{
    (void)state;
    struct mien_track *track = draw(false), *smiling = draw(true);
    struct mien_turned at;
    const double *x = at.x, *y = at.y;
    memcpy(track->sided_x, smiling->x, FRAMES * MIEN_POINTS * sizeof *smiling->x);
    memcpy(track->sided_y, smiling->y, FRAMES * MIEN_POINTS * sizeof *smiling->y);
    for (int i = 36; i < 48; i++) /* Canthi that jump in the sided points move nothing else. */
        track->sided_y[3 * MIEN_POINTS + (size_t)i] += 2;
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, NULL, 3, &at));
    struct mien_head_point head[MIEN_POINTS];
    double middle_y = middle_of_head().y;
    mien_head_points(head);
    assert_true(fabs(x[54] - (head[54].x + 7)) < 0.02 && fabs(y[54] - (head[54].y - 5.5 - middle_y)) < 0.02);
    assert_true(fabs(y[30] - (head[30].y - middle_y)) < 0.02);
    assert_true(mien_frontal(track, MIEN_SIDE_PLAIN, NULL, 3, &at));
    assert_true(worst_point(x, y, false) < 0.02);
    mien_track_free(track);
    mien_track_free(smiling);
}

static void small_turns_count_little_and_large_ones_much(void **state)
{
    (void)state;
    struct mien_track *track = draw(false);
    struct mien_usual_pose usual;
    struct mien_turned at;
    const double *x = at.x, *y = at.y;
    assert_int_equal(mien_usual_pose(track, 0, 0.2, &usual), 0);
    assert_true(fabs(usual.yaw - 1) < 1e-3 && fabs(usual.pitch + 2) < 1e-3);
    assert_true(fabs(usual.size - WIDTH / (900 + middle_of_head().z)) < 0.01);
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, &usual, 1, &at));
    assert_true(worst_point(x, y, false) < 0.02);
    /* 15 degrees of yaw: 0.4 are left, which move the tip of the nose, 28 before the canthi, by 0.2. */
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, &usual, 3, &at));
    assert_true(fabs(x[30]) > 0.05 && fabs(x[30]) < 0.5);
    /* Half a degree is left as it is. */
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, &usual, 6, &at));
    assert_true(fabs(x[30] - 28 * sin(0.48 / 57.3)) < 0.05);
    mien_track_free(track);
}

static void coming_nearer_changes_no_shape(void **state)
{
    (void)state;
    struct mien_track *track = draw(false);
    struct mien_usual_pose usual;
    struct mien_turned at;
    const double *x = at.x;
    draw_frame(track, 2, 1.2, false);
    draw_frame(track, 1, 1.01, false);
    assert_int_equal(mien_usual_pose(track, 0, 0, &usual), 0);
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, &usual, 2, &at));
    assert_true(fabs(x[45] / 44.75 - 1) < 0.008); /* 20 % nearer: hardly larger. */
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, &usual, 1, &at));
    assert_true(x[45] / 44.75 > 1.007); /* 1 % may be noise and is left in. */
    mien_track_free(track);
}

static void all_frames_are_in_interocular_distances(void **state)
{
    (void)state;
    struct mien_track *track = draw(true);
    double x[FRAMES * MIEN_POINTS], y[FRAMES * MIEN_POINTS];
    size_t used;
    assert_int_equal(mien_frontal_all(track, MIEN_SIDE_EACH, 0, 0.2, x, y, &used), 0);
    assert_int_equal(used, 3);
    assert_true(fabs(x[45] - x[36] - 89.5 / middle_of_head().eyes) < 0.01);
    assert_true(isnan(x[LOST * MIEN_POINTS]) && isnan(y[LOST * MIEN_POINTS + 67]));
    assert_true(x[3 * MIEN_POINTS + 54] > 0 && y[3 * MIEN_POINTS + 8] > 0);
    assert_int_equal(mien_frontal_all(track, MIEN_SIDE_EACH, 7, 8, x, y, &used), 0);
    assert_int_equal(used, 0);
    assert_true(isnan(x[0]));
    mien_track_free(track);
}

/* A mirrored picture has the same face with its sides swapped, to rounding. */
static void a_mirror_swaps_the_sides(void **state)
{
    (void)state;
    static const int pairs[][2] = {{48, 54}, {36, 45}, {39, 42}, {17, 26}, {3, 13}, {57, 57}, {30, 30}};
    struct mien_track *track = draw(true), *mirror = draw(true);
    struct mien_head_point head[MIEN_POINTS];
    struct mien_turned at, other;
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++)
        for (int j = 0; j < MIEN_POINTS; j++)
            if (head[i].x == -head[j].x && head[i].y == head[j].y && head[i].z == head[j].z) {
                mirror->x[4 * MIEN_POINTS + i] = WIDTH - 1 - track->x[4 * MIEN_POINTS + j];
                mirror->y[4 * MIEN_POINTS + i] = track->y[4 * MIEN_POINTS + j];
            }
    assert_true(mien_frontal(track, MIEN_SIDE_EACH, NULL, 4, &at));
    assert_true(mien_frontal(mirror, MIEN_SIDE_EACH, NULL, 4, &other));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(fabs(at.x[pairs[i][0]] + other.x[pairs[i][1]]) < 1e-3);
        assert_true(fabs(at.y[pairs[i][0]] - other.y[pairs[i][1]]) < 1e-3);
    }
    assert_true(fabs(at.x[54] + at.x[48]) > 3);
    mien_track_free(track);
    mien_track_free(mirror);
}

/* As pictured: pixels, level and centred, the turn left in. */
static void the_picture_is_only_levelled(void **state)
{
    (void)state;
    struct mien_track *track = draw(false);
    struct mien_turned at;
    const double *x = at.x, *y = at.y;
    assert_true(mien_level(track, MIEN_SIDE_EACH, 3, &at));
    const double *from = track->x + 3 * MIEN_POINTS, *down = track->y + 3 * MIEN_POINTS;
    assert_true(fabs(hypot(x[54] - x[36], y[54] - y[36]) - hypot(from[54] - from[36], down[54] - down[36])) <
                1e-9);
    assert_true(fabs(x[36] + x[39] + x[42] + x[45]) < 1e-9 && fabs(y[36] + y[39] - y[42] - y[45]) < 1e-9);
    assert_true(x[30] > 5);
    assert_false(mien_level(track, MIEN_SIDE_EACH, LOST, &at));
    assert_true(isnan(x[3]));
    mien_track_free(track);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_drawn),
        cmocka_unit_test(turns_the_points_of_each_side),
        cmocka_unit_test(small_turns_count_little_and_large_ones_much),
        cmocka_unit_test(coming_nearer_changes_no_shape),
        cmocka_unit_test(all_frames_are_in_interocular_distances),
        cmocka_unit_test(a_mirror_swaps_the_sides),
        cmocka_unit_test(the_picture_is_only_levelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
