/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/effect.h"

#include "stats/distribution.h"

#include <math.h>

double mien_hedges_correction(double df)
{
    if (!(df > 1))
        return NAN;
    return mien_gamma_step((df - 1) / 2) / sqrt(df / 2);
}

struct mien_effect mien_effect(double difference, double sd, double df, double root, double conf)
{
    struct mien_effect effect = {NAN, NAN, mien_no_interval(), mien_no_interval()};
    double d = difference / sd;
    if (!(sd > 0) || !(df >= 1) || !isfinite(d))
        return effect;
    double correction = mien_hedges_correction(df);
    struct mien_interval ncp = mien_noncentrality(d / root, df, conf);
    effect.d = d;
    effect.d_ci = (struct mien_interval){ncp.low * root, ncp.high * root};
    effect.g = d * correction;
    effect.g_ci = (struct mien_interval){effect.d_ci.low * correction, effect.d_ci.high * correction};
    return effect;
}
