/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/describe.h"

#include "base/paths.h"
#include "face/smooth.h"

#include <math.h>
#include <string.h>

enum {
    NAME_WIDTH = 40, /* Bytes of the file's name that are shown. */
    TIMES_SHOWN = 3  /* Losses told with their time. */
};

/* ---- When the face was lost ---- */

/* Runs of frames without the face after it had been found; the first few times go into times. */
static size_t count_losses(const struct mien_track *track, double *times)
{
    size_t losses = 0;
    bool found_before = false;
    for (size_t i = 0; i < track->count; i++) {
        if (found_before && !track->found[i] && track->found[i - 1]) {
            if (losses < TIMES_SHOWN)
                times[losses] = track->time[i];
            losses++;
        }
        found_before |= track->found[i] != 0;
    }
    return losses;
}

static int describe_losses(const struct mien_track *track, struct mien_text *text)
{
    double times[TIMES_SHOWN];
    size_t losses = count_losses(track, times);
    if (losses == 0)
        return 0;
    if (losses > TIMES_SHOWN)
        return mien_text_print(text, ", lost %zu times", losses);
    int failed = mien_text_print(text, ", lost %s", losses == 1 ? "once at" : "at");
    for (size_t i = 0; i < losses; i++)
        failed |= mien_text_print(text, "%s %.2f s", i ? "," : "", times[i]);
    return failed;
}

static int describe_found(const struct mien_track *track, struct mien_text *text)
{
    size_t found = 0;
    for (size_t i = 0; i < track->count; i++)
        found += track->found[i];
    if (found == 0)
        return mien_text_print(
            text, "\n  no face in any frame; it must be upright, lit and at least 80 pixels wide");
    int failed = mien_text_print(text, "\n  participant in %zu of %zu frames (%.1f %%)", found, track->count,
                                 100.0 * (double)found / (double)track->count);
    return failed | describe_losses(track, text);
}

/* ---- Pose ---- */

static int describe_range(const char *name, const double *angle, size_t count, struct mien_text *text)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, angle[i]);
        high = fmax(high, angle[i]);
    }
    /* Adding zero turns -0 into 0. */
    return mien_text_print(text, "%s %.0f to %.0f", name, round(low) + 0.0, round(high) + 0.0);
}

static int describe_pose(const struct mien_track *track, struct mien_text *text)
{
    bool known = false;
    for (size_t i = 0; i < track->count && !known; i++)
        known = isfinite(track->yaw[i]);
    if (!known)
        return 0;
    return mien_text_print(text, "\n  ") | describe_range("yaw", track->yaw, track->count, text) |
           describe_range(", pitch", track->pitch, track->count, text) |
           describe_range(", roll", track->roll, track->count, text) | mien_text_print(text, " degrees");
}

/* ---- All of it ---- */

static int describe_others(const struct mien_track *track, struct mien_text *text)
{
    double share = mien_track_second_face(track);
    if (share > 0)
        return mien_text_print(text, "\n  another face in view in %.1f %% of the frames", 100 * share);
    bool seen = mien_track_found(track) > 0;
    return seen && track->width > 0 ? mien_text_print(text, "; nobody else in view") : 0;
}

static int describe_smoothing(const struct mien_track *track, struct mien_text *text)
{
    char words[MIEN_SMOOTHING_TEXT];
    if (track->smoothing.method == MIEN_SMOOTH_NONE)
        return 0;
    mien_smoothing_describe(&track->smoothing, words, sizeof words);
    return mien_text_print(text, "\n  smoothed by %s; raw values kept", words);
}

static int describe_flaws(const struct mien_track *track, struct mien_text *text)
{
    int failed = 0;
    if (track->truncated)
        failed |= mien_text_print(text, "\n  the video breaks off: its end is missing");
    if (track->damaged > 0)
        failed |= mien_text_print(text, "\n  %zu damaged frames", track->damaged);
    if (track->times_repaired > 0)
        failed |= mien_text_print(text, "\n  %zu time stamps were unusable and were interpolated",
                                  track->times_repaired);
    return failed;
}

/* The end of a long name tells more than its beginning. */
static int describe_name(const char *path, struct mien_text *text)
{
    const char *name = mien_path_base(path);
    size_t length = strlen(name);
    if (length <= NAME_WIDTH)
        return mien_text_print(text, "Track %s", name);
    name += length - NAME_WIDTH + 3;
    while (((unsigned char)*name & 0xC0) == 0x80)
        name++;
    return mien_text_print(text, "Track ...%s", name);
}

int mien_track_describe(const struct mien_track *track, struct mien_text *text)
{
    int failed = describe_name(track->source ? track->source : "", text);
    failed |= mien_text_print(text, "   %zu frame%s", track->count, track->count == 1 ? "" : "s");
    if (track->count > 1)
        failed |= mien_text_print(text, ", %.2f s", mien_track_duration(track));
    if (track->width > 0)
        failed |= mien_text_print(text, ", %dx%d", track->width, track->height);
    failed |= describe_found(track, text);
    failed |= describe_pose(track, text);
    failed |= describe_others(track, text);
    failed |= describe_smoothing(track, text);
    return failed | describe_flaws(track, text);
}
