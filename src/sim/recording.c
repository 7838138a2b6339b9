/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/recording.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "sim/canvas.h"
#include "sim/painter.h"
#include "video/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Camera ---- */

enum { NOISE = 8192 };

/* Noise of the sensor, drawn once a frame and read from another place in every row; the three colours of a
 * pixel share it. */
static void make_noise(uint64_t seed, double sd, int8_t noise[NOISE][3])
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (int i = 0; i < NOISE; i++)
        memset(noise[i], (int)lrint(fmin(fmax(sd * mien_random_normal(&random), -127), 127)), 3);
}

/* Each recording is exposed a little differently; in less light the camera helps itself with gain, which
 * makes up for a part of the loss and lets the noise grow. In 65536ths. */
static int gain_of(const struct mien_sim_plan *plan)
{
    struct mien_random random;
    mien_random_seed(&random, plan->seed ^ 0xE4905);
    double exposure = plan->camera.light * exp(0.06 * mien_random_normal(&random));
    return (int)lrint(65536 * fmin(pow(exposure, 0.6), 100));
}

MIEN_SIM_FAST static void expose_run(uint8_t *restrict light, const int8_t *restrict noise, size_t count,
                                     int gain)
{
    for (size_t i = 0; i < count; i++) {
        int value = (light[i] * gain + 32768) >> 16;
        value = (value > 255 ? 255 : value) + noise[i];
        light[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

void mien_sim_expose(const struct mien_sim_plan *plan, size_t frame, uint8_t *rgb)
{
    int8_t noise[NOISE][3];
    struct mien_random random;
    uint64_t seed = plan->seed * 1000003 + frame;
    int gain = gain_of(plan);
    make_noise(seed, plan->camera.noise / sqrt(plan->camera.light), noise);
    mien_random_seed(&random, seed + 1);
    size_t width = (size_t)plan->camera.width;
    for (int row = 0; row < plan->camera.height; row++) {
        size_t grain = mien_random_below(&random, NOISE);
        for (size_t column = 0; column < width;) {
            size_t from = (grain + column) % NOISE, run = NOISE - from;
            run = run < width - column ? run : width - column;
            expose_run(rgb, noise[from], 3 * run, gain);
            rgb += 3 * run;
            column += run;
        }
    }
}

/* ---- What is kept ---- */

void mien_sim_recording_free(struct mien_sim_recording *recording)
{
    if (!recording)
        return;
    free(recording->time);
    free(recording->movement);
    free(recording->strength);
    free(recording->truth);
    free(recording);
}

static struct mien_sim_recording *recording_new(size_t frames)
{
    struct mien_sim_recording *made = mien_array_new(1, sizeof *made);
    if (!made)
        return NULL;
    made->time = mien_array_new(frames, sizeof *made->time);
    made->movement = mien_array_new(frames, sizeof *made->movement);
    made->strength = mien_array_new(frames, sizeof *made->strength);
    made->truth = mien_array_new(frames, sizeof *made->truth);
    if (made->time && made->movement && made->strength && made->truth)
        return made;
    mien_sim_recording_free(made);
    return NULL;
}

/* Moves the frames that the camera keeps to the front; the first is always kept. */
static void lose_frames(const struct mien_sim_plan *plan, struct mien_sim_recording *recording)
{
    struct mien_random random;
    size_t kept = 0;
    mien_random_seed(&random, plan->seed ^ 0xD209);
    for (size_t frame = 0; frame < plan->frames; frame++) {
        bool lost = mien_random_uniform(&random) < plan->camera.drop;
        if (lost && frame > 0)
            continue;
        recording->time[kept] = (double)frame / plan->camera.fps;
        recording->movement[kept] = recording->movement[frame];
        recording->strength[kept] = recording->strength[frame];
        kept++;
    }
    recording->count = kept;
}

/* ---- Studio ---- */

void mien_sim_studio_clear(struct mien_sim_studio *studio)
{
    mien_sim_canvas_free(studio->canvas);
    studio->canvas = NULL;
}

/* NULL without memory. */
static struct mien_sim_canvas *canvas_for(const struct mien_sim_plan *plan, struct mien_sim_studio *studio)
{
    const struct mien_sim_camera *camera = &plan->camera;
    if (studio->canvas && studio->width == camera->width && studio->height == camera->height &&
        memcmp(&studio->person, &plan->person, sizeof plan->person) == 0)
        return studio->canvas;
    mien_sim_studio_clear(studio);
    memcpy(&studio->person, &plan->person, sizeof plan->person);
    studio->width = camera->width;
    studio->height = camera->height;
    studio->canvas = mien_sim_canvas_new(&plan->person, camera->width, camera->height);
    return studio->canvas;
}

/* ---- The video ---- */

static bool stopped(const struct mien_sim_signs *signs)
{
    return mien_interrupted() || (signs && signs->stop && atomic_load(signs->stop));
}

static enum mien_status write_frames(const struct mien_sim_plan *plan, struct mien_sim_recording *recording,
                                     struct mien_sim_canvas *canvas, uint8_t *rgb,
                                     struct mien_encoder *encoder, struct mien_sim_signs *signs,
                                     struct mien_error *error)
{
    for (size_t i = 0; i < recording->count; i++) {
        if (stopped(signs))
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        mien_sim_paint(canvas, &plan->person, &recording->movement[i], rgb, &recording->truth[i]);
        mien_sim_expose(plan, (size_t)lrint(recording->time[i] * plan->camera.fps), rgb);
        enum mien_status status =
            mien_encoder_write(encoder, rgb, 3 * (size_t)plan->camera.width, recording->time[i], error);
        if (status != MIEN_OK)
            return status;
        if (signs)
            atomic_fetch_add(&signs->frames, 1);
    }
    return MIEN_OK;
}

static enum mien_status write_video(const struct mien_sim_plan *plan, struct mien_sim_recording *recording,
                                    const char *path, struct mien_sim_studio *studio,
                                    struct mien_sim_signs *signs, struct mien_error *error)
{
    const struct mien_sim_camera *camera = &plan->camera;
    struct mien_encoder_options options = {camera->width, camera->height, camera->fps, camera->compression,
                                           camera->rotation};
    struct mien_encoder *encoder = NULL;
    enum mien_status status = MIEN_ERR_MEMORY;
    struct mien_sim_canvas *canvas = canvas_for(plan, studio);
    uint8_t *rgb = mien_array_new((size_t)camera->width * (size_t)camera->height, 3);
    if (!canvas || !rgb) {
        mien_fail(error, status, "%s: out of memory for a picture of %dx%d", path, camera->width,
                  camera->height);
        goto end;
    }
    status = mien_encoder_open(path, &options, &encoder, error);
    if (status != MIEN_OK)
        goto end;
    status = write_frames(plan, recording, canvas, rgb, encoder, signs, error);
    if (status == MIEN_OK) {
        status = mien_encoder_finish(encoder, error);
        encoder = NULL;
    }
end:
    mien_encoder_abandon(encoder);
    free(rgb);
    return status;
}

enum mien_status mien_sim_record(const struct mien_sim_plan *plan, const char *path,
                                 struct mien_sim_studio *studio, struct mien_sim_signs *signs,
                                 struct mien_sim_recording **recording, struct mien_error *error)
{
    struct mien_sim_recording *made = recording_new(plan->frames);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory for %zu frames", path, plan->frames);
    mien_sim_perform(&plan->performance, plan->camera.fps, plan->frames, made->movement, made->strength);
    lose_frames(plan, made);
    enum mien_status status = write_video(plan, made, path, studio, signs, error);
    if (status == MIEN_OK)
        *recording = made;
    else
        mien_sim_recording_free(made);
    return status;
}
