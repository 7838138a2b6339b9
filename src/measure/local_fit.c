/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/local_fit.h"

#include "base/memory.h"
#include "base/quantile.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

struct point {
    double value, rate;
};

/* Sums of powers of the distance in time, and of their products with the values. */
struct sums {
    double t[5], x[3];
    size_t count;
};

static struct point parabola(const struct sums *s)
{
    /* Cramer's rule on the symmetric 3 by 3 system. */
    double a = s->t[0], b = s->t[1], c = s->t[2], d = s->t[3], e = s->t[4];
    double determinant = a * (c * e - d * d) - b * (b * e - c * d) + c * (b * d - c * c);
    double value =
        s->x[0] * (c * e - d * d) - b * (s->x[1] * e - d * s->x[2]) + c * (s->x[1] * d - c * s->x[2]);
    double rate =
        a * (s->x[1] * e - s->x[2] * d) - s->x[0] * (b * e - c * d) + c * (b * s->x[2] - c * s->x[1]);
    return (struct point){value / determinant, rate / determinant};
}

static struct point straight(const struct sums *s)
{
    double determinant = s->t[0] * s->t[2] - s->t[1] * s->t[1];
    return (struct point){(s->x[0] * s->t[2] - s->x[1] * s->t[1]) / determinant,
                          (s->t[0] * s->x[1] - s->t[1] * s->x[0]) / determinant};
}

/* The series without its missing values. */
struct used {
    double *time, *x;
    size_t *from;
    size_t count;
    double step; /* The usual time from one to the next. */
};

static int used_new(const double *time, const double *x, size_t count, struct used *u)
{
    double *steps = mien_array_new(count, sizeof *steps);
    *u = (struct used){mien_array_new(count, sizeof *u->time), mien_array_new(count, sizeof *u->x),
                       mien_array_new(count, sizeof *u->from), 0, 0};
    int failed = !steps || !u->time || !u->x || !u->from;
    for (size_t i = 0; i < count && !failed; i++)
        if (!isnan(x[i])) {
            u->from[u->count] = i;
            u->time[u->count] = time[i];
            u->x[u->count++] = x[i];
        }
    if (!failed && u->count > 1) {
        for (size_t i = 1; i < u->count; i++)
            steps[i - 1] = u->time[i] - u->time[i - 1];
        mien_sort_numbers(steps, u->count - 1);
        u->step = mien_quantile_sorted(steps, u->count - 1, 0.5);
    }
    free(steps);
    return failed ? -1 : 0;
}

/* From the neighbours alone. */
static struct point plain(const struct used *u, size_t at, double reach)
{
    size_t before = at > 0 && u->time[at] - u->time[at - 1] <= reach ? at - 1 : at;
    size_t after = at + 1 < u->count && u->time[at + 1] - u->time[at] <= reach ? at + 1 : at;
    double seconds = u->time[after] - u->time[before];
    return (struct point){u->x[at], seconds > 0 ? (u->x[after] - u->x[before]) / seconds : NAN};
}

/* Times are scaled to about 1 within the window, so that sums of fourth powers keep their digits. */
static struct point fit_at(const struct used *u, size_t at, size_t first, size_t last, double half_width)
{
    struct sums s = {{0}, {0}, last - first + 1};
    for (size_t i = first; i <= last; i++) {
        double t = (u->time[i] - u->time[at]) / half_width, x = u->x[i] - u->x[at], power = 1;
        for (int k = 0; k < 5; k++, power *= t) {
            s.t[k] += power;
            if (k < 3)
                s.x[k] += power * x;
        }
    }
    struct point point = s.count > 3 ? parabola(&s) : straight(&s);
    return (struct point){u->x[at] + point.value, point.rate / half_width};
}

int mien_local_fit(const double *time, const double *x, size_t count, double half_width, double *value,
                   double *rate)
{
    struct used u;
    int failed = used_new(time, x, count, &u);
    for (size_t i = 0; i < count && !failed; i++) {
        value[i] = NAN;
        if (rate)
            rate[i] = NAN;
    }
    double reach = fmax(half_width, 2.5 * u.step);
    const double slack = 1e-9;
    for (size_t i = 0, first = 0, last = 0; i < u.count && !failed; i++) {
        while (u.time[i] - u.time[first] > half_width + slack)
            first++;
        last = last < i ? i : last;
        while (last + 1 < u.count && u.time[last + 1] - u.time[i] <= half_width + slack)
            last++;
        bool fits = half_width > 0 && last - first >= 2;
        struct point point = fits ? fit_at(&u, i, first, last, half_width) : plain(&u, i, reach);
        value[u.from[i]] = point.value;
        if (rate)
            rate[u.from[i]] = point.rate;
    }
    free(u.time);
    free(u.x);
    free(u.from);
    return failed ? -1 : 0;
}

double mien_local_fit_noise(double half_width, double step)
{
    const double slack = 1e-9;
    double n = step > 0 ? 1 + 2 * floor((half_width + slack) / step) : 1;
    /* The fit's own weight of the value in its middle. */
    if (n > 3)
        return sqrt(3 * (3 * n * n - 7) / (4 * n * (n * n - 4)));
    return sqrt(1 / n);
}
