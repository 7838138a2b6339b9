/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a long job tells how far it is. The core never prints: it calls report, if there is one, now and then
 * from the thread that called it; whoever asked for the job draws the bar (src/lua/progress_bar.h).
 */
#ifndef MIEN_BASE_PROGRESS_H
#define MIEN_BASE_PROGRESS_H

#include <stddef.h>

struct mien_progress {
    /* done and total in the job's own unit (frames, files, epochs); total is 0 where it is not known.
     * note is a short text such as the file's name, NULL where there is none. */
    void (*report)(void *context, double done, double total, const char *unit, const char *note);
    void *context;
};

/* progress may be NULL, and so may its report. */
static inline void mien_progress_report(const struct mien_progress *progress, double done, double total,
                                        const char *unit, const char *note)
{
    if (progress && progress->report)
        progress->report(progress->context, done, total, unit, note);
}

#endif
