/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/encode.h"

#include "base/draft.h"
#include "base/paths.h"
#include "video/scale.h"
#include "video/source.h"
#include "video/turn.h"

#include <libavutil/avstring.h>
#include <libavutil/opt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct mien_encoder {
    struct mien_encoder_options options;
    struct mien_draft draft;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVFrame *frame;
    AVPacket *packet;
    struct SwsContext *to_yuv;
    struct mien_plane padded; /* The picture with even sides. */
    int64_t last_tick;
    bool started, failed;
};

static void release(struct mien_encoder *encoder)
{
    if (encoder->format && encoder->format->pb)
        avio_closep(&encoder->format->pb);
    avformat_free_context(encoder->format);
    avcodec_free_context(&encoder->codec);
    av_frame_free(&encoder->frame);
    av_packet_free(&encoder->packet);
    sws_freeContext(encoder->to_yuv);
    mien_plane_clear(&encoder->padded);
    mien_draft_discard(&encoder->draft);
    free(encoder);
}

void mien_encoder_abandon(struct mien_encoder *encoder)
{
    if (encoder)
        release(encoder);
}

/* ---- Opening ---- */

static const char *muxer_of(const char *path)
{
    static const char *const endings[][2] = {
        {".mp4", "mp4"}, {".m4v", "mp4"}, {".mov", "mov"}, {".mkv", "matroska"}, {".avi", "avi"}};
    const char *ending = strrchr(mien_path_base(path), '.');
    for (size_t i = 0; ending && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(ending, endings[i][0]) == 0)
            return endings[i][1];
    return NULL;
}

static enum mien_status check(const char *path, const struct mien_encoder_options *options,
                              struct mien_error *error)
{
    if (!muxer_of(path))
        return mien_fail(error, MIEN_ERR_FORMAT,
                         "%s: the name of a video to be written ends in .mp4, .mov, .mkv or .avi", path);
    if (options->width < 2 || options->height < 2 || options->width > 16384 || options->height > 16384)
        return mien_fail(error, MIEN_ERR_DATA,
                         "%s: the size must be between 2x2 and 16384x16384 pixels, not %dx%d", path,
                         options->width, options->height);
    if (!(options->fps >= 0.01 && options->fps <= 1000))
        return mien_fail(error, MIEN_ERR_DATA, "%s: fps must be between 0.01 and 1000, not %g", path,
                         options->fps);
    if (options->quality < 0 || options->quality > 51)
        return mien_fail(error, MIEN_ERR_DATA, "%s: quality must be between 1 (best) and 51, not %d", path,
                         options->quality);
    if (options->rotation % 90 != 0 || options->rotation < 0 || options->rotation > 270)
        return mien_fail(error, MIEN_ERR_DATA, "%s: rotation must be 0, 90, 180 or 270 degrees, not %d", path,
                         options->rotation);
    if (options->rotation != 0 && strcmp(muxer_of(path), "mp4") != 0 && strcmp(muxer_of(path), "mov") != 0)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: only .mp4 and .mov can say that they are rotated",
                         path);
    return MIEN_OK;
}

/* The size of the stored picture, which lies on its side after a quarter turn. */
static void stored_size(const struct mien_encoder_options *options, int *width, int *height)
{
    bool aside = options->rotation % 180 != 0;
    *width = aside ? options->height : options->width;
    *height = aside ? options->width : options->height;
}

/* A clock fine enough for any frame rate, where codec and container can have one. AVI counts frames, and
 * MPEG-4 part 2 has 16 bits for its ticks. */
static AVRational time_base_of(const struct mien_encoder *encoder)
{
    if (encoder->codec->codec_id == AV_CODEC_ID_H264 && strcmp(encoder->format->oformat->name, "avi") != 0)
        return (AVRational){1, 90000};
    return av_inv_q(av_d2q(encoder->options.fps, 60000));
}

static void configure(struct mien_encoder *encoder)
{
    AVCodecContext *codec = encoder->codec;
    int quality = encoder->options.quality ? encoder->options.quality : 20, width, height;
    stored_size(&encoder->options, &width, &height);
    codec->width = (width + 1) / 2 * 2;
    codec->height = (height + 1) / 2 * 2;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = time_base_of(encoder);
    codec->framerate = av_d2q(encoder->options.fps, 60000);
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->colorspace = AVCOL_SPC_SMPTE170M;
    codec->sample_aspect_ratio = (AVRational){1, 1};
    /* The same pictures give the same file: one thread, no version strings, no arithmetic that differs
     * between processors, and not the macroblock tree, which reads memory that nobody wrote (x264 0.164). */
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    if (encoder->format->oformat->flags & AVFMT_GLOBALHEADER)
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    encoder->format->flags |= AVFMT_FLAG_BITEXACT;
    /* AVI has no room for the display times that reordered pictures need. */
    if (strcmp(encoder->format->oformat->name, "avi") == 0)
        codec->max_b_frames = 0;
    if (codec->codec_id == AV_CODEC_ID_H264) {
        av_opt_set(codec->priv_data, "preset", "veryfast", 0);
        av_opt_set_double(codec->priv_data, "crf", quality, 0);
        av_opt_set(codec->priv_data, "x264-params", "mbtree=0:cpu-independent=1", 0);
    } else {
        /* Its quantiser runs from 1 to 31. */
        codec->flags |= AV_CODEC_FLAG_QSCALE;
        codec->global_quality = FF_QP2LAMBDA * (1 + quality * 30 / 51);
    }
}

