/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exponential fit of fatigue: for a given tau it is a straight line in 1 - exp(-t / tau), so only tau is
 * searched for.
 */
#include "measure/fatigue.h"

#include <math.h>

/* By how much, in residual variances, the sum of squares must fall for a parameter to count as told by the
 * data: the 1 % point of chi-squared, one degree of freedom. */
static const double told = 6.635;

enum { GRID = 60, LEAST = 8 };

struct line {
    double start, slope, squares; /* squares: the sum of squares that is left. */
};

/* x on 1 - exp(-t / tau), or on t where tau is infinite. */
static struct line fit(const double *time, const double *x, size_t count, double tau)
{
    double n = (double)count, sum_f = 0, sum_x = 0, ff = 0, fx = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum_f += isinf(tau) ? time[i] : -expm1(-time[i] / tau);
        sum_x += x[i];
    }
    for (size_t i = 0; i < count; i++) {
        double f = (isinf(tau) ? time[i] : -expm1(-time[i] / tau)) - sum_f / n;
        ff += f * f;
        fx += f * (x[i] - sum_x / n);
    }
    double slope = ff > 0 ? fx / ff : 0;
    for (size_t i = 0; i < count; i++) {
        double f = (isinf(tau) ? time[i] : -expm1(-time[i] / tau)) - sum_f / n;
        double left = x[i] - sum_x / n - slope * f;
        squares += left * left;
    }
    return (struct line){(sum_x - slope * sum_f) / n, slope, squares};
}

/* Golden section between two neighbours of the best point of the grid. */
static double refine(const double *time, const double *x, size_t count, double low, double high)
{
    const double part = (sqrt(5) - 1) / 2;
    double a = log(low), b = log(high);
    for (int i = 0; i < 60; i++) {
        double c = b - part * (b - a), d = a + part * (b - a);
        if (fit(time, x, count, exp(c)).squares < fit(time, x, count, exp(d)).squares)
            b = d;
        else
            a = c;
    }
    return exp((a + b) / 2);
}

static double squares_about_mean(const double *x, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += x[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return squares;
}

/* Why the fit tells nothing, or NULL. */
static const char *objection(const double *time, const double *x, size_t count, const struct line *best,
                             int at)
{
    struct line straight = fit(time, x, count, INFINITY);
    double variance = best->squares / ((double)count - 3);
    double flat = squares_about_mean(x, count);
    double rounding = 1e-18 * (double)count * best->start * best->start;
    if (flat <= rounding || flat - best->squares < 2 * told * variance)
        return "no change beyond the noise";
    if (at == GRID - 1 || straight.squares - best->squares < told * variance || straight.squares <= rounding)
        return "as straight as a line: tau is longer than can be told";
    if (at == 0)
        return "the change is over too early to be told";
    return NULL;
}

int mien_decay_fit(const double *time, const double *x, size_t count, struct mien_decay *out)
{
    *out = (struct mien_decay){NAN, NAN, NAN, NAN, "too few seconds"};
    if (count < LEAST || !(time[count - 1] > time[0]))
        return 0;
    double span = time[count - 1] - time[0], low = span / 100, high = 10 * span;
    double step = pow(high / low, 1.0 / (GRID - 1)), least = INFINITY;
    int at = 0;
    for (int i = 0; i < GRID; i++) {
        double squares = fit(time, x, count, low * pow(step, i)).squares;
        if (squares < least) {
            least = squares;
            at = i;
        }
    }
    double tau = low * pow(step, at);
    if (at > 0 && at < GRID - 1)
        tau = refine(time, x, count, tau / step, tau * step);
    struct line best = fit(time, x, count, tau);
    out->why = objection(time, x, count, &best, at);
    if (!out->why)
        *out = (struct mien_decay){best.start, -best.slope, tau, sqrt(best.squares / (double)count), NULL};
    return 0;
}
