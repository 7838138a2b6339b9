/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/source.h"

#include "base/interrupt.h"
#include "video/container.h"

#include <errno.h>
#include <libavutil/avstring.h>
#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Demuxers that read one file and nothing else. Still pictures come through the *_pipe demuxers, which take
 * the bytes they are given; the image2 demuxer would read the name as a pattern. */
static const char allowed_formats[] =
    "mov,matroska,avi,mpeg,mpegts,mpegvideo,m4v,h264,hevc,av1,obu,ivf,mjpeg,gif,apng,flv,asf,ogg,mxf,nut,dv,"
    "wtv,"
    "yuv4mpegpipe,bmp_pipe,jpeg_pipe,jpegls_pipe,j2k_pipe,jpegxl_pipe,pam_pipe,pgm_pipe,png_pipe,ppm_pipe,"
    "tiff_pipe,webp_pipe";

static const char kinds[] = "mien reads MP4, MOV, MKV, WebM, AVI, MPEG, GIF, PNG and JPEG";

void mien_source_silence(void)
{
    av_log_set_level(AV_LOG_QUIET);
}

enum mien_status mien_source_fail(struct mien_error *error, const char *path, int result)
{
    char reason[AV_ERROR_MAX_STRING_SIZE];
    switch (result) {
    case AVERROR(ENOENT):
    case AVERROR(ENOTDIR):
    case AVERROR(EACCES):
    case AVERROR(EPERM):
    case AVERROR(EISDIR):
    case AVERROR(ENOSPC):
    case AVERROR(ENOMEM):
    case AVERROR(EIO):
    case AVERROR(EFBIG):
    case AVERROR(EDQUOT):
        errno = AVUNERROR(result);
        return mien_fail_errno(error, path);
    case AVERROR_EXIT:
        return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    default:
        av_strerror(result, reason, sizeof reason);
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: %s", path, reason);
    }
}

static int interrupted(void *unused)
{
    (void)unused;
    return mien_interrupted();
}

static int refuse_other_files(AVFormatContext *format, AVIOContext **bytes, const char *url, int flags,
                              AVDictionary **options)
{
    (void)format, (void)bytes, (void)url, (void)flags, (void)options;
    return AVERROR(EACCES);
}

static enum mien_status check_file(const char *path, struct mien_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return mien_fail_errno(error, path);
    if (S_ISDIR(status.st_mode))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is a folder; name one video file in it", path);
    if (!S_ISREG(status.st_mode))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is not a regular file; save the video as a file first",
                         path);
    if (status.st_size == 0)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is empty (0 bytes); copy the recording again", path);
    return MIEN_OK;
}

static enum mien_status open_bytes(const char *path, struct mien_source *source, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    AVIOInterruptCB callback = {interrupted, NULL};
    AVDictionary *options = NULL;
    char *url = av_asprintf("file:%s", path);
    if (!url || av_dict_set(&options, "protocol_whitelist", "file", 0) < 0) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
        goto done;
    }
    int result = avio_open2(&source->bytes, url, AVIO_FLAG_READ, &callback, &options);
    if (result < 0)
        status = mien_source_fail(error, path, result);
done:
    av_dict_free(&options);
    av_free(url);
    return status;
}

static enum mien_status no_video(const char *path, struct mien_error *error)
{
    switch (mien_container_state(path)) {
    case MIEN_CONTAINER_NO_INDEX:
        return mien_fail(
            error, MIEN_ERR_FORMAT,
            "%s: was cut short: its index (moov) is missing; copy the recording again from its source", path);
    case MIEN_CONTAINER_CUT:
        return mien_fail(error, MIEN_ERR_FORMAT,
                         "%s: was cut short; copy the recording again from its source", path);
    default:
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is not a video, or is damaged; %s", path, kinds);
    }
}

