/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture of a participant before the camera, and what is true of it. What does not change from frame to
 * frame (the shape of the head, the pattern of the skin, the hair) is made once in a canvas; a frame is drawn
 * from it. The same person, size and movement give the same bytes, on every number of threads (one canvas
 * belongs to one thread at a time).
 */
#ifndef MIEN_SIM_CANVAS_H
#define MIEN_SIM_CANVAS_H

#include "sim/expression.h"

struct mien_sim_canvas;

/* NULL without memory. */
struct mien_sim_canvas *mien_sim_canvas_new(const struct mien_sim_person *person, int width, int height);
void mien_sim_canvas_free(struct mien_sim_canvas *canvas); /* NULL allowed. */

/* From the same geometry and projection as the picture; pixels of the picture, y down. */
struct mien_sim_truth {
    double x[MIEN_SIM_POINTS], y[MIEN_SIM_POINTS];
    double lid_opening[MIEN_SIM_SIDES]; /* Distance of the lids at the column of the iris' centre. */
    double iris_x[MIEN_SIM_SIDES], iris_y[MIEN_SIM_SIDES], iris_radius[MIEN_SIM_SIDES];
};

/* Draws one frame as RGB, rows of 3 * width bytes without gaps, without noise or blur of a camera. */
void mien_sim_frame_draw(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                         const struct mien_sim_movement *movement, uint8_t *rgb, struct mien_sim_truth *truth);

/* Pixels per millimetre in the plane of the eyes. */
double mien_sim_canvas_scale(const struct mien_sim_canvas *canvas);

#endif
