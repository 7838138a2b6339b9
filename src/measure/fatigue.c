/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/fatigue.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

/* The slack lets the time of a frame that was computed as frame / fps meet a bound typed in decimals. */
static const double slack = 1e-9, second = 1, half_median = 0.25;

/* The used frames of the task, times from its start. */
struct task {
    double *time, *x, *gaze, *brow, *smooth, *scratch;
    size_t count;
    double length; /* To the last frame of the task, used or not. */
};

/* The medians of whole seconds. */
struct seconds {
    double *time, *x, *brow;
    size_t count;
};

static int task_new(size_t count, struct task *task)
{
    *task = (struct task){mien_array_new(count, sizeof(double)),
                          mien_array_new(count, sizeof(double)),
                          mien_array_new(count, sizeof(double)),
                          mien_array_new(count, sizeof(double)),
                          mien_array_new(count, sizeof(double)),
                          mien_array_new(count, sizeof(double)),
                          0,
                          0};
    return task->time && task->x && task->gaze && task->brow && task->smooth && task->scratch ? 0 : -1;
}

static void task_clear(struct task *task)
{
    free(task->time);
    free(task->x);
    free(task->gaze);
    free(task->brow);
    free(task->smooth);
    free(task->scratch);
}

/* ---- Which frames are used ---- */

static bool inside(double time, struct mien_window window)
{
    return time >= window.t0 - slack && time <= window.t1 + slack;
}

static bool is_masked(double time, const struct mien_fatigue_options *options)
{
    for (size_t i = 0; i < options->mask_count; i++)
        if (inside(time, options->masks[i]))
            return true;
    return false;
}

/* Median of the values that are there of the frames in a window that no blink masks. */
static double level_in(const double *time, const double *values, size_t count, struct mien_window window,
                       const struct mien_fatigue_options *options, double *scratch)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (inside(time[i], window) && !isnan(values[i]) && !is_masked(time[i], options))
            scratch[used++] = values[i];
    mien_sort_numbers(scratch, used);
    return mien_quantile_sorted(scratch, used, 0.5);
}

static void choose_frames(const double *time, const double *x, size_t count,
                          const struct mien_fatigue_options *options, struct task *task,
                          struct mien_fatigue *out)
{
    for (size_t i = 0; i < count; i++) {
        if (!inside(time[i], (struct mien_window){options->baseline.t0, options->stop}))
            continue;
        double gaze = options->gaze ? options->gaze[i] : NAN;
        out->frames++;
        task->length = time[i] - options->baseline.t0;
        if (isnan(x[i]))
            out->missing++;
        else if (is_masked(time[i], options))
            out->masked++;
        else if (gaze < out->gaze_least)
            out->flagged++;
        else {
            size_t at = task->count++;
            task->time[at] = time[i] - options->baseline.t0;
            task->x[at] = x[i];
            task->gaze[at] = gaze;
            task->brow[at] = options->brow ? options->brow[i] : NAN;
            out->gaze_unknown += options->gaze && isnan(gaze);
        }
    }
    out->used = task->count;
}

/* ---- Levels ---- */

/* Median of used frames between two times of the task. */
static double median_between(const struct task *task, const double *values, double from, double to)
{
    size_t used = 0;
    for (size_t i = 0; i < task->count; i++)
        if (task->time[i] >= from - slack && task->time[i] <= to + slack && !isnan(values[i]))
            task->scratch[used++] = values[i];
    mien_sort_numbers(task->scratch, used);
    return mien_quantile_sorted(task->scratch, used, 0.5);
}

/* Running median; at the ends the window shrinks on both sides alike, so that a slope is not bent. */
static void smooth(struct task *task)
{
    size_t first = 0;
    for (size_t i = 0; i < task->count; i++) {
        double reach = fmin(task->time[i] - task->time[0], task->time[task->count - 1] - task->time[i]);
        reach = fmin(reach, half_median) + slack;
        while (first > 0 && task->time[i] - task->time[first - 1] <= reach)
            first--;
        while (task->time[i] - task->time[first] > reach)
            first++;
        size_t used = 0;
        for (size_t k = first; k < task->count && task->time[k] - task->time[i] <= reach; k++)
            task->scratch[used++] = task->x[k];
        mien_sort_numbers(task->scratch, used);
        task->smooth[i] = mien_quantile_sorted(task->scratch, used, 0.5);
    }
}

/* When the smoothed series is first below the level for `hold`; NaN where it never is. Where nothing was seen
 * for longer than `hold` (at least a second), nothing is known, and the count begins anew. */
static double time_below(const struct task *task, double level, double hold)
{
    double since = NAN, gap = fmax(hold, second);
    for (size_t i = 0; i < task->count; i++) {
        if (!(task->smooth[i] < level)) {
            since = NAN;
            continue;
        }
        if (isnan(since) || task->time[i] - task->time[i - 1] > gap + slack)
            since = task->time[i];
        if (task->time[i] - since >= hold - slack)
            return since;
    }
    return NAN;
}

/* ---- Seconds ---- */

static double bin_median(const double *values, size_t first, size_t end, double *scratch)
{
    size_t used = 0;
    for (size_t i = first; i < end; i++)
        if (!isnan(values[i]))
            scratch[used++] = values[i];
    mien_sort_numbers(scratch, used);
    return mien_quantile_sorted(scratch, used, 0.5);
}

