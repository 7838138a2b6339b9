/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/repetitions.h"

#include "base/memory.h"
#include "base/quantile.h"
#include "measure/local_fit.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

const struct mien_repetition_options mien_repetition_defaults = {
    .baseline = NAN, .half_width = 0.12, .least = 0.25};

/* The series without its missing values: as given, smoothed, and its rate of change. */
struct course {
    double *time, *raw, *value, *rate, *scratch;
    size_t count;
    double step;     /* The usual time from one to the next. */
    double reversal; /* A turn by less than this is none. */
};

static double quantile_of(const double *values, size_t count, double *scratch, double probability)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = values[i];
    mien_sort_numbers(scratch, count);
    return mien_quantile_sorted(scratch, count, probability);
}

static double median_of(double *values, size_t count)
{
    mien_sort_numbers(values, count);
    return mien_quantile_sorted(values, count, 0.5);
}

/* SD of a smoothed frame, from how far frames lie from the middle of their neighbours before smoothing:
 * movement hardly changes the median of that. Smoothed frames themselves are too much alike to tell. */
static double noise_of(const struct course *c, double half_width)
{
    if (c->count < 3)
        return 0;
    for (size_t i = 1; i + 1 < c->count; i++)
        c->scratch[i - 1] = fabs(c->raw[i - 1] - 2 * c->raw[i] + c->raw[i + 1]);
    return 1.4826 * median_of(c->scratch, c->count - 2) / sqrt(6) * mien_local_fit_noise(half_width, c->step);
}

static int course_new(const double *time, const double *x, size_t count,
                      const struct mien_repetition_options *options, struct course *c)
{
    *c = (struct course){mien_array_new(count, sizeof *c->time),
                         mien_array_new(count, sizeof *c->raw),
                         mien_array_new(count, sizeof *c->value),
                         mien_array_new(count, sizeof *c->rate),
                         mien_array_new(count, sizeof *c->scratch),
                         0,
                         NAN,
                         0};
    if (!c->time || !c->raw || !c->value || !c->rate || !c->scratch ||
        mien_local_fit(time, x, count, options->half_width, c->value, c->rate) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!isnan(c->value[i])) {
            c->time[c->count] = time[i];
            c->raw[c->count] = x[i];
            c->value[c->count] = c->value[i];
            c->rate[c->count++] = c->rate[i];
        }
    for (size_t i = 1; i < c->count; i++)
        c->scratch[i - 1] = c->time[i] - c->time[i - 1];
    c->step = c->count > 1 ? median_of(c->scratch, c->count - 1) : NAN;
    double high = quantile_of(c->value, c->count, c->scratch, 0.95);
    double low = quantile_of(c->value, c->count, c->scratch, 0.05);
    c->reversal = fmax(options->least * (high - low), 6 * noise_of(c, options->half_width));
    return 0;
}

static void course_clear(struct course *c)
{
    free(c->time);
    free(c->raw);
    free(c->value);
    free(c->rate);
    free(c->scratch);
}

/* Where the series first rises through the level, and where it last falls through it: between frames by
 * straight lines; an end of the series where it does not. */
static void passes(const struct course *c, size_t before, size_t after, double level, double *rises,
                   double *falls)
{
    const double *t = c->time, *v = c->value;
    size_t first = before, last = after;
    while (first < last && v[first] < level)
        first++;
    while (last > first && v[last] < level)
        last--;
    *rises = t[first];
    *falls = t[last];
    if (first > before)
        *rises -= (t[first] - t[first - 1]) * (v[first] - level) / (v[first] - v[first - 1]);
    if (last < after)
        *falls += (t[last + 1] - t[last]) * (v[last] - level) / (v[last] - v[last + 1]);
}

/* The flanks are steep, so that noise hardly shifts the moments from which the middle is found. What is
 * picked for being high, as the apex is, is too high, and the more so the longer a movement is held. */
