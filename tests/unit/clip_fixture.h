/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small drawn recordings for the tests of clips: a light face with two dark round eyes that wanders, turns
 * and comes nearer, and a square on its cheek that grows lighter with time; and a track that knows where they
 * are, but for some trembling.
 */
#ifndef MIEN_TESTS_CLIP_FIXTURE_H
#define MIEN_TESTS_CLIP_FIXTURE_H

#include "base/random.h"
#include "unit.h"

#include "face/track.h"
#include "model/clip_cut.h"
#include "video/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWN_WIDTH = 240, DRAWN_HEIGHT = 200 };

struct drawn_face {
    double x, y, across, down; /* As in struct mien_clip_place. */
};

/* Of one of several people; person 0 holds still. */
static inline struct drawn_face face_at(int person, double t)
{
    double lively = person > 0, turn = lively * 0.25 * sin(2.2 * t + person);
    double distance = 44 + 3 * person % 5 + lively * 5 * sin(1.7 * t);
    return (struct drawn_face){120 + lively * 16 * sin(2.9 * t + person), 80 + lively * 9 * cos(2.3 * t),
                               distance * cos(turn), distance * sin(turn)};
}

/* Grey of the square, 0..255. */
static inline double square_at(double t)
{
    return 60 + 40 * t;
}

/* Where a pixel lies in eye distances from the point between the eyes, along the eyes and down the face. */
static inline void face_place(const struct drawn_face *face, int x, int y, double *across, double *down)
{
    double square = face->across * face->across + face->down * face->down;
    double from_x = x - face->x, from_y = y - face->y;
    *across = (from_x * face->across + from_y * face->down) / square;
    *down = (from_y * face->across - from_x * face->down) / square;
}

static inline uint8_t grey_at(const struct drawn_face *face, double t, int x, int y)
{
    double across, down;
    face_place(face, x, y, &across, &down);
    double right = hypot(across + 0.5, down), left = hypot(across - 0.5, down);
    if (fabs(across - 0.55) < 0.2 && fabs(down - 0.8) < 0.2)
        return (uint8_t)lround(square_at(t));
    double dark = exp(-right * right / 0.03) + exp(-left * left / 0.03);
    double light = hypot(across, (down - 0.5) * 0.8) < 1.3 ? 200 : 120;
    return (uint8_t)lround(light - 150 * fmin(dark, 1));
}

static inline void draw_recording(const char *path, int person, double seconds, double fps)
{
    struct mien_encoder *encoder = NULL;
    struct mien_error error = {0};
    const struct mien_encoder_options options = {
        .width = DRAWN_WIDTH, .height = DRAWN_HEIGHT, .fps = fps, .quality = 4};
    uint8_t *rgb = malloc(3 * DRAWN_WIDTH * DRAWN_HEIGHT);
    if (mien_encoder_open(path, &options, &encoder, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    for (int i = 0; i < (int)lround(seconds * fps); i++) {
        struct drawn_face face = face_at(person, i / fps);
        for (int y = 0; y < DRAWN_HEIGHT; y++)
            for (int x = 0; x < DRAWN_WIDTH; x++)
                memset(rgb + 3 * (y * DRAWN_WIDTH + x), grey_at(&face, i / fps, x, y), 3);
        assert_int_equal(mien_encoder_write(encoder, rgb, 3 * DRAWN_WIDTH, i / fps, &error), MIEN_OK);
    }
    free(rgb);
    assert_int_equal(mien_encoder_finish(encoder, &error), MIEN_OK);
}

/* Points that tremble by up to `tremble` pixels. */
static inline struct mien_track *track_of(const char *path, int person, double seconds, double fps,
                                          double tremble)
{
    struct mien_track *track = NULL;
    struct mien_random random;
    size_t count = (size_t)lround(seconds * fps);
    mien_random_seed(&random, (uint64_t)person);
    assert_int_equal(mien_track_new(count, &track, NULL), MIEN_OK);
    track->source = strdup(path);
    track->fps = fps;
    track->width = DRAWN_WIDTH;
    track->height = DRAWN_HEIGHT;
    for (size_t i = 0; i < count; i++) {
        struct drawn_face face = face_at(person, (double)i / fps);
        track->frame[i] = i;
        track->time[i] = (double)i / fps;
        track->found[i] = 1;
        track->confidence[i] = 0.9;
        for (size_t p = 0; p < MIEN_POINTS; p++) {
            /* Four points a fifth of the distance beside the eye centres; the others do not matter. */
            double across = p == 36 ? -0.7 : p == 39 ? -0.3 : p == 42 ? 0.3 : p == 45 ? 0.7 : 3;
            track->x[i * MIEN_POINTS + p] =
                face.x + across * face.across + tremble * (2 * mien_random_uniform(&random) - 1);
            track->y[i * MIEN_POINTS + p] =
                face.y + across * face.down + tremble * (2 * mien_random_uniform(&random) - 1);
        }
    }
    return track;
}

/* Where the dark of an eye lies in a picture: the mean place of the darkness about it. */
static inline void eye_in_picture(const uint8_t *picture, int size, double near_x, double near_y, double *x,
                                  double *y)
{
    double weight = 0;
    *x = *y = 0;
    for (int row = 0; row < size; row++)
        for (int column = 0; column < size; column++) {
            double dark = fmax(0, 150.0 - picture[row * size + column]);
            if (hypot(column - near_x, row - near_y) > 0.11 * size)
                continue;
            weight += dark;
            *x += dark * column;
            *y += dark * row;
        }
    assert_true(weight > 0);
    *x /= weight;
    *y /= weight;
}

#endif
