/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recording's quality in numbers: what its track tells about how well the face could be seen. Whether that
 * is good enough is not judged here (lua/face/report.lua).
 */
#ifndef MIEN_FACE_REPORT_H
#define MIEN_FACE_REPORT_H

#include "face/track.h"

struct mien_range {
    double low, high;
};

/* Fractions are 0..1. Quantiles are of the frames with the face (type 7). NaN where nothing is known, as
 * sharpness and light are not for a track without pictures, and what needs the picture's size where that is
 * missing. */
struct mien_track_report {
    size_t frames, found;
    double coverage;
    size_t lost;                     /* Stretches without the face, at the beginning and the end too. */
    double longest_lost;             /* Seconds. */
    double longest_lost_at;          /* Where it begins, seconds. */
    double sharpness, sharpness_low; /* Median, and the 5th percentile. */
    double light;                    /* Median. */
    double cut_off;              /* Fraction of found frames in which a point lies outside of the picture. */
    double face_px, face_px_low; /* Width of the face from ear to ear (points 1 and 17): median, smallest. */
    double iod_px;               /* Median. */
    struct mien_range yaw, pitch, roll; /* 5th and 95th percentiles, degrees. */
    double second_face;                 /* Fraction of all frames. */
    double fps;                         /* Average. */
    double
        irregular; /* Fraction of the steps between frames that differ from their median by more than half. */
    double dropped;      /* Frames that seem to be missing: long steps, counted in median steps. */
    double longest_step; /* Seconds. */
    double speed; /* Largest movement of the head from one frame to the next, interocular distances/s. */
    double
        jumps; /* Movements by more than half the interocular distance and faster than 12 of them a second. */
    double confidence; /* Median. */
    double unsure;     /* Fraction of found frames whose confidence is below one half. */
};

enum mien_status mien_track_report(const struct mien_track *track, struct mien_track_report *report,
                                   struct mien_error *error);

#endif
