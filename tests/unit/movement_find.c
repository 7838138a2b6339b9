/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Movement found in a video: a patterned face of the average shape whose left cheek is pushed up by a known
 * amount while everything, landmarks included, slides through the picture. The landmarks know nothing of the
 * cheek.
 */
#include "unit.h"

#include "base/interrupt.h"
#include "base/random.h"
#include "face/head.h"
#include "movement/movement.h"
#include "movement/portrait.h"
#include "video/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 320, HEIGHT = 320, FRAMES = 24, REST = 8 };

static const double zoom = 1.35; /* Pixels per millimetre of the average head. */
static const double push = 5;    /* Millimetres, at the height of the movement. */

struct film {
    char path[64];
    struct mien_track *track;
};

/* Smooth noise, the same everywhere for the same place of the head. */
static float pattern[256][256];

static void make_pattern(void)
{
    struct mien_random random;
    mien_random_seed(&random, 11);
    for (int i = 0; i < 256 * 256; i++)
        pattern[i / 256][i % 256] = (float)mien_random_normal(&random);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 256; i++)
            for (int k = 0; k < 256; k++)
                pattern[i][k] = (pattern[i][k] + pattern[(i + 1) % 256][k] + pattern[i][(k + 1) % 256] +
                                 pattern[(i + 1) % 256][(k + 1) % 256]) /
                                2;
}

static double noise_at(double x, double y)
{
    double column = 128 + x, row = 100 + y;
    int c = (int)floor(column), r = (int)floor(row);
    double fx = column - c, fy = row - r;
    double upper =
        (1 - fx) * (double)pattern[r & 255][c & 255] + fx * (double)pattern[r & 255][(c + 1) & 255];
    double lower = (1 - fx) * (double)pattern[(r + 1) & 255][c & 255] +
                   fx * (double)pattern[(r + 1) & 255][(c + 1) & 255];
    return (1 - fy) * upper + fy * lower;
}

/* Detail of two sizes, a millimetre or two and a centimetre. */
static double pattern_at(double x, double y)
{
    return 128 + 10 * noise_at(x, y) + 20 * noise_at(x / 5, y / 5);
}

/* How far up the skin at a place of the head has gone, of the whole push. */
static double lifted(double x, double y)
{
    return exp(-(pow(x - 42, 2) + pow(y - 40, 2)) / (2 * 14 * 14));
}

static double level_of(int frame)
{
    return frame < REST ? 0 : fmin(1, (frame - REST + 1) / 8.0);
}

static void origin_of(int frame, double *x, double *y)
{
    *x = WIDTH / 2.0 + 3 * sin(0.7 * frame);
    *y = 120 + 2 * cos(0.5 * frame);
}

static void draw_frame(int frame, uint8_t *rgb)
{
    double x0, y0, level = push * level_of(frame);
    origin_of(frame, &x0, &y0);
    for (int row = 0; row < HEIGHT; row++)
        for (int column = 0; column < WIDTH; column++) {
            double x = (column - x0) / zoom, y = (row - y0) / zoom, from = y;
            /* The place that was lifted to here; two steps of the fixed point are enough. */
            for (int i = 0; i < 4; i++)
                from = y + level * lifted(x, from);
            memset(rgb + 3 * (row * WIDTH + column), (int)fmin(fmax(pattern_at(x, from), 0), 255), 3);
        }
}

static void place_points(struct mien_track *track, int frame)
{
    struct mien_head_point head[MIEN_POINTS];
    double x0, y0;
    mien_head_points(head);
    origin_of(frame, &x0, &y0);
    for (int i = 0; i < MIEN_POINTS; i++) {
        track->x[frame * MIEN_POINTS + i] = x0 + zoom * head[i].x;
        track->y[frame * MIEN_POINTS + i] = y0 + zoom * head[i].y;
    }
    track->frame[frame] = (size_t)frame;
    track->time[frame] = frame / 25.0;
    track->found[frame] = 1;
    track->yaw[frame] = track->pitch[frame] = track->roll[frame] = 0;
}

