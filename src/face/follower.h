/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Following the participant's face from frame to frame. It sees pictures one after the other and fills
 * the rows of a track; it knows nothing of video files.
 */
#ifndef MIEN_FACE_FOLLOWER_H
#define MIEN_FACE_FOLLOWER_H

#include "face/confidence.h"
#include "face/model.h"
#include "face/track.h"
#include "video/chroma.h"

struct mien_follower;

/* The model is borrowed and must live as long as the follower. */
enum mien_status mien_follower_new(const struct mien_landmark_model *model, struct mien_follower **follower,
                                   struct mien_error *error);
void mien_follower_free(struct mien_follower *follower); /* NULL allowed. */

/* Before the first step: lean, plain, blind and who of these. */
void mien_follower_set(struct mien_follower *follower, const struct mien_track_options *options);

/* Looks at the next frame and fills its row: found, second_face, confidence, points, eyes and quality, all of
 * which hold what mien_track_new wrote. Rows up to MIEN_FOLLOWER_KEEPS before it may be filled or emptied
 * again, when the face is found after frames that were passed over, or turns out not to have been one. All
 * frames have the same size. */
enum { MIEN_FOLLOWER_KEEPS = 12 };
enum mien_status mien_follower_step(struct mien_follower *follower, const struct mien_luma *luma,
                                    struct mien_track *track, size_t row, struct mien_error *error);

/* Before a step: the owner of its picture (video.h), which is then shared where it has to be kept, instead of
 * copied (NULL: there is none), and its colour. Without a call pictures are grey. */
void mien_follower_lend(struct mien_follower *follower, const struct AVBufferRef *owner,
                        const struct mien_chroma *chroma);

/* The last frame has been seen: rows that were waiting for a confirmation get it or are emptied. */
enum mien_status mien_follower_finish(struct mien_follower *follower, struct mien_track *track,
                                      struct mien_error *error);

/* What the confidence of the latest row with a face was made from; valid until the next step. */
const struct mien_confidence_evidence *mien_follower_evidence(const struct mien_follower *follower);

#endif
