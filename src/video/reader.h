/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of struct mien_video, shared by the files that open (video.c), decode (decode.c) and seek
 * (seek.c). Internal to src/video.
 */
#ifndef MIEN_VIDEO_READER_H
#define MIEN_VIDEO_READER_H

#include "video/picture.h"
#include "video/source.h"
#include "video/timing.h"
#include "video/video.h"

enum {
    MIEN_PEEKED_MOST = 128, /* Packets read at opening to judge the time stamps; they are decoded later. */
    MIEN_HELD_MOST = 2      /* Frames a seek decoded that are still to be handed out. */
};

struct mien_decoded {
    AVFrame *frame;
    size_t index;
    double time;
    bool valid, damaged, repaired, key;
};

/* The time stamps of all frames in the order of display, found by reading every packet without decoding. */
struct mien_stamps {
    int64_t *ticks; /* Rising; NULL until the first seek. */
    size_t count;
    bool scanned;
    bool usable; /* Every frame has a stamp of its own, so that a stamp tells the frame's index. */
};

struct mien_video {
    char *path;
    struct mien_video_info info;
    struct mien_source source;
    AVCodecContext *decoder; /* NULL until the first read. */
    AVPacket *packet;
    AVPacket *peeked[MIEN_PEEKED_MOST];
    int peeked_count, peeked_next;
    int threads;

    struct mien_decoded current; /* Handed out last. */
    struct mien_decoded held[MIEN_HELD_MOST];
    struct mien_decoded fresh; /* Where a seek decodes into. */
    int held_count;

    struct mien_timing timing;
    size_t next_index;
    bool draining;      /* The decoder has been told that no packet follows. */
    bool packet_failed; /* A packet since the last frame could not be decoded. */
    bool read_failed;   /* The demuxer stopped with an error. */
    bool decoded_any;
    bool jumped;          /* Since the file was opened; see feed() in decode.c. */
    bool skip_to_key;     /* After a jump: packets before the first key packet are of no use ... */
    bool await_key_frame; /* ... nor are pictures before the first key picture. */

    struct mien_stamps stamps;
    struct mien_picture *picture;
};

/* Decodes the next frame in the order of display into *decoded; MIEN_END after the last. */
enum mien_status mien_video_decode(struct mien_video *video, struct mien_decoded *decoded,
                                   struct mien_error *error);
/* Forgets what the decoder holds, as after a jump in the file. */
void mien_video_flush(struct mien_video *video);
/* Time of a stamp in seconds since the stream's beginning; NaN for AV_NOPTS_VALUE. */
double mien_video_seconds(const struct mien_video *video, int64_t ticks);
/* Opens the file anew, so that the next frame decoded is the first. */
enum mien_status mien_video_restart(struct mien_video *video, struct mien_error *error);

#endif