/* The end of the second in which the frame `first` lies. */
static size_t end_of_second(const struct task *task, size_t first)
{
    size_t end = first + 1;
    double bin = floor((task->time[first] + slack) / second);
    while (end < task->count && floor((task->time[end] + slack) / second) == bin)
        end++;
    return end;
}

/* A second of which little is left says less than the others: with less than a third of the frames of the
 * fullest one it is left out. */
static int seconds_new(const struct task *task, struct seconds *s)
{
    size_t fullest = 0;
    *s = (struct seconds){mien_array_new(task->count, sizeof *s->time),
                          mien_array_new(task->count, sizeof *s->x),
                          mien_array_new(task->count, sizeof *s->brow), 0};
    if (!s->time || !s->x || !s->brow)
        return -1;
    for (size_t first = 0, end; first < task->count; first = end) {
        end = end_of_second(task, first);
        fullest = end - first > fullest ? end - first : fullest;
    }
    for (size_t first = 0, end; first < task->count; first = end) {
        end = end_of_second(task, first);
        if (3 * (end - first) < fullest)
            continue;
        s->time[s->count] = bin_median(task->time, first, end, task->scratch);
        s->x[s->count] = bin_median(task->x, first, end, task->scratch);
        s->brow[s->count++] = bin_median(task->brow, first, end, task->scratch);
    }
    return 0;
}

static void seconds_clear(struct seconds *s)
{
    free(s->time);
    free(s->x);
    free(s->brow);
}

static double correlation(const double *x, const double *y, size_t count)
{
    double n = 0, mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            n++;
            mean_x += x[i];
            mean_y += y[i];
        }
    mean_x /= n;
    mean_y /= n;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]) && !isnan(y[i])) {
            xx += (x[i] - mean_x) * (x[i] - mean_x);
            yy += (y[i] - mean_y) * (y[i] - mean_y);
            xy += (x[i] - mean_x) * (y[i] - mean_y);
        }
    return n > 2 && xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

static int measure_seconds(const struct seconds *s, struct mien_fatigue *out)
{
    double loss = 0;
    if (mien_theil_sen(s->time, s->x, s->count, 1.959963984540054, &out->line) != 0)
        return -1;
    out->line.slope *= 60;
    out->line.low *= 60;
    out->line.high *= 60;
    for (size_t i = 0; i < s->count; i++)
        loss += 1 - s->x[i] / out->baseline;
    if (s->count > 0 && out->baseline > 0)
        out->mean_loss = loss / (double)s->count;
    out->brow_r = correlation(s->brow, s->x, s->count);
    return mien_decay_fit(s->time, s->x, s->count, &out->decay);
}

/* ---- The whole ---- */

static struct mien_fatigue nothing(void)
{
    return (struct mien_fatigue){.baseline = NAN,
                                 .final = NAN,
                                 .decrement = NAN,
                                 .half_time = NAN,
                                 .criterion = NAN,
                                 .time_to_criterion = NAN,
                                 .mean_loss = NAN,
                                 .recovered = NAN,
                                 .recovery = NAN,
                                 .gaze_baseline = NAN,
                                 .gaze_final = NAN,
                                 .gaze_least = NAN,
                                 .brow_change = NAN,
                                 .brow_r = NAN};
}

static void measure_levels(const struct mien_fatigue_options *options, const struct task *task,
                           struct mien_fatigue *out)
{
    double window = options->baseline.t1 - options->baseline.t0, late = task->length - options->final;
    out->baseline = median_between(task, task->x, 0, window);
    out->final = median_between(task, task->x, late, task->length);
    double lost = out->baseline - out->final;
    if (out->baseline > 0)
        out->decrement = lost / out->baseline;
    out->gaze_final = median_between(task, task->gaze, late, task->length);
    out->brow_change =
        median_between(task, task->brow, late, task->length) - median_between(task, task->brow, 0, window);
    if (lost > 0)
        out->half_time = time_below(task, out->baseline - lost / 2, options->hold);
    out->criterion = options->criterion;
    if (isnan(out->criterion) && options->criterion_loss_mm > 0)
        out->criterion = out->baseline - options->criterion_loss_mm;
    else if (isnan(out->criterion))
        out->criterion = out->baseline * (1 - options->criterion_loss);
    if (isnan(out->criterion) || task->count == 0)
        return;
    double met = time_below(task, out->criterion, options->hold);
    out->censored = isnan(met);
    out->time_to_criterion = out->censored ? task->time[task->count - 1] : met;
}

int mien_fatigue(const double *time, const double *x, size_t count,
                 const struct mien_fatigue_options *options, struct mien_fatigue *out)
{
    struct task task;
    struct seconds seconds = {0};
    *out = nothing();
    int failed = task_new(count, &task);
    if (failed)
        goto done;
    if (options->gaze) {
        out->gaze_baseline = level_in(time, options->gaze, count, options->baseline, options, task.scratch);
        out->gaze_least =
            isnan(options->gaze_least) ? options->gaze_share * out->gaze_baseline : options->gaze_least;
    }
    choose_frames(time, x, count, options, &task, out);
    smooth(&task);
    measure_levels(options, &task, out);
    failed = seconds_new(&task, &seconds) != 0 || measure_seconds(&seconds, out) != 0;
    out->recovered = level_in(time, x, count, options->recovery, options, task.scratch);
    if (out->baseline > out->final)
        out->recovery = (out->recovered - out->final) / (out->baseline - out->final);
done:
    seconds_clear(&seconds);
    task_clear(&task);
    return failed ? -1 : 0;
}
