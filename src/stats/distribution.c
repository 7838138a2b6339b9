/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Degrees of freedom from which on t is handled as a transformed normal. */
static const double MANY = 2e5;

double mien_normal_tail(double z)
{
    return 0.5 * erfc(z * M_SQRT1_2);
}

double mien_normal_quantile_upper(double p)
{
    return gsl_cdf_ugaussian_Qinv(p);
}

double mien_gamma_step(double a)
{
    if (a < 20)
        return tgamma(a + 0.5) / tgamma(a);
    /* The asymptotic series of the logarithm; the first term left out is below 1e-16 here. */
    double s = 1 / (a * a);
    return sqrt(a) *
           exp(-(1.0 / 8 - s * (1.0 / 192 - s * (1.0 / 640 - s * (17.0 / 14336 - s * 31.0 / 18432)))) / a);
}

/* The continued fraction of I_x(a, b), which is x^a (1-x)^b / (a B(a, b)) times this. Modified Lentz; it
 * settles in about sqrt(max(a, b)) steps where x < (a + 1)/(a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / d;
    double value = d;
    for (int m = 1; m < 1000000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        value *= c * d;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        double factor = c * d;
        value *= factor;
        if (fabs(factor - 1) < 1e-16)
            break;
    }
    return value;
}

/* P(T > t) for t >= 0. */
static double upper_half(double t, double df)
{
    double a = df / 2, ratio = t / sqrt(df), square = ratio * ratio;
    double log_x = ratio < 1e8 ? -log1p(square) : -2 * log(ratio);
    double x = exp(log_x), y = ratio < 1e8 ? square / (1 + square) : 1;
    /* x^a y^(1/2) / B(a, 1/2) */
    double front = exp(a * log_x) * sqrt(y) * mien_gamma_step(a) / sqrt(M_PI);
    if (x < (a + 1) / (a + 2.5))
        return 0.5 * front / a * beta_fraction(a, 0.5, x);
    return 0.5 - front * beta_fraction(0.5, a, y);
}

/* For many degrees of freedom, where the continued fraction loses digits: the normal deviate with the same
 * tail (Hill 1970, algorithm 395), whose error falls with the fourth power of df. */
static double normal_deviate(double t, double df)
{
    double a = df - 0.5, b = 48 * a * a, y = a * log1p(t / df * t);
    double third = (((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b);
    return ((third + y + 3) / b + 1) * sqrt(y);
}

double mien_t_tail(double t, double df)
{
    if (isnan(t) || isnan(df) || df <= 0)
        return NAN;
    if (isinf(df))
        return mien_normal_tail(t);
    if (isinf(t))
        return t > 0 ? 0 : 1;
    if (df > MANY)
        return mien_normal_tail(copysign(normal_deviate(fabs(t), df), t));
    return t < 0 ? 1 - upper_half(-t, df) : upper_half(t, df);
}

static double t_density(double t, double df)
{
    return mien_gamma_step(df / 2) / sqrt(M_PI * df) * exp(-(df + 1) / 2 * log1p(t * t / df));
}

double mien_t_quantile_upper(double p, double df)
{
    if (!(p > 0 && p < 1) || !(df > 0))
        return NAN;
    if (isinf(df))
        return mien_normal_quantile_upper(p);
    if (p > 0.5)
        return -mien_t_quantile_upper(1 - p, df);
    double low = 0, high = 1;
    while (mien_t_tail(high, df) > p && high < 1e300) {
        low = high;
        high *= 2;
    }
    /* Newton on the logarithm of the tail, which is nearly straight; halving whenever a step leaves the
     * bracket. */
    double t = (low + high) / 2;
    for (int i = 0; i < 200; i++) {
        double tail = mien_t_tail(t, df);
        if (tail > p)
            low = t;
        else
            high = t;
        double next = t + log(tail / p) * tail / t_density(t, df);
        if (!(next > low && next < high))
            next = (low + high) / 2;
        bool settled = fabs(next - t) <= 1e-15 * fabs(t);
        t = next;
        if (settled)
            break;
    }
    return t;
}
