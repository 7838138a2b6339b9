/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/field.h"

#include <math.h>
#include <string.h>

const char *const mien_region_names[MIEN_REGIONS] = {"forehead", "brow",  "eye", "cheek",
                                                     "nose",     "mouth", "chin"};

/* ---- Which cell is where ---- */

bool mien_pixel_counts(const struct mien_mesh *mesh, int pixel)
{
    int triangle = mesh->at[pixel];
    return triangle != MIEN_MESH_OUTSIDE && !mesh->gap[triangle];
}

/* The region of a place of the average head, millimetres; across is its distance from the mid-line. */
static enum mien_region region_at(double across, double y)
{
    const double eye_x = 33.5, eye_y = 0.5, eye_width = 17, eye_height = 8;
    if (pow((across - eye_x) / eye_width, 2) + pow((y - eye_y) / eye_height, 2) < 1)
        return MIEN_NO_REGION;
    if (y < -30 || (y < -12 && across > 62))
        return MIEN_FOREHEAD;
    if (y < -12)
        return MIEN_BROW;
    if (y < 56 && across < (y < 18 ? 11 : 18))
        return MIEN_NOSE;
    if (y < 18)
        return MIEN_EYE;
    if (y >= 55 && y < 96 && across < 36)
        return MIEN_MOUTH;
    if (y >= (across < 36 ? 96 : 86))
        return MIEN_CHIN;
    return MIEN_CHEEK;
}

/* Skin at the outline turns away from the camera: it shows in some frames and not in others, and small turns
 * of the head carry it far. */
static bool at_the_edge(const struct mien_mesh *mesh, int column, int row)
{
    enum { ASIDE = 8, ABOVE = 3 };
    for (int dy = -ABOVE; dy <= ABOVE; dy += ABOVE)
        for (int dx = -ASIDE; dx <= ASIDE; dx += ASIDE) {
            int x = column + dx, y = row + dy;
            bool within = x >= 0 && x < mesh->width && y >= 0 && y < mesh->height;
            if (!within || mesh->at[y * mesh->width + x] == MIEN_MESH_OUTSIDE)
                return true;
        }
    return false;
}

static double depth_at(const struct mien_mesh *mesh, double x, double y)
{
    double depths[MIEN_MESH_VERTICES], unused[MIEN_MESH_VERTICES] = {0};
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    for (int i = 0; i < MIEN_MESH_VERTICES; i++)
        depths[i] = mesh->vertex[i].z * mien_canvas_millimetres;
    mien_mesh_maps(mesh, depths, unused, maps);
    int triangle = mesh->at[(int)(y + 0.5) * mesh->width + (int)(x + 0.5)];
    if (triangle == MIEN_MESH_OUTSIDE)
        return 0;
    return maps[triangle].a[0] * x + maps[triangle].a[1] * y + maps[triangle].a[2];
}

static enum mien_region region_of(const struct mien_mesh *mesh, int left, int top)
{
    enum { ENOUGH = MIEN_CELL * MIEN_CELL * 5 / 8 };
    int counted = 0;
    for (int row = top; row < top + MIEN_CELL; row++)
        for (int column = left; column < left + MIEN_CELL; column++) {
            counted += mien_pixel_counts(mesh, row * mesh->width + column);
            if (at_the_edge(mesh, column, row))
                return MIEN_NO_REGION;
        }
    if (counted < ENOUGH)
        return MIEN_NO_REGION;
    double x, y, middle = (MIEN_CELL - 1) / 2.0;
    mien_canvas_place(left + middle, top + middle, &x, &y);
    return region_at(fabs(x), y);
}

void mien_cells_find(const struct mien_mesh *mesh, struct mien_cells *cells)
{
    const double middle = (MIEN_CELL - 1) / 2.0;
    cells->used = 0;
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int left = cell % MIEN_CELL_COLUMNS * MIEN_CELL, top = cell / MIEN_CELL_COLUMNS * MIEN_CELL;
        cells->region[cell] = (uint8_t)region_of(mesh, left, top);
        cells->used += cells->region[cell] != MIEN_NO_REGION;
        cells->depth[cell] =
            cells->region[cell] == MIEN_NO_REGION ? NAN : depth_at(mesh, left + middle, top + middle);
    }
}

