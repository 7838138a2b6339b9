/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tiny model in dlib's format, written here byte by byte: what it computes is known by hand, and every
 * prefix of it is a damaged model.
 */
#include "model_fixture.h"
#include "own_file.h"

#include "face/model.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- A tiny model ---- */

/* One cascade, one tree with one split: right where pixel 0 is not brighter than pixel 1 by more than 10.5.
 */
static struct mien_text tiny_model(int points, long second_pixel)
{
    struct mien_text out = {0};
    put_integer(&out, 1); /* Version. */
    put_shape(&out, points, 0.125, 0.25, 0.5);
    put_integer(&out, 1); /* Cascades, trees, splits. */
    put_integer(&out, 1);
    put_integer(&out, 1);
    put_integer(&out, 0);
    put_integer(&out, second_pixel);
    put_real(&out, 10.5);
    put_integer(&out, 2); /* Leaves. */
    put_shape(&out, points, 0.25, -0.125, 0);
    put_shape(&out, points, -0.0625, 0.5, 0);
    put_integer(&out, 1); /* Cascades, pixels, their points. */
    put_integer(&out, 2);
    put_integer(&out, 0);
    put_integer(&out, 9);
    put_integer(&out, 1); /* Cascades, pixels, their offsets. */
    put_integer(&out, 2);
    put_real(&out, 0.125);
    put_real(&out, 0);
    put_real(&out, 0);
    put_real(&out, 0.25);
    return out;
}

static void write_file(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    fwrite(bytes, 1, length, file);
    fclose(file);
}

