/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The frames of a track, read again from its video, in their order. Internal to src/movement.
 */
#ifndef MIEN_MOVEMENT_READING_H
#define MIEN_MOVEMENT_READING_H

#include "movement/warp.h"
#include "video/video.h"

struct mien_reading {
    const struct mien_track *track;
    struct mien_video *video;
    size_t position;            /* Number of the frame that the video gives next. */
    size_t compared, different; /* The first rows: how many faces were compared, and looked different. */
};

/* path NULL: the track's source. MIEN_ERR_DATA where the video is not the one that was tracked, or where the
 * track has no video. Ends with mien_reading_close, whatever the result. */
enum mien_status mien_reading_open(struct mien_reading *reading, const struct mien_track *track,
                                   const char *path, struct mien_error *error);
void mien_reading_close(struct mien_reading *reading);

/* The frame of that row, MIEN_ERR_DATA where the video has none at its time or where the faces of the first
 * rows are not as light and sharp as the track says; valid until the next call. Rows must rise from call to
 * call. Polls the interrupt flag. */
enum mien_status mien_reading_row(struct mien_reading *reading, size_t row, struct mien_plane *plane,
                                  struct mien_error *error);

#endif
