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

/* Pixels per millimetre in the plane of the eyes. */
double mien_sim_canvas_scale(const struct mien_sim_canvas *canvas);

#endif
