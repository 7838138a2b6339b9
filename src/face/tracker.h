/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Following the participant's face from frame to frame. It sees grey pictures one after the other and fills
 * the rows of a track; it knows nothing of video files.
 */
#ifndef MIEN_FACE_TRACKER_H
#define MIEN_FACE_TRACKER_H

#include "face/model.h"
#include "face/track.h"

struct mien_tracker;

/* The model is borrowed and must live as long as the tracker. */
enum mien_status mien_tracker_new(const struct mien_landmark_model *model, struct mien_tracker **tracker,
                                  struct mien_error *error);
void mien_tracker_free(struct mien_tracker *tracker); /* NULL allowed. */

/* Looks at the next frame and fills its row: found, second_face, confidence, x and y, all of which hold what
 * mien_track_new wrote. Rows up to MIEN_TRACKER_KEEPS before it may be filled or emptied again, when the face
 * is found after frames that were passed over, or turns out not to have been one. All frames have the same
 * size. */
enum { MIEN_TRACKER_KEEPS = 4 };
enum mien_status mien_tracker_step(struct mien_tracker *tracker, const struct mien_luma *luma,
                                   struct mien_track *track, size_t row, struct mien_error *error);

/* The last frame has been seen: rows that were waiting for a confirmation get it or are emptied. */
enum mien_status mien_tracker_finish(struct mien_tracker *tracker, struct mien_track *track,
                                     struct mien_error *error);

#endif
