/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A contact sheet: some frames of a recording, read again from its file, with the points of its track drawn
 * on them and a few lines of text below each. It shows a person; write it with mien_image_write_png, which
 * lets only the user read it.
 */
#ifndef MIEN_FACE_SHEET_H
#define MIEN_FACE_SHEET_H

#include "face/track.h"
#include "video/image.h"

enum { MIEN_SHEET_LINES = 3, MIEN_SHEET_TITLES = 2, MIEN_SHEET_MOST = 48 };

struct mien_sheet_cell {
    size_t row;                          /* Of the track. */
    const char *lines[MIEN_SHEET_LINES]; /* Below the picture; about 27 letters fit. */
};

struct mien_sheet {
    const char *video; /* NULL: the track's source. */
    const char *titles[MIEN_SHEET_TITLES];
    const struct mien_sheet_cell *cells;
    size_t count; /* 1..MIEN_SHEET_MOST. */
};

/* Fails when the video cannot be read, or is not the one that was tracked (MIEN_ERR_DATA: another size, or no
 * frame with the number and time of the track's). Polls the interrupt flag. */
enum mien_status mien_track_sheet(const struct mien_track *track, const struct mien_sheet *sheet,
                                  const struct mien_progress *progress, struct mien_image **image,
                                  struct mien_error *error);

#endif
