/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_work.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "table/extract_problem.h"
#include "video/hash.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PATIENCE = 50, /* Milliseconds between looks at the interrupt flag. */
    AHEAD = 2      /* Tracks loaded and results not yet written, for each worker. */
};

/* One content, however many recordings have it. */
struct job {
    size_t source; /* The first of them. */
    struct mien_track *track;
    struct mien_clip_cut cut;
    struct mien_error failure; /* code MIEN_OK: none. */
    bool lasting;              /* The failure lies in the content. */
    atomic_size_t frames;      /* Decoded so far. */
};

struct run {
    struct mien_clip_store *store;
    const struct mien_clip_work *work;
    struct mien_clip_yield *yields;
    char options[MIEN_CLIP_OPTIONS_TEXT];
    struct job *jobs;
    size_t count;
    /* The rest is shared, under the mutex. */
    pthread_mutex_t mutex;
    pthread_cond_t more, finished; /* A job was made ready; a job was finished. */
    size_t ready, next;            /* Jobs with a track, and the first that nobody has begun. */
    struct job **done;             /* Finished, in that order, */
    size_t done_count, written;    /* and how many of them were written. */
    bool stopping;
    pthread_t *threads;
    size_t workers, running;
};

static struct mien_clip_key key_of(const struct run *run, size_t source)
{
    const struct mien_clip_source *from = &run->work->sources[source];
    return (struct mien_clip_key){from->hash, from->tracker, run->options};
}

static bool same_content(const struct mien_clip_source *a, const struct mien_clip_source *b)
{
    return strcmp(a->hash, b->hash) == 0 && strcmp(a->tracker, b->tracker) == 0;
}

/* ---- Planning ---- */

static enum mien_status plan_jobs(struct run *run, struct mien_error *error)
{
    const struct mien_clip_source *sources = run->work->sources;
    enum mien_status status = MIEN_OK;
    run->jobs = mien_array_new(run->work->count, sizeof *run->jobs);
    run->done = mien_array_new(run->work->count, sizeof *run->done);
    if (!run->jobs || !run->done)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < run->work->count && status == MIEN_OK; i++) {
        struct mien_clip_key key = key_of(run, i);
        bool found = false, queued = false;
        status = mien_clip_store_find(run->store, &key, sources[i].participant, &found, error);
        for (size_t k = 0; k < run->count && !found && !queued; k++)
            queued = same_content(&sources[run->jobs[k].source], &sources[i]);
        if (status == MIEN_OK && !found && !queued)
            run->jobs[run->count++].source = i;
    }
    return status;
}

/* ---- Workers ---- */

static void note_progress(void *context, double done, double total, const char *unit, const char *note)
{
    struct job *job = context;
    (void)total, (void)unit, (void)note;
    atomic_store_explicit(&job->frames, (size_t)done, memory_order_relaxed);
}

/* The track belongs to the content that was extracted; the file may be another one by now. */
static bool is_unchanged(const struct mien_clip_source *source, struct mien_error *failure)
{
    char hash[MIEN_HASH_SIZE];
    if (mien_hash_file(source->path, hash, failure) != MIEN_OK)
        return false;
    if (strcmp(hash, source->hash) == 0)
        return true;
    mien_fail(failure, MIEN_ERR_DATA,
              "the file is no longer the one that was tracked; call c:extract() again");
    return false;
}

static bool is_lasting(enum mien_status code)
{
    return code == MIEN_ERR_FORMAT || code == MIEN_ERR_DECODE || code == MIEN_ERR_FACE ||
           code == MIEN_ERR_DATA;
}

static void do_job(const struct run *run, struct job *job)
{
    const struct mien_clip_source *source = &run->work->sources[job->source];
    const struct mien_progress progress = {note_progress, job};
    if (job->failure.code == MIEN_OK && is_unchanged(source, &job->failure) &&
        mien_clip_cut(job->track, source->path, run->work->options, &progress, &job->cut, &job->failure) !=
            MIEN_OK)
        job->lasting = is_lasting(job->failure.code);
    mien_problem_without_path(&job->failure, source->path);
    mien_track_free(job->track);
    job->track = NULL;
}

