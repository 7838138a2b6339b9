/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recordings: the camera, the frames it loses, the truth as columns, and many at once with the same bytes as
 * one by one.
 */
#include "base/interrupt.h"
#include "sim/batch.h"
#include "sim/truth.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 64, MANY = 3 };

static char folder[] = "/tmp/mien-sim-XXXXXX";

static struct mien_sim_plan plan_of(uint64_t seed)
{
    static const double time[] = {0, 0.2}, value[] = {0, 1};
    struct mien_sim_plan plan = {.frames = 6, .seed = seed};
    mien_sim_person(&plan.person, seed, true);
    plan.camera =
        (struct mien_sim_camera){.width = SIZE, .height = SIZE, .fps = 25, .light = 1, .noise = 2.6};
    plan.performance.gain[0] = plan.performance.gain[1] = 1;
    plan.performance.motion = 1;
    plan.performance.seed = seed;
    plan.performance.curve[2 * MIEN_SIM_AU12 + MIEN_SIM_LEFT] =
        (struct mien_sim_curve){time, value, 2, false};
    return plan;
}

static char *in_folder(const char *name)
{
    static char paths[8][80];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static size_t bytes_of(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, size, file) : 0;
    if (file)
        fclose(file);
    return length;
}

static double mean_of(const uint8_t *rgb)
{
    double sum = 0;
    for (int i = 0; i < 3 * SIZE * SIZE; i++)
        sum += rgb[i];
    return sum / (3 * SIZE * SIZE);
}

static double spread_of(const uint8_t *rgb)
{
    double mean = mean_of(rgb), sum = 0;
    for (int i = 0; i < 3 * SIZE * SIZE; i++)
        sum += (rgb[i] - mean) * (rgb[i] - mean);
    return sqrt(sum / (3 * SIZE * SIZE));
}

static void little_light_is_dark_and_noisy(void **state)
{
    (void)state;
    static uint8_t bright[3 * SIZE * SIZE], dark[3 * SIZE * SIZE];
    struct mien_sim_plan plan = plan_of(3);
    memset(bright, 120, sizeof bright);
    memset(dark, 120, sizeof dark);
    mien_sim_expose(&plan, 0, bright);
    plan.camera.light = 0.25;
    mien_sim_expose(&plan, 0, dark);
    assert_true(mean_of(bright) > 105 && mean_of(bright) < 140);
    assert_true(mean_of(dark) < 0.55 * mean_of(bright));
    assert_true(fabs(spread_of(bright) - 2.6) < 0.3);
    assert_true(fabs(spread_of(dark) - 5.2) < 0.5);
}

static void lost_frames_leave_the_times_of_the_others(void **state)
{
    (void)state;
    struct mien_sim_recording *recording = NULL;
    struct mien_sim_studio studio = {0};
    struct mien_sim_plan plan = plan_of(8);
    plan.frames = 40;
    plan.camera.drop = 0.4;
    assert_int_equal(mien_sim_record(&plan, in_folder("lost.mp4"), &studio, NULL, &recording, NULL), MIEN_OK);
    mien_sim_studio_clear(&studio);
    assert_true(recording->count >= 14 && recording->count <= 34);
    assert_close(recording->time[0], 0.0, 0);
    size_t last = recording->count - 1;
    for (size_t i = 0; i < last; i++)
        assert_true(recording->time[i + 1] > recording->time[i]);
    /* The action unit's level belongs to the time, not to the row. */
    for (size_t i = 0; i < recording->count; i++)
        assert_close(recording->movement[i].level[MIEN_SIM_AU12][MIEN_SIM_LEFT],
                     fmin(1, recording->time[i] / 0.2), 1e-12);
    mien_sim_recording_free(recording);
}

static double value_named(const struct mien_sim_recording *recording, const char *wanted, size_t row)
{
    for (int column = 0; column < mien_sim_truth_columns(); column++) {
        char name[MIEN_SIM_NAME];
        mien_sim_truth_name(column, name);
        if (strcmp(name, wanted) == 0)
            return mien_sim_truth_value(recording, column, row);
    }
    fail_msg("no column %s", wanted);
    return 0;
}

static void columns_say_what_was_drawn(void **state)
{
    (void)state;
    struct mien_sim_recording *recording = NULL;
    struct mien_sim_studio studio = {0};
    struct mien_sim_plan plan = plan_of(5);
    plan.performance.weakness.side[MIEN_SIM_LEFT] = 0.25;
    assert_int_equal(mien_sim_record(&plan, in_folder("columns.mp4"), &studio, NULL, &recording, NULL),
                     MIEN_OK);
    mien_sim_studio_clear(&studio);
    assert_close(value_named(recording, "frame", 3), 3.0, 0);
    assert_close(value_named(recording, "time", 3), 0.12, 1e-12);
    assert_close(value_named(recording, "au12_l", 3), 0.6 * 0.75, 1e-12);
    assert_close(value_named(recording, "au12_r", 3), 0.0, 0);
    assert_close(value_named(recording, "au25", 3), 0.0, 0);
    assert_close(value_named(recording, "strength_mid_l", 3), 0.75, 1e-12);
    assert_close(value_named(recording, "strength_lid_r", 3), 1.0, 0);
    assert_close(value_named(recording, "x37", 2), recording->truth[2].x[36], 0);
    assert_close(value_named(recording, "y68", 2), recording->truth[2].y[67], 0);
    assert_close(value_named(recording, "lid_opening_l", 2), recording->truth[2].lid_opening[MIEN_SIM_LEFT],
                 0);
    assert_close(value_named(recording, "roll", 1), recording->movement[1].roll, 0);
    mien_sim_recording_free(recording);
}

