/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "model/clip_batch.h"
#include "model/clip_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIPS = 40, FRAMES = 6, SIDE = 16, SIZE = FRAMES * SIDE * SIDE };

static const struct mien_clip_shape shape = {FRAMES, SIDE, SIDE};

/* Clip c: a spot that moves to the right from picture to picture, on a ground of its own grey. */
static void paint(uint8_t *luma, int c)
{
    for (int i = 0; i < SIZE; i++) {
        int t = i / (SIDE * SIDE), y = i / SIDE % SIDE, x = i % SIDE;
        luma[i] = (uint8_t)(50 + 3 * c + 7 * (y % 5) + (abs(x - 3 - t) < 2 && abs(y - 8) < 2 ? 60 : 0));
    }
}

static struct mien_clip_set *make_set(void)
{
    uint8_t luma[SIZE];
    struct mien_clip_set *set = mien_clip_set_new(&shape, 8);
    for (int c = 0; c < CLIPS; c++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", c / 2);
        const struct mien_clip_facts facts = {.participant = name, .task = "smile", .start = c};
        paint(luma, c);
        assert_int_equal(mien_clip_set_add(set, &facts, luma, NULL), MIEN_OK);
    }
    return set;
}

static float *batch(const struct mien_clip_set *set, const size_t *rows, size_t n,
                    const struct mien_augmentation *augmentation, uint64_t seed, uint64_t epoch, bool motion,
                    bool *mirrored)
{
    float *out = malloc(n * SIZE * mien_clip_channels(motion) * sizeof *out);
    mien_clip_batch(set, rows, n, augmentation, seed, epoch, motion, out, mirrored);
    return out;
}

static void luma_is_standardised_by_clip(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const size_t rows[] = {3, 0};
    bool mirrored[2] = {true, true};
    float *out = batch(set, rows, 2, NULL, 1, 0, false, mirrored);
    assert_false(mirrored[0] || mirrored[1]);
    for (int c = 0; c < 2; c++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += out[c * SIZE + i];
            squares += (double)out[c * SIZE + i] * out[c * SIZE + i];
        }
        assert_true(fabs(sum / SIZE) < 1e-5);
        assert_close(squares / SIZE, 1, 1e-5);
    }
    /* The two differ in their ground alone. */
    for (int i = 0; i < SIZE; i++)
        assert_true(fabsf(out[i] - out[SIZE + i]) < 1e-4f);
    free(out);
    mien_clip_set_free(set);
}

static void an_even_clip_is_all_zeros(void **state)
{
    (void)state;
    uint8_t luma[SIZE];
    struct mien_clip_set *set = mien_clip_set_new(&shape, 8);
    const struct mien_clip_facts facts = {0};
    const size_t row = 0;
    memset(luma, 77, sizeof luma);
    assert_int_equal(mien_clip_set_add(set, &facts, luma, NULL), MIEN_OK);
    float *out = batch(set, &row, 1, NULL, 1, 0, true, NULL);
    for (int i = 0; i < 2 * SIZE; i++)
        assert_true(fabsf(out[i]) < 1e-5f);
    free(out);
    mien_clip_set_free(set);
}

static void motion_is_the_difference(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const size_t rows[] = {7, 8};
    float *out = batch(set, rows, 2, &mien_augmentation_default, 3, 1, true, NULL);
    for (int c = 0; c < 2; c++) {
        const float *luma = out + 2 * c * SIZE, *motion = luma + SIZE;
        double moved = 0;
        for (int i = 0; i < SIZE; i++) {
            float want = i < SIDE * SIDE ? 0 : 4 * (luma[i] - luma[i - SIDE * SIDE]);
            assert_true(fabsf(motion[i] - want) < 1e-5f);
            moved += fabsf(motion[i]);
        }
        assert_true(moved > 10);
    }
    free(out);
    mien_clip_set_free(set);
}

static void mirroring_is_told(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const struct mien_augmentation mirror = {.mirror = true};
    size_t rows[CLIPS], turned = 0;
    bool mirrored[CLIPS];
    for (size_t i = 0; i < CLIPS; i++)
        rows[i] = i;
    float *plain = batch(set, rows, CLIPS, NULL, 5, 0, false, NULL);
    float *out = batch(set, rows, CLIPS, &mirror, 5, 0, false, mirrored);
    for (size_t i = 0; i < CLIPS * SIZE; i++) {
        size_t x = i % SIDE, from = mirrored[i / SIZE] ? i - x + SIDE - 1 - x : i;
        assert_true(fabsf(out[i] - plain[from]) < 1e-6f);
    }
    for (size_t i = 0; i < CLIPS; i++)
        turned += mirrored[i];
    assert_true(turned > CLIPS / 4 && turned < 3 * CLIPS / 4);
    free(plain);
    free(out);
    mien_clip_set_free(set);
}

static void shifts_are_whole_pixels_within_the_limit(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const struct mien_augmentation shift = {.shift = 2};
    bool seen[5][5] = {{false}};
    const size_t row = 4;
    float *plain = batch(set, &row, 1, NULL, 0, 0, false, NULL);
    for (uint64_t epoch = 0; epoch < 200; epoch++) {
        float *out = batch(set, &row, 1, &shift, 9, epoch, false, NULL);
        int fits = 0;
        for (int down = -2; down <= 2; down++)
            for (int right = -2; right <= 2; right++) {
                bool same = true;
                for (int i = 0; i < SIZE && same; i++) {
                    int y = i / SIDE % SIDE - down, x = i % SIDE - right;
                    y = y < 0 ? 0 : y >= SIDE ? SIDE - 1 : y;
                    x = x < 0 ? 0 : x >= SIDE ? SIDE - 1 : x;
                    same = fabsf(out[i] - plain[i / (SIDE * SIDE) * SIDE * SIDE + y * SIDE + x]) < 1e-6f;
                }
                fits += same;
                seen[down + 2][right + 2] = seen[down + 2][right + 2] || same;
            }
        assert_int_equal(fits, 1);
        free(out);
    }
    for (int i = 0; i < 25; i++)
        assert_true(seen[i / 5][i % 5]);
    free(plain);
    mien_clip_set_free(set);
}

