/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/map.h"

#include "base/memory.h"
#include "face/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pixels. */
enum {
    SIDE = MIEN_CELL * MIEN_PORTRAIT_SCALE, /* Of a cell. */
    WIDTH = MIEN_CANVAS_WIDTH * MIEN_PORTRAIT_SCALE,
    HEIGHT = MIEN_CANVAS_HEIGHT * MIEN_PORTRAIT_SCALE,
    LEFT = 24,
    HEAD = 88,
    FOOT = 40,
    BAR = 130, /* Room for the colour bar. */
};

static const struct mien_colour paper = {255, 255, 255}, ink = {34, 34, 34}, faint_ink = {110, 110, 110};

static struct mien_colour mixed(struct mien_colour a, struct mien_colour b, double part)
{
    return (struct mien_colour){(uint8_t)(a.red + part * (b.red - a.red) + 0.5),
                                (uint8_t)(a.green + part * (b.green - a.green) + 0.5),
                                (uint8_t)(a.blue + part * (b.blue - a.blue) + 0.5)};
}

/* -1 blue, 0 white, 1 red. */
static struct mien_colour colour_of(double value)
{
    static const struct mien_colour blue = {33, 102, 172}, white = {247, 247, 247}, red = {178, 24, 43};
    double part = fmin(fmax(value, -1), 1);
    return part < 0 ? mixed(white, blue, -part) : mixed(white, red, part);
}

/* ---- What lies below ---- */

static void draw_lines(struct mien_image *image)
{
    static const struct {
        int first, last;
        bool closed;
    } parts[] = {{0, 16, false}, {17, 21, false}, {22, 26, false}, {27, 30, false}, {31, 35, false},
                 {36, 41, true}, {42, 47, true},  {48, 59, true},  {68, 68, false}};
    struct mien_mesh mesh = {0};
    double at[MIEN_MESH_VERTICES][2];
    mien_mesh_place(&mesh);
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        at[i][0] = LEFT + (mesh.vertex[i].x + 0.5) * MIEN_PORTRAIT_SCALE;
        at[i][1] = HEAD + (mesh.vertex[i].y + 0.5) * MIEN_PORTRAIT_SCALE;
    }
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        for (int i = parts[k].first; i < parts[k].last; i++)
            mien_draw_stroke(image, at[i], at[i + 1], 2, faint_ink, 0.7);
        if (parts[k].closed)
            mien_draw_stroke(image, at[parts[k].last], at[parts[k].first], 2, faint_ink, 0.7);
    }
    static const int over[] = {0, 75, 73, 71, 69, 68, 70, 72, 74, 76, 16};
    for (size_t i = 0; i + 1 < sizeof over / sizeof *over; i++)
        mien_draw_stroke(image, at[over[i]], at[over[i + 1]], 2, faint_ink, 0.35);
}

static int draw_portrait(struct mien_image *image, const struct mien_portrait *portrait)
{
    uint8_t *grey = mien_array_new((size_t)WIDTH * HEIGHT, 1);
    if (!grey)
        return -1;
    mien_portrait_grey(portrait, grey);
    for (int row = 0; row < HEIGHT; row++)
        for (int column = 0; column < WIDTH; column++) {
            int at = row * WIDTH + column;
            if (portrait->mesh.at[at] != MIEN_MESH_OUTSIDE)
                memset(image->rgb + 3 * ((HEAD + row) * image->width + LEFT + column), grey[at], 3);
        }
    free(grey);
    return 0;
}

/* ---- The map ---- */

static void blend_cell(struct mien_image *image, int cell, struct mien_colour colour, double opacity)
{
    int left = LEFT + cell % MIEN_CELL_COLUMNS * SIDE, top = HEAD + cell / MIEN_CELL_COLUMNS * SIDE;
    for (int row = top; row < top + SIDE; row++)
        for (int column = left; column < left + SIDE; column++) {
            uint8_t *p = image->rgb + 3 * (row * image->width + column);
            struct mien_colour made = mixed((struct mien_colour){p[0], p[1], p[2]}, colour, opacity);
            p[0] = made.red, p[1] = made.green, p[2] = made.blue;
        }
}

