/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/quantile.h"
#include "measure/blinks.h"

#include <math.h>
#include <stdlib.h>

/* An eye that closes by less than this share of the other does not take part. */
static const double share = 1.0 / 3;

/* Completeness of one eye during a blink found elsewhere: its lowest value against the median of the frames
 * within `around` seconds before and after. */
static double completeness(const double *time, const double *x, size_t count, const struct mien_blink *blink,
                           double around, double *scratch)
{
    double lowest = NAN;
    size_t used = 0;
    for (size_t i = 0; i < count && time[i] <= blink->end + around; i++) {
        if (time[i] < blink->start - around || isnan(x[i]))
            continue;
        if (time[i] < blink->start || time[i] > blink->end)
            scratch[used++] = x[i];
        else
            lowest = fmin(lowest, x[i]);
    }
    mien_sort_numbers(scratch, used);
    return 1 - lowest / mien_quantile_sorted(scratch, used, 0.5);
}

static void tell_eyes(const double *time, const double *left, const double *right, size_t count,
                      double around, double *scratch, struct mien_blink *blink)
{
    blink->left = completeness(time, left, count, blink, around, scratch);
    blink->right = completeness(time, right, count, blink, around, scratch);
    blink->eyes = MIEN_BOTH_EYES;
    if (blink->right < share * blink->left)
        blink->eyes = MIEN_LEFT_EYE;
    else if (blink->left < share * blink->right)
        blink->eyes = MIEN_RIGHT_EYE;
}

static bool is_known(const struct mien_blinks *known, const struct mien_blink *blink)
{
    for (size_t i = 0; i < known->count; i++)
        if (blink->start < known->list[i].end && blink->end > known->list[i].start)
            return true;
    return false;
}

/* Adds the winks of one eye that were not found on the mean. */
static int add_winks(const double *time, const double *left, const double *right, size_t count,
                     enum mien_eyes eye, const struct mien_blink_options *options, double *scratch,
                     struct mien_blinks *out)
{
    struct mien_blinks single;
    int failed = mien_blinks_find(time, eye == MIEN_LEFT_EYE ? left : right, count, options, &single);
    size_t room = out->count;
    for (size_t i = 0; i < single.count && !failed; i++) {
        struct mien_blink *blink = &single.list[i];
        tell_eyes(time, left, right, count, options->longest, scratch, blink);
        if (blink->eyes != eye || is_known(out, blink))
            continue;
        failed = mien_array_grow(&out->list, &room, out->count + 1, sizeof *blink);
        if (!failed)
            out->list[out->count++] = *blink;
    }
    mien_blinks_clear(&single);
    return failed;
}

static int by_start(const void *a, const void *b)
{
    double x = ((const struct mien_blink *)a)->start, y = ((const struct mien_blink *)b)->start;
    return (x > y) - (x < y);
}

int mien_blinks_of_eyes(const double *time, const double *left, const double *right, size_t count,
                        const struct mien_blink_options *options, struct mien_blinks *out)
{
    double *mean = mien_array_new(2 * count, sizeof *mean), *scratch = mean ? mean + count : NULL;
    *out = (struct mien_blinks){.rate = NAN};
    if (!mean)
        return -1;
    for (size_t i = 0; i < count; i++)
        mean[i] = (left[i] + right[i]) / 2;
    int failed = mien_blinks_find(time, mean, count, options, out);
    for (size_t i = 0; i < out->count; i++)
        tell_eyes(time, left, right, count, options->longest, scratch, &out->list[i]);
    failed = failed || add_winks(time, left, right, count, MIEN_LEFT_EYE, options, scratch, out) != 0 ||
             add_winks(time, left, right, count, MIEN_RIGHT_EYE, options, scratch, out) != 0;
    free(mean);
    if (failed) {
        mien_blinks_clear(out);
        return -1;
    }
    size_t both = 0;
    for (size_t i = 0; i < out->count; i++)
        both += out->list[i].eyes == MIEN_BOTH_EYES ? 1 : 0;
    if (out->count > 1)
        qsort(out->list, out->count, sizeof *out->list, by_start);
    out->rate = out->seconds > 0 ? 60 * (double)both / out->seconds : NAN;
    return 0;
}
