/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/store.h"

#include "base/memory.h"
#include "base/paths.h"
#include "table/store_internal.h"
#include "table/store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION = 0x6d69656e }; /* "mien", in the header of the file. */

/* ---- Failures ---- */

enum mien_status mien_store_fail(const struct mien_store *store, sqlite3 *database, struct mien_error *error)
{
    static const struct mien_sqlite_words words = {
        "not a SQLite file, so not a store; name another one with {store = ...}", "the store is damaged",
        "move it away and extract anew", "another program is writing into the store",
        "the store cannot be written here; name another place with {store = ...}"};
    return mien_sqlite_fail(database, store->path, &words, error);
}

enum mien_status mien_store_execute(struct mien_store *store, const char *sql, struct mien_error *error)
{
    if (sqlite3_exec(store->database, sql, NULL, NULL, NULL) != SQLITE_OK)
        return mien_store_fail(store, store->database, error);
    return MIEN_OK;
}

enum mien_status mien_store_executef(struct mien_store *store, struct mien_error *error, const char *format,
                                     ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    if (!sql)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    enum mien_status status = mien_store_execute(store, sql, error);
    sqlite3_free(sql);
    return status;
}

enum mien_status mien_store_prepare(struct mien_store *store, const char *sql, sqlite3_stmt **statement,
                                    struct mien_error *error)
{
    if (sqlite3_prepare_v2(store->database, sql, -1, statement, NULL) != SQLITE_OK)
        return mien_store_fail(store, store->database, error);
    return MIEN_OK;
}

enum mien_status mien_store_finish(struct mien_store *store, sqlite3_stmt *statement,
                                   struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

void mien_bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text ? text : "", -1, SQLITE_TRANSIENT);
}

void mien_bind_text_or_null(sqlite3_stmt *statement, int parameter, const char *text)
{
    if (text && *text)
        mien_bind_text(statement, parameter, text);
    else
        sqlite3_bind_null(statement, parameter);
}

/* ---- Transactions and notes ---- */

enum mien_status mien_store_begin(struct mien_store *store, struct mien_error *error)
{
    return mien_store_execute(store, "BEGIN IMMEDIATE", error);
}

enum mien_status mien_store_commit(struct mien_store *store, struct mien_error *error)
{
    return mien_store_execute(store, "COMMIT", error);
}

