/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows about recordings: what the manifest says of them, what was measured, what failed.
 */
#include "base/interrupt.h"
#include "base/memory.h"
#include "measure/summary.h"
#include "table/store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Reading ---- */

static void copy_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text ? text : "");
}

static void read_stored(sqlite3_stmt *statement, struct mien_stored *stored)
{
    stored->id = sqlite3_column_int64(statement, 0);
    stored->track = sqlite3_column_int64(statement, 1);
    stored->failed = sqlite3_column_int(statement, 2);
    stored->measured = sqlite3_column_int(statement, 3);
    copy_text(stored->file, sizeof stored->file, statement, 4);
    copy_text(stored->path, sizeof stored->path, statement, 5);
    copy_text(stored->hash, sizeof stored->hash, statement, 6);
    copy_text(stored->made_from, sizeof stored->made_from, statement, 7);
    stored->state.exists = sqlite3_column_type(statement, 8) != SQLITE_NULL;
    stored->state.size = sqlite3_column_int64(statement, 8);
    stored->state.modified = sqlite3_column_int64(statement, 9);
    stored->state.changed = sqlite3_column_int64(statement, 10);
}

enum mien_status mien_store_find_recording(struct mien_store *store, const struct mien_recording *recording,
                                           struct mien_stored *stored, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    *stored = (struct mien_stored){0};
    enum mien_status status =
        mien_store_prepare(store,
                           "SELECT id, track, code IS NOT NULL, EXISTS (SELECT 1 FROM measured WHERE "
                           "recording = id), file, path, hash,"
                           " made_from, size, modified, changed FROM recordings"
                           " WHERE participant = ?1 AND task = ?2 AND visit = ?3 AND take = ?4",
                           &statement, error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, recording->participant);
    mien_bind_text(statement, 2, recording->task);
    mien_bind_text(statement, 3, recording->visit);
    mien_bind_text(statement, 4, recording->take);
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        read_stored(statement, stored);
    else if (step != SQLITE_DONE)
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_store_known_hash(struct mien_store *store, const char *path,
                                       const struct mien_file_state *state, char hash[65],
                                       struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status =
        mien_store_prepare(store,
                           "SELECT hash FROM recordings WHERE path = ?1 AND size = ?2"
                           " AND modified = ?3 AND changed = ?4 AND hash IS NOT NULL LIMIT 1",
                           &statement, error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, path);
    sqlite3_bind_int64(statement, 2, state->size);
    sqlite3_bind_int64(statement, 3, state->modified);
    sqlite3_bind_int64(statement, 4, state->changed);
    int step = sqlite3_step(statement);
    hash[0] = '\0';
    if (step == SQLITE_ROW)
        copy_text(hash, 65, statement, 0);
    else if (step != SQLITE_DONE)
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

/* ---- Writing: the row ---- */

static void bind_state(sqlite3_stmt *statement, int first, const struct mien_file_state *state)
{
    if (!state->exists)
        return;
    sqlite3_bind_int64(statement, first, state->size);
    sqlite3_bind_int64(statement, first + 1, state->modified);
    sqlite3_bind_int64(statement, first + 2, state->changed);
}

static void bind_manifest(sqlite3_stmt *statement, const struct mien_recording *recording)
{
    mien_bind_text(statement, 1, recording->participant);
    mien_bind_text(statement, 2, recording->task);
    mien_bind_text(statement, 3, recording->visit);
    mien_bind_text(statement, 4, recording->take);
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)recording->row);
    mien_bind_text_or_null(statement, 6, recording->group);
    mien_bind_text(statement, 7, recording->file);
    mien_bind_text(statement, 8, recording->path);
    mien_bind_text(statement, 9, recording->neutral_text);
    mien_bind_text(statement, 10, recording->further);
}

