/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/batch.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "sim/truth.h"

#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct batch {
    struct mien_sim_job *jobs;
    size_t count;
    size_t next; /* The first job that nobody has begun. */
    atomic_bool stop;
    struct mien_sim_signs signs; /* Shared: frames counts those of all. */
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* A thread ended. */
    size_t running;
    struct mien_error failure; /* The first one; code MIEN_OK: none. */
};

/* ---- One recording ---- */

/* A process that was killed leaves drafts named as the file and six further characters. */
static void remove_drafts(const char *path)
{
    struct mien_text pattern = {0};
    glob_t found = {0};
    for (const char *c = path; *c; c++)
        if (mien_text_print(&pattern, strchr("*?[\\", *c) ? "\\%c" : "%c", *c) != 0)
            goto end;
    if (mien_text_print(&pattern, ".??????") == 0 && glob(pattern.bytes, GLOB_NOSORT, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    globfree(&found);
end:
    free(pattern.bytes);
}

/* The receipt goes first and comes last: while it is there, video and truth are whole and belong together. */
static enum mien_status do_job(struct mien_sim_job *job, struct mien_sim_studio *studio,
                               struct mien_sim_signs *signs, struct mien_error *error)
{
    struct mien_sim_recording *recording = NULL;
    if (job->receipt) {
        if (unlink(job->receipt) != 0 && errno != ENOENT)
            return mien_fail_errno(error, job->receipt);
        remove_drafts(job->video);
        remove_drafts(job->truth);
    }
    enum mien_status status = mien_sim_record(&job->plan, job->video, studio, signs, &recording, error);
    if (status == MIEN_OK && !job->truth) {
        job->recording = recording;
        return MIEN_OK;
    }
    if (status == MIEN_OK)
        status = mien_sim_truth_save(recording, job->truth, error);
    if (status == MIEN_OK && job->receipt)
        status = mien_sim_save_text(job->receipt, job->receipt_text, strlen(job->receipt_text), error);
    mien_sim_recording_free(recording);
    return status;
}

/* ---- Threads ---- */

static void note_failure(struct batch *batch, const struct mien_error *error)
{
    pthread_mutex_lock(&batch->mutex);
    if (batch->failure.code == MIEN_OK)
        batch->failure = *error;
    pthread_mutex_unlock(&batch->mutex);
    atomic_store(&batch->stop, true);
}

/* Takes the next jobs that one participant's canvas serves, a few at most, so that no thread is left alone
 * with many at the end; none when all are taken. */
static size_t take_jobs(struct batch *batch, size_t *first)
{
    enum { MOST = 4 };
    size_t taken = 0;
    pthread_mutex_lock(&batch->mutex);
    *first = batch->next;
    while (batch->next < batch->count && taken < MOST &&
           memcmp(&batch->jobs[*first].plan.person, &batch->jobs[batch->next].plan.person,
                  sizeof batch->jobs->plan.person) == 0) {
        batch->next++;
        taken++;
    }
    pthread_mutex_unlock(&batch->mutex);
    return taken;
}

static void *work(void *context)
{
    struct batch *batch = context;
    struct mien_sim_studio studio = {0};
    size_t first, count;
    while ((count = take_jobs(batch, &first)) > 0)
        for (size_t i = first; i < first + count && !atomic_load(&batch->stop); i++) {
            struct mien_error error = {0};
            if (do_job(&batch->jobs[i], &studio, &batch->signs, &error) != MIEN_OK)
                note_failure(batch, &error);
        }
    mien_sim_studio_clear(&studio);
    pthread_mutex_lock(&batch->mutex);
    batch->running--;
    pthread_cond_signal(&batch->ended);
    pthread_mutex_unlock(&batch->mutex);
    return NULL;
}

/* Signals stay with the calling thread, whose handlers expect them there. */
static size_t start_threads(struct batch *batch, pthread_t *threads, size_t workers)
{
    sigset_t all, before;
    size_t started = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&batch->mutex);
    while (started < workers && pthread_create(&threads[started], NULL, work, batch) == 0)
        started++;
    batch->running = started;
    pthread_mutex_unlock(&batch->mutex);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* The calling thread only watches, so that progress is reported from it. */
static void wait_for_all(struct batch *batch, const struct mien_progress *progress)
{
    double total = 0;
    for (size_t i = 0; i < batch->count; i++)
        total += (double)batch->jobs[i].plan.frames * (1 - batch->jobs[i].plan.camera.drop);
    pthread_mutex_lock(&batch->mutex);
    while (batch->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 50000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&batch->ended, &batch->mutex, &until);
        pthread_mutex_unlock(&batch->mutex);
        double done = (double)atomic_load(&batch->signs.frames);
        mien_progress_report(progress, done < total ? done : total, total, "frames",
                             batch->count == 1 ? batch->jobs[0].video : NULL);
        pthread_mutex_lock(&batch->mutex);
    }
    pthread_mutex_unlock(&batch->mutex);
}

enum mien_status mien_sim_record_all(struct mien_sim_job *jobs, size_t count, int workers,
                                     const struct mien_progress *progress, struct mien_error *error)
{
    struct batch batch = {.jobs = jobs, .count = count};
    size_t wanted = (size_t)workers < count ? (size_t)workers : count;
    pthread_t *threads = mien_array_new(wanted, sizeof *threads);
    if (!threads)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    batch.signs.stop = &batch.stop;
    pthread_mutex_init(&batch.mutex, NULL);
    pthread_cond_init(&batch.ended, NULL);
    size_t started = start_threads(&batch, threads, wanted);
    wait_for_all(&batch, progress);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&batch.ended);
    pthread_mutex_destroy(&batch.mutex);
    free(threads);
    if (wanted > 0 && started == 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "the system allows no more threads");
    if (batch.failure.code == MIEN_OK && mien_interrupted())
        mien_fail(&batch.failure, MIEN_ERR_CANCELLED, "stopped");
    if (batch.failure.code != MIEN_OK && error)
        *error = batch.failure;
    return batch.failure.code;
}
