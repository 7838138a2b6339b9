/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "face/confidence.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 400, HEIGHT = 300 };

/* What a good frame of a real recording tells. */
static const struct mien_confidence_evidence good = {.disagreement = 0.008,
                                                     .jump = 0.01,
                                                     .shape = 0.08,
                                                     .eyes = 70,
                                                     .outside = 0,
                                                     .light = 0.45,
                                                     .contrast = 0.1,
                                                     .sharpness = 0.17,
                                                     .symmetry = 0.6,
                                                     .darkness = 1.25};

static void a_good_frame_has_a_high_confidence(void **state)
{
    (void)state;
    double confidence = mien_confidence(&good);
    assert_true(confidence > 0.95 && confidence <= 1);
}

static void what_speaks_against_a_face_lowers_it(void **state)
{
    (void)state;
    double before = mien_confidence(&good), last = before;
    struct mien_confidence_evidence bad = good;
    for (int i = 0; i < 5; i++) {
        bad.disagreement *= 2;
        assert_true(mien_confidence(&bad) < last);
        last = mien_confidence(&bad);
    }
    assert_true(last >= 0 && last < 0.05);
    bad = good;
    bad.disagreement = 0.04;
    bad.darkness = -0.5; /* Eyes brighter than cheeks. */
    assert_true(mien_confidence(&bad) < 0.5);
    bad = good;
    bad.outside = 0.3;
    assert_true(mien_confidence(&bad) < 0.5);
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    struct mien_confidence_evidence some = good, none;
    some.jump = some.shape = some.symmetry = NAN;
    assert_true(mien_confidence(&some) > 0.9);
    some = good;
    some.disagreement = NAN;
    assert_true(mien_confidence(&some) > 0.7);
    double typical = mien_confidence(&some);
    some.contrast = 0.01;
    some.sharpness = 1.9;
    some.jump = 0.4;
    assert_true(mien_confidence(&some) < 0.5 && mien_confidence(&some) < typical);
    none = (struct mien_confidence_evidence){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, false};
    double confidence = mien_confidence(&none);
    assert_true(confidence > 0 && confidence < 1);
}

static void an_old_disagreement_is_not_trusted_alone(void **state)
{
    (void)state;
    struct mien_confidence_evidence frame = good;
    frame.stale = true;
    assert_true(mien_confidence(&frame) > 0.7);
    frame.jump = 0.3;
    frame.contrast = 0.03;
    frame.symmetry = 0;
    double old = mien_confidence(&frame);
    frame.stale = false;
    assert_true(old < 0.6 && mien_confidence(&frame) > 0.9);
}

static void nothing_is_beyond_its_range(void **state)
{
    (void)state;
    struct mien_confidence_evidence wild = {1e9, 1e9, 1e9, 0, 1, 0, 0, 1e9, -1, -1e3, false};
    double confidence = mien_confidence(&wild);
    assert_true(confidence >= 0 && confidence < 1e-6);
    wild = (struct mien_confidence_evidence){0, 0, 0, 1e9, 0, 1, 1, 0, 1, 10, false};
    confidence = mien_confidence(&wild);
    assert_true(confidence <= 1 && confidence > 0.9);
}

/* ---- The picture ---- */

/* A model of which only the mean shape is set: brows, eyes, nose and mouth in roughly their places. */
static struct mien_landmark_model *make_model(void)
{
    struct mien_landmark_model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double angle = 3.141592653589793 * (1 - i / 16.0), u, v;
        if (i < 17) {
            u = 0.5 + 0.48 * cos(angle);
            v = 0.3 + 0.65 * sin(angle);
        } else if (i < 27) {
            u = i < 22 ? 0.14 + 0.06 * (i - 17) : 0.62 + 0.06 * (i - 22);
            v = 0.15;
        } else if (i < 36) {
            u = i < 31 ? 0.5 : 0.42 + 0.04 * (i - 31);
            v = i < 31 ? 0.25 + 0.08 * (i - 27) : 0.56;
        } else if (i < 48) {
            int k = (i - 36) % 6;
            double side = i < 42 ? 0.29 : 0.71;
            u = side + 0.08 * cos(3.141592653589793 * (1 + k / 3.0));
            v = 0.27 + 0.03 * sin(3.141592653589793 * (1 + k / 3.0));
        } else {
            double turn = 6.283185307179586 * (i - 48) / 12.0;
            u = 0.5 - 0.17 * cos(turn);
            v = 0.75 - 0.06 * sin(turn);
        }
        model->mean_shape[2 * i] = (float)u;
        model->mean_shape[2 * i + 1] = (float)v;
    }
    return model;
}