static enum mien_status record_many(const char *prefix, int workers, struct mien_error *error)
{
    static char names[MANY][3][100];
    struct mien_sim_job jobs[MANY] = {0};
    for (int i = 0; i < MANY; i++) {
        jobs[i].plan = plan_of(20 + (uint64_t)i);
        snprintf(names[i][0], sizeof names[i][0], "%s%d.mp4", prefix, i);
        snprintf(names[i][1], sizeof names[i][1], "%s%d.csv", prefix, i);
        snprintf(names[i][2], sizeof names[i][2], "%s%d.done", prefix, i);
        jobs[i].video = names[i][0];
        jobs[i].truth = names[i][1];
        jobs[i].receipt = names[i][2];
        jobs[i].receipt_text = "as planned\n";
    }
    return mien_sim_record_all(jobs, MANY, workers, NULL, error);
}

static void two_threads_write_what_one_writes(void **state)
{
    (void)state;
    static char a[100000], b[100000];
    char stray[100];
    snprintf(stray, sizeof stray, "%s/two1.mp4.Ab12zZ", folder);
    fclose(fopen(stray, "w"));
    assert_int_equal(record_many(in_folder("one"), 1, NULL), MIEN_OK);
    assert_int_equal(record_many(in_folder("two"), 2, NULL), MIEN_OK);
    for (int i = 0; i < MANY; i++)
        for (int kind = 0; kind < 2; kind++) {
            char name[100];
            snprintf(name, sizeof name, "%s/one%d.%s", folder, i, kind ? "csv" : "mp4");
            size_t length = bytes_of(name, a, sizeof a);
            snprintf(name, sizeof name, "%s/two%d.%s", folder, i, kind ? "csv" : "mp4");
            assert_true(length > 300 && length < sizeof a);
            assert_int_equal(bytes_of(name, b, sizeof b), length);
            assert_memory_equal(a, b, length);
        }
    assert_int_equal(bytes_of(in_folder("two2.done"), a, sizeof a), 11);
    assert_int_equal(access(stray, F_OK), -1); /* The draft of a killed run. */
}

/* What was painted before must not show in the next recording of the same participant. */
static void a_used_canvas_paints_like_a_new_one(void **state)
{
    (void)state;
    static char alone[100000], after[100000];
    static const double time[] = {0}, value[] = {0.9};
    struct mien_sim_recording *recording = NULL;
    struct mien_sim_studio studio = {0};
    struct mien_sim_plan plan = plan_of(31), other = plan_of(31);
    other.performance.curve[2 * MIEN_SIM_AU26] = (struct mien_sim_curve){time, value, 1, false};
    other.performance.curve[2 * MIEN_SIM_AU43] = (struct mien_sim_curve){time, value, 1, false};
    other.performance.curve[MIEN_SIM_YAW] = (struct mien_sim_curve){time, value, 1, false};
    for (int i = 0; i < 3; i++) {
        const char *name = in_folder(i == 0 ? "alone.mp4" : i == 1 ? "before.mp4" : "after.mp4");
        assert_int_equal(mien_sim_record(i == 1 ? &other : &plan, name, &studio, NULL, &recording, NULL),
                         MIEN_OK);
        mien_sim_recording_free(recording);
    }
    mien_sim_studio_clear(&studio);
    size_t length = bytes_of(in_folder("alone.mp4"), alone, sizeof alone);
    assert_true(length > 300);
    assert_int_equal(bytes_of(in_folder("after.mp4"), after, sizeof after), length);
    assert_memory_equal(alone, after, length);
}

static void failures_name_the_file(void **state)
{
    (void)state;
    struct mien_error error = {0};
    assert_int_equal(record_many("/no/such/folder/a", 2, &error), MIEN_ERR_MISSING);
    assert_non_null(strstr(error.text, "/no/such/folder"));
    mien_interrupt_request();
    assert_int_equal(record_many(in_folder("stopped"), 2, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    assert_int_equal(access(in_folder("stopped0.done"), F_OK), -1);
    assert_int_equal(access(in_folder("stopped0.mp4"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_light_is_dark_and_noisy),
        cmocka_unit_test(lost_frames_leave_the_times_of_the_others),
        cmocka_unit_test(columns_say_what_was_drawn),
        cmocka_unit_test(two_threads_write_what_one_writes),
        cmocka_unit_test(a_used_canvas_paints_like_a_new_one),
        cmocka_unit_test(failures_name_the_file),
    };
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0 || failed;
}
