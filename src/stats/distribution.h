/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distributions, with both tails exact to about 1e-13 relative: p-values far out are published, and GSL's t
 * distribution is only good to about 1e-8 there. A NaN argument gives NaN.
 */
#ifndef MIEN_STATS_DISTRIBUTION_H
#define MIEN_STATS_DISTRIBUTION_H

#include "stats/stats.h"

/* P(Z > z) of the standard normal; by symmetry P(Z < z) is mien_normal_tail(-z). */
double mien_normal_tail(double z);
/* The z with P(Z > z) = p, 0 < p < 1. */
double mien_normal_quantile_upper(double p);

/* P(T > t) of Student's t with df > 0 degrees of freedom, not necessarily whole; df may be infinite. Half the
 * regularised incomplete beta function I_x(df/2, 1/2) at x = df/(df + t^2), by its continued fraction
 * (DLMF 8.17.22). */
double mien_t_tail(double t, double df);
/* The t with P(T > t) = p, 0 < p < 1. */
double mien_t_quantile_upper(double p, double df);

/* Gamma(a + 1/2) / Gamma(a), a > 0, without overflow. */
double mien_gamma_step(double a);

/* P(T <= t) of the noncentral t: the normal probability of t s - ncp, averaged over s = sqrt(chi^2_df / df)
 * by Gauss-Legendre quadrature; absolute error about 1e-13 for df >= 1. slope (NULL allowed) takes the
 * derivative by ncp. */
double mien_noncentral_t_below(double t, double df, double ncp, double *slope);
/* The noncentralities under which t has the probability (1 - conf)/2 above and below: the interval of the
 * noncentrality by inversion (Steiger and Fouladi 1997). NaN where t is not finite. */
struct mien_interval mien_noncentrality(double t, double df, double conf);

#endif
