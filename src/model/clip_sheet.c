/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_sheet.h"

#include "base/paths.h"
#include "face/drawing.h"

#include <stdio.h>
#include <string.h>

/* Pixels. */
enum { GAP = 2, MARGIN = 12, HEAD = 40, LABEL = 22 };

static const double dot_of_text = 1.6, dot_of_title = 2;
static const struct mien_colour paper = {255, 255, 255}, ink = {34, 34, 34}, faint = {110, 110, 110};

/* Where a picture's first pixel comes to lie. */
static void put_picture(struct mien_image *image, const struct mien_clip_set *set, size_t row, size_t frame,
                        size_t left, size_t top)
{
    size_t width = set->shape.width, height = set->shape.height;
    const uint8_t *luma = mien_clip_luma(set, row) + frame * width * height;
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            memset(image->rgb + 3 * ((top + y) * (size_t)image->width + left + x), *luma++, 3);
}

enum mien_status mien_clip_image(const struct mien_clip_set *set, size_t row, size_t frame,
                                 struct mien_image **image, struct mien_error *error)
{
    enum mien_status status = mien_image_new((int)set->shape.width, (int)set->shape.height, image, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_clip_facts *facts = &set->facts[row];
    (*image)->index = frame;
    (*image)->time = facts->start + ((double)frame + 0.5) / set->rate;
    put_picture(*image, set, row, frame, 0, 0);
    return MIEN_OK;
}

static void write_label(struct mien_image *image, const struct mien_clip_set *set, size_t row, double top)
{
    char text[256];
    const struct mien_clip_facts *facts = &set->facts[row];
    snprintf(text, sizeof text, "%zu  %s%s%s  %.2f-%.2f s  coverage %.2f  eyes %.0f px", row + 1,
             *facts->participant ? facts->participant : mien_path_base(facts->file), *facts->task ? " " : "",
             facts->task, facts->start, facts->stop, facts->coverage, facts->interocular);
    mien_draw_text(image, MARGIN, top, dot_of_text, image->width - 2 * MARGIN, faint, text);
}

enum mien_status mien_clip_sheet(const struct mien_clip_set *set, const size_t *rows, size_t count,
                                 const char *title, struct mien_image **image, struct mien_error *error)
{
    struct mien_image *page = NULL;
    size_t high = set->shape.height + LABEL + GAP, wide = set->shape.width + GAP;
    int width = (int)(2 * MARGIN + set->shape.frames * wide), height = (int)(HEAD + count * high + MARGIN);
    enum mien_status status = mien_image_new(width, height, &page, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_patch all = {0, 0, width, height};
    mien_draw_patch(page, &all, paper);
    mien_draw_text(page, MARGIN, MARGIN, dot_of_title, width - 2 * MARGIN, ink, title);
    for (size_t i = 0; i < count; i++) {
        size_t top = HEAD + i * high;
        write_label(page, set, rows[i], (double)top);
        for (size_t frame = 0; frame < set->shape.frames; frame++)
            put_picture(page, set, rows[i], frame, MARGIN + frame * wide, top + LABEL - GAP);
    }
    *image = page;
    return MIEN_OK;
}
