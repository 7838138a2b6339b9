/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/portrait.h"

#include "base/memory.h"
#include "movement/mover.h"
#include "movement/reading.h"
#include "movement/resting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = MIEN_CANVAS_PIXELS * MIEN_PORTRAIT_SCALE * MIEN_PORTRAIT_SCALE };

int mien_portrait_new(struct mien_portrait *portrait)
{
    *portrait = (struct mien_portrait){0};
    portrait->sum = mien_array_new(PIXELS, sizeof *portrait->sum);
    return portrait->sum ? mien_mesh_new(&portrait->mesh, MIEN_PORTRAIT_SCALE) : -1;
}

void mien_portrait_clear(struct mien_portrait *portrait)
{
    mien_mesh_clear(&portrait->mesh);
    free(portrait->sum);
    *portrait = (struct mien_portrait){0};
}

/* ---- One person ---- */

struct sitting {
    const struct mien_mesh *mesh;
    struct mien_resting_options window;
    struct mien_resting_shape shape;
    enum mien_side side;
    size_t there, used; /* Frames in the window, and of them added to the sum. */
    struct mien_warp warp;
    float *sum;
    uint8_t *canvas;
};

static enum mien_status add_frame(struct sitting *sitting, struct mien_reading *reading, size_t row,
                                  struct mien_error *error)
{
    struct mien_plane plane;
    struct mien_glimpse glimpse;
    enum mien_status status = mien_reading_row(reading, row, &plane, error);
    if (status != MIEN_OK ||
        !mien_glimpse_place(&sitting->shape, sitting->window.track, sitting->side, row, &glimpse))
        return status;
    if (mien_warp_face(&sitting->warp, sitting->mesh, &plane, glimpse.x, glimpse.y, sitting->canvas) != 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a picture");
    for (int i = 0; i < PIXELS; i++)
        sitting->sum[i] += (float)sitting->canvas[i];
    sitting->used++;
    return MIEN_OK;
}

static enum mien_status add_frames(struct sitting *sitting, struct mien_error *error)
{
    struct mien_reading reading;
    const struct mien_track *track = sitting->window.track;
    size_t wanted = sitting->there < MIEN_PORTRAIT_FRAMES ? sitting->there : MIEN_PORTRAIT_FRAMES, met = 0;
    enum mien_status status = mien_reading_open(&reading, track, sitting->window.video, error);
    for (size_t row = 0; row < track->count && status == MIEN_OK && sitting->used < wanted; row++)
        if (mien_resting_has(&sitting->window, row) && met++ * wanted / sitting->there >= sitting->used)
            status = add_frame(sitting, &reading, row, error);
    mien_reading_close(&reading);
    if (status == MIEN_OK && sitting->used == 0)
        return mien_fail(error, MIEN_ERR_FACE, "%s: no usable face from %g to %g s",
                         track->source ? track->source : "the recording", sitting->window.t0,
                         sitting->window.t1);
    return status;
}

/* Everybody counts the same, whatever the light was. */
static void add_person(struct mien_portrait *portrait, const struct sitting *sitting)
{
    double count = 0, sum = 0, square = 0;
    for (int i = 0; i < PIXELS; i++) {
        if (portrait->mesh.at[i] == MIEN_MESH_OUTSIDE)
            continue;
        double value = (double)sitting->sum[i];
        count++, sum += value, square += value * value;
    }
    double mean = sum / count, sd = sqrt(fmax(square / count - mean * mean, 1e-6));
    for (int i = 0; i < PIXELS; i++)
        portrait->sum[i] += (float)(((double)sitting->sum[i] - mean) / sd);
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        portrait->shape.x[i] += sitting->shape.x[i];
        portrait->shape.y[i] += sitting->shape.y[i];
    }
    portrait->people++;
}

enum mien_status mien_portrait_add(struct mien_portrait *portrait, const struct mien_track *track,
                                   const char *video, double t0, double t1, enum mien_side side,
                                   struct mien_error *error)
{
    struct sitting sitting = {.mesh = &portrait->mesh, .window = {track, video, t0, t1}, .side = side};
    enum mien_status status =
        mien_resting_shape_of(side, &sitting.window, &sitting.shape, &sitting.there, error);
    if (status != MIEN_OK)
        return status;
    sitting.sum = mien_array_new(PIXELS, sizeof *sitting.sum);
    sitting.canvas = mien_array_new(PIXELS, 1);
    if (!sitting.sum || !sitting.canvas)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a picture");
    else
        status = add_frames(&sitting, error);
    if (status == MIEN_OK)
        add_person(portrait, &sitting);
    mien_warp_clear(&sitting.warp);
    free(sitting.sum);
    free(sitting.canvas);
    return status;
}

/* ---- Drawing ---- */

void mien_portrait_grey(const struct mien_portrait *portrait, uint8_t *grey)
{
    const double middle = 140, spread = 44;
    for (int i = 0; i < PIXELS; i++) {
        double value = middle + spread * (double)portrait->sum[i] / (double)portrait->people;
        grey[i] = (uint8_t)fmin(fmax(value, 0), 255);
    }
}

/* Moves the mesh's vertices to the mean shape, a little smaller so that an open mouth fits. */
static void take_shape(const struct mien_portrait *portrait, struct mien_mesh *mesh)
{
    const double smaller = 0.84;
    double scale = smaller * mien_canvas_interocular() / 100 / (double)portrait->people;
    double canthi = (mesh->vertex[36].y + mesh->vertex[39].y + mesh->vertex[42].y + mesh->vertex[45].y) / 4;
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        mesh->vertex[i].x = (MIEN_CANVAS_WIDTH - 1) / 2.0 + scale * portrait->shape.x[i];
        mesh->vertex[i].y = canthi + scale * portrait->shape.y[i];
    }
    mien_mesh_refill(mesh);
}

static void paint(const struct mien_mesh *mesh, const uint8_t *grey, struct mien_image *image)
{
    for (int i = 0; i < PIXELS; i++)
        memset(image->rgb + 3 * i, mesh->at[i] == MIEN_MESH_OUTSIDE ? 255 : grey[i], 3);
}

enum mien_status mien_portrait_draw(const struct mien_portrait *portrait, struct mien_image **image,
                                    struct mien_error *error)
{
    struct mien_mesh mesh = {0};
    struct mien_warp warp = {0};
    double x[MIEN_MESH_VERTICES], y[MIEN_MESH_VERTICES];
    uint8_t *grey = mien_array_new(2 * PIXELS, 1), *drawn = grey + PIXELS;
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!grey || mien_mesh_new(&mesh, MIEN_PORTRAIT_SCALE) != 0)
        goto done;
    /* Where the corners lie in the picture of the canonical shape. */
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        x[i] = (mesh.vertex[i].x + 0.5) * MIEN_PORTRAIT_SCALE - 0.5;
        y[i] = (mesh.vertex[i].y + 0.5) * MIEN_PORTRAIT_SCALE - 0.5;
    }
    mien_portrait_grey(portrait, grey);
    take_shape(portrait, &mesh);
    const struct mien_plane plane = {grey, mesh.width, mesh.width, mesh.height};
    if (mien_warp_face(&warp, &mesh, &plane, x, y, drawn) != 0)
        goto done;
    status = mien_image_new(mesh.width, mesh.height, image, error);
    if (status == MIEN_OK)
        paint(&mesh, drawn, *image);
done:
    mien_warp_clear(&warp);
    mien_mesh_clear(&mesh);
    free(grey);
    return status == MIEN_ERR_MEMORY ? mien_fail(error, status, "out of memory for the average face")
                                     : status;
}
