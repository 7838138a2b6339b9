/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the outermost structure of a video file says about its wholeness. libavformat plays a file that was
 * cut short without a word; clinicians must hear of it.
 */
#ifndef MIEN_VIDEO_CONTAINER_H
#define MIEN_VIDEO_CONTAINER_H

enum mien_container_state {
    MIEN_CONTAINER_WHOLE,    /* Whole, or of a kind whose structure does not tell. */
    MIEN_CONTAINER_CUT,      /* The file ends before its own structure does. */
    MIEN_CONTAINER_NO_INDEX, /* MP4 or MOV without its index (moov): the recording was not finished. */
};

/* Looks at MP4/MOV boxes, the Matroska segment, RIFF chunks and transport stream packets; reads a few bytes
 * of each. */
enum mien_container_state mien_container_state(const char *path);

/* The kind of list that opens other files, such as "hls", judged by its first bytes; NULL for anything else.
 * Newer versions of libavformat recognise some lists only by their names. */
const char *mien_container_list(const char *path);

#endif
