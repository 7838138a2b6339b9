/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips of many recordings: what the cache does not hold yet is cut by several workers, each file whole in
 * one of them; the calling thread loads tracks and writes, one transaction per file, so that whatever ends
 * the program leaves whole results only. Memory does not grow with the number of files. Results do not depend
 * on the number of workers.
 */
#ifndef MIEN_MODEL_CLIP_WORK_H
#define MIEN_MODEL_CLIP_WORK_H

#include "model/clip_store.h"

/* One recording; texts are borrowed, and the path is where the video is now. */
struct mien_clip_source {
    const char *participant, *task, *visit, *take, *file, *path;
    const char *hash, *tracker; /* As in struct mien_clip_key. */
    size_t recording;           /* Row of the manifest, from 1. */
    double frames;              /* Of the track, for the progress bar. */
};

struct mien_clip_work {
    const struct mien_clip_source *sources;
    size_t count;
    const struct mien_clip_options *options;
    int workers; /* 0: as many as there are processors. */
    /* The track of one source, which becomes the caller's. Called from the calling thread only. */
    enum mien_status (*track)(void *context, size_t source, struct mien_track **track,
                              struct mien_error *error);
    void *context;
};

/* Makes what is missing in the store, then appends all clips to the set in the order of the sources. yields
 * (count) tells what each source gave. A file that fails stops nothing: failures that lie in its content are
 * kept, others (it is gone, or no longer the content that was tracked) are tried again next time. Stops with
 * what is finished in the store on a store that cannot be written, or the interrupt flag
 * (MIEN_ERR_CANCELLED). */
enum mien_status mien_clip_work(struct mien_clip_store *store, const struct mien_clip_work *work,
                                const struct mien_progress *progress, struct mien_clip_set *set,
                                struct mien_clip_yield *yields, struct mien_error *error);

#endif
