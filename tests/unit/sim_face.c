/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The truth of a drawn face follows its action units, side by side, and the picture follows the truth.
 */
#include "sim/canvas.h"
#include "sim/paint.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 240 };

static struct mien_sim_face express(const struct mien_sim_movement *movement)
{
    struct mien_sim_person person;
    struct mien_sim_face face;
    mien_sim_person(&person, 7, true);
    mien_sim_express(&person, movement, &face);
    return face;
}

static void rest_is_symmetrical_and_human(void **state)
{
    (void)state;
    static const int pairs[][2] = {{0, 16},  {17, 26}, {21, 22}, {36, 45},
                                   {38, 43}, {40, 47}, {48, 54}, {50, 52}};
    struct mien_sim_movement still = {0};
    struct mien_sim_face face = express(&still);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(fabs(face.x[pairs[i][0]] + face.x[pairs[i][1]]) < 1e-9);
        assert_true(fabs(face.y[pairs[i][0]] - face.y[pairs[i][1]]) < 1e-9);
        assert_true(face.x[pairs[i][0]] < 0); /* The participant's right. */
    }
    assert_true(face.y[19] > face.y[37] && face.y[37] > face.y[41] && face.y[41] > face.y[33]);
    assert_true(face.y[33] > face.y[51] && face.y[51] > face.y[62] && face.y[66] > face.y[57]);
    assert_true(face.y[57] > face.y[8]);
}

static void a_left_smile_moves_the_left_corner(void **state)
{
    (void)state;
    struct mien_sim_movement still = {0}, smile = {0};
    smile.level[MIEN_SIM_AU12][MIEN_SIM_LEFT] = 0.7;
    struct mien_sim_face a = express(&still), b = express(&smile);
    assert_true(b.x[54] - a.x[54] > 5 && b.y[54] - a.y[54] > 4);
    assert_true(fabs(b.x[48] - a.x[48]) < 1e-9 && fabs(b.y[48] - a.y[48]) < 1e-9);
    assert_true(fabs(b.y[19] - a.y[19]) < 1e-9);
}

static void a_right_wink_closes_the_right_eye(void **state)
{
    (void)state;
    struct mien_sim_movement still = {0}, wink = {0};
    wink.level[MIEN_SIM_AU43][MIEN_SIM_RIGHT] = 1;
    struct mien_sim_face a = express(&still), b = express(&wink);
    assert_true(a.y[37] - a.y[41] > 6);
    assert_true(fabs(b.upper_lid[MIEN_SIM_RIGHT] + b.lower_lid[MIEN_SIM_RIGHT]) < 1e-9);
    assert_true(fabs(b.y[37] - b.y[41]) < 0.5);
    assert_true(fabs(b.y[44] - a.y[44]) < 1e-9);
}

static void brows_and_jaw_go_their_way(void **state)
{
    (void)state;
    struct mien_sim_movement still = {0}, moved = {0};
    moved.level[MIEN_SIM_AU1][MIEN_SIM_RIGHT] = moved.level[MIEN_SIM_AU2][MIEN_SIM_RIGHT] = 0.9;
    moved.level[MIEN_SIM_AU4][MIEN_SIM_LEFT] = 0.6;
    moved.level[MIEN_SIM_AU26][0] = moved.level[MIEN_SIM_AU26][1] = 0.8;
    moved.droop[MIEN_SIM_LEFT] = 0.3;
    struct mien_sim_face a = express(&still), b = express(&moved);
    for (int i = 17; i <= 21; i++)
        assert_true(b.y[i] - a.y[i] > 4);
    for (int i = 22; i <= 26; i++)
        assert_true(b.y[i] < a.y[i]);
    assert_true(a.y[66] - b.y[66] > 8 && a.y[8] - b.y[8] > 10);
    assert_true(fabs(b.y[0] - a.y[0]) < 0.3); /* Beside the eye the skin hardly moves. */
    assert_true(b.y[43] < a.y[43] - 1 && fabs(b.y[38] - a.y[38]) < 1e-9);
}

struct picture {
    struct mien_sim_truth truth;
    uint8_t rgb[3 * SIZE * SIZE];
};

