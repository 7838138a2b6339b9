/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/face_frame.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int mien_faces_of(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  struct mien_faces *faces)
{
    size_t rows = track->count * MIEN_POINTS;
    *faces = (struct mien_faces){track->count, mien_missing_new(rows), mien_missing_new(rows),
                                 mien_missing_new(track->count)};
    if (!faces->x || !faces->y || !faces->eyes) {
        mien_faces_clear(faces);
        return -1;
    }
    for (size_t i = 0; i < track->count; i++) {
        struct mien_turned turned;
        if (usual)
            mien_frontal(track, side, usual, i, &turned);
        else
            mien_level(track, side, i, &turned);
        memcpy(faces->x + i * MIEN_POINTS, turned.x, sizeof turned.x);
        memcpy(faces->y + i * MIEN_POINTS, turned.y, sizeof turned.y);
        faces->eyes[i] = turned.eyes;
    }
    return 0;
}

void mien_faces_clear(struct mien_faces *faces)
{
    free(faces->x);
    free(faces->y);
    free(faces->eyes);
    *faces = (struct mien_faces){0};
}

bool mien_face_frame(const struct mien_faces *faces, size_t frame, double scale, struct mien_face_frame *face)
{
    const double *x = faces->x + frame * MIEN_POINTS, *y = faces->y + frame * MIEN_POINTS;
    if (isnan(x[0]) || !(scale > 0))
        return false;
    face->units = NULL;
    for (int i = 0; i < MIEN_POINTS; i++) {
        face->x[i] = x[i] / scale;
        face->y[i] = -y[i] / scale; /* Rows of a picture count downwards, heights upwards. */
    }
    return true;
}
