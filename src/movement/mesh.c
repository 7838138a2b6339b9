/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/mesh.h"

#include "base/memory.h"
#include "face/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double mien_canvas_millimetres = 1 / 0.67;
static const double middle_column = (MIEN_CANVAS_WIDTH - 1) / 2.0, first_row = 1, highest = -61;

/* On forehead and temples, millimetres of the average head, the left ones. Depths follow a skull that is
 * rounder across than from brow to hairline. */
static const struct {
    int right, left;
    double x, y, z;
} added[] = {
    {68, 68, 0, -61, 1},   {69, 70, 24, -60, 6},  {71, 72, 46, -50, 17},
    {73, 74, 63, -35, 35}, {75, 76, 72, -16, 44},
};

/* The left half: Delaunay's triangles of the points of the average head with the lips a little apart, but for
 * the edges of the inner lips, which are kept. The right half is its mirror image. */
static const uint8_t half[MIEN_MESH_HALF][3] = {
    {8, 57, 56},  {9, 8, 56},   {9, 56, 55},  {10, 9, 55},  {10, 55, 54}, {11, 10, 54}, {12, 11, 54},
    {13, 12, 54}, {13, 54, 35}, {14, 13, 35}, {14, 35, 46}, {15, 14, 46}, {15, 46, 45}, {16, 15, 45},
    {16, 26, 76}, {16, 45, 26}, {22, 27, 68}, {22, 42, 27}, {22, 43, 42}, {23, 22, 68}, {23, 43, 22},
    {23, 68, 70}, {24, 23, 70}, {24, 43, 23}, {24, 44, 43}, {24, 70, 72}, {25, 24, 72}, {25, 44, 24},
    {25, 72, 74}, {26, 25, 74}, {26, 44, 25}, {26, 45, 44}, {26, 74, 76}, {27, 42, 28}, {28, 42, 29},
    {29, 35, 30}, {29, 42, 47}, {29, 47, 35}, {30, 34, 33}, {30, 35, 34}, {33, 52, 51}, {34, 52, 33},
    {35, 47, 46}, {35, 52, 34}, {35, 53, 52}, {35, 54, 53}, {43, 47, 42}, {44, 46, 47}, {44, 47, 43},
    {45, 46, 44}, {51, 63, 62}, {52, 63, 51}, {53, 63, 52}, {53, 64, 63}, {54, 55, 64}, {54, 64, 53},
    {55, 56, 65}, {56, 57, 66}, {56, 66, 65}, {62, 65, 66}, {63, 64, 65}, {63, 65, 62}, {64, 55, 65},
};

void mien_canvas_place(double x, double y, double *head_x, double *head_y)
{
    *head_x = (x - middle_column) * mien_canvas_millimetres;
    *head_y = (y - first_row) * mien_canvas_millimetres + highest;
}

double mien_canvas_interocular(void)
{
    struct mien_head_point head[MIEN_POINTS];
    double x[MIEN_POINTS], y[MIEN_POINTS];
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] = head[i].x, y[i] = head[i].y;
    return mien_points_interocular(x, y) / mien_canvas_millimetres;
}

static struct mien_mesh_vertex on_canvas(double x, double y, double z)
{
    double scale = 1 / mien_canvas_millimetres;
    return (struct mien_mesh_vertex){middle_column + scale * x, first_row + scale * (y - highest), scale * z};
}

/* The resting lips touch, but a triangle must have an area. */
static double part_lips(int point, double y)
{
    const double apart = 1.25;
    if (point >= 61 && point <= 63)
        return y - apart;
    return point >= 65 && point <= 67 ? y + apart : y;
}

/* The upper contour is the outline that the camera sees, far behind the skin before it that the mesh is for;
 * millimetres. */
static const double deepest = 45;

static void place_vertices(struct mien_mesh *mesh, int mirror[MIEN_MESH_VERTICES])
{
    struct mien_head_point head[MIEN_POINTS];
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++) {
        mesh->vertex[i] = on_canvas(head[i].x, part_lips(i, head[i].y), fmin(head[i].z, deepest));
        mirror[i] = mien_head_other_side(i);
    }
    for (size_t k = 0; k < sizeof added / sizeof *added; k++) {
        mesh->vertex[added[k].right] = on_canvas(-added[k].x, added[k].y, added[k].z);
        mesh->vertex[added[k].left] = on_canvas(added[k].x, added[k].y, added[k].z);
        mirror[added[k].right] = added[k].left;
        mirror[added[k].left] = added[k].right;
    }
}

static bool is_gap(const uint8_t *triangle)
{
    for (int k = 0; k < 3; k++)
        if (triangle[k] < 60 || triangle[k] > 67)
            return false;
    return true;
}

