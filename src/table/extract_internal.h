/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One extraction while it runs, shared by its planning (extract_plan.c), its writing (extract_write.c) and
 * its loop (extract.c).
 */
#ifndef MIEN_TABLE_EXTRACT_INTERNAL_H
#define MIEN_TABLE_EXTRACT_INTERNAL_H

#include "table/extract_pool.h"

/* One recording on its way: it can be measured when the files it needs are done. */
struct mien_errand {
    const struct mien_recording *recording;
    struct mien_job *job;     /* Its own file, */
    struct mien_job *neutral; /* and its neutral recording's, where that is another one; else NULL. */
    bool settled;
};

struct mien_extraction {
    struct mien_store *store;
    const struct mien_tracker *tracker;
    const struct mien_extract_options *options;
    const struct mien_recording *recordings;
    size_t count;
    struct mien_errand *errands; /* One per recording. */
    struct mien_job *jobs;       /* One per file. */
    size_t job_count;
    struct mien_job **queue; /* Files that the workers must read. */
    size_t queue_count;
    char (*known)[MIEN_HASH_SIZE]; /* Contents whose result is in the store, ascending. */
    size_t known_count;
    char layout[17];
    struct mien_extract_counts counts;
};

/* Fills errands, jobs, queue and known. */
enum mien_status mien_extraction_plan(struct mien_extraction *run, struct mien_error *error);
/* Puts what a worker found into the store, with every recording that was waiting for it alone: one
 * transaction. */
enum mien_status mien_extraction_write(struct mien_extraction *run, struct mien_job *job,
                                       struct mien_error *error);
/* As above for a worker's result that came too late to be measured: keeps the track, which is what takes
 * time. */
enum mien_status mien_extraction_save(struct mien_extraction *run, struct mien_job *job,
                                      struct mien_error *error);
/* Settles the recordings whose files are all done. */
enum mien_status mien_extraction_settle(struct mien_extraction *run, struct mien_error *error);

#endif