/* Inserts the row, or changes the one of the same participant, task, visit and take, which keeps its id. */
static enum mien_status put_row(struct mien_store *store, const struct mien_recording *recording,
                                const struct mien_outcome *outcome, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(
        store,
        "INSERT INTO recordings (participant, task, visit, take, row, \"group\", file, path, neutral, "
        "further, size,"
        " modified, changed, hash, track, made_from, code, reason, remedy)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
        " ON CONFLICT (participant, task, visit, take) DO UPDATE SET row = excluded.row, \"group\" = "
        "excluded.\"group\","
        " file = excluded.file, path = excluded.path, neutral = excluded.neutral, further = excluded.further,"
        " size = excluded.size, modified = excluded.modified, changed = excluded.changed, hash = "
        "excluded.hash,"
        " track = excluded.track, made_from = excluded.made_from, code = excluded.code, reason = "
        "excluded.reason,"
        " remedy = excluded.remedy",
        &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_manifest(statement, recording);
    bind_state(statement, 11, outcome->state);
    mien_bind_text_or_null(statement, 14, outcome->hash);
    if (outcome->track)
        sqlite3_bind_int64(statement, 15, outcome->track);
    mien_bind_text_or_null(statement, 16, outcome->made_from);
    if (outcome->failure) {
        mien_bind_text(statement, 17, mien_status_word(outcome->failure->code));
        mien_bind_text(statement, 18, outcome->failure->text);
        mien_bind_text(statement, 19, outcome->remedy);
    }
    return mien_store_finish(store, statement, error);
}

enum mien_status mien_store_touch_recording(struct mien_store *store, const struct mien_recording *recording,
                                            const struct mien_stored *stored,
                                            const struct mien_file_state *state, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(
        store,
        "UPDATE recordings SET file = ?1, path = ?2, size = ?3, modified = ?4, changed = ?5,"
        " neutral = ?6 WHERE id = ?7",
        &statement, error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, recording->file);
    mien_bind_text(statement, 2, recording->path);
    bind_state(statement, 3, state);
    mien_bind_text(statement, 6, recording->neutral_text);
    sqlite3_bind_int64(statement, 7, stored->id);
    return mien_store_finish(store, statement, error);
}

/* ---- Writing: frames and summary ---- */

/* "INSERT INTO <table> VALUES (?1, ... ?count)". */
static enum mien_status prepare_insert(struct mien_store *store, const char *table, size_t count,
                                       sqlite3_stmt **statement, struct mien_error *error)
{
    struct mien_text sql = {0};
    int bad = mien_text_print(&sql, "INSERT INTO %s VALUES (?", table);
    for (size_t i = 1; i < count && !bad; i++)
        bad = mien_text_add(&sql, ", ?", 3);
    if (!bad)
        bad = mien_text_add(&sql, ")", 1);
    enum mien_status status = bad ? mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path)
                                  : mien_store_prepare(store, sql.bytes, statement, error);
    free(sql.bytes);
    return status;
}

static enum mien_status put_frames(struct mien_store *store, sqlite3_int64 id, const struct mien_track *track,
                                   const struct mien_measures *measures, struct mien_error *error)
{
    enum { BEFORE = 4 };
    sqlite3_stmt *statement = NULL;
    enum mien_status status = prepare_insert(store, "frames", BEFORE + measures->count, &statement, error);
    for (size_t i = 0; i < track->count && status == MIEN_OK; i++) {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, (sqlite3_int64)track->frame[i]);
        sqlite3_bind_double(statement, 3, track->time[i]);
        sqlite3_bind_int(statement, 4, track->found[i]);
        for (size_t m = 0; m < measures->count; m++)
            sqlite3_bind_double(statement, BEFORE + 1 + (int)m, measures->values[m * track->count + i]);
        if (sqlite3_step(statement) != SQLITE_DONE)
            status = mien_store_fail(store, store->database, error);
        else if (mien_interrupted())
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return status;
}

/* The statistics in the order of mien_summary_statistics. */
static void bind_summary(sqlite3_stmt *statement, int first, const struct mien_summary *summary)
{
    const double values[] = {summary->peak,  summary->low,      summary->mean,
                             summary->range, summary->velocity, summary->time_to_peak};
    for (int i = 0; i < (int)(sizeof values / sizeof *values); i++)
        sqlite3_bind_double(statement, first + i, values[i]);
}

static int statistics_count(void)
{
    int count = 0;
    while (mien_summary_statistics[count])
        count++;
    return count;
}

/* The recording's own columns, before those of its measures. */
enum { BEFORE_MEASURES = 7 };

/* Everything of one recording that is not of one measure, but the list of uncertain measures. */
static enum mien_status bind_recording(sqlite3_stmt *statement, sqlite3_int64 id,
                                       const struct mien_track *track, const struct mien_measures *measures)
{
    double blink_rate;
    if (mien_summarise_blinks(track->time, measures, &blink_rate) != 0)
        return MIEN_ERR_MEMORY;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_double(statement, 2, measures->scale);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)measures->neutral_frames);
    sqlite3_bind_double(statement, 4, mien_track_found(track));
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)mien_frames_used(measures));
    sqlite3_bind_double(statement, 6, blink_rate);
    return MIEN_OK;
}

/* Binds the statistics of every measure and the names of the uncertain ones, which text keeps. */
static enum mien_status bind_measures(sqlite3_stmt *statement, const struct mien_track *track,
                                      const struct mien_measures *measures, struct mien_text *uncertain)
{
    size_t listed;
    int statistics = statistics_count(), bad = mien_text_add(uncertain, "", 0);
    const struct mien_measure_info *list = mien_measure_list(&listed);
    for (size_t m = 0; m < measures->count && !bad; m++) {
        struct mien_summary summary;
        bad = mien_summarise(track->time, measures->values + m * track->count, track->count, &summary);
        if (!bad && mien_is_uncertain(summary.range, list[m].noise))
            bad = mien_text_print(uncertain, "%s%s", uncertain->length > 0 ? " " : "", list[m].name);
        if (!bad)
            bind_summary(statement, BEFORE_MEASURES + 1 + (int)m * statistics, &summary);
    }
    if (bad)
        return MIEN_ERR_MEMORY;
    mien_bind_text(statement, BEFORE_MEASURES, uncertain->bytes);
    return MIEN_OK;
}

