/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/roc.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct scored {
    double score; /* Turned so that higher is more positive. */
    bool positive;
};

static int by_score(const void *a, const void *b)
{
    double x = ((const struct scored *)a)->score, y = ((const struct scored *)b)->score;
    return (x > y) - (x < y);
}

/* A threshold above low and at most high, their midpoint where rounding allows. */
static double between(double low, double high)
{
    double middle = low / 2 + high / 2;
    if (isfinite(low + high))
        middle = (low + high) / 2;
    return middle > low && middle <= high ? middle : high;
}

/* Fills the curve from rows in rising order of score and returns the sum over positives of negatives below,
 * ties half. */
static double walk(struct mien_roc *roc, const struct scored *rows, size_t count)
{
    size_t tp = roc->positives, fp = roc->negatives, point = 0;
    double wins = 0, sign = roc->higher ? 1 : -1;
    roc->threshold[0] = -INFINITY * sign;
    roc->true_positives[0] = tp;
    roc->false_positives[0] = fp;
    for (size_t first = 0, next; first < count; first = next) {
        size_t positive = 0, negative = 0;
        for (next = first; next < count && rows[next].score == rows[first].score; next++) {
            positive += rows[next].positive;
            negative += !rows[next].positive;
        }
        wins += (double)positive * ((double)(roc->negatives - fp) + (double)negative / 2);
        tp -= positive;
        fp -= negative;
        roc->score[point] = rows[first].score * sign;
        point++;
        double above = next < count ? between(rows[first].score, rows[next].score) : INFINITY;
        roc->threshold[point] = above * sign;
        roc->true_positives[point] = tp;
        roc->false_positives[point] = fp;
    }
    roc->points = point + 1;
    return wins;
}

enum mien_status mien_roc_make(const double *score, const signed char *label, size_t count, bool higher,
                               struct mien_roc *out)
{
    struct mien_roc roc = {.higher = higher};
    struct scored *rows = mien_array_new(count, sizeof *rows);
    roc.score = mien_array_new(count + 1, sizeof *roc.score);
    roc.threshold = mien_array_new(count + 1, sizeof *roc.threshold);
    roc.true_positives = mien_array_new(count + 1, sizeof *roc.true_positives);
    roc.false_positives = mien_array_new(count + 1, sizeof *roc.false_positives);
    if (!rows || !roc.score || !roc.threshold || !roc.true_positives || !roc.false_positives) {
        free(rows);
        mien_roc_clear(&roc);
        return MIEN_ERR_MEMORY;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(score[i]) || label[i] == MIEN_ROC_MISSING)
            continue;
        bool positive = label[i] == MIEN_ROC_POSITIVE;
        rows[kept++] = (struct scored){higher ? score[i] : -score[i], positive};
        roc.positives += positive;
        roc.negatives += !positive;
    }
    roc.dropped = count - kept;
    qsort(rows, kept, sizeof *rows, by_score);
    double wins = walk(&roc, rows, kept);
    roc.auc = roc.positives && roc.negatives ? wins / ((double)roc.positives * (double)roc.negatives) : NAN;
    free(rows);
    *out = roc;
    return MIEN_OK;
}

void mien_roc_clear(struct mien_roc *roc)
{
    free(roc->score);
    free(roc->threshold);
    free(roc->true_positives);
    free(roc->false_positives);
    *roc = (struct mien_roc){0};
}

size_t mien_roc_youden(const struct mien_roc *roc)
{
    /* sensitivity + specificity times both group sizes: whole numbers, so that ties are true ties. Points
     * come in rising specificity, so the last of equal ones is wanted. */
    double best = -INFINITY;
    size_t at = 0;
    for (size_t i = 0; i < roc->points; i++) {
        double true_negatives = (double)(roc->negatives - roc->false_positives[i]);
        double sum =
            (double)roc->true_positives[i] * (double)roc->negatives + true_negatives * (double)roc->positives;
        if (sum >= best) {
            best = sum;
            at = i;
        }
    }
    return at;
}

size_t mien_roc_at_threshold(const struct mien_roc *roc, double threshold)
{
    /* As many points come before as there are different scores not called positive. */
    size_t low = 0, high = roc->points - 1;
    double sign = roc->higher ? 1 : -1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (roc->score[middle] * sign < threshold * sign)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t mien_roc_at_sensitivity(const struct mien_roc *roc, double sensitivity)
{
    size_t at = 0;
    for (size_t i = 0; i < roc->points; i++)
        if ((double)roc->true_positives[i] >= sensitivity * (double)roc->positives * (1 - 1e-12))
            at = i;
    return at;
}

size_t mien_roc_at_specificity(const struct mien_roc *roc, double specificity)
{
    double wanted = specificity * (double)roc->negatives * (1 - 1e-12);
    size_t at = 0;
    while (at + 1 < roc->points && (double)(roc->negatives - roc->false_positives[at]) < wanted)
        at++;
    return at;
}
