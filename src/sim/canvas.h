/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture of a participant before the camera: what never moves is painted once (head.c), and every frame
 * is shaded and gets its brows, eyes and mouth on a copy (features.c).
 */
#ifndef MIEN_SIM_CANVAS_H
#define MIEN_SIM_CANVAS_H

#include "sim/expression.h"

/* A change of the skin's relief with an action of one side, in millimetres; zero outside its box. */
struct mien_sim_relief {
    int left, top, width, height;
    float *depth;
};

enum mien_sim_fold {
    MIEN_SIM_CHEEK,    /* Cheek and nasolabial fold, with AU12. */
    MIEN_SIM_FOREHEAD, /* Lines of the forehead, with AU1 and AU2. */
    MIEN_SIM_GLABELLA, /* Lines between the brows, with AU4. */
    MIEN_SIM_FOLDS
};

struct mien_sim_canvas {
    int width, height;
    float scale;              /* Pixels per millimetre. */
    float origin_x, origin_y; /* Pixel of the point midway between the canthi. */
    float *back;              /* Three per pixel: all but the skin of the face. */
    float *skin;              /* Three per pixel: the skin's colour in full light. */
    float *cover;             /* 0..1: how much of the pixel is skin of the face. */
    float *relief;            /* Height of the face towards the camera, millimetres. */
    struct mien_sim_relief folds[MIEN_SIM_FOLDS][MIEN_SIM_SIDES];
    float *moved;  /* relief with this frame's folds. */
    float *colour; /* Three per pixel: this frame. */
};

/* NULL without memory. */
struct mien_sim_canvas *mien_sim_canvas_new(const struct mien_sim_person *person, int width, int height);
void mien_sim_canvas_free(struct mien_sim_canvas *canvas); /* NULL allowed. */

/* Fills colour with the shaded face of this frame, without brows, eyes and mouth. */
void mien_sim_shade(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                    const struct mien_sim_movement *movement, const struct mien_sim_face *face);
/* Paints these onto colour. */
void mien_sim_paint_features(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                             const struct mien_sim_face *face);

/* ---- Small things that both files use ---- */

static inline float mien_sim_clamp(float value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static inline void mien_sim_blend(float *pixel, float r, float g, float b, float part)
{
    pixel[0] += part * (r - pixel[0]);
    pixel[1] += part * (g - pixel[1]);
    pixel[2] += part * (b - pixel[2]);
}

/* Repeatable noise, 0..1, of a point of a grid. */
float mien_sim_grain(int x, int y);

#endif
