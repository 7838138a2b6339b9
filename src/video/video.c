/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/video.h"

#include "base/interrupt.h"
#include "video/container.h"
#include "video/reader.h"

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What the container says ---- */

static const int32_t *display_matrix(const AVStream *stream)
{
    const uint8_t *bytes = NULL;
    size_t size = 0;
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 16, 100)
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (data) {
        bytes = data->data;
        size = data->size;
    }
#else
    bytes = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
    return size >= 9 * sizeof(int32_t) ? (const int32_t *)(const void *)bytes : NULL;
}

/* The stored width in square pixels. */
static int square_width(const struct mien_source *source)
{
    int width = source->stream->codecpar->width;
    AVRational aspect = av_guess_sample_aspect_ratio(source->format, source->stream, NULL);
    double ratio = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
    /* No camera makes pixels this oblong: the number is a mistake. */
    if (ratio < 0.1 || ratio > 10)
        return width;
    long wide = lround(width * ratio);
    return wide < 1 ? 1 : wide > 32768 ? width : (int)wide;
}

static double rate_of(const struct mien_source *source)
{
    AVRational rate = source->stream->avg_frame_rate;
    if (rate.num <= 0 || rate.den <= 0)
        rate = source->stream->r_frame_rate;
    return rate.num > 0 && rate.den > 0 && !source->still ? av_q2d(rate) : NAN;
}

static double duration_of(const struct mien_source *source)
{
    const AVStream *stream = source->stream;
    if (source->still)
        return NAN;
    if (stream->duration != AV_NOPTS_VALUE && stream->duration > 0)
        return (double)stream->duration * av_q2d(stream->time_base);
    /* A guess from the bit rate is worse than none. */
    if (source->format->duration != AV_NOPTS_VALUE && source->format->duration > 0 &&
        source->format->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE)
        return (double)source->format->duration / AV_TIME_BASE;
    return NAN;
}

static double start_of(const struct mien_source *source)
{
    if (source->stream->start_time != AV_NOPTS_VALUE)
        return (double)source->stream->start_time * av_q2d(source->stream->time_base);
    return 0;
}

static bool declared_interlaced(enum AVFieldOrder order)
{
    return order == AV_FIELD_TT || order == AV_FIELD_BB || order == AV_FIELD_TB || order == AV_FIELD_BT;
}

static void describe_pixels(const AVCodecParameters *parameters, struct mien_video_info *info)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(parameters->format);
    info->bit_depth = format ? format->comp[0].depth : 8;
    /* Names of formats such as yuvj420p stand for full range. */
    info->full_range =
        parameters->color_range == AVCOL_RANGE_JPEG ||
        (format && (format->flags & AV_PIX_FMT_FLAG_RGB || strncmp(format->name, "yuvj", 4) == 0));
    info->interlaced = declared_interlaced(parameters->field_order);
}

static void describe(struct mien_video *video, struct mien_picture_shape *shape)
{
    struct mien_video_info *info = &video->info;
    const struct mien_source *source = &video->source;
    const AVCodecParameters *parameters = source->stream->codecpar;
    *shape = (struct mien_picture_shape){square_width(source), parameters->height,
                                         mien_turn_of_matrix(display_matrix(source->stream))};
    bool sideways = shape->turn.quarters % 2;
    info->width = sideways ? shape->height : shape->width;
    info->height = sideways ? shape->width : shape->height;
    info->rotation = 90 * shape->turn.quarters;
    info->mirrored = shape->turn.mirrored;
    info->fps = rate_of(source);
    info->duration = duration_of(source);
    info->start = start_of(source);
    info->frames = source->still ? 1 : (long)source->stream->nb_frames;
    if (info->frames <= 0 && info->duration * info->fps < 1e9)
        info->frames = lround(info->duration * info->fps);
    snprintf(info->codec, sizeof info->codec, "%s", avcodec_get_name(parameters->codec_id));
    describe_pixels(parameters, info);
}

/* ---- Judging the time stamps of the first seconds ---- */

