/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/picture.h"

#include "video/scale.h"

#include <libavutil/pixdesc.h>
#include <stdlib.h>

struct mien_picture {
    struct mien_picture_shape shape;
    struct mien_plane grey, whole, square, upright, colour;
    struct mien_scaler to_grey, to_square, to_colour;
};

struct mien_picture *mien_picture_new(const struct mien_picture_shape *shape)
{
    struct mien_picture *picture = calloc(1, sizeof *picture);
    if (picture)
        picture->shape = *shape;
    return picture;
}

const struct mien_picture_shape *mien_picture_shape(const struct mien_picture *picture)
{
    return &picture->shape;
}

void mien_picture_free(struct mien_picture *picture)
{
    if (!picture)
        return;
    mien_plane_clear(&picture->grey);
    mien_plane_clear(&picture->whole);
    mien_plane_clear(&picture->square);
    mien_plane_clear(&picture->upright);
    mien_plane_clear(&picture->colour);
    mien_scaler_clear(&picture->to_grey);
    mien_scaler_clear(&picture->to_square);
    mien_scaler_clear(&picture->to_colour);
    free(picture);
}

static enum mien_status out_of_memory(struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a picture");
}

/* ---- Fields ---- */

static bool is_interlaced(const AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_INTERLACED
    return frame->height > 1 && frame->flags & AV_FRAME_FLAG_INTERLACED;
#else
    return frame->height > 1 && frame->interlaced_frame;
#endif
}

/* The parity (0: even rows) of the field that was taken first, so that the frame's time belongs to it. */
static int first_field(const AVFrame *frame, const AVPixFmtDescriptor *format)
{
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
    bool top = frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    bool top = frame->top_field_first;
#endif
    /* With some heights the lower field has a row of chroma too few. */
    int rows = frame->height / 2, chroma = AV_CEIL_RSHIFT(frame->height, format->log2_chroma_h) / 2;
    return top || chroma < AV_CEIL_RSHIFT(rows, format->log2_chroma_h) ? 0 : 1;
}

/* Fills the rows of the other field with the mean of their neighbours. */
static void interpolate_rows(struct mien_plane *plane, size_t width, int height, int parity)
{
    for (int y = 1 - parity; y < height; y += 2) {
        const uint8_t *above = plane->bytes + (y > 0 ? y - 1 : y + 1) * plane->stride;
        const uint8_t *below = plane->bytes + (y + 1 < height ? y + 1 : y - 1) * plane->stride;
        uint8_t *row = plane->bytes + y * plane->stride;
        for (size_t x = 0; x < width; x++)
            row[x] = (uint8_t)((above[x] + below[x] + 1) / 2);
    }
}

/* ---- Luma ---- */

static const uint64_t without_luma_plane = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL |
                                           AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                                           AV_PIX_FMT_FLAG_BAYER;

/* Whether luma lies in a plane of its own, one byte a pixel, as in every common format. */
static bool has_plain_luma(const AVPixFmtDescriptor *format)
{
    const AVComponentDescriptor *luma = &format->comp[0];
    return !(format->flags & without_luma_plane) && luma->plane == 0 && luma->depth == 8 && luma->step == 1 &&
           luma->offset == 0;
}

/* Whether it does with 9 to 16 bits, little-endian. */
static bool has_deep_luma(const AVPixFmtDescriptor *format)
{
    const AVComponentDescriptor *luma = &format->comp[0];
    return !(format->flags & (without_luma_plane | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_FLOAT)) &&
           luma->plane == 0 && luma->depth > 8 && luma->step == 2 && luma->offset == 0;
}

/* Rounds samples of more than 8 bits to 8. */
static void round_luma(const AVFrame *frame, const AVComponentDescriptor *luma, struct mien_plane *grey)
{
    int shift = luma->shift + luma->depth - 8;
    unsigned half = 1u << (shift - 1);
    for (int y = 0; y < frame->height; y++) {
        const uint8_t *from = frame->data[0] + y * (ptrdiff_t)frame->linesize[0];
        uint8_t *to = grey->bytes + y * grey->stride;
        for (int x = 0; x < frame->width; x++) {
            unsigned value = ((unsigned)from[2 * x] | (unsigned)from[2 * x + 1] << 8) + half;
            value >>= shift;
            to[x] = (uint8_t)(value > 255 ? 255 : value);
        }
    }
}

