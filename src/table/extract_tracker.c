/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tracker of src/face as an extraction wants it: with a name that tells one landmark model from another.
 */
#include "base/memory.h"
#include "base/paths.h"
#include "face/face.h"
#include "table/extract.h"
#include "table/store_internal.h"
#include "video/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct face_tracker {
    struct mien_tracker base; /* First, so that a pointer to it is a pointer to the whole. */
    struct mien_landmark_model *model;
    struct mien_track_options options;
    struct mien_error missing; /* Why there is no model; code MIEN_OK where there is one. */
    char path[MIEN_PATH_SIZE];
};

static enum mien_status load_model(void *context, struct mien_error *error)
{
    struct face_tracker *tracker = context;
    if (tracker->missing.code != MIEN_OK)
        return mien_fail(error, tracker->missing.code, "%s", tracker->missing.text);
    return tracker->model ? MIEN_OK : mien_landmark_model_load(tracker->path, &tracker->model, error);
}

static enum mien_status track_face(void *context, const char *path, const struct mien_progress *progress,
                                   struct mien_track **track, struct mien_error *error)
{
    struct face_tracker *tracker = context;
    return mien_face_track(path, tracker->model, &tracker->options, progress, track, error);
}

/* The model is 100 MB, so its hash is kept in the store as long as the file stays as it is. */
static enum mien_status identify_model(struct mien_store *store, const char *path, char hash[MIEN_HASH_SIZE],
                                       struct mien_error *error)
{
    struct stat now;
    char wanted[128], known[256];
    if (stat(path, &now) != 0)
        return mien_fail_errno(error, path);
    snprintf(wanted, sizeof wanted, "%lld %lld.%09ld %lld ", (long long)now.st_size,
             (long long)now.st_mtim.tv_sec, now.st_mtim.tv_nsec, (long long)now.st_ino);
    enum mien_status status = mien_store_about(store, "landmark model", known, sizeof known, error);
    size_t length = strlen(wanted);
    if (status != MIEN_OK)
        return status;
    if (strncmp(known, wanted, length) == 0 && strlen(known + length) == MIEN_HASH_SIZE - 1) {
        strcpy(hash, known + length);
        return MIEN_OK;
    }
    status = mien_hash_file(path, hash, error);
    if (status == MIEN_OK && !store->read_only) {
        snprintf(known, sizeof known, "%s%s", wanted, hash);
        status = mien_store_set_about(store, "landmark model", known, error);
    }
    return status;
}

/* Without a model nothing can be tracked, but what was tracked before can still be measured: the tracker then
 * goes by the name of the one that was used last. */
static enum mien_status name_of_last(struct mien_store *store, char *name, size_t size,
                                     struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status =
        mien_store_prepare(store, "SELECT tracker FROM tracks ORDER BY id DESC LIMIT 1", &statement, error);
    if (status != MIEN_OK)
        return status;
    if (sqlite3_step(statement) == SQLITE_ROW)
        snprintf(name, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return MIEN_OK;
}

/* What the name says of options that are not the usual ones. */
static void name_options(const struct mien_track_options *options, char *name, size_t size)
{
    static const char *const choices[] = {
        [MIEN_WHO_LARGEST] = "", [MIEN_WHO_LEFT] = " who=left", [MIEN_WHO_RIGHT] = " who=right"};
    const struct mien_who *who = &options->who;
    const char *less = options->lean ? " lean" : options->blind ? " blind" : "";
    if (who->choice == MIEN_WHO_AT)
        snprintf(name, size, "%s who=%.4g,%.4g", less, who->x, who->y);
    else
        snprintf(name, size, "%s%s", less, choices[who->choice]);
}

static enum mien_status name_tracker(struct mien_store *store, struct face_tracker *tracker,
                                     struct mien_error *error)
{
    char hash[MIEN_HASH_SIZE] = "", unusual[48];
    struct mien_tracker *base = &tracker->base;
    if (mien_landmark_model_find(tracker->path, &tracker->missing) != MIEN_OK)
        return name_of_last(store, base->name, sizeof base->name, error);
    enum mien_status status = identify_model(store, tracker->path, hash, error);
    name_options(&tracker->options, unusual, sizeof unusual);
    /* Half the digits tell models apart well enough. */
    if (status == MIEN_OK)
        snprintf(base->name, sizeof base->name, "tracker=%s model=%.32s%s", MIEN_TRACKER_VERSION, hash,
                 unusual);
    return status;
}

enum mien_status mien_face_tracker_new(struct mien_store *store, const struct mien_track_options *options,
                                       struct mien_tracker **tracker, struct mien_error *error)
{
    struct face_tracker *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    made->options = (struct mien_track_options){
        .start = NAN, .stop = NAN, .lean = options->lean, .blind = options->blind, .who = options->who};
    enum mien_status status = name_tracker(store, made, error);
    if (status != MIEN_OK) {
        mien_face_tracker_free(&made->base);
        return status;
    }
    made->base.context = made;
    made->base.prepare = load_model;
    made->base.track = track_face;
    *tracker = &made->base;
    return MIEN_OK;
}

void mien_face_tracker_free(struct mien_tracker *tracker)
{
    struct face_tracker *made = (struct face_tracker *)tracker;
    if (!made)
        return;
    mien_landmark_model_free(made->model);
    free(made);
}
