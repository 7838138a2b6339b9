/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far the simulator carries the skin of each region: the truth for validity_movement.lua.
 *   movement_truth SEED WOMAN AGE ACTION SIDE      prints "cheek_l 2.31", per cent of the interocular distance
 * The same cells and regions as the movement's, laid on the drawn person's own resting points.
 */
#include "movement/field.h"
#include "sim/expression.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a pixel of the canvas rests on the person, millimetres, axes of sim/person.h. False where its triangle
 * has a corner that the simulator has no point for. */
static int place(const struct mien_mesh *mesh, const struct mien_mesh_map *maps, int pixel, double *x, double *y)
{
    int triangle = mesh->at[pixel], column = pixel % MIEN_CANVAS_WIDTH, row = pixel / MIEN_CANVAS_WIDTH;
    for (int k = 0; k < 3; k++)
        if (mesh->triangle[triangle][k] >= MIEN_POINTS)
            return 0;
    *x = maps[triangle].a[0] * column + maps[triangle].a[1] * row + maps[triangle].a[2];
    *y = maps[triangle].b[0] * column + maps[triangle].b[1] * row + maps[triangle].b[2];
    return 1;
}

static int action_of(const char *name)
{
    for (int i = 0; i < MIEN_SIM_ACTIONS; i++)
        if (strcmp(mien_sim_action_names[i], name) == 0)
            return i;
    return -1;
}

int main(int count, char **words)
{
    struct mien_mesh mesh;
    struct mien_cells cells;
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    struct mien_sim_person person;
    struct mien_sim_face face;
    const struct mien_sim_movement still = {0};
    double x[MIEN_MESH_VERTICES] = {0}, y[MIEN_MESH_VERTICES] = {0}, size[MIEN_CELLS], means[MIEN_REGIONS][2];
    if (count != 6 || action_of(words[4]) < 0 || mien_mesh_new(&mesh, 1) != 0)
        return 2;
    const struct mien_sim_identity identity = {strtoull(words[1], NULL, 10), atoi(words[2]), atof(words[3]), NAN, -1,
                                               0, -1};
    mien_sim_person_from(&person, &identity);
    mien_sim_express(&person, &still, &face);
    memcpy(x, face.x, sizeof face.x);
    memcpy(y, face.y, sizeof face.y);
    mien_mesh_maps(&mesh, x, y, maps);
    mien_cells_find(&mesh, &cells);
    double eyes = mien_points_interocular(face.x, face.y);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        double at_x, at_y;
        int pixel = (cell / MIEN_CELL_COLUMNS * MIEN_CELL + 2) * MIEN_CANVAS_WIDTH + cell % MIEN_CELL_COLUMNS * MIEN_CELL + 2;
        size[cell] = NAN;
        if (cells.region[cell] == MIEN_NO_REGION || !place(&mesh, maps, pixel, &at_x, &at_y))
            continue;
        struct mien_sim_shift shift =
            mien_sim_carry(&person, (enum mien_sim_action)action_of(words[4]),
                           strcmp(words[5], "l") == 0 ? MIEN_SIM_LEFT : MIEN_SIM_RIGHT, at_x, at_y);
        size[cell] = 100 * hypot(shift.x, shift.y) / eyes;
    }
    mien_region_means(&cells, size, means);
    for (int region = 0; region < MIEN_REGIONS; region++)
        for (int left = 0; left < 2; left++)
            printf("%s_%c %.4f\n", mien_region_names[region], left ? 'l' : 'r', means[region][left]);
    mien_mesh_clear(&mesh);
    return 0;
}
