/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One simulated recording: an invented participant performs a task before a camera, the video is written, and
 * what was drawn is kept as its truth.
 */
#ifndef MIEN_SIM_RECORDING_H
#define MIEN_SIM_RECORDING_H

#include "base/error.h"
#include "sim/paint.h"
#include "sim/performance.h"

#include <stdatomic.h>

/* To be raised when the same plan gives other pictures than before, so that cohorts are drawn again. */
enum { MIEN_SIM_DRAWING = 5 };

struct mien_sim_camera {
    int width, height; /* Pixels, as displayed. */
    double fps;
    double light;    /* 1 is a well lit room; less is darker and noisier. */
    double noise;    /* Standard deviation in grey levels of 255 at light 1. */
    double drop;     /* Fraction 0..1 of frames that the camera loses; their times stay out. */
    int compression; /* Quality of the encoder: 1 best .. 51; 0 is the encoder's default. */
    int rotation;    /* 0, 90, 180, 270: the camera was held so, and the file says it. */
};

/* All that decides a recording. */
struct mien_sim_plan {
    struct mien_sim_person person;
    struct mien_sim_performance performance;
    struct mien_sim_camera camera;
    size_t frames; /* Before the camera loses any. */
    uint64_t seed; /* Of the camera. */
};

/* What was drawn: one row per frame of the video. */
struct mien_sim_recording {
    size_t count;
    double *time;
    struct mien_sim_movement *movement;
    struct mien_sim_strength *strength;
    struct mien_sim_truth *truth;
};

/* How a recording in another thread is doing, and how it is told to end. All may be read and set at any time.
 */
struct mien_sim_signs {
    atomic_size_t frames; /* Written so far. */
    atomic_bool *stop;    /* Looked at before every frame; NULL where there is only the interrupt flag. */
};

/* The canvas of the participant who was drawn last: preparing one takes as long as painting several frames,
 * and whoever does four tasks needs it once. Start with {0}; one thread uses one studio. */
struct mien_sim_studio {
    struct mien_sim_canvas *canvas;
    struct mien_sim_person person;
    int width, height;
};
void mien_sim_studio_clear(struct mien_sim_studio *studio);

/* Draws and writes the whole video. */
enum mien_status mien_sim_record(const struct mien_sim_plan *plan, const char *path,
                                 struct mien_sim_studio *studio, struct mien_sim_signs *signs,
                                 struct mien_sim_recording **recording, struct mien_error *error);
void mien_sim_recording_free(struct mien_sim_recording *recording); /* NULL allowed. */

/* What the camera makes of a painted picture, in place. */
void mien_sim_expose(const struct mien_sim_plan *plan, size_t frame, uint8_t *rgb);

#endif
