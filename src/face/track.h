/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Track: where the participant's face was in every decoded frame of one recording. It holds numbers, no
 * pictures.
 *
 * Points are the 68 of the iBUG 300-W scheme, 0..67 here (1..68 in Lua), in pixels of the displayed frame, x
 * right, y down, pixel centres at whole numbers. The participant's right is at the left of an unmirrored
 * picture: points 36..41 are the participant's right eye, 42..47 the left. A frame without the face has found
 * 0 and NaN in all of its numbers but time.
 */
#ifndef MIEN_FACE_TRACK_H
#define MIEN_FACE_TRACK_H

#include "base/error.h"
#include "base/progress.h"
#include "face/eye.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIEN_POINTS = 68 };

/* How points are smoothed in time on their way out of a track; see face/smooth.h. */
enum mien_smoothing_method { MIEN_SMOOTH_NONE, MIEN_SMOOTH_ONE_EURO, MIEN_SMOOTH_SAVITZKY_GOLAY };

struct mien_smoothing {
    enum mien_smoothing_method method;
    double min_cutoff, beta, speed_cutoff; /* One Euro: Hz; Hz per interocular distance a second; Hz. */
    double window;                         /* Savitzky-Golay: seconds, half of it on either side, */
    int order;                             /* and the degree of the polynomial. */
};

struct mien_track {
    char *source;         /* Path of the video or CSV file. */
    size_t count;         /* Frames. */
    int width, height;    /* Pixels; 0 when unknown (loaded from CSV). */
    double fps;           /* Average; from the times when the file does not say. */
    size_t *frame;        /* Frame number as decoded, from 0. */
    double *time;         /* Seconds. */
    uint8_t *found;       /* 1 where the participant was found. */
    uint8_t *second_face; /* 1 where another face was seen in this frame or at the last check before it. */
    double *confidence;   /* 0..1; NaN where not found. */
    double *yaw, *pitch,
        *roll;     /* Degrees. yaw > 0: the participant turns towards the own left; pitch > 0: looks
                 up; roll > 0: tilts the head towards the own left shoulder. NaN where not found. */
    double *x, *y; /* count rows of MIEN_POINTS: one fit of the whole face. */
    double *sided_x, *sided_y; /* The same, each half of the face fitted on its own; NaN where that was not
                                  done. */
    struct mien_eye
        *eyes;         /* count rows of MIEN_EYES, right and left: lids and iris as fitted on the picture. */
    double *sharpness; /* Of the picture of the face, as face/quality.h defines it; NaN where not known. */
    double *light;     /* Mean grey value of the face, 0..1; NaN where not known. */
    bool pose_known;   /* False only for a loaded file without pose whose pose could not be computed. */
    bool truncated;    /* The video ended early. */
    size_t damaged;    /* Frames that the decoder reported as damaged. */
    size_t times_repaired;           /* Frames whose time stamp was absent or did not rise. */
    struct mien_smoothing smoothing; /* Asked for by the user, and applied where points leave the track; the
                                        points here are those of single frames, unless mien_track_smooth made
                                        this track. */
};

/* All arrays allocated, found 0, numbers NaN. */
enum mien_status mien_track_new(size_t count, struct mien_track **track, struct mien_error *error);
void mien_track_free(struct mien_track *track); /* NULL allowed. */
enum mien_status mien_track_copy(const struct mien_track *track, struct mien_track **copy,
                                 struct mien_error *error);

/* Makes the track longer (new rows as mien_track_new makes them) or shorter; 0, or -1 without memory, when it
 * keeps its length and all its rows. Grow by large steps: each call moves the arrays. */
int mien_track_resize(struct mien_track *track, size_t count);

/* Fraction of frames with the face, and with a second face; NaN for a track without frames. */
double mien_track_found(const struct mien_track *track);
double mien_track_second_face(const struct mien_track *track);

/* Seconds from the first frame to the end of the last, which is taken to last one average frame; NaN without
 * frames. */
double mien_track_duration(const struct mien_track *track);

/* Interocular distance of one frame in pixels: between the means of the two eyes' six points; NaN where not
 * found. */
double mien_track_interocular(const struct mien_track *track, size_t frame);
/* The same of any 68 points. */
double mien_points_interocular(const double *x, const double *y);

/* Which points: those of each half of the face on its own, or those of the whole face at once. */
enum mien_side { MIEN_SIDE_EACH, MIEN_SIDE_PLAIN };

/* Whether any frame has points of each half on its own. */
bool mien_track_has_sides(const struct mien_track *track);

/* Whether lids and iris were looked for in any frame. */
bool mien_track_has_eyes(const struct mien_track *track);
/* Right and left eye of one frame; a track put together from points alone may have eyes NULL. */
const struct mien_eye *mien_track_eyes(const struct mien_track *track, size_t frame);

/* The points of one frame, MIEN_POINTS each of *x and *y. A track without points of each half gives the plain
 * ones for both kinds; which of them a frame got depends on that frame alone. */
void mien_track_row(const struct mien_track *track, enum mien_side side, size_t row, const double **x,
                    const double **y);

/* OpenFace 2 column names: frame (from 1), face_id, timestamp, confidence, success, pose_Rx pose_Ry pose_Rz
 * (radians, OpenFace's signs), x_0..x_67, y_0..y_67. Then our own: sx_0..sx_67, sy_0..sy_67 (only when there
 * are sided points), sharpness, light, and where lids and iris were looked for those of each eye, left first:
 * iris_x_l ... eye_quality_l and eye_reason_l, a word (face/eye.h). Missing numbers are NA. The file is
 * written whole or not at all. */
enum mien_status mien_track_save(const struct mien_track *track, const char *path, struct mien_error *error);
/* Needs timestamp, success, x_0..x_67, y_0..y_67, header with or without spaces; the rest is optional. Errors
 * name the missing columns, or the line and column of a bad cell. */
enum mien_status mien_track_load(const char *path, struct mien_track **track, struct mien_error *error);

#endif
