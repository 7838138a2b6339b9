/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What files of SQLite have in common: their failures in the user's words, and patience with other programs.
 */
#ifndef MIEN_TABLE_STORE_SQLITE_H
#define MIEN_TABLE_STORE_SQLITE_H

#include "base/error.h"

#include <sqlite3.h>

/* How one kind of file is spoken of; each stands after "PATH: ". */
struct mien_sqlite_words {
    const char *foreign;    /* It is not a file of SQLite: what it is not, and what to do. */
    const char *damaged;    /* What is damaged; SQLite's own message follows in brackets, */
    const char *remedy;     /* and then this. */
    const char *busy;       /* Another program writes into it. */
    const char *unwritable; /* Its folder or disk cannot be written. */
};

/* Turns the last failure of a database into a status and a message that names the path. */
enum mien_status mien_sqlite_fail(sqlite3 *database, const char *path, const struct mien_sqlite_words *words,
                                  struct mien_error *error);

/* Waits for other programs for ten seconds, or until the user interrupts. */
void mien_sqlite_be_patient(sqlite3 *database);

#endif
