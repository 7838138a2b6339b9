/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Movement beyond landmarks: how far the skin of each region went from rest, from the pictures of a recording
 * that was tracked before. Exploratory: see help "movement" for what it cannot do.
 *
 * What the landmarks miss is seen whole by no flow: of a local movement between half (smooth cheeks) and
 * three quarters (the nose) is found. Comparisons between people and sides are of use, absolute sizes less
 * so.
 *
 * Unit: per cent of the interocular distance at rest. A frame without the face, and a region of which fewer
 * than half of the cells could be followed, is NaN. A frame's values depend on the frames at rest, on that
 * frame's picture, and on the points of that frame and of the two on either side of it.
 *
 * Threads: a call uses its own thread alone; several may run at once.
 */
#ifndef MIEN_MOVEMENT_MOVEMENT_H
#define MIEN_MOVEMENT_MOVEMENT_H

#include "base/progress.h"
#include "movement/mover.h"

#include <stddef.h>

struct mien_movement_options {
    const char *video;                /* The recording's file; NULL: the track's source. */
    const struct mien_track *neutral; /* Whose frames from t0 to t1 are at rest; NULL: the track itself. */
    double t0, t1;                    /* Seconds, both included. */
    double start, stop;               /* Frames outside of these seconds are not looked at and stay NaN. */
    enum mien_side side;
    bool peak; /* Also find the peak. */
};

/* What is told of one region and side. */
enum mien_movement_kind {
    MIEN_MOVEMENT_SKIN,   /* Mean displacement over the cells, mesh and flow. */
    MIEN_MOVEMENT_STRAIN, /* Mean strain, per cent. */
    MIEN_MOVEMENT_POINTS, /* Mean displacement of the same cells by the landmarks alone. */
    MIEN_MOVEMENT_KINDS
};

struct mien_movement {
    size_t frames;   /* Of the track. */
    double *regions; /* frames rows of [MIEN_REGIONS][left, right][MIEN_MOVEMENT_KINDS]. */
    double *lost; /* Per frame: share of cells that could not be followed; NaN where nothing was looked at. */
    size_t looked, rest_frames;
    double mean_lost; /* Over the frames that were looked at; NaN without any. */
    /* The peak: of every cell the median, over the tenth of the frames with the most movement (mean over all
     * cells that could be followed), of its displacement; NaN where it was lost in more than half of them. */
    struct mien_field peak;
    double peak_time; /* Of the frame with the most movement; NaN without any. */
    size_t peak_frames;
    struct mien_cells cells;
    double seconds[MIEN_STEPS]; /* Where the time went. */
};

/* Reads the video again. Fails with MIEN_ERR_MISSING when it is gone, with MIEN_ERR_DATA when it is another
 * one or no frame of the neutral window has the face, with MIEN_ERR_CANCELLED when interrupted. */
enum mien_status mien_movement_find(const struct mien_track *track,
                                    const struct mien_movement_options *options,
                                    const struct mien_progress *progress, struct mien_movement **movement,
                                    struct mien_error *error);
void mien_movement_free(struct mien_movement *movement); /* NULL allowed. */

static inline size_t mien_movement_place(size_t row, int region, int right, enum mien_movement_kind kind)
{
    return ((row * MIEN_REGIONS + (size_t)region) * 2 + (size_t)right) * MIEN_MOVEMENT_KINDS + (size_t)kind;
}

#endif
