/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing a track as OpenFace 2 writes its own.
 */
#include "base/draft.h"
#include "face/openface.h"
#include "face/track.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static void write_names(FILE *out, const char *stem)
{
    for (int i = 0; i < MIEN_POINTS; i++)
        fprintf(out, ",%s_%d", stem, i);
}

/* Left before right, as in all tables. */
static const int order[MIEN_EYES] = {MIEN_EYE_LEFT, MIEN_EYE_RIGHT};
static const char letters[MIEN_EYES] = {'r', 'l'};

static void write_eye_names(FILE *out)
{
    for (int i = 0; i < MIEN_EYES; i++) {
        for (int k = 0; k < MIEN_EYE_NUMBERS; k++)
            fprintf(out, ",%s_%c", mien_eye_names[k], letters[order[i]]);
        fprintf(out, ",eye_reason_%c", letters[order[i]]);
    }
}

/* OpenFace's columns first, then our own, which other programs pass over. */
static void write_header(FILE *out, bool sides, bool eyes)
{
    fputs("frame,face_id,timestamp,confidence,success,pose_Rx,pose_Ry,pose_Rz", out);
    write_names(out, "x");
    write_names(out, "y");
    if (sides) {
        write_names(out, "sx");
        write_names(out, "sy");
    }
    fputs(",sharpness,light", out);
    if (eyes)
        write_eye_names(out);
    fputc('\n', out);
}

/* Ten digits: a ten-millionth of a pixel, a microsecond in an hour. */
static void write_number(FILE *out, double value)
{
    if (isnan(value))
        fputs(",NA", out);
    else
        fprintf(out, ",%.10g", value);
}

static void write_points(FILE *out, const double *values)
{
    for (size_t i = 0; i < MIEN_POINTS; i++)
        write_number(out, values[i]);
}

static void write_eyes(FILE *out, const struct mien_eye eyes[MIEN_EYES])
{
    for (int i = 0; i < MIEN_EYES; i++) {
        const struct mien_eye *eye = &eyes[order[i]];
        for (int k = 0; k < MIEN_EYE_NUMBERS; k++)
            write_number(out, mien_eye_number(eye, k));
        fprintf(out, ",%s", mien_eye_reason_word(eye->reason));
    }
}

static void write_row(FILE *out, const struct mien_track *track, size_t row, bool sides, bool eyes)
{
    fprintf(out, "%zu,0", track->frame[row] + 1);
    write_number(out, track->time[row]);
    write_number(out, track->confidence[row]);
    fprintf(out, ",%d", track->found[row]);
    write_number(out, mien_openface_rx(track->pitch[row]));
    write_number(out, mien_openface_ry(track->yaw[row]));
    write_number(out, mien_openface_rz(track->roll[row]));
    write_points(out, track->x + row * MIEN_POINTS);
    write_points(out, track->y + row * MIEN_POINTS);
    if (sides) {
        write_points(out, track->sided_x + row * MIEN_POINTS);
        write_points(out, track->sided_y + row * MIEN_POINTS);
    }
    write_number(out, track->sharpness[row]);
    write_number(out, track->light[row]);
    if (eyes)
        write_eyes(out, track->eyes + row * MIEN_EYES);
    fputc('\n', out);
}

static void write_track(FILE *out, const struct mien_track *track)
{
    bool sides = mien_track_has_sides(track), eyes = mien_track_has_eyes(track);
    write_header(out, sides, eyes);
    for (size_t row = 0; row < track->count; row++)
        write_row(out, track, row, sides, eyes);
}

enum mien_status mien_track_save(const struct mien_track *track, const char *path, struct mien_error *error)
{
    struct mien_draft draft = {0};
    int descriptor;
    enum mien_status status = mien_draft_create(path, &draft, &descriptor, error);
    if (status != MIEN_OK)
        return status;
    FILE *out = fdopen(descriptor, "w");
    if (!out) {
        status = mien_fail_errno(error, path);
        close(descriptor);
        mien_draft_discard(&draft);
        return status;
    }
    write_track(out, track);
    bool failed = fflush(out) != 0 || ferror(out);
    if (failed)
        status = mien_fail_errno(error, path);
    failed |= fclose(out) != 0;
    if (!failed)
        return mien_draft_publish(&draft, error);
    mien_draft_discard(&draft);
    return status != MIEN_OK ? status : mien_fail(error, MIEN_ERR_IO, "%s: writing failed", path);
}
