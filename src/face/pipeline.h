/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The frames of a video from a thread that decodes ahead, so that decoding and tracking share two cores. The
 * memory for it does not depend on the length of the video.
 */
#ifndef MIEN_FACE_PIPELINE_H
#define MIEN_FACE_PIPELINE_H

#include "video/video.h"

#include <stdbool.h>

struct mien_pipeline;

/* Frames before `start` seconds are passed over. The video is borrowed; until the pipeline is freed nobody
 * else may read from it. Without ahead, or where no thread can be had, frames are decoded when asked for. */
enum mien_status mien_pipeline_new(struct mien_video *video, double start, bool ahead,
                                   struct mien_pipeline **pipeline, struct mien_error *error);
/* Stops decoding. NULL allowed. */
void mien_pipeline_free(struct mien_pipeline *pipeline);

/* As mien_video_next: the luma is valid until the next call. Nothing may be asked for after the end or an
 * error. */
enum mien_status mien_pipeline_next(struct mien_pipeline *pipeline, struct mien_video_frame *frame,
                                    struct mien_error *error);

#endif
