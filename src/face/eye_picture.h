/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One eye cut out of a picture, level and in a fixed size, for fitting lids and iris. It is laid so that the
 * outer canthus is always on the right: both eyes of a face, and those of its mirror image, look alike.
 */
#ifndef MIEN_FACE_EYE_PICTURE_H
#define MIEN_FACE_EYE_PICTURE_H

#include "face/model.h"
#include "video/chroma.h"

#include <stdbool.h>

enum {
    MIEN_EYE_PER_MM = 2, /* Pixels of the small picture per millimetre of an average face. */
    MIEN_EYE_WIDTH = 80,
    MIEN_EYE_HEIGHT = 64,
    MIEN_EYE_LEVEL = 35 /* The row of the canthi. */
};

/* Rows of grey values 0..255. */
typedef float mien_eye_plane[MIEN_EYE_HEIGHT][MIEN_EYE_WIDTH];

struct mien_eye_picture {
    mien_eye_plane red;        /* Lids and lashes against skin, whatever the colour of the iris. */
    mien_eye_plane least;      /* The least of red, green and blue: the white of the eye against all else. */
    double x, y;               /* Midway between the canthi, pixels of the frame: MIDDLE, LEVEL here. */
    double across_x, across_y; /* One pixel outwards, in pixels of the frame, */
    double down_x, down_y;     /* and one downwards. */
    double step;               /* Pixels of the frame per pixel. */
    double inner[2], outer[2]; /* The canthi here: column, row. */
    double upper_points;       /* The mean row of the two points of the upper lid. */
};

/* The column midway between the canthi. */
#define MIEN_EYE_MIDDLE ((MIEN_EYE_WIDTH - 1) / 2.0)

/* x and y: the 68 points. left: the participant's left eye. False where the points allow none or the eye lies
 * outside of the picture. */
bool mien_eye_cut(const struct mien_luma *luma, const struct mien_chroma *chroma, const double *x,
                  const double *y, bool left, struct mien_eye_picture *picture);

void mien_eye_to_frame(const struct mien_eye_picture *picture, double u, double v, double *x, double *y);

#endif
