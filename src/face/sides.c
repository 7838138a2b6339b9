/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The two faces are drawn below each other into one small picture, so that the model is placed in both of
 * them at once. The mid-line goes through the bridge of the nose at a right angle to the line of the eyes'
 * corners; lids and brows have no part in it. Below the nose it goes over to the middle of the lips, which a
 * turned head and a one-sided smile both move aside. Each half is brought to the same width, which takes back
 * most of what a turned head does. Contrast is brought to one value: on pale or dim faces the model, which
 * compares grey values, otherwise sees less of every movement than there is.
 */
#include "face/sides.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* A loop over pixels that gains much from vectors; it reckons with whole numbers, which stay the same. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define PIXELS __attribute__((optimize("O3"), target_clones("avx2", "default")))
#else
#define PIXELS __attribute__((optimize("O3")))
#endif

enum { RIGHT, LEFT, SIDES };

/* Pixels of the small picture. */
enum {
    EYES = 60, /* Between the middles of the eyes' corners. */
    HALF = 88,
    ABOVE = 54, /* The line of the eyes' corners, */
    BELOW = 128,
    WIDTH = 2 * HALF,
    HEIGHT = ABOVE + BELOW
};

enum {
    BOXES = MIEN_SIDES_FITS / SIDES,
    WANTED_MEAN = 128,
    WANTED_SPREAD = 60 /* Standard deviation of the grey values of a face. */
};
static const double slimmer = 1.04; /* A longer face shows more of a smile's width. */
static const double most_gain = 4;  /* In the dark, noise is all there is. */

struct mien_sides {
    /* From the mid-line outwards; one side after the other. */
    uint8_t half[HEIGHT][HALF], soft[HEIGHT][HALF];
    uint8_t faces[SIDES][HEIGHT][WIDTH];
};

/* The point on the other side; itself on the mid-line. */
static const uint8_t mirrored[MIEN_POINTS] = {
    16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,  26, 25, 24, 23, 22, 21,
    20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
    41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65};

enum mien_status mien_sides_new(struct mien_sides **sides, struct mien_error *error)
{
    *sides = mien_array_new(1, sizeof **sides);
    return *sides ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for two halves of a face");
}

void mien_sides_free(struct mien_sides *sides)
{
    free(sides);
}

/* ---- The mid-line ---- */

/* The way between the picture and the small one: an origin, a direction along the eyes towards the left (down
 * is at a right angle to it), and pixels of the picture per pixel of the small one. */
struct middle {
    double x, y, along_x, along_y;
    double across[SIDES], down;
    double lips_aside,
        lips_below; /* The middle of the lips, in pixels of the picture and of the small one. */
};

static double mean_of(const double *values, int first, int second)
{
    return (values[first] + values[second]) / 2;
}

static void find_lips(const double *x, const double *y, struct middle *m)
{
    static const int lips[] = {51, 57, 62, 66};
    double aside = 0, below = 0;
    for (int i = 0; i < 4; i++) {
        double dx = x[lips[i]] - m->x, dy = y[lips[i]] - m->y;
        aside += (dx * m->along_x + dy * m->along_y) / 4;
        below += (dy * m->along_x - dx * m->along_y) / 4 / m->down;
    }
    m->lips_aside = fmax(-EYES / 4.0 * m->down, fmin(EYES / 4.0 * m->down, aside));
    m->lips_below = fmax(EYES / 2.0, below);
}

static bool find_middle(const double *x, const double *y, struct middle *m)
{
    double right_x = mean_of(x, 36, 39), right_y = mean_of(y, 36, 39);
    double left_x = mean_of(x, 42, 45), left_y = mean_of(y, 42, 45);
    double length = hypot(left_x - right_x, left_y - right_y), bridge = 0;
    if (!(length > 1) || !isfinite(length))
        return false;
    m->along_x = (left_x - right_x) / length;
    m->along_y = (left_y - right_y) / length;
    m->x = (right_x + left_x) / 2;
    m->y = (right_y + left_y) / 2;
    for (int i = 27; i < 31; i++)
        bridge += ((x[i] - m->x) * m->along_x + (y[i] - m->y) * m->along_y) / 4;
    /* Half of the way to the bridge: the eyes' corners alone and the bridge alone are both less steady. */
    bridge = fmax(-0.25 * length, fmin(0.25 * length, bridge / 2));
    m->x += bridge * m->along_x;
    m->y += bridge * m->along_y;
    m->across[RIGHT] = (length + 2 * bridge) / EYES;
    m->across[LEFT] = (length - 2 * bridge) / EYES;
    m->down = length / EYES / slimmer;
    find_lips(x, y, m);
    return true;
}

/* How far the mid-line lies aside at a height: not above a third of the way to the lips. */
static double bend(const struct middle *m, double v)
{
    return m->lips_aside * fmax(0, fmin(1, 1.5 * v / m->lips_below - 0.5));
}

