/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/face_frame.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Yaw makes the distance of the eyes shorter in the picture, but not what lies below each other. */
static double unit_of(const struct mien_track *track, size_t frame, double eyes, bool turned)
{
    double pixels = mien_track_interocular(track, frame),
           yaw = (track->yaw ? track->yaw[frame] : 0) * M_PI / 180;
    return eyes / pixels * (turned && !isnan(yaw) ? cos(yaw) : 1);
}

int mien_faces_of(const struct mien_track *track, enum mien_side side, const struct mien_usual_pose *usual,
                  struct mien_faces *faces)
{
    size_t rows = track->count * MIEN_POINTS;
    *faces = (struct mien_faces){track->count,
                                 mien_missing_new(rows),
                                 mien_missing_new(rows),
                                 mien_missing_new(track->count),
                                 mien_missing_new(track->count),
                                 mien_array_new(track->count * MIEN_EYES, sizeof *faces->lids)};
    if (!faces->x || !faces->y || !faces->eyes || !faces->unit || !faces->lids) {
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
        faces->unit[i] = unit_of(track, i, turned.eyes, usual != NULL);
        mien_eye_lengths(track, i, faces->unit[i], faces->lids + i * MIEN_EYES);
    }
    return 0;
}

int mien_faces_fix_iris(const struct mien_track *track, double t0, double t1, struct mien_faces *faces)
{
    /* As everywhere in windows, the slack lets a time meet a bound typed in decimals. */
    const double slack = 1e-9;
    enum { LEAST = 3 };
    size_t used = 0;
    double *radii = mien_array_new(track->count * MIEN_EYES, sizeof *radii), radius = NAN;
    if (!radii)
        return -1;
    for (size_t i = 0; i < track->count * MIEN_EYES; i++) {
        double time = track->time[i / MIEN_EYES];
        if (!isnan(faces->lids[i].radius) && time >= t0 - slack && time <= t1 + slack)
            radii[used++] = faces->lids[i].radius;
    }
    mien_sort_numbers(radii, used);
    if (used >= LEAST)
        radius = mien_quantile_sorted(radii, used, 0.5);
    free(radii);
    for (size_t i = 0; i < track->count; i++)
        mien_eye_sizes(track, i, faces->unit[i], radius, faces->lids + i * MIEN_EYES);
    return 0;
}

void mien_faces_clear(struct mien_faces *faces)
{
    free(faces->x);
    free(faces->y);
    free(faces->eyes);
    free(faces->unit);
    free(faces->lids);
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
    for (size_t side = 0; side < MIEN_EYES; side++) {
        struct mien_eye_values *eye = &face->eyes[side];
        *eye = faces->lids[frame * MIEN_EYES + side];
        eye->upper /= scale;
        eye->lower /= scale;
        eye->radius /= scale;
        eye->per_mm /= scale;
    }
    return true;
}
