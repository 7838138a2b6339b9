/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packets in, frames with times out. A packet that cannot be decoded is passed over and the next frame is
 * marked damaged, as one bad second must not cost the rest of a recording.
 */
#include "video/reader.h"

#include "base/interrupt.h"

#include <math.h>

static enum mien_status open_decoder(struct mien_video *video, struct mien_error *error)
{
    AVCodecContext *decoder = avcodec_alloc_context3(video->source.codec);
    if (!decoder)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", video->path);
    int result = avcodec_parameters_to_context(decoder, video->source.stream->codecpar);
    if (result >= 0) {
        decoder->pkt_timebase = video->source.stream->time_base;
        decoder->framerate = video->source.stream->avg_frame_rate;
        decoder->thread_count = video->threads;
        decoder->max_pixels = 1 << 28;
        result = avcodec_open2(decoder, video->source.codec, NULL);
    }
    if (result < 0) {
        avcodec_free_context(&decoder);
        return mien_fail(
            error, result == AVERROR(ENOMEM) ? MIEN_ERR_MEMORY : MIEN_ERR_DECODE,
            "%s: the %s decoder does not accept this stream; convert the file to H.264 with ffmpeg",
            video->path, video->info.codec);
    }
    video->decoder = decoder;
    return MIEN_OK;
}

double mien_video_seconds(const struct mien_video *video, int64_t ticks)
{
    if (ticks == AV_NOPTS_VALUE)
        return NAN;
    return (double)ticks * av_q2d(video->source.stream->time_base) - video->info.start;
}

void mien_video_flush(struct mien_video *video)
{
    if (video->decoder) {
        avcodec_flush_buffers(video->decoder);
        video->decoder->flags &= ~AV_CODEC_FLAG_OUTPUT_CORRUPT;
    }
    video->draining = false;
    video->packet_failed = false;
}

/* The next packet of the video stream; MIEN_END at the end of the file or where reading fails. */
static enum mien_status read_packet(struct mien_video *video, struct mien_error *error)
{
    if (video->peeked_next < video->peeked_count) {
        AVPacket *peeked = video->peeked[video->peeked_next];
        av_packet_move_ref(video->packet, peeked);
        av_packet_free(&video->peeked[video->peeked_next++]);
        return MIEN_OK;
    }
    for (;;) {
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        int result = av_read_frame(video->source.format, video->packet);
        if (result == AVERROR(ENOMEM) || result == AVERROR_EXIT)
            return mien_source_fail(error, video->path, result);
        if (result < 0) {
            video->read_failed = video->read_failed || result != AVERROR_EOF;
            return MIEN_END;
        }
        if (video->packet->stream_index == video->source.stream->index)
            return MIEN_OK;
        av_packet_unref(video->packet);
    }
}

static enum mien_status feed(struct mien_video *video, struct mien_error *error)
{
    enum mien_status status = read_packet(video, error);
    if (status == MIEN_END) {
        video->draining = true;
        /* After a jump to a key frame amid the stream, FFmpeg's H.264 decoder takes the frames that it still
         * holds at the end for broken and would drop them, though all they refer to has been decoded. */
        if (video->jumped)
            video->decoder->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
        avcodec_send_packet(video->decoder, NULL);
        return MIEN_OK;
    }
    if (status != MIEN_OK)
        return status;
    AVPacket *packet = video->packet;
    if (packet->flags & AV_PKT_FLAG_KEY)
        video->skip_to_key = false;
    int result = video->skip_to_key ? 0 : avcodec_send_packet(video->decoder, packet);
    if (packet->flags & AV_PKT_FLAG_CORRUPT)
        video->packet_failed = true;
    av_packet_unref(packet);
    if (result == AVERROR(ENOMEM))
        return mien_source_fail(error, video->path, result);
    if (result < 0)
        video->packet_failed = true;
    return MIEN_OK;
}

static bool is_key(const AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_KEY
    return frame->flags & AV_FRAME_FLAG_KEY;
#else
    return frame->key_frame;
#endif
}

/* Frames that the container tells to skip, and those after a jump that refer to pictures before it. */
static bool is_shown(struct mien_video *video, const AVFrame *frame)
{
    if (is_key(frame))
        video->await_key_frame = false;
    return !(frame->flags & AV_FRAME_FLAG_DISCARD) && !video->await_key_frame;
}

static void describe(struct mien_video *video, struct mien_decoded *decoded)
{
    const AVFrame *frame = decoded->frame;
    double stamp = mien_video_seconds(video, frame->best_effort_timestamp);
    decoded->time = mien_timing_next(&video->timing, stamp, &decoded->repaired);
    decoded->index = video->next_index++;
    decoded->damaged =
        video->packet_failed || frame->decode_error_flags || frame->flags & AV_FRAME_FLAG_CORRUPT;
    decoded->valid = true;
    video->packet_failed = false;
    video->decoded_any = true;
}

static enum mien_status at_end(const struct mien_video *video, struct mien_error *error)
{
    if (video->decoded_any)
        return MIEN_END;
    return mien_fail(
        error, MIEN_ERR_DECODE,
        "%s: no frame could be decoded (%s); the file is damaged or cut short, copy the recording again",
        video->path, video->info.codec);
}

enum mien_status mien_video_decode(struct mien_video *video, struct mien_decoded *decoded,
                                   struct mien_error *error)
{
    decoded->valid = false;
    enum mien_status status = video->decoder ? MIEN_OK : open_decoder(video, error);
    while (status == MIEN_OK) {
        int result = avcodec_receive_frame(video->decoder, decoded->frame);
        if (result == 0) {
            if (is_shown(video, decoded->frame)) {
                describe(video, decoded);
                return MIEN_OK;
            }
            continue;
        }
        if (result == AVERROR(ENOMEM))
            return mien_source_fail(error, video->path, result);
        if (result != AVERROR(EAGAIN) && result != AVERROR_EOF)
            video->packet_failed = true;
        if (result == AVERROR_EOF || video->draining)
            return at_end(video, error);
        status = feed(video, error);
    }
    return status;
}