/* Small coordinates have their origin on the mid-line at the height of the eyes' corners. */
static void to_small(const struct middle *m, double x, double y, double *u, double *v)
{
    *v = ((y - m->y) * m->along_x - (x - m->x) * m->along_y) / m->down;
    double along = (x - m->x) * m->along_x + (y - m->y) * m->along_y - bend(m, *v);
    *u = along / m->across[along < 0 ? RIGHT : LEFT];
}

static void from_small(const struct middle *m, double u, double v, double *x, double *y)
{
    double along = u * m->across[u < 0 ? RIGHT : LEFT] + bend(m, v), below = v * m->down;
    *x = m->x + along * m->along_x - below * m->along_y;
    *y = m->y + along * m->along_y + below * m->along_x;
}

/* ---- The small picture ---- */

enum { FRACTION = 16, ONE = 1 << FRACTION };

static int32_t fixed(double value)
{
    return (int32_t)lrint(fmax(-30000, fmin(30000, value)) * ONE);
}

static inline int32_t clamped(int32_t value, int32_t highest)
{
    return value < 0 ? 0 : value > highest ? highest : value;
}

struct step {
    int32_t x, y;
};

static inline uint8_t grey_at(const struct mien_luma *luma, struct step at)
{
    const uint8_t *p = luma->pixels + (ptrdiff_t)(at.y >> FRACTION) * luma->stride + (at.x >> FRACTION);
    int32_t part_x = (at.x & (ONE - 1)) >> 8, part_y = (at.y & (ONE - 1)) >> 8;
    int32_t above = p[0] * 256 + (p[1] - p[0]) * part_x;
    int32_t below = p[luma->stride] * 256 + (p[luma->stride + 1] - p[luma->stride]) * part_x;
    return (uint8_t)((above * 256 + (below - above) * part_y + (1 << 15)) >> 16);
}

/* Whether the first and the last pixel of a row are, and so all of them. */
static bool inside(int32_t first, int32_t by, int32_t highest)
{
    int64_t end = first + (int64_t)by * (HALF - 1);
    return first >= 0 && first <= highest && end >= 0 && end <= highest;
}

/* One row from the mid-line outwards, bilinear. Outside the picture its edge goes on. */
static void draw_row(const struct mien_luma *luma, double x, double y, double step_x, double step_y,
                     uint8_t *row)
{
    struct step last = {(luma->width - 1) * ONE - 1, (luma->height - 1) * ONE - 1};
    struct step by = {fixed(step_x), fixed(step_y)};
    struct step at = {fixed(x + step_x / 2), fixed(y + step_y / 2)};
    if (inside(at.x, by.x, last.x) && inside(at.y, by.y, last.y)) {
        for (int u = 0; u < HALF; u++, at.x += by.x, at.y += by.y)
            row[u] = grey_at(luma, at);
        return;
    }
    for (int u = 0; u < HALF; u++) {
        struct step near = {fixed(x + (u + 0.5) * step_x), fixed(y + (u + 0.5) * step_y)};
        row[u] = grey_at(luma, (struct step){clamped(near.x, last.x), clamped(near.y, last.y)});
    }
}

static void draw_half(const struct mien_luma *luma, const struct middle *m, int side,
                      uint8_t half[HEIGHT][HALF])
{
    double step = side == RIGHT ? -m->across[RIGHT] : m->across[LEFT];
    for (int row = 0; row < HEIGHT; row++) {
        double x, y;
        from_small(m, 0, row - ABOVE, &x, &y);
        draw_row(luma, x, y, step * m->along_x, step * m->along_y, half[row]);
    }
}

/* Means over three by three pixels, weighted 1, 2, 1: the model looks at single pixels, whose noise would
 * make its points tremble. Beyond the mid-line lies the mirror image. */
PIXELS static void soften(uint8_t half[HEIGHT][HALF], uint8_t soft[HEIGHT][HALF])
{
    for (int row = 0; row < HEIGHT; row++) {
        const uint8_t *above = half[row > 0 ? row - 1 : 0], *own = half[row];
        const uint8_t *below = half[row < HEIGHT - 1 ? row + 1 : row];
        uint16_t sums[HALF + 2];
        for (int u = 0; u < HALF; u++)
            sums[u + 1] = (uint16_t)(above[u] + 2 * own[u] + below[u]);
        sums[0] = sums[1];
        sums[HALF + 1] = sums[HALF];
        for (int u = 0; u < HALF; u++)
            soft[row][u] = (uint8_t)((sums[u] + 2 * sums[u + 1] + sums[u + 2] + 8) >> 4);
    }
}

