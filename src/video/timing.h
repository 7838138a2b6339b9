/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time stamps as they come out of real files: absent, repeated, falling back. These functions know no libav.
 */
#ifndef MIEN_VIDEO_TIMING_H
#define MIEN_VIDEO_TIMING_H

#include <stdbool.h>
#include <stddef.h>

struct mien_timing {
    bool started;
    double last;  /* Time of the frame before. */
    double step;  /* Distance to the frame before it; at first what the container says. */
    double shift; /* Added to every stamp since the stamps last fell back, as where two recordings were
                     joined. */
};

/* Begins anew; step is the expected distance of frames in seconds, NaN where unknown (then 0.04). */
void mien_timing_start(struct mien_timing *timing, double step);

/* The time of the next frame from its stamp, NaN where the stream has none. The result rises strictly;
 * repaired tells whether it had to be made up: one step after the frame before. */
double mien_timing_next(struct mien_timing *timing, double stamp, bool *repaired);

/* Whether distances of these rising stamps differ from their median by more than a tenth of it, where
 * rounding to ticks of the container's clock explains no difference. Fewer than three stamps do not vary. */
bool mien_timing_varies(const double *stamps, size_t count, double tick);

#endif