/* The mean shape in a picture, of skin with dark eyes and brows and a little grain. */
static void draw(const struct mien_landmark_model *model, uint8_t *pixels, double *x, double *y)
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        x[i] = 100 + 180 * (double)model->mean_shape[2 * i];
        y[i] = 60 + 180 * (double)model->mean_shape[2 * i + 1];
    }
    for (int row = 0; row < HEIGHT; row++)
        for (int column = 0; column < WIDTH; column++) {
            double value = 170 + (row * 7 + column * 13) % 5;
            for (int i = 17; i < 48; i++)
                if ((i < 27 || i >= 36) && hypot(column - x[i], row - y[i]) < 7)
                    value = 60;
            pixels[row * WIDTH + column] = (uint8_t)value;
        }
}

static void a_picture_is_looked_at(void **state)
{
    (void)state;
    struct mien_landmark_model *model = make_model();
    uint8_t *pixels = malloc(WIDTH * HEIGHT);
    double x[MIEN_POINTS], y[MIEN_POINTS];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, WIDTH};
    struct mien_confidence_evidence face = good, patched = good;
    assert_non_null(pixels);
    draw(model, pixels, x, y);
    mien_confidence_look(model, &luma, x, y, &face);
    assert_close(face.disagreement, good.disagreement, 0); /* Is the caller's. */
    assert_close(face.eyes, 0.42 * 180, 1e-3);
    assert_true(face.shape < 1e-5 && face.outside == 0);
    assert_true(face.darkness > 1.5 && face.symmetry > 0.9 && face.contrast > 0.1);
    assert_true(face.light > 0.4 && face.light < 0.7);
    /* A bright patch over the right eye. */
    for (int row = 70; row < 130; row++)
        memset(pixels + row * WIDTH + 115, 235, 70);
    mien_confidence_look(model, &luma, x, y, &patched);
    assert_true(patched.symmetry < face.symmetry - 0.3 && patched.darkness < face.darkness - 0.3);
    /* One eye lower than it can be: another shape. */
    for (int i = 36; i < 42; i++)
        y[i] += 30;
    mien_confidence_look(model, &luma, x, y, &patched);
    assert_true(patched.shape > 0.05);
    free(pixels);
    free(model);
}

static void points_outside_the_picture_are_counted(void **state)
{
    (void)state;
    struct mien_landmark_model *model = make_model();
    uint8_t *pixels = calloc(WIDTH, HEIGHT);
    double x[MIEN_POINTS], y[MIEN_POINTS];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, WIDTH};
    struct mien_confidence_evidence evidence = good;
    assert_non_null(pixels);
    draw(model, pixels, x, y);
    for (int i = 0; i < 17; i++)
        x[i] += 1000;
    memset(pixels, 16, WIDTH * HEIGHT);
    mien_confidence_look(model, &luma, x, y, &evidence);
    assert_close(evidence.outside, 0.25, 1e-12);
    /* A single grey has no contrast, and no sides to compare. */
    assert_true(evidence.contrast < 1e-6);
    assert_true(mien_confidence(&evidence) < 0.5);
    free(pixels);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_frame_has_a_high_confidence),
        cmocka_unit_test(what_speaks_against_a_face_lowers_it),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(an_old_disagreement_is_not_trusted_alone),
        cmocka_unit_test(nothing_is_beyond_its_range),
        cmocka_unit_test(a_picture_is_looked_at),
        cmocka_unit_test(points_outside_the_picture_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
