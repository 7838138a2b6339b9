/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A track in a few lines for the prompt, at most 80 columns wide.
 */
#ifndef MIEN_FACE_DESCRIBE_H
#define MIEN_FACE_DESCRIBE_H

#include "base/memory.h"
#include "face/track.h"

/* Adds to text, without a newline at the end; 0, or -1 without memory. */
int mien_track_describe(const struct mien_track *track, struct mien_text *text);

#endif
