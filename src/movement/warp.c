/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/warp.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = MIEN_CANVAS_WIDTH * MIEN_CANVAS_HEIGHT };

/* A pixel of the canvas may cover this many of the frame in a row before the frame is halved. */
static const double most_covered = 1.7;

void mien_warp_clear(struct mien_warp *warp)
{
    free(warp->small);
    *warp = (struct mien_warp){0};
}

/* ---- The part of the frame that is used ---- */

/* A plane with the place of its first pixel and the size of its pixels in the frame. */
struct part {
    struct mien_plane plane;
    double left, top, step;
};

static int clamp(double value, int high)
{
    return value < 0 ? 0 : value > high ? high : (int)value;
}

/* The box of the points, with room for the pixels beside them. */
static struct part cut(const struct mien_plane *plane, const double *x, const double *y)
{
    double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        low_x = fmin(low_x, x[i]), high_x = fmax(high_x, x[i]);
        low_y = fmin(low_y, y[i]), high_y = fmax(high_y, y[i]);
    }
    int left = clamp(low_x - 2, plane->width - 1), right = clamp(high_x + 3, plane->width - 1);
    int top = clamp(low_y - 2, plane->height - 1), bottom = clamp(high_y + 3, plane->height - 1);
    return (struct part){
        {plane->bytes + top * plane->stride + left, plane->stride, right - left + 1, bottom - top + 1},
        left,
        top,
        1};
}

/* Pixels of the frame for one of the canvas, in a row, on average over the whole mesh. */
static double covered(const struct mien_mesh *mesh, const double *x, const double *y)
{
    double in_frame = 0, on_canvas = 0;
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++) {
        const uint8_t *c = mesh->triangle[t];
        const struct mien_mesh_vertex *v = mesh->vertex;
        in_frame += (x[c[1]] - x[c[0]]) * (y[c[2]] - y[c[0]]) - (y[c[1]] - y[c[0]]) * (x[c[2]] - x[c[0]]);
        on_canvas += (v[c[1]].x - v[c[0]].x) * (v[c[2]].y - v[c[0]].y) -
                     (v[c[1]].y - v[c[0]].y) * (v[c[2]].x - v[c[0]].x);
    }
    return sqrt(fabs(in_frame) / on_canvas) / mesh->scale;
}

static void halve(const struct mien_plane *from, uint8_t *to, int width, int height)
{
    for (int row = 0; row < height; row++) {
        const uint8_t *upper = from->bytes + 2 * row * from->stride, *lower = upper + from->stride;
        for (int c = 0; c < width; c++)
            to[row * width + c] =
                (uint8_t)((upper[2 * c] + upper[2 * c + 1] + lower[2 * c] + lower[2 * c + 1] + 2) >> 2);
    }
}

/* Halving in place is safe: what is written lies before what is still to be read. */
static int shrink(struct mien_warp *warp, struct part *part, double ratio)
{
    for (; ratio > most_covered && part->plane.width > 3 && part->plane.height > 3; ratio /= 2) {
        int width = part->plane.width / 2, height = part->plane.height / 2;
        size_t size = (size_t)width * (size_t)height;
        if (mien_array_grow(&warp->small, &warp->small_size, size, 1) != 0)
            return -1;
        halve(&part->plane, warp->small, width, height);
        part->plane = (struct mien_plane){warp->small, width, width, height};
        part->left += part->step / 2;
        part->top += part->step / 2;
        part->step *= 2;
    }
    return 0;
}

/* ---- Laying it on the canvas ---- */

static uint8_t sample(const struct mien_plane *plane, float x, float y)
{
    float right = (float)(plane->width - 1), bottom = (float)(plane->height - 1);
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > bottom ? bottom : y;
    int column = (int)x, row = (int)y;
    int next = column < plane->width - 1, below = row < plane->height - 1;
    float fx = x - (float)column, fy = y - (float)row;
    const uint8_t *p = plane->bytes + row * plane->stride + column, *q = p + below * plane->stride;
    float upper = (float)p[0] + fx * (float)(p[next] - p[0]);
    float lower = (float)q[0] + fx * (float)(q[next] - q[0]);
    return (uint8_t)(upper + fy * (lower - upper) + 0.5f);
}