static void *run_worker(void *context)
{
    struct run *run = context;
    pthread_mutex_lock(&run->mutex);
    for (;;) {
        while (!run->stopping && run->next == run->ready && run->next < run->count)
            pthread_cond_wait(&run->more, &run->mutex);
        if (run->stopping || run->next == run->count)
            break;
        struct job *job = &run->jobs[run->next++];
        pthread_mutex_unlock(&run->mutex);
        do_job(run, job);
        pthread_mutex_lock(&run->mutex);
        if (job->failure.code != MIEN_ERR_CANCELLED)
            run->done[run->done_count++] = job;
        pthread_cond_signal(&run->finished);
    }
    pthread_mutex_unlock(&run->mutex);
    return NULL;
}

static int processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) < 1)
        return 1;
    return CPU_COUNT(&set);
}

/* Signals stay with the calling thread, whose handlers expect them there. */
static enum mien_status start_workers(struct run *run, struct mien_error *error)
{
    sigset_t all, before;
    size_t wanted = (size_t)(run->work->workers > 0 ? run->work->workers : processors());
    run->workers = wanted < run->count ? wanted : run->count;
    run->threads = mien_array_new(run->workers, sizeof *run->threads);
    if (!run->threads)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (run->running < run->workers &&
           pthread_create(&run->threads[run->running], NULL, run_worker, run) == 0)
        run->running++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (run->running == 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "the system allows no more threads");
    return MIEN_OK;
}

/* Workers look at the interrupt flag on every frame; when the work stops for another reason, such as a full
 * disk, the same flag spares the user the rest of a long recording. */
static void stop_workers(struct run *run, bool hurry)
{
    bool ask = hurry && !mien_interrupted();
    pthread_mutex_lock(&run->mutex);
    run->stopping = true;
    pthread_cond_broadcast(&run->more);
    pthread_mutex_unlock(&run->mutex);
    if (ask)
        mien_interrupt_request();
    while (run->running > 0)
        pthread_join(run->threads[--run->running], NULL);
    if (ask)
        mien_interrupt_clear();
}

/* ---- The calling thread ---- */

/* Loads the next track where there is room for one more; false where there is none or all are loaded. */
static bool make_ready(struct run *run)
{
    struct job *job = &run->jobs[run->ready];
    if (run->ready == run->count || run->ready - run->written >= AHEAD * run->workers)
        return false;
    struct mien_error failure = {0};
    if (run->work->track(run->work->context, job->source, &job->track, &failure) != MIEN_OK)
        job->failure = failure;
    pthread_mutex_lock(&run->mutex);
    run->ready++;
    pthread_cond_signal(&run->more);
    pthread_mutex_unlock(&run->mutex);
    return true;
}

/* A finished job, or NULL when none finished within the time. */
static struct job *take_done(struct run *run, int milliseconds)
{
    struct timespec until;
    struct job *job = NULL;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&run->mutex);
    while (run->done_count == run->written &&
           pthread_cond_timedwait(&run->finished, &run->mutex, &until) == 0)
        ;
    if (run->done_count > run->written)
        job = run->done[run->written];
    pthread_mutex_unlock(&run->mutex);
    return job;
}

/* Everybody whose recordings have this content; the caller frees the array. */
static const char **owners_of(const struct run *run, const struct job *job, size_t *count)
{
    const struct mien_clip_source *sources = run->work->sources, *own = &sources[job->source];
    const char **owners = mien_array_new(run->work->count, sizeof *owners);
    *count = 0;
    for (size_t i = job->source; owners && i < run->work->count; i++)
        if (same_content(own, &sources[i]))
            owners[(*count)++] = sources[i].participant;
    return owners;
}

