/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/survival.h"

#include "base/memory.h"
#include "stats/distribution.h"

#include <math.h>
#include <stdlib.h>

struct row {
    double time;
    bool event;
};

static int by_time(const void *a, const void *b)
{
    double x = ((const struct row *)a)->time, y = ((const struct row *)b)->time;
    return (x > y) - (x < y);
}

/* The rows of a group in the order of their times. */
static struct row *rows_of(const struct mien_survival_rows *rows, int group, size_t *count)
{
    struct row *kept = mien_array_new(rows->count, sizeof *kept);
    *count = 0;
    for (size_t i = 0; kept && i < rows->count; i++) {
        int own = rows->group ? rows->group[i] : 0;
        if (own == group && rows->event[i] >= 0 && !isnan(rows->time[i]))
            kept[(*count)++] = (struct row){rows->time[i], rows->event[i] > 0};
    }
    if (kept && *count > 1)
        qsort(kept, *count, sizeof *kept, by_time);
    return kept;
}

/* One point per different time; `points` has room for as many as there are rows. */
static size_t fill_points(const struct row *rows, size_t count, double z, struct mien_survival_point *points)
{
    size_t used = 0;
    double survival = 1, hazard_variance = 0;
    for (size_t i = 0; i < count;) {
        struct mien_survival_point point = {.time = rows[i].time, .at_risk = count - i};
        for (; i < count && rows[i].time == point.time; i++) {
            point.events += rows[i].event ? 1 : 0;
            point.censored += rows[i].event ? 0 : 1;
        }
        double n = (double)point.at_risk, d = (double)point.events;
        survival *= (n - d) / n;
        hazard_variance += d > 0 ? d / (n * (n - d)) : 0;
        point.survival = survival;
        point.se = survival > 0 ? survival * sqrt(hazard_variance) : NAN;
        double half = z * sqrt(hazard_variance);
        point.ci = mien_no_interval();
        if (survival > 0)
            point.ci = (struct mien_interval){exp(log(survival) - half), fmin(1, exp(log(survival) + half))};
        points[used++] = point;
    }
    return used;
}

enum bound { SURVIVAL, LOW, HIGH };

static double value_of(const struct mien_survival_point *point, enum bound bound)
{
    return bound == SURVIVAL ? point->survival : bound == LOW ? point->ci.low : point->ci.high;
}

/* R's rule, with its tolerance. */
static double half_time(const struct mien_survival_curve *curve, enum bound bound)
{
    const double tolerance = 1.4901161193847656e-08;
    for (size_t i = 0; i < curve->count; i++) {
        double value = value_of(&curve->points[i], bound);
        if (!(value < 0.5 + tolerance))
            continue;
        if (fabs(value - 0.5) < tolerance)
            for (size_t k = i + 1; k < curve->count; k++)
                if (value_of(&curve->points[k], bound) < value)
                    return (curve->points[i].time + curve->points[k].time) / 2;
        return curve->points[i].time;
    }
    return NAN;
}

/* The area under the curve from 0 (or the first time, where that is negative) to curve->until, and its
 * standard error: from the right, the area that is left at each event. */
static void restrict_mean(struct mien_survival_curve *curve)
{
    size_t last = 0;
    double area = 0, variance = 0, right = curve->until;
    while (last < curve->count && curve->points[last].time <= curve->until)
        last++;
    for (size_t i = last; i > 0; i--) {
        const struct mien_survival_point *point = &curve->points[i - 1];
        double n = (double)point->at_risk, d = (double)point->events;
        area += point->survival * (right - point->time);
        right = point->time;
        if (n > d)
            variance += area * area * d / (n * (n - d));
    }
    double start = curve->count > 0 ? fmin(0, curve->points[0].time) : 0;
    curve->mean = area + (right - start) + start;
    curve->mean_se = sqrt(variance);
}

enum mien_status mien_survival(const struct mien_survival_rows *rows, int group, double conf, double until,
                               struct mien_survival_curve *out)
{
    *out = (struct mien_survival_curve){
        .median = NAN, .median_ci = mien_no_interval(), .mean = NAN, .mean_se = NAN, .until = until};
    struct row *sorted = rows_of(rows, group, &out->n);
    out->points = mien_array_new(out->n, sizeof *out->points);
    if (!sorted || !out->points) {
        free(sorted);
        mien_survival_clear(out);
        return MIEN_ERR_MEMORY;
    }
    out->count = fill_points(sorted, out->n, mien_normal_quantile_upper((1 - conf) / 2), out->points);
    for (size_t i = 0; i < out->count; i++)
        out->events += out->points[i].events;
    free(sorted);
    if (out->n == 0)
        return MIEN_OK;
    out->median = half_time(out, SURVIVAL);
    out->median_ci = (struct mien_interval){half_time(out, LOW), half_time(out, HIGH)};
    restrict_mean(out);
    return MIEN_OK;
}

void mien_survival_clear(struct mien_survival_curve *curve)
{
    free(curve->points);
    curve->points = NULL;
    curve->count = 0;
}
