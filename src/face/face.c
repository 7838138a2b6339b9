/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The module's outside: finding the model, single pictures, and a whole video.
 */
#include "face/face.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/paths.h"
#include "face/detector.h"
#include "face/follower.h"
#include "face/model.h"
#include "face/pipeline.h"
#include "face/quality.h"
#include "video/video.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- One picture ---- */

enum mien_status mien_face_detect(const uint8_t *luma, int width, int height, ptrdiff_t stride,
                                  struct mien_box **boxes, size_t *count, struct mien_error *error)
{
    enum { ROOM = 256 };
    struct mien_detector *detector = NULL;
    struct mien_luma picture = {luma, width, height, stride};
    struct mien_search search = {0, 0, width, height, 1, 0};
    enum mien_status status = MIEN_OK;
    size_t found = 0;
    struct mien_box *list = mien_array_new(ROOM, sizeof *list);
    if (!list)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory while looking for faces");
    status = mien_detector_new(&detector, error);
    if (status == MIEN_OK)
        status = mien_detector_find(detector, &picture, &search, list, ROOM, &found, error);
    mien_detector_free(detector);
    if (status != MIEN_OK) {
        free(list);
        return status;
    }
    *boxes = list;
    *count = found;
    return MIEN_OK;
}

enum mien_status mien_face_landmarks(const struct mien_landmark_model *model, const uint8_t *luma, int width,
                                     int height, ptrdiff_t stride, const struct mien_box *box, double *x,
                                     double *y, struct mien_error *error)
{
    /* Far outside the picture the model sees only black; the limit keeps the arithmetic within its range. */
    const double farthest = 1e6;
    if (!(fabs(box->left) < farthest && fabs(box->top) < farthest && box->width > 1 &&
          box->width < farthest && box->height > 1 && box->height < farthest))
        return mien_fail(error, MIEN_ERR_DATA,
                         "the box is no usable rectangle: left %g, top %g, width %g, height %g", box->left,
                         box->top, box->width, box->height);
    struct mien_luma picture = {luma, width, height, stride};
    struct mien_place place = mien_place_of_box(box);
    mien_model_fit(model, &picture, &place, 1, x, y);
    return MIEN_OK;
}

/* ---- A video ---- */

/* What is under way while a video is tracked. */
struct job {
    struct mien_video *video;
    struct mien_pipeline *pipeline;
    struct mien_follower *follower;
    struct mien_track *track;
    size_t rows, posed; /* Rows filled; those of them whose pose is known. */
    double start, stop;
    double frames_expected; /* For the progress report; 0 when unknown. */
    const struct mien_progress *progress;
};

