/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pointwise confidence bands of ROC curves.
 */
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "stats/describe.h"
#include "stats/roc.h"

#include <math.h>
#include <stdlib.h>

/* How many rows lie at each different score, lowest first as in the curve. */
struct counts {
    double *positive, *negative;
    size_t places;
};

/* The sensitivity at a specificity: the curve runs from (specificity 0, sensitivity 1), where everything is
 * called positive, to (1, 0); both change at each score. Where it falls straight down the upper end counts.
 */
static double sensitivity_at(const struct counts *c, double positives, double negatives, double specificity)
{
    double wanted = specificity * negatives, below = 0, above = positives;
    for (size_t i = 0; i < c->places; i++) {
        double step = c->negative[i];
        if (below + step >= wanted)
            return (above - (step > 0 ? (wanted - below) / step : 0) * c->positive[i]) / positives;
        below += step;
        above -= c->positive[i];
    }
    return above / positives;
}

static void draw(const struct counts *from, double total, const double *ends, bool positive,
                 struct mien_random *random, const struct counts *into)
{
    double *drawn = positive ? into->positive : into->negative;
    for (size_t i = 0; i < from->places; i++)
        drawn[i] = 0;
    for (double k = 0; k < total; k++) {
        double pick = (double)mien_random_below(random, (size_t)total);
        size_t low = 0, high = from->places - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (pick < ends[middle])
                high = middle;
            else
                low = middle + 1;
        }
        drawn[low]++;
    }
}

/* Rows up to and with each score. */
static void running_sums(const double *counts, size_t places, double *ends)
{
    double sum = 0;
    for (size_t i = 0; i < places; i++)
        ends[i] = sum += counts[i];
}

struct band_work {
    struct counts own, drawn;
    double *positive_ends, *negative_ends, *replicate;
};

static enum mien_status new_work(const struct mien_roc *roc, size_t places, size_t replicates,
                                 struct band_work *w)
{
    size_t scores = roc->points - 1;
    double **arrays[] = {&w->own.positive,   &w->own.negative,  &w->drawn.positive,
                         &w->drawn.negative, &w->positive_ends, &w->negative_ends};
    bool all = true;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = mien_array_new(scores, sizeof **arrays[i]);
        all = all && *arrays[i];
    }
    w->replicate = mien_array_new(replicates * places, sizeof *w->replicate);
    w->own.places = w->drawn.places = scores;
    return all && w->replicate ? MIEN_OK : MIEN_ERR_MEMORY;
}

static void free_work(struct band_work *w)
{
    free(w->own.positive);
    free(w->own.negative);
    free(w->drawn.positive);
    free(w->drawn.negative);
    free(w->positive_ends);
    free(w->negative_ends);
    free(w->replicate);
}

static void count_scores(const struct mien_roc *roc, struct band_work *w)
{
    for (size_t i = 0; i + 1 < roc->points; i++) {
        w->own.positive[i] = (double)(roc->true_positives[i] - roc->true_positives[i + 1]);
        w->own.negative[i] = (double)(roc->false_positives[i] - roc->false_positives[i + 1]);
    }
    running_sums(w->own.positive, w->own.places, w->positive_ends);
    running_sums(w->own.negative, w->own.places, w->negative_ends);
}

static enum mien_status interval_of(const double *replicate, size_t replicates, double conf, double *low,
                                    double *high)
{
    size_t kept;
    double *sorted = mien_sorted_copy(replicate, replicates, &kept), tail = (1 - conf) / 2;
    if (!sorted)
        return MIEN_ERR_MEMORY;
    *low = mien_quantile_sorted(sorted, kept, tail);
    *high = mien_quantile_sorted(sorted, kept, 1 - tail);
    free(sorted);
    return MIEN_OK;
}

enum mien_status mien_roc_band(const struct mien_roc *roc, const double *specificity, size_t places,
                               double conf, size_t replicates, uint64_t seed, double *sensitivity,
                               double *low, double *high)
{
    for (size_t i = 0; i < places; i++)
        sensitivity[i] = low[i] = high[i] = NAN;
    if (roc->positives == 0 || roc->negatives == 0)
        return MIEN_OK;
    struct band_work w = {0};
    struct mien_random random;
    double positives = (double)roc->positives, negatives = (double)roc->negatives;
    mien_random_seed(&random, seed);
    enum mien_status status = new_work(roc, places, replicates, &w);
    if (status != MIEN_OK)
        goto done;
    count_scores(roc, &w);
    for (size_t i = 0; i < places; i++)
        sensitivity[i] = sensitivity_at(&w.own, positives, negatives, specificity[i]);
    for (size_t r = 0; r < replicates && status == MIEN_OK; r++) {
        draw(&w.own, positives, w.positive_ends, true, &random, &w.drawn);
        draw(&w.own, negatives, w.negative_ends, false, &random, &w.drawn);
        for (size_t i = 0; i < places; i++)
            w.replicate[i * replicates + r] = sensitivity_at(&w.drawn, positives, negatives, specificity[i]);
        status = mien_interrupted() ? MIEN_ERR_CANCELLED : MIEN_OK;
    }
    for (size_t i = 0; i < places && status == MIEN_OK; i++)
        status = interval_of(w.replicate + i * replicates, replicates, conf, &low[i], &high[i]);
done:
    free_work(&w);
    return status;
}
