/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The peak of movement of a recording's skin, cell by cell, in the store: numbers, no pictures. The table is
 * made when the first is put; a row goes with its recording.
 */
#include "base/memory.h"
#include "table/store_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS movements (recording INTEGER PRIMARY KEY"
    " REFERENCES recordings (id) ON DELETE CASCADE,"
    " made_from TEXT NOT NULL," /* Everything that the numbers depend on. */
    " cells INTEGER, rest_frames INTEGER, peak_frames INTEGER, peak_time REAL, lost REAL,"
    " x BLOB, y BLOB);"; /* One 64-bit float per cell, NaN where it is missing. */

enum mien_status mien_store_put_movement(struct mien_store *store, long long recording,
                                         const struct mien_stored_movement *movement,
                                         struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_execute(store, schema, error);
    if (status == MIEN_OK)
        status =
            mien_store_prepare(store,
                               "INSERT OR REPLACE INTO movements (recording, made_from, cells, rest_frames,"
                               " peak_frames, peak_time, lost, x, y)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                               &statement, error);
    if (status != MIEN_OK)
        return status;
    int bytes = (int)(movement->cells * sizeof(double));
    sqlite3_bind_int64(statement, 1, recording);
    mien_bind_text(statement, 2, movement->made_from);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)movement->cells);
    sqlite3_bind_double(statement, 4, movement->rest_frames);
    sqlite3_bind_double(statement, 5, movement->peak_frames);
    sqlite3_bind_double(statement, 6, movement->peak_time); /* NaN becomes NULL. */
    sqlite3_bind_double(statement, 7, movement->lost);
    sqlite3_bind_blob(statement, 8, movement->x, bytes, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 9, movement->y, bytes, SQLITE_STATIC);
    return mien_store_finish(store, statement, error);
}

static double number_of(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN
                                                                 : sqlite3_column_double(statement, column);
}

/* Copies a column of cells; false where its length is not what the row says. */
static bool copy_cells(sqlite3_stmt *statement, int column, size_t cells, double *out)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if ((size_t)sqlite3_column_bytes(statement, column) != cells * sizeof *out || !bytes)
        return false;
    memcpy(out, bytes, cells * sizeof *out);
    return true;
}

static enum mien_status read_row(struct mien_store *store, sqlite3_stmt *statement,
                                 struct mien_stored_movement *movement, struct mien_error *error)
{
    size_t cells = (size_t)sqlite3_column_int64(statement, 1);
    const char *made_from = (const char *)sqlite3_column_text(statement, 0);
    movement->made_from = strdup(made_from ? made_from : "");
    movement->x = mien_array_new(cells, sizeof *movement->x);
    movement->y = mien_array_new(cells, sizeof *movement->y);
    if (!movement->made_from || !movement->x || !movement->y)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    movement->cells = cells;
    movement->rest_frames = number_of(statement, 2);
    movement->peak_frames = number_of(statement, 3);
    movement->peak_time = number_of(statement, 4);
    movement->lost = number_of(statement, 5);
    if (copy_cells(statement, 6, cells, movement->x) && copy_cells(statement, 7, cells, movement->y))
        return MIEN_OK;
    return mien_fail(error, MIEN_ERR_FORMAT, "%s: the store is damaged (a movement has the wrong length)",
                     store->path);
}

/* Whether the table is there; a store opened for reading may lack it. */
static enum mien_status has_table(struct mien_store *store, bool *there, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(
        store, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'movements'", &statement, error);
    if (status == MIEN_OK)
        *there = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_store_movement(struct mien_store *store, long long recording,
                                     struct mien_stored_movement *movement, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool there;
    *movement = (struct mien_stored_movement){0};
    enum mien_status status = has_table(store, &there, error);
    if (status == MIEN_OK && !there)
        return mien_fail(error, MIEN_ERR_MISSING, "%s: no movement of this recording", store->path);
    if (status == MIEN_OK)
        status = mien_store_prepare(store,
                                    "SELECT made_from, cells, rest_frames, peak_frames, peak_time, lost, x, y"
                                    " FROM movements WHERE recording = ?1",
                                    &statement, error);
    if (status != MIEN_OK)
        return status;
    sqlite3_bind_int64(statement, 1, recording);
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        status = read_row(store, statement, movement, error);
    else if (step == SQLITE_DONE)
        status = mien_fail(error, MIEN_ERR_MISSING, "%s: no movement of this recording", store->path);
    else
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    if (status != MIEN_OK)
        mien_stored_movement_clear(movement);
    return status;
}

void mien_stored_movement_clear(struct mien_stored_movement *movement)
{
    free(movement->made_from);
    free(movement->x);
    free(movement->y);
    *movement = (struct mien_stored_movement){0};
}
