/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "stats/survival.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

struct row {
    int stratum, group;
    double time;
    bool event;
};

/* Latest first within a stratum, so that those at risk are those already seen. */
static int by_stratum_and_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    return (x->time < y->time) - (x->time > y->time);
}

static struct row *sorted_rows(const struct mien_survival_rows *rows, int groups, size_t *count)
{
    struct row *kept = mien_array_new(rows->count, sizeof *kept);
    *count = 0;
    for (size_t i = 0; kept && i < rows->count; i++) {
        struct row row = {rows->stratum ? rows->stratum[i] : 0, rows->group ? rows->group[i] : 0,
                          rows->time[i], rows->event[i] > 0};
        if (row.stratum >= 0 && row.group >= 0 && row.group < groups && rows->event[i] >= 0 &&
            !isnan(row.time))
            kept[(*count)++] = row;
    }
    if (kept && *count > 1)
        qsort(kept, *count, sizeof *kept, by_stratum_and_time);
    return kept;
}

/* What the test sums over the times of events; each array has `groups` numbers, variance groups squared. */
struct sums {
    int groups;
    double *observed, *expected, *variance, *at_risk, *events;
};

/* Under the null hypothesis the events at one time are drawn from those at risk without putting back. */
static void add_time(struct sums *s)
{
    double n = 0, d = 0;
    for (int g = 0; g < s->groups; g++) {
        n += s->at_risk[g];
        d += s->events[g];
    }
    if (d == 0)
        return;
    double factor = n > 1 ? d * (n - d) / (n - 1) : 0;
    for (int g = 0; g < s->groups; g++) {
        double share = s->at_risk[g] / n;
        s->observed[g] += s->events[g];
        s->expected[g] += d * share;
        for (int h = 0; h < s->groups; h++)
            s->variance[g * s->groups + h] += factor * share * ((g == h ? 1 : 0) - s->at_risk[h] / n);
    }
}

static void sweep(const struct row *rows, size_t count, struct sums *s)
{
    for (size_t i = 0; i < count;) {
        if (i == 0 || rows[i].stratum != rows[i - 1].stratum)
            for (int g = 0; g < s->groups; g++)
                s->at_risk[g] = 0;
        for (int g = 0; g < s->groups; g++)
            s->events[g] = 0;
        size_t first = i;
        for (; i < count && rows[i].stratum == rows[first].stratum && rows[i].time == rows[first].time; i++) {
            s->at_risk[rows[i].group]++;
            s->events[rows[i].group] += rows[i].event ? 1 : 0;
        }
        add_time(s);
    }
}

/* x' V^-1 x by Cholesky's decomposition in place, size by size with rows of `stride`; NaN where V is not
 * positive definite but for rounding. */
static double quadratic_form(double *v, int stride, double *x, int size)
{
    double form = 0;
    for (int i = 0; i < size; i++) {
        double scale = v[i * stride + i];
        for (int k = 0; k < i; k++)
            v[i * stride + i] -= v[i * stride + k] * v[i * stride + k];
        if (!(v[i * stride + i] > 1e-12 * scale))
            return NAN;
        double root = sqrt(v[i * stride + i]);
        v[i * stride + i] = root;
        for (int r = i + 1; r < size; r++) {
            for (int k = 0; k < i; k++)
                v[r * stride + i] -= v[r * stride + k] * v[i * stride + k];
            v[r * stride + i] /= root;
        }
        for (int k = 0; k < i; k++)
            x[i] -= v[i * stride + k] * x[k];
        x[i] /= root;
        form += x[i] * x[i];
    }
    return form;
}

/* The groups that expect events but the first of them; the rest of the variance follows from theirs. */
static void test_sums(struct sums *s, struct mien_logrank *out)
{
    int kept = 0;
    bool first = true;
    for (int g = 0; g < s->groups; g++) {
        if (!(s->expected[g] > 0))
            continue;
        if (first) {
            first = false;
            continue;
        }
        /* The arrays of the sweep are done with and hold the reduced system; kept <= g, so that nothing is
         * overwritten before it is read. */
        s->events[kept] = s->observed[g] - s->expected[g];
        s->at_risk[kept++] = (double)g;
    }
    if (kept == 0) {
        out->why = MIEN_STATS_TOO_FEW;
        return;
    }
    for (int i = 0; i < kept; i++)
        for (int k = 0; k < kept; k++)
            s->variance[i * s->groups + k] = s->variance[(int)s->at_risk[i] * s->groups + (int)s->at_risk[k]];
    out->df = kept;
    out->statistic = quadratic_form(s->variance, s->groups, s->events, kept);
    out->p = gsl_cdf_chisq_Q(out->statistic, out->df);
    if (isnan(out->statistic))
        out->why = MIEN_STATS_CONSTANT;
}

enum mien_status mien_logrank(const struct mien_survival_rows *rows, int groups, double *observed,
                              double *expected, struct mien_logrank *out)
{
    size_t count, k = (size_t)groups;
    struct row *sorted = sorted_rows(rows, groups, &count);
    double *numbers = mien_array_new(k * k + 2 * k, sizeof *numbers);
    *out = (struct mien_logrank){NAN, NAN, NAN, MIEN_STATS_FINE};
    enum mien_status status = sorted && numbers ? MIEN_OK : MIEN_ERR_MEMORY;
    if (status == MIEN_OK) {
        struct sums s = {groups, observed, expected, numbers, numbers + k * k, numbers + k * k + k};
        for (int g = 0; g < groups; g++)
            observed[g] = expected[g] = 0;
        sweep(sorted, count, &s);
        test_sums(&s, out);
    }
    free(sorted);
    free(numbers);
    return status;
}