static bool is_significant(const struct mien_map *map, int column, int row)
{
    if (column < 0 || row < 0 || column >= MIEN_CELL_COLUMNS || row >= MIEN_CELL_ROWS)
        return false;
    int cell = row * MIEN_CELL_COLUMNS + column;
    return isfinite(map->values[cell]) && map->significant[cell] != 0;
}

static void outline_cell(struct mien_image *image, const struct mien_map *map, int column, int row)
{
    static const int beside[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    double left = LEFT + column * SIDE, top = HEAD + row * SIDE, right = left + SIDE, bottom = top + SIDE;
    const double ends[4][2][2] = {{{left, top}, {left, bottom}},
                                  {{right, top}, {right, bottom}},
                                  {{left, top}, {right, top}},
                                  {{left, bottom}, {right, bottom}}};
    for (int k = 0; k < 4; k++)
        if (!is_significant(map, column + beside[k][0], row + beside[k][1]))
            mien_draw_stroke(image, ends[k][0], ends[k][1], 2, ink, 1);
}

static void draw_cells(struct mien_image *image, const struct mien_map *map)
{
    const double opaque = 0.85, faint = 0.38;
    for (int cell = 0; cell < MIEN_CELLS; cell++)
        if (isfinite(map->values[cell]))
            blend_cell(image, cell, colour_of(map->values[cell] / map->limit),
                       map->significant[cell] != 0 ? opaque : faint);
    for (int row = 0; row < MIEN_CELL_ROWS; row++)
        for (int column = 0; column < MIEN_CELL_COLUMNS; column++)
            if (is_significant(map, column, row))
                outline_cell(image, map, column, row);
}

/* ---- What explains it ---- */

static void draw_bar(struct mien_image *image, const struct mien_map *map)
{
    enum { STEPS = 256, TICKS = 5, THICK = 22 };
    const double left = LEFT + WIDTH + 20, top = HEAD + 60, height = HEIGHT - 150;
    for (int i = 0; i < STEPS; i++) {
        const struct mien_patch patch = {left, top + height * i / STEPS, THICK, height / STEPS + 1};
        mien_draw_patch(image, &patch, colour_of(1 - 2 * (i + 0.5) / STEPS));
    }
    for (int i = 0; i < TICKS; i++) {
        char text[32];
        double y = top + height * i / (TICKS - 1);
        const double from[2] = {left + THICK, y}, to[2] = {left + THICK + 5, y};
        mien_draw_stroke(image, from, to, 1.5, ink, 1);
        snprintf(text, sizeof text, "%.3g", map->limit * (1 - 2.0 * i / (TICKS - 1)));
        mien_draw_text(image, left + THICK + 9, y - 6, 1.6, BAR, ink, text);
    }
    if (map->bar)
        mien_draw_text(image, left - 6, top - 30, 1.5, BAR, ink, map->bar);
}

static void draw_texts(struct mien_image *image, const struct mien_map *map)
{
    for (int i = 0; i < MIEN_MAP_TITLES; i++)
        if (map->titles[i])
            mien_draw_text(image, LEFT, 12 + 25 * i, i == 0 ? 2 : 1.5, image->width - 2 * LEFT,
                           i == 0 ? ink : faint_ink, map->titles[i]);
    double y = HEAD + HEIGHT + 12;
    mien_draw_text(image, LEFT, y, 1.6, WIDTH / 2, ink, "participants' right");
    mien_draw_text(image, LEFT + WIDTH - 19 * 6 * 1.6, y, 1.6, WIDTH / 2, ink, "participants' left");
}

enum mien_status mien_map_draw(const struct mien_map *map, struct mien_image **image,
                               struct mien_error *error)
{
    struct mien_image *drawn = NULL;
    enum mien_status status = mien_image_new(LEFT + WIDTH + BAR, HEAD + HEIGHT + FOOT, &drawn, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_patch all = {0, 0, drawn->width, drawn->height};
    mien_draw_patch(drawn, &all, paper);
    if (!map->face) {
        draw_lines(drawn);
    } else if (draw_portrait(drawn, map->face) != 0) {
        mien_image_free(drawn);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the map");
    }
    draw_cells(drawn, map);
    draw_bar(drawn, map);
    draw_texts(drawn, map);
    *image = drawn;
    return MIEN_OK;
}
