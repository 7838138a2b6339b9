/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model: the same points from every kind of processor, nearly those of the model as dlib stores
 * it, and no harm from any bytes. The last tests need an installed landmark model or also the real material
 * (MIEN_REAL).
 */
#include "model_fixture.h"

#include "face/packed.h"
#include "face/predictor.h"
#include "video/video.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "face_dlib_points.h"

static char path[] = "/tmp/mien-packed.XXXXXX";

static int setup(void **state)
{
    (void)state;
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static struct mien_landmark_model *exact_model(int cascades)
{
    struct mien_landmark_model *model = NULL;
    struct mien_error error;
    struct mien_text bytes = made_up_model(cascades, 7);
    FILE *file = fopen(path, "wb");
    fwrite(bytes.bytes, 1, bytes.length, file);
    fclose(file);
    free(bytes.bytes);
    if (mien_model_read(path, &model, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return model;
}

static struct mien_landmark_model *packed_copy(const struct mien_landmark_model *exact)
{
    struct mien_cached bytes;
    struct mien_landmark_model *model = NULL;
    assert_int_equal(mien_packed_make(exact, &bytes, NULL), MIEN_OK);
    assert_int_equal(mien_packed_open(&bytes, &model, NULL), MIEN_OK);
    model->run = mien_cascade_plain;
    return model;
}

enum { WIDTH = 200, HEIGHT = 150, STRIDE = 211, PLACES = 7 };

/* Inside the picture, over its edges, outside, and where there is no place at all. */
static const struct mien_place places[PLACES] = {
    {100, 70, 90, 90, 0},   {97, 75.3, 80, 84, 0.3},    {10, 8, 90, 90, -0.2}, {195, 148, 70, 60, 1.5},
    {-500, 9e5, 3, 1e5, 3}, {100, 70, 0.001, 0.001, 0}, {NAN, 70, 90, 90, 0}};

/* Whether the program would choose this kind of processor. */
static bool processor_can(const char *name)
{
    mien_cascade *chosen;
    setenv("MIEN_CPU", name, 1);
    bool can = mien_cascade_choose(&chosen, NULL) == MIEN_OK;
    unsetenv("MIEN_CPU");
    return can;
}

static void every_processor_gives_the_same_points(void **state)
{
    (void)state;
    static const struct {
        mien_cascade *run;
        const char *name;
    } kinds[] = {{mien_cascade_wide, NULL}, {mien_cascade_avx2, "avx2"}, {mien_cascade_avx512, "avx512"}};
    struct mien_landmark_model *exact = exact_model(3), *model = packed_copy(exact);
    uint8_t pixels[HEIGHT * STRIDE];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, STRIDE};
    double x[PLACES][MIEN_POINTS], y[PLACES][MIEN_POINTS], other_x[PLACES][MIEN_POINTS],
        other_y[PLACES][MIEN_POINTS];
    draw_pattern(pixels, WIDTH, HEIGHT, STRIDE);
    mien_model_fit(model, &luma, places, PLACES, x[0], y[0]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].name && !processor_can(kinds[i].name))
            continue;
        model->run = kinds[i].run;
        mien_model_fit(model, &luma, places, PLACES, other_x[0], other_y[0]);
        assert_memory_equal(x, other_x, sizeof x);
        assert_memory_equal(y, other_y, sizeof y);
    }
    mien_landmark_model_free(exact);
    mien_landmark_model_free(model);
}

/* One cascade, so that rounding cannot choose other leaves: each of the trees is rounded by half a step at
 * most, a step being 0.004 / 32767 of the box. */
static void packing_rounds_and_does_no_more(void **state)
{
    (void)state;
    struct mien_landmark_model *exact = exact_model(1), *model = packed_copy(exact);
    uint8_t pixels[HEIGHT * STRIDE];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, STRIDE};
    double x[2][MIEN_POINTS], y[2][MIEN_POINTS], most = FIXTURE_TREES * 0.5 * 0.0041 / 32767 * 90;
    draw_pattern(pixels, WIDTH, HEIGHT, STRIDE);
    for (size_t p = 0; p < 4; p++) {
        mien_model_fit(exact, &luma, &places[p], 1, x[0], y[0]);
        mien_model_fit(model, &luma, &places[p], 1, x[1], y[1]);
        for (size_t i = 0; i < MIEN_POINTS; i++) {
            assert_true(fabs(x[0][i] - x[1][i]) < most);
            assert_true(fabs(y[0][i] - y[1][i]) < most);
        }
    }
    assert_true(memcmp(x[0], x[1], sizeof x[0]) != 0);
    mien_landmark_model_free(exact);
    mien_landmark_model_free(model);
}

