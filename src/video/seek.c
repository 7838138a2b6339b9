/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moving to a time. What is returned after a seek must have the index and the pixels of a read from the
 * start, so a jump is made only where that can be known: once per file all packets are read without decoding,
 * and their time stamps sorted; a frame's index is then the rank of its stamp. Where stamps are absent or
 * repeat, or the kind of file has no dependable key frames, seeking decodes from the start instead: slow, but
 * right.
 */
#include "video/reader.h"

#include "base/interrupt.h"
#include "base/memory.h"

#include <libavutil/avstring.h>
#include <math.h>
#include <stdlib.h>

/* Forward moves up to this many seconds decode on instead of jumping. */
static const double near_by = 1.0;

enum mien_status mien_video_rewind(struct mien_video *video, struct mien_error *error)
{
    bool untouched = !video->current.valid && video->next_index == 0 && !video->draining;
    return untouched ? MIEN_OK : mien_video_restart(video, error);
}

/* ---- The list of stamps ---- */

static bool jumps_are_safe(const struct mien_video *video)
{
    const char *format = video->source.format->iformat->name;
    enum AVCodecID codec = video->source.stream->codecpar->codec_id;
    return av_match_list(format, "mov,matroska,avi,mpegts,nut", ',') && codec != AV_CODEC_ID_GIF &&
           codec != AV_CODEC_ID_APNG;
}

