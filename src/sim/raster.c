/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Meshes before the camera: turning, perspective, and the nearest surface of every pixel.
 */
#include "sim/painter.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static const float camera_distance = 1100, plane_of_eyes = 82; /* Millimetres. */
static const float least_inside = -4;                          /* Of hair that is drawn. */
static const float pivot_y = -62, pivot_z = 12;                /* Where the head turns on the neck. */

int mien_sim_mesh_new(struct mien_sim_mesh *mesh, int columns, int rows)
{
    size_t count = (size_t)columns * (size_t)rows;
    *mesh = (struct mien_sim_mesh){.columns = columns, .rows = rows};
    mesh->rest = mien_array_new(count, sizeof *mesh->rest);
    mesh->moved = mien_array_new(count, sizeof *mesh->moved);
    mesh->corner = mien_array_new(count, sizeof *mesh->corner);
    return mesh->rest && mesh->moved && mesh->corner ? 0 : -1;
}

void mien_sim_mesh_free(struct mien_sim_mesh *mesh)
{
    free(mesh->rest);
    free(mesh->moved);
    free(mesh->corner);
    free(mesh->shown);
    free(mesh->inside);
}

/* ---- Camera ---- */

static struct mien_sim_point turned_by(const struct mien_sim_view *camera, float x, float y, float z)
{
    const float(*turn)[3] = camera->turn;
    return (struct mien_sim_point){turn[0][0] * x + turn[0][1] * y + turn[0][2] * z,
                                   turn[1][0] * x + turn[1][1] * y + turn[1][2] * z,
                                   turn[2][0] * x + turn[2][1] * y + turn[2][2] * z};
}

struct mien_sim_point mien_sim_turned(const struct mien_sim_view *camera, float x, float y, float z)
{
    struct mien_sim_point point = turned_by(camera, x, y - pivot_y, z - pivot_z);
    point.x += camera->shift_x;
    point.y += pivot_y + camera->shift_y;
    point.z += pivot_z;
    return point;
}

void mien_sim_project(const struct mien_sim_view *camera, struct mien_sim_point turned, float *px, float *py)
{
    float size = camera->scale / (1 - (turned.z - plane_of_eyes) / camera_distance);
    *px = camera->origin_x + turned.x * size;
    *py = camera->origin_y - turned.y * size;
}

/* ---- Vertices ---- */

static struct mien_sim_point normal_at(const struct mien_sim_mesh *mesh, int i, int j)
{
    int columns = mesh->columns;
    const struct mien_sim_point *at = mesh->moved;
    int left = j > 0 ? j - 1 : j, right = j + 1 < columns ? j + 1 : j;
    int up = i > 0 ? i - 1 : i, down = i + 1 < mesh->rows ? i + 1 : i;
    const struct mien_sim_point *l = at + i * columns + left, *r = at + i * columns + right;
    const struct mien_sim_point *u = at + up * columns + j, *d = at + down * columns + j;
    float ax = r->x - l->x, ay = r->y - l->y, az = r->z - l->z;
    float bx = u->x - d->x, by = u->y - d->y, bz = u->z - d->z;
    struct mien_sim_point n = {ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx};
    float length = sqrtf(n.x * n.x + n.y * n.y + n.z * n.z) + 1e-9f;
    return (struct mien_sim_point){n.x / length, n.y / length, n.z / length};
}

MIEN_SIM_FAST void mien_sim_mesh_project(struct mien_sim_mesh *mesh, const struct mien_sim_view *camera)
{
    for (int i = 0; i < mesh->rows; i++) {
        float follow = mesh->follow ? mesh->follow[i] : 1;
        for (int j = 0; j < mesh->columns; j++) {
            int at = i * mesh->columns + j;
            struct mien_sim_point p = mesh->moved[at], n = normal_at(mesh, i, j);
            struct mien_sim_point turned = mien_sim_turned(camera, p.x, p.y, p.z);
            struct mien_sim_point facing = turned_by(camera, n.x, n.y, n.z);
            turned.x = p.x + follow * (turned.x - p.x);
            turned.y = p.y + follow * (turned.y - p.y);
            turned.z = p.z + follow * (turned.z - p.z);
            struct mien_sim_corner *corner = mesh->corner + at;
            mien_sim_project(camera, turned, &corner->x, &corner->y);
            corner->depth = turned.z;
            float *attribute = corner->attribute;
            attribute[MIEN_SIM_NX] = n.x + follow * (facing.x - n.x);
            attribute[MIEN_SIM_NY] = n.y + follow * (facing.y - n.y);
            attribute[MIEN_SIM_NZ] = n.z + follow * (facing.z - n.z);
            attribute[MIEN_SIM_HX] = mesh->inside ? mesh->inside[at] : p.x;
            attribute[MIEN_SIM_HY] = p.y, attribute[MIEN_SIM_HZ] = p.z;
            attribute[MIEN_SIM_U] = (float)j, attribute[MIEN_SIM_V] = (float)i;
        }
    }
}

