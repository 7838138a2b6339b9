/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_store.h"

#include "base/memory.h"
#include "base/paths.h"
#include "table/store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    APPLICATION = 0x6d69636c, /* "micl", in the header of the file. */
    FORMAT = 1
};

/* The journal is a file that is gone after every transaction, so that pictures are in one place only. Freed
 * pages are overwritten, and then taken out of the file without a copy of it anywhere else. */
static const char settings[] = "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL;"
                               "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
                               "PRAGMA temp_store = MEMORY";

static const char schema[] =
    "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "INSERT INTO about VALUES ('made by', 'mien " MIEN_VERSION "'),"
    " ('what', 'pictures of faces, cut from the recordings of the store beside it');"
    "CREATE TABLE cuts (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, tracker TEXT NOT NULL,"
    " options TEXT NOT NULL, fps REAL, code INTEGER, reason TEXT, UNIQUE (hash, tracker, options));"
    "CREATE TABLE clips (cut INTEGER NOT NULL REFERENCES cuts (id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL, start REAL, stop REAL, coverage REAL, outside REAL, interocular REAL,"
    " luma BLOB, PRIMARY KEY (cut, number));"
    "CREATE TABLE owners (hash TEXT NOT NULL, participant TEXT NOT NULL, PRIMARY KEY (hash, participant))"
    " WITHOUT ROWID;"
    "CREATE INDEX owners_participant ON owners (participant);";

struct mien_clip_store {
    sqlite3 *database;
    char *path;
};

/* ---- Failures and statements ---- */

static enum mien_status fail(const struct mien_clip_store *store, struct mien_error *error)
{
    static const struct mien_sqlite_words words = {
        "not a SQLite file, so not a file of clips; move it away", "the file of clips is damaged",
        "remove it, clips are then cut anew", "another program is using the file of clips",
        "the file of clips cannot be written here"};
    return mien_sqlite_fail(store->database, store->path, &words, error);
}

static enum mien_status execute(struct mien_clip_store *store, const char *sql, struct mien_error *error)
{
    return sqlite3_exec(store->database, sql, NULL, NULL, NULL) == SQLITE_OK ? MIEN_OK : fail(store, error);
}

static enum mien_status prepare(struct mien_clip_store *store, const char *sql, sqlite3_stmt **statement,
                                struct mien_error *error)
{
    *statement = NULL;
    return sqlite3_prepare_v2(store->database, sql, -1, statement, NULL) == SQLITE_OK ? MIEN_OK
                                                                                      : fail(store, error);
}

static void bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_TRANSIENT);
}

static void bind_key(sqlite3_stmt *statement, const struct mien_clip_key *key)
{
    bind_text(statement, 1, key->hash);
    bind_text(statement, 2, key->tracker);
    bind_text(statement, 3, key->options);
}

/* Runs a statement that returns nothing, and finalises it. */
static enum mien_status finish(struct mien_clip_store *store, sqlite3_stmt *statement,
                               struct mien_error *error)
{
    enum mien_status status = sqlite3_step(statement) == SQLITE_DONE ? MIEN_OK : fail(store, error);
    sqlite3_finalize(statement);
    return status;
}

static enum mien_status begin(struct mien_clip_store *store, struct mien_error *error)
{
    return execute(store, "BEGIN IMMEDIATE", error);
}

