/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_cut.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/paths.h"
#include "base/quantile.h"
#include "model/clip_align.h"
#include "video/video.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mien_clip_options mien_clip_options_default(void)
{
    return (struct mien_clip_options){.shape = {16, 64, 64},
                                      .per = 3,
                                      .span = 2,
                                      .t0 = -INFINITY,
                                      .t1 = INFINITY,
                                      .side = MIEN_SIDE_EACH,
                                      .coverage = 0.8,
                                      .confidence = 0.3};
}

void mien_clip_options_describe(const struct mien_clip_options *options, char text[MIEN_CLIP_OPTIONS_TEXT])
{
    snprintf(text, MIEN_CLIP_OPTIONS_TEXT,
             "clips=" MIEN_CLIP_VERSION " frames=%u size=%ux%u per=%u span=%.9g window=%.9g:%.9g side=%s "
             "coverage=%.9g confidence=%.9g",
             options->shape.frames, options->shape.width, options->shape.height, options->per, options->span,
             options->t0, options->t1, options->side == MIEN_SIDE_PLAIN ? "plain" : "each", options->coverage,
             options->confidence);
}

/* ---- Planning ---- */

/* One picture of one clip. */
struct shot {
    size_t row; /* Of the track. */
    size_t clip, frame;
};

struct plan {
    const struct mien_track *track;
    const struct mien_clip_options *options;
    uint8_t *trusted;
    struct mien_clip_place *places; /* One per frame of the track. */
    struct shot *shots;             /* In the order of their rows. */
    size_t shot_count;
    struct mien_clip_cut cut;
};

static void plan_clear(struct plan *plan)
{
    free(plan->trusted);
    free(plan->places);
    free(plan->shots);
    mien_clip_cut_clear(&plan->cut);
}

/* The part of the recording that clips may come from; the last frame lasts as long as the average one. */
static void usable_window(const struct plan *plan, double *begin, double *end)
{
    const struct mien_track *track = plan->track;
    double last = track->time[track->count - 1];
    double step = track->count > 1 ? (last - track->time[0]) / (double)(track->count - 1) : 0;
    *begin = fmax(track->time[0], plan->options->t0);
    *end = fmin(last + step, plan->options->t1);
}

/* Where the clips begin. */
static enum mien_status spread_clips(struct plan *plan, struct mien_error *error)
{
    const struct mien_clip_options *options = plan->options;
    double begin, end, span = options->span;
    usable_window(plan, &begin, &end);
    double room = end - begin - span, part = span / options->shape.frames;
    /* Rates such as 29.97 make a recording of nominally this length a little shorter. */
    if (room < -part / 2)
        return mien_fail(error, MIEN_ERR_DATA, "%s lasts %.2f s, a clip takes %g s",
                         isfinite(options->t0) || isfinite(options->t1) ? "what the window leaves"
                                                                        : "the recording",
                         fmax(end - begin, 0), span);
    room = fmax(room, 0);
    size_t count = 1 + (size_t)fmin(floor(room / (span / 4) + 1e-9), options->per - 1.0);
    plan->cut.clips = mien_array_new(count, sizeof *plan->cut.clips);
    if (!plan->cut.clips)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu clips", count);
    plan->cut.count = count;
    for (size_t i = 0; i < count; i++) {
        double share = count > 1 ? (double)i / (double)(count - 1) : 0.5;
        plan->cut.clips[i].start = begin + share * room;
        plan->cut.clips[i].stop = begin + share * room + span;
    }
    return MIEN_OK;
}

