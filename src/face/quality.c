/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/quality.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    PER_EYES = 20, /* Cells in one interocular distance. */
    ACROSS = 38,   /* Cells of the grid; its middle is the eyes' middle in x, */
    DOWN = 36,
    ABOVE = 9, /* and so many rows lie above the eyes. */
    REACH = 3  /* The blur is a mean of 2 * REACH + 1 cells, a third of the interocular distance. */
};

/* Where a picture is looked at: the middle of the eyes and the step from one cell to the next. */
struct raster {
    double x, y, right_x, right_y;
};

static bool place_raster(const double *x, const double *y, struct raster *raster)
{
    double right_x = 0, right_y = 0, left_x = 0, left_y = 0;
    for (int i = 0; i < 6; i++) {
        right_x += x[36 + i] / 6;
        right_y += y[36 + i] / 6;
        left_x += x[42 + i] / 6;
        left_y += y[42 + i] / 6;
    }
    raster->x = (right_x + left_x) / 2;
    raster->y = (right_y + left_y) / 2;
    raster->right_x = (left_x - right_x) / PER_EYES;
    raster->right_y = (left_y - right_y) / PER_EYES;
    double step = hypot(raster->right_x, raster->right_y);
    /* The limit keeps the arithmetic of the samples within its range. */
    return step > 0.05 && step < 1000 && fabs(raster->x) < 1e5 && fabs(raster->y) < 1e5;
}

enum {
    FRACTION = 12, /* Places are whole numbers of 1/4096 pixel, which is twice as fast as floating point. */
    PIXEL = 1 << FRACTION
};

/* The grey value between four pixels, times 65536; the caller has made sure that they are in the picture. */
static inline int sample(const struct mien_luma *luma, int x, int y)
{
    int right = (x >> (FRACTION - 8)) & 255, down = (y >> (FRACTION - 8)) & 255;
    const uint8_t *above = luma->pixels + (y >> FRACTION) * luma->stride + (x >> FRACTION);
    const uint8_t *below = above + luma->stride;
    return (above[0] * (256 - right) + above[1] * right) * (256 - down) +
           (below[0] * (256 - right) + below[1] * right) * down;
}

/* Each cell is the mean of four samples. NaN outside of the picture; returns the number of cells inside. */
static int fill_grid(const struct mien_luma *luma, const struct raster *at, float grid[DOWN][ACROSS])
{
    int right_x = (int)lrint(at->right_x * PIXEL), right_y = (int)lrint(at->right_y * PIXEL);
    int quarter_x = (right_x - right_y) / 4, quarter_y = (right_y + right_x) / 4;
    int reach = abs(right_x) + abs(right_y), inside = 0;
    int last_x = (luma->width - 2) * PIXEL - reach, last_y = (luma->height - 2) * PIXEL - reach;
    int first_x = (int)lrint(at->x * PIXEL) - right_x * (ACROSS - 1) / 2 + ABOVE * right_y;
    int first_y = (int)lrint(at->y * PIXEL) - right_y * (ACROSS - 1) / 2 - ABOVE * right_x;
    for (int row = 0; row < DOWN; row++, first_x -= right_y, first_y += right_x) {
        int x = first_x, y = first_y;
        for (int column = 0; column < ACROSS; column++, x += right_x, y += right_y) {
            if (x < reach || y < reach || x > last_x || y > last_y) {
                grid[row][column] = NAN;
                continue;
            }
            int sum = sample(luma, x + quarter_x, y + quarter_y) +
                      sample(luma, x - quarter_x, y - quarter_y) +
                      sample(luma, x + quarter_y, y - quarter_x) + sample(luma, x - quarter_y, y + quarter_x);
            grid[row][column] = (float)sum / (4 * 65536);
            inside++;
        }
    }
    return inside;
}

/* What a blur along the lines takes away from the differences of neighbours, as a share of them. Cell i of
 * line l is cells[l * line_step + i * step]. */
static double share_lost(const float *cells, int lines, int line_step, int count, int step)
{
    float all = 0, lost = 0;
    for (int line = 0; line < lines; line++, cells += line_step) {
        for (int i = REACH + 1; i < count - REACH; i++) {
            float sharp = fabsf(cells[i * step] - cells[(i - 1) * step]);
            /* Two neighbouring means differ by what one has gained and what the other has lost. */
            float soft = fabsf(cells[(i + REACH) * step] - cells[(i - REACH - 1) * step]) / (2 * REACH + 1);
            if (isnan(sharp + soft))
                continue;
            all += sharp;
            lost += sharp > soft ? sharp - soft : 0;
        }
    }
    return all > 0 ? (double)lost / (double)all : NAN;
}

void mien_face_quality(const struct mien_luma *luma, const double *x, const double *y, double *sharpness,
                       double *light)
{
    float grid[DOWN][ACROSS];
    struct raster raster;
    double sum = 0;
    *sharpness = *light = NAN;
    if (!place_raster(x, y, &raster))
        return;
    int inside = fill_grid(luma, &raster, grid);
    if (inside < DOWN * ACROSS / 2)
        return;
    for (int i = 0; i < DOWN; i++)
        for (int k = 0; k < ACROSS; k++)
            if (!isnan(grid[i][k]))
                sum += (double)grid[i][k];
    *light = sum / inside / 255;
    *sharpness = fmin(share_lost(&grid[0][0], DOWN, ACROSS, ACROSS, 1),
                      share_lost(&grid[0][0], ACROSS, 1, DOWN, ACROSS));
}

void mien_track_stretch_light(struct mien_track *track)
{
    for (size_t row = 0; row < track->count; row++) {
        double light = (255 * track->light[row] - 16) / (235 - 16);
        track->light[row] = isnan(light) ? NAN : fmin(fmax(light, 0), 1);
    }
}
