/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A map of the face as a picture: a value in every cell of the canonical face, from blue over white to red,
 * over an average face or over the face's lines. Cells that are significant are nearly opaque and outlined,
 * the others faint.
 */
#ifndef MIEN_MOVEMENT_MAP_H
#define MIEN_MOVEMENT_MAP_H

#include "movement/field.h"
#include "movement/portrait.h"
#include "video/image.h"

enum { MIEN_MAP_TITLES = 3 };

struct mien_map {
    const double *values;                      /* MIEN_CELLS; NaN: nothing is drawn. */
    const double *significant;                 /* MIEN_CELLS; not 0: opaque. */
    double limit;                              /* The value of full colour, above 0. */
    const struct mien_portrait *face;          /* NULL: the lines of the face. */
    const char *titles[MIEN_MAP_TITLES], *bar; /* The bar's title; NULL: none. */
};

enum mien_status mien_map_draw(const struct mien_map *map, struct mien_image **image,
                               struct mien_error *error);

#endif