/* The frame that is nearest in time. */
static size_t nearest_row(const struct mien_track *track, double time)
{
    size_t low = 0, high = track->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (track->time[middle] < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && time - track->time[low - 1] <= track->time[low] - time ? low - 1 : low;
}

static int compare_shots(const void *a, const void *b)
{
    const struct shot *first = a, *second = b;
    if (first->row != second->row)
        return first->row < second->row ? -1 : 1;
    if (first->clip != second->clip)
        return first->clip < second->clip ? -1 : 1;
    return (first->frame > second->frame) - (first->frame < second->frame);
}

/* Chooses the frames of one clip and finds its facts. */
static void plan_clip(struct plan *plan, size_t number, double *distances)
{
    struct mien_clip *clip = &plan->cut.clips[number];
    size_t frames = plan->options->shape.frames, covered = 0;
    double part = plan->options->span / (double)frames;
    for (size_t i = 0; i < frames; i++) {
        double time = clip->start + ((double)i + 0.5) * part;
        size_t row = nearest_row(plan->track, time);
        const struct mien_clip_place *place = &plan->places[row];
        plan->shots[plan->shot_count + i] = (struct shot){row, number, i};
        distances[i] = hypot(place->across, place->down);
        covered += plan->trusted[row] && fabs(plan->track->time[row] - time) <= part / 2 + 1e-6;
    }
    mien_sort_numbers(distances, frames);
    clip->interocular = mien_quantile_sorted(distances, frames, 0.5);
    clip->coverage = (double)covered / (double)frames;
    clip->left_out = clip->coverage < plan->options->coverage;
    if (!clip->left_out)
        plan->shot_count += frames;
}

static enum mien_status plan_shots(struct plan *plan, struct mien_error *error)
{
    size_t frames = plan->options->shape.frames, count = plan->cut.count;
    double *distances = mien_array_new(frames, sizeof *distances);
    bool bad = !distances || !(plan->shots = mien_array_new(count * frames, sizeof *plan->shots));
    for (size_t i = 0; i < count && !bad; i++) {
        plan_clip(plan, i, distances);
        if (!plan->cut.clips[i].left_out)
            bad = !(plan->cut.clips[i].luma = mien_array_new(mien_clip_size(&plan->options->shape), 1));
    }
    free(distances);
    if (bad)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu clips", count);
    if (plan->shot_count > 0)
        qsort(plan->shots, plan->shot_count, sizeof *plan->shots, compare_shots);
    return MIEN_OK;
}

static enum mien_status make_plan(struct plan *plan, struct mien_error *error)
{
    const struct mien_track *track = plan->track;
    size_t trusted = 0;
    if (track->count == 0 || !(mien_track_found(track) > 0))
        return mien_fail(error, MIEN_ERR_FACE, "no face was found in any of its %zu frames", track->count);
    plan->trusted = mien_array_new(track->count, sizeof *plan->trusted);
    plan->places = mien_array_new(track->count, sizeof *plan->places);
    if (!plan->trusted || !plan->places)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu frames", track->count);
    mien_clip_trusted(track, plan->options->confidence, plan->trusted);
    for (size_t i = 0; i < track->count; i++)
        trusted += plan->trusted[i];
    if (trusted == 0)
        return mien_fail(error, MIEN_ERR_FACE, "no frame has a confidence of %g or more",
                         plan->options->confidence);
    plan->cut.fps = track->fps;
    plan->cut.size = mien_clip_size(&plan->options->shape);
    enum mien_status status = spread_clips(plan, error);
    if (status == MIEN_OK)
        status = mien_clip_places(track, plan->options->side, plan->trusted, plan->places, error);
    return status == MIEN_OK ? plan_shots(plan, error) : status;
}

/* ---- Cutting ---- */

static enum mien_status changed(const char *path, const char *how, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_DATA, "%s: it is not the video that was tracked (%s); track it again",
                     path, how);
}

static uint8_t *picture_of(struct plan *plan, const struct shot *shot)
{
    const struct mien_clip_shape *shape = &plan->options->shape;
    return plan->cut.clips[shot->clip].luma + shot->frame * (size_t)shape->height * shape->width;
}

