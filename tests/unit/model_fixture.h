/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing landmark models in dlib's format, byte by byte.
 */
#ifndef MIEN_TESTS_MODEL_FIXTURE_H
#define MIEN_TESTS_MODEL_FIXTURE_H

#include "unit.h"

#include "base/memory.h"

static inline void put_integer(struct mien_text *out, long value)
{
    unsigned long left = value < 0 ? (unsigned long)-value : (unsigned long)value;
    char bytes[9];
    int size = 0;
    do {
        bytes[++size] = (char)(left & 0xff);
        left >>= 8;
    } while (left);
    bytes[0] = (char)(size | (value < 0 ? 0x80 : 0));
    mien_text_add(out, bytes, (size_t)size + 1);
}

/* Multiples of 2^-20 only. */
static inline void put_real(struct mien_text *out, double value)
{
    put_integer(out, lround(value * (1 << 20)));
    put_integer(out, -20);
}

/* The points begin at (x, y), in rows of eight over a square of the side spread. */
static inline void put_shape(struct mien_text *out, int points, double x, double y, double spread)
{
    put_integer(out, -2 * points);
    put_integer(out, -1);
    for (int i = 0; i < points; i++) {
        put_real(out, x + spread * (i % 8) / 8);
        put_real(out, y + spread * (i / 8) / 8);
    }
}

/* The next of a row of numbers that only look random, from low up to high. */
static inline double next_number(uint64_t *state, double low, double high)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return low + (high - low) * (double)(*state >> 40) / (double)(1 << 24);
}

enum { FIXTURE_TREES = 75, FIXTURE_SPLITS = 15, FIXTURE_PIXELS = 437 };

static inline void put_tree(struct mien_text *out, uint64_t *state)
{
    put_integer(out, FIXTURE_SPLITS);
    for (int i = 0; i < FIXTURE_SPLITS; i++) {
        put_integer(out, (long)next_number(state, 0, FIXTURE_PIXELS));
        put_integer(out, (long)next_number(state, 0, FIXTURE_PIXELS));
        put_real(out, next_number(state, -60, 60));
    }
    put_integer(out, FIXTURE_SPLITS + 1);
    for (int leaf = 0; leaf <= FIXTURE_SPLITS; leaf++) {
        put_integer(out, -136);
        put_integer(out, -1);
        for (int i = 0; i < 136; i++)
            put_real(out, next_number(state, -0.004, 0.004));
    }
}

/* A whole model; another seed gives another of the same size. */
static inline struct mien_text made_up_model(int cascades, uint64_t seed)
{
    struct mien_text out = {0};
    put_integer(&out, 1);
    put_shape(&out, 68, 0.125, 0.125, 0.75);
    put_integer(&out, cascades);
    for (int c = 0; c < cascades; c++) {
        put_integer(&out, FIXTURE_TREES);
        for (int t = 0; t < FIXTURE_TREES; t++)
            put_tree(&out, &seed);
    }
    put_integer(&out, cascades);
    for (int c = 0; c < cascades; c++) {
        put_integer(&out, FIXTURE_PIXELS);
        for (int i = 0; i < FIXTURE_PIXELS; i++)
            put_integer(&out, (long)next_number(&seed, 0, 68));
    }
    put_integer(&out, cascades);
    for (int c = 0; c < cascades; c++) {
        put_integer(&out, FIXTURE_PIXELS);
        for (int i = 0; i < 2 * FIXTURE_PIXELS; i++)
            put_real(&out, next_number(&seed, -0.15, 0.15));
    }
    return out;
}

/* A picture that looks different everywhere: width x height, height rows of stride bytes. */
static inline void draw_pattern(uint8_t *pixels, int width, int height, int stride)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < stride; x++) {
            int grey = (x * x * 3 + y * y * 5 + x * y * 7) / 96 + 60 * (x / 23 + y / 19);
            pixels[y * stride + x] = (uint8_t)(x < width ? grey & 255 : 255);
        }
}

#endif