/* ---- Triangles ---- */

static inline int low_bound(float a, float b, float c)
{
    float low = fminf(a, fminf(b, c));
    return low < 0 ? 0 : (int)ceilf(low);
}

static inline int high_bound(float a, float b, float c, int size)
{
    float high = fmaxf(a, fmaxf(b, c));
    return high >= (float)(size - 1) ? size - 1 : (int)floorf(high);
}

static inline void triangle(struct mien_sim_layer *layer, const struct mien_sim_corner *a,
                            const struct mien_sim_corner *b, const struct mien_sim_corner *c, uint8_t part,
                            int both_sides)
{
    float area = (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
    if (area > 0 && both_sides) {
        const struct mien_sim_corner *swap = b;
        b = c, c = swap;
        area = -area;
    }
    if (area >= -1e-6f)
        return;
    int left = low_bound(a->x, b->x, c->x), right = high_bound(a->x, b->x, c->x, layer->width);
    int top = low_bound(a->y, b->y, c->y), bottom = high_bound(a->y, b->y, c->y, layer->height);
    float per = 1 / area, edge = -1e-4f;
    float px = (b->y - c->y) * per, py = (c->x - b->x) * per;
    float qx = (c->y - a->y) * per, qy = (a->x - c->x) * per;
    for (int i = top; i <= bottom; i++) {
        size_t row = (size_t)i * (size_t)layer->width;
        float *restrict depths = layer->depth + row;
        float(*restrict attributes)[MIEN_SIM_ATTRIBUTES] = layer->attribute + row;
        uint8_t *restrict parts = layer->part + row;
        for (int j = left; j <= right; j++) {
            float dx = (float)j - c->x, dy = (float)i - c->y;
            float p = px * dx + py * dy, q = qx * dx + qy * dy, r = 1 - p - q;
            float depth = p * a->depth + q * b->depth + r * c->depth;
            if (p < edge || q < edge || r < edge || depth <= depths[j])
                continue;
            if (part == MIEN_SIM_STRANDS && p * a->attribute[MIEN_SIM_HX] + q * b->attribute[MIEN_SIM_HX] +
                                                    r * c->attribute[MIEN_SIM_HX] <
                                                least_inside)
                continue; /* What lies behind the last hairs can be seen. */
            depths[j] = depth;
            parts[j] = part;
            *(mien_sim_eight *)attributes[j] = p * *(const mien_sim_eight *)a->attribute +
                                               q * *(const mien_sim_eight *)b->attribute +
                                               r * *(const mien_sim_eight *)c->attribute;
        }
    }
}

MIEN_SIM_FAST void mien_sim_raster(struct mien_sim_layer *layer, const struct mien_sim_mesh *mesh,
                                   enum mien_sim_part part, int inner_from)
{
    int columns = mesh->columns;
    for (int i = 0; i + 1 < mesh->rows; i++)
        for (int j = 0; j + 1 < columns; j++) {
            int at = i * columns + j;
            if (mesh->shown && !(mesh->shown[at] | mesh->shown[at + 1] | mesh->shown[at + columns] |
                                 mesh->shown[at + columns + 1]))
                continue;
            const struct mien_sim_corner *a = mesh->corner + at, *b = a + 1, *c = a + columns, *d = c + 1;
            triangle(layer, a, c, b, (uint8_t)part, i >= inner_from);
            triangle(layer, b, c, d, (uint8_t)part, i >= inner_from);
        }
}
