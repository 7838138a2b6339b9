/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "own_file.h"
#include "unit.h"

#include "face/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Files ---- */

/* separator follows each cell of the header; skip is a column to leave out. */
static void write_header(FILE *out, const char *first, const char *separator, const char *skip)
{
    fputs(first, out);
    for (int i = 0; i < 2 * MIEN_POINTS; i++) {
        char name[16];
        snprintf(name, sizeof name, "%c_%d", i < MIEN_POINTS ? 'x' : 'y', i % MIEN_POINTS);
        if (!skip || strcmp(name, skip) != 0)
            fprintf(out, "%s%s", separator, name);
    }
    fputs("\n", out);
}

static void write_points(FILE *out, double shift, const char *end)
{
    for (int i = 0; i < 2 * MIEN_POINTS; i++)
        fprintf(out, ", %.1f", shift + i * 1.5);
    fputs(end, out);
}

static struct mien_track *load(void)
{
    struct mien_error error;
    struct mien_track *track;
    if (mien_track_load(path, &track, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return track;
}

static void load_fails(const char *part)
{
    struct mien_error error;
    struct mien_track *track = NULL;
    assert_int_equal(mien_track_load(path, &track, &error), MIEN_ERR_FORMAT);
    assert_null(track);
    assert_non_null(strstr(error.text, path));
    if (!strstr(error.text, part))
        fail_msg("\"%s\" is not in: %s", part, error.text);
}

static void write_text(const char *text)
{
    FILE *out = fopen(path, "w");
    fputs(text, out);
    fclose(out);
}

/* ---- Tests ---- */

static void saved_and_loaded_is_the_same(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_track *track;
    assert_int_equal(mien_track_new(3, &track, &error), MIEN_OK);
    for (size_t i = 0; i < 3; i++) {
        track->frame[i] = i + 41;
        track->time[i] = 1.3666666 + 0.033366666 * (double)i;
        track->found[i] = i != 1;
        if (i == 1)
            continue;
        track->confidence[i] = 0.8125;
        track->yaw[i] = -12.25 + (double)i;
        track->pitch[i] = 7.5;
        track->roll[i] = 3.125;
        for (size_t k = 0; k < MIEN_POINTS; k++) {
            track->x[i * MIEN_POINTS + k] = 211.37 + 1.7 * (double)k + (double)i;
            track->y[i * MIEN_POINTS + k] = 99.0625 - 0.3 * (double)k;
            track->sided_x[i * MIEN_POINTS + k] = 210.85 + 1.75 * (double)k + (double)i;
            track->sided_y[i * MIEN_POINTS + k] = 98.5 - 0.35 * (double)k;
        }
        track->sharpness[i] = 0.4375;
        track->light[i] = 0.61;
    }
    assert_int_equal(mien_track_save(track, path, &error), MIEN_OK);
    struct mien_track *again = load();
    assert_int_equal(again->count, 3);
    assert_true(mien_track_has_sides(again));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(again->frame[i], track->frame[i]);
        assert_int_equal(again->found[i], track->found[i]);
        assert_close(again->time[i], track->time[i], 1e-9);
        assert_close(again->confidence[i], track->confidence[i], 1e-9);
        assert_close(again->yaw[i], track->yaw[i], 1e-8);
        assert_close(again->pitch[i], track->pitch[i], 1e-8);
        assert_close(again->roll[i], track->roll[i], 1e-8);
        for (size_t k = i * MIEN_POINTS; k < (i + 1) * MIEN_POINTS; k++) {
            assert_close(again->x[k], track->x[k], 1e-9);
            assert_close(again->y[k], track->y[k], 1e-9);
            assert_close(again->sided_x[k], track->sided_x[k], 1e-9);
            assert_close(again->sided_y[k], track->sided_y[k], 1e-9);
        }
        assert_close(again->sharpness[i], track->sharpness[i], 1e-9);
        assert_close(again->light[i], track->light[i], 1e-9);
    }
    mien_track_free(track);
    mien_track_free(again);
}

/* A frame that has lost a cell of its sided points has none of them; the others stay. */
static void sides_are_written_only_where_there_are_any(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_track *track;
    assert_int_equal(mien_track_new(1, &track, &error), MIEN_OK);
    track->time[0] = 0.5;
    track->found[0] = 1;
    for (size_t k = 0; k < MIEN_POINTS; k++)
        track->x[k] = track->y[k] = 3.5 + (double)k;
    assert_int_equal(mien_track_save(track, path, &error), MIEN_OK);
    char text[8192] = "";
    FILE *in = fopen(path, "r");
    assert_true(fread(text, 1, sizeof text - 1, in) > 0);
    fclose(in);
    assert_non_null(strstr(text, ",y_67,sharpness,light\n"));
    assert_null(strstr(text, "sx_"));
    for (size_t k = 0; k < MIEN_POINTS; k++)
        track->sided_x[k] = track->sided_y[k] = 4.5 + (double)k;
    track->sided_y[13] = NAN;
    assert_int_equal(mien_track_save(track, path, &error), MIEN_OK);
    struct mien_track *again = load();
    assert_int_equal(again->found[0], 1);
    assert_false(mien_track_has_sides(again));
    mien_track_free(track);
    mien_track_free(again);
}

static void saving_fails_whole(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_track *track;
    assert_int_equal(mien_track_new(1, &track, &error), MIEN_OK);
    assert_int_equal(mien_track_save(track, "/nowhere/at/all.csv", &error), MIEN_ERR_MISSING);
    assert_non_null(strstr(error.text, "/nowhere/at"));
    mien_track_free(track);
}

/* Spaces after the commas, Windows line ends, a byte order mark, radians, numbers that are not there. */
static void reads_openface_itself(void **state)
{
    (void)state;
    FILE *out = fopen(path, "w");
    write_header(out,
                 "\xEF\xBB\xBF"
                 "frame, face_id, timestamp, confidence, success, gaze_0_x, pose_Rx, pose_Ry, pose_Rz",
                 ", ", NULL);
    fputs("1,  0,  0.000,  0.98,  1,  0.039066,  0.25,  -0.125,  0.0625", out);
    write_points(out, 100, "\r\n");
    fputs("2,  0,  0.033,  0.00,  0,  -nan(ind),  0.1,  0.1,  0.1", out);
    write_points(out, 0, "\r\n");
    fclose(out);
    struct mien_track *track = load();
    assert_int_equal(track->count, 2);
    assert_int_equal(track->frame[1], 1);
    assert_close(track->pitch[0], -0.25 * 57.29577951308232, 1e-12);
    assert_close(track->yaw[0], 0.125 * 57.29577951308232, 1e-12);
    assert_close(track->roll[0], 0.0625 * 57.29577951308232, 1e-12);
    assert_close(track->x[67], 200.5, 1e-12);
    assert_close(track->y[0], 202, 1e-12);
    assert_close(track->fps, 1 / 0.033, 1e-9);
    assert_int_equal(track->found[1], 0);
    assert_true(isnan(track->x[MIEN_POINTS]) && isnan(track->pitch[1]) && isnan(track->confidence[1]));
    mien_track_free(track);
}

/* OpenFace turns heads against the camera's axes. One that looks along the axis from 20 degrees to the
 * camera's right and none above is seen turned by 20 degrees to its own left; one that looks at the camera is
 * straight. */
static void turns_are_those_that_the_camera_sees(void **state)
{
    (void)state;
    const double side = 20 / 57.29577951308232, below = 0.1;
    FILE *out = fopen(path, "w");
    write_header(out, "timestamp, success, pose_Tx, pose_Ty, pose_Tz, pose_Rx, pose_Ry, pose_Rz", ", ", NULL);
    fprintf(out, "0, 1, %.17g, 0, %.17g, 0, 0, 0", 700 * sin(side), 700 * cos(side));
    write_points(out, 100, "\n");
    fprintf(out, "1, 1, %.17g, 0, %.17g, 0, %.17g, 0", 700 * sin(side), 700 * cos(side), side);
    write_points(out, 100, "\n");
    fprintf(out, "2, 1, 0, %.17g, %.17g, 0, 0, 0", 700 * sin(below), 700 * cos(below));
    write_points(out, 100, "\n");
    fprintf(out, "3, 1, 0, 0, 0, 0.25, 0, 0");
    write_points(out, 100, "\n");
    fclose(out);
    struct mien_track *track = load();
    assert_true(fabs(track->yaw[0] - 20) < 1e-9 && fabs(track->pitch[0]) < 1e-9 &&
                fabs(track->roll[0]) < 1e-9);
    assert_true(fabs(track->yaw[1]) < 1e-9 && fabs(track->pitch[1]) < 1e-9 && fabs(track->roll[1]) < 1e-9);
    assert_true(fabs(track->pitch[2] + below * 57.29577951308232) < 1e-9 && fabs(track->yaw[2]) < 1e-9);
    assert_close(track->pitch[3], -0.25 * 57.29577951308232, 1e-12);
    mien_track_free(track);
}

static void several_faces_are_told_apart(void **state)
{
    (void)state;
    FILE *out = fopen(path, "w");
    write_header(out, "face_id,timestamp,success", ",", NULL);
    const struct {
        int face;
        double time;
        int success;
    } rows[] = {{0, 0, 1}, {1, 0, 1}, {0, 0.1, 0}, {1, 0.1, 1}, {1, 0.2, 1}, {0, 0.3, 1}, {1, 0.3, 1}};
    for (size_t i = 0; i < 7; i++) {
        fprintf(out, "%d,%g,%d", rows[i].face, rows[i].time, rows[i].success);
        write_points(out, 50 * rows[i].face, "\n");
    }
    fclose(out);
    struct mien_track *track = load(); /* Face 1 is seen in four frames, face 0 in two. */
    assert_int_equal(track->count, 4);
    assert_close(track->x[0], 50, 1e-12);
    const int others[] = {1, 0, 0, 1};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(track->found[i], 1);
        assert_int_equal(track->second_face[i], others[i]);
        assert_close(track->time[i], 0.1 * (double)i, 1e-12);
    }
    mien_track_free(track);
}