static void drop_peeked(struct mien_video *video)
{
    while (video->peeked_next < video->peeked_count)
        av_packet_free(&video->peeked[video->peeked_next++]);
    video->peeked_next = video->peeked_count = 0;
}

/* Reads packets ahead, at most 128, 4 seconds or 16 MB of them; they are decoded from memory later. */
static enum mien_status peek(struct mien_video *video, struct mien_error *error)
{
    int64_t bytes = 0;
    double first = NAN;
    while (video->peeked_count < MIEN_PEEKED_MOST && bytes < 1 << 24) {
        int result = av_read_frame(video->source.format, video->packet);
        if (result == AVERROR_EXIT || result == AVERROR(ENOMEM))
            return mien_source_fail(error, video->path, result);
        if (result < 0) {
            video->read_failed = result != AVERROR_EOF;
            break;
        }
        if (video->packet->stream_index != video->source.stream->index) {
            av_packet_unref(video->packet);
            continue;
        }
        double time = mien_video_seconds(video, video->packet->pts);
        bytes += video->packet->size;
        AVPacket *kept = av_packet_alloc();
        if (!kept)
            return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", video->path);
        av_packet_move_ref(kept, video->packet);
        video->peeked[video->peeked_count++] = kept;
        if (isnan(first))
            first = time;
        else if (time - first > 4)
            break;
    }
    return MIEN_OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Packets come in the order of decoding: up to the last one's decoding time, no displayed frame is missing
 * between. Some containers stamp only some packets with a display time; decoding times serve as well then. */
static bool peeked_vary(const struct mien_video *video)
{
    double shown[MIEN_PEEKED_MOST], decoded[MIEN_PEEKED_MOST];
    size_t count = 0, complete = 0;
    bool all_shown = true, all_decoded = true;
    double last = INFINITY, tick = av_q2d(video->source.stream->time_base);
    for (int i = 0; i < video->peeked_count; i++) {
        const AVPacket *packet = video->peeked[i];
        if (packet->dts != AV_NOPTS_VALUE)
            last = mien_video_seconds(video, packet->dts);
        if (packet->flags & AV_PKT_FLAG_DISCARD)
            continue;
        shown[count] = mien_video_seconds(video, packet->pts);
        decoded[count] = mien_video_seconds(video, packet->dts);
        all_shown = all_shown && !isnan(shown[count]);
        all_decoded = all_decoded && !isnan(decoded[count]);
        count++;
    }
    if (!all_shown)
        return all_decoded && mien_timing_varies(decoded, count, tick);
    qsort(shown, count, sizeof *shown, ascending);
    while (complete < count && shown[complete] <= last)
        complete++;
    return mien_timing_varies(shown, complete, tick);
}

/* ---- Life ---- */

static enum mien_status allocate(const char *path, struct mien_video **video, struct mien_error *error)
{
    struct mien_video *made = calloc(1, sizeof *made);
    if (!made)
        goto fail;
    made->threads = 1;
    made->path = strdup(path);
    made->packet = av_packet_alloc();
    made->current.frame = av_frame_alloc();
    made->fresh.frame = av_frame_alloc();
    made->held[0].frame = av_frame_alloc();
    made->held[1].frame = av_frame_alloc();
    if (!made->path || !made->packet || !made->current.frame || !made->fresh.frame || !made->held[0].frame ||
        !made->held[1].frame)
        goto fail;
    *video = made;
    return MIEN_OK;
fail:
    mien_video_close(made);
    return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
}

enum mien_status mien_video_open(const char *path, struct mien_video **video, struct mien_error *error)
{
    struct mien_video *opened = NULL;
    struct mien_picture_shape shape;
    enum mien_status status = allocate(path, &opened, error);
    if (status == MIEN_OK)
        status = mien_source_open(path, &opened->source, error);
    if (status == MIEN_OK) {
        describe(opened, &shape);
        opened->picture = mien_picture_new(&shape);
        status = opened->picture ? peek(opened, error)
                                 : mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    }
    if (status == MIEN_OK) {
        opened->info.vfr = peeked_vary(opened);
        mien_timing_start(&opened->timing, 1 / opened->info.fps);
        *video = opened;
    } else
        mien_video_close(opened);
    return status;
}

void mien_video_close(struct mien_video *video)
{
    if (!video)
        return;
    drop_peeked(video);
    avcodec_free_context(&video->decoder);
    av_packet_free(&video->packet);
    av_frame_free(&video->current.frame);
    av_frame_free(&video->fresh.frame);
    av_frame_free(&video->held[0].frame);
    av_frame_free(&video->held[1].frame);
    mien_picture_free(video->picture);
    mien_source_close(&video->source);
    free(video->stamps.ticks);
    free(video->path);
    free(video);
}

enum mien_status mien_video_restart(struct mien_video *video, struct mien_error *error)
{
    struct mien_source source;
    enum mien_status status = mien_source_open(video->path, &source, error);
    if (status != MIEN_OK)
        return status;
    drop_peeked(video);
    avcodec_free_context(&video->decoder);
    mien_source_close(&video->source);
    video->source = source;
    video->held_count = 0;
    video->next_index = 0;
    video->current.valid = false;
    video->draining = video->packet_failed = video->read_failed = false;
    video->skip_to_key = video->await_key_frame = video->jumped = false;
    mien_timing_start(&video->timing, 1 / video->info.fps);
    return MIEN_OK;
}

const struct mien_video_info *mien_video_info(const struct mien_video *video)
{
    return &video->info;
}

const char *mien_video_path(const struct mien_video *video)
{
    return video->path;
}

void mien_video_set_threads(struct mien_video *video, int threads)
{
    video->threads = threads < 1 ? 1 : threads;
}

/* ---- Reading ---- */

static void swap(struct mien_decoded *a, struct mien_decoded *b)
{
    struct mien_decoded other = *a;
    *a = *b;
    *b = other;
}

static enum mien_status advance(struct mien_video *video, struct mien_error *error)
{
    if (video->held_count == 0)
        return mien_video_decode(video, &video->current, error);
    swap(&video->current, &video->held[0]);
    swap(&video->held[0], &video->held[1]);
    video->held_count--;
    return MIEN_OK;
}

enum mien_status mien_video_next(struct mien_video *video, struct mien_video_frame *frame,
                                 struct mien_error *error)
{
    struct mien_video_frame next = {.width = video->info.width, .height = video->info.height};
    if (mien_interrupted())
        return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    enum mien_status status = advance(video, error);
    if (status != MIEN_OK)
        return status;
    const struct mien_decoded *current = &video->current;
    status = mien_picture_luma(video->picture, current->frame, &next.luma, &next.luma_stride, error);
    if (status != MIEN_OK)
        return status;
    next.chroma = mien_picture_chroma(mien_picture_shape(video->picture), current->frame);
    if (next.luma == current->frame->data[0])
        next.owner = current->frame->buf[0];
    next.index = current->index;
    next.time = current->time;
    next.damaged = current->damaged;
    next.time_repaired = current->repaired;
    *frame = next;
    return MIEN_OK;
}

struct AVBufferRef *mien_video_share(const struct AVBufferRef *owner)
{
    return owner ? av_buffer_ref(owner) : NULL;
}

void mien_video_unshare(struct AVBufferRef **share)
{
    av_buffer_unref(share);
}

enum mien_status mien_video_rgb(struct mien_video *video, uint8_t *rgb, size_t stride,
                                struct mien_error *error)
{
    if (!video->current.valid)
        return mien_fail(error, MIEN_ERR_INTERNAL, "%s: no frame was read before its colours were asked for",
                         video->path);
    return mien_picture_rgb(video->picture, video->current.frame, rgb, (ptrdiff_t)stride, error);
}

bool mien_video_truncated(const struct mien_video *video)
{
    return video->read_failed || mien_container_state(video->path) != MIEN_CONTAINER_WHOLE;
}
