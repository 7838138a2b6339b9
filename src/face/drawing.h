/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drawing on a picture in memory: enough for a contact sheet, smooth at its edges, the same bytes everywhere.
 * What lies outside of the picture is left out.
 */
#ifndef MIEN_FACE_DRAWING_H
#define MIEN_FACE_DRAWING_H

#include "video/image.h"

struct mien_colour {
    uint8_t red, green, blue;
};

/* A rectangle in pixels; left and top are its first column and row. */
struct mien_patch {
    double left, top, width, height;
};

void mien_draw_patch(struct mien_image *image, const struct mien_patch *patch, struct mien_colour colour);
/* A line with round ends; a point where both ends are the same. opacity 0..1. */
void mien_draw_stroke(struct mien_image *image, const double from[2], const double to[2], double width,
                      struct mien_colour colour, double opacity);
/* Part `from` of another picture, scaled into `to`; what lies outside of that picture is left as it is. */
void mien_draw_picture(struct mien_image *image, const struct mien_patch *to, const struct mien_image *other,
                       const struct mien_patch *from);

/* One line of text from x on, its capitals between y and y + 7 dots; a letter takes 6 dots, of `dot` pixels
 * each. What is not ASCII is drawn as a question mark, one for each character. Nothing is drawn beyond x +
 * room. */
void mien_draw_text(struct mien_image *image, double x, double y, double dot, double room,
                    struct mien_colour colour, const char *text);

#endif
