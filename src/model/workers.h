/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads that share out the tasks 0 .. count-1 of one call and sleep between calls. Which thread does which
 * task is chance; tasks must not depend on it.
 */
#ifndef MIEN_MODEL_WORKERS_H
#define MIEN_MODEL_WORKERS_H

#include "base/error.h"

#include <stddef.h>

struct mien_workers;

/* worker, below the number of threads, tells which scratch memory the task may use. */
typedef void mien_task(void *context, size_t task, unsigned worker);

/* The calling thread is one of the threads. When the system gives fewer than asked, those work alone. */
enum mien_status mien_workers_new(unsigned threads, struct mien_workers **workers, struct mien_error *error);
/* NULL is allowed. */
void mien_workers_free(struct mien_workers *workers);

/* Returns when all tasks are done. */
void mien_workers_run(struct mien_workers *workers, mien_task *task, void *context, size_t count);

#endif