int mien_warp_face(struct mien_warp *warp, const struct mien_mesh *mesh, const struct mien_plane *plane,
                   const double *x, const double *y, uint8_t *canvas)
{
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    struct part part = cut(plane, x, y);
    if (shrink(warp, &part, covered(mesh, x, y)) != 0)
        return -1;
    mien_mesh_maps(mesh, x, y, maps);
    float affine[MIEN_MESH_TRIANGLES][6];
    double step = 1.0 / mesh->scale, shift = step / 2 - 0.5; /* Pixel 0 of the picture on the canvas. */
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++) {
        const double *rows[2] = {maps[t].a, maps[t].b}, origin[2] = {part.left, part.top};
        for (int k = 0; k < 2; k++) {
            affine[t][3 * k] = (float)(rows[k][0] * step / part.step);
            affine[t][3 * k + 1] = (float)(rows[k][1] * step / part.step);
            affine[t][3 * k + 2] =
                (float)(((rows[k][0] + rows[k][1]) * shift + rows[k][2] - origin[k]) / part.step);
        }
    }
    for (int row = 0; row < mesh->height; row++)
        for (int column = 0; column < mesh->width; column++) {
            int at = row * mesh->width + column, t = mesh->at[at];
            if (t == MIEN_MESH_OUTSIDE) {
                canvas[at] = 0;
                continue;
            }
            const float *m = affine[t];
            float u = (float)column, v = (float)row;
            canvas[at] = sample(&part.plane, m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5]);
        }
    return 0;
}

/* ---- Even light ---- */

/* Two boxes of this radius, one after the other, are close to a Gaussian of 9 pixels. */
enum { RADIUS = 10 };

static void box_rows(const float *from, float *to)
{
    for (int row = 0; row < MIEN_CANVAS_HEIGHT; row++) {
        const float *in = from + row * MIEN_CANVAS_WIDTH;
        float *out = to + row * MIEN_CANVAS_WIDTH, sum = 0;
        for (int c = 0; c < RADIUS; c++)
            sum += in[c];
        for (int c = 0; c < MIEN_CANVAS_WIDTH; c++) {
            sum += c + RADIUS < MIEN_CANVAS_WIDTH ? in[c + RADIUS] : 0;
            sum -= c - RADIUS - 1 >= 0 ? in[c - RADIUS - 1] : 0;
            out[c] = sum;
        }
    }
}

static void box_columns(const float *from, float *to)
{
    float sum[MIEN_CANVAS_WIDTH] = {0};
    for (int row = 0; row < RADIUS; row++)
        for (int c = 0; c < MIEN_CANVAS_WIDTH; c++)
            sum[c] += from[row * MIEN_CANVAS_WIDTH + c];
    for (int row = 0; row < MIEN_CANVAS_HEIGHT; row++) {
        const float *enters =
            row + RADIUS < MIEN_CANVAS_HEIGHT ? from + (row + RADIUS) * MIEN_CANVAS_WIDTH : NULL;
        const float *leaves = row - RADIUS - 1 >= 0 ? from + (row - RADIUS - 1) * MIEN_CANVAS_WIDTH : NULL;
        float *out = to + row * MIEN_CANVAS_WIDTH;
        for (int c = 0; c < MIEN_CANVAS_WIDTH; c++) {
            sum[c] += enters ? enters[c] : 0;
            sum[c] -= leaves ? leaves[c] : 0;
            out[c] = sum[c];
        }
    }
}

/* Values are sums of whole numbers at first; scaled so that the second pass stays exact enough in floats. */
static void blur(float *values, float *scratch)
{
    const float box = 1.0f / ((2 * RADIUS + 1) * (2 * RADIUS + 1));
    for (int pass = 0; pass < 2; pass++) {
        box_rows(values, scratch);
        box_columns(scratch, values);
        for (int i = 0; i < PIXELS; i++)
            values[i] *= box;
    }
}

void mien_warp_even(const struct mien_mesh *mesh, const uint8_t *canvas, uint8_t *even)
{
    /* Below this spread (grey levels) there is more noise than skin, and it is not blown up. */
    const float least_variance = 6;
    static const float deviation = 42;
    float inside[PIXELS], first[PIXELS], second[PIXELS], scratch[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        float value = (float)canvas[i] - 128;
        inside[i] = mesh->at[i] != MIEN_MESH_OUTSIDE;
        first[i] = inside[i] * value;
        second[i] = inside[i] * value * value;
    }
    blur(inside, scratch);
    blur(first, scratch);
    blur(second, scratch);
    for (int i = 0; i < PIXELS; i++) {
        if (mesh->at[i] == MIEN_MESH_OUTSIDE) {
            even[i] = 128;
            continue;
        }
        float mean = first[i] / inside[i], variance = second[i] / inside[i] - mean * mean;
        float sd = sqrtf(variance > least_variance ? variance : least_variance);
        float value = 128 + deviation * ((float)canvas[i] - 128 - mean) / sd;
        even[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f);
    }
}