static double held_amplitude(const struct course *c, size_t before, size_t after,
                             const struct mien_dynamics *movement)
{
    const double slack = 1e-9;
    double rises, falls, sum = 0;
    size_t frames = 0;
    if (isnan(movement->amplitude))
        return NAN;
    passes(c, before, after, movement->baseline + movement->amplitude / 2, &rises, &falls);
    double quarter = (falls - rises) / 4;
    for (size_t i = before; i <= after; i++)
        if (c->time[i] >= rises + quarter - slack && c->time[i] <= falls - quarter + slack) {
            sum += c->value[i] - movement->baseline;
            frames++;
        }
    if (frames > 0)
        return sum / (double)frames;
    return 2 * quarter < c->step ? movement->amplitude : NAN;
}

/* The movement between two troughs. Where the level at rest is known, what does not rise above it by as much
 * as a turn is none: a point that is misplaced for a moment and comes back. */
static int add_repetition(const struct course *c, size_t before, size_t after,
                          const struct mien_repetition_options *options, struct mien_repetitions *out,
                          size_t *room)
{
    struct mien_repetition one = {.period = NAN};
    double baseline = options->baseline;
    if (isnan(baseline))
        baseline = (c->value[before] + c->value[after]) / 2;
    if (mien_dynamics_smoothed(c->time + before, c->value + before, c->rate + before, after - before + 1,
                               baseline, &one.movement) != 0 ||
        mien_array_grow(&out->list, room, out->count + 1, sizeof one) != 0)
        return -1;
    if (!isnan(options->baseline) && !(one.movement.amplitude >= c->reversal))
        return 0;
    one.held = held_amplitude(c, before, after, &one.movement);
    if (out->count > 0)
        one.period = one.movement.apex - out->list[out->count - 1].movement.apex;
    out->list[out->count++] = one;
    return 0;
}

/* Goes from extreme to extreme; a turn counts once the series has come back from the extreme by `reversal`.
 */
static int find_movements(const struct course *c, const struct mien_repetition_options *options,
                          struct mien_repetitions *out)
{
    size_t trough = 0, peak = 0, room = 0, before = 0;
    bool rising = false;   /* The last turn that counts was a trough. */
    bool complete = false; /* A peak came before the trough that is being looked for. */
    for (size_t i = 0; i < c->count; i++) {
        if (rising) {
            if (c->value[i] > c->value[peak])
                peak = i;
            if (c->value[peak] - c->value[i] >= c->reversal && c->reversal > 0) {
                rising = false;
                complete = true;
                trough = i;
            }
            continue;
        }
        if (c->value[i] < c->value[trough])
            trough = i;
        if (c->value[i] - c->value[trough] >= c->reversal && c->reversal > 0) {
            if (complete && add_repetition(c, before, trough, options, out, &room) != 0)
                return -1;
            before = trough;
            peak = i;
            rising = true;
        }
    }
    if (!rising && complete)
        return add_repetition(c, before, trough, options, out, &room);
    return 0;
}

static int measure_decrement(struct mien_repetitions *out)
{
    double *numbers = mien_array_new(2 * out->count, sizeof *numbers);
    if (!numbers)
        return -1;
    for (size_t i = 0; i < out->count; i++) {
        numbers[i] = (double)i + 1;
        numbers[out->count + i] = out->list[i].held;
    }
    int failed = mien_theil_sen(numbers, numbers + out->count, out->count, 1.959963984540054, &out->line);
    if (out->count > 1) {
        double first = out->list[0].movement.amplitude, last = out->list[out->count - 1].movement.amplitude;
        out->decrement = (first - last) / first;
        double gained = out->line.slope * (double)(out->count - 1);
        out->decrement_line = -gained / (out->line.intercept + out->line.slope);
    }
    free(numbers);
    return failed;
}

int mien_repetitions_find(const double *time, const double *x, size_t count,
                          const struct mien_repetition_options *options, struct mien_repetitions *out)
{
    struct course c;
    *out = (struct mien_repetitions){.decrement = NAN, .decrement_line = NAN};
    int failed = course_new(time, x, count, options, &c) != 0 || find_movements(&c, options, out) != 0 ||
                 measure_decrement(out) != 0;
    course_clear(&c);
    if (failed)
        mien_repetitions_clear(out);
    return failed ? -1 : 0;
}

void mien_repetitions_clear(struct mien_repetitions *repetitions)
{
    free(repetitions->list);
    *repetitions = (struct mien_repetitions){.decrement = NAN, .decrement_line = NAN};
}
