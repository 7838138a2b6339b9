/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many recordings at once, on several cores. Each is drawn by one thread from its plan alone, so the number
 * of threads changes nothing in the files.
 */
#ifndef MIEN_SIM_BATCH_H
#define MIEN_SIM_BATCH_H

#include "base/progress.h"
#include "sim/recording.h"

/* The texts are borrowed. */
struct mien_sim_job {
    struct mien_sim_plan plan;
    const char *video;
    const char *truth;                    /* File for the truth; NULL: recording is kept instead. */
    const char *receipt, *receipt_text;   /* A file written last, when all else is in place; NULL: none. */
    struct mien_sim_recording *recording; /* Result where truth is NULL; the caller frees it. */
};

/* Returns when all are done, or after the first failure, when the rest is stopped; what was finished stays.
 * Polls the interrupt flag. workers is at least 1. */
enum mien_status mien_sim_record_all(struct mien_sim_job *jobs, size_t count, int workers,
                                     const struct mien_progress *progress, struct mien_error *error);

#endif