static void photograph_skin(uint64_t seed, double skin, const struct mien_sim_movement *movement,
                            struct picture *picture)
{
    struct mien_sim_person person;
    struct mien_sim_identity identity = {seed, false, 34, skin, 0, false, MIEN_SIM_HAIR_SHORT};
    mien_sim_person_from(&person, &identity);
    struct mien_sim_canvas *canvas = mien_sim_canvas_new(&person, SIZE, SIZE);
    assert_non_null(canvas);
    mien_sim_paint(canvas, &person, movement, picture->rgb, &picture->truth);
    mien_sim_canvas_free(canvas);
}

static void photograph(uint64_t seed, const struct mien_sim_movement *movement, struct picture *picture)
{
    photograph_skin(seed, 0.3, movement, picture);
}

/* Mean brightness of 3x3 pixels at the mean of two points. */
static double brightness(const struct picture *picture, int a, int b)
{
    int x = (int)lrint((picture->truth.x[a] + picture->truth.x[b]) / 2),
        y = (int)lrint((picture->truth.y[a] + picture->truth.y[b]) / 2);
    int sum = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            for (int c = 0; c < 3; c++)
                sum += picture->rgb[3 * ((y + i) * SIZE + x + j) + c];
    return sum / 27.0;
}

static void the_picture_follows_the_truth(void **state)
{
    (void)state;
    static struct picture open, closed;
    struct mien_sim_movement still = {0}, wink = {0};
    wink.level[MIEN_SIM_AU43][MIEN_SIM_LEFT] = 1;
    photograph(3, &still, &open);
    photograph(3, &wink, &closed);
    /* Brow and pupil are darker than the cheek, the closed lid above the lash line is skin. */
    double cheek = brightness(&open, 31, 3);
    assert_true(brightness(&open, 19, 19) < 0.7 * cheek);
    assert_true(brightness(&open, 37, 40) < 0.7 * cheek);
    assert_true(brightness(&closed, 37, 40) < 0.7 * cheek);
    assert_true(brightness(&closed, 24, 44) > 0.6 * brightness(&open, 24, 44));
    assert_true(fabs(brightness(&open, 8, 57) - brightness(&closed, 8, 57)) < 4);
    for (int i = 0; i < MIEN_SIM_POINTS; i++)
        assert_true(open.truth.x[i] > 0 && open.truth.x[i] < SIZE && open.truth.y[i] > 0 &&
                    open.truth.y[i] < SIZE);
    assert_true(open.truth.x[36] <
                open.truth.x[45]); /* The participant's right eye is at the picture's left. */
}

/* The camera is exposed for the face: every skin can be told from the brows, lips and lashes on it. */
static void every_skin_is_well_exposed(void **state)
{
    (void)state;
    static struct picture picture;
    struct mien_sim_movement still = {0};
    double lighter = 256;
    for (int i = 0; i <= 4; i++) {
        photograph_skin(21, i / 4.0, &still, &picture);
        double cheeks = (brightness(&picture, 31, 3) + brightness(&picture, 35, 13)) / 2;
        assert_true(cheeks > 80 && cheeks < 215 && cheeks < lighter);
        assert_true(brightness(&picture, 19, 19) < 0.7 * cheeks);
        assert_true(brightness(&picture, 57, 66) < 0.95 * cheeks);
        lighter = cheeks;
    }
}

static void the_seed_decides_everything(void **state)
{
    (void)state;
    static struct picture a, b, c;
    struct mien_sim_movement still = {0};
    photograph(11, &still, &a);
    photograph(11, &still, &b);
    photograph(12, &still, &c);
    assert_memory_equal(a.rgb, b.rgb, sizeof a.rgb);
    assert_memory_equal(&a.truth.x, &b.truth.x, sizeof a.truth.x);
    assert_memory_not_equal(a.rgb, c.rgb, sizeof a.rgb);
    assert_memory_not_equal(&a.truth.x, &c.truth.x, sizeof a.truth.x);
}

