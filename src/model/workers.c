/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/workers.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct helper {
    struct mien_workers *workers;
    pthread_t thread;
    unsigned number;
};

struct mien_workers {
    pthread_mutex_t mutex;
    pthread_cond_t called;   /* There is a new call, or the end. */
    pthread_cond_t finished; /* No helper is at work any more. */
    unsigned long calls;
    unsigned busy;
    bool ending;
    mien_task *task;
    void *context;
    size_t count;
    atomic_size_t next;
    unsigned helpers;
    struct helper *helper;
};

static void work(struct mien_workers *workers, unsigned worker)
{
    size_t task;
    while ((task = atomic_fetch_add(&workers->next, 1)) < workers->count)
        workers->task(workers->context, task, worker);
}

/* Waits for the call after the last one seen; false at the end. */
static bool wait_for_call(struct mien_workers *workers, unsigned long *seen)
{
    pthread_mutex_lock(&workers->mutex);
    while (workers->calls == *seen && !workers->ending)
        pthread_cond_wait(&workers->called, &workers->mutex);
    *seen = workers->calls;
    bool goes_on = !workers->ending;
    pthread_mutex_unlock(&workers->mutex);
    return goes_on;
}

static void *help(void *argument)
{
    struct helper *helper = argument;
    struct mien_workers *workers = helper->workers;
    unsigned long seen = 0;
    while (wait_for_call(workers, &seen)) {
        work(workers, helper->number);
        pthread_mutex_lock(&workers->mutex);
        if (--workers->busy == 0)
            pthread_cond_signal(&workers->finished);
        pthread_mutex_unlock(&workers->mutex);
    }
    return NULL;
}

enum mien_status mien_workers_new(unsigned threads, struct mien_workers **workers, struct mien_error *error)
{
    struct mien_workers *made = mien_array_new(1, sizeof *made);
    struct helper *helper = mien_array_new(threads, sizeof *helper);
    if (!made || !helper) {
        free(made);
        free(helper);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    }
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->called, NULL);
    pthread_cond_init(&made->finished, NULL);
    made->helper = helper;
    for (; made->helpers + 1 < threads; made->helpers++) {
        struct helper *one = helper + made->helpers;
        *one = (struct helper){.workers = made, .number = made->helpers + 1};
        if (pthread_create(&one->thread, NULL, help, one) != 0)
            break;
    }
    *workers = made;
    return MIEN_OK;
}

void mien_workers_free(struct mien_workers *workers)
{
    if (!workers)
        return;
    pthread_mutex_lock(&workers->mutex);
    workers->ending = true;
    pthread_cond_broadcast(&workers->called);
    pthread_mutex_unlock(&workers->mutex);
    for (unsigned i = 0; i < workers->helpers; i++)
        pthread_join(workers->helper[i].thread, NULL);
    pthread_cond_destroy(&workers->finished);
    pthread_cond_destroy(&workers->called);
    pthread_mutex_destroy(&workers->mutex);
    free(workers->helper);
    free(workers);
}

void mien_workers_run(struct mien_workers *workers, mien_task *task, void *context, size_t count)
{
    pthread_mutex_lock(&workers->mutex);
    workers->task = task;
    workers->context = context;
    workers->count = count;
    atomic_store(&workers->next, 0);
    workers->busy = workers->helpers;
    workers->calls++;
    pthread_cond_broadcast(&workers->called);
    pthread_mutex_unlock(&workers->mutex);
    work(workers, 0);
    pthread_mutex_lock(&workers->mutex);
    while (workers->busy > 0)
        pthread_cond_wait(&workers->finished, &workers->mutex);
    pthread_mutex_unlock(&workers->mutex);
}
