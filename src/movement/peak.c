/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/peak.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

int mien_peak_new(struct mien_peak *peak, size_t frames)
{
    *peak = (struct mien_peak){.room = (frames + 9) / 10};
    peak->frames = mien_array_new(peak->room, sizeof *peak->frames);
    return peak->frames ? 0 : -1;
}

void mien_peak_clear(struct mien_peak *peak)
{
    free(peak->frames);
    *peak = (struct mien_peak){0};
}

/* NaN where nothing could be followed. */
static double amount_of(const struct mien_field *field)
{
    double size[MIEN_CELLS], sum = 0;
    int known = 0;
    mien_field_size(field, size);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        if (!isfinite(size[cell]))
            continue;
        sum += size[cell];
        known++;
    }
    return known > 0 ? sum / known : NAN;
}

static int compare_amounts(const void *a, const void *b)
{
    double first = ((const struct mien_peak_frame *)a)->amount,
           second = ((const struct mien_peak_frame *)b)->amount;
    return (first > second) - (first < second);
}

static size_t least_of(const struct mien_peak *peak)
{
    size_t least = 0;
    for (size_t i = 1; i < peak->kept; i++)
        if (peak->frames[i].amount < peak->frames[least].amount)
            least = i;
    return least;
}

void mien_peak_add(struct mien_peak *peak, const struct mien_field *field, double time)
{
    double amount = amount_of(field);
    if (!isfinite(amount) || peak->room == 0)
        return;
    size_t place = peak->kept;
    peak->added++;
    if (peak->kept == peak->room) {
        place = least_of(peak);
        if (amount <= peak->frames[place].amount)
            return;
    } else {
        peak->kept++;
    }
    struct mien_peak_frame *frame = &peak->frames[place];
    frame->amount = amount;
    frame->time = time;
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        frame->x[cell] = (float)field->x[cell];
        frame->y[cell] = (float)field->y[cell];
    }
}

static double median_of(const struct mien_peak_frame *frames, size_t count, int cell, bool down,
                        double *scratch)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        double value = (double)(down ? frames[i].y : frames[i].x)[cell];
        if (isfinite(value))
            scratch[known++] = value;
    }
    if (2 * known < count || known == 0)
        return NAN;
    mien_sort_numbers(scratch, known);
    return mien_quantile_sorted(scratch, known, 0.5);
}

void mien_peak_end(struct mien_peak *peak, struct mien_field *field, double *time, size_t *frames)
{
    /* Frames without a face were counted when the room was made. */
    size_t used = (peak->added + 9) / 10;
    double *scratch = mien_array_new(used + 1, sizeof *scratch);
    qsort(peak->frames, peak->kept, sizeof *peak->frames, compare_amounts);
    const struct mien_peak_frame *from = peak->frames + (peak->kept - used);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        field->x[cell] = scratch ? median_of(from, used, cell, false, scratch) : NAN;
        field->y[cell] = scratch ? median_of(from, used, cell, true, scratch) : NAN;
    }
    *time = peak->kept > 0 ? peak->frames[peak->kept - 1].time : NAN;
    *frames = used;
    free(scratch);
}