static int open_codec(struct mien_encoder *encoder)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    if (!codec)
        codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    if (!codec)
        return AVERROR_ENCODER_NOT_FOUND;
    encoder->codec = avcodec_alloc_context3(codec);
    if (!encoder->codec)
        return AVERROR(ENOMEM);
    configure(encoder);
    return avcodec_open2(encoder->codec, codec, NULL);
}

/* Room for nine numbers in the stream's side data; NULL without memory. */
static int32_t *new_matrix(AVStream *stream)
{
    enum { SIZE = 9 * sizeof(int32_t) };
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 16, 100)
    AVPacketSideData *data =
        av_packet_side_data_new(&stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data,
                                AV_PKT_DATA_DISPLAYMATRIX, SIZE, 0);
    return data ? (int32_t *)(void *)data->data : NULL;
#else
    return (int32_t *)(void *)av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, SIZE);
#endif
}

/* How a player is to turn the stored picture: rows of 16.16 and, in the last column, 2.30 fixed point. */
static int write_rotation(AVStream *stream, int rotation)
{
    static const int32_t cosine[] = {1, 0, -1, 0}, sine[] = {0, 1, 0, -1};
    int quarters = rotation / 90;
    if (quarters == 0)
        return 0;
    int32_t *matrix = new_matrix(stream);
    if (!matrix)
        return AVERROR(ENOMEM);
    memset(matrix, 0, 9 * sizeof *matrix);
    matrix[0] = matrix[4] = cosine[quarters] * 65536;
    matrix[1] = sine[quarters] * 65536;
    matrix[3] = -matrix[1];
    matrix[8] = 1 << 30;
    return 0;
}

static int open_file(struct mien_encoder *encoder)
{
    encoder->stream = avformat_new_stream(encoder->format, NULL);
    if (!encoder->stream)
        return AVERROR(ENOMEM);
    encoder->stream->time_base = encoder->codec->time_base;
    encoder->stream->avg_frame_rate = encoder->codec->framerate;
    encoder->stream->sample_aspect_ratio = encoder->codec->sample_aspect_ratio;
    int result = avcodec_parameters_from_context(encoder->stream->codecpar, encoder->codec);
    if (result >= 0)
        result = write_rotation(encoder->stream, encoder->options.rotation);
    if (result < 0)
        return result;
    char *url = av_asprintf("file:%s", encoder->draft.temporary);
    if (!url)
        return AVERROR(ENOMEM);
    result = avio_open2(&encoder->format->pb, url, AVIO_FLAG_WRITE, NULL, NULL);
    av_free(url);
    return result < 0 ? result : avformat_write_header(encoder->format, NULL);
}

static int open_pictures(struct mien_encoder *encoder)
{
    int width = encoder->codec->width, height = encoder->codec->height;
    encoder->frame = av_frame_alloc();
    encoder->packet = av_packet_alloc();
    if (!encoder->frame || !encoder->packet || !mien_plane_resize(&encoder->padded, width, height, 3))
        return AVERROR(ENOMEM);
    encoder->frame->format = AV_PIX_FMT_YUV420P;
    encoder->frame->width = width;
    encoder->frame->height = height;
    encoder->frame->color_range = encoder->codec->color_range;
    encoder->frame->colorspace = encoder->codec->colorspace;
    encoder->to_yuv =
        sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT, NULL, NULL, NULL);
    if (!encoder->to_yuv)
        return AVERROR(ENOMEM);
    return av_frame_get_buffer(encoder->frame, 0);
}

