/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The canonical face: a small upright picture of the average head (face/head.h) on which every frame of every
 * participant is laid, so that one place of it is the same place of the skin. It is a mesh of triangles over
 * the 68 points and nine more on forehead and temples, which lie on the head and move with nothing.
 *
 * The canvas has MIEN_CANVAS_WIDTH x MIEN_CANVAS_HEIGHT pixels; its left half is the participant's right, as
 * in an unmirrored picture, and column c mirrors column MIEN_CANVAS_WIDTH - 1 - c exactly.
 */
#ifndef MIEN_MOVEMENT_MESH_H
#define MIEN_MOVEMENT_MESH_H

#include "face/track.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MIEN_MESH_VERTICES = MIEN_POINTS + 9,
    MIEN_MESH_HALF = 63, /* Triangles of one half. */
    MIEN_MESH_TRIANGLES = 2 * MIEN_MESH_HALF,
    MIEN_CANVAS_WIDTH = 104,
    MIEN_CANVAS_HEIGHT = 128,
    MIEN_MESH_OUTSIDE = 255
};

struct mien_mesh_vertex {
    double x, y, z; /* Pixels of the canvas; z away from the camera, 0 at the bridge of the nose. */
};

struct mien_mesh {
    struct mien_mesh_vertex vertex[MIEN_MESH_VERTICES];
    uint8_t triangle[MIEN_MESH_TRIANGLES][3];
    bool gap[MIEN_MESH_TRIANGLES]; /* Between the lips: no skin. */
    int width, height, scale;      /* Of the picture that `at` describes; scale times the canvas. */
    uint8_t *at; /* height rows of width: the triangle of each pixel, or MIEN_MESH_OUTSIDE. */
};

/* Millimetres of the average head per pixel of the canvas. */
extern const double mien_canvas_millimetres;
/* The interocular distance of the average head in pixels of the canvas. */
double mien_canvas_interocular(void);
/* A place of the canvas in millimetres of the average head, axes as in face/head.h. */
void mien_canvas_place(double x, double y, double *head_x, double *head_y);

/* Fills the vertices and triangles alone. */
void mien_mesh_place(struct mien_mesh *mesh);
/* scale 1 for measuring, more for pictures to look at. Returns 0, or -1 without memory. */
int mien_mesh_new(struct mien_mesh *mesh, int scale);
/* Fills `at` anew after the vertices were moved. */
void mien_mesh_refill(struct mien_mesh *mesh);
void mien_mesh_clear(struct mien_mesh *mesh);

/* Maps the plane of one triangle: x' = a[0] x + a[1] y + a[2], y' alike with b. */
struct mien_mesh_map {
    double a[3], b[3];
};
/* For every triangle the map from the canvas (at scale 1) to where its corners lie in x and y
 * (MIEN_MESH_VERTICES each). */
void mien_mesh_maps(const struct mien_mesh *mesh, const double *x, const double *y,
                    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES]);

#endif