struct view {
    const uint8_t *bytes;
    ptrdiff_t stride;
};

static struct view view_of(const struct mien_plane *plane)
{
    return (struct view){plane->bytes, plane->stride};
}

/* Calls of sws_scale pass four planes, as it reads all four, though grey and RGB have one. */
static enum mien_status stored_luma(struct mien_picture *picture, const AVFrame *frame,
                                    const AVPixFmtDescriptor *format, struct view *view,
                                    struct mien_error *error)
{
    struct mien_plane *grey = &picture->grey;
    if (has_plain_luma(format)) {
        *view = (struct view){frame->data[0], frame->linesize[0]};
        return MIEN_OK;
    }
    if (!mien_plane_resize(grey, frame->width, frame->height, 1))
        return out_of_memory(error);
    *view = view_of(grey);
    if (has_deep_luma(format)) {
        round_luma(frame, &format->comp[0], grey);
        return MIEN_OK;
    }
    struct mien_conversion conversion = mien_conversion_of(frame, frame->height);
    conversion.to_width = frame->width;
    conversion.to_height = frame->height;
    conversion.to_format = AV_PIX_FMT_GRAY8;
    enum mien_status status = mien_scaler_prepare(&picture->to_grey, &conversion, error);
    if (status == MIEN_OK)
        sws_scale(picture->to_grey.context, (const uint8_t *const *)frame->data, frame->linesize, 0,
                  frame->height, (uint8_t *const[4]){grey->bytes}, (int[4]){(int)grey->stride});
    return status;
}

static enum mien_status deinterlace_luma(struct mien_picture *picture, const AVFrame *frame, int parity,
                                         struct view *view, struct mien_error *error)
{
    struct mien_plane *whole = &picture->whole;
    if (!mien_plane_resize(whole, frame->width, frame->height, 1))
        return out_of_memory(error);
    mien_turn_pixels((struct mien_turn){0, false}, view->bytes + parity * view->stride, 2 * view->stride,
                     frame->width, (frame->height + 1 - parity) / 2, 1, whole->bytes + parity * whole->stride,
                     2 * whole->stride);
    interpolate_rows(whole, (size_t)frame->width, frame->height, parity);
    *view = view_of(whole);
    return MIEN_OK;
}

static enum mien_status square_luma(struct mien_picture *picture, const AVFrame *frame, struct view *view,
                                    struct mien_error *error)
{
    int width = picture->shape.width, height = picture->shape.height;
    struct mien_plane *square = &picture->square;
    struct mien_conversion conversion = {frame->width, frame->height, AV_PIX_FMT_GRAY8, SWS_CS_ITU601, 1,
                                         width,        height,        AV_PIX_FMT_GRAY8};
    if (!mien_plane_resize(square, width, height, 1))
        return out_of_memory(error);
    enum mien_status status = mien_scaler_prepare(&picture->to_square, &conversion, error);
    if (status != MIEN_OK)
        return status;
    sws_scale(picture->to_square.context, (const uint8_t *const[4]){view->bytes}, (int[4]){(int)view->stride},
              0, frame->height, (uint8_t *const[4]){square->bytes}, (int[4]){(int)square->stride});
    *view = view_of(square);
    return MIEN_OK;
}

static enum mien_status upright_luma(struct mien_picture *picture, struct view *view,
                                     struct mien_error *error)
{
    struct mien_turn turn = picture->shape.turn;
    int width = picture->shape.width, height = picture->shape.height;
    struct mien_plane *upright = &picture->upright;
    if (!mien_plane_resize(upright, turn.quarters % 2 ? height : width, turn.quarters % 2 ? width : height,
                           1))
        return out_of_memory(error);
    mien_turn_pixels(turn, view->bytes, view->stride, width, height, 1, upright->bytes, upright->stride);
    *view = view_of(upright);
    return MIEN_OK;
}

