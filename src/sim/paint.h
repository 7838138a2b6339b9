/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One picture of a participant, and the truth that belongs to it. A canvas is used by one thread at a time.
 */
#ifndef MIEN_SIM_PAINT_H
#define MIEN_SIM_PAINT_H

#include "sim/expression.h"

struct mien_sim_canvas;

/* Pixels of the picture, pixel centres at whole numbers. What the painter cannot tell is NaN. */
struct mien_sim_truth {
    double x[MIEN_SIM_POINTS], y[MIEN_SIM_POINTS];
    double lid_opening[MIEN_SIM_SIDES]; /* Distance of the lids at the column of the iris' centre, */
    double upper_x[MIEN_SIM_SIDES], upper_y[MIEN_SIM_SIDES]; /* and where their margins are there. */
    double lower_x[MIEN_SIM_SIDES], lower_y[MIEN_SIM_SIDES];
    double iris_x[MIEN_SIM_SIDES], iris_y[MIEN_SIM_SIDES], iris_radius[MIEN_SIM_SIDES];
};

/* Paints the canvas's width x height pixels as RGB, rows without gaps. */
void mien_sim_paint(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                    const struct mien_sim_movement *movement, uint8_t *rgb, struct mien_sim_truth *truth);

#endif
