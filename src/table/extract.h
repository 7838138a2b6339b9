/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Extraction: from the recordings of a manifest to the store. Files are read, hashed and tracked by several
 * workers, each recording whole in one of them; the calling thread measures and writes, one transaction per
 * file, so that whatever ends the program leaves whole recordings only. What the store already holds is not
 * made again: a track belongs to the file's content and the tracker, measures to tracks, neutral and the
 * version of the measures. Results do not depend on the number of workers.
 */
#ifndef MIEN_TABLE_EXTRACT_H
#define MIEN_TABLE_EXTRACT_H

#include "base/error.h"
#include "base/progress.h"
#include "face/face.h"
#include "table/store.h"

#include <stdbool.h>
#include <stddef.h>

/* Raise this when measures come out differently although the list of measures did not change: they are then
 * made anew from stored tracks. MIEN_TRACKER_VERSION (face/face.h) does the same for tracks. */
#define MIEN_EXTRACTION_VERSION "7"

/* What finds the landmarks. */
struct mien_tracker {
    char name[128]; /* Tracks of another name are made anew. */
    void *context;
    /* Called once, before the first track; NULL when there is nothing to prepare. */
    enum mien_status (*prepare)(void *context, struct mien_error *error);
    /* Called from several threads at once. */
    enum mien_status (*track)(void *context, const char *path, const struct mien_progress *progress,
                              struct mien_track **track, struct mien_error *error);
};

struct mien_extract_options {
    int workers;         /* 0: as many as there are processors. */
    bool retry;          /* Try again what failed before, although neither file nor options changed. */
    enum mien_side side; /* Points that are measured; the tracks in the store hold both kinds. */
};

struct mien_extract_counts {
    size_t extracted, failed; /* Made in this call. */
    size_t kept;              /* As they were. */
};

/* Stops with what is finished in the store on a full disk, a store that cannot be written, a missing model,
 * or the interrupt flag (MIEN_ERR_CANCELLED). A file that fails stops nothing: it becomes a recording with a
 * reason. progress is called from the calling thread. */
enum mien_status mien_extract(struct mien_store *store, const struct mien_recording *recordings, size_t count,
                              const struct mien_tracker *tracker, const struct mien_extract_options *options,
                              const struct mien_progress *progress, struct mien_extract_counts *counts,
                              struct mien_error *error);

/* The tracker of src/face with the landmark model found as mien_landmark_model_load finds it. The model is
 * identified now and loaded when first needed. Of the options lean, blind and who count; tracks made with
 * others are tracks of another tracker. Free with mien_face_tracker_free. */
enum mien_status mien_face_tracker_new(struct mien_store *store, const struct mien_track_options *options,
                                       struct mien_tracker **tracker, struct mien_error *error);
void mien_face_tracker_free(struct mien_tracker *tracker); /* NULL allowed. */

#endif
