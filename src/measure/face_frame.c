/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/face_frame.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int mien_faces_of(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  struct mien_faces *faces)
{
    *faces = (struct mien_faces){track->count, mien_missing_new(track->count * MIEN_POINTS),
                                 mien_missing_new(track->count * MIEN_POINTS)};
    if (!faces->x || !faces->y) {
        mien_faces_clear(faces);
        return -1;
    }
    for (size_t i = 0; i < track->count; i++) {
        double *x = faces->x + i * MIEN_POINTS, *y = faces->y + i * MIEN_POINTS;
        if (usual)
            mien_frontal(track, side, usual, i, x, y);
        else
            mien_level(track, side, i, x, y);
    }
    return 0;
}

void mien_faces_clear(struct mien_faces *faces)
{
    free(faces->x);
    free(faces->y);
    *faces = (struct mien_faces){0};
}

double mien_eye_distance(const struct mien_faces *faces, size_t frame)
{
    return mien_frontal_eyes(faces->x + frame * MIEN_POINTS, faces->y + frame * MIEN_POINTS);
}

bool mien_face_frame(const struct mien_faces *faces, size_t frame, double scale, struct mien_face_frame *face)
{
    const double *x = faces->x + frame * MIEN_POINTS, *y = faces->y + frame * MIEN_POINTS;
    if (isnan(x[0]) || !(scale > 0))
        return false;
    for (int i = 0; i < MIEN_POINTS; i++) {
        face->x[i] = x[i] / scale;
        face->y[i] = -y[i] / scale; /* Rows of a picture count downwards, heights upwards. */
    }
    return true;
}
