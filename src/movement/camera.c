/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/camera.h"

#include "face/head.h"

#include <math.h>

void mien_resting_shape(const double *x, const double *y, struct mien_resting_shape *shape)
{
    struct mien_mesh mesh = {0};
    struct mien_head_point head[MIEN_POINTS];
    double head_x[MIEN_POINTS], head_y[MIEN_POINTS];
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++)
        head_x[i] = head[i].x, head_y[i] = head[i].y;
    double scale = 100 / mien_points_interocular(head_x, head_y);
    double middle = (head[36].y + head[39].y + head[42].y + head[45].y) / 4;
    mien_mesh_place(&mesh);
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        double place_x, place_y;
        mien_canvas_place(mesh.vertex[i].x, mesh.vertex[i].y, &place_x, &place_y);
        shape->x[i] = i < MIEN_POINTS ? 100 * x[i] : scale * place_x;
        shape->y[i] = i < MIEN_POINTS ? 100 * y[i] : scale * (place_y - middle);
        shape->z[i] = scale * mesh.vertex[i].z * mien_canvas_millimetres;
    }
}

/* How much a point says about the head: canthi and the bridge hardly move with expressions; the wings of the
 * nose and the brows do, but lie where nothing else is; the upper contour tells turns, and is found less
 * surely. */
static double say(int point)
{
    if (point == 36 || point == 39 || point == 42 || point == 45 || point == 28 || point == 29)
        return 1;
    if (point == 27)
        return 1.5;
    if (point == 30)
        return 0.3;
    if (point >= 31 && point <= 35)
        return 0.2;
    if (point >= 17 && point <= 26)
        return 0.05;
    return point <= 2 || (point >= 14 && point <= 16) ? 0.07 : 0;
}

enum { TERMS = 4 };

static bool solve(double matrix[TERMS][TERMS + 2], struct mien_affine_camera *camera)
{
    for (int k = 0; k < TERMS; k++) {
        if (!(fabs(matrix[k][k]) > 1e-9))
            return false;
        for (int row = 0; row < TERMS; row++) {
            double factor = row == k ? 0 : matrix[row][k] / matrix[k][k];
            for (int c = k; c < TERMS + 2; c++)
                matrix[row][c] -= factor * matrix[k][c];
        }
    }
    for (int k = 0; k < TERMS; k++) {
        camera->a[k] = matrix[k][TERMS] / matrix[k][k];
        camera->b[k] = matrix[k][TERMS + 1] / matrix[k][k];
    }
    return fabs(camera->a[0] * camera->b[1] - camera->a[1] * camera->b[0]) > 1e-9;
}

bool mien_camera_fit(const struct mien_resting_shape *shape, const double *x, const double *y,
                     struct mien_affine_camera *camera)
{
    double matrix[TERMS][TERMS + 2] = {{0}};
    for (int i = 0; i < MIEN_POINTS; i++) {
        double term[TERMS] = {shape->x[i], shape->y[i], shape->z[i], 1}, weight = say(i);
        if (!isfinite(x[i] + y[i]))
            return false;
        for (int row = 0; row < TERMS; row++) {
            for (int c = 0; c < TERMS; c++)
                matrix[row][c] += weight * term[row] * term[c];
            matrix[row][TERMS] += weight * term[row] * x[i];
            matrix[row][TERMS + 1] += weight * term[row] * y[i];
        }
    }
    return solve(matrix, camera);
}

void mien_camera_see(const struct mien_affine_camera *camera, const struct mien_resting_shape *shape,
                     int vertex, double *x, double *y)
{
    double at[TERMS] = {shape->x[vertex], shape->y[vertex], shape->z[vertex], 1};
    *x = *y = 0;
    for (int k = 0; k < TERMS; k++) {
        *x += camera->a[k] * at[k];
        *y += camera->b[k] * at[k];
    }
}

void mien_camera_undo(const struct mien_affine_camera *camera, const struct mien_resting_shape *shape,
                      int vertex, double x, double y, double *face_x, double *face_y)
{
    const double *a = camera->a, *b = camera->b;
    double dx = x - a[2] * shape->z[vertex] - a[3], dy = y - b[2] * shape->z[vertex] - b[3];
    double area = a[0] * b[1] - a[1] * b[0];
    *face_x = (b[1] * dx - a[1] * dy) / area;
    *face_y = (a[0] * dy - b[0] * dx) / area;
}
