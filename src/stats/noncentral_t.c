/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The noncentral t distribution, needed for intervals of Cohen's d.
 */
#include "stats/distribution.h"

#include <gsl/gsl_integration.h>
#include <math.h>

enum {
    POINTS = 32, /* Of one panel; GSL holds this rule as a table. */
    PANELS = 6   /* In each stretch. */
};

struct average {
    double t, half_df, ncp;
    double weight, below, slope; /* Sums over the quadrature points. */
};

/* Adds one stretch of s. The weight exp(-half_df (s^2 - 1 - 2 log s)) / s is the density of s but for a
 * factor. */
static void add_stretch(struct average *sum, const gsl_integration_glfixed_table *rule, double from,
                        double to)
{
    if (!(to > from))
        return;
    double width = (to - from) / PANELS;
    for (int panel = 0; panel < PANELS; panel++) {
        for (size_t i = 0; i < POINTS; i++) {
            double s, w;
            gsl_integration_glfixed_point(from + panel * width, from + (panel + 1) * width, i, &s, &w, rule);
            double e = s - 1;
            w *= exp(-sum->half_df * (e * e + 2 * (e - log1p(e)))) / s;
            double z = sum->t * s - sum->ncp;
            sum->weight += w;
            sum->below += w * mien_normal_tail(-z);
            sum->slope -= w * exp(-z * z / 2) / sqrt(2 * M_PI);
        }
    }
}

double mien_noncentral_t_below(double t, double df, double ncp, double *slope)
{
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(POINTS);
    if (slope)
        *slope = NAN;
    if (!rule || !isfinite(t) || !isfinite(ncp) || !(df >= 1)) {
        if (rule)
            gsl_integration_glfixed_table_free(rule);
        return NAN;
    }
    /* Outside these ends the density is below exp(-40) of its peak. */
    double first = fmax(0, 1 - sqrt(40 / df)), last = 1 + sqrt(80 / df);
    /* The normal probability rises within 9/|t| of s = ncp/t; that stretch is cut out and halved. */
    double middle = t != 0 ? ncp / t : last, reach = t != 0 ? 9 / fabs(t) : 0;
    double cuts[] = {first, fmin(fmax(middle - reach, first), last), fmin(fmax(middle, first), last),
                     fmin(fmax(middle + reach, first), last), last};
    struct average sum = {.t = t, .half_df = df / 2, .ncp = ncp};
    for (int i = 0; i < 4; i++)
        add_stretch(&sum, rule, cuts[i], cuts[i + 1]);
    gsl_integration_glfixed_table_free(rule);
    if (slope)
        *slope = sum.slope / sum.weight;
    return sum.below / sum.weight;
}

/* The ncp under which P(T <= t) is probability; that probability falls as ncp grows. */
static double find_noncentrality(double t, double df, double probability)
{
    double spread = sqrt(1 + t * t / (2 * df));
    double ncp = t - spread * mien_normal_quantile_upper(1 - probability), low = ncp, high = ncp;
    double reach = spread;
    for (int i = 0; i < 100 && mien_noncentral_t_below(t, df, low, NULL) < probability; i++, reach *= 2)
        low -= reach;
    reach = spread;
    for (int i = 0; i < 100 && mien_noncentral_t_below(t, df, high, NULL) > probability; i++, reach *= 2)
        high += reach;
    for (int i = 0; i < 200; i++) {
        double slope, below = mien_noncentral_t_below(t, df, ncp, &slope);
        if (isnan(below))
            return NAN;
        if (below > probability)
            low = ncp;
        else
            high = ncp;
        double next = ncp - (below - probability) / slope;
        if (!(next >= low && next <= high))
            next = (low + high) / 2;
        bool settled = fabs(next - ncp) <= 1e-14 * (fabs(ncp) + spread);
        ncp = next;
        if (settled)
            break;
    }
    return ncp;
}

struct mien_interval mien_noncentrality(double t, double df, double conf)
{
    if (!isfinite(t) || !(df >= 1))
        return mien_no_interval();
    double tail = (1 - conf) / 2;
    return (struct mien_interval){find_noncentrality(t, df, 1 - tail), find_noncentrality(t, df, tail)};
}