/* Finds out what the file is from its first bytes alone, so that its name means nothing. */
static enum mien_status recognise(const char *path, struct mien_source *source, const AVInputFormat **kind,
                                  struct mien_error *error)
{
    const char *list = mien_container_list(path);
    int score = list ? 0 : av_probe_input_buffer2(source->bytes, kind, "", NULL, 0, 0);
    if (score == AVERROR_EXIT || score == AVERROR(EIO))
        return mien_source_fail(error, path, score);
    if (!list && (score < 0 || !*kind))
        return no_video(path, error);
    if (!list && av_match_list((*kind)->name, "hls,dash,concat,imf,sdp,rtsp,image2", ','))
        list = (*kind)->name;
    if (list)
        return mien_fail(error, MIEN_ERR_FORMAT,
                         "%s: is a list that opens other files (%s); name the video file itself", path, list);
    if (!av_match_list((*kind)->name, allowed_formats, ','))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is not a video (it looks like %s); %s", path,
                         (*kind)->long_name ? (*kind)->long_name : (*kind)->name, kinds);
    source->still = strstr((*kind)->name, "_pipe") != NULL;
    return MIEN_OK;
}

static enum mien_status open_format(const char *path, struct mien_source *source, struct mien_error *error)
{
    const AVInputFormat *kind = NULL;
    enum mien_status status = recognise(path, source, &kind, error);
    if (status != MIEN_OK)
        return status;
    source->format = avformat_alloc_context();
    if (!source->format)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    source->format->pb = source->bytes;
    source->format->io_open = refuse_other_files;
    source->format->interrupt_callback = (AVIOInterruptCB){interrupted, NULL};
    int result = avformat_open_input(&source->format, "", kind, NULL);
    if (result == AVERROR_INVALIDDATA || result == AVERROR_EOF)
        return no_video(path, error);
    if (result < 0)
        return mien_source_fail(error, path, result);
    return MIEN_OK;
}

/* The stream a player would show. Cover pictures of sound files are no video. */
static AVStream *choose_stream(AVFormatContext *format)
{
    AVStream *chosen = NULL;
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (best >= 0 && !(format->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC))
        chosen = format->streams[best];
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *stream = format->streams[i];
        if (!chosen && stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
            !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC))
            chosen = stream;
        if (stream != chosen)
            stream->discard = AVDISCARD_ALL;
    }
    return chosen;
}

static enum mien_status find_video(const char *path, struct mien_source *source, struct mien_error *error)
{
    int result = avformat_find_stream_info(source->format, NULL);
    if (mien_interrupted())
        return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    if (result == AVERROR(ENOMEM))
        return mien_source_fail(error, path, result);
    source->stream = choose_stream(source->format);
    if (!source->stream)
        return source->format->nb_streams > 0
                   ? mien_fail(
                         error, MIEN_ERR_FORMAT,
                         "%s: holds no video, only sound or other data; name the recording's video file",
                         path)
                   : no_video(path, error);
    const AVCodecParameters *parameters = source->stream->codecpar;
    source->codec = avcodec_find_decoder(parameters->codec_id);
    if (!source->codec)
        return mien_fail(error, MIEN_ERR_DECODE,
                         "%s: no decoder for %s in this FFmpeg; convert the file to H.264 with ffmpeg", path,
                         avcodec_get_name(parameters->codec_id));
    if (parameters->width <= 0 || parameters->height <= 0)
        return mien_fail(error, MIEN_ERR_DECODE,
                         "%s: no picture could be decoded (%s); the file is damaged, copy it again", path,
                         avcodec_get_name(parameters->codec_id));
    return MIEN_OK;
}

enum mien_status mien_source_open(const char *path, struct mien_source *source, struct mien_error *error)
{
    struct mien_source opened = {0};
    mien_source_silence();
    enum mien_status status = check_file(path, error);
    if (status == MIEN_OK)
        status = open_bytes(path, &opened, error);
    if (status == MIEN_OK)
        status = open_format(path, &opened, error);
    if (status == MIEN_OK)
        status = find_video(path, &opened, error);
    if (status == MIEN_OK)
        *source = opened;
    else
        mien_source_close(&opened);
    return status;
}

void mien_source_close(struct mien_source *source)
{
    avformat_close_input(&source->format);
    avio_closep(&source->bytes);
    *source = (struct mien_source){0};
}
