/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Intervals of the area under the curve.
 */
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "stats/describe.h"
#include "stats/distribution.h"
#include "stats/roc.h"

#include <math.h>
#include <stdlib.h>

double mien_roc_variance(const struct mien_roc *roc)
{
    if (roc->positives < 2 || roc->negatives < 2)
        return NAN;
    double m = (double)roc->positives, n = (double)roc->negatives, of_positives = 0, of_negatives = 0;
    for (size_t i = 0; i + 1 < roc->points; i++) {
        /* The rows that share one score lie between two points. */
        double positives = (double)(roc->true_positives[i] - roc->true_positives[i + 1]);
        double negatives = (double)(roc->false_positives[i] - roc->false_positives[i + 1]);
        double negatives_below = n - (double)roc->false_positives[i];
        double positives_above = (double)roc->true_positives[i + 1];
        double a = (negatives_below + negatives / 2) / n - roc->auc;
        double b = (positives_above + positives / 2) / m - roc->auc;
        of_positives += positives * a * a;
        of_negatives += negatives * b * b;
    }
    return of_positives / (m - 1) / m + of_negatives / (n - 1) / n;
}

static double hanley_variance(const struct mien_roc *roc)
{
    double a = roc->auc, m = (double)roc->positives, n = (double)roc->negatives;
    double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
    return (a * (1 - a) + (m - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (m * n);
}

/* The score's place among the different scores, of every positive and of every negative row. */
static void fill_places(const struct mien_roc *roc, size_t *positives, size_t *negatives)
{
    for (size_t i = 0; i + 1 < roc->points; i++) {
        for (size_t k = roc->true_positives[i + 1]; k < roc->true_positives[i]; k++)
            *positives++ = i;
        for (size_t k = roc->false_positives[i + 1]; k < roc->false_positives[i]; k++)
            *negatives++ = i;
    }
}

struct resample {
    size_t *positives, *negatives; /* Places. */
    uint32_t *drawn;               /* Positives, then negatives, drawn at each place. */
    double *areas;
};

static double draw_area(const struct mien_roc *roc, const struct resample *r, struct mien_random *random)
{
    size_t places = roc->points - 1;
    uint32_t *positive = r->drawn, *negative = r->drawn + places;
    for (size_t i = 0; i < 2 * places; i++)
        r->drawn[i] = 0;
    for (size_t i = 0; i < roc->positives; i++)
        positive[r->positives[mien_random_below(random, roc->positives)]]++;
    for (size_t i = 0; i < roc->negatives; i++)
        negative[r->negatives[mien_random_below(random, roc->negatives)]]++;
    double below = 0, wins = 0;
    for (size_t i = 0; i < places; i++) {
        wins += positive[i] * (below + negative[i] / 2.0);
        below += negative[i];
    }
    return wins / ((double)roc->positives * (double)roc->negatives);
}

static enum mien_status bootstrap(const struct mien_roc *roc, const struct mien_roc_interval_options *options,
                                  double *se, struct mien_interval *ci)
{
    struct mien_random random;
    mien_random_seed(&random, options->seed);
    struct resample r = {mien_array_new(roc->positives, sizeof *r.positives),
                         mien_array_new(roc->negatives, sizeof *r.negatives),
                         mien_array_new(2 * roc->points, sizeof *r.drawn),
                         mien_array_new(options->replicates, sizeof *r.areas)};
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!r.positives || !r.negatives || !r.drawn || !r.areas)
        goto done;
    fill_places(roc, r.positives, r.negatives);
    for (size_t i = 0; i < options->replicates; i++) {
        if (mien_interrupted()) {
            status = MIEN_ERR_CANCELLED;
            goto done;
        }
        r.areas[i] = draw_area(roc, &r, &random);
    }
    size_t kept;
    double *sorted = mien_sorted_copy(r.areas, options->replicates, &kept);
    if (!sorted)
        goto done;
    double tail = (1 - options->conf) / 2;
    *se = mien_moments(r.areas, options->replicates).sd;
    *ci = (struct mien_interval){mien_quantile_sorted(sorted, kept, tail),
                                 mien_quantile_sorted(sorted, kept, 1 - tail)};
    free(sorted);
    status = MIEN_OK;
done:
    free(r.positives);
    free(r.negatives);
    free(r.drawn);
    free(r.areas);
    return status;
}

enum mien_status mien_roc_interval(const struct mien_roc *roc,
                                   const struct mien_roc_interval_options *options, double *se,
                                   struct mien_interval *ci)
{
    *se = NAN;
    *ci = mien_no_interval();
    if (isnan(roc->auc))
        return MIEN_OK;
    if (options->method == MIEN_ROC_BOOTSTRAP)
        return bootstrap(roc, options, se, ci);
    double a = roc->auc, z = mien_normal_quantile_upper((1 - options->conf) / 2);
    *se = sqrt(fmax(0, options->method == MIEN_ROC_HANLEY ? hanley_variance(roc) : mien_roc_variance(roc)));
    if (options->method != MIEN_ROC_HANLEY && (roc->positives < 2 || roc->negatives < 2))
        *se = NAN;
    if (options->method == MIEN_ROC_LOGIT) {
        double logit = log(a / (1 - a)), half = z * *se / (a * (1 - a));
        if (a > 0 && a < 1)
            *ci = (struct mien_interval){1 / (1 + exp(half - logit)), 1 / (1 + exp(-logit - half))};
    } else if (!isnan(*se)) {
        *ci = (struct mien_interval){fmax(0, a - z * *se), fmin(1, a + z * *se)};
    }
    return MIEN_OK;
}