static enum mien_status put_summary(struct mien_store *store, sqlite3_int64 id,
                                    const struct mien_track *track, const struct mien_measures *measures,
                                    struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    struct mien_text uncertain = {0};
    size_t columns = BEFORE_MEASURES + measures->count * (size_t)statistics_count();
    enum mien_status status = prepare_insert(store, "measured", columns, &statement, error);
    if (status != MIEN_OK)
        return status;
    status = bind_recording(statement, id, track, measures);
    if (status == MIEN_OK)
        status = bind_measures(statement, track, measures, &uncertain);
    if (status == MIEN_OK)
        status = mien_store_finish(store, statement, error);
    else {
        sqlite3_finalize(statement);
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    }
    free(uncertain.bytes);
    return status;
}

enum mien_status mien_store_put_recording(struct mien_store *store, const struct mien_recording *recording,
                                          const struct mien_outcome *outcome, struct mien_error *error)
{
    struct mien_stored stored;
    enum mien_status status = put_row(store, recording, outcome, error);
    if (status == MIEN_OK)
        status = mien_store_find_recording(store, recording, &stored, error);
    if (status == MIEN_OK)
        status = mien_store_executef(
            store, error,
            "DELETE FROM frames WHERE recording = %lld; DELETE FROM measured WHERE recording = %lld",
            stored.id, stored.id);
    if (status == MIEN_OK && !outcome->failure)
        status = put_frames(store, stored.id, outcome->points, outcome->measures, error);
    if (status == MIEN_OK && !outcome->failure)
        status = put_summary(store, stored.id, outcome->points, outcome->measures, error);
    return status;
}

/* ---- The manifest's view ---- */

static enum mien_status list_recordings(struct mien_store *store, const struct mien_recording *recordings,
                                        size_t count, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_execute(store, "UPDATE recordings SET row = NULL", error);
    if (status == MIEN_OK)
        status = mien_store_prepare(store,
                                    "UPDATE recordings SET row = ?5, \"group\" = ?6, further = ?7"
                                    " WHERE participant = ?1 AND task = ?2 AND visit = ?3 AND take = ?4",
                                    &statement, error);
    for (size_t i = 0; i < count && status == MIEN_OK; i++) {
        mien_bind_text(statement, 1, recordings[i].participant);
        mien_bind_text(statement, 2, recordings[i].task);
        mien_bind_text(statement, 3, recordings[i].visit);
        mien_bind_text(statement, 4, recordings[i].take);
        sqlite3_bind_int64(statement, 5, (sqlite3_int64)recordings[i].row);
        mien_bind_text_or_null(statement, 6, recordings[i].group);
        mien_bind_text(statement, 7, recordings[i].further);
        if (sqlite3_step(statement) != SQLITE_DONE)
            status = mien_store_fail(store, store->database, error);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return status;
}

/* One word for what the manifest says, so that an unchanged manifest writes nothing. */
static void manifest_digest(const struct mien_recording *recordings, size_t count, const char *const *further,
                            size_t further_count, char out[17])
{
    unsigned long long state = 14695981039346656037ULL;
    for (size_t i = 0; i < count + further_count; i++) {
        const char *const texts[] = {i < count ? recordings[i].participant : further[i - count],
                                     i < count ? recordings[i].task : "",
                                     i < count ? recordings[i].visit : "",
                                     i < count ? recordings[i].take : "",
                                     i < count ? recordings[i].group : "",
                                     i < count ? recordings[i].further : ""};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            for (const char *c = texts[t]; *c; c++)
                state = (state ^ (unsigned char)*c) * 1099511628211ULL;
            state = (state ^ 0xff) * 1099511628211ULL;
        }
    }
    snprintf(out, 17, "%016llx", state);
}

enum mien_status mien_store_list(struct mien_store *store, const struct mien_recording *recordings,
                                 size_t count, const char *const *further, size_t further_count,
                                 struct mien_error *error)
{
    char wanted[17], present[64];
    if (store->read_only)
        return MIEN_OK;
    manifest_digest(recordings, count, further, further_count, wanted);
    enum mien_status status = mien_store_about(store, "manifest", present, sizeof present, error);
    if (status != MIEN_OK || strcmp(wanted, present) == 0)
        return status;
    status = mien_store_begin(store, error);
    if (status != MIEN_OK)
        return status;
    status = list_recordings(store, recordings, count, error);
    if (status == MIEN_OK)
        status = mien_store_make_view(store, further, further_count, error);
    if (status == MIEN_OK)
        status = mien_store_set_about(store, "manifest", wanted, error);
    if (status == MIEN_OK)
        status = mien_store_commit(store, error);
    if (status != MIEN_OK)
        mien_store_rollback(store);
    return status;
}
