/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/dynamics.h"

#include "base/memory.h"
#include "measure/local_fit.h"

#include <math.h>
#include <stdlib.h>

static const double low_part = 0.1, high_part = 0.9;

/* ---- Smoothness ---- */

/* Values at equal steps, by straight lines; count is at least 2 and so is steps. */
static void resample(const double *time, const double *x, size_t count, double *out, size_t steps)
{
    double first = time[0], step = (time[count - 1] - first) / (double)(steps - 1);
    for (size_t i = 0, k = 0; i < steps; i++) {
        double at = first + step * (double)i;
        while (k + 2 < count && time[k + 1] < at)
            k++;
        double part = (at - time[k]) / (time[k + 1] - time[k]);
        out[i] = x[k] + fmin(fmax(part, 0), 1) * (x[k + 1] - x[k]);
    }
}

static double amplitude_at(const double *x, size_t count, double turns_per_step)
{
    double real = 0, imaginary = 0;
    for (size_t i = 0; i < count; i++) {
        double angle = 2 * M_PI * turns_per_step * (double)i;
        real += x[i] * cos(angle);
        imaginary += x[i] * sin(angle);
    }
    return hypot(real, imaginary);
}

/* spectrum has `bins` amplitudes; the result is the arc's length with the sign turned. */
static double arc_length(const double *spectrum, size_t bins)
{
    size_t last = 0;
    double largest = 0, length = 0;
    for (size_t i = 0; i < bins; i++)
        largest = fmax(largest, spectrum[i]);
    for (size_t i = 0; i < bins; i++)
        if (spectrum[i] >= 0.05 * largest)
            last = i;
    if (!(largest > 0) || last == 0)
        return NAN;
    for (size_t i = 1; i <= last; i++)
        length += hypot(1 / (double)last, (spectrum[i] - spectrum[i - 1]) / largest);
    return -length;
}

int mien_spectral_arc_length(const double *time, const double *speed, size_t count, double *out)
{
    *out = NAN;
    if (count < 5 || !(time[count - 1] > time[0]))
        return 0;
    double rate = (double)(count - 1) / (time[count - 1] - time[0]);
    size_t padded = 16;
    while (padded < 16 * count)
        padded *= 2;
    size_t bins = (size_t)fmin(10.0 / rate * (double)padded, (double)padded / 2) + 1;
    double *even = mien_array_new(count, sizeof *even), *spectrum = mien_array_new(bins, sizeof *spectrum);
    int failed = !even || !spectrum;
    if (!failed) {
        resample(time, speed, count, even, count);
        for (size_t i = 0; i < bins; i++)
            spectrum[i] = amplitude_at(even, count, (double)i / (double)padded);
        *out = arc_length(spectrum, bins);
    }
    free(even);
    free(spectrum);
    return failed ? -1 : 0;
}

/* ---- The course ---- */

/* The moment between two frames at which the series passes the level. */
static double passing(const double *time, const double *value, size_t from, size_t to, double level)
{
    if (value[to] == value[from])
        return time[to];
    return time[from] + (time[to] - time[from]) * (level - value[from]) / (value[to] - value[from]);
}

/* The last moment before frame `at` at which the series rises through the level; NaN where it never was
 * below. frame takes the first frame after it. */
static double rises_through(const double *time, const double *value, size_t at, double level, size_t *frame)
{
    for (size_t i = at; i > 0; i--)
        if (value[i - 1] < level) {
            *frame = i;
            return passing(time, value, i - 1, i, level);
        }
    *frame = 0;
    return NAN;
}

/* The first moment after frame `at` at which it falls through the level. */
static double falls_through(const double *time, const double *value, size_t count, size_t at, double level,
                            size_t *frame)
{
    for (size_t i = at + 1; i < count; i++)
        if (value[i] < level) {
            *frame = i;
            return passing(time, value, i - 1, i, level);
        }
    *frame = count;
    return NAN;
}

static double largest_rate(const double *rate, size_t first, size_t end, double sign)
{
    double largest = NAN;
    for (size_t i = first; i < end; i++)
        if (!isnan(rate[i]) && !(sign * rate[i] <= largest))
            largest = sign * rate[i];
    return largest;
}