/* VP8 stores pictures that are only referred to as packets of their own. */
static bool is_displayed(const AVPacket *packet, enum AVCodecID codec)
{
    if (packet->flags & AV_PKT_FLAG_DISCARD)
        return false;
    return codec != AV_CODEC_ID_VP8 || packet->size < 1 || packet->data[0] & 0x10;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum mien_status collect(struct mien_source *source, AVPacket *packet, struct mien_stamps *stamps,
                                const char *path, struct mien_error *error)
{
    size_t capacity = 0;
    bool complete = true;
    while (av_read_frame(source->format, packet) >= 0) {
        bool displayed = packet->stream_index == source->stream->index &&
                         is_displayed(packet, source->stream->codecpar->codec_id);
        int64_t ticks = packet->pts;
        av_packet_unref(packet);
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (!displayed)
            continue;
        complete = complete && ticks != AV_NOPTS_VALUE;
        if (mien_array_grow(&stamps->ticks, &capacity, stamps->count + 1, sizeof *stamps->ticks) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
        stamps->ticks[stamps->count++] = ticks;
    }
    if (stamps->count > 0)
        qsort(stamps->ticks, stamps->count, sizeof *stamps->ticks, ascending);
    for (size_t i = 1; i < stamps->count; i++)
        complete = complete && stamps->ticks[i] > stamps->ticks[i - 1];
    stamps->usable = complete && stamps->count > 0;
    stamps->scanned = true;
    return MIEN_OK;
}

static enum mien_status scan(struct mien_video *video, struct mien_error *error)
{
    struct mien_stamps stamps = {0};
    struct mien_source source = {0};
    if (video->stamps.scanned)
        return MIEN_OK;
    if (!jumps_are_safe(video)) {
        video->stamps.scanned = true;
        return MIEN_OK;
    }
    AVPacket *packet = av_packet_alloc();
    enum mien_status status = packet ? mien_source_open(video->path, &source, error)
                                     : mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", video->path);
    if (status == MIEN_OK)
        status = collect(&source, packet, &stamps, video->path, error);
    av_packet_free(&packet);
    mien_source_close(&source);
    if (status == MIEN_OK)
        video->stamps = stamps;
    else
        free(stamps.ticks);
    return status;
}

/* The rank of the last stamp that is not later than seconds; 0 where all are later. */
static size_t rank_of_time(const struct mien_video *video, double seconds)
{
    size_t low = 0, high = video->stamps.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mien_video_seconds(video, video->stamps.ticks[middle]) <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : 0;
}

static bool rank_of_stamp(const struct mien_stamps *stamps, int64_t ticks, size_t *rank)
{
    const int64_t *found = bsearch(&ticks, stamps->ticks, stamps->count, sizeof *stamps->ticks, ascending);
    if (found)
        *rank = (size_t)(found - stamps->ticks);
    return found != NULL;
}

/* ---- Moving ---- */

static void swap(struct mien_decoded *a, struct mien_decoded *b)
{
    struct mien_decoded other = *a;
    *a = *b;
    *b = other;
}

/* Decodes on until a frame is later than seconds, and holds that frame and the one before it, or the last
 * frame alone. The candidate, if valid, is in held[0]. */
static enum mien_status decode_to(struct mien_video *video, double seconds, struct mien_error *error)
{
    for (;;) {
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        enum mien_status status = mien_video_decode(video, &video->fresh, error);
        if (status == MIEN_END) {
            video->held_count = video->held[0].valid;
            return video->held_count ? MIEN_OK : MIEN_END;
        }
        if (status != MIEN_OK)
            return status;
        bool later = video->fresh.time > seconds;
        if (later && video->held[0].valid) {
            swap(&video->held[1], &video->fresh);
            video->held_count = 2;
            return MIEN_OK;
        }
        swap(&video->held[0], &video->fresh);
        if (later) {
            video->held_count = 1;
            return MIEN_OK;
        }
    }
}

static enum mien_status from_start(struct mien_video *video, double seconds, struct mien_error *error)
{
    enum mien_status status = mien_video_restart(video, error);
    video->held[0].valid = false;
    return status == MIEN_OK ? decode_to(video, seconds, error) : status;
}

/* Jumps to the key frame at or before ticks and decodes one frame into held[0]. *good tells whether that
 * frame is known and not later than wanted. */
static enum mien_status jump(struct mien_video *video, int64_t ticks, size_t wanted, bool *good,
                             struct mien_error *error)
{
    size_t rank = 0;
    *good = false;
    video->held_count = 0;
    video->current.valid = video->held[0].valid = false;
    if (av_seek_frame(video->source.format, video->source.stream->index, ticks, AVSEEK_FLAG_BACKWARD) < 0)
        return MIEN_OK;
    while (video->peeked_next < video->peeked_count)
        av_packet_free(&video->peeked[video->peeked_next++]);
    mien_video_flush(video);
    video->skip_to_key = video->await_key_frame = video->jumped = true;
    enum mien_status status = mien_video_decode(video, &video->held[0], error);
    if (status != MIEN_OK)
        return status == MIEN_END || status == MIEN_ERR_DECODE ? MIEN_OK : status;
    if (!rank_of_stamp(&video->stamps, video->held[0].frame->best_effort_timestamp, &rank) || rank > wanted)
        return MIEN_OK;
    /* As if all frames before had been decoded. */
    video->held[0].index = rank;
    video->held[0].time = mien_video_seconds(video, video->stamps.ticks[rank]);
    video->held[0].repaired = false;
    video->next_index = rank + 1;
    mien_timing_start(&video->timing, 1 / video->info.fps);
    mien_timing_next(&video->timing, video->held[0].time, &video->held[0].repaired);
    *good = true;
    return MIEN_OK;
}

/* Tries key frames ever further back: with reordered pictures the demuxer's idea of "before" can be late. */
static enum mien_status by_jump(struct mien_video *video, double seconds, struct mien_error *error)
{
    size_t wanted = rank_of_time(video, seconds);
    int64_t target = video->stamps.ticks[wanted];
    double ticks_per_second = 1 / av_q2d(video->source.stream->time_base);
    for (double back = 0; back <= 64; back = back > 0 ? back * 4 : 1) {
        bool good = false;
        int64_t ticks = target - (int64_t)(back * ticks_per_second);
        if (ticks <= video->stamps.ticks[0])
            break;
        enum mien_status status = jump(video, ticks, wanted, &good, error);
        if (status != MIEN_OK)
            return status;
        if (!good)
            continue;
        if (video->held[0].index < wanted)
            return decode_to(video, seconds, error);
        video->held_count = 1;
        return MIEN_OK;
    }
    return from_start(video, seconds, error);
}

enum mien_status mien_video_seek(struct mien_video *video, double seconds, struct mien_error *error)
{
    const struct mien_decoded *current = &video->current;
    if (isnan(seconds))
        return mien_fail(error, MIEN_ERR_DATA, "%s: the time to move to is not a number", video->path);
    if (current->valid && video->held_count == 0 && seconds >= current->time &&
        seconds - current->time <= near_by) {
        video->held[0].valid = false;
        swap(&video->held[0], &video->current);
        return decode_to(video, seconds, error);
    }
    enum mien_status status = scan(video, error);
    if (status != MIEN_OK)
        return status;
    return video->stamps.usable ? by_jump(video, seconds, error) : from_start(video, seconds, error);
}