/* Bytes that passed the checksum because somebody made it fit. */
static void no_bytes_lead_outside(void **state)
{
    (void)state;
    struct mien_landmark_model *exact = exact_model(2), *model;
    uint8_t pixels[HEIGHT * STRIDE];
    struct mien_luma luma = {pixels, WIDTH, HEIGHT, STRIDE};
    struct mien_cached good, bad;
    double x[PLACES * MIEN_POINTS], y[PLACES * MIEN_POINTS];
    size_t opened = 0, refused = 0;
    bool avx512 = processor_can("avx512");
    draw_pattern(pixels, WIDTH, HEIGHT, STRIDE);
    assert_int_equal(mien_packed_make(exact, &good, NULL), MIEN_OK);
    for (size_t i = 0; i < 400; i++) {
        /* The sizes, then the anchors behind the mean shape, then all the rest. */
        size_t from = i < 40 ? i : i < 80 ? 576 + 2 * (i - 40) : i * (good.size / 400);
        size_t length = i % 3 == 0 ? 1 : 40;
        assert_int_equal(mien_cached_new(good.size, &bad, NULL), MIEN_OK);
        memcpy(bad.bytes, good.bytes, good.size);
        memset((char *)bad.bytes + from, i % 2 ? 0xff : 0x7f, length);
        if (mien_packed_open(&bad, &model, NULL) != MIEN_OK) {
            mien_cached_free(&bad);
            refused++;
            continue;
        }
        opened++;
        model->run = i % 2 ? mien_cascade_plain : mien_cascade_wide;
        mien_model_fit(model, &luma, places, PLACES, x, y);
        if (avx512) {
            model->run = mien_cascade_avx512;
            mien_model_fit(model, &luma, places, PLACES, x, y);
        }
        mien_landmark_model_free(model);
    }
    assert_true(opened > 100 && refused > 20);
    for (size_t size = 0; size < good.size; size += 1 + size / 3) {
        bad = good;
        bad.size = size;
        assert_int_equal(mien_packed_open(&bad, &model, NULL), MIEN_ERR_FORMAT);
    }
    mien_cached_free(&good);
    mien_landmark_model_free(exact);
}

/* ---- With dlib's model ---- */

static struct mien_landmark_model *installed_model(void)
{
    char found[4096];
    struct mien_landmark_model *model = NULL;
    struct mien_error error;
    if (mien_landmark_model_find(found, &error) != MIEN_OK ||
        mien_model_read(found, &model, &error) != MIEN_OK) {
        print_message("%s\n", error.text);
        skip();
    }
    return model;
}

/* dlib rounds its points to whole pixels. */
static void the_exact_model_gives_dlibs_points(void **state)
{
    (void)state;
    struct mien_landmark_model *model = installed_model();
    static uint8_t pixels[DLIB_HEIGHT * DLIB_WIDTH];
    struct mien_luma luma = {pixels, DLIB_WIDTH, DLIB_HEIGHT, DLIB_WIDTH};
    double x[MIEN_POINTS], y[MIEN_POINTS];
    draw_pattern(pixels, DLIB_WIDTH, DLIB_HEIGHT, DLIB_WIDTH);
    for (size_t b = 0; b < sizeof dlib_boxes / sizeof *dlib_boxes; b++) {
        const int *box = dlib_boxes[b];
        struct mien_box sides = {box[0], box[1], box[2], box[3], 0};
        struct mien_place place = mien_place_of_box(&sides);
        mien_model_fit(model, &luma, &place, 1, x, y);
        for (size_t i = 0; i < MIEN_POINTS; i++)
            if (!(fabs(x[i] - dlib_points[b][i][0]) < 0.501 && fabs(y[i] - dlib_points[b][i][1]) < 0.501))
                fail_msg("box %zu, point %zu: %g %g, dlib has %d %d", b, i, x[i], y[i], dlib_points[b][i][0],
                         dlib_points[b][i][1]);
    }
    mien_landmark_model_free(model);
}

static int by_size(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return difference < 0 ? -1 : difference > 0;
}

