/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/extract.h"

#include "base/interrupt.h"
#include "table/extract_internal.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATIENCE = 50 /* Milliseconds between looks at the interrupt flag. */
};

static int processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) < 1)
        return 1;
    return CPU_COUNT(&set);
}

/* Files differ much in length, so the share of the work is counted in bytes. The total of frames follows from
 * the frames so far and that share: the bar can then tell frames per second and the time left. */
static void report(const struct mien_extraction *run, size_t finished, const struct mien_progress *progress)
{
    double all = 0, done = 0, frames = 0;
    char note[64], failed[32] = "";
    for (size_t i = 0; i < run->queue_count; i++) {
        struct mien_job *job = run->queue[i];
        double weight = (double)job->state.size + 1;
        double part = atomic_load_explicit(&job->thousandths, memory_order_relaxed) / 1000.0;
        all += weight;
        done += weight * (job->done ? 1 : part);
        frames += (double)atomic_load_explicit(&job->frames, memory_order_relaxed);
    }
    if (run->counts.failed > 0)
        snprintf(failed, sizeof failed, ", %zu failed", run->counts.failed);
    snprintf(note, sizeof note, "%zu of %zu files%s", finished, run->queue_count, failed);
    double share = all > 0 ? done / all : 1;
    mien_progress_report(progress, frames, frames > 0 && share > 0 ? frames / share : 0, "frames", note);
}

/* Stopped by the user: what the workers finished in the meantime is kept. */
static void save_late(struct mien_extraction *run, struct mien_pool *pool)
{
    struct mien_job *job;
    mien_pool_stop(pool);
    while ((job = mien_pool_take(pool, 0)))
        mien_extraction_save(run, job, NULL);
}

static enum mien_status run_queue(struct mien_extraction *run, const struct mien_progress *progress,
                                  struct mien_error *error)
{
    struct mien_pool *pool = NULL;
    enum mien_status status = MIEN_OK;
    int workers = run->options->workers > 0 ? run->options->workers : processors();
    if (run->queue_count == 0)
        return MIEN_OK;
    if (run->tracker->prepare && (status = run->tracker->prepare(run->tracker->context, error)) != MIEN_OK)
        return status;
    status = mien_pool_start(run->queue, run->queue_count, workers, run->tracker, run->known,
                             run->known_count, &pool, error);
    for (size_t finished = 0; status == MIEN_OK && finished < run->queue_count;) {
        report(run, finished, progress);
        struct mien_job *job = mien_pool_take(pool, PATIENCE);
        if (job) {
            status = mien_extraction_write(run, job, error);
            finished++;
        }
        if (status == MIEN_OK && mien_interrupted())
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    }
    if (status == MIEN_ERR_CANCELLED)
        save_late(run, pool);
    mien_pool_free(pool);
    return status;
}

static enum mien_status prepare_store(struct mien_extraction *run, struct mien_error *error)
{
    mien_store_layout_name(run->layout);
    enum mien_status status = mien_store_begin(run->store, error);
    if (status != MIEN_OK)
        return status;
    status = mien_store_layout(run->store, error);
    if (status == MIEN_OK)
        status = mien_store_commit(run->store, error);
    if (status != MIEN_OK)
        mien_store_rollback(run->store);
    return status;
}

static void release(struct mien_extraction *run)
{
    for (size_t i = 0; i < run->job_count; i++)
        mien_track_free(run->jobs[i].track);
    free(run->errands);
    free(run->jobs);
    free(run->queue);
    free(run->known);
}

enum mien_status mien_extract(struct mien_store *store, const struct mien_recording *recordings, size_t count,
                              const struct mien_tracker *tracker, const struct mien_extract_options *options,
                              const struct mien_progress *progress, struct mien_extract_counts *counts,
                              struct mien_error *error)
{
    struct mien_extraction run = {
        .store = store, .tracker = tracker, .options = options, .recordings = recordings, .count = count};
    enum mien_status status = mien_store_lock(store, error);
    if (status != MIEN_OK)
        return status;
    status = prepare_store(&run, error);
    if (status == MIEN_OK)
        status = mien_extraction_plan(&run, error);
    if (status == MIEN_OK)
        status = mien_extraction_settle(&run, error);
    if (status == MIEN_OK)
        status = run_queue(&run, progress, error);
    if (status == MIEN_OK)
        status = mien_store_drop_orphans(store, error);
    release(&run);
    mien_store_settle(store);
    mien_store_unlock(store);
    if (status == MIEN_OK)
        *counts = run.counts;
    return status;
}
