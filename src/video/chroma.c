/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/picture.h"
#include "video/scale.h"

#include <libavutil/buffer.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

const struct mien_chroma mien_no_chroma = {.luma_gain = 1};

/* Where a pixel of the displayed frame lies in the stored one: column of across, row of down, as in struct
 * mien_chroma. */
struct way {
    double across[3], down[3];
};

static struct way way_back(const struct mien_picture_shape *shape)
{
    double w = shape->width - 1, h = shape->height - 1;
    const struct way turned[4] = {
        {{1, 0, 0}, {0, 1, 0}}, {{0, 1, 0}, {-1, 0, h}}, {{-1, 0, w}, {0, -1, h}}, {{0, -1, w}, {1, 0, 0}}};
    struct way way = turned[shape->turn.quarters & 3];
    if (shape->turn.mirrored) {
        for (int k = 0; k < 3; k++)
            way.across[k] = -way.across[k];
        way.across[2] += w;
    }
    return way;
}

/* Pixel or sample centres are whole numbers; factor is new ones per old one. */
static void stretch(double map[3], double factor, double offset)
{
    for (int k = 0; k < 3; k++)
        map[k] *= factor;
    map[2] += (factor - 1) / 2 + offset;
}

/* Where samples lie between the pixels they stand for, in samples, against the middle of these. */
static void place_samples(const AVFrame *frame, const AVPixFmtDescriptor *format, struct way *way)
{
    enum AVChromaLocation at = frame->chroma_location;
    double right = 0, lower = 0;
    /* Every codec of today but JPEG puts them over the left one of two pixels. */
    if (at == AVCHROMA_LOC_UNSPECIFIED && frame->color_range != AVCOL_RANGE_JPEG)
        at = AVCHROMA_LOC_LEFT;
    if (format->log2_chroma_w && (at == AVCHROMA_LOC_LEFT || at == AVCHROMA_LOC_TOPLEFT))
        right = 0.25;
    if (format->log2_chroma_h && (at == AVCHROMA_LOC_TOPLEFT || at == AVCHROMA_LOC_TOP))
        lower = 0.25;
    stretch(way->across, 1.0 / (1 << format->log2_chroma_w), right);
    stretch(way->down, 1.0 / (1 << format->log2_chroma_h), lower);
}

static void set_matrix(const AVFrame *frame, struct mien_chroma *chroma)
{
    struct mien_conversion conversion = mien_conversion_of(frame, frame->height);
    bool newer = conversion.matrix == SWS_CS_ITU709 || conversion.matrix == SWS_CS_BT2020;
    float swing = conversion.full_range ? 1 : 255.0f / 224;
    chroma->red_red = swing * (newer ? 1.5748f : 1.402f);
    chroma->green_blue = swing * (newer ? -0.1873f : -0.3441f);
    chroma->green_red = swing * (newer ? -0.4681f : -0.7141f);
    chroma->blue_blue = swing * (newer ? 1.8556f : 1.772f);
    chroma->luma_gain = conversion.full_range ? 1 : 255.0f / 219;
    chroma->luma_zero = conversion.full_range ? 0 : 16;
}

struct mien_chroma mien_picture_chroma(const struct mien_picture_shape *shape, const AVFrame *frame)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    struct mien_chroma chroma = {0};
    if (!format)
        return chroma;
    set_matrix(frame, &chroma);
    const uint64_t strange = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                             AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_BE |
                             AV_PIX_FMT_FLAG_FLOAT;
    const AVComponentDescriptor *blue = &format->comp[1], *red = &format->comp[2];
    if (format->flags & strange || format->nb_components < 3 || blue->depth < 8 || blue->depth > 16)
        return chroma;
    struct way way = way_back(shape);
    stretch(way.across, (double)frame->width / shape->width, 0);
    stretch(way.down, (double)frame->height / shape->height, 0);
    place_samples(frame, format, &way);
    for (int k = 0; k < 3; k++) {
        chroma.across[k] = way.across[k];
        chroma.down[k] = way.down[k];
    }
    chroma.blue = frame->data[blue->plane] + blue->offset;
    chroma.red = frame->data[red->plane] + red->offset;
    chroma.owner[0] = av_frame_get_plane_buffer((AVFrame *)(uintptr_t)frame, blue->plane);
    chroma.owner[1] = av_frame_get_plane_buffer((AVFrame *)(uintptr_t)frame, red->plane);
    chroma.row = frame->linesize[blue->plane];
    chroma.column = blue->step;
    chroma.bytes = blue->depth > 8 ? 2 : 1;
    chroma.shift = blue->shift + blue->depth - 8;
    chroma.width = AV_CEIL_RSHIFT(frame->width, format->log2_chroma_w);
    chroma.height = AV_CEIL_RSHIFT(frame->height, format->log2_chroma_h);
    return chroma;
}

/* ---- Kept for later ---- */

static void copy_plane(const struct mien_chroma *chroma, const uint8_t *plane, uint8_t *to)
{
    size_t size = (size_t)chroma->bytes, width = (size_t)chroma->width;
    for (int y = 0; y < chroma->height; y++, to += width * size)
        for (size_t x = 0; x < width; x++)
            memcpy(to + x * size, plane + y * chroma->row + (ptrdiff_t)x * chroma->column, size);
}

static int copy_planes(struct mien_kept_chroma *kept, const struct mien_chroma *chroma)
{
    size_t half = (size_t)chroma->width * (size_t)chroma->height * (size_t)chroma->bytes;
    if (2 * half > kept->bytes) {
        free(kept->copy);
        kept->copy = malloc(2 * half);
        kept->bytes = kept->copy ? 2 * half : 0;
        if (!kept->copy)
            return -1;
    }
    copy_plane(chroma, chroma->blue, kept->copy);
    copy_plane(chroma, chroma->red, kept->copy + half);
    kept->chroma.blue = kept->copy;
    kept->chroma.red = kept->copy + half;
    kept->chroma.column = chroma->bytes;
    kept->chroma.row = (ptrdiff_t)chroma->width * chroma->bytes;
    return 0;
}

static void end_shares(struct mien_kept_chroma *kept)
{
    av_buffer_unref(&kept->share[0]);
    av_buffer_unref(&kept->share[1]);
}

int mien_chroma_keep(struct mien_kept_chroma *kept, const struct mien_chroma *chroma)
{
    end_shares(kept);
    kept->chroma = *chroma;
    if (!chroma->blue)
        return 0;
    for (int k = 0; k < 2; k++)
        kept->chroma.owner[k] = kept->share[k] = chroma->owner[k] ? av_buffer_ref(chroma->owner[k]) : NULL;
    if (kept->share[0] && kept->share[1])
        return 0;
    end_shares(kept);
    kept->chroma.owner[0] = kept->chroma.owner[1] = NULL;
    if (copy_planes(kept, chroma) == 0)
        return 0;
    kept->chroma = (struct mien_chroma){0};
    return -1;
}

void mien_chroma_drop(struct mien_kept_chroma *kept)
{
    end_shares(kept);
    free(kept->copy);
    *kept = (struct mien_kept_chroma){0};
}
