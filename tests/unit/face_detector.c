/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The detector finds what dlib's own does: boxes and scores below are those of dlib 19.24's
 * get_frontal_face_detector() on the luma of these pictures. Needs the real material (MIEN_REAL).
 */
#include "unit.h"

#include "face/face.h"
#include "video/video.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *file;
    struct mien_box box; /* Best first. */
} expected[] = {{"pyfeat_multi_face.jpg", {319, 250, 105, 104, 2.50418}},
                {"pyfeat_multi_face.jpg", {673, 300, 126, 125, 1.85459}},
                {"pyfeat_multi_face.jpg", {526, 330, 105, 105, 1.77495}},
                {"pyfeat_multi_face.jpg", {445, 229, 73, 73, 0.80244}},
                {"skimage_astronaut.png", {179, 83, 88, 88, 1.51247}},
                {"facerec_obama-480p.jpg", {383, 65, 125, 125, 1.81922}}};

enum { EXPECTED = sizeof expected / sizeof *expected };

static void check_file(const char *name, size_t first, size_t wanted)
{
    char path[512];
    struct mien_video *video;
    struct mien_video_frame frame;
    struct mien_error error;
    struct mien_box *boxes = NULL;
    size_t count = 0;
    snprintf(path, sizeof path, "%s/images/%s", getenv("MIEN_REAL"), name);
    if (mien_video_open(path, &video, &error) != MIEN_OK || mien_video_next(video, &frame, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    if (mien_face_detect(frame.luma, frame.width, frame.height, frame.luma_stride, &boxes, &count, &error) !=
        MIEN_OK)
        fail_msg("%s", error.text);
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) {
        const struct mien_box *box = &expected[first + i].box;
        assert_close(boxes[i].left, box->left, 0);
        assert_close(boxes[i].top, box->top, 0);
        assert_close(boxes[i].width, box->width, 0);
        assert_close(boxes[i].height, box->height, 0);
        assert_close(boxes[i].score, box->score, 2e-5);
    }
    free(boxes);
    mien_video_close(video);
}

static void boxes_and_scores_are_dlibs(void **state)
{
    (void)state;
    if (!getenv("MIEN_REAL")) {
        print_message("no real material (set MIEN_REAL)\n");
        skip();
    }
    for (size_t first = 0, next; first < EXPECTED; first = next) {
        for (next = first + 1; next < EXPECTED && strcmp(expected[next].file, expected[first].file) == 0;
             next++)
            ;
        check_file(expected[first].file, first, next - first);
    }
}

static void nothing_is_found_where_there_is_nothing(void **state)
{
    (void)state;
    enum { SIDE = 240 };
    static uint8_t grey[SIDE * SIDE];
    struct mien_box *boxes = NULL;
    struct mien_error error;
    /* Down to pictures that are smaller than the detector's window. */
    for (int side = SIDE; side >= 1; side /= 3) {
        size_t count = 99;
        for (int i = 0; i < side * side; i++)
            grey[i] = (uint8_t)(i % side / 7 * 31 + i / side);
        if (mien_face_detect(grey, side, side, side, &boxes, &count, &error) != MIEN_OK)
            fail_msg("%s", error.text);
        assert_int_equal(count, 0);
        free(boxes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_and_scores_are_dlibs),
        cmocka_unit_test(nothing_is_found_where_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