enum mien_status mien_encoder_open(const char *path, const struct mien_encoder_options *options,
                                   struct mien_encoder **encoder, struct mien_error *error)
{
    int descriptor;
    mien_source_silence();
    enum mien_status status = check(path, options, error);
    if (status != MIEN_OK)
        return status;
    struct mien_encoder *made = calloc(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    made->options = *options;
    made->last_tick = AV_NOPTS_VALUE;
    status = mien_draft_create(path, &made->draft, &descriptor, error);
    if (status == MIEN_OK) {
        close(descriptor);
        int result = avformat_alloc_output_context2(&made->format, NULL, muxer_of(path), NULL);
        if (result >= 0)
            result = open_codec(made);
        if (result >= 0)
            result = open_file(made);
        if (result >= 0)
            result = open_pictures(made);
        if (result == AVERROR_ENCODER_NOT_FOUND)
            status =
                mien_fail(error, MIEN_ERR_TOOL, "%s: this FFmpeg can write neither H.264 nor MPEG-4", path);
        else if (result < 0)
            status = mien_source_fail(error, path, result);
    }
    if (status == MIEN_OK)
        *encoder = made;
    else
        release(made);
    return status;
}

/* ---- Writing ---- */

/* Moves the packets that the codec has ready into the file. */
static int drain(struct mien_encoder *encoder)
{
    AVRational tick = encoder->codec->time_base;
    int64_t step = llround(1 / (encoder->options.fps * av_q2d(tick)));
    for (;;) {
        int result = avcodec_receive_packet(encoder->codec, encoder->packet);
        if (result == AVERROR(EAGAIN) || result == AVERROR_EOF)
            return 0;
        if (result < 0)
            return result;
        /* Containers derive durations from the next frame's time; the last frame has none. */
        encoder->packet->duration = step;
        encoder->packet->stream_index = encoder->stream->index;
        av_packet_rescale_ts(encoder->packet, tick, encoder->stream->time_base);
        result = av_interleaved_write_frame(encoder->format, encoder->packet);
        if (result >= 0)
            result = encoder->format->pb->error;
        if (result < 0)
            return result;
    }
}

static void fill_frame(struct mien_encoder *encoder, const uint8_t *rgb, size_t stride)
{
    const struct mien_encoder_options *options = &encoder->options;
    struct mien_plane *padded = &encoder->padded;
    struct mien_turn turn = {(360 - options->rotation) / 90 % 4, false};
    int width, height;
    stored_size(options, &width, &height);
    mien_turn_pixels(turn, rgb, (ptrdiff_t)stride, options->width, options->height, 3, padded->bytes,
                     padded->stride);
    uint8_t *last_row = padded->bytes + (height - 1) * padded->stride;
    if (encoder->codec->height > height)
        memcpy(last_row + padded->stride, last_row, 3 * (size_t)width);
    if (width % 2)
        for (int y = 0; y < encoder->codec->height; y++) {
            uint8_t *end = padded->bytes + y * padded->stride + 3 * width;
            memcpy(end, end - 3, 3);
        }
    sws_scale(encoder->to_yuv, (const uint8_t *const[4]){padded->bytes}, (int[4]){(int)padded->stride}, 0,
              encoder->codec->height, encoder->frame->data, encoder->frame->linesize);
}

enum mien_status mien_encoder_write(struct mien_encoder *encoder, const uint8_t *rgb, size_t stride,
                                    double time, struct mien_error *error)
{
    const char *path = encoder->draft.path;
    double tick = av_q2d(encoder->codec->time_base);
    if (!isfinite(time) || fabs(time) > 1e9)
        return mien_fail(error, MIEN_ERR_DATA, "%s: the time of a frame must be a number of seconds", path);
    int64_t now = llround(time / tick);
    if (encoder->started && now <= encoder->last_tick)
        return mien_fail(error, MIEN_ERR_DATA,
                         "%s: times of frames must rise by at least %g s, but %.6f s follows %.6f s", path,
                         tick, time, (double)encoder->last_tick * tick);
    int result = av_frame_make_writable(encoder->frame);
    if (result >= 0) {
        fill_frame(encoder, rgb, stride);
        encoder->frame->pts = now;
        result = avcodec_send_frame(encoder->codec, encoder->frame);
    }
    if (result >= 0)
        result = drain(encoder);
    if (result < 0) {
        encoder->failed = true;
        return mien_source_fail(error, path, result);
    }
    encoder->started = true;
    encoder->last_tick = now;
    return MIEN_OK;
}

enum mien_status mien_encoder_finish(struct mien_encoder *encoder, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    const char *path = encoder->draft.path;
    if (encoder->failed)
        status = mien_fail(error, MIEN_ERR_IO, "%s: not written, as writing failed before", path);
    else if (!encoder->started)
        status = mien_fail(error, MIEN_ERR_DATA, "%s: not written, as it has no frame", path);
    if (status == MIEN_OK) {
        int result = avcodec_send_frame(encoder->codec, NULL);
        if (result >= 0)
            result = drain(encoder);
        if (result >= 0)
            result = av_write_trailer(encoder->format);
        /* The buffer's last bytes reach the disk here, so this is where a full disk may first show. */
        int closed = avio_closep(&encoder->format->pb);
        result = result < 0 ? result : closed;
        if (result < 0)
            status = mien_source_fail(error, path, result);
    }
    if (status == MIEN_OK)
        status = mien_draft_publish(&encoder->draft, error);
    release(encoder);
    return status;
}