/* Commits where all went well, else takes back; returns how it ended. */
static enum mien_status end(struct mien_clip_store *store, enum mien_status status, struct mien_error *error)
{
    if (status == MIEN_OK)
        status = execute(store, "COMMIT", error);
    if (status != MIEN_OK && !sqlite3_get_autocommit(store->database))
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* ---- Opening ---- */

static enum mien_status number_of(struct mien_clip_store *store, const char *sql, long long *number,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status = prepare(store, sql, &statement, error);
    if (status == MIEN_OK && sqlite3_step(statement) == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    else if (status == MIEN_OK)
        status = fail(store, error);
    sqlite3_finalize(statement);
    return status;
}

/* Two programs may make the same file at once: the second finds it made when its turn comes. */
static enum mien_status make_schema(struct mien_clip_store *store, struct mien_error *error)
{
    char marks[96];
    long long tables = 0;
    enum mien_status status = begin(store, error);
    if (status != MIEN_OK)
        return status;
    status = number_of(store, "SELECT count(*) FROM sqlite_schema", &tables, error);
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION,
             FORMAT);
    if (status == MIEN_OK && tables == 0)
        status = execute(store, schema, error);
    if (status == MIEN_OK && tables == 0)
        status = execute(store, marks, error);
    return end(store, status, error);
}

/* Whether it is a file of ours, or empty; nothing is changed in one that is not. */
static enum mien_status check_kind(struct mien_clip_store *store, bool *empty, struct mien_error *error)
{
    long long tables = 0, application = 0;
    enum mien_status status = number_of(store, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status == MIEN_OK)
        status = number_of(store, "PRAGMA application_id", &application, error);
    if (status == MIEN_OK && tables > 0 && application != APPLICATION)
        status = mien_fail(error, MIEN_ERR_FORMAT, "%s: a SQLite file, but not a file of clips; move it away",
                           store->path);
    *empty = tables == 0;
    return status;
}

static enum mien_status check_format(struct mien_clip_store *store, struct mien_error *error)
{
    long long format = 0;
    enum mien_status status = number_of(store, "PRAGMA user_version", &format, error);
    if (status != MIEN_OK || format == FORMAT)
        return status;
    return mien_fail(error, MIEN_ERR_FORMAT,
                     "%s: a file of clips of format %lld, this mien knows format %d; remove it, clips are "
                     "then cut anew",
                     store->path, format, FORMAT);
}

static enum mien_status connect_file(struct mien_clip_store *store, struct mien_error *error)
{
    bool empty = false;
    int opened = sqlite3_open_v2(store->path, &store->database, SQLITE_OPEN_READWRITE, NULL);
    if (!store->database)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    if (opened != SQLITE_OK)
        return fail(store, error);
    mien_sqlite_be_patient(store->database);
    enum mien_status status = check_kind(store, &empty, error);
    if (status == MIEN_OK)
        status = execute(store, settings, error);
    if (status == MIEN_OK && empty)
        status = make_schema(store, error);
    return status == MIEN_OK ? check_format(store, error) : status;
}

/* SQLite would make a file that others can read; made here first, it belongs to the user alone. */
static enum mien_status make_file(const char *path, struct mien_error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return errno == EEXIST ? MIEN_OK : mien_fail_errno(error, path);
    close(descriptor);
    return MIEN_OK;
}

enum mien_status mien_clip_store_open(const char *path, bool make, struct mien_clip_store **store,
                                      struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    struct mien_clip_store *made = mien_array_new(1, sizeof *made);
    if (!made || !(made->path = strdup(path)))
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    else if (make)
        status = make_file(path, error);
    else if (!mien_path_exists(path))
        status = mien_fail(error, MIEN_ERR_MISSING, "%s: no clips have been made", path);
    if (status == MIEN_OK)
        status = connect_file(made, error);
    if (status == MIEN_OK)
        *store = made;
    else
        mien_clip_store_close(made);
    return status;
}

void mien_clip_store_close(struct mien_clip_store *store)
{
    if (!store)
        return;
    sqlite3_close(store->database);
    free(store->path);
    free(store);
}

/* ---- Writing ---- */

/* The id of the cut, 0 where there is none. */
static enum mien_status find_cut(struct mien_clip_store *store, const struct mien_clip_key *key,
                                 sqlite3_int64 *id, struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status = prepare(
        store, "SELECT id FROM cuts WHERE hash = ?1 AND tracker = ?2 AND options = ?3", &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_key(statement, key);
    int step = sqlite3_step(statement);
    *id = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        status = fail(store, error);
    sqlite3_finalize(statement);
    return status;
}

static enum mien_status add_owner(struct mien_clip_store *store, const char *hash, const char *participant,
                                  struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status =
        prepare(store, "INSERT OR IGNORE INTO owners VALUES (?1, ?2)", &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_text(statement, 1, hash);
    bind_text(statement, 2, participant);
    return finish(store, statement, error);
}

static enum mien_status is_owner(struct mien_clip_store *store, const char *hash, const char *participant,
                                 bool *owner, struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status =
        prepare(store, "SELECT 1 FROM owners WHERE hash = ?1 AND participant = ?2", &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_text(statement, 1, hash);
    bind_text(statement, 2, participant);
    *owner = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return MIEN_OK;
}

enum mien_status mien_clip_store_find(struct mien_clip_store *store, const struct mien_clip_key *key,
                                      const char *participant, bool *found, struct mien_error *error)
{
    sqlite3_int64 id;
    bool owner = true;
    enum mien_status status = find_cut(store, key, &id, error);
    if (status == MIEN_OK && id)
        status = is_owner(store, key->hash, participant, &owner, error);
    if (status == MIEN_OK && !owner)
        status = add_owner(store, key->hash, participant, error);
    if (status == MIEN_OK)
        *found = id != 0;
    return status;
}

static enum mien_status put_cut(struct mien_clip_store *store, const struct mien_clip_key *key, double fps,
                                const struct mien_error *failure, struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status = prepare(
        store, "INSERT INTO cuts (hash, tracker, options, fps, code, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_key(statement, key);
    sqlite3_bind_double(statement, 4, fps);
    if (failure) {
        sqlite3_bind_int(statement, 5, (int)failure->code);
        bind_text(statement, 6, failure->text);
    }
    return finish(store, statement, error);
}

static enum mien_status put_clip(struct mien_clip_store *store, sqlite3_int64 id, size_t number, size_t size,
                                 const struct mien_clip *clip, struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status =
        prepare(store, "INSERT INTO clips VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &statement, error);
    if (status != MIEN_OK)
        return status;
    const double numbers[] = {clip->start, clip->stop, clip->coverage, clip->outside, clip->interocular};
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)number);
    for (int i = 0; i < 5; i++)
        sqlite3_bind_double(statement, 3 + i, numbers[i]);
    if (!clip->left_out)
        sqlite3_bind_blob64(statement, 8, clip->luma, size, SQLITE_STATIC);
    return finish(store, statement, error);
}

enum mien_status mien_clip_store_put(struct mien_clip_store *store, const struct mien_clip_key *key,
                                     const char *const *participants, size_t count,
                                     const struct mien_clip_cut *cut, const struct mien_error *failure,
                                     struct mien_error *error)
{
    sqlite3_int64 id = 0;
    enum mien_status status = begin(store, error);
    if (status != MIEN_OK)
        return status;
    status = find_cut(store, key, &id, error);
    bool there = id != 0;
    if (status == MIEN_OK && !there)
        status = put_cut(store, key, cut ? cut->fps : NAN, failure, error);
    if (status == MIEN_OK && !there)
        id = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; status == MIEN_OK && !there && !failure && i < cut->count; i++)
        status = put_clip(store, id, i, cut->size, &cut->clips[i], error);
    for (size_t i = 0; status == MIEN_OK && i < count; i++)
        status = add_owner(store, key->hash, participants[i], error);
    return end(store, status, error);
}

/* ---- Reading ---- */

static enum mien_status add_clip(struct mien_clip_store *store, sqlite3_stmt *statement,
                                 const struct mien_clip_facts *facts, struct mien_clip_set *set,
                                 struct mien_clip_yield *yield, struct mien_error *error)
{
    struct mien_clip_facts own = *facts;
    own.start = sqlite3_column_double(statement, 0);
    own.stop = sqlite3_column_double(statement, 1);
    own.coverage = sqlite3_column_double(statement, 2);
    own.outside = sqlite3_column_double(statement, 3);
    own.interocular = sqlite3_column_double(statement, 4);
    if (sqlite3_column_type(statement, 5) == SQLITE_NULL) {
        yield->left_out++;
        yield->best = fmax(yield->best, own.coverage);
        return MIEN_OK;
    }
    if ((size_t)sqlite3_column_bytes(statement, 5) != mien_clip_size(&set->shape))
        return mien_fail(error, MIEN_ERR_FORMAT,
                         "%s: the file of clips is damaged (a clip has the wrong size); remove it, clips are "
                         "then cut anew",
                         store->path);
    yield->kept++;
    return mien_clip_set_add(set, &own, sqlite3_column_blob(statement, 5), error);
}

static enum mien_status read_clips(struct mien_clip_store *store, sqlite3_int64 id,
                                   const struct mien_clip_facts *facts, struct mien_clip_set *set,
                                   struct mien_clip_yield *yield, struct mien_error *error)
{
    sqlite3_stmt *statement;
    int step = SQLITE_DONE;
    enum mien_status status = prepare(store,
                                      "SELECT start, stop, coverage, outside, interocular, luma FROM clips"
                                      " WHERE cut = ?1 ORDER BY number",
                                      &statement, error);
    if (status != MIEN_OK)
        return status;
    sqlite3_bind_int64(statement, 1, id);
    while (status == MIEN_OK && (step = sqlite3_step(statement)) == SQLITE_ROW)
        status = add_clip(store, statement, facts, set, yield, error);
    if (status == MIEN_OK && step != SQLITE_DONE)
        status = fail(store, error);
    sqlite3_finalize(statement);
    return status;
}

enum mien_status mien_clip_store_read(struct mien_clip_store *store, const struct mien_clip_key *key,
                                      const struct mien_clip_facts *facts, struct mien_clip_set *set,
                                      struct mien_clip_yield *yield, struct mien_error *error)
{
    sqlite3_stmt *statement;
    struct mien_clip_facts own = *facts;
    sqlite3_int64 id = 0;
    *yield = (struct mien_clip_yield){.best = NAN};
    enum mien_status status = prepare(store,
                                      "SELECT id, fps, code, reason FROM cuts"
                                      " WHERE hash = ?1 AND tracker = ?2 AND options = ?3",
                                      &statement, error);
    if (status != MIEN_OK)
        return status;
    bind_key(statement, key);
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
        id = sqlite3_column_int64(statement, 0);
        own.fps =
            sqlite3_column_type(statement, 1) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, 1);
        const char *reason = (const char *)sqlite3_column_text(statement, 3);
        if (sqlite3_column_type(statement, 2) != SQLITE_NULL)
            mien_fail(&yield->failure, (enum mien_status)sqlite3_column_int(statement, 2), "%s",
                      reason ? reason : "");
    } else if (step == SQLITE_DONE)
        status = mien_fail(error, MIEN_ERR_MISSING, "%s: no clips of this recording", store->path);
    else
        status = fail(store, error);
    sqlite3_finalize(statement);
    if (status == MIEN_OK && yield->failure.code == MIEN_OK)
        status = read_clips(store, id, &own, set, yield, error);
    return status;
}

/* ---- Forgetting ---- */

static enum mien_status delete_rows(struct mien_clip_store *store, const char *participant, size_t *removed,
                                    struct mien_error *error)
{
    sqlite3_stmt *statement;
    enum mien_status status = begin(store, error);
    if (status != MIEN_OK)
        return status;
    status = prepare(store, "DELETE FROM owners WHERE participant = ?1", &statement, error);
    if (status == MIEN_OK) {
        bind_text(statement, 1, participant);
        status = finish(store, statement, error);
    }
    /* Clips go with their cut. */
    if (status == MIEN_OK)
        status = execute(store, "DELETE FROM cuts WHERE hash NOT IN (SELECT hash FROM owners)", error);
    size_t count = (size_t)sqlite3_changes(store->database);
    status = end(store, status, error);
    if (status == MIEN_OK)
        *removed = count;
    return status;
}

enum mien_status mien_clip_store_forget(const char *path, const char *participant, size_t *removed,
                                        struct mien_error *error)
{
    struct mien_clip_store *store = NULL;
    long long left = 1;
    size_t count = 0;
    if (!mien_path_exists(path)) {
        *removed = 0;
        return MIEN_OK;
    }
    enum mien_status status = mien_clip_store_open(path, false, &store, error);
    if (status == MIEN_OK)
        status = delete_rows(store, participant, &count, error);
    /* Only now: pages that are cut off by the transaction that frees them would not be overwritten first. */
    if (status == MIEN_OK)
        status = execute(store, "PRAGMA incremental_vacuum", error);
    if (status == MIEN_OK)
        status = number_of(store, "SELECT count(*) FROM cuts", &left, error);
    mien_clip_store_close(store);
    if (status == MIEN_OK && left == 0 && unlink(path) != 0)
        status = mien_fail_errno(error, path);
    if (status == MIEN_OK)
        *removed = count;
    return status;
}