int mien_cell_mirror(int cell)
{
    int column = cell % MIEN_CELL_COLUMNS;
    return cell - column + MIEN_CELL_COLUMNS - 1 - column;
}

/* ---- The camera's view ---- */

enum { TERMS = 4 };

/* How much a region says about the head from the start. */
static const double says[MIEN_REGIONS] = {1, 0.3, 0.5, 0.1, 1, 0.1, 0.1};

static void terms_of(const struct mien_cells *cells, int cell, double term[TERMS])
{
    /* About -1..1, so that the equations are well conditioned. */
    term[0] = 1;
    term[1] = (cell % MIEN_CELL_COLUMNS - (MIEN_CELL_COLUMNS - 1) / 2.0) * (2.0 / MIEN_CELL_COLUMNS);
    term[2] = (cell / MIEN_CELL_COLUMNS - (MIEN_CELL_ROWS - 1) / 2.0) * (2.0 / MIEN_CELL_ROWS);
    term[3] = cells->depth[cell] / 30;
}

/* Solves both coordinates by elimination; the matrix is positive definite. */
static bool solve(double matrix[TERMS][TERMS + 2], double solution[TERMS][2])
{
    for (int k = 0; k < TERMS; k++) {
        if (!(matrix[k][k] > 1e-9))
            return false;
        for (int row = k + 1; row < TERMS; row++) {
            double factor = matrix[row][k] / matrix[k][k];
            for (int c = k; c < TERMS + 2; c++)
                matrix[row][c] -= factor * matrix[k][c];
        }
    }
    for (int k = TERMS - 1; k >= 0; k--)
        for (int side = 0; side < 2; side++) {
            double sum = matrix[k][TERMS + side];
            for (int c = k + 1; c < TERMS; c++)
                sum -= matrix[k][c] * solution[c][side];
            solution[k][side] = sum / matrix[k][k];
        }
    return true;
}

/* What the fit does not explain of a cell; NaN where it is missing. */
static void left_over(const struct mien_field *field, int cell, const double term[TERMS],
                      double fit[TERMS][2], double rest[2])
{
    rest[0] = field->x[cell], rest[1] = field->y[cell];
    for (int k = 0; k < TERMS; k++)
        for (int side = 0; side < 2; side++)
            rest[side] -= term[k] * fit[k][side];
}

static double weight_of(const double rest[2], double reach)
{
    double square = (rest[0] * rest[0] + rest[1] * rest[1]) / (reach * reach);
    return square < 1 ? (1 - square) * (1 - square) : 0;
}

/* One weighted fit; the weights come from the fit before. */
static bool fit_once(const struct mien_cells *cells, const struct mien_field *field, double reach,
                     double fit[TERMS][2])
{
    double matrix[TERMS][TERMS + 2] = {{0}};
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        double term[TERMS], rest[2];
        if (cells->region[cell] == MIEN_NO_REGION || !isfinite(field->x[cell]))
            continue;
        terms_of(cells, cell, term);
        left_over(field, cell, term, fit, rest);
        double weight = says[cells->region[cell]] * weight_of(rest, reach);
        for (int row = 0; row < TERMS; row++) {
            for (int c = 0; c < TERMS; c++)
                matrix[row][c] += weight * term[row] * term[c];
            matrix[row][TERMS] += weight * term[row] * field->x[cell];
            matrix[row][TERMS + 1] += weight * term[row] * field->y[cell];
        }
    }
    /* Where the cells say little the head is taken to be still. */
    for (int k = 0; k < TERMS; k++)
        matrix[k][k] += 0.5;
    return solve(matrix, fit);
}

