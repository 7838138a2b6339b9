/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store of a cohort: one SQLite file that holds numbers, never pictures, and that any SQLite client can
 * read.
 *
 *   about       key, value: format, version of mien, layout of the measures
 *   recordings  one row per recording that was tried: who, which task, which file, what failed
 *   tracks      one row per file content and tracker: landmarks and pose of every frame, as arrays of
 * little-endian 64-bit floats (time confidence yaw pitch roll: one per frame; x y: 68 per frame) and of bytes
 *               (found, second_face: one per frame); or why the content could not be tracked
 *   frames      one row per frame of a measured recording: the measures; missing is NULL
 *   measured    one row per measured recording: coverage and <measure>_<statistic>
 *   movements   one row per recording whose skin's movement was found: the displacement of every cell of the
 * face at its peak, as arrays of 64-bit floats x and y
 *   summary     a view for people: recordings of the manifest with their further columns and what was
 * measured
 *
 * It is in write-ahead mode with full synchronisation, so what was once committed survives a kill and a power
 * failure, and others may read while an extraction writes. The file is readable by the user alone.
 *
 * Threads: a store belongs to one thread at a time.
 */
#ifndef MIEN_TABLE_STORE_H
#define MIEN_TABLE_STORE_H

#include "base/error.h"
#include "face/track.h"
#include "table/csv.h"

#include <stdbool.h>
#include <stddef.h>

enum { MIEN_STORE_FORMAT = 3 };

struct mien_store;

/* Opens the store, or makes a new one. Where the file or its folder cannot be written an existing store is
 * opened for reading. Fails on a folder, on a file that is no SQLite file, no mien store, or a store of a
 * newer format. */
enum mien_status mien_store_open(const char *path, struct mien_store **store, struct mien_error *error);
void mien_store_close(struct mien_store *store); /* NULL allowed. */
const char *mien_store_path(const struct mien_store *store);
bool mien_store_read_only(const struct mien_store *store);

/* One recording as the manifest names it. All texts are borrowed; "" where the manifest says nothing. */
struct mien_recording {
    size_t row; /* Of the manifest, 1 for the first below the header. */
    const char *participant, *group, *task, *visit, *take;
    const char *file;         /* As the manifest has it. */
    const char *path;         /* Where that is. */
    const char *further;      /* Further columns as one JSON object. */
    const char *neutral_text; /* "0:0.5", the task of another recording, or "". */
    enum mien_neutral_kind {
        MIEN_NEUTRAL_NONE,
        MIEN_NEUTRAL_WINDOW,    /* Of this recording, t0 to t1 seconds. */
        MIEN_NEUTRAL_RECORDING, /* All of another recording, which may be this one itself. */
        MIEN_NEUTRAL_ABSENT     /* The participant has no recording of that name. */
    } neutral;
    double t0, t1;
    size_t neutral_recording; /* Index into the same array. */
};

/* Tells the store what the manifest says now of the recordings it already holds (row, group, further columns,
 * whose names are given) and makes the summary view anew. Does nothing on a store opened for reading. */
enum mien_status mien_store_list(struct mien_store *store, const struct mien_recording *recordings,
                                 size_t count, const char *const *further, size_t further_count,
                                 struct mien_error *error);

/* Runs one reading query with text parameters; *table is the caller's, free it with mien_table_free. A column
 * is text if any of its values is; a blob becomes "(n bytes)". Anything that would write, attach or run a
 * second statement is refused (MIEN_ERR_ACCESS); SQLite's own complaint is one line (MIEN_ERR_DATA). Polls
 * the interrupt flag. */
enum mien_status mien_store_query(struct mien_store *store, const char *query, const char *const *parameters,
                                  size_t parameter_count, struct mien_table **table,
                                  struct mien_error *error);

/* The landmarks of one recording (the id of its row in recordings); MIEN_ERR_MISSING where the store has
 * none. */
enum mien_status mien_store_track(struct mien_store *store, long long recording, struct mien_track **track,
                                  struct mien_error *error);

/* The peak of movement of a recording's skin: a displacement for each cell of a face, x and y, NaN where it
 * is missing. Other numbers are NaN where they are not known. */
struct mien_stored_movement {
    char *made_from; /* Everything that the numbers depend on, in the caller's own words. */
    size_t cells;
    double *x, *y;
    double rest_frames, peak_frames, peak_time, lost;
};
/* Keeps it for one recording (the id of its row in recordings), in place of an older one; it goes when the
 * recording goes. */
enum mien_status mien_store_put_movement(struct mien_store *store, long long recording,
                                         const struct mien_stored_movement *movement,
                                         struct mien_error *error);
/* MIEN_ERR_MISSING where the store has none. Free with mien_stored_movement_clear, on success. */
enum mien_status mien_store_movement(struct mien_store *store, long long recording,
                                     struct mien_stored_movement *movement, struct mien_error *error);
void mien_stored_movement_clear(struct mien_stored_movement *movement);

/* Removes every row about the participant, overwrites what they occupied and rewrites the file, so that no
 * byte of them is left in it. *removed is the number of recordings. */
enum mien_status mien_store_forget(struct mien_store *store, const char *participant, size_t *removed,
                                   struct mien_error *error);

#endif
