/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stats.h"

#include "stats/distribution.h"

#include <math.h>

double mien_p_value(double below, double above, enum mien_alternative alternative)
{
    if (isnan(below) || isnan(above))
        return NAN;
    if (alternative == MIEN_LESS)
        return below;
    if (alternative == MIEN_GREATER)
        return above;
    return fmin(1, 2 * fmin(below, above));
}

struct mien_interval mien_wilson(double successes, double count, double conf)
{
    if (!(count > 0))
        return mien_no_interval();
    double z = mien_normal_quantile_upper((1 - conf) / 2), failures = count - successes;
    double total = count + z * z, half = z * sqrt(successes * failures / count + z * z / 4);
    double low = (successes + z * z / 2 - half) / total, high = (successes + z * z / 2 + half) / total;
    return (struct mien_interval){successes > 0 ? fmax(low, 0) : 0, failures > 0 ? fmin(high, 1) : 1};
}

struct mien_interval mien_no_interval(void)
{
    return (struct mien_interval){NAN, NAN};
}
