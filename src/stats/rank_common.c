/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/rank_common.h"

#include "stats/distribution.h"

#include <math.h>

struct mien_rank_test mien_rank_nothing(double conf)
{
    return (struct mien_rank_test){.statistic = NAN,
                                   .p = NAN,
                                   .diff = NAN,
                                   .ci = mien_no_interval(),
                                   .conf = conf,
                                   .median = {NAN, NAN},
                                   .effect = NAN};
}

double mien_rank_z(double centred, double sd, bool correct, enum mien_alternative alternative)
{
    double correction = 0;
    if (correct && alternative == MIEN_TWO_SIDED)
        correction = 0.5 * ((centred > 0) - (centred < 0));
    else if (correct)
        correction = alternative == MIEN_GREATER ? 0.5 : -0.5;
    return (centred - correction) / sd;
}

double mien_rank_normal_p(double z, enum mien_alternative alternative)
{
    return mien_p_value(mien_normal_tail(-z), mien_normal_tail(z), alternative);
}

bool mien_rank_use_exact(struct mien_rank_test *test, const struct mien_rank_options *options, bool small,
                         bool possible, bool too_many)
{
    bool wanted = options->exact == MIEN_EXACT_YES || (options->exact == MIEN_EXACT_BY_SIZE && small);
    if (!wanted)
        return false;
    if (!possible) {
        if (options->exact == MIEN_EXACT_YES)
            test->why = MIEN_STATS_TIES;
        return false;
    }
    if (too_many)
        test->why = MIEN_STATS_TOO_MANY;
    return !too_many;
}

struct mien_rank_places mien_rank_exact_places(const struct mien_rank_distribution *table, double pairs,
                                               const struct mien_rank_options *options,
                                               struct mien_rank_test *test)
{
    bool two = options->alternative == MIEN_TWO_SIDED;
    double alpha = 1 - options->conf;
    double low = fmax(1, mien_rank_quantile(table, two ? alpha / 2 : alpha));
    double reached = (two ? 2 : 1) * mien_rank_below(table, low - 1);
    if (reached - alpha > alpha / 2) {
        test->conf = 1 - reached;
        test->why = MIEN_STATS_LEVEL;
    }
    return (struct mien_rank_places){options->alternative == MIEN_LESS ? 0 : low,
                                     options->alternative == MIEN_GREATER ? 0 : pairs - low + 1};
}