/* What each grey value becomes. Measured from the brows to the chin, every second pixel. */
static void equalise(uint8_t half[HEIGHT][HALF], uint8_t becomes[256])
{
    double sum = 0, squares = 0;
    int count = 0;
    for (int row = ABOVE - EYES / 2; row < ABOVE + 6 * EYES / 5; row += 2)
        for (int u = 0; u < 4 * EYES / 5; u += 2, count++) {
            sum += half[row][u];
            squares += half[row][u] * half[row][u];
        }
    double mean = sum / count, spread = sqrt(fmax(0, squares / count - mean * mean));
    double gain = fmin(most_gain, WANTED_SPREAD / fmax(spread, 1));
    for (int grey = 0; grey < 256; grey++)
        becomes[grey] = (uint8_t)lrint(fmax(0, fmin(255, WANTED_MEAN + gain * (grey - mean))));
}

static void draw_face(uint8_t half[HEIGHT][HALF], uint8_t face[HEIGHT][WIDTH])
{
    uint8_t becomes[256];
    equalise(half, becomes);
    for (int row = 0; row < HEIGHT; row++)
        for (int u = 0; u < HALF; u++)
            face[row][HALF + u] = face[row][HALF - 1 - u] = becomes[half[row][u]];
}

/* ---- Placing the model ---- */

/* Where the middles of the small faces lie in the small picture. */
static const double middle_u = HALF - 0.5;

static double middle_v(int side)
{
    return ABOVE + side * HEIGHT;
}

/* The boxes of one side after those of the other; u and v are the points of the whole face. */
static void choose_places(const struct mien_landmark_model *model, const double *u, const double *v,
                          struct mien_place places[MIEN_SIDES_FITS])
{
    /* A little larger and lower than the mean shape asks for: movements are then seen in full measure. */
    static const double size[BOXES] = {1.1, 1.2}, lower[BOXES] = {0.03, 0.06};
    struct mien_place place = mien_model_place(model, u, v);
    for (int i = 0; i < MIEN_SIDES_FITS; i++) {
        double side = place.across * size[i % BOXES];
        places[i] = (struct mien_place){
            middle_u, place.y + lower[i % BOXES] * place.across + middle_v(i / BOXES), side, side, 0};
    }
}

/* Both halves of each small face show the same side: the mean of all of its boxes, and of a point and its
 * mirrored one. */
static void read_side(const double *x, const double *y, int side, double *u, double *v)
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        u[i] = v[i] = 0;
        for (int box = side * BOXES; box < (side + 1) * BOXES; box++) {
            int own = box * MIEN_POINTS + i, other = box * MIEN_POINTS + mirrored[i];
            u[i] += (x[own] - x[other]) / (2 * BOXES);
            v[i] += ((y[own] + y[other]) / 2 - middle_v(side)) / BOXES;
        }
    }
}

/* Each side's points from its own face, back in the picture. Points of the mid-line get their height from
 * both faces; how far aside they lie only the whole face can tell. */
static void merge(const struct mien_landmark_model *model, const struct middle *m, const double *whole_u,
                  double u[SIDES][MIEN_POINTS], double v[SIDES][MIEN_POINTS], double *x, double *y)
{
    for (int i = 0; i < MIEN_POINTS; i++) {
        int side = model->mean_shape[2 * i] < model->mean_shape[2 * mirrored[i]] ? RIGHT : LEFT;
        double across = u[side][i], below = v[side][i];
        if (mirrored[i] == i) {
            across = whole_u[i];
            below = (v[RIGHT][i] + v[LEFT][i]) / 2;
        }
        from_small(m, across, below, &x[i], &y[i]);
    }
}

bool mien_sides_fit(struct mien_sides *sides, const struct mien_landmark_model *model,
                    const struct mien_luma *luma, const double *x, const double *y, double *sided_x,
                    double *sided_y)
{
    struct middle m;
    struct mien_place places[MIEN_SIDES_FITS];
    double fitted_x[MIEN_SIDES_FITS * MIEN_POINTS], fitted_y[MIEN_SIDES_FITS * MIEN_POINTS];
    double whole_u[MIEN_POINTS], whole_v[MIEN_POINTS];
    double u[SIDES][MIEN_POINTS], v[SIDES][MIEN_POINTS];
    const struct mien_luma small = {sides->faces[0][0], WIDTH, SIDES * HEIGHT, WIDTH};
    if (luma->width < 2 || luma->height < 2 || !find_middle(x, y, &m))
        return false;
    for (int side = 0; side < SIDES; side++) {
        draw_half(luma, &m, side, sides->half);
        soften(sides->half, sides->soft);
        draw_face(sides->soft, sides->faces[side]);
    }
    for (int i = 0; i < MIEN_POINTS; i++)
        to_small(&m, x[i], y[i], &whole_u[i], &whole_v[i]);
    choose_places(model, whole_u, whole_v, places);
    mien_model_fit(model, &small, places, MIEN_SIDES_FITS, fitted_x, fitted_y);
    for (int side = 0; side < SIDES; side++)
        read_side(fitted_x, fitted_y, side, u[side], v[side]);
    merge(model, &m, whole_u, u, v, sided_x, sided_y);
    return true;
}
