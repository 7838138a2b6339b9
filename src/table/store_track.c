/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tracks in the store. Their arrays are written and read piece by piece, so that an hour of video needs no
 * second copy in memory. They are 64-bit floats so that measuring from the store gives the same bits as
 * measuring at once.
 */
#include "base/memory.h"
#include "table/store_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the arrays in the store are little-endian; convert them here on other machines"
#endif

struct array {
    const char *column;
    void *items;
    size_t size;   /* Bytes. */
    bool may_lack; /* An empty one in the store leaves the items as they are. */
    bool lacks;    /* Nothing is to be kept of it. */
};

enum {
    ARRAYS = 14,
    PIECE = 1 << 24 /* Bytes per write. */
};

static void list_arrays(const struct mien_track *track, struct array out[ARRAYS])
{
    size_t bytes = track->count, numbers = track->count * sizeof(double);
    bool sides = mien_track_has_sides(track), eyes = mien_track_has_eyes(track);
    out[0] = (struct array){"time", track->time, numbers, false, false};
    out[1] = (struct array){"found", track->found, bytes, false, false};
    out[2] = (struct array){"faces", track->second_face, bytes, false, false};
    out[3] = (struct array){"confidence", track->confidence, numbers, false, false};
    out[4] = (struct array){"yaw", track->yaw, numbers, false, false};
    out[5] = (struct array){"pitch", track->pitch, numbers, false, false};
    out[6] = (struct array){"roll", track->roll, numbers, false, false};
    out[7] = (struct array){"x", track->x, numbers * MIEN_POINTS, false, false};
    out[8] = (struct array){"y", track->y, numbers * MIEN_POINTS, false, false};
    out[9] = (struct array){"sided_x", track->sided_x, numbers * MIEN_POINTS, true, !sides};
    out[10] = (struct array){"sided_y", track->sided_y, numbers * MIEN_POINTS, true, !sides};
    out[11] = (struct array){"sharpness", track->sharpness, numbers, false, false};
    out[12] = (struct array){"light", track->light, numbers, false, false};
    out[13] =
        (struct array){"eyes", track->eyes, track->count * MIEN_EYES * sizeof *track->eyes, true, !eyes};
}

static enum mien_status move_array(struct mien_store *store, sqlite3_int64 id, const struct array *array,
                                   bool write, struct mien_error *error)
{
    sqlite3_blob *blob = NULL;
    enum mien_status status = MIEN_OK;
    if (sqlite3_blob_open(store->database, "main", "tracks", array->column, id, write, &blob) != SQLITE_OK) {
        status = mien_store_fail(store, store->database, error);
        goto done;
    }
    if (array->may_lack && sqlite3_blob_bytes(blob) == 0)
        goto done;
    if ((size_t)sqlite3_blob_bytes(blob) != array->size) {
        status = mien_fail(error, MIEN_ERR_FORMAT,
                           "%s: the store is damaged (%s of track %lld has the wrong length)", store->path,
                           array->column, (long long)id);
        goto done;
    }
    for (size_t at = 0; at < array->size; at += PIECE) {
        int bytes = (int)(array->size - at < PIECE ? array->size - at : PIECE);
        int code = write ? sqlite3_blob_write(blob, (char *)array->items + at, bytes, (int)at)
                         : sqlite3_blob_read(blob, (char *)array->items + at, bytes, (int)at);
        if (code != SQLITE_OK) {
            status = mien_store_fail(store, store->database, error);
            goto done;
        }
    }
done:
    sqlite3_blob_close(blob);
    return status;
}

enum mien_status mien_store_find_track(struct mien_store *store, const char *hash, const char *tracker,
                                       sqlite3_int64 *id, bool *failed, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(
        store, "SELECT id, code IS NOT NULL FROM tracks WHERE hash = ?1 AND tracker = ?2", &statement, error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, hash);
    mien_bind_text(statement, 2, tracker);
    int step = sqlite3_step(statement);
    *id = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    *failed = step == SQLITE_ROW && sqlite3_column_int(statement, 1);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

/* The row of a track with its arrays still zero. */
static enum mien_status insert_track(struct mien_store *store, const char *hash, const char *tracker,
                                     const struct mien_track *track, const struct array *arrays,
                                     struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(store,
                                                 "INSERT INTO tracks (hash, tracker, frames, width, height, "
                                                 "fps, seconds, coverage, second_face, pose_known,"
                                                 " truncated, damaged, times_repaired, first_frame, time, "
                                                 "found, faces, confidence, yaw, pitch, roll, x, y,"
                                                 " sided_x, sided_y, sharpness, light, eyes)"
                                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                                                 "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"
                                                 " ?22, ?23, ?24, ?25, ?26, ?27, ?28)",
                                                 &statement, error);
    if (status != MIEN_OK)
        return status;
    double seconds = track->count > 1 ? track->time[track->count - 1] - track->time[0] : 0;
    mien_bind_text(statement, 1, hash);
    mien_bind_text(statement, 2, tracker);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)track->count);
    sqlite3_bind_int(statement, 4, track->width);
    sqlite3_bind_int(statement, 5, track->height);
    sqlite3_bind_double(statement, 6, track->fps);
    sqlite3_bind_double(statement, 7, seconds);
    sqlite3_bind_double(statement, 8, mien_track_found(track));
    sqlite3_bind_double(statement, 9, mien_track_second_face(track));
    sqlite3_bind_int(statement, 10, track->pose_known);
    sqlite3_bind_int(statement, 11, track->truncated);
    sqlite3_bind_int64(statement, 12, (sqlite3_int64)track->damaged);
    sqlite3_bind_int64(statement, 13, (sqlite3_int64)track->times_repaired);
    sqlite3_bind_int64(statement, 14, (sqlite3_int64)track->frame[0]);
    for (int i = 0; i < ARRAYS; i++)
        sqlite3_bind_zeroblob64(statement, 15 + i, arrays[i].size);
    return mien_store_finish(store, statement, error);
}

