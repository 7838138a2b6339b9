/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/sheet.h"

#include "base/interrupt.h"
#include "base/paths.h"
#include "face/drawing.h"
#include "video/video.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* Pixels. */
enum {
    SIDE = 264, /* Of a picture. */
    GAP = 14,
    LINE = 19,
    HEAD = 62,
    CAPTION = MIEN_SHEET_LINES * LINE + 12
};

static const double dot_of_text = 1.6, dot_of_title = 2;
static const struct mien_colour paper = {255, 255, 255}, ink = {34, 34, 34}, faint = {110, 110, 110},
                                ground = {70, 70, 70}, white = {255, 255, 255};
/* The participant's right, midline and left, in colours that the colour-blind tell apart. */
static const struct mien_colour sides[] = {{235, 110, 0}, {240, 228, 66}, {30, 150, 230}};

/* ---- Points ---- */

/* 0 for a point of the participant's right side, 1 for the midline, 2 for the left. */
static int side_of(int point)
{
    static const char of[] = "00000000122222222"
                             "0000022222"
                             "1111"
                             "00122"
                             "000000222222"
                             "00012222"
                             "2100"
                             "00122210";
    return of[point] - '0';
}

/* The lines of a face: first and last point, and whether they are joined. */
static const struct {
    int first, last;
    bool closed;
} parts[] = {{0, 16, false}, {17, 21, false}, {22, 26, false}, {27, 30, false}, {31, 35, false},
             {36, 41, true}, {42, 47, true},  {48, 59, true},  {60, 67, true}};

/* What the measures use: the fit of each half where there is one. */
static void points_of(const struct mien_track *track, size_t row, double points[MIEN_POINTS][2])
{
    for (size_t i = 0; i < MIEN_POINTS; i++) {
        size_t at = row * MIEN_POINTS + i;
        bool sided = isfinite(track->sided_x[at]) && isfinite(track->sided_y[at]);
        points[i][0] = sided ? track->sided_x[at] : track->x[at];
        points[i][1] = sided ? track->sided_y[at] : track->y[at];
    }
}

/* A square about the face with some air. */
static struct mien_patch around(double points[MIEN_POINTS][2])
{
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int i = 0; i < MIEN_POINTS; i++) {
        left = fmin(left, points[i][0]);
        right = fmax(right, points[i][0]);
        top = fmin(top, points[i][1]);
        bottom = fmax(bottom, points[i][1]);
    }
    double side = 1.45 * fmax(fmax(right - left, bottom - top), 8);
    /* The forehead lies above the points. */
    double x = (left + right) / 2, y = (top + bottom) / 2 - 0.07 * side;
    return (struct mien_patch){x - side / 2, y - side / 2, side, side};
}

static void draw_face(struct mien_image *image, const struct mien_patch *to, const struct mien_patch *from,
                      double points[MIEN_POINTS][2])
{
    double scale = to->width / from->width, place[MIEN_POINTS][2];
    for (int i = 0; i < MIEN_POINTS; i++) {
        place[i][0] = to->left + (points[i][0] + 0.5 - from->left) * scale - 0.5;
        place[i][1] = to->top + (points[i][1] + 0.5 - from->top) * scale - 0.5;
    }
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        for (int i = parts[k].first; i < parts[k].last; i++)
            mien_draw_stroke(image, place[i], place[i + 1], 1, white, 0.6);
        if (parts[k].closed)
            mien_draw_stroke(image, place[parts[k].last], place[parts[k].first], 1, white, 0.6);
    }
    for (int i = 0; i < MIEN_POINTS; i++)
        mien_draw_stroke(image, place[i], place[i], 3, sides[side_of(i)], 1);
}

/* ---- Pictures ---- */

static enum mien_status changed(const struct mien_video *video, const char *how, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_DATA, "%s is not the video that was tracked: %s; track it again",
                     mien_video_path(video), how);
}

/* Frame `wanted`, or another one where the video has changed. A jump decodes from the last key frame on, so
 * the next few seconds are simply read. *position is the number of the frame that comes next. */