static void bad_files_are_named_with_the_place(void **state)
{
    (void)state;
    write_text("");
    load_fails("is empty");
    write_text("time,left,right\n0,1,2\n");
    load_fails("lacks timestamp, success, x_0, x_1, x_2, x_3 and 132 more");
    FILE *out = fopen(path, "w");
    write_header(out, "timestamp,success", ",", "y_51");
    fclose(out);
    load_fails("its header lacks y_51 (needed:");
    out = fopen(path, "w");
    write_header(out, "timestamp,success", ",", NULL);
    fclose(out);
    load_fails("no rows");
    out = fopen(path, "a");
    fputs("0.5,1,3\n", out);
    fclose(out);
    load_fails("line 2: 3 cells, but the header has 138 columns");
    out = fopen(path, "w");
    write_header(out, "success,timestamp", ",", NULL);
    fputs("1,0.5s", out);
    write_points(out, 0, "\n");
    fclose(out);
    load_fails("line 2: column timestamp must be a number, not \"0.5s\"");
    out = fopen(path, "w");
    write_header(out, "success,timestamp", ",", NULL);
    fputs("1,NA", out);
    write_points(out, 0, "\n");
    fclose(out);
    load_fails("line 2: column timestamp is missing");
    out = fopen(path, "w");
    write_header(out, "success,timestamp", ",", NULL);
    fputs("1,0.5", out);
    write_points(out, 0, "\n");
    fputs("1,0.25", out);
    write_points(out, 0, "\n");
    fclose(out);
    load_fails("timestamp 0.25 comes after 0.5");
}

static void a_missing_file_is_missing(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_track *track;
    assert_int_equal(mien_track_load("/tmp/mien-no-such-file.csv", &track, &error), MIEN_ERR_MISSING);
    assert_non_null(strstr(error.text, "/tmp/mien-no-such-file.csv"));
    assert_int_not_equal(mien_track_load("/tmp", &track, &error), MIEN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_and_loaded_is_the_same),
        cmocka_unit_test(sides_are_written_only_where_there_are_any),
        cmocka_unit_test(saving_fails_whole),
        cmocka_unit_test(reads_openface_itself),
        cmocka_unit_test(turns_are_those_that_the_camera_sees),
        cmocka_unit_test(several_faces_are_told_apart),
        cmocka_unit_test(bad_files_are_named_with_the_place),
        cmocka_unit_test(a_missing_file_is_missing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