static enum mien_status known_format(const AVFrame *frame, const AVPixFmtDescriptor **format,
                                     struct mien_error *error)
{
    *format = av_pix_fmt_desc_get(frame->format);
    if (!*format || frame->width <= 0 || frame->height <= 0)
        return mien_fail(error, MIEN_ERR_DECODE, "the decoder gave a picture of unknown format");
    return MIEN_OK;
}

enum mien_status mien_picture_luma(struct mien_picture *picture, const AVFrame *frame, const uint8_t **luma,
                                   ptrdiff_t *stride, struct mien_error *error)
{
    const struct mien_picture_shape *shape = &picture->shape;
    const AVPixFmtDescriptor *format;
    struct view view = {0};
    enum mien_status status = known_format(frame, &format, error);
    if (status == MIEN_OK)
        status = stored_luma(picture, frame, format, &view, error);
    if (status == MIEN_OK && is_interlaced(frame))
        status = deinterlace_luma(picture, frame, first_field(frame, format), &view, error);
    if (status == MIEN_OK && (frame->width != shape->width || frame->height != shape->height))
        status = square_luma(picture, frame, &view, error);
    if (status == MIEN_OK && (shape->turn.quarters != 0 || shape->turn.mirrored))
        status = upright_luma(picture, &view, error);
    if (status == MIEN_OK) {
        *luma = view.bytes;
        *stride = view.stride;
    }
    return status;
}

/* ---- Colour ---- */

/* Converts every `every`th row of the frame from `parity` on into the same rows of colour. */
static void convert_rows(const struct mien_scaler *scaler, const AVFrame *frame, bool has_palette, int every,
                         int parity, struct mien_plane *colour)
{
    const uint8_t *source[4] = {0};
    int strides[4] = {0};
    for (int i = 0; i < 4 && frame->data[i]; i++) {
        bool is_rows = !(has_palette && i == 1);
        source[i] = frame->data[i] + (is_rows ? parity * (ptrdiff_t)frame->linesize[i] : 0);
        strides[i] = frame->linesize[i] * (is_rows ? every : 1);
    }
    sws_scale(scaler->context, source, strides, 0, scaler->conversion.height,
              (uint8_t *const[4]){colour->bytes + parity * colour->stride},
              (int[4]){(int)colour->stride * every});
}

enum mien_status mien_picture_rgb(struct mien_picture *picture, const AVFrame *frame, uint8_t *rgb,
                                  ptrdiff_t stride, struct mien_error *error)
{
    int width = picture->shape.width, height = picture->shape.height;
    struct mien_plane *colour = &picture->colour;
    const AVPixFmtDescriptor *format;
    enum mien_status status = known_format(frame, &format, error);
    if (status != MIEN_OK)
        return status;
    if (!mien_plane_resize(colour, width, height, 3))
        return out_of_memory(error);
    /* Fields go row for row, so a picture whose height changed midway is taken whole. */
    bool fields = is_interlaced(frame) && frame->height == height;
    int parity = fields ? first_field(frame, format) : 0;
    int rows = fields ? (height + 1 - parity) / 2 : frame->height;
    struct mien_conversion conversion = mien_conversion_of(frame, rows);
    conversion.to_width = width;
    conversion.to_height = fields ? rows : height;
    conversion.to_format = AV_PIX_FMT_RGB24;
    status = mien_scaler_prepare(&picture->to_colour, &conversion, error);
    if (status != MIEN_OK)
        return status;
    convert_rows(&picture->to_colour, frame, format->flags & AV_PIX_FMT_FLAG_PAL, fields ? 2 : 1, parity,
                 colour);
    if (fields)
        interpolate_rows(colour, 3 * (size_t)width, height, parity);
    mien_turn_pixels(picture->shape.turn, colour->bytes, colour->stride, width, height, 3, rgb, stride);
    return MIEN_OK;
}
