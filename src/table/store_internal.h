/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the store and of the extraction share: the only code that sees SQLite.
 */
#ifndef MIEN_TABLE_STORE_INTERNAL_H
#define MIEN_TABLE_STORE_INTERNAL_H

#include "measure/measure.h"
#include "table/store.h"

#include <sqlite3.h>

struct mien_store {
    sqlite3 *database;
    sqlite3 *reader; /* For queries: cannot write at all. Opened when first needed. */
    char *path;
    char *address; /* The URI under which SQLite opens the file. */
    bool read_only;
    int lock; /* Descriptor of the lock file while this process extracts, else -1. */
};

/* Turns SQLite's last failure on this connection into one line with the store's name and a remedy. */
enum mien_status mien_store_fail(const struct mien_store *store, sqlite3 *database, struct mien_error *error);
enum mien_status mien_store_execute(struct mien_store *store, const char *sql, struct mien_error *error);
/* As sqlite3_mprintf, then execute. */
enum mien_status mien_store_executef(struct mien_store *store, struct mien_error *error, const char *format,
                                     ...);
enum mien_status mien_store_prepare(struct mien_store *store, const char *sql, sqlite3_stmt **statement,
                                    struct mien_error *error);
/* Runs a prepared statement that returns nothing, and finalises it. */
enum mien_status mien_store_finish(struct mien_store *store, sqlite3_stmt *statement,
                                   struct mien_error *error);
/* Binds text; "" and NULL alike become NULL in bind_text_or_null. */
void mien_bind_text(sqlite3_stmt *statement, int parameter, const char *text);
void mien_bind_text_or_null(sqlite3_stmt *statement, int parameter, const char *text);

/* A write transaction; rollback never fails. */
enum mien_status mien_store_begin(struct mien_store *store, struct mien_error *error);
enum mien_status mien_store_commit(struct mien_store *store, struct mien_error *error);
void mien_store_rollback(struct mien_store *store);

/* Moves the log into the file, so that the one file is the whole store and can be copied. Where somebody
 * reads just now that comes later: it waits for nobody. */
void mien_store_settle(struct mien_store *store);

/* Only one process extracts into a store, or removes from it, at a time. The system releases the lock of a
 * process that was killed. */
enum mien_status mien_store_lock(struct mien_store *store, struct mien_error *error);
void mien_store_unlock(struct mien_store *store);

/* One value of the about table into out; "" where there is none. */
enum mien_status mien_store_about(struct mien_store *store, const char *key, char *out, size_t size,
                                  struct mien_error *error);
enum mien_status mien_store_set_about(struct mien_store *store, const char *key, const char *value,
                                      struct mien_error *error);

/* ---- Layout (store_layout.c) ---- */

extern const char mien_store_schema[];
/* Names the measures, their definitions and the version of mien in 16 hexadecimal digits. */
void mien_store_layout_name(char out[17]);
/* Makes the tables frames and measured, and empties them, unless they are those of this program's measures.
 */
enum mien_status mien_store_layout(struct mien_store *store, struct mien_error *error);
enum mien_status mien_store_make_view(struct mien_store *store, const char *const *further, size_t count,
                                      struct mien_error *error);

/* ---- Tracks (store_track.c) ---- */

/* *id is 0 where there is no such row. failed tells that the row holds a failure. */
enum mien_status mien_store_find_track(struct mien_store *store, const char *hash, const char *tracker,
                                       sqlite3_int64 *id, bool *failed, struct mien_error *error);
enum mien_status mien_store_load_track(struct mien_store *store, sqlite3_int64 id, const char *source,
                                       struct mien_track **track, struct mien_error *error);
enum mien_status mien_store_save_track(struct mien_store *store, const char *hash, const char *tracker,
                                       const struct mien_track *track, struct mien_error *error);
/* Notes that this content cannot be tracked. */
enum mien_status mien_store_save_failure(struct mien_store *store, const char *hash, const char *tracker,
                                         const struct mien_error *failure, struct mien_error *error);
/* The failure kept in row id. */
enum mien_status mien_store_load_failure(struct mien_store *store, sqlite3_int64 id,
                                         struct mien_error *failure, struct mien_error *error);

/* ---- Recordings (store_recording.c) ---- */

/* What stat says about a file, by which a file that was hashed before is known again without reading it. */
struct mien_file_state {
    bool exists;
    long long size, modified, changed; /* Bytes; nanoseconds. */
};

struct mien_stored {
    sqlite3_int64 id; /* 0 where the store does not hold the recording. */
    sqlite3_int64 track;
    bool measured, failed;
    char file[4096], path[4096];
    char hash[65];
    char made_from[1024];
    struct mien_file_state state;
};
enum mien_status mien_store_find_recording(struct mien_store *store, const struct mien_recording *recording,
                                           struct mien_stored *stored, struct mien_error *error);

/* What one extraction found out about one recording. */
struct mien_outcome {
    const struct mien_file_state *state;
    const char *hash;                 /* "" where the file could not be read. */
    const char *made_from;            /* "" where the next extraction shall try again. */
    sqlite3_int64 track;              /* 0 for none. */
    const struct mien_error *failure; /* NULL: the measures below. */
    const char *remedy;
    const struct mien_track *points;
    const struct mien_measures *measures;
};
/* Writes the recording's row in place of an older one, with its frames and summary. Inside a transaction. */
enum mien_status mien_store_put_recording(struct mien_store *store, const struct mien_recording *recording,
                                          const struct mien_outcome *outcome, struct mien_error *error);
/* The same results under another name of the file. */
enum mien_status mien_store_touch_recording(struct mien_store *store, const struct mien_recording *recording,
                                            const struct mien_stored *stored,
                                            const struct mien_file_state *state, struct mien_error *error);
/* The hash of the file, where the store knows it in just this state; else "". */
enum mien_status mien_store_known_hash(struct mien_store *store, const char *path,
                                       const struct mien_file_state *state, char hash[65],
                                       struct mien_error *error);
/* Removes tracks that belong to no recording. */
enum mien_status mien_store_drop_orphans(struct mien_store *store, struct mien_error *error);

#endif