static void gain_and_speed_stay_within_the_limit(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const struct mien_augmentation gain = {.gain = 0.3}, speed = {.speed = 0.4};
    const size_t row = 11;
    float *plain = batch(set, &row, 1, NULL, 0, 0, false, NULL);
    double faster = 0, slower = 0;
    for (uint64_t epoch = 0; epoch < 100; epoch++) {
        float *out = batch(set, &row, 1, &gain, 2, epoch, false, NULL);
        float factor = (out[4 * SIDE] - out[0]) / (plain[4 * SIDE] - plain[0]);
        float offset = out[0] - factor * plain[0];
        assert_true(factor > 0.74f && factor < 1.36f && fabsf(offset) <= 0.3001f);
        for (int i = 0; i < SIZE; i++)
            assert_true(fabsf(out[i] - factor * plain[i] - offset) < 2e-4f);
        free(out);
        /* Where the spot's middle is in the last picture tells how fast the clip plays. */
        out = batch(set, &row, 1, &speed, 2, epoch, false, NULL);
        double weight = 0, place = 0;
        for (int x = 0; x < SIDE; x++) {
            int i = (FRAMES - 1) * SIDE * SIDE + 8 * SIDE + x;
            float level = out[i] - out[(FRAMES - 1) * SIDE * SIDE + 8 * SIDE + SIDE - 1];
            weight += (double)level;
            place += (double)level * x;
        }
        double moment = place / weight - 3;
        assert_true(moment > 2.5 + 2.5 * 0.67 - 0.02 && moment < 5.02);
        faster += moment > 4.99;
        slower += moment < 4.9;
        free(out);
    }
    assert_true(faster > 20 && slower > 20);
    free(plain);
    mien_clip_set_free(set);
}

static void changes_follow_from_seed_epoch_and_row(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set();
    const size_t rows[] = {5, 17, 2}, other[] = {2, 30, 31, 5};
    float *a = batch(set, rows, 3, &mien_augmentation_default, 7, 4, true, NULL);
    float *b = batch(set, other, 4, &mien_augmentation_default, 7, 4, true, NULL);
    assert_memory_equal(a, b + 6 * SIZE, 2 * SIZE * sizeof *a);
    assert_memory_equal(a + 4 * SIZE, b, 2 * SIZE * sizeof *a);
    float *c = batch(set, rows, 3, &mien_augmentation_default, 7, 5, true, NULL);
    float *d = batch(set, rows, 3, &mien_augmentation_default, 8, 4, true, NULL);
    assert_true(memcmp(a, c, 2 * SIZE * sizeof *a) != 0);
    assert_true(memcmp(a, d, 2 * SIZE * sizeof *a) != 0);
    free(a);
    free(b);
    free(c);
    free(d);
    mien_clip_set_free(set);
}

static void parts_and_sums_of_sets(void **state)
{
    (void)state;
    struct mien_clip_set *set = make_set(), *part = NULL;
    struct mien_error error = {0};
    const size_t rows[] = {9, 1, 9};
    assert_int_equal(mien_clip_set_subset(set, rows, 3, &part, &error), MIEN_OK);
    assert_int_equal(part->count, 3);
    assert_string_equal(part->facts[0].participant, "p4");
    assert_string_equal(part->facts[1].visit, "");
    assert_memory_equal(mien_clip_luma(part, 2), mien_clip_luma(set, 9), SIZE);
    assert_int_equal(mien_clip_set_append(part, set, &error), MIEN_OK);
    assert_int_equal(part->count, 3 + CLIPS);
    assert_memory_equal(mien_clip_luma(part, 3 + 20), mien_clip_luma(set, 20), SIZE);
    assert_int_equal(mien_clip_set_append(part, part, &error), MIEN_OK);
    assert_int_equal(part->count, 2 * (3 + CLIPS));
    assert_string_equal(part->facts[3 + CLIPS].participant, "p4");
    struct mien_clip_set *slower = mien_clip_set_new(&shape, 4);
    assert_int_equal(mien_clip_set_append(slower, set, &error), MIEN_ERR_DATA);
    assert_string_equal(error.text, "clips of 6 pictures of 16x16 at 4 a second do not go with clips of 6 of "
                                    "16x16 at 8 a second");
    assert_int_equal(slower->count, 0);
    mien_clip_set_free(slower);
    mien_clip_set_free(part);
    mien_clip_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luma_is_standardised_by_clip),
        cmocka_unit_test(an_even_clip_is_all_zeros),
        cmocka_unit_test(motion_is_the_difference),
        cmocka_unit_test(mirroring_is_told),
        cmocka_unit_test(shifts_are_whole_pixels_within_the_limit),
        cmocka_unit_test(gain_and_speed_stay_within_the_limit),
        cmocka_unit_test(changes_follow_from_seed_epoch_and_row),
        cmocka_unit_test(parts_and_sums_of_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