static struct mien_landmark_model *read_tiny(void)
{
    struct mien_error error;
    struct mien_landmark_model *model;
    struct mien_text bytes = tiny_model(68, 1);
    write_file(bytes.bytes, bytes.length);
    free(bytes.bytes);
    if (mien_model_read(path, &model, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return model;
}

/* ---- Tests ---- */

static void reads_all_parts(void **state)
{
    (void)state;
    struct mien_landmark_model *model = read_tiny();
    assert_int_equal(model->cascades * 1000 + model->trees * 100 + model->splits * 10 + model->pixels, 1112);
    assert_close((double)model->mean_shape[2 * 9], 0.125 + 0.0625, 1e-7);
    assert_close((double)model->mean_shape[2 * 9 + 1], 0.25 + 0.0625, 1e-7);
    assert_int_equal(model->split[0].threshold, 10);
    assert_int_equal(model->anchor[1], 9);
    assert_close((double)model->offset[3], 0.25, 1e-7);
    assert_close((double)model->leaf[MIEN_SHAPE], -0.0625, 1e-7);
    mien_landmark_model_free(model);
}

/* Box 10, 20, 65, 33: the unit square is 64 across and 32 down. Pixel 0 lies at (.25, .25), that is at 26,
 * 28; pixel 1 at
 * (.1875, .5625), that is at 22, 38. */
static void fits_as_reckoned_by_hand(void **state)
{
    (void)state;
    struct mien_landmark_model *model = read_tiny();
    uint8_t pixels[60 * 90];
    struct mien_luma luma = {pixels, 80, 60, 90};
    struct mien_box box = {10, 20, 65, 33, 0};
    struct mien_place place = mien_place_of_box(&box);
    double x[MIEN_POINTS], y[MIEN_POINTS];
    memset(pixels, 100, sizeof pixels);
    pixels[28 * 90 + 26] = 111;
    mien_model_fit(model, &luma, &place, 1, x, y); /* 111 - 100 > 10.5: the first leaf. */
    assert_close(x[0], 10 + 64 * (0.125 + 0.25), 1e-6);
    assert_close(y[0], 20 + 32 * (0.25 - 0.125), 1e-6);
    pixels[38 * 90 + 22] = 101;
    mien_model_fit(model, &luma, &place, 1, x, y);
    assert_close(x[0], 10 + 64 * (0.125 - 0.0625), 1e-6);
    assert_close(y[0], 20 + 32 * (0.25 + 0.5), 1e-6);
    assert_close(x[9], 10 + 64 * (0.1875 - 0.0625), 1e-6);
    luma.height = 30; /* Pixel 1 is outside now and counts as black. */
    mien_model_fit(model, &luma, &place, 1, x, y);
    assert_close(y[0], 20 + 32 * 0.125, 1e-6);
    mien_landmark_model_free(model);
}

static void several_places_are_as_one_by_one(void **state)
{
    (void)state;
    struct mien_landmark_model *model = read_tiny();
    uint8_t pixels[60 * 80];
    struct mien_luma luma = {pixels, 80, 60, 80};
    struct mien_place places[] = {{30, 30, 40, 40, 0}, {-500, 9000, 3, 1e5, 0.4}, {41, 22.5, 33, 31, -0.3}};
    double x[3][MIEN_POINTS], y[3][MIEN_POINTS], one_x[MIEN_POINTS], one_y[MIEN_POINTS];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * i / 7);
    mien_model_fit(model, &luma, places, 3, x[0], y[0]);
    for (size_t i = 0; i < 3; i++) {
        mien_model_fit(model, &luma, &places[i], 1, one_x, one_y);
        assert_memory_equal(x[i], one_x, sizeof one_x);
        assert_memory_equal(y[i], one_y, sizeof one_y);
    }
    mien_landmark_model_free(model);
}

static void place_of_a_moved_mean_shape(void **state)
{
    (void)state;
    struct mien_landmark_model *model = read_tiny();
    double x[MIEN_POINTS], y[MIEN_POINTS], c = 70 * cos(0.35), s = 70 * sin(0.35);
    for (int i = 0; i < MIEN_POINTS; i++) {
        double u = (double)model->mean_shape[2 * i] - 0.5, v = (double)model->mean_shape[2 * i + 1] - 0.5;
        x[i] = 123 + c * u - s * v;
        y[i] = 77 + s * u + c * v;
    }
    struct mien_place place = mien_model_place(model, x, y);
    assert_close(place.x, 123, 1e-5);
    assert_close(place.y, 77, 1e-5);
    assert_close(place.across, 70, 1e-5);
    assert_close(place.turn, 0.35, 1e-5);
    struct mien_box box = mien_box_of_place(&place);
    assert_close(box.width, 71, 1e-5);
    mien_landmark_model_free(model);
}

static void refused(const char *part)
{
    struct mien_error error;
    struct mien_landmark_model *model = NULL;
    assert_int_equal(mien_model_read(path, &model, &error), MIEN_ERR_MODEL);
    assert_null(model);
    assert_non_null(strstr(error.text, path));
    assert_non_null(strstr(error.text, "libdlib-data"));
    if (!strstr(error.text, part))
        fail_msg("\"%s\" is not in: %s", part, error.text);
}

static void damaged_models_are_refused(void **state)
{
    (void)state;
    struct mien_text bytes = tiny_model(68, 1);
    for (size_t length = 0; length < bytes.length; length++) {
        write_file(bytes.bytes, length);
        refused("ends too early");
    }
    free(bytes.bytes);
    bytes = tiny_model(68, 2); /* The split asks for a third pixel, of two. */
    write_file(bytes.bytes, bytes.length);
    refused("do not fit together");
    free(bytes.bytes);
    bytes = tiny_model(5, 1);
    write_file(bytes.bytes, bytes.length);
    refused("not a model of 68 points");
    free(bytes.bytes);
    write_file("RIFF and so on, some other file", 31);
    refused("not in dlib's format");
}

/* Every byte of the tiny model changed in turn: read or refused, but never a crash. */
static void no_byte_can_break_the_reader(void **state)
{
    (void)state;
    struct mien_text bytes = tiny_model(68, 1);
    for (size_t i = 0; i < bytes.length; i++) {
        char kept = bytes.bytes[i];
        struct mien_error error;
        struct mien_landmark_model *model = NULL;
        bytes.bytes[i] = (char)(kept ^ (i % 2 ? 0x8f : 0x06));
        write_file(bytes.bytes, bytes.length);
        bytes.bytes[i] = kept;
        if (mien_model_read(path, &model, &error) == MIEN_OK) {
            uint8_t grey[16] = {0};
            struct mien_luma luma = {grey, 4, 4, 4};
            struct mien_place place = {2, 2, 4, 4, 0};
            double x[MIEN_POINTS], y[MIEN_POINTS];
            mien_model_fit(model, &luma, &place, 1, x, y);
        }
        mien_landmark_model_free(model);
    }
    free(bytes.bytes);
}

static void a_missing_model_tells_the_way_out(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_landmark_model *model;
    assert_int_equal(mien_landmark_model_load("/tmp/no-such-model.dat", &model, &error), MIEN_ERR_MODEL);
    assert_non_null(strstr(error.text, "/tmp/no-such-model.dat"));
    assert_non_null(strstr(error.text, "libdlib-data"));
    setenv("MIEN_LANDMARKS", "/tmp/no-other-model.dat", 1);
    assert_int_equal(mien_landmark_model_load(NULL, &model, &error), MIEN_ERR_MODEL);
    assert_non_null(strstr(error.text, "MIEN_LANDMARKS"));
    setenv("MIEN_LANDMARKS", path, 1);
    mien_landmark_model_free(read_tiny());
    assert_int_equal(mien_landmark_model_load(NULL, &model, &error), MIEN_OK);
    mien_landmark_model_free(model);
    unsetenv("MIEN_LANDMARKS");
}

static void unusable_boxes_are_refused(void **state)
{
    (void)state;
    struct mien_landmark_model *model = read_tiny();
    struct mien_error error;
    uint8_t grey[16] = {0};
    double x[MIEN_POINTS], y[MIEN_POINTS];
    const struct mien_box bad[] = {{NAN, 0, 5, 5, 0}, {0, 0, 0, 5, 0}, {0, 0, 5, -5, 0}, {0, 1e300, 5, 5, 0}};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mien_face_landmarks(model, grey, 4, 4, 4, &bad[i], x, y, &error), MIEN_ERR_DATA);
    mien_landmark_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_parts),
        cmocka_unit_test(fits_as_reckoned_by_hand),
        cmocka_unit_test(several_places_are_as_one_by_one),
        cmocka_unit_test(place_of_a_moved_mean_shape),
        cmocka_unit_test(damaged_models_are_refused),
        cmocka_unit_test(no_byte_can_break_the_reader),
        cmocka_unit_test(a_missing_model_tells_the_way_out),
        cmocka_unit_test(unusable_boxes_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