static enum mien_status go_to(struct mien_video *video, size_t wanted, double seconds, size_t *position,
                              struct mien_video_frame *frame, struct mien_error *error)
{
    enum { NEAR = 250 };
    enum mien_status status = MIEN_OK;
    bool near = *position <= wanted && wanted - *position < NEAR;
    if (!near)
        status = mien_video_seek(video, seconds + 1e-6, error);
    do {
        if (status == MIEN_OK && mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (status == MIEN_OK)
            status = mien_video_next(video, frame, error);
    } while (status == MIEN_OK && near && frame->index < wanted);
    if (status == MIEN_OK)
        *position = frame->index + 1;
    return status;
}

static enum mien_status read_picture(struct mien_video *video, const struct mien_track *track, size_t row,
                                     size_t *position, struct mien_image *picture, struct mien_error *error)
{
    struct mien_video_frame frame;
    char how[120];
    enum mien_status status = go_to(video, track->frame[row], track->time[row], position, &frame, error);
    if (status == MIEN_END || (status == MIEN_OK && (frame.index != track->frame[row] ||
                                                     fabs(frame.time - track->time[row]) > 5e-4))) {
        snprintf(how, sizeof how, "it has no frame %zu at %.3f s", track->frame[row] + 1, track->time[row]);
        return changed(video, how, error);
    }
    if (status != MIEN_OK)
        return status;
    return mien_video_rgb(video, picture->rgb, 3 * (size_t)picture->width, error);
}

/* Where a whole picture comes to lie in a square. */
static struct mien_patch fitted(const struct mien_patch *square, const struct mien_image *picture)
{
    double scale = square->width / fmax(picture->width, picture->height);
    double width = scale * picture->width, height = scale * picture->height;
    return (struct mien_patch){square->left + (square->width - width) / 2,
                               square->top + (square->height - height) / 2, width, height};
}

static void draw_cell(struct mien_image *image, const struct mien_patch *square,
                      const struct mien_track *track, const struct mien_sheet_cell *cell,
                      const struct mien_image *picture)
{
    double points[MIEN_POINTS][2];
    mien_draw_patch(image, square, ground);
    if (track->found[cell->row]) {
        points_of(track, cell->row, points);
        struct mien_patch from = around(points);
        mien_draw_picture(image, square, picture, &from);
        draw_face(image, square, &from, points);
    } else {
        struct mien_patch all = {0, 0, picture->width, picture->height}, to = fitted(square, picture);
        mien_draw_picture(image, &to, picture, &all);
    }
    for (int i = 0; i < MIEN_SHEET_LINES; i++)
        if (cell->lines[i])
            mien_draw_text(image, square->left, square->top + SIDE + 6 + i * LINE, dot_of_text, SIDE,
                           i == 0 ? ink : faint, cell->lines[i]);
}

/* ---- The sheet ---- */

/* A sheet a little wider than high. */
static size_t columns_for(size_t count)
{
    size_t columns = (size_t)ceil(sqrt((double)count * 4 / 3 - 1e-9));
    return columns < 3 ? 3 : columns;
}

/* The cells in the order of time, in which the video is read. */
static void order_cells(const struct mien_sheet *sheet, size_t order[MIEN_SHEET_MOST])
{
    for (size_t i = 0; i < sheet->count; i++) {
        size_t place = i;
        for (; place > 0 && sheet->cells[order[place - 1]].row > sheet->cells[i].row; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

static enum mien_status draw_cells(struct mien_video *video, const struct mien_track *track,
                                   const struct mien_sheet *sheet, const struct mien_progress *progress,
                                   struct mien_image *image, struct mien_error *error)
{
    struct mien_image *picture = NULL;
    size_t columns = columns_for(sheet->count), order[MIEN_SHEET_MOST], position = 0;
    enum mien_status status = mien_image_new(track->width, track->height, &picture, error);
    order_cells(sheet, order);
    for (size_t k = 0; k < sheet->count && status == MIEN_OK; k++) {
        size_t i = order[k];
        const struct mien_patch square = {GAP + (double)(i % columns) * (SIDE + GAP),
                                          HEAD + (double)(i / columns) * (SIDE + CAPTION), SIDE, SIDE};
        mien_progress_report(progress, (double)k, (double)sheet->count, "frames",
                             mien_path_base(mien_video_path(video)));
        status = read_picture(video, track, sheet->cells[i].row, &position, picture, error);
        if (status == MIEN_OK)
            draw_cell(image, &square, track, &sheet->cells[i], picture);
    }
    mien_image_free(picture);
    return status;
}

static enum mien_status new_page(const struct mien_sheet *sheet, struct mien_image **page,
                                 struct mien_error *error)
{
    size_t columns = columns_for(sheet->count), rows = (sheet->count + columns - 1) / columns;
    int width = GAP + (int)columns * (SIDE + GAP), height = HEAD + (int)rows * (SIDE + CAPTION) + GAP / 2;
    enum mien_status status = mien_image_new(width, height, page, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_patch all = {0, 0, width, height};
    mien_draw_patch(*page, &all, paper);
    for (int i = 0; i < MIEN_SHEET_TITLES; i++)
        if (sheet->titles[i])
            mien_draw_text(*page, GAP, 12 + 26 * i, i == 0 ? dot_of_title : dot_of_text, width - 2 * GAP,
                           i == 0 ? ink : faint, sheet->titles[i]);
    return MIEN_OK;
}

enum mien_status mien_track_sheet(const struct mien_track *track, const struct mien_sheet *sheet,
                                  const struct mien_progress *progress, struct mien_image **image,
                                  struct mien_error *error)
{
    struct mien_video *video = NULL;
    struct mien_image *page = NULL;
    enum mien_status status = mien_video_open(sheet->video ? sheet->video : track->source, &video, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_video_info *info = mien_video_info(video);
    if (info->width != track->width || info->height != track->height) {
        char how[120];
        snprintf(how, sizeof how, "it has %dx%d pixels, not %dx%d", info->width, info->height, track->width,
                 track->height);
        status = changed(video, how, error);
    }
    if (status == MIEN_OK)
        status = new_page(sheet, &page, error);
    if (status == MIEN_OK)
        status = draw_cells(video, track, sheet, progress, page, error);
    mien_video_close(video);
    if (status != MIEN_OK) {
        mien_image_free(page);
        return status;
    }
    *image = page;
    return MIEN_OK;
}
