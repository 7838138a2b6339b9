/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/pipeline.h"

#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Frames under way: enough that decoding goes on while the reader searches a whole picture. Fewer where
     * frames are large, */
    SLOTS = 48,
    FEWEST_SLOTS = 3 /* but one to decode into, one waiting and one in use. */
};

static const size_t most_bytes = 48u << 20; /* Of all slots together. */
static const size_t wake_bytes = 2u << 20;  /* Frames, or free slots, for which who sleeps is woken. */

struct slot {
    struct mien_video_frame frame;
    struct AVBufferRef *share; /* Of the decoder's own memory where that is possible, */
    uint8_t *luma;             /* else a copy. */
    struct mien_kept_chroma colour;
};

struct mien_pipeline {
    struct mien_video *video;
    double start;
    bool ahead; /* The thread runs and is to be joined. */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* All that follows is guarded by the mutex, except a slot's contents, which belong to the thread until
     * the slot is counted as filled, and to the reader until the next call. */
    struct slot slots[SLOTS];
    size_t slot_count, wake, first, filled;
    bool in_use; /* The first slot is in the reader's hands. */
    bool stop;
    bool ended; /* With: */
    enum mien_status status;
    struct mien_error error;
};

static enum mien_status next_wanted(const struct mien_pipeline *pipeline, struct mien_video_frame *frame,
                                    struct mien_error *error)
{
    enum mien_status status;
    do
        status = mien_video_next(pipeline->video, frame, error);
    while (status == MIEN_OK && frame->time < pipeline->start);
    return status;
}

/* ---- The thread that decodes ---- */

static enum mien_status fill_slot(struct mien_pipeline *pipeline, struct slot *slot)
{
    struct mien_video_frame *frame = &slot->frame;
    enum mien_status status = next_wanted(pipeline, frame, &pipeline->error);
    if (status != MIEN_OK)
        return status;
    size_t width = (size_t)frame->width;
    if (mien_chroma_keep(&slot->colour, &frame->chroma) != 0)
        return mien_fail(&pipeline->error, MIEN_ERR_MEMORY, "out of memory for frames of %d x %d",
                         frame->width, frame->height);
    frame->chroma = slot->colour.chroma;
    mien_video_unshare(&slot->share);
    frame->owner = slot->share = mien_video_share(frame->owner);
    if (slot->share)
        return MIEN_OK;
    if (!slot->luma)
        slot->luma = mien_array_new((size_t)frame->height, width);
    if (!slot->luma)
        return mien_fail(&pipeline->error, MIEN_ERR_MEMORY, "out of memory for frames of %d x %d",
                         frame->width, frame->height);
    for (int y = 0; y < frame->height; y++)
        memcpy(slot->luma + (size_t)y * width, frame->luma + y * frame->luma_stride, width);
    frame->luma = slot->luma;
    frame->luma_stride = frame->width;
    return MIEN_OK;
}

static void *decode(void *context)
{
    struct mien_pipeline *pipeline = context;
    enum mien_status status = MIEN_OK;
    pthread_mutex_lock(&pipeline->mutex);
    while (status == MIEN_OK && !pipeline->stop) {
        if (pipeline->filled == pipeline->slot_count) {
            pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
            continue;
        }
        struct slot *slot = &pipeline->slots[(pipeline->first + pipeline->filled) % pipeline->slot_count];
        pthread_mutex_unlock(&pipeline->mutex);
        status = fill_slot(pipeline, slot);
        pthread_mutex_lock(&pipeline->mutex);
        pipeline->filled += status == MIEN_OK;
        /* A reader that sleeps is woken for several frames at once: woken for each, it is put on this
         * thread's processor again and again, and the two no longer run side by side. */
        if (pipeline->filled >= pipeline->wake)
            pthread_cond_signal(&pipeline->changed);
    }
    pipeline->ended = true;
    pipeline->status = status;
    pthread_cond_signal(&pipeline->changed);
    pthread_mutex_unlock(&pipeline->mutex);
    return NULL;
}

/* ---- The reader's side ---- */

enum mien_status mien_pipeline_next(struct mien_pipeline *pipeline, struct mien_video_frame *frame,
                                    struct mien_error *error)
{
    if (!pipeline->ahead)
        return next_wanted(pipeline, frame, error);
    enum mien_status status = MIEN_OK;
    pthread_mutex_lock(&pipeline->mutex);
    if (pipeline->in_use) {
        pipeline->in_use = false;
        pipeline->first = (pipeline->first + 1) % pipeline->slot_count;
        pipeline->filled--;
        /* Waking the thread for each single frame would cost more than the frame. */
        if (pipeline->slot_count - pipeline->filled >= pipeline->wake)
            pthread_cond_signal(&pipeline->changed);
    }
    while (pipeline->filled == 0 && !pipeline->ended)
        pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
    if (pipeline->filled > 0) {
        *frame = pipeline->slots[pipeline->first].frame;
        pipeline->in_use = true;
    } else {
        status = pipeline->status;
        if (error && status != MIEN_END)
            *error = pipeline->error;
    }
    pthread_mutex_unlock(&pipeline->mutex);
    return status;
}

/* Signals are for the thread that runs Lua. */
static bool start_thread(struct mien_pipeline *pipeline)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&pipeline->thread, NULL, decode, pipeline) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

enum mien_status mien_pipeline_new(struct mien_video *video, double start, bool ahead,
                                   struct mien_pipeline **pipeline, struct mien_error *error)
{
    const struct mien_video_info *info = mien_video_info(video);
    struct mien_pipeline *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", mien_video_path(video));
    made->video = video;
    made->start = start;
    size_t bytes = (size_t)info->width * (size_t)info->height + 1, fit = most_bytes / bytes;
    made->slot_count = fit > SLOTS ? SLOTS : fit < FEWEST_SLOTS ? FEWEST_SLOTS : fit;
    made->wake = wake_bytes / bytes < 1 ? 1 : wake_bytes / bytes;
    if (made->wake > made->slot_count / 2)
        made->wake = made->slot_count / 2;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->changed, NULL);
    made->ahead = ahead && start_thread(made);
    *pipeline = made;
    return MIEN_OK;
}

void mien_pipeline_free(struct mien_pipeline *pipeline)
{
    if (!pipeline)
        return;
    if (pipeline->ahead) {
        pthread_mutex_lock(&pipeline->mutex);
        pipeline->stop = true;
        pthread_cond_signal(&pipeline->changed);
        pthread_mutex_unlock(&pipeline->mutex);
        pthread_join(pipeline->thread, NULL);
    }
    pthread_cond_destroy(&pipeline->changed);
    pthread_mutex_destroy(&pipeline->mutex);
    for (size_t i = 0; i < SLOTS; i++) {
        mien_video_unshare(&pipeline->slots[i].share);
        mien_chroma_drop(&pipeline->slots[i].colour);
        free(pipeline->slots[i].luma);
    }
    free(pipeline);
}
