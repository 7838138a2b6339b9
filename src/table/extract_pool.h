/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The workers of an extraction: threads that hash and track files. They never touch the store.
 */
#ifndef MIEN_TABLE_EXTRACT_POOL_H
#define MIEN_TABLE_EXTRACT_POOL_H

#include "table/extract.h"
#include "table/store_internal.h"
#include "video/hash.h"

#include <stdatomic.h>

/* One file, however many recordings name it. */
struct mien_job {
    const char *path;
    struct mien_file_state state; /* When the extraction began. */
    char hash[MIEN_HASH_SIZE];    /* "" until known, and where the file cannot be read. */
    bool done;                    /* Set by the calling thread when the store holds the result. */
    struct mien_error failure;    /* code MIEN_OK: none. */
    struct mien_track *track;     /* NULL where tracking failed or was not needed. */
    atomic_size_t frames;         /* Tracked so far, */
    atomic_uint thousandths;      /* and how much of the file that is. */
};

struct mien_pool;

/* known: the hashes whose result the store already holds, in ascending order; borrowed, as are the jobs. */
enum mien_status mien_pool_start(struct mien_job *const *jobs, size_t count, int workers,
                                 const struct mien_tracker *tracker, const char (*known)[MIEN_HASH_SIZE],
                                 size_t known_count, struct mien_pool **pool, struct mien_error *error);
/* A finished job, or NULL when none finished within the time. */
struct mien_job *mien_pool_take(struct mien_pool *pool, int milliseconds);
/* Ends the workers, in the middle of a file if need be; what they finished can still be taken. */
void mien_pool_stop(struct mien_pool *pool);
/* Stops, if that was not done, and frees. NULL allowed. */
void mien_pool_free(struct mien_pool *pool);

#endif
