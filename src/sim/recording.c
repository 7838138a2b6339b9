/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/recording.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "sim/canvas.h"
#include "video/encode.h"

#include <math.h>
#include <stdlib.h>

/* ---- Head and camera ---- */

/* Where a pixel of the video lies on the canvas: x = a column - b row + left, y = b column + a row + top. */
struct view {
    double a, b, left, top;
};

/* People do not sit still: a slow sway of a few millimetres and degrees. */
static struct view view_at(const struct mien_sim_recording *recording, const struct mien_sim_canvas *canvas,
                           size_t frame, double *roll)
{
    struct mien_random random;
    double sway[4];
    double time = (double)frame / recording->fps;
    mien_random_seed(&random, recording->seed);
    for (int i = 0; i < 4; i++) {
        double slow = 0.15 + 0.15 * mien_random_uniform(&random),
               fast = 0.4 + 0.3 * mien_random_uniform(&random);
        double first = 2 * M_PI * mien_random_uniform(&random),
               second = 2 * M_PI * mien_random_uniform(&random);
        sway[i] = sin(2 * M_PI * slow * time + first) + 0.4 * sin(2 * M_PI * fast * time + second);
    }
    *roll = 1.6 * sway[2];
    double angle = -*roll * M_PI / 180, size = 1 + 0.012 * sway[3];
    struct view view = {cos(angle) / size, sin(angle) / size, 0, 0};
    double x = recording->width / 2.0 + 2 * sway[0] * canvas->scale;
    double y = recording->height / 2.0 + 1.5 * sway[1] * canvas->scale;
    view.left = canvas->width / 2.0 - view.a * x + view.b * y;
    view.top = canvas->height / 2.0 - view.b * x - view.a * y;
    return view;
}

static void project_points(const struct mien_sim_canvas *canvas, const struct view *view,
                           const struct mien_sim_face *face, double *x, double *y)
{
    double size = view->a * view->a + view->b * view->b;
    for (int i = 0; i < MIEN_SIM_POINTS; i++) {
        double dx = canvas->origin_x + face->x[i] * canvas->scale - view->left;
        double dy = canvas->origin_y - face->y[i] * canvas->scale - view->top;
        x[i] = (view->a * dx + view->b * dy) / size;
        y[i] = (view->a * dy - view->b * dx) / size;
    }
}

enum { NOISE = 4096 };

/* Noise of the sensor, drawn once and read from another place in every row. */
static void make_noise(uint64_t seed, float noise[NOISE])
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    for (int i = 0; i < NOISE; i++)
        noise[i] = (float)(2.6 * mien_random_normal(&random));
}

static uint8_t to_byte(float value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

static void take_picture(const struct mien_sim_canvas *canvas, const struct view *view, uint64_t seed,
                         int width, int height, uint8_t *rgb)
{
    float noise[NOISE];
    struct mien_random random;
    make_noise(seed, noise);
    mien_random_seed(&random, seed + 1);
    size_t step = 3 * (size_t)canvas->width;
    float right = (float)canvas->width - 1.001f, bottom = (float)canvas->height - 1.001f;
    for (int i = 0; i < height; i++) {
        size_t grain = mien_random_below(&random, NOISE);
        for (int j = 0; j < width; j++, rgb += 3) {
            float x = (float)(view->a * j - view->b * i + view->left);
            float y = (float)(view->b * j + view->a * i + view->top);
            x = x < 0 ? 0 : x > right ? right : x;
            y = y < 0 ? 0 : y > bottom ? bottom : y;
            size_t column = (size_t)x, row = (size_t)y;
            float u = x - (float)column, v = y - (float)row;
            const float *p = canvas->colour + row * step + 3 * column;
            float noisy = noise[(grain + (size_t)j) % NOISE];
            for (size_t c = 0; c < 3; c++) {
                float above = p[c] + u * (p[c + 3] - p[c]),
                      below = p[step + c] + u * (p[step + c + 3] - p[step + c]);
                rgb[c] = to_byte(above + v * (below - above) + noisy);
            }
        }
    }
}

void mien_sim_frame(const struct mien_sim_recording *recording, struct mien_sim_canvas *canvas, size_t frame,
                    uint8_t *rgb)
{
    const struct mien_sim_movement *movement = recording->movement + frame;
    struct mien_sim_face face;
    mien_sim_express(&recording->person, movement, &face);
    mien_sim_shade(canvas, &recording->person, movement, &face);
    mien_sim_paint_features(canvas, &recording->person, &face);
    struct view view = view_at(recording, canvas, frame, recording->roll + frame);
    project_points(canvas, &view, &face, recording->x + frame * MIEN_SIM_POINTS,
                   recording->y + frame * MIEN_SIM_POINTS);
    take_picture(canvas, &view, recording->seed * 1000003 + frame, recording->width, recording->height, rgb);
}

/* ---- The video ---- */

static enum mien_status write_frames(const struct mien_sim_recording *recording, struct mien_encoder *encoder,
                                     struct mien_sim_canvas *canvas, uint8_t *rgb,
                                     const struct mien_progress *progress, const char *path,
                                     struct mien_error *error)
{
    for (size_t frame = 0; frame < recording->frames; frame++) {
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        mien_sim_frame(recording, canvas, frame, rgb);
        enum mien_status status = mien_encoder_write(encoder, rgb, 3 * (size_t)recording->width,
                                                     (double)frame / recording->fps, error);
        if (status != MIEN_OK)
            return status;
        mien_progress_report(progress, (double)frame + 1, (double)recording->frames, "frames", path);
    }
    return MIEN_OK;
}

enum mien_status mien_sim_write(const struct mien_sim_recording *recording, const char *path,
                                const struct mien_progress *progress, struct mien_error *error)
{
    struct mien_encoder *encoder = NULL;
    enum mien_status status = MIEN_ERR_MEMORY;
    struct mien_encoder_options options = {recording->width, recording->height, recording->fps, 0};
    struct mien_sim_canvas *canvas =
        mien_sim_canvas_new(&recording->person, recording->width, recording->height);
    uint8_t *rgb = mien_array_new((size_t)recording->width * (size_t)recording->height, 3);
    if (!canvas || !rgb) {
        mien_fail(error, status, "out of memory for a picture of %dx%d", recording->width, recording->height);
        goto end;
    }
    status = mien_encoder_open(path, &options, &encoder, error);
    if (status != MIEN_OK)
        goto end;
    status = write_frames(recording, encoder, canvas, rgb, progress, path, error);
    if (status == MIEN_OK) {
        status = mien_encoder_finish(encoder, error);
        encoder = NULL;
    }
end:
    mien_encoder_abandon(encoder);
    mien_sim_canvas_free(canvas);
    free(rgb);
    return status;
}