static enum mien_status write_job(struct run *run, struct job *job, struct mien_error *error)
{
    const struct mien_clip_source *sources = run->work->sources;
    struct mien_clip_key key = key_of(run, job->source);
    enum mien_status status = MIEN_OK;
    bool failed = job->failure.code != MIEN_OK;
    if (!failed || job->lasting) {
        size_t count;
        const char **owners = owners_of(run, job, &count);
        status = owners ? mien_clip_store_put(run->store, &key, owners, count, failed ? NULL : &job->cut,
                                              failed ? &job->failure : NULL, error)
                        : mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        free(owners);
    } else
        for (size_t i = job->source; i < run->work->count; i++)
            if (same_content(&sources[i], &sources[job->source]))
                run->yields[i].failure = job->failure;
    mien_clip_cut_clear(&job->cut);
    run->written++;
    return status;
}

static void report(const struct run *run, const struct mien_progress *progress)
{
    double total = 0, done = 0;
    char note[64];
    for (size_t i = 0; i < run->count; i++) {
        total += run->work->sources[run->jobs[i].source].frames;
        done += (double)atomic_load_explicit(&run->jobs[i].frames, memory_order_relaxed);
    }
    snprintf(note, sizeof note, "clips: %zu of %zu files", run->written, run->count);
    mien_progress_report(progress, done, total, "frames", note);
}

static enum mien_status make_missing(struct run *run, const struct mien_progress *progress,
                                     struct mien_error *error)
{
    enum mien_status status = run->count > 0 ? start_workers(run, error) : MIEN_OK;
    while (status == MIEN_OK && run->written < run->count) {
        bool more = make_ready(run);
        struct job *job = take_done(run, more ? 0 : PATIENCE);
        if (job)
            status = write_job(run, job, error);
        report(run, progress);
        if (status == MIEN_OK && mien_interrupted())
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    }
    stop_workers(run, status != MIEN_OK);
    /* Stopped by the user: what the workers finished in the meantime is kept. */
    while (status == MIEN_ERR_CANCELLED && run->written < run->done_count)
        if (write_job(run, run->done[run->written], NULL) != MIEN_OK)
            break;
    return status;
}

static enum mien_status read_all(struct run *run, struct mien_clip_set *set, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    for (size_t i = 0; i < run->work->count && status == MIEN_OK; i++) {
        const struct mien_clip_source *source = &run->work->sources[i];
        struct mien_clip_key key = key_of(run, i);
        const struct mien_clip_facts facts = {.participant = (char *)source->participant,
                                              .task = (char *)source->task,
                                              .visit = (char *)source->visit,
                                              .take = (char *)source->take,
                                              .file = (char *)source->file,
                                              .recording = source->recording};
        if (run->yields[i].failure.code == MIEN_OK)
            status = mien_clip_store_read(run->store, &key, &facts, set, &run->yields[i], error);
        if (status == MIEN_OK && mien_interrupted())
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    }
    return status;
}

enum mien_status mien_clip_work(struct mien_clip_store *store, const struct mien_clip_work *work,
                                const struct mien_progress *progress, struct mien_clip_set *set,
                                struct mien_clip_yield *yields, struct mien_error *error)
{
    struct run run = {.store = store, .work = work, .yields = yields};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&run.mutex, NULL);
    pthread_cond_init(&run.finished, &monotonic);
    pthread_cond_init(&run.more, NULL);
    pthread_condattr_destroy(&monotonic);
    for (size_t i = 0; i < work->count; i++)
        yields[i] = (struct mien_clip_yield){.best = NAN};
    mien_clip_options_describe(work->options, run.options);
    enum mien_status status = plan_jobs(&run, error);
    if (status == MIEN_OK)
        status = make_missing(&run, progress, error);
    if (status == MIEN_OK)
        status = read_all(&run, set, error);
    for (size_t i = 0; i < run.count; i++) {
        mien_track_free(run.jobs[i].track);
        mien_clip_cut_clear(&run.jobs[i].cut);
    }
    pthread_cond_destroy(&run.more);
    pthread_cond_destroy(&run.finished);
    pthread_mutex_destroy(&run.mutex);
    free(run.threads);
    free(run.jobs);
    free(run.done);
    return status;
}