/* Cuts every picture that this frame is wanted for, from shot *next on. */
static void take_frame(struct plan *plan, const struct mien_clip_plane *plane, size_t *next)
{
    const struct mien_clip_shape *shape = &plan->options->shape;
    size_t row = plan->shots[*next].row;
    uint8_t *first = picture_of(plan, &plan->shots[*next]);
    double outside = mien_clip_picture(plane, &plan->places[row], shape, first);
    for (; *next < plan->shot_count && plan->shots[*next].row == row; (*next)++) {
        uint8_t *picture = picture_of(plan, &plan->shots[*next]);
        if (picture != first)
            memcpy(picture, first, (size_t)shape->height * shape->width);
        plan->cut.clips[plan->shots[*next].clip].outside += outside / shape->frames;
    }
}

static enum mien_status check_frame(const struct plan *plan, size_t row, const struct mien_video_frame *frame,
                                    const char *path, struct mien_error *error)
{
    const struct mien_track *track = plan->track;
    char how[120];
    if (frame->index == track->frame[row] && fabs(frame->time - track->time[row]) < 5e-4)
        return MIEN_OK;
    snprintf(how, sizeof how, "it has no frame %zu at %.3f s", track->frame[row] + 1, track->time[row]);
    return changed(path, how, error);
}

static enum mien_status cut_shots(struct plan *plan, struct mien_video *video,
                                  const struct mien_progress *progress, struct mien_error *error)
{
    const char *path = mien_video_path(video), *name = mien_path_base(path);
    struct mien_video_frame frame = {0};
    size_t next = 0, done = 0;
    double total =
        plan->shot_count > 0 ? (double)plan->track->frame[plan->shots[plan->shot_count - 1].row] + 1 : 0;
    enum mien_status status = MIEN_OK;
    while (status == MIEN_OK && next < plan->shot_count) {
        size_t row = plan->shots[next].row;
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        status = mien_video_next(video, &frame, error);
        if (status == MIEN_OK && frame.index < plan->track->frame[row]) {
            mien_progress_report(progress, (double)++done, total, "frames", name);
            continue;
        }
        if (status == MIEN_END || status == MIEN_OK) {
            if (status == MIEN_END)
                frame.index = SIZE_MAX;
            status = check_frame(plan, row, &frame, path, error);
        }
        if (status != MIEN_OK)
            break;
        const struct mien_clip_plane plane = {frame.width, frame.height, frame.luma, frame.luma_stride,
                                              mien_video_info(video)->full_range};
        take_frame(plan, &plane, &next);
        mien_progress_report(progress, (double)++done, total, "frames", name);
    }
    return status;
}

static enum mien_status open_video(const struct plan *plan, const char *path, struct mien_video **video,
                                   struct mien_error *error)
{
    const struct mien_track *track = plan->track;
    char how[120];
    enum mien_status status = mien_video_open(path, video, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_video_info *info = mien_video_info(*video);
    if (info->width == track->width && info->height == track->height)
        return MIEN_OK;
    snprintf(how, sizeof how, "it has %dx%d pixels, not %dx%d", info->width, info->height, track->width,
             track->height);
    return changed(path, how, error);
}

enum mien_status mien_clip_cut(const struct mien_track *track, const char *video,
                               const struct mien_clip_options *options, const struct mien_progress *progress,
                               struct mien_clip_cut *cut, struct mien_error *error)
{
    struct plan plan = {.track = track, .options = options};
    struct mien_video *opened = NULL;
    enum mien_status status = make_plan(&plan, error);
    if (status == MIEN_OK && plan.shot_count > 0) {
        status = open_video(&plan, video ? video : track->source, &opened, error);
        if (status == MIEN_OK)
            status = cut_shots(&plan, opened, progress, error);
        mien_video_close(opened);
    }
    if (status == MIEN_OK) {
        *cut = plan.cut;
        plan.cut = (struct mien_clip_cut){0};
    }
    plan_clear(&plan);
    return status;
}

void mien_clip_cut_clear(struct mien_clip_cut *cut)
{
    for (size_t i = 0; i < cut->count; i++)
        free(cut->clips[i].luma);
    free(cut->clips);
    *cut = (struct mien_clip_cut){0};
}
