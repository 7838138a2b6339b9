/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What has to be done: which files must be read at all.
 */
#include "base/memory.h"
#include "table/extract_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct mien_file_state state_of(const char *path)
{
    struct stat now;
    if (stat(path, &now) != 0)
        return (struct mien_file_state){0};
    return (struct mien_file_state){true, now.st_size,
                                    now.st_mtim.tv_sec * 1000000000LL + now.st_mtim.tv_nsec,
                                    now.st_ctim.tv_sec * 1000000000LL + now.st_ctim.tv_nsec};
}

/* ---- Jobs: one per path ---- */

static int compare_errands(const void *a, const void *b)
{
    const struct mien_errand *const *first = a, *const *second = b;
    int order = strcmp((*first)->recording->path, (*second)->recording->path);
    /* In the manifest's order where paths are equal. */
    return order ? order : (*first > *second) - (*first < *second);
}

/* Gives every errand its job. Errands of one path are neighbours once sorted. */
static enum mien_status make_jobs(struct mien_extraction *run, struct mien_error *error)
{
    struct mien_errand **sorted = mien_array_new(run->count, sizeof *sorted);
    if (!sorted)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < run->count; i++)
        sorted[i] = &run->errands[i];
    qsort(sorted, run->count, sizeof *sorted, compare_errands);
    for (size_t i = 0; i < run->count; i++) {
        const char *path = sorted[i]->recording->path;
        if (i == 0 || strcmp(path, sorted[i - 1]->recording->path) != 0) {
            run->jobs[run->job_count].path = path;
            run->jobs[run->job_count].state = state_of(path);
            run->job_count++;
        }
        sorted[i]->job = &run->jobs[run->job_count - 1];
    }
    free(sorted);
    for (size_t i = 0; i < run->count; i++) {
        const struct mien_recording *recording = run->errands[i].recording;
        if (recording->neutral == MIEN_NEUTRAL_RECORDING && recording->neutral_recording != i)
            run->errands[i].neutral = run->errands[recording->neutral_recording].job;
    }
    return MIEN_OK;
}

/* ---- What the store knows ---- */

/* A file that is gone does not take its results away: the recording is known by the hash it had. */
static enum mien_status recall_hash(struct mien_extraction *run, const struct mien_errand *errand,
                                    struct mien_error *error)
{
    struct mien_stored stored;
    struct mien_job *job = errand->job;
    if (job->hash[0])
        return MIEN_OK;
    if (job->state.exists)
        return mien_store_known_hash(run->store, job->path, &job->state, job->hash, error);
    enum mien_status status = mien_store_find_recording(run->store, errand->recording, &stored, error);
    if (status == MIEN_OK && stored.track && strcmp(stored.file, errand->recording->file) == 0)
        strcpy(job->hash, stored.hash);
    return status;
}

static int compare_hashes(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The contents that need not be tracked again. */
static enum mien_status list_known(struct mien_extraction *run, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    size_t capacity = 0;
    int step = SQLITE_DONE;
    enum mien_status status = mien_store_prepare(
        run->store, "SELECT hash FROM tracks WHERE tracker = ?1 AND (code IS NULL OR NOT ?2)", &statement,
        error);
    if (status != MIEN_OK)
        return status;
    mien_bind_text(statement, 1, run->tracker->name);
    sqlite3_bind_int(statement, 2, run->options->retry);
    while (status == MIEN_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        if (mien_array_grow(&run->known, &capacity, run->known_count + 1, sizeof *run->known) != 0)
            status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        else
            strncpy(run->known[run->known_count++], (const char *)sqlite3_column_text(statement, 0),
                    MIEN_HASH_SIZE - 1);
    }
    if (status == MIEN_OK && step != SQLITE_DONE)
        status = mien_store_fail(run->store, run->store->database, error);
    sqlite3_finalize(statement);
    for (size_t i = 0; i < run->known_count; i++)
        run->known[i][MIEN_HASH_SIZE - 1] = '\0';
    if (run->known_count)
        qsort(run->known, run->known_count, sizeof *run->known, compare_hashes);
    return status;
}

/* In the manifest's order, so that what is wanted first comes first. */
static void make_queue(struct mien_extraction *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct mien_job *job = run->errands[i].job;
        if (job->done)
            continue;
        if (job->hash[0] && run->known_count &&
            bsearch(job->hash, run->known, run->known_count, sizeof *run->known, compare_hashes))
            job->done = true;
        /* What is not there needs no worker, and no landmark model, to say so. */
        if (!job->done && !job->state.exists &&
            mien_hash_file(job->path, job->hash, &job->failure) != MIEN_OK)
            job->done = true;
        bool queued = false;
        for (size_t q = 0; q < run->queue_count && !queued; q++)
            queued = run->queue[q] == job;
        if (!job->done && !queued)
            run->queue[run->queue_count++] = job;
    }
}

enum mien_status mien_extraction_plan(struct mien_extraction *run, struct mien_error *error)
{
    run->errands = mien_array_new(run->count, sizeof *run->errands);
    run->jobs = mien_array_new(run->count, sizeof *run->jobs);
    run->queue = mien_array_new(run->count, sizeof *run->queue);
    if (!run->errands || !run->jobs || !run->queue)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < run->count; i++)
        run->errands[i].recording = &run->recordings[i];
    enum mien_status status = make_jobs(run, error);
    for (size_t i = 0; i < run->count && status == MIEN_OK; i++)
        status = recall_hash(run, &run->errands[i], error);
    if (status == MIEN_OK)
        status = list_known(run, error);
    if (status == MIEN_OK)
        make_queue(run);
    return status;
}
