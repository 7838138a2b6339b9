/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress line on stderr: shown when stderr is a terminal and the job has run for 0.2 s, gone when it
 * ends.
 *
 *     struct mien_progress_bar bar;
 *     struct mien_progress progress = mien_progress_bar_start(&bar, show);
 *     status = mien_face_track(..., &progress, ...);
 *     mien_progress_bar_end(&bar);
 *
 * The bar owns nothing; still, call mien_progress_bar_end before anything that may raise, so that the line is
 * gone.
 */
#ifndef MIEN_LUA_PROGRESS_BAR_H
#define MIEN_LUA_PROGRESS_BAR_H

#include "base/progress.h"

#include <stdbool.h>

struct mien_progress_bar {
    double started, drawn;    /* Seconds on the monotonic clock. */
    double first, first_done; /* When work first showed, and how much it then was. */
    bool enabled, visible;
};

struct mien_progress mien_progress_bar_start(struct mien_progress_bar *bar, bool enabled);
void mien_progress_bar_end(struct mien_progress_bar *bar);

#endif
