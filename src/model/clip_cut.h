/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting clips out of a tracked video. The landmarks of the track say where the eye centres are; a shift, a
 * turn and a scale (a similarity) lay them on the same two places of every picture, so that what is left is
 * what the face does and how it is turned. Nothing is tracked again, and the video is decoded once.
 *
 * An eye's centre is the middle of its canthi, which lids do not move. The box is MIEN_CLIP_BOX distances of
 * the eye centres wide and high, from above the brows to the chin of a mouth that is wide open: the eye line
 * lies MIEN_CLIP_ABOVE of them below its upper edge, the point midway between the eyes in its middle. The
 * participant's right is at the left, as in the video.
 */
#ifndef MIEN_MODEL_CLIP_CUT_H
#define MIEN_MODEL_CLIP_CUT_H

#include "base/progress.h"
#include "face/track.h"
#include "model/clip_set.h"

#include <stdbool.h>

/* Raise it when clips come out differently; those in the cache are then cut anew. */
#define MIEN_CLIP_VERSION "1"

#define MIEN_CLIP_BOX 3.0
#define MIEN_CLIP_ABOVE 0.75

struct mien_clip_options {
    struct mien_clip_shape shape;
    unsigned per;        /* Clips of one recording, spread evenly; fewer where there is room for fewer: they
                            begin at least a quarter of a clip apart. */
    double span;         /* Seconds of a clip; its rate is frames / span. */
    double t0, t1;       /* Window of the recording that clips are taken from, seconds; infinite: all. */
    enum mien_side side; /* Which points the eye centres are taken from. */
    double coverage;     /* A clip with less is left out. */
    double confidence;   /* Pictures with less do not count as covered; those of unknown confidence do. */
};

/* 16 pictures of 64 x 64, three clips of 2 s from the whole recording, points of each side, coverage 0.8,
 * confidence 0.3. */
struct mien_clip_options mien_clip_options_default(void);
/* All that the clips depend on but track and video, in words that are the same for the same options. */
enum { MIEN_CLIP_OPTIONS_TEXT = 256 };
void mien_clip_options_describe(const struct mien_clip_options *options, char text[MIEN_CLIP_OPTIONS_TEXT]);

struct mien_clip {
    double start, stop, coverage, outside, interocular; /* As in struct mien_clip_facts. */
    bool left_out;                                      /* Its coverage is too low; luma is NULL. */
    uint8_t *luma;
};

struct mien_clip_cut {
    double fps;  /* Of the recording. */
    size_t size; /* Bytes of each clip's luma. */
    size_t count;
    struct mien_clip *clips;
};

/* Cuts. Each picture is the decoded frame nearest in time to the middle of its part of the clip; one that is
 * farther than half a part is not covered. Where the face is not found or not trusted, its place is what the
 * frames around it say. Luma is brought to full range; a picture made smaller is an average.
 *
 * video NULL: the track's source. MIEN_ERR_DATA: the window or the recording is shorter than a clip, the
 * video is not the one that was tracked; MIEN_ERR_FACE: no frame has the face; and what src/video says. Polls
 * the interrupt flag. *cut is written on success; clear it with mien_clip_cut_clear. */
enum mien_status mien_clip_cut(const struct mien_track *track, const char *video,
                               const struct mien_clip_options *options, const struct mien_progress *progress,
                               struct mien_clip_cut *cut, struct mien_error *error);
void mien_clip_cut_clear(struct mien_clip_cut *cut); /* A zeroed one is allowed. */

#endif