static int make_film(void **state)
{
    static struct film film;
    uint8_t *rgb = malloc(3 * WIDTH * HEIGHT);
    struct mien_encoder *encoder;
    const struct mien_encoder_options options = {.width = WIDTH, .height = HEIGHT, .fps = 25, .quality = 8};
    snprintf(film.path, sizeof film.path, "/tmp/mien-movement-%ld.mp4", (long)getpid());
    make_pattern();
    if (!rgb || mien_track_new(FRAMES, &film.track, NULL) != MIEN_OK ||
        mien_encoder_open(film.path, &options, &encoder, NULL) != MIEN_OK)
        return -1;
    for (int frame = 0; frame < FRAMES; frame++) {
        draw_frame(frame, rgb);
        place_points(film.track, frame);
        if (mien_encoder_write(encoder, rgb, 3 * WIDTH, frame / 25.0, NULL) != MIEN_OK)
            return -1;
    }
    free(rgb);
    film.track->source = strdup(film.path);
    film.track->width = WIDTH;
    film.track->height = HEIGHT;
    *state = &film;
    return mien_encoder_finish(encoder, NULL) == MIEN_OK ? 0 : -1;
}

static int remove_film(void **state)
{
    struct film *film = *state;
    unlink(film->path);
    mien_track_free(film->track);
    return 0;
}

static struct mien_movement_options usual(void)
{
    return (struct mien_movement_options){
        .t0 = 0, .t1 = (REST - 1) / 25.0, .start = -INFINITY, .stop = INFINITY};
}

/* The mean over the cells of a region and side of what was drawn, per cent of the interocular distance. */
static double drawn(const struct mien_cells *cells, int region, bool left, double level)
{
    double sum = 0, eyes = mien_canvas_interocular() * mien_canvas_millimetres;
    int count = 0;
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        double x, y;
        if (cells->region[cell] != region || mien_cell_is_left(cell) != left)
            continue;
        mien_canvas_place(cell % MIEN_CELL_COLUMNS * MIEN_CELL + 1.5,
                          cell / MIEN_CELL_COLUMNS * MIEN_CELL + 1.5, &x, &y);
        sum += 100 * push * level * lifted(x, y) / eyes;
        count++;
    }
    return sum / count;
}

static void finds_what_the_landmarks_miss(void **state)
{
    const struct film *film = *state;
    struct mien_movement_options options = usual();
    struct mien_movement *movement;
    options.peak = true;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, NULL), MIEN_OK);
    size_t last = FRAMES - 1;
    double want = drawn(&movement->cells, MIEN_CHEEK, true, 1);
    double left = movement->regions[mien_movement_place(last, MIEN_CHEEK, 0, MIEN_MOVEMENT_SKIN)];
    double right = movement->regions[mien_movement_place(last, MIEN_CHEEK, 1, MIEN_MOVEMENT_SKIN)];
    double points = movement->regions[mien_movement_place(last, MIEN_CHEEK, 0, MIEN_MOVEMENT_POINTS)];
    double strain = movement->regions[mien_movement_place(last, MIEN_CHEEK, 0, MIEN_MOVEMENT_STRAIN)];
    print_message("cheek: drawn %.2f, left %.2f, right %.2f, points %.2f, strain %.2f %%\n", want, left,
                  right, points, strain);
    /* The flow gives less of a movement that the landmarks have no part in (movement.h). */
    assert_true(left > 0.7 * want && left < 1.1 * want);
    assert_true(right < 0.1 * want);
    assert_true(points < 0.1 * want);
    assert_true(strain > 2);
    for (size_t row = 0; row < REST; row++)
        for (int region = 0; region < MIEN_REGIONS; region++)
            assert_true(movement->regions[mien_movement_place(row, region, 0, MIEN_MOVEMENT_SKIN)] < 0.35);
    assert_int_equal(movement->looked, FRAMES);
    assert_int_equal(movement->rest_frames, REST);
    assert_true(movement->mean_lost < 0.05);
    assert_true(movement->peak_time > 0.55 && movement->peak_frames == 3);
    /* Upwards. */
    int cell = (int)((42 / mien_canvas_millimetres + 51.5) / MIEN_CELL) +
               MIEN_CELL_COLUMNS * (int)(((40 + 61) / mien_canvas_millimetres + 1) / MIEN_CELL);
    assert_true(movement->peak.y[cell] < -5 && fabs(movement->peak.x[cell]) < 1.5);
    mien_movement_free(movement);
}

