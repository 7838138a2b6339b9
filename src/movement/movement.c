/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/movement.h"

#include "base/memory.h"
#include "base/paths.h"
#include "face/frontal.h"
#include "movement/peak.h"
#include "movement/reading.h"
#include "movement/resting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The result ---- */

static struct mien_movement *movement_new(size_t frames)
{
    struct mien_movement *movement = mien_array_new(1, sizeof *movement);
    if (!movement)
        return NULL;
    movement->frames = frames;
    movement->mean_lost = movement->peak_time = NAN;
    movement->regions = mien_missing_new(frames * MIEN_REGIONS * 2 * MIEN_MOVEMENT_KINDS);
    movement->lost = mien_missing_new(frames);
    for (int cell = 0; cell < MIEN_CELLS; cell++)
        movement->peak.x[cell] = movement->peak.y[cell] = NAN;
    if (movement->regions && movement->lost)
        return movement;
    mien_movement_free(movement);
    return NULL;
}

void mien_movement_free(struct mien_movement *movement)
{
    if (!movement)
        return;
    free(movement->regions);
    free(movement->lost);
    free(movement);
}

static void put_means(struct mien_movement *movement, size_t row, const double *values,
                      enum mien_movement_kind kind)
{
    double means[MIEN_REGIONS][2];
    mien_region_means(&movement->cells, values, means);
    for (int region = 0; region < MIEN_REGIONS; region++)
        for (int right = 0; right < 2; right++)
            movement->regions[mien_movement_place(row, region, right, kind)] = means[region][!right];
}

static void put_row(struct mien_movement *movement, size_t row, const struct mien_moved *moved)
{
    double values[MIEN_CELLS];
    mien_field_size(&moved->skin, values);
    put_means(movement, row, values, MIEN_MOVEMENT_SKIN);
    mien_field_strain(&moved->skin, values);
    put_means(movement, row, values, MIEN_MOVEMENT_STRAIN);
    mien_field_size(&moved->points, values);
    put_means(movement, row, values, MIEN_MOVEMENT_POINTS);
}

/* ---- All frames ---- */

/* What one call needs. */
struct finding {
    const struct mien_track *track;
    const struct mien_movement_options *options;
    const struct mien_progress *progress;
    struct mien_mover *mover;
    struct mien_movement *movement;
    struct mien_peak *peak; /* NULL: not wanted. */
};

static enum mien_status find_row(struct finding *finding, struct mien_reading *reading, size_t row,
                                 struct mien_error *error)
{
    struct mien_plane plane;
    struct mien_glimpse glimpse;
    struct mien_moved moved;
    bool seen;
    double start = mien_movement_clock();
    enum mien_status status = mien_reading_row(reading, row, &plane, error);
    finding->mover->seconds[MIEN_STEP_DECODE] += mien_movement_clock() - start;
    if (status == MIEN_OK)
        status = mien_mover_look(finding->mover, finding->track, row, &plane, &glimpse, &seen, error);
    if (status != MIEN_OK || !seen)
        return status;
    status = mien_mover_compare(finding->mover, &glimpse, &moved, error);
    if (status != MIEN_OK)
        return status;
    start = mien_movement_clock();
    finding->movement->lost[row] = mien_mover_trust(finding->mover, &glimpse, &moved);
    mien_field_smooth(&moved.skin);
    mien_field_smooth(&moved.points);
    put_row(finding->movement, row, &moved);
    if (finding->peak)
        mien_peak_add(finding->peak, &moved.skin, finding->track->time[row]);
    finding->mover->seconds[MIEN_STEP_FIELD] += mien_movement_clock() - start;
    return MIEN_OK;
}

static enum mien_status find_rows(struct finding *finding, struct mien_error *error)
{
    const struct mien_track *track = finding->track;
    struct mien_reading reading;
    enum mien_status status = mien_reading_open(&reading, track, finding->options->video, error);
    for (size_t row = 0; row < track->count && status == MIEN_OK; row++) {
        mien_progress_report(finding->progress, (double)row, (double)track->count, "frames",
                             mien_path_base(mien_video_path(reading.video)));
        /* Without the face there is nothing to read the frame for. */
        if (track->found[row] && track->time[row] >= finding->options->start &&
            track->time[row] <= finding->options->stop)
            status = find_row(finding, &reading, row, error);
    }
    mien_reading_close(&reading);
    return status;
}

static void sum_up(struct finding *finding)
{
    struct mien_movement *movement = finding->movement;
    double sum = 0;
    for (size_t row = 0; row < movement->frames; row++) {
        if (!isfinite(movement->lost[row]))
            continue;
        sum += movement->lost[row];
        movement->looked++;
    }
    if (movement->looked > 0)
        movement->mean_lost = sum / (double)movement->looked;
    memcpy(movement->seconds, finding->mover->seconds, sizeof movement->seconds);
}

/* Fills the movement, whose peak keeps as many frames as a tenth of those that could come. */
static enum mien_status find_all(struct finding *finding, struct mien_error *error)
{
    struct mien_peak peak = {0};
    if (finding->options->peak) {
        if (mien_peak_new(&peak, finding->track->count) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the peak");
        finding->peak = &peak;
    }
    enum mien_status status = find_rows(finding, error);
    if (status == MIEN_OK && finding->peak)
        mien_peak_end(&peak, &finding->movement->peak, &finding->movement->peak_time,
                      &finding->movement->peak_frames);
    mien_peak_clear(&peak);
    return status;
}

enum mien_status mien_movement_find(const struct mien_track *track,
                                    const struct mien_movement_options *options,
                                    const struct mien_progress *progress, struct mien_movement **movement,
                                    struct mien_error *error)
{
    struct finding finding = {.track = track, .options = options, .progress = progress};
    struct mien_resting_options rest = {options->neutral ? options->neutral : track, NULL, options->t0,
                                        options->t1};
    if (rest.track == track)
        rest.video = options->video;
    enum mien_status status = mien_mover_new(options->side, &finding.mover, error);
    if (status != MIEN_OK)
        return status;
    finding.movement = movement_new(track->count);
    if (!finding.movement)
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the movement");
    if (status == MIEN_OK)
        status = mien_resting_learn(finding.mover, &rest, &finding.movement->rest_frames, error);
    if (status == MIEN_OK) {
        finding.movement->cells = finding.mover->cells;
        memset(finding.mover->seconds, 0, sizeof finding.mover->seconds);
        status = find_all(&finding, error);
    }
    if (status == MIEN_OK) {
        sum_up(&finding);
        *movement = finding.movement;
    } else {
        mien_movement_free(finding.movement);
    }
    mien_mover_free(finding.mover);
    return status;
}