static void the_head_turns(void **state)
{
    (void)state;
    static struct picture ahead, turned, up, tilted;
    struct mien_sim_movement still = {0}, yaw = {0}, pitch = {0}, roll = {0};
    yaw.yaw = 31;
    pitch.pitch = 17;
    roll.roll = 12;
    photograph(5, &still, &ahead);
    photograph(5, &yaw, &turned);
    photograph(5, &pitch, &up);
    photograph(5, &roll, &tilted);
    /* To the own left: the nose nears the left cheek, the right half of the face grows wider than the left.
     */
    double right = turned.truth.x[30] - turned.truth.x[36], left = turned.truth.x[45] - turned.truth.x[30];
    assert_true(right > 1.5 * left && left > 0);
    assert_true(ahead.truth.y[30] - ahead.truth.y[27] > up.truth.y[30] - up.truth.y[27] + 2);
    assert_true(tilted.truth.x[27] - tilted.truth.x[8] > 15); /* The brow goes to the own left shoulder. */
    assert_true(fabs(tilted.truth.y[45] - tilted.truth.y[36]) > 8);
}

static void eyes_look_and_lids_droop(void **state)
{
    (void)state;
    static struct picture ahead, aside, drooping;
    struct mien_sim_movement still = {0}, look = {0}, droop = {0};
    look.gaze_x = 14;
    look.gaze_y = 9;
    droop.droop[MIEN_SIM_LEFT] = 0.6;
    photograph(5, &still, &ahead);
    photograph(5, &look, &aside);
    photograph(5, &droop, &drooping);
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        assert_true(aside.truth.iris_x[side] > ahead.truth.iris_x[side] + 1.5);
        assert_true(aside.truth.iris_y[side] < ahead.truth.iris_y[side] - 0.8);
        assert_true(aside.truth.lid_opening[side] > ahead.truth.lid_opening[side]);
        double across = ahead.truth.lower_x[side] - ahead.truth.upper_x[side],
               down = ahead.truth.lower_y[side] - ahead.truth.upper_y[side];
        assert_true(down > 0 && fabs(hypot(across, down) - ahead.truth.lid_opening[side]) < 1e-9);
        assert_true(fabs(ahead.truth.upper_x[side] - ahead.truth.iris_x[side]) < 0.5);
        assert_true(fabs(ahead.truth.iris_radius[side] - 5.85 * SIZE / 290) < 0.4);
    }
    double closed = ahead.truth.lid_opening[MIEN_SIM_LEFT] - drooping.truth.lid_opening[MIEN_SIM_LEFT];
    assert_true(closed > 2.5);
    assert_true(fabs(ahead.truth.lid_opening[MIEN_SIM_RIGHT] - drooping.truth.lid_opening[MIEN_SIM_RIGHT]) <
                1e-9);
    /* Where the iris was seen under the open lid, there is skin now. */
    int x = (int)lrint(ahead.truth.iris_x[MIEN_SIM_LEFT]), y = (int)lrint(ahead.truth.y[43] + 2);
    size_t at = 3 * ((size_t)y * SIZE + (size_t)x);
    assert_true(drooping.rgb[at] > ahead.rgb[at] + 20);
}

static void an_identity_is_what_was_asked(void **state)
{
    (void)state;
    struct mien_sim_identity identity = {17, false, 63, 0.85, 2, true, MIEN_SIM_HAIR_CURLY};
    struct mien_sim_person person, young;
    mien_sim_person_from(&person, &identity);
    assert_true(person.age == 63 && person.beard == 2 && person.glasses);
    assert_int_equal(person.hair_style, MIEN_SIM_HAIR_CURLY);
    identity.age = 24;
    identity.skin = 0.1;
    mien_sim_person_from(&young, &identity);
    assert_true(young.wrinkles < person.wrinkles && young.skin.g > person.skin.g + 50);
    assert_true(young.face_width == person.face_width);
    identity.beard = identity.hair = -1;
    identity.age = identity.skin = NAN;
    mien_sim_person_from(&person, &identity);
    assert_true(person.age >= 20 && person.age <= 78 && person.tone >= 0 && person.tone <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest_is_symmetrical_and_human),
        cmocka_unit_test(a_left_smile_moves_the_left_corner),
        cmocka_unit_test(a_right_wink_closes_the_right_eye),
        cmocka_unit_test(brows_and_jaw_go_their_way),
        cmocka_unit_test(the_picture_follows_the_truth),
        cmocka_unit_test(every_skin_is_well_exposed),
        cmocka_unit_test(the_seed_decides_everything),
        cmocka_unit_test(the_head_turns),
        cmocka_unit_test(eyes_look_and_lids_droop),
        cmocka_unit_test(an_identity_is_what_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