/* How much more way than distance there is from frame first to frame last. */
static double irregularity(const double *value, size_t first, size_t last)
{
    double way = 0, distance = value[last] - value[first];
    for (size_t i = first + 1; i <= last; i++)
        way += fabs(value[i] - value[i - 1]);
    return distance > 0 ? way / distance - 1 : NAN;
}

/* The speed in the onset phase, with half as much before and after it, where it comes from and goes to rest.
 */
static int onset_smoothness(const double *time, const double *rate, size_t count, double onset,
                            double onset_duration, double *out)
{
    double from = onset - onset_duration / 2, to = onset + 1.5 * onset_duration;
    size_t first = 0, end = count;
    while (first < count && (time[first] < from || isnan(rate[first])))
        first++;
    while (end > first && (time[end - 1] > to || isnan(rate[end - 1])))
        end--;
    double *speed = mien_array_new(end - first, sizeof *speed);
    if (!speed)
        return -1;
    for (size_t i = first; i < end; i++)
        speed[i - first] = isnan(rate[i]) ? 0 : fabs(rate[i]);
    int failed = mien_spectral_arc_length(time + first, speed, end - first, out);
    free(speed);
    return failed;
}

static struct mien_dynamics nothing(double baseline)
{
    return (struct mien_dynamics){baseline, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
                                  NAN,      NAN, NAN, NAN, NAN, NAN, NAN};
}

/* All values are there. */
static int describe(const double *time, const double *value, const double *rate, size_t count,
                    struct mien_dynamics *d)
{
    size_t apex = 0, start, full, leaves, end;
    for (size_t i = 1; i < count; i++)
        if (value[i] > value[apex])
            apex = i;
    if (count == 0 || !(value[apex] > d->baseline))
        return 0;
    d->amplitude = value[apex] - d->baseline;
    d->apex = time[apex];
    double low = d->baseline + low_part * d->amplitude, high = d->baseline + high_part * d->amplitude;
    d->onset = rises_through(time, value, apex, low, &start);
    d->offset = falls_through(time, value, count, apex, low, &end);
    /* The onset phase ends when 90 % is first reached, not when a held apex last dipped below it. */
    for (full = start; full < apex && value[full] < high; full++)
        ;
    double reached = full > 0 && !isnan(d->onset) ? passing(time, value, full - 1, full, high) : NAN;
    for (leaves = end < count ? end : count - 1; leaves > apex && value[leaves] < high; leaves--)
        ;
    double left = end < count ? passing(time, value, leaves, leaves + 1, high) : NAN;
    d->time_to_peak = d->apex - d->onset;
    d->duration = d->offset - d->onset;
    d->onset_duration = reached - d->onset;
    d->hold = left - reached;
    d->offset_duration = d->offset - left;
    d->velocity_rise = largest_rate(rate, start, apex + 1, 1);
    d->velocity_fall = largest_rate(rate, apex, end, -1);
    d->velocity_ratio = d->velocity_rise / d->amplitude;
    if (isnan(d->onset_duration))
        return 0;
    d->irregularity = irregularity(value, start > 0 ? start - 1 : 0, full);
    return onset_smoothness(time, rate, count, d->onset, d->onset_duration, &d->smoothness);
}

int mien_dynamics_smoothed(const double *time, const double *value, const double *rate, size_t count,
                           double baseline, struct mien_dynamics *out)
{
    *out = nothing(baseline);
    double *kept = mien_array_new(3 * count, sizeof *kept);
    if (!kept)
        return -1;
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        used += isnan(value[i]) ? 0 : 1;
    double *t = kept, *v = kept + used, *r = kept + 2 * used;
    for (size_t i = 0, k = 0; i < count; i++)
        if (!isnan(value[i])) {
            t[k] = time[i];
            v[k] = value[i];
            r[k++] = rate[i];
        }
    int failed = isnan(baseline) ? 0 : describe(t, v, r, used, out);
    free(kept);
    return failed;
}

int mien_dynamics(const double *time, const double *x, size_t count,
                  const struct mien_dynamics_options *options, struct mien_dynamics *out)
{
    double *value = mien_array_new(2 * count, sizeof *value), *rate = value ? value + count : NULL;
    *out = nothing(options->baseline);
    int failed = !value || mien_local_fit(time, x, count, options->half_width, value, rate) != 0 ||
                 mien_dynamics_smoothed(time, value, rate, count, options->baseline, out) != 0;
    free(value);
    return failed ? -1 : 0;
}
