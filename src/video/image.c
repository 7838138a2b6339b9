/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/image.h"

#include "base/draft.h"
#include "base/memory.h"
#include "video/source.h"

#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIDE_MOST = 32768 };

enum mien_status mien_image_new(int width, int height, struct mien_image **image, struct mien_error *error)
{
    if (width < 1 || height < 1 || width > SIDE_MOST || height > SIDE_MOST)
        return mien_fail(error, MIEN_ERR_DATA, "a picture of %dx%d pixels cannot be made; sides are 1 to %d",
                         width, height, SIDE_MOST);
    struct mien_image *made = mien_array_new(1, sizeof *made);
    if (made)
        made->rgb = mien_array_new((size_t)width * (size_t)height, 3);
    if (!made || !made->rgb) {
        mien_image_free(made);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a picture of %dx%d pixels", width,
                         height);
    }
    made->width = width;
    made->height = height;
    made->time = NAN;
    *image = made;
    return MIEN_OK;
}

void mien_image_free(struct mien_image *image)
{
    if (image)
        free(image->rgb);
    free(image);
}

void mien_image_luma(const struct mien_image *image, uint8_t *luma)
{
    size_t pixels = (size_t)image->width * (size_t)image->height;
    const uint8_t *rgb = image->rgb;
    /* 0.299, 0.587 and 0.114 in units of 1/65536, rounded so that they add up to one. */
    for (size_t i = 0; i < pixels; i++, rgb += 3)
        luma[i] = (uint8_t)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 32768u) >> 16);
}

/* ---- PNG ---- */

static AVFrame *frame_of(const struct mien_image *image)
{
    AVFrame *frame = av_frame_alloc();
    if (!frame)
        return NULL;
    frame->format = AV_PIX_FMT_RGB24;
    frame->width = image->width;
    frame->height = image->height;
    if (av_frame_get_buffer(frame, 0) < 0) {
        av_frame_free(&frame);
        return NULL;
    }
    size_t row = 3 * (size_t)image->width;
    for (int y = 0; y < image->height; y++)
        memcpy(frame->data[0] + y * (ptrdiff_t)frame->linesize[0], image->rgb + (size_t)y * row, row);
    return frame;
}

static int encode(AVCodecContext *encoder, const struct mien_image *image, AVPacket *packet)
{
    encoder->width = image->width;
    encoder->height = image->height;
    encoder->pix_fmt = AV_PIX_FMT_RGB24;
    encoder->time_base = (AVRational){1, 25};
    encoder->thread_count = 1;
    int result = avcodec_open2(encoder, encoder->codec, NULL);
    if (result < 0)
        return result;
    AVFrame *frame = frame_of(image);
    if (!frame)
        return AVERROR(ENOMEM);
    result = avcodec_send_frame(encoder, frame);
    av_frame_free(&frame);
    if (result >= 0)
        result = avcodec_send_frame(encoder, NULL);
    return result < 0 ? result : avcodec_receive_packet(encoder, packet);
}

static enum mien_status write_file(const char *path, const uint8_t *bytes, size_t size,
                                   struct mien_error *error)
{
    struct mien_draft draft;
    int descriptor;
    enum mien_status status = mien_draft_create(path, &draft, &descriptor, error);
    if (status != MIEN_OK)
        return status;
    FILE *file = fdopen(descriptor, "wb");
    if (!file) {
        status = mien_fail_errno(error, path);
        close(descriptor);
    } else {
        bool written = fwrite(bytes, 1, size, file) == size && fflush(file) == 0;
        if (!written)
            status = mien_fail_errno(error, path);
        if (fclose(file) != 0 && written)
            status = mien_fail_errno(error, path);
    }
    if (status == MIEN_OK)
        return mien_draft_publish(&draft, error);
    mien_draft_discard(&draft);
    return status;
}

enum mien_status mien_image_write_png(const struct mien_image *image, const char *path,
                                      struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    mien_source_silence();
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (!codec)
        return mien_fail(error, MIEN_ERR_TOOL,
                         "%s: this FFmpeg cannot write PNG; install the distribution's FFmpeg", path);
    AVCodecContext *encoder = avcodec_alloc_context3(codec);
    AVPacket *packet = av_packet_alloc();
    int result = encoder && packet ? encode(encoder, image, packet) : AVERROR(ENOMEM);
    if (result < 0)
        status = mien_source_fail(error, path, result);
    else
        status = write_file(path, packet->data, (size_t)packet->size, error);
    av_packet_free(&packet);
    avcodec_free_context(&encoder);
    return status;
}
