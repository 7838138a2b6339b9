/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What hidden pixels become, that nothing else changes, and that logits do not depend on the threads.
 */
#include "unit.h"

#include "base/interrupt.h"
#include "base/random.h"
#include "model/occlude.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 4, SIDE = 16, PICTURE = SIDE * SIDE, CLIP = FRAMES * PICTURE, CLIPS = 40 };

static const struct mien_clip_shape shape = {FRAMES, SIDE, SIDE};

static void noise(float *luma, uint64_t seed)
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (size_t i = 0; i < CLIP; i++)
        luma[i] = (float)mien_random_below(&random, 1000) / 500 - 1;
}

/* The square of rows and columns 4 .. 9. */
static void square(uint8_t *place)
{
    for (size_t i = 0; i < PICTURE; i++)
        place[i] = i / SIDE >= 4 && i / SIDE < 10 && i % SIDE >= 4 && i % SIDE < 10;
}

static void hide(float *luma, enum mien_occlusion_fill fill, unsigned first, unsigned stop)
{
    float scratch[2 * PICTURE];
    uint8_t place[PICTURE];
    square(place);
    const struct mien_occlusion occlusion = {place, first, stop, fill};
    mien_occlude_luma(luma, &shape, &occlusion, scratch);
}

static void only_what_is_named_is_hidden(void **state)
{
    (void)state;
    uint8_t place[PICTURE];
    square(place);
    for (int fill = 0; fill < MIEN_FILLS; fill++) {
        float luma[CLIP], before[CLIP];
        noise(luma, 1);
        memcpy(before, luma, sizeof luma);
        hide(luma, (enum mien_occlusion_fill)fill, 1, 3);
        for (size_t i = 0; i < CLIP; i++) {
            bool hidden = place[i % PICTURE] && i / PICTURE >= 1 && i / PICTURE < 3;
            assert_true(hidden || luma[i] == before[i]);
            assert_true(!hidden || luma[i] != before[i] || fill == MIEN_FILL_HOLD);
        }
    }
}

static void grey_is_the_mean_of_the_clip(void **state)
{
    (void)state;
    float luma[CLIP];
    noise(luma, 2);
    hide(luma, MIEN_FILL_GREY, 0, FRAMES);
    assert_true(luma[5 * SIDE + 5] == 0 && luma[CLIP - PICTURE + 9 * SIDE + 9] == 0);
}

static void still_keeps_the_mean_of_each_pixel(void **state)
{
    (void)state;
    float luma[CLIP], before[CLIP];
    size_t at = 6 * SIDE + 7;
    noise(luma, 3);
    memcpy(before, luma, sizeof luma);
    hide(luma, MIEN_FILL_STILL, 0, FRAMES);
    float mean =
        (before[at] + before[PICTURE + at] + before[2 * PICTURE + at] + before[3 * PICTURE + at]) / 4;
    for (size_t t = 0; t < FRAMES; t++)
        assert_float_equal(luma[t * PICTURE + at], mean, 1e-6);
}

static void hold_repeats_the_picture_beside(void **state)
{
    (void)state;
    float luma[CLIP], before[CLIP];
    size_t at = 6 * SIDE + 7;
    noise(luma, 4);
    memcpy(before, luma, sizeof luma);
    hide(luma, MIEN_FILL_HOLD, 2, 4);
    assert_true(luma[2 * PICTURE + at] == before[PICTURE + at]);
    assert_true(luma[3 * PICTURE + at] == before[PICTURE + at]);
    memcpy(luma, before, sizeof luma);
    hide(luma, MIEN_FILL_HOLD, 0, 2);
    assert_true(luma[at] == before[2 * PICTURE + at]);
    assert_true(luma[PICTURE + at] == before[2 * PICTURE + at]);
}

/* A slope of light over the picture goes on through the hidden part: its border is no edge, which it is where
 * the part becomes grey. */
static void blur_makes_no_edge(void **state)
{
    (void)state;
    float blurred[CLIP], grey[CLIP];
    for (size_t i = 0; i < CLIP; i++)
        blurred[i] = grey[i] = 1 + (float)(i % SIDE) / SIDE;
    hide(blurred, MIEN_FILL_BLUR, 0, FRAMES);
    hide(grey, MIEN_FILL_GREY, 0, FRAMES);
    size_t row = 6 * SIDE;
    assert_float_equal(blurred[row + 4] - blurred[row + 3], 1.0 / SIDE, 1e-5);
    assert_true(grey[row + 4] - grey[row + 3] < -1);
}

static void blur_takes_detail_away(void **state)
{
    (void)state;
    float luma[CLIP];
    for (size_t i = 0; i < CLIP; i++)
        luma[i] = (i + i / SIDE) % 2 ? 1.0f : -1.0f;
    hide(luma, MIEN_FILL_BLUR, 0, FRAMES);
    for (size_t x = 4; x < 10; x++)
        assert_true(luma[6 * SIDE + x] < 0.05f && luma[6 * SIDE + x] > -0.05f);
}

static struct mien_clip_set *noisy_clips(void)
{
    struct mien_clip_set *clips = mien_clip_set_new(&shape, 8);
    uint8_t luma[CLIP];
    struct mien_random random;
    mien_random_seed(&random, 9);
    for (size_t i = 0; i < CLIPS; i++) {
        for (size_t j = 0; j < CLIP; j++)
            luma[j] = (uint8_t)mien_random_below(&random, 256);
        const struct mien_clip_facts facts = {.fps = 25, .coverage = 1};
        assert_int_equal(mien_clip_set_add(clips, &facts, luma, NULL), MIEN_OK);
    }
    return clips;
}

static enum mien_status logits(const struct mien_clip_set *clips, unsigned threads, float *logit)
{
    const struct mien_network_design design = {MIEN_CONV3D, 0, 2, FRAMES, SIDE, SIDE, 1, 5, 0, false};
    struct mien_network *network;
    uint8_t place[PICTURE];
    size_t rows[CLIPS];
    for (size_t i = 0; i < CLIPS; i++)
        rows[i] = i;
    square(place);
    const struct mien_occlusion occlusion = {place, 0, FRAMES, MIEN_FILL_BLUR};
    assert_int_equal(mien_network_new(&design, threads, &network, NULL), MIEN_OK);
    enum mien_status status = mien_occlude(network, clips, rows, CLIPS, true, false, &occlusion, logit, NULL);
    mien_network_free(network);
    return status;
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    struct mien_clip_set *clips = noisy_clips();
    float one[CLIPS], three[CLIPS];
    assert_int_equal(logits(clips, 1, one), MIEN_OK);
    assert_int_equal(logits(clips, 3, three), MIEN_OK);
    assert_memory_equal(one, three, sizeof one);
    mien_clip_set_free(clips);
}

static void an_interrupt_ends_it(void **state)
{
    (void)state;
    struct mien_clip_set *clips = noisy_clips();
    float logit[CLIPS];
    mien_interrupt_request();
    assert_int_equal(logits(clips, 1, logit), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    mien_clip_set_free(clips);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_named_is_hidden),
        cmocka_unit_test(grey_is_the_mean_of_the_clip),
        cmocka_unit_test(still_keeps_the_mean_of_each_pixel),
        cmocka_unit_test(hold_repeats_the_picture_beside),
        cmocka_unit_test(blur_makes_no_edge),
        cmocka_unit_test(blur_takes_detail_away),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(an_interrupt_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
