/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding and following the participant's face. dlib is behind this header; no C++ exception leaves it.
 */
#ifndef MIEN_FACE_FACE_H
#define MIEN_FACE_FACE_H

#include "base/error.h"
#include "base/progress.h"
#include "face/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mien_box {
    double left, top, width, height; /* Pixels. */
    double score;                    /* dlib's detection score; higher is surer. */
};

/* The landmark model in memory. Loading takes some milliseconds, and the first time, when it is packed for
 * the user's cache, a second; a model is read-only afterwards and may be used by several threads at once. */
struct mien_landmark_model;

/* Raise this when the same video and landmark model give other points, poses or found flags than before:
 * tracks that a cohort's store already holds are then made anew. What only changes speed or messages leaves
 * it. */
#define MIEN_TRACKER_VERSION "6"

/* Which model is used where none is named: in order $MIEN_LANDMARKS, the user's cache and Debian's
 * libdlib-data. Fills path (MIEN_PATH_SIZE bytes). Without a model the error (MIEN_ERR_MODEL) says where it
 * looked and how to get one. */
enum mien_status mien_landmark_model_find(char *path, struct mien_error *error);
/* path NULL takes the file that mien_landmark_model_find finds. */
enum mien_status mien_landmark_model_load(const char *path, struct mien_landmark_model **model,
                                          struct mien_error *error);
void mien_landmark_model_free(struct mien_landmark_model *model); /* NULL allowed. */

/* Every face dlib's frontal detector finds in a luma picture, best first. *boxes is owned by the caller
 * (free). */
enum mien_status mien_face_detect(const uint8_t *luma, int width, int height, ptrdiff_t stride,
                                  struct mien_box **boxes, size_t *count, struct mien_error *error);

/* The 68 points for one box, dlib's own: x and y have room for MIEN_POINTS. */
enum mien_status mien_face_landmarks(const struct mien_landmark_model *model, const uint8_t *luma, int width,
                                     int height, ptrdiff_t stride, const struct mien_box *box, double *x,
                                     double *y, struct mien_error *error);

/* Which of several faces at the beginning of a recording is the participant's. */
enum mien_choice { MIEN_WHO_LARGEST, MIEN_WHO_LEFT, MIEN_WHO_RIGHT, MIEN_WHO_AT };
struct mien_who {
    enum mien_choice choice; /* The largest; the one farthest to the left or right of the picture; */
    double x, y;             /* or the nearest to here, 0..1 of the picture's width and height. */
};

struct mien_track_options {
    double start, stop; /* Seconds, both ends included; NaN for the recording's own. */
    bool plain;         /* Leave out the fit of each half of the face: sided_x and sided_y stay NaN. */
    bool lean;          /* One fit a frame, no more: faster and less steady; implies plain and blind. */
    bool blind;         /* Leave out the fit of lids and iris: eyes stay as mien_track_new makes them. */
    bool ahead;         /* Decode in a thread of its own, some frames ahead. The result is the same. */
    struct mien_who who;
};

/* Tracks the participant through a video file: one row per decoded frame between start and stop. Polls the
 * interrupt flag (MIEN_ERR_CANCELLED). A video without any face is no error: found is 0 everywhere. Safe to
 * call from several threads with the same model; progress is called from the calling thread. */
enum mien_status mien_face_track(const char *path, const struct mien_landmark_model *model,
                                 const struct mien_track_options *options,
                                 const struct mien_progress *progress, struct mien_track **track,
                                 struct mien_error *error);

/* Yaw, pitch and roll in degrees (signs as in track.h) of one set of points in a picture of the given size;
 * NaN when the points allow no pose. width 0: the picture's size is not known and is guessed from the points.
 */
void mien_face_pose(const double *x, const double *y, int width, int height, double *yaw, double *pitch,
                    double *roll);

#endif