struct comparison {
    const struct mien_landmark_model *exact, *packed;
    double distance[64];                   /* Per picture, of interocular distance. */
    double x[MIEN_POINTS], y[MIEN_POINTS]; /* Sums over the pictures. */
    size_t count;
};

/* Nine boxes about the face, shifted by 2 %. */
static void compare_in_picture(struct comparison *all, const struct mien_luma *luma,
                               const struct mien_place *face)
{
    double x[2][9][MIEN_POINTS], y[2][9][MIEN_POINTS];
    struct mien_place shifted[9];
    for (int i = 0; i < 9; i++) {
        shifted[i] = *face;
        shifted[i].x += 0.02 * face->across * (i % 3 - 1);
        shifted[i].y += 0.02 * face->across * (i / 3 - 1);
    }
    mien_model_fit(all->exact, luma, shifted, 9, x[0][0], y[0][0]);
    mien_model_fit(all->packed, luma, shifted, 9, x[1][0], y[1][0]);
    double iod = hypot(x[0][4][36] + x[0][4][39] - x[0][4][42] - x[0][4][45],
                       y[0][4][36] + y[0][4][39] - y[0][4][42] - y[0][4][45]) /
                 2;
    double sum = 0;
    for (int i = 0; i < 9; i++)
        for (int p = 0; p < MIEN_POINTS; p++) {
            double dx = x[1][i][p] - x[0][i][p], dy = y[1][i][p] - y[0][i][p];
            sum += hypot(dx, dy) / iod;
            all->x[p] += dx / iod / 9;
            all->y[p] += dy / iod / 9;
        }
    all->distance[all->count++] = sum / 9 / MIEN_POINTS;
}

static void compare_in_file(struct comparison *all, const char *name)
{
    char file[512];
    struct mien_video *video;
    struct mien_video_frame frame;
    struct mien_box *boxes = NULL;
    struct mien_error error;
    size_t count = 0;
    snprintf(file, sizeof file, "%s/%s", getenv("MIEN_REAL"), name);
    if (mien_video_open(file, &video, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    for (int i = 0; i < 6 && mien_video_next(video, &frame, &error) == MIEN_OK; i++) {
        struct mien_luma luma = {frame.luma, frame.width, frame.height, frame.luma_stride};
        assert_int_equal(mien_face_detect(frame.luma, frame.width, frame.height, frame.luma_stride, &boxes,
                                          &count, &error),
                         MIEN_OK);
        for (size_t b = 0; b < count && all->count < 64; b++) {
            struct mien_place place = mien_place_of_box(&boxes[b]);
            compare_in_picture(all, &luma, &place);
        }
        free(boxes);
    }
    mien_video_close(video);
}

static void packed_points_are_nearly_dlibs(void **state)
{
    (void)state;
    static const char *const names[] = {
        "images/pyfeat_multi_face.jpg",  "images/skimage_astronaut.png",
        "images/pyfeat_single_face.jpg", "derived/ref.mp4",
        "images/facerec_obama-480p.jpg", "video/liveportrait_d9.mp4",
        "video/openwillis_baseline.mp4", "video/opendbm_subj01_timepoint01.mp4"};
    if (!getenv("MIEN_REAL")) {
        print_message("no real material (set MIEN_REAL)\n");
        skip();
    }
    struct mien_landmark_model *exact = installed_model(), *packed = packed_copy(exact);
    struct comparison all = {.exact = exact, .packed = packed};
    packed->run = mien_cascade_wide;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        compare_in_file(&all, names[i]);
    double bias = 0, count = (double)all.count;
    for (int p = 0; p < MIEN_POINTS; p++)
        bias += hypot(all.x[p], all.y[p]) / count / MIEN_POINTS;
    qsort(all.distance, all.count, sizeof(double), by_size);
    print_message("%zu faces: median distance %.3f %%, largest %.3f %%, bias %.4f %% of iod\n", all.count,
                  100 * all.distance[all.count / 2], 100 * all.distance[all.count - 1], 100 * bias);
    assert_true(all.count >= 10);
    assert_true(all.distance[all.count / 2] < 0.003);
    assert_true(bias < 0.0006);
    mien_landmark_model_free(exact);
    mien_landmark_model_free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_processor_gives_the_same_points),
        cmocka_unit_test(packing_rounds_and_does_no_more),
        cmocka_unit_test(no_bytes_lead_outside),
        cmocka_unit_test(the_exact_model_gives_dlibs_points),
        cmocka_unit_test(packed_points_are_nearly_dlibs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
