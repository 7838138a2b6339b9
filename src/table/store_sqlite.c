/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/store_sqlite.h"

#include "base/interrupt.h"

#include <unistd.h>

enum {
    PATIENCE = 100, /* Times that a busy file is asked again, */
    PAUSE = 100     /* and milliseconds in between. */
};

enum mien_status mien_sqlite_fail(sqlite3 *database, const char *path, const struct mien_sqlite_words *words,
                                  struct mien_error *error)
{
    switch (sqlite3_errcode(database)) {
    case SQLITE_NOTADB:
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: %s", path, words->foreign);
    case SQLITE_CORRUPT:
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: %s (%s); %s", path, words->damaged,
                         sqlite3_errmsg(database), words->remedy);
    case SQLITE_FULL:
        return mien_fail(error, MIEN_ERR_IO,
                         "%s: the disk is full; what was finished is kept: free some space, then go on",
                         path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        return mien_fail(error, MIEN_ERR_ACCESS, "%s: %s; try again when it is done", path, words->busy);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return mien_fail(error, MIEN_ERR_ACCESS, "%s: %s", path, words->unwritable);
    case SQLITE_NOMEM:
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    case SQLITE_INTERRUPT:
        return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    default:
        return mien_fail(error, MIEN_ERR_IO, "%s: %s", path, sqlite3_errmsg(database));
    }
}

static int ask_again(void *context, int tries)
{
    (void)context;
    if (tries >= PATIENCE || mien_interrupted())
        return 0;
    usleep(PAUSE * 1000);
    return 1;
}

void mien_sqlite_be_patient(sqlite3 *database)
{
    sqlite3_busy_handler(database, ask_again, NULL);
}
