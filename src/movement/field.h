/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Movement of the skin against rest, in square cells of the canonical face.
 *
 * Lengths are per cent of the participant's interocular distance; x towards the participant's left, y down.
 * Missing cells are NaN in both coordinates.
 */
#ifndef MIEN_MOVEMENT_FIELD_H
#define MIEN_MOVEMENT_FIELD_H

#include "movement/mesh.h"

enum {
    MIEN_CELL = 4, /* Pixels of the canvas. */
    MIEN_CELL_COLUMNS = MIEN_CANVAS_WIDTH / MIEN_CELL,
    MIEN_CELL_ROWS = MIEN_CANVAS_HEIGHT / MIEN_CELL,
    MIEN_CELLS = MIEN_CELL_COLUMNS * MIEN_CELL_ROWS
};

enum mien_region {
    MIEN_FOREHEAD,
    MIEN_BROW,
    MIEN_EYE, /* Around the eye; not its opening. */
    MIEN_CHEEK,
    MIEN_NOSE,
    MIEN_MOUTH,
    MIEN_CHIN, /* With what lies beside it, down to the jaw's edge. */
    MIEN_REGIONS,
    MIEN_NO_REGION =
        MIEN_REGIONS /* The cell is not used: outside, eye opening, between the lips, jaw edge. */
};
extern const char *const mien_region_names[MIEN_REGIONS];

/* Cells in rows of MIEN_CELL_COLUMNS from the forehead down; the first column is the participant's right. */
struct mien_cells {
    uint8_t region[MIEN_CELLS]; /* enum mien_region. */
    double depth[MIEN_CELLS];   /* Millimetres of the average head, away from the camera. */
    int used;                   /* Cells with a region. */
};
void mien_cells_find(const struct mien_mesh *mesh, struct mien_cells *cells);
/* Whether a pixel of the canvas counts for its cell. */
bool mien_pixel_counts(const struct mien_mesh *mesh, int pixel);
static inline bool mien_cell_is_left(int cell)
{
    return cell % MIEN_CELL_COLUMNS >= MIEN_CELL_COLUMNS / 2;
}
/* The same place on the other side. */
int mien_cell_mirror(int cell);

struct mien_field {
    double x[MIEN_CELLS], y[MIEN_CELLS];
};

/* Takes out of the field what a change of the camera's view would have caused: a robust fit of {1, x, y,
 * depth} to each coordinate, in which cells that move with expressions have little say from the start and
 * cells that do not follow lose theirs (Tukey's weights). */
void mien_field_steady(const struct mien_cells *cells, struct mien_field *field);

/* A soft mean over each cell and its neighbours (1 2 1 along and across) that are not missing: noise of the
 * flow must go before sizes are taken, for a size has no sign that could cancel. */
void mien_field_smooth(struct mien_field *field);
/* Size of the displacement of every cell. */
void mien_field_size(const struct mien_field *field, double size[MIEN_CELLS]);
/* Size of the strain of every cell, per cent: the root of the sum of squares of the tensor's elements, from
 * central differences (Shreve et al. 2011, doi 10.1109/FG.2011.5771451); NaN where a neighbour is missing. */
void mien_field_strain(const struct mien_field *field, double strain[MIEN_CELLS]);

/* Means over the cells of each region and side, right before left; NaN where fewer than half of them have a
 * value. */
void mien_region_means(const struct mien_cells *cells, const double *values, double means[MIEN_REGIONS][2]);

#endif