void mien_field_steady(const struct mien_cells *cells, struct mien_field *field)
{
    /* Per cent of the interocular distance: from what the landmarks leave of the head's movement down to
     * noise. */
    static const double reach[] = {4, 2.8, 2, 1.5, 1.5, 1.5};
    double fit[TERMS][2] = {{0}};
    for (size_t i = 0; i < sizeof reach / sizeof *reach; i++)
        if (!fit_once(cells, field, reach[i], fit))
            return;
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        double term[TERMS], rest[2];
        if (cells->region[cell] == MIEN_NO_REGION)
            continue;
        terms_of(cells, cell, term);
        left_over(field, cell, term, fit, rest);
        field->x[cell] = rest[0];
        field->y[cell] = rest[1];
    }
}

/* ---- Sizes ---- */

void mien_field_smooth(struct mien_field *field)
{
    const struct mien_field from = *field;
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int column = cell % MIEN_CELL_COLUMNS, row = cell / MIEN_CELL_COLUMNS;
        double sum = 0, x = 0, y = 0;
        for (int dy = row > 0 ? -1 : 0; dy <= (row < MIEN_CELL_ROWS - 1); dy++)
            for (int dx = column > 0 ? -1 : 0; dx <= (column < MIEN_CELL_COLUMNS - 1); dx++) {
                int other = cell + dy * MIEN_CELL_COLUMNS + dx;
                double weight = (dx == 0 ? 2 : 1) * (dy == 0 ? 2 : 1);
                if (!isfinite(from.x[other]))
                    continue;
                sum += weight;
                x += weight * from.x[other];
                y += weight * from.y[other];
            }
        field->x[cell] = isfinite(from.x[cell]) ? x / sum : NAN;
        field->y[cell] = isfinite(from.x[cell]) ? y / sum : NAN;
    }
}

void mien_field_size(const struct mien_field *field, double size[MIEN_CELLS])
{
    for (int cell = 0; cell < MIEN_CELLS; cell++)
        size[cell] = hypot(field->x[cell], field->y[cell]);
}

void mien_field_strain(const struct mien_field *field, double strain[MIEN_CELLS])
{
    /* Between the two neighbours of a cell, per cent of the average head's interocular distance. */
    double apart = 100 * 2 * MIEN_CELL / mien_canvas_interocular();
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int column = cell % MIEN_CELL_COLUMNS, row = cell / MIEN_CELL_COLUMNS;
        strain[cell] = NAN;
        if (column == 0 || row == 0 || column == MIEN_CELL_COLUMNS - 1 || row == MIEN_CELL_ROWS - 1)
            continue;
        double xx = field->x[cell + 1] - field->x[cell - 1];
        double yy = field->y[cell + MIEN_CELL_COLUMNS] - field->y[cell - MIEN_CELL_COLUMNS];
        double xy = (field->x[cell + MIEN_CELL_COLUMNS] - field->x[cell - MIEN_CELL_COLUMNS] +
                     field->y[cell + 1] - field->y[cell - 1]) /
                    2;
        strain[cell] = 100 * sqrt(xx * xx + yy * yy + 2 * xy * xy) / apart;
    }
}

void mien_region_means(const struct mien_cells *cells, const double *values, double means[MIEN_REGIONS][2])
{
    int all[MIEN_REGIONS][2] = {{0}}, known[MIEN_REGIONS][2] = {{0}};
    memset(means, 0, MIEN_REGIONS * sizeof *means);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int region = cells->region[cell], left = mien_cell_is_left(cell);
        if (region == MIEN_NO_REGION)
            continue;
        all[region][left]++;
        if (!isfinite(values[cell]))
            continue;
        known[region][left]++;
        means[region][left] += values[cell];
    }
    for (int region = 0; region < MIEN_REGIONS; region++)
        for (int left = 0; left < 2; left++)
            means[region][left] = known[region][left] > 0 && 2 * known[region][left] >= all[region][left]
                                      ? means[region][left] / known[region][left]
                                      : NAN;
}
