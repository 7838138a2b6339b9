/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/reading.h"

#include "base/interrupt.h"
#include "face/quality.h"

#include <math.h>
#include <stdio.h>

static enum mien_status another(const struct mien_video *video, const char *how, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_DATA, "%s is not the video that was tracked: %s; track it again",
                     mien_video_path(video), how);
}

enum mien_status mien_reading_open(struct mien_reading *reading, const struct mien_track *track,
                                   const char *path, struct mien_error *error)
{
    *reading = (struct mien_reading){.track = track};
    if (!path)
        path = track->source;
    if (!path || track->width <= 0)
        return mien_fail(error, MIEN_ERR_DATA,
                         "%s: these points were loaded without a video, and movement of the skin needs its "
                         "pictures; track the video with face.track",
                         path ? path : "the recording");
    enum mien_status status = mien_video_open(path, &reading->video, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_video_info *info = mien_video_info(reading->video);
    if (info->width == track->width && info->height == track->height)
        return MIEN_OK;
    char how[120];
    snprintf(how, sizeof how, "it has %dx%d pixels, not %dx%d", info->width, info->height, track->width,
             track->height);
    return another(reading->video, how, error);
}

void mien_reading_close(struct mien_reading *reading)
{
    mien_video_close(reading->video);
    reading->video = NULL;
}

/* Another video may have the same size and frames at the same times. The track keeps how light and how sharp
 * the face was; where most of the first faces differ in that, it is not the same recording. */
static enum mien_status compare(struct mien_reading *reading, size_t row,
                                const struct mien_video_frame *frame, struct mien_error *error)
{
    enum { MOST = 8 };
    const double tolerance = 0.01;
    const struct mien_track *track = reading->track;
    if (reading->compared == MOST || !isfinite(track->light[row]) || !isfinite(track->sharpness[row]))
        return MIEN_OK;
    const struct mien_luma luma = {frame->luma, frame->width, frame->height, frame->luma_stride};
    double sharpness, light;
    mien_face_quality(&luma, track->x + row * MIEN_POINTS, track->y + row * MIEN_POINTS, &sharpness, &light);
    if (!mien_video_info(reading->video)->full_range)
        light = fmin(fmax((255 * light - 16) / 219, 0), 1);
    reading->different +=
        fabs(light - track->light[row]) > tolerance || fabs(sharpness - track->sharpness[row]) > tolerance;
    if (++reading->compared < MOST || 2 * reading->different <= MOST)
        return MIEN_OK;
    return another(reading->video, "its faces are lighter, darker or sharper", error);
}

enum mien_status mien_reading_row(struct mien_reading *reading, size_t row, struct mien_plane *plane,
                                  struct mien_error *error)
{
    /* A jump decodes from the last key frame on, so the next few seconds are simply read. */
    enum { NEAR = 250 };
    const struct mien_track *track = reading->track;
    struct mien_video_frame frame;
    size_t wanted = track->frame[row];
    enum mien_status status = MIEN_OK;
    bool near = reading->position <= wanted && wanted - reading->position < NEAR;
    if (!near)
        status = mien_video_seek(reading->video, track->time[row] + 1e-6, error);
    do {
        if (status == MIEN_OK && mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (status == MIEN_OK)
            status = mien_video_next(reading->video, &frame, error);
    } while (status == MIEN_OK && near && frame.index < wanted);
    if (status == MIEN_END ||
        (status == MIEN_OK && (frame.index != wanted || fabs(frame.time - track->time[row]) > 5e-4))) {
        char how[120];
        snprintf(how, sizeof how, "it has no frame %zu at %.3f s", wanted + 1, track->time[row]);
        return another(reading->video, how, error);
    }
    if (status != MIEN_OK)
        return status;
    reading->position = frame.index + 1;
    status = compare(reading, row, &frame, error);
    if (status != MIEN_OK)
        return status;
    *plane = (struct mien_plane){frame.luma, frame.luma_stride, frame.width, frame.height};
    return MIEN_OK;
}
