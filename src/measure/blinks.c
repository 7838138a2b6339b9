/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/blinks.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

const struct mien_blink_options mien_blink_defaults = {
    .least = 0.25, .complete = 0.5, .shortest = 0.1, .longest = 0.6};

/* Depth in noise, and the part of the depth at which a blink starts and ends. */
static const double over_noise = 6, edge = 0.2;

/* Seconds within which open eyes are looked for at least, however short blinks may be. */
static const double least_reach = 0.3;

/* The frames that are used. */
struct series {
    double *time, *x;
    double *scratch;
    size_t count;
    double noise; /* SD of one frame about its neighbours. */
    double gap;   /* Frames further apart than this do not belong together. */
};

static double median_of(double *values, size_t count)
{
    mien_sort_numbers(values, count);
    return mien_quantile_sorted(values, count, 0.5);
}

/* From the median absolute difference of neighbours, which blinks hardly change. */
static double noise_of(struct series *s)
{
    for (size_t i = 1; i < s->count; i++)
        s->scratch[i - 1] = fabs(s->x[i] - s->x[i - 1]);
    return s->count > 1 ? 1.4826 * median_of(s->scratch, s->count - 1) / sqrt(2) : 0;
}

static int series_new(const double *time, const double *x, size_t count, double reach, struct series *s)
{
    *s = (struct series){.time = mien_array_new(count, sizeof *time),
                         .x = mien_array_new(count, sizeof *x),
                         .scratch = mien_array_new(count, sizeof *x),
                         .gap = reach / 2};
    if (!s->time || !s->x || !s->scratch)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]) && (s->count == 0 || time[i] > s->time[s->count - 1])) {
            s->time[s->count] = time[i];
            s->x[s->count++] = x[i];
        }
    s->noise = noise_of(s);
    return 0;
}

static void series_clear(struct series *s)
{
    free(s->time);
    free(s->x);
    free(s->scratch);
}

/* How far one may go from a frame in a direction (-1 or 1) without leaving `reach` seconds or meeting a gap.
 */
static size_t furthest(const struct series *s, size_t from, int direction, double reach)
{
    size_t at = from;
    while (direction < 0 ? at > 0 : at + 1 < s->count) {
        size_t next = direction < 0 ? at - 1 : at + 1;
        if (fabs(s->time[next] - s->time[at]) > s->gap || fabs(s->time[next] - s->time[from]) > reach)
            break;
        at = next;
    }
    return at;
}

/* The open level between two frames, one of which is the deepest: the median of what lies above half way
 * between the lowest and the highest. */
static double open_level(const struct series *s, size_t first, size_t last)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = first; i <= last; i++) {
        low = fmin(low, s->x[i]);
        high = fmax(high, s->x[i]);
    }
    size_t used = 0;
    for (size_t i = first; i <= last; i++)
        if (s->x[i] > (low + high) / 2)
            s->scratch[used++] = s->x[i];
    return used > 0 ? median_of(s->scratch, used) : high;
}

/* When, going from `from` towards `to`, the opening first reaches level; NaN where it does not. */
static double crossing(const struct series *s, size_t from, size_t to, double level, double *speed)
{
    int direction = to < from ? -1 : 1;
    *speed = 0;
    for (size_t i = from; i != to;) {
        size_t next = direction < 0 ? i - 1 : i + 1;
        double rise = s->x[next] - s->x[i], seconds = s->time[next] - s->time[i];
        *speed = fmax(*speed, rise / fabs(seconds));
        if (s->x[next] >= level)
            return s->time[i] + seconds * (level - s->x[i]) / rise;
        i = next;
    }
    return NAN;
}

/* Whether the dip at a frame is a blink, and which; the eyes are open within reach. */
static bool describe(const struct series *s, size_t at, double reach,
                     const struct mien_blink_options *options, struct mien_blink *blink)
{
    size_t first = furthest(s, at, -1, reach), last = furthest(s, at, 1, reach);
    if (first == at || last == at)
        return false;
    double left = open_level(s, first, at), right = open_level(s, at, last), lowest = s->x[at];
    double shallow = fmin(left, right) - lowest;
    *blink = (struct mien_blink){
        .deepest = s->time[at], .baseline = (left + right) / 2, .left = NAN, .right = NAN};
    if (!(shallow > over_noise * s->noise) || !(shallow >= options->least * blink->baseline) ||
        !(blink->baseline > 0))
        return false;
    blink->depth = blink->baseline - lowest;
    blink->completeness = blink->depth / blink->baseline;
    blink->complete = blink->completeness >= options->complete;
    blink->start = crossing(s, at, first, lowest + (1 - edge) * (left - lowest), &blink->closing);
    blink->end = crossing(s, at, last, lowest + (1 - edge) * (right - lowest), &blink->opening);
    blink->duration = blink->end - blink->start;
    return blink->duration >= options->shortest && blink->duration <= options->longest;
}

/* The frame is the lowest within reach on both sides of it; of equal ones the first. */
static bool is_lowest(const struct series *s, size_t at, double reach)
{
    size_t first = furthest(s, at, -1, reach), last = furthest(s, at, 1, reach);
    for (size_t i = first; i <= last; i++)
        if (s->x[i] < s->x[at] || (s->x[i] == s->x[at] && i < at))
            return false;
    return true;
}

static double watched(const struct series *s)
{
    double seconds = 0;
    for (size_t i = 1; i < s->count; i++)
        if (s->time[i] - s->time[i - 1] <= s->gap)
            seconds += s->time[i] - s->time[i - 1];
    return seconds;
}

int mien_blinks_find(const double *time, const double *opening, size_t count,
                     const struct mien_blink_options *options, struct mien_blinks *out)
{
    struct series s;
    size_t room = 0;
    double reach = fmax(options->longest, least_reach);
    int failed = series_new(time, opening, count, reach, &s);
    *out = (struct mien_blinks){.rate = NAN};
    for (size_t i = 0; i < s.count && !failed; i++) {
        struct mien_blink blink;
        /* Two blinks cannot be closer than the shortest one is long. Where the eyes are narrow on one side of
         * a blink they may be seen open only further away. */
        if (!is_lowest(&s, i, options->shortest) ||
            (!describe(&s, i, reach, options, &blink) && !describe(&s, i, 2 * reach, options, &blink)))
            continue;
        if (out->count > 0 && blink.start < out->list[out->count - 1].end)
            continue;
        failed = mien_array_grow(&out->list, &room, out->count + 1, sizeof blink);
        if (!failed)
            out->list[out->count++] = blink;
    }
    if (!failed) {
        out->seconds = watched(&s);
        if (out->seconds > 0)
            out->rate = 60 * (double)out->count / out->seconds;
    } else
        mien_blinks_clear(out);
    series_clear(&s);
    return failed ? -1 : 0;
}

void mien_blinks_clear(struct mien_blinks *blinks)
{
    free(blinks->list);
    *blinks = (struct mien_blinks){.rate = NAN};
}