void mien_store_rollback(struct mien_store *store)
{
    if (!sqlite3_get_autocommit(store->database))
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

enum mien_status mien_store_about(struct mien_store *store, const char *key, char *out, size_t size,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status =
        mien_store_prepare(store, "SELECT value FROM about WHERE key = ?1", &statement, error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, key);
    int step = sqlite3_step(statement);
    *out = '\0';
    if (step == SQLITE_ROW)
        snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    else if (step != SQLITE_DONE)
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_store_set_about(struct mien_store *store, const char *key, const char *value,
                                      struct mien_error *error)
{
    return mien_store_executef(store, error, "INSERT OR REPLACE INTO about VALUES (%Q, %Q)", key, value);
}

/* ---- Opening ---- */

static void folder_of(const char *path, char out[MIEN_PATH_SIZE])
{
    snprintf(out, MIEN_PATH_SIZE, "%s", path);
    char *slash = strrchr(out, '/');
    if (!slash)
        strcpy(out, ".");
    else
        slash[slash == out] = '\0';
}

/* SQLite would make the file readable by others; made here first, it belongs to the user alone, and so do the
 * files that SQLite puts beside it. */
static enum mien_status make_file(const char *path, struct mien_error *error)
{
    char folder[MIEN_PATH_SIZE];
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        close(descriptor);
        return MIEN_OK;
    }
    if (errno == EEXIST)
        return MIEN_OK;
    folder_of(path, folder);
    if (errno == ENOENT || errno == ENOTDIR)
        return mien_fail(error, MIEN_ERR_MISSING, "%s: no folder %s to put the store in", path, folder);
    if (errno == EACCES || errno == EROFS || errno == EPERM)
        return mien_fail(error, MIEN_ERR_ACCESS,
                         "%s: the folder %s cannot be written; name another place with {store = ...}", path,
                         folder);
    return mien_fail_errno(error, path);
}

/* The URI of the path. Where nobody can write beside the file, SQLite needs to be told that it will not
 * change. */
static char *make_address(const char *path, bool read_only)
{
    struct mien_text uri = {0};
    char journal[MIEN_PATH_SIZE];
    int bad = mien_text_print(&uri, "file:");
    for (const char *p = path; *p && !bad; p++) {
        if (strchr("?#%", *p) || (unsigned char)*p < 0x21)
            bad = mien_text_print(&uri, "%%%02x", (unsigned)(unsigned char)*p);
        else
            bad = mien_text_add(&uri, p, 1);
    }
    if (!bad && read_only && snprintf(journal, sizeof journal, "%s-wal", path) < (int)sizeof journal)
        bad = mien_path_exists(journal) ? 0 : mien_text_print(&uri, "?immutable=1");
    if (!bad)
        return uri.bytes;
    free(uri.bytes);
    return NULL;
}

static enum mien_status number_of(struct mien_store *store, const char *sql, long long *number,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum mien_status status = mien_store_prepare(store, sql, &statement, error);
    if (status != MIEN_OK)
        return status;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    else
        status = mien_store_fail(store, store->database, error);
    sqlite3_finalize(statement);
    return status;
}

static enum mien_status fill_new_store(struct mien_store *store, struct mien_error *error)
{
    enum mien_status status = mien_store_execute(store, mien_store_schema, error);
    if (status == MIEN_OK)
        status = mien_store_executef(store, error, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                                     APPLICATION, MIEN_STORE_FORMAT);
    if (status == MIEN_OK)
        status = mien_store_set_about(store, "made by", "mien " MIEN_VERSION, error);
    if (status == MIEN_OK)
        status = mien_store_layout(store, error);
    return status;
}

/* Two programs may make the same store at once: the second finds it made when its turn to write comes. */
static enum mien_status make_schema(struct mien_store *store, struct mien_error *error)
{
    long long tables = 0;
    /* Large pages suit the arrays of landmarks and the many columns of measures. */
    enum mien_status status =
        mien_store_execute(store, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL", error);
    if (status == MIEN_OK)
        status = mien_store_begin(store, error);
    if (status == MIEN_OK)
        status = number_of(store, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status == MIEN_OK && tables == 0)
        status = fill_new_store(store, error);
    if (status == MIEN_OK)
        status = mien_store_commit(store, error);
    if (status != MIEN_OK)
        mien_store_rollback(store);
    return status;
}

static enum mien_status check_format(struct mien_store *store, struct mien_error *error)
{
    long long tables = 0, application = 0, format = 0;
    enum mien_status status = number_of(store, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status == MIEN_OK && tables == 0)
        status = store->read_only ? mien_fail(error, MIEN_ERR_DATA, "%s: the store is empty", store->path)
                                  : make_schema(store, error);
    if (status == MIEN_OK)
        status = number_of(store, "PRAGMA application_id", &application, error);
    if (status == MIEN_OK)
        status = number_of(store, "PRAGMA user_version", &format, error);
    if (status != MIEN_OK)
        return status;
    if (application != APPLICATION)
        return mien_fail(error, MIEN_ERR_FORMAT,
                         "%s: a SQLite file, but not a store of mien; name another one with {store = ...}",
                         store->path);
    if (format != MIEN_STORE_FORMAT)
        return mien_fail(
            error, MIEN_ERR_FORMAT,
            "%s: a store of format %lld, this mien knows format %d; use the mien that made it, or name "
            "another store with {store = ...}",
            store->path, format, MIEN_STORE_FORMAT);
    return MIEN_OK;
}

static enum mien_status connect_store(struct mien_store *store, struct mien_error *error)
{
    int flags = store->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int opened = sqlite3_open_v2(store->address, &store->database, flags | SQLITE_OPEN_URI, NULL);
    if (!store->database)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    if (opened != SQLITE_OK)
        return mien_store_fail(store, store->database, error);
    mien_sqlite_be_patient(store->database);
    enum mien_status status = check_format(store, error);
    if (status == MIEN_OK && !store->read_only)
        status = mien_store_execute(store,
                                    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; "
                                    "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 0",
                                    error);
    return status;
}

void mien_store_settle(struct mien_store *store)
{
    sqlite3_busy_handler(store->database, NULL, NULL);
    sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    mien_sqlite_be_patient(store->database);
}

enum mien_status mien_store_open(const char *path, struct mien_store **store, struct mien_error *error)
{
    char folder[MIEN_PATH_SIZE];
    enum mien_status status = MIEN_OK;
    struct mien_store *made = mien_array_new(1, sizeof *made);
    if (!made || !(made->path = strdup(path))) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
        goto fail;
    }
    made->lock = -1;
    if (mien_path_is_folder(path)) {
        status = mien_fail(error, MIEN_ERR_FORMAT, "%s: is a folder, a store was expected", path);
        goto fail;
    }
    if (!mien_path_exists(path) && (status = make_file(path, error)) != MIEN_OK)
        goto fail;
    folder_of(path, folder);
    made->read_only = access(path, W_OK) != 0 || access(folder, W_OK) != 0;
    made->address = make_address(path, made->read_only);
    if (!made->address) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
        goto fail;
    }
    if ((status = connect_store(made, error)) != MIEN_OK)
        goto fail;
    *store = made;
    return MIEN_OK;
fail:
    mien_store_close(made);
    return status;
}

void mien_store_close(struct mien_store *store)
{
    if (!store)
        return;
    if (store->path)
        mien_store_unlock(store);
    sqlite3_close(store->reader);
    sqlite3_close(store->database);
    free(store->address);
    free(store->path);
    free(store);
}

const char *mien_store_path(const struct mien_store *store)
{
    return store->path;
}

bool mien_store_read_only(const struct mien_store *store)
{
    return store->read_only;
}
