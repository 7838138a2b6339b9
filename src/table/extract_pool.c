/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/extract_pool.h"

#include "base/interrupt.h"
#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct mien_pool {
    pthread_mutex_t mutex;
    pthread_cond_t finished, room; /* A job was finished; a finished job was taken. */
    struct mien_job *const *jobs;
    size_t count, next;      /* Jobs, and the first that nobody has begun. */
    struct mien_job **ready; /* Finished and not taken yet, a ring of `workers` places. */
    size_t ready_first, ready_count;
    bool stopping;
    const struct mien_tracker *tracker;
    const char (*known)[MIEN_HASH_SIZE];
    size_t known_count;
    pthread_t *threads;
    size_t workers, running; /* Places for threads, and threads begun. */
    size_t busy;             /* Workers in the middle of a file. */
};

/* ---- One file ---- */

static void note_progress(void *context, double done, double total, const char *unit, const char *note)
{
    struct mien_job *job = context;
    (void)unit, (void)note;
    double part = total > 0 ? done / total : 0;
    atomic_store_explicit(&job->frames, (size_t)(done > 0 ? done : 0), memory_order_relaxed);
    atomic_store_explicit(&job->thousandths, (unsigned)(1000 * (part < 1 ? part : 1)), memory_order_relaxed);
}

static int compare_hashes(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool is_known(const struct mien_pool *pool, const char *hash)
{
    return pool->known_count > 0 &&
           bsearch(hash, pool->known, pool->known_count, sizeof *pool->known, compare_hashes) != NULL;
}

/* A file that somebody is still copying must not be kept under the hash of its first half. */
static void check_unchanged(struct mien_job *job)
{
    struct stat now;
    if (stat(job->path, &now) == 0 && now.st_size == job->state.size &&
        now.st_mtim.tv_sec * 1000000000LL + now.st_mtim.tv_nsec == job->state.modified)
        return;
    mien_track_free(job->track);
    job->track = NULL;
    job->hash[0] = '\0';
    mien_fail(&job->failure, MIEN_ERR_IO, "%s: the file changed while it was read", job->path);
}

static void do_job(const struct mien_pool *pool, struct mien_job *job)
{
    struct mien_progress progress = {note_progress, job};
    if (!job->hash[0] && mien_hash_file(job->path, job->hash, &job->failure) != MIEN_OK) {
        job->hash[0] = '\0';
        return;
    }
    if (is_known(pool, job->hash))
        return;
    if (pool->tracker->track(pool->tracker->context, job->path, &progress, &job->track, &job->failure) !=
        MIEN_OK)
        job->track = NULL;
    else
        atomic_store(&job->frames, job->track->count);
    if (job->failure.code != MIEN_ERR_CANCELLED)
        check_unchanged(job);
}

/* ---- Threads ---- */

/* The next job, when there is room for its result; NULL ends the worker. */
static struct mien_job *begin_job(struct mien_pool *pool)
{
    struct mien_job *job = NULL;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->stopping && pool->ready_count >= pool->workers)
        pthread_cond_wait(&pool->room, &pool->mutex);
    if (!pool->stopping && !mien_interrupted() && pool->next < pool->count)
        job = pool->jobs[pool->next++];
    pool->busy += job != NULL;
    pthread_mutex_unlock(&pool->mutex);
    return job;
}

/* Hands the job over, unless it was stopped half-way. */
static void finish_job(struct mien_pool *pool, struct mien_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    pool->busy--;
    while (!pool->stopping && pool->ready_count >= pool->workers)
        pthread_cond_wait(&pool->room, &pool->mutex);
    if (!pool->stopping && job->failure.code != MIEN_ERR_CANCELLED) {
        pool->ready[(pool->ready_first + pool->ready_count++) % pool->workers] = job;
        pthread_cond_signal(&pool->finished);
    }
    pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *context)
{
    struct mien_pool *pool = context;
    struct mien_job *job;
    while ((job = begin_job(pool))) {
        do_job(pool, job);
        finish_job(pool, job);
    }
    return NULL;
}

/* Signals stay with the calling thread, whose handlers expect them there. */
static enum mien_status start_threads(struct mien_pool *pool, struct mien_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->running < pool->workers &&
           pthread_create(&pool->threads[pool->running], NULL, work, pool) == 0)
        pool->running++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pool->running == 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "the system allows no more threads");
    return MIEN_OK;
}

enum mien_status mien_pool_start(struct mien_job *const *jobs, size_t count, int workers,
                                 const struct mien_tracker *tracker, const char (*known)[MIEN_HASH_SIZE],
                                 size_t known_count, struct mien_pool **pool, struct mien_error *error)
{
    struct mien_pool *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->finished, &monotonic);
    pthread_cond_init(&made->room, NULL);
    pthread_condattr_destroy(&monotonic);
    made->jobs = jobs;
    made->count = count;
    made->tracker = tracker;
    made->known = known;
    made->known_count = known_count;
    made->workers = (size_t)workers < count ? (size_t)workers : count;
    made->ready = mien_array_new(made->workers, sizeof *made->ready);
    made->threads = mien_array_new(made->workers, sizeof *made->threads);
    enum mien_status status = made->ready && made->threads
                                  ? start_threads(made, error)
                                  : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    if (status == MIEN_OK)
        *pool = made;
    else
        mien_pool_free(made);
    return status;
}

struct mien_job *mien_pool_take(struct mien_pool *pool, int milliseconds)
{
    struct timespec until;
    struct mien_job *job = NULL;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&pool->mutex);
    while (pool->ready_count == 0 && pthread_cond_timedwait(&pool->finished, &pool->mutex, &until) == 0)
        ;
    if (pool->ready_count > 0) {
        job = pool->ready[pool->ready_first];
        pool->ready_first = (pool->ready_first + 1) % pool->workers;
        pool->ready_count--;
        pthread_cond_broadcast(&pool->room);
    }
    pthread_mutex_unlock(&pool->mutex);
    return job;
}

void mien_pool_stop(struct mien_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    /* Workers look at the interrupt flag on every frame; when the extraction stops for another reason, such
     * as a full disk, the same flag spares the user the rest of a long recording. */
    bool unfinished = pool->busy > 0 && !mien_interrupted();
    pool->stopping = true;
    pthread_cond_broadcast(&pool->room);
    pthread_mutex_unlock(&pool->mutex);
    if (unfinished)
        mien_interrupt_request();
    while (pool->running > 0)
        pthread_join(pool->threads[--pool->running], NULL);
    if (unfinished)
        mien_interrupt_clear();
}

void mien_pool_free(struct mien_pool *pool)
{
    if (!pool)
        return;
    mien_pool_stop(pool);
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->room);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->ready);
    free(pool->threads);
    free(pool);
}