static void place_triangles(struct mien_mesh *mesh, const int mirror[MIEN_MESH_VERTICES])
{
    for (int t = 0; t < MIEN_MESH_HALF; t++) {
        uint8_t *left = mesh->triangle[t], *right = mesh->triangle[MIEN_MESH_HALF + t];
        memcpy(left, half[t], 3);
        for (int k = 0; k < 3; k++)
            right[k] = (uint8_t)mirror[half[t][2 - k]];
        mesh->gap[t] = mesh->gap[MIEN_MESH_HALF + t] = is_gap(left);
    }
}

/* Twice the area of the triangle of two corners and a place; positive when it lies inside. */
static double beside(const struct mien_mesh_vertex *p, const struct mien_mesh_vertex *q, double x, double y)
{
    return (q->x - p->x) * (y - p->y) - (q->y - p->y) * (x - p->x);
}

/* Left, top, right and bottom pixel of a triangle within the picture. */
static void box_of(const struct mien_mesh *mesh, const struct mien_mesh_vertex *const corner[3], int box[4])
{
    double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;
    for (int k = 0; k < 3; k++) {
        low_x = fmin(low_x, corner[k]->x), high_x = fmax(high_x, corner[k]->x);
        low_y = fmin(low_y, corner[k]->y), high_y = fmax(high_y, corner[k]->y);
    }
    box[0] = (int)fmax(0, floor(low_x) * mesh->scale);
    box[1] = (int)fmax(0, floor(low_y) * mesh->scale);
    box[2] = (int)fmin(mesh->width - 1, (ceil(high_x) + 1) * mesh->scale);
    box[3] = (int)fmin(mesh->height - 1, (ceil(high_y) + 1) * mesh->scale);
}

static void fill_triangle(struct mien_mesh *mesh, int index)
{
    const struct mien_mesh_vertex *corner[3];
    for (int k = 0; k < 3; k++)
        corner[k] = &mesh->vertex[mesh->triangle[index][k]];
    int box[4];
    box_of(mesh, corner, box);
    for (int row = box[1]; row <= box[3]; row++)
        for (int column = box[0]; column <= box[2]; column++) {
            double x = (column + 0.5) / mesh->scale - 0.5, y = (row + 0.5) / mesh->scale - 0.5;
            if (beside(corner[0], corner[1], x, y) >= 0 && beside(corner[1], corner[2], x, y) >= 0 &&
                beside(corner[2], corner[0], x, y) >= 0)
                mesh->at[row * mesh->width + column] = (uint8_t)index;
        }
}

void mien_mesh_place(struct mien_mesh *mesh)
{
    int mirror[MIEN_MESH_VERTICES] = {0};
    place_vertices(mesh, mirror);
    place_triangles(mesh, mirror);
}

int mien_mesh_new(struct mien_mesh *mesh, int scale)
{
    *mesh = (struct mien_mesh){
        .width = scale * MIEN_CANVAS_WIDTH, .height = scale * MIEN_CANVAS_HEIGHT, .scale = scale};
    size_t pixels = (size_t)mesh->width * (size_t)mesh->height;
    mesh->at = mien_array_new(pixels, 1);
    if (!mesh->at)
        return -1;
    mien_mesh_place(mesh);
    mien_mesh_refill(mesh);
    return 0;
}

void mien_mesh_refill(struct mien_mesh *mesh)
{
    memset(mesh->at, MIEN_MESH_OUTSIDE, (size_t)mesh->width * (size_t)mesh->height);
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++)
        fill_triangle(mesh, t);
}

void mien_mesh_clear(struct mien_mesh *mesh)
{
    free(mesh->at);
    mesh->at = NULL;
}

void mien_mesh_maps(const struct mien_mesh *mesh, const double *x, const double *y,
                    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES])
{
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++) {
        const uint8_t *corner = mesh->triangle[t];
        const struct mien_mesh_vertex *o = &mesh->vertex[corner[0]], *p = &mesh->vertex[corner[1]],
                                      *q = &mesh->vertex[corner[2]];
        double area = beside(o, p, q->x, q->y);
        const double *to[2] = {x, y};
        for (int k = 0; k < 2; k++) {
            double *row = k == 0 ? maps[t].a : maps[t].b, base = to[k][corner[0]];
            double along = to[k][corner[1]] - base, across = to[k][corner[2]] - base;
            row[0] = (along * (q->y - o->y) - across * (p->y - o->y)) / area;
            row[1] = (across * (p->x - o->x) - along * (q->x - o->x)) / area;
            row[2] = base - row[0] * o->x - row[1] * o->y;
        }
    }
}
