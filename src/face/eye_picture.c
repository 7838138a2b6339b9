/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/eye_picture.h"

#include <math.h>
#include <string.h>

enum { WIDTH = MIEN_EYE_WIDTH, HEIGHT = MIEN_EYE_HEIGHT, MOST_TAPS = 4 };

static const double interocular_mm =
    63; /* Of an average adult; only the size of the small picture hangs on it. */

/* ---- Where it lies ---- */

static bool place(const double *x, const double *y, bool left, struct mien_eye_picture *picture)
{
    int inner = left ? 42 : 39, outer = left ? 45 : 36;
    double right_x = (x[36] + x[39]) / 2, right_y = (y[36] + y[39]) / 2;
    double left_x = (x[42] + x[45]) / 2, left_y = (y[42] + y[45]) / 2;
    double apart = hypot(left_x - right_x, left_y - right_y);
    if (!(apart > 8) || !(apart < 1e5))
        return false;
    double along_x = (left_x - right_x) / apart, along_y = (left_y - right_y) / apart;
    double outwards = left ? 1 : -1;
    picture->step = apart / interocular_mm / MIEN_EYE_PER_MM;
    picture->x = (x[inner] + x[outer]) / 2;
    picture->y = (y[inner] + y[outer]) / 2;
    picture->across_x = picture->step * outwards * along_x;
    picture->across_y = picture->step * outwards * along_y;
    picture->down_x = -picture->step * along_y;
    picture->down_y = picture->step * along_x;
    double half_x = (x[outer] - x[inner]) / 2, half_y = (y[outer] - y[inner]) / 2;
    double square = picture->step * picture->step;
    double u = (half_x * picture->across_x + half_y * picture->across_y) / square;
    double v = (half_x * picture->down_x + half_y * picture->down_y) / square;
    picture->outer[0] = MIEN_EYE_MIDDLE + u;
    picture->outer[1] = MIEN_EYE_LEVEL + v;
    picture->inner[0] = MIEN_EYE_MIDDLE - u;
    picture->inner[1] = MIEN_EYE_LEVEL - v;
    int lid = left ? 43 : 37;
    double lid_x = (x[lid] + x[lid + 1]) / 2 - picture->x, lid_y = (y[lid] + y[lid + 1]) / 2 - picture->y;
    picture->upper_points = MIEN_EYE_LEVEL + (lid_x * picture->down_x + lid_y * picture->down_y) / square;
    return u > 6 && u < WIDTH / 2.0 - 4 && fabs(v) < 12;
}

void mien_eye_to_frame(const struct mien_eye_picture *picture, double u, double v, double *x, double *y)
{
    u -= MIEN_EYE_MIDDLE;
    v -= MIEN_EYE_LEVEL;
    *x = picture->x + u * picture->across_x + v * picture->down_x;
    *y = picture->y + u * picture->across_y + v * picture->down_y;
}

/* ---- Samples ---- */

static inline float between(const uint8_t *above, const uint8_t *below, ptrdiff_t next, float right,
                            float lower)
{
    float upper = (float)above[0] + right * ((float)above[next] - (float)above[0]);
    float under = (float)below[0] + right * ((float)below[next] - (float)below[0]);
    return upper + lower * (under - upper);
}

static float luma_at(const struct mien_luma *luma, float x, float y)
{
    int column = (int)x, row = (int)y;
    const uint8_t *above = luma->pixels + row * luma->stride + column;
    return between(above, above + luma->stride, 1, x - (float)column, y - (float)row);
}

static float deep_sample(const struct mien_chroma *chroma, const uint8_t *plane, int column, int row)
{
    const uint8_t *at = plane + row * chroma->row + column * chroma->column;
    return (float)((unsigned)at[0] | (unsigned)at[1] << 8) / (float)(1 << chroma->shift);
}

static float chroma_at(const struct mien_chroma *chroma, const uint8_t *plane, float x, float y)
{
    x = fminf(fmaxf(x, 0), (float)chroma->width - 1.001f);
    y = fminf(fmaxf(y, 0), (float)chroma->height - 1.001f);
    int column = (int)x, row = (int)y;
    float right = x - (float)column, lower = y - (float)row;
    if (chroma->bytes == 1) {
        const uint8_t *above = plane + row * chroma->row + column * chroma->column;
        return between(above, above + chroma->row, chroma->column, right, lower);
    }
    float upper = (1 - right) * deep_sample(chroma, plane, column, row) +
                  right * deep_sample(chroma, plane, column + 1, row);
    float under = (1 - right) * deep_sample(chroma, plane, column, row + 1) +
                  right * deep_sample(chroma, plane, column + 1, row + 1);
    return upper + lower * (under - upper);
}

/* The whole small picture and the reach of the taps must be inside. */
static bool inside(const struct mien_luma *luma, const struct mien_eye_picture *picture)
{
    double margin = picture->step + 1;
    for (int corner = 0; corner < 4; corner++) {
        double x, y;
        mien_eye_to_frame(picture, corner & 1 ? WIDTH - 1 : 0, corner & 2 ? HEIGHT - 1 : 0, &x, &y);
        if (!(x >= margin) || !(y >= margin) || !(x < luma->width - 1 - margin) ||
            !(y < luma->height - 1 - margin))
            return false;
    }
    return true;
}