static void says_the_same_every_time_and_in_parts(void **state)
{
    const struct film *film = *state;
    struct mien_movement_options options = usual();
    struct mien_movement *whole, *part;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &whole, NULL), MIEN_OK);
    options.start = 0.4;
    options.stop = 0.6;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &part, NULL), MIEN_OK);
    assert_int_equal(part->looked, 6);
    for (size_t row = 0; row < FRAMES; row++) {
        size_t at = mien_movement_place(row, MIEN_CHEEK, 0, MIEN_MOVEMENT_SKIN);
        if (row >= 10 && row <= 15)
            assert_true(part->regions[at] == whole->regions[at]);
        else
            assert_true(isnan(part->regions[at]) && isnan(part->lost[row]));
    }
    mien_movement_free(whole);
    mien_movement_free(part);
}

static void frames_without_a_face_are_missing(void **state)
{
    const struct film *film = *state;
    struct mien_movement_options options = usual();
    struct mien_movement *movement;
    film->track->found[12] = 0;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, NULL), MIEN_OK);
    film->track->found[12] = 1;
    assert_true(isnan(movement->regions[mien_movement_place(12, MIEN_NOSE, 0, MIEN_MOVEMENT_SKIN)]));
    assert_true(isfinite(movement->regions[mien_movement_place(13, MIEN_NOSE, 0, MIEN_MOVEMENT_SKIN)]));
    assert_int_equal(movement->looked, FRAMES - 1);
    mien_movement_free(movement);
}

static void refuses_other_videos(void **state)
{
    const struct film *film = *state;
    struct mien_movement_options options = usual();
    struct mien_movement *movement;
    struct mien_error error;
    options.video = "/tmp/no such video.mp4";
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_MISSING);
    options.video = NULL;
    film->track->width = 640;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "not the video that was tracked"));
    film->track->width = WIDTH;
    /* The track's own account of the face tells a recording from another of the same size. */
    for (int frame = 0; frame < FRAMES; frame++)
        film->track->light[frame] = film->track->sharpness[frame] = 0.9;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "lighter, darker or sharper"));
    for (int frame = 0; frame < FRAMES; frame++)
        film->track->light[frame] = film->track->sharpness[frame] = NAN;
    film->track->time[20] += 0.01;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_DATA);
    film->track->time[20] -= 0.01;
    options.t0 = 50, options.t1 = 60;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "neutral window 50 to 60 s"));
    film->track->width = 0;
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_DATA);
    film->track->width = WIDTH;
    options = usual();
    mien_interrupt_request();
    assert_int_equal(mien_movement_find(film->track, &options, NULL, &movement, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
}

static void draws_an_average_of_people(void **state)
{
    const struct film *film = *state;
    struct mien_portrait portrait;
    struct mien_image *image;
    struct mien_error error;
    assert_int_equal(mien_portrait_new(&portrait), 0);
    assert_int_equal(mien_portrait_add(&portrait, film->track, NULL, 9, 10, MIEN_SIDE_EACH, &error),
                     MIEN_ERR_DATA);
    assert_int_equal(portrait.people, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(mien_portrait_add(&portrait, film->track, NULL, 0, 0.3, MIEN_SIDE_EACH, &error),
                         MIEN_OK);
    assert_int_equal(portrait.people, 2);
    assert_int_equal(mien_portrait_draw(&portrait, &image, &error), MIEN_OK);
    assert_int_equal(image->width, MIEN_PORTRAIT_SCALE * MIEN_CANVAS_WIDTH);
    assert_int_equal(image->rgb[0], 255); /* White beside the face, */
    assert_int_not_equal(image->rgb[3 * (image->width * image->height / 2 + image->width / 2)], 255);
    mien_image_free(image);
    mien_portrait_clear(&portrait);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_the_landmarks_miss),
        cmocka_unit_test(says_the_same_every_time_and_in_parts),
        cmocka_unit_test(frames_without_a_face_are_missing),
        cmocka_unit_test(refuses_other_videos),
        cmocka_unit_test(draws_an_average_of_people),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
