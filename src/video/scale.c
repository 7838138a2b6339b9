/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/scale.h"

#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>
#include <string.h>

enum {
    ROW_ALIGN = 64, /* What the widest vector instructions may write at once. */
    FLAGS = SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_BITEXACT
};

bool mien_plane_resize(struct mien_plane *plane, int width, int height, int bytes)
{
    size_t stride = ((size_t)width * (size_t)bytes + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
    size_t size = stride * (size_t)height + ROW_ALIGN;
    if (size > INT32_MAX)
        return false;
    plane->stride = (ptrdiff_t)stride;
    if (size <= plane->capacity)
        return true;
    av_free(plane->bytes);
    plane->bytes = av_mallocz(size);
    plane->capacity = plane->bytes ? size : 0;
    return plane->bytes != NULL;
}

void mien_plane_clear(struct mien_plane *plane)
{
    av_free(plane->bytes);
    *plane = (struct mien_plane){0};
}

static int matrix_of(const AVFrame *frame)
{
    switch (frame->colorspace) {
    case AVCOL_SPC_BT709:
        return SWS_CS_ITU709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return SWS_CS_BT2020;
    case AVCOL_SPC_SMPTE240M:
        return SWS_CS_SMPTE240M;
    case AVCOL_SPC_FCC:
        return SWS_CS_FCC;
    case AVCOL_SPC_UNSPECIFIED:
        /* What players assume where the stream does not say; stills in JPEG are always BT.601. */
        return frame->height >= 720 && frame->color_range != AVCOL_RANGE_JPEG ? SWS_CS_ITU709 : SWS_CS_ITU601;
    default:
        return SWS_CS_ITU601;
    }
}

/* The deprecated twins of pixel formats that stand for full range, by their plain names. */
static int plain_format(int format, int *full_range)
{
    static const struct {
        enum AVPixelFormat twin, plain;
    } twins[] = {{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
                 {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
                 {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
                 {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
                 {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P}};
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if ((int)twins[i].twin == format) {
            *full_range = 1;
            return twins[i].plain;
        }
    return format;
}

struct mien_conversion mien_conversion_of(const AVFrame *frame, int rows)
{
    struct mien_conversion conversion = {.width = frame->width,
                                         .height = rows,
                                         .matrix = matrix_of(frame),
                                         .full_range = frame->color_range == AVCOL_RANGE_JPEG};
    conversion.format = plain_format(frame->format, &conversion.full_range);
    return conversion;
}

enum mien_status mien_scaler_prepare(struct mien_scaler *scaler, const struct mien_conversion *conversion,
                                     struct mien_error *error)
{
    /* The struct holds ints only, so it has no padding that could differ. */
    if (scaler->context && memcmp(&scaler->conversion, conversion, sizeof *conversion) == 0)
        return MIEN_OK;
    mien_scaler_clear(scaler);
    /* Exact rounding costs ten times as much where the size stays, and changes values by 1 or 2 of 255. */
    bool same_size = conversion->width == conversion->to_width && conversion->height == conversion->to_height;
    int flags = same_size ? FLAGS : FLAGS | SWS_ACCURATE_RND;
    scaler->context =
        sws_getContext(conversion->width, conversion->height, conversion->format, conversion->to_width,
                       conversion->to_height, conversion->to_format, flags, NULL, NULL, NULL);
    if (!scaler->context) {
        const char *name = av_get_pix_fmt_name(conversion->format);
        return mien_fail(
            error, MIEN_ERR_DECODE,
            "pictures stored as %s (%dx%d) cannot be converted; convert the file to H.264 with ffmpeg",
            name ? name : "an unknown format", conversion->width, conversion->height);
    }
    scaler->conversion = *conversion;
    /* Fails without harm where the source is RGB, which has neither matrix nor range. */
    const int *table = sws_getCoefficients(conversion->matrix);
    sws_setColorspaceDetails(scaler->context, table, conversion->full_range, table, 1, 0, 1 << 16, 1 << 16);
    return MIEN_OK;
}

void mien_scaler_clear(struct mien_scaler *scaler)
{
    sws_freeContext(scaler->context);
    *scaler = (struct mien_scaler){0};
}
