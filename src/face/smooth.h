/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points smoothed in time, as a copy: the track that they come from is left as it is.
 *
 * What the head does and what the face does are smoothed apart. In each frame a shift, a turn and a scale lay
 * the face's firm points (canthi, nose) on those of the first frame; the points are smoothed in this frame of
 * the face, in interocular distances, and so are shift, turn and scale. A nod therefore does not loosen the
 * smoothing of a lid. Time stamps may be irregular. A run of frames with the face is smoothed on its own:
 * nothing is filled in, and nothing crosses a gap.
 */
#ifndef MIEN_FACE_SMOOTH_H
#define MIEN_FACE_SMOOTH_H

#include "face/track.h"

/* The method with the settings that were found to keep blinks and onsets; see smooth.c. */
struct mien_smoothing mien_smoothing_default(enum mien_smoothing_method method);

/* Words for people, such as "Savitzky-Golay (window 0.18 s, order 2)"; size of at least
 * MIEN_SMOOTHING_TEXT. */
enum { MIEN_SMOOTHING_TEXT = 96 };
void mien_smoothing_describe(const struct mien_smoothing *smoothing, char *text, size_t size);

/* A copy of the track whose points (both kinds) and angles are smoothed; found, confidence, times and all
 * else are the same, and smoothing is what was applied. */
enum mien_status mien_track_smooth(const struct mien_track *track, const struct mien_smoothing *smoothing,
                                   struct mien_track **smoothed, struct mien_error *error);

#endif
