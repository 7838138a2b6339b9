/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/report.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Copies what is known of values into room and sorts it; returns how many there are. */
static size_t known_sorted(const double *values, size_t count, double *room)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            room[known++] = values[i];
    mien_sort_numbers(room, known);
    return known;
}

/* ---- Where the face was lost ---- */

static double end_of_frame(const struct mien_track *track, size_t row)
{
    if (row + 1 < track->count)
        return track->time[row + 1];
    return track->time[row] + (track->fps > 0 ? 1 / track->fps : 0);
}

static void count_losses(const struct mien_track *track, struct mien_track_report *report)
{
    for (size_t i = 0; i < track->count; i++) {
        size_t first = i;
        report->found += track->found[i];
        if (track->found[i])
            continue;
        while (i + 1 < track->count && !track->found[i + 1])
            i++;
        double seconds = end_of_frame(track, i) - track->time[first];
        report->lost++;
        if (!(report->longest_lost >= seconds)) {
            report->longest_lost = seconds;
            report->longest_lost_at = track->time[first];
        }
    }
}

/* ---- Size and place ---- */

static double face_width(const struct mien_track *track, size_t row)
{
    const double *x = track->x + row * MIEN_POINTS, *y = track->y + row * MIEN_POINTS;
    return hypot(x[16] - x[0], y[16] - y[0]);
}

static bool is_cut_off(const struct mien_track *track, size_t row)
{
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        if (track->x[i] < 0 || track->y[i] < 0 || track->x[i] > track->width - 1 ||
            track->y[i] > track->height - 1)
            return true;
    return false;
}

static void measure_size(const struct mien_track *track, struct mien_track_report *report, double *values,
                         double *room)
{
    size_t cut_off = 0;
    for (size_t i = 0; i < track->count; i++) {
        values[i] = track->found[i] ? face_width(track, i) : NAN;
        cut_off += track->found[i] && is_cut_off(track, i);
    }
    size_t known = known_sorted(values, track->count, room);
    report->face_px = mien_quantile_sorted(room, known, 0.5);
    report->face_px_low = mien_quantile_sorted(room, known, 0);
    if (track->width > 0 && report->found > 0)
        report->cut_off = (double)cut_off / (double)report->found;
    for (size_t i = 0; i < track->count; i++)
        values[i] = mien_track_interocular(track, i);
    known = known_sorted(values, track->count, room);
    report->iod_px = mien_quantile_sorted(room, known, 0.5);
}

/* ---- Times and movement ---- */

static void measure_steps(const struct mien_track *track, struct mien_track_report *report, double *values,
                          double *room)
{
    size_t irregular = 0;
    if (track->count < 2)
        return;
    for (size_t i = 0; i + 1 < track->count; i++)
        values[i] = track->time[i + 1] - track->time[i];
    size_t known = known_sorted(values, track->count - 1, room);
    double usual = mien_quantile_sorted(room, known, 0.5);
    report->longest_step = mien_quantile_sorted(room, known, 1);
    report->dropped = 0;
    for (size_t i = 0; i + 1 < track->count; i++) {
        irregular += fabs(values[i] - usual) > usual / 2;
        if (values[i] > 1.5 * usual)
            report->dropped += round(values[i] / usual) - 1;
    }
    report->irregular = (double)irregular / (double)(track->count - 1);
}

/* The middle of points that expressions hardly move: canthi and bridge of the nose. */
static void head_middle(const struct mien_track *track, size_t row, double *x, double *y)
{
    static const int still[] = {36, 39, 42, 45, 27, 28, 29, 30};
    enum { STILL = sizeof still / sizeof *still };
    *x = *y = 0;
    for (int i = 0; i < STILL; i++) {
        *x += track->x[row * MIEN_POINTS + (size_t)still[i]] / STILL;
        *y += track->y[row * MIEN_POINTS + (size_t)still[i]] / STILL;
    }
}

static void measure_speed(const struct mien_track *track, struct mien_track_report *report)
{
    const double jump = 0.5, jump_speed = 12;
    for (size_t i = 1; i < track->count; i++) {
        double x, y, x_before, y_before, seconds = track->time[i] - track->time[i - 1];
        if (!track->found[i] || !track->found[i - 1] || !(seconds > 0))
            continue;
        head_middle(track, i - 1, &x_before, &y_before);
        head_middle(track, i, &x, &y);
        double moved = hypot(x - x_before, y - y_before) / mien_track_interocular(track, i - 1);
        if (!isfinite(moved))
            continue;
        report->speed = fmax(report->speed, moved / seconds);
        report->jumps =
            (isnan(report->jumps) ? 0 : report->jumps) + (moved > jump && moved / seconds > jump_speed);
    }
}

/* ---- Quantiles of what the track holds ---- */

static struct mien_range usual_range(const double *values, size_t count, double *room)
{
    size_t known = known_sorted(values, count, room);
    return (struct mien_range){mien_quantile_sorted(room, known, 0.05),
                               mien_quantile_sorted(room, known, 0.95)};
}

static double median(const double *values, size_t count, double *room)
{
    return mien_quantile_sorted(room, known_sorted(values, count, room), 0.5);
}

static double unsure_fraction(const struct mien_track *track)
{
    size_t known = 0, unsure = 0;
    for (size_t i = 0; i < track->count; i++) {
        known += isfinite(track->confidence[i]);
        unsure += track->confidence[i] < 0.5;
    }
    return known ? (double)unsure / (double)known : NAN;
}

static void measure_values(const struct mien_track *track, struct mien_track_report *report, double *room)
{
    size_t count = track->count;
    report->sharpness = median(track->sharpness, count, room);
    report->sharpness_low = usual_range(track->sharpness, count, room).low;
    report->light = median(track->light, count, room);
    report->yaw = usual_range(track->yaw, count, room);
    report->pitch = usual_range(track->pitch, count, room);
    report->roll = usual_range(track->roll, count, room);
    report->confidence = median(track->confidence, count, room);
    report->unsure = unsure_fraction(track);
}

enum mien_status mien_track_report(const struct mien_track *track, struct mien_track_report *report,
                                   struct mien_error *error)
{
    double *room = mien_missing_new(2 * track->count);
    if (!room)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the report of %zu frames", track->count);
    *report = (struct mien_track_report){.frames = track->count,
                                         .coverage = mien_track_found(track),
                                         .longest_lost = NAN,
                                         .longest_lost_at = NAN,
                                         .cut_off = NAN,
                                         .second_face = mien_track_second_face(track),
                                         .fps = track->fps,
                                         .irregular = NAN,
                                         .dropped = NAN,
                                         .longest_step = NAN,
                                         .speed = NAN,
                                         .jumps = NAN};
    count_losses(track, report);
    measure_size(track, report, room + track->count, room);
    measure_steps(track, report, room + track->count, room);
    measure_speed(track, report);
    measure_values(track, report, room);
    free(room);
    return MIEN_OK;
}
