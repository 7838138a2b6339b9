/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several recordings at once with one model give what one after the other gives. Needs the real material
 * (MIEN_REAL) and an installed landmark model.
 */
#include "unit.h"

#include "base/interrupt.h"
#include "face/face.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
    char path[512];
    const struct mien_landmark_model *model;
    struct mien_track *track;
    enum mien_status status;
};

static void *track_one(void *context)
{
    struct work *work = context;
    work->status = mien_face_track(work->path, work->model, NULL, NULL, &work->track, NULL);
    return NULL;
}

static struct mien_landmark_model *load_model(void)
{
    struct mien_landmark_model *model = NULL;
    struct mien_error error;
    if (!getenv("MIEN_REAL")) {
        print_message("no real material (set MIEN_REAL)\n");
        skip();
    }
    if (mien_landmark_model_load(NULL, &model, &error) != MIEN_OK) {
        print_message("%s\n", error.text);
        skip();
    }
    return model;
}

static void threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    static const char *const names[] = {"derived/ref.mp4", "video/intel_asl_walk.mkv", "derived/ref.mp4"};
    struct mien_landmark_model *model = load_model();
    struct work together[3], alone[3];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        snprintf(together[i].path, sizeof together[i].path, "%s/%s", getenv("MIEN_REAL"), names[i]);
        together[i].model = model;
        alone[i] = together[i];
        assert_int_equal(pthread_create(&threads[i], NULL, track_one, &together[i]), 0);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 3; i++) {
        track_one(&alone[i]);
        assert_int_equal(together[i].status, MIEN_OK);
        assert_int_equal(alone[i].status, MIEN_OK);
        size_t count = alone[i].track->count;
        assert_int_equal(together[i].track->count, count);
        assert_memory_equal(together[i].track->found, alone[i].track->found, count);
        assert_memory_equal(together[i].track->x, alone[i].track->x, count * MIEN_POINTS * sizeof(double));
        assert_memory_equal(together[i].track->yaw, alone[i].track->yaw, count * sizeof(double));
        mien_track_free(together[i].track);
        mien_track_free(alone[i].track);
    }
    mien_landmark_model_free(model);
}

static void an_interrupt_stops_it(void **state)
{
    (void)state;
    struct mien_landmark_model *model = load_model();
    struct mien_error error;
    struct mien_track *track = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/derived/ref.mp4", getenv("MIEN_REAL"));
    mien_interrupt_request();
    assert_int_equal(mien_face_track(path, model, NULL, NULL, &track, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    assert_null(track);
    assert_string_equal(error.text, "stopped");
    mien_landmark_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_disturb_each_other),
        cmocka_unit_test(an_interrupt_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
