/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forgetting a participant. Deleting rows leaves their bytes in free pages and in the write-ahead log; here
 * they are overwritten (secure_delete), the file is rewritten without free pages, and the log is emptied.
 */
#include "table/store_internal.h"

enum mien_status mien_store_drop_orphans(struct mien_store *store, struct mien_error *error)
{
    return mien_store_execute(
        store, "DELETE FROM tracks WHERE id NOT IN (SELECT track FROM recordings WHERE track IS NOT NULL)",
        error);
}

static enum mien_status delete_rows(struct mien_store *store, const char *participant, size_t *removed,
                                    struct mien_error *error)
{
    enum mien_status status = mien_store_begin(store, error);
    if (status != MIEN_OK)
        return status;
    /* Frames and what was measured go with their recording. */
    status = mien_store_executef(store, error, "DELETE FROM recordings WHERE participant = %Q", participant);
    size_t count = (size_t)sqlite3_changes(store->database);
    if (status == MIEN_OK)
        status = mien_store_drop_orphans(store, error);
    if (status == MIEN_OK)
        status = mien_store_execute(store, "DELETE FROM about WHERE key = 'manifest'", error);
    if (status == MIEN_OK)
        status = mien_store_commit(store, error);
    if (status == MIEN_OK)
        *removed = count;
    else
        mien_store_rollback(store);
    return status;
}

/* Moves the log into the file and cuts it to nothing; busy where another program still reads an older state.
 */
static enum mien_status empty_log(struct mien_store *store, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(store, "PRAGMA wal_checkpoint(TRUNCATE)", &statement, error);
    if (status != MIEN_OK)
        return status;
    if (sqlite3_step(statement) != SQLITE_ROW)
        status = mien_store_fail(store, store->database, error);
    else if (sqlite3_column_int(statement, 0) != 0)
        status = mien_fail(
            error, MIEN_ERR_ACCESS,
            "%s: removed, but another program is reading the store, so bytes remain in %s-wal; end that "
            "program and call forget again",
            store->path, store->path);
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_store_forget(struct mien_store *store, const char *participant, size_t *removed,
                                   struct mien_error *error)
{
    size_t count = 0;
    enum mien_status status = mien_store_lock(store, error);
    if (status != MIEN_OK)
        return status;
    status = delete_rows(store, participant, &count, error);
    if (status == MIEN_OK)
        status = empty_log(store, error);
    if (status == MIEN_OK)
        status = mien_store_execute(store, "VACUUM", error);
    if (status == MIEN_OK)
        status = empty_log(store, error);
    mien_store_unlock(store);
    if (status == MIEN_OK)
        *removed = count;
    return status;
}