/* Where the frame is finer than the small picture, each pixel is the mean over its whole area. */
static void draw_luma(const struct mien_luma *luma, const struct mien_eye_picture *picture, mien_eye_plane to)
{
    int taps = (int)fmin(MOST_TAPS, fmax(1, ceil(picture->step - 0.3)));
    float ux = (float)picture->across_x, uy = (float)picture->across_y;
    float vx = (float)picture->down_x, vy = (float)picture->down_y;
    double left_x, left_y;
    mien_eye_to_frame(picture, 0, 0, &left_x, &left_y);
    for (int v = 0; v < HEIGHT; v++)
        for (int u = 0; u < WIDTH; u++) {
            float x = (float)left_x + (float)u * ux + (float)v * vx;
            float y = (float)left_y + (float)u * uy + (float)v * vy, sum = 0;
            if (taps == 1) {
                to[v][u] = luma_at(luma, x, y);
                continue;
            }
            for (int k = 0; k < taps * taps; k++) {
                float a = ((float)(k % taps) + 0.5f) / (float)taps - 0.5f;
                float b = ((float)(k / taps) + 0.5f) / (float)taps - 0.5f;
                sum += luma_at(luma, x + a * ux + b * vx, y + a * uy + b * vy);
            }
            to[v][u] = sum / (float)(taps * taps);
        }
}

/* Colour is coarser than luma in nearly all recordings: one sample for two by two pixels is enough. */
enum { COARSE_WIDTH = WIDTH / 2, COARSE_HEIGHT = HEIGHT / 2 };

struct colours {
    float blue[COARSE_HEIGHT][COARSE_WIDTH], red[COARSE_HEIGHT][COARSE_WIDTH];
};

static void draw_colours(const struct mien_chroma *chroma, const struct mien_eye_picture *picture,
                         struct colours *colours)
{
    const double *a = chroma->across, *d = chroma->down;
    for (int v = 0; v < COARSE_HEIGHT; v++)
        for (int u = 0; u < COARSE_WIDTH; u++) {
            double x, y;
            mien_eye_to_frame(picture, 2 * u + 0.5, 2 * v + 0.5, &x, &y);
            float column = (float)(a[0] * x + a[1] * y + a[2]), row = (float)(d[0] * x + d[1] * y + d[2]);
            colours->blue[v][u] = chroma_at(chroma, chroma->blue, column, row) - 128;
            colours->red[v][u] = chroma_at(chroma, chroma->red, column, row) - 128;
        }
}

/* A sample half way between those of its own and of a neighbouring place, three to one. */
static float finer(const float *own, const float *other, int u, int beside)
{
    return (3 * (3 * own[u] + own[beside]) + 3 * other[u] + other[beside]) / 16;
}

static void join_colours(const struct mien_chroma *chroma, const struct colours *colours,
                         struct mien_eye_picture *picture)
{
    for (int v = 0; v < HEIGHT; v++) {
        int row = v / 2, near = v % 2 ? row + 1 : row - 1;
        near = near < 0 ? 0 : near >= COARSE_HEIGHT ? COARSE_HEIGHT - 1 : near;
        for (int u = 0; u < WIDTH; u++) {
            int column = u / 2, beside = u % 2 ? column + 1 : column - 1;
            beside = beside < 0 ? 0 : beside >= COARSE_WIDTH ? COARSE_WIDTH - 1 : beside;
            float blue = finer(colours->blue[row], colours->blue[near], column, beside);
            float red = finer(colours->red[row], colours->red[near], column, beside);
            float y = picture->red[v][u];
            float r = y + chroma->red_red * red, b = y + chroma->blue_blue * blue;
            float g = y + chroma->green_blue * blue + chroma->green_red * red;
            picture->red[v][u] = r;
            picture->least[v][u] = fminf(r, fminf(g, b));
        }
    }
}

static void soften(mien_eye_plane plane)
{
    float before[WIDTH], sums[WIDTH];
    memcpy(before, plane[0], sizeof before);
    for (int v = 0; v < HEIGHT; v++) {
        const float *below = plane[v + 1 < HEIGHT ? v + 1 : v];
        for (int u = 0; u < WIDTH; u++)
            sums[u] = (before[u] + 2 * plane[v][u] + below[u]) / 16;
        memcpy(before, plane[v], sizeof before);
        for (int u = 1; u < WIDTH - 1; u++)
            plane[v][u] = sums[u - 1] + 2 * sums[u] + sums[u + 1];
        plane[v][0] = 3 * sums[0] + sums[1];
        plane[v][WIDTH - 1] = 3 * sums[WIDTH - 1] + sums[WIDTH - 2];
    }
}

bool mien_eye_cut(const struct mien_luma *luma, const struct mien_chroma *chroma, const double *x,
                  const double *y, bool left, struct mien_eye_picture *picture)
{
    if (!place(x, y, left, picture) || !inside(luma, picture))
        return false;
    draw_luma(luma, picture, picture->red);
    for (int v = 0; v < HEIGHT; v++)
        for (int u = 0; u < WIDTH; u++)
            picture->red[v][u] = chroma->luma_gain * (picture->red[v][u] - chroma->luma_zero);
    if (chroma->blue) {
        struct colours colours;
        draw_colours(chroma, picture, &colours);
        join_colours(chroma, &colours, picture);
    } else {
        memcpy(picture->least, picture->red, sizeof picture->least);
    }
    soften(picture->red);
    soften(picture->least);
    return true;
}