enum mien_status mien_store_save_track(struct mien_store *store, const char *hash, const char *tracker,
                                       const struct mien_track *track, struct mien_error *error)
{
    struct array arrays[ARRAYS];
    list_arrays(track, arrays);
    for (int i = 0; i < ARRAYS; i++)
        if (arrays[i].lacks)
            arrays[i].size = 0;
    enum mien_status status = insert_track(store, hash, tracker, track, arrays, error);
    sqlite3_int64 id = sqlite3_last_insert_rowid(store->database);
    for (int i = 0; i < ARRAYS && status == MIEN_OK; i++)
        status = move_array(store, id, &arrays[i], true, error);
    return status;
}

enum mien_status mien_store_save_failure(struct mien_store *store, const char *hash, const char *tracker,
                                         const struct mien_error *failure, struct mien_error *error)
{
    return mien_store_executef(store, error,
                               "INSERT INTO tracks (hash, tracker, code, reason) VALUES (%Q, %Q, %d, %Q)",
                               hash, tracker, (int)failure->code, failure->text);
}

enum mien_status mien_store_load_failure(struct mien_store *store, sqlite3_int64 id,
                                         struct mien_error *failure, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status =
        mien_store_prepare(store, "SELECT code, reason FROM tracks WHERE id = ?1", &statement, error);
    if (status != MIEN_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    if (sqlite3_step(statement) == SQLITE_ROW)
        mien_fail(failure, (enum mien_status)sqlite3_column_int(statement, 0), "%s",
                  (const char *)sqlite3_column_text(statement, 1));
    else
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

/* What is no array: sizes, rate, flags. */
static enum mien_status load_head(struct mien_store *store, sqlite3_int64 id, struct mien_track **track,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(
        store,
        "SELECT frames, width, height, fps, pose_known, truncated, damaged, times_repaired, first_frame"
        " FROM tracks WHERE id = ?1 AND code IS NULL",
        &statement, error);
    if (status != MIEN_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    if (sqlite3_step(statement) != SQLITE_ROW) {
        status = mien_fail(error, MIEN_ERR_MISSING, "%s: the store has no such track", store->path);
        goto done;
    }
    status = mien_track_new((size_t)sqlite3_column_int64(statement, 0), track, error);
    if (status != MIEN_OK)
        goto done;
    (*track)->width = sqlite3_column_int(statement, 1);
    (*track)->height = sqlite3_column_int(statement, 2);
    (*track)->fps =
        sqlite3_column_type(statement, 3) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, 3);
    (*track)->pose_known = sqlite3_column_int(statement, 4);
    (*track)->truncated = sqlite3_column_int(statement, 5);
    (*track)->damaged = (size_t)sqlite3_column_int64(statement, 6);
    (*track)->times_repaired = (size_t)sqlite3_column_int64(statement, 7);
    for (size_t i = 0; i < (*track)->count; i++)
        (*track)->frame[i] = (size_t)sqlite3_column_int64(statement, 8) + i;
done:
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_store_load_track(struct mien_store *store, sqlite3_int64 id, const char *source,
                                       struct mien_track **track, struct mien_error *error)
{
    struct array arrays[ARRAYS];
    struct mien_track *loaded = NULL;
    enum mien_status status = load_head(store, id, &loaded, error);
    if (status != MIEN_OK)
        return status;
    list_arrays(loaded, arrays);
    for (int i = 0; i < ARRAYS && status == MIEN_OK; i++)
        status = move_array(store, id, &arrays[i], false, error);
    free(loaded->source);
    loaded->source = strdup(source);
    if (status == MIEN_OK && !loaded->source)
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    if (status == MIEN_OK)
        *track = loaded;
    else
        mien_track_free(loaded);
    return status;
}

enum mien_status mien_store_track(struct mien_store *store, long long recording, struct mien_track **track,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status =
        mien_store_prepare(store, "SELECT track, path FROM recordings WHERE id = ?1", &statement, error);
    if (status != MIEN_OK)
        return status;
    sqlite3_bind_int64(statement, 1, recording);
    if (sqlite3_step(statement) == SQLITE_ROW)
        status = mien_store_load_track(store, sqlite3_column_int64(statement, 0),
                                       (const char *)sqlite3_column_text(statement, 1), track, error);
    else
        status = mien_fail(error, MIEN_ERR_MISSING, "%s: the store has no such recording", store->path);
    sqlite3_finalize(statement);
    return status;
}
