/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One simulated recording: an invented participant moves before a camera, the video is written, and what was
 * drawn is kept as its truth.
 */
#ifndef MIEN_SIM_RECORDING_H
#define MIEN_SIM_RECORDING_H

#include "base/error.h"
#include "base/progress.h"
#include "sim/expression.h"

#include <stddef.h>

struct mien_sim_recording {
    struct mien_sim_person person;
    size_t frames;
    double fps;
    int width, height;
    uint64_t seed;                            /* Of the head's sway and the camera's noise. */
    const struct mien_sim_movement *movement; /* One per frame. */
    double *x, *y; /* Filled: frames rows of MIEN_SIM_POINTS, pixels of the video. */
    double *roll;  /* Filled: degrees, positive towards the own left shoulder. */
};

/* Paints one frame as RGB, rows of 3 * width bytes without gaps, and fills its row of x, y and roll. For
 * tests. */
struct mien_sim_canvas;
void mien_sim_frame(const struct mien_sim_recording *recording, struct mien_sim_canvas *canvas, size_t frame,
                    uint8_t *rgb);

/* Writes the whole video. Polls the interrupt flag. */
enum mien_status mien_sim_write(const struct mien_sim_recording *recording, const char *path,
                                const struct mien_progress *progress, struct mien_error *error);

#endif