static enum mien_status open_job(struct job *job, const char *path, const struct mien_landmark_model *model,
                                 struct mien_error *error)
{
    enum mien_status status = mien_video_open(path, &job->video, error);
    if (status == MIEN_OK)
        status = mien_follower_new(model, &job->follower, error);
    if (status == MIEN_OK)
        status = mien_track_new(0, &job->track, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_video_info *info = mien_video_info(job->video);
    job->track->source = strdup(path);
    if (!job->track->source)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    job->track->width = info->width;
    job->track->height = info->height;
    job->track->fps = info->fps;
    job->frames_expected = (double)info->frames;
    bool part = job->start > -INFINITY || job->stop < INFINITY;
    if (part && isfinite(info->fps) && isfinite(info->duration))
        job->frames_expected = fmax(0, fmin(job->stop, info->duration) - fmax(job->start, 0)) * info->fps;
    return job->start > 0 ? mien_video_seek(job->video, job->start, error) : MIEN_OK;
}

/* Room for one more row, with a reserve so that long recordings rarely move. */
static enum mien_status add_row(struct job *job, struct mien_error *error)
{
    struct mien_track *track = job->track;
    if (job->rows == track->count && mien_track_resize(track, track->count + track->count / 8 + 256) != 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory after %zu frames", track->source,
                         job->rows);
    job->rows++;
    return MIEN_OK;
}

/* The poses of the rows before end. */
static void add_poses(struct job *job, size_t end)
{
    struct mien_track *track = job->track;
    for (; job->posed < end; job->posed++) {
        size_t row = job->posed;
        if (track->found[row])
            mien_face_pose(track->x + row * MIEN_POINTS, track->y + row * MIEN_POINTS, track->width,
                           track->height, &track->yaw[row], &track->pitch[row], &track->roll[row]);
    }
}

static enum mien_status take_frame(struct job *job, const struct mien_video_frame *frame,
                                   struct mien_error *error)
{
    size_t row = job->rows;
    struct mien_luma luma = {frame->luma, frame->width, frame->height, frame->luma_stride};
    enum mien_status status = add_row(job, error);
    if (status != MIEN_OK)
        return status;
    job->track->frame[row] = frame->index;
    job->track->time[row] = frame->time;
    job->track->damaged += frame->damaged;
    job->track->times_repaired += frame->time_repaired;
    mien_progress_report(job->progress, (double)job->rows, job->frames_expected, "frames",
                         mien_path_base(job->track->source));
    mien_follower_lend(job->follower, frame->owner, &frame->chroma);
    status = mien_follower_step(job->follower, &luma, job->track, row, error);
    /* While a thread decodes, the poses of rows that no longer change cost no time of the clock. */
    if (status == MIEN_OK && row > MIEN_FOLLOWER_KEEPS)
        add_poses(job, row - MIEN_FOLLOWER_KEEPS);
    return status;
}

static enum mien_status take_frames(struct job *job, bool ahead, struct mien_error *error)
{
    enum mien_status status = mien_pipeline_new(job->video, job->start, ahead, &job->pipeline, error);
    while (status == MIEN_OK) {
        struct mien_video_frame frame;
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        status = mien_pipeline_next(job->pipeline, &frame, error);
        if (status == MIEN_OK && frame.time > job->stop)
            break;
        if (status == MIEN_OK)
            status = take_frame(job, &frame, error);
    }
    mien_pipeline_free(job->pipeline);
    job->pipeline = NULL;
    if (status != MIEN_OK && status != MIEN_END)
        return status;
    job->track->truncated = status == MIEN_END && mien_video_truncated(job->video);
    return mien_follower_finish(job->follower, job->track, error);
}

static enum mien_status finish_job(struct job *job, struct mien_error *error)
{
    struct mien_track *track = job->track;
    if (job->rows == 0) {
        double duration = mien_video_info(job->video)->duration;
        if (job->start > -INFINITY || job->stop < INFINITY)
            return mien_fail(error, MIEN_ERR_DATA, "%s: no frame between %g and %g s (it lasts %.2f s)",
                             track->source, fmax(job->start, 0), job->stop, duration);
        return mien_fail(error, MIEN_ERR_DECODE, "%s: not one frame could be decoded; is the file complete?",
                         track->source);
    }
    mien_track_resize(track, job->rows);
    if (!isfinite(track->fps) && track->count > 1)
        track->fps = (double)(track->count - 1) / (track->time[track->count - 1] - track->time[0]);
    add_poses(job, track->count);
    track->pose_known = true;
    if (!mien_video_info(job->video)->full_range)
        mien_track_stretch_light(track);
    return MIEN_OK;
}

enum mien_status mien_face_track(const char *path, const struct mien_landmark_model *model,
                                 const struct mien_track_options *options,
                                 const struct mien_progress *progress, struct mien_track **track,
                                 struct mien_error *error)
{
    struct job job = {.start = -INFINITY, .stop = INFINITY, .progress = progress};
    if (options && !isnan(options->start))
        job.start = options->start;
    if (options && !isnan(options->stop))
        job.stop = options->stop;
    enum mien_status status = open_job(&job, path, model, error);
    if (status == MIEN_OK && options)
        mien_follower_set(job.follower, options);
    if (status == MIEN_OK)
        status = take_frames(&job, options && options->ahead, error);
    if (status == MIEN_OK)
        status = finish_job(&job, error);
    if (status == MIEN_OK) {
        *track = job.track;
        job.track = NULL;
    }
    mien_pipeline_free(job.pipeline);
    mien_track_free(job.track);
    mien_follower_free(job.follower);
    mien_video_close(job.video);
    return status;
}
