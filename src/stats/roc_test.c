/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comparison of two areas under the curve by DeLong's method.
 */
#include "base/memory.h"
#include "stats/distribution.h"
#include "stats/rank.h"
#include "stats/roc.h"

#include <math.h>
#include <stdlib.h>

static struct mien_roc_test nothing_yet(void)
{
    return (struct mien_roc_test){
        .statistic = NAN, .df = NAN, .p = NAN, .diff = NAN, .ci = mien_no_interval(), .auc = {NAN, NAN}};
}

/* Fills statistic, p and interval from diff, df (NaN: normal) and the standard error. */
static void finish(struct mien_roc_test *test, double se, double conf, enum mien_alternative alternative)
{
    bool normal = isnan(test->df);
    test->statistic = test->diff == 0 && se == 0 ? 0 : test->diff / se;
    double t = test->statistic;
    test->p = normal ? mien_p_value(mien_normal_tail(-t), mien_normal_tail(t), alternative)
                     : mien_p_value(mien_t_tail(-t, test->df), mien_t_tail(t, test->df), alternative);
    double tail = alternative == MIEN_TWO_SIDED ? (1 - conf) / 2 : 1 - conf;
    double half = se * (normal ? mien_normal_quantile_upper(tail) : mien_t_quantile_upper(tail, test->df));
    test->ci.low = alternative == MIEN_LESS ? -INFINITY : test->diff - half;
    test->ci.high = alternative == MIEN_GREATER ? INFINITY : test->diff + half;
    if (isnan(test->p))
        test->why = MIEN_STATS_CONSTANT;
}

/* Rows used in a paired test, positive rows first. */
struct rows {
    size_t m, n;
    double *a, *b;       /* Scores, turned so that higher is more positive. */
    double *at_a, *at_b; /* Placements: share of the other group that the row beats. */
    double *scratch;     /* Two more of the same size. */
};

/* Placements of all rows by ranks among all and ranks within the group (Sun and Xu 2014). Returns the area.
 */
static enum mien_status place(const struct rows *rows, const double *score, double *placement, double *auc)
{
    size_t m = rows->m, n = rows->n;
    double *all = rows->scratch, *within = rows->scratch + m + n;
    if (mien_ranks(score, m + n, all, NULL) != MIEN_OK || mien_ranks(score, m, within, NULL) != MIEN_OK ||
        mien_ranks(score + m, n, within + m, NULL) != MIEN_OK)
        return MIEN_ERR_MEMORY;
    double sum = 0;
    for (size_t i = 0; i < m; i++) {
        placement[i] = (all[i] - within[i]) / (double)n;
        sum += all[i] - within[i];
    }
    for (size_t i = m; i < m + n; i++)
        placement[i] = 1 - (all[i] - within[i]) / (double)m;
    *auc = sum / ((double)m * (double)n);
    return MIEN_OK;
}

/* Variance of the mean difference of placements over one group. */
static double group_variance(const double *a, const double *b, size_t count, double difference)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double e = a[i] - b[i] - difference;
        sum += e * e;
    }
    return sum / (double)(count - 1) / (double)count;
}

static enum mien_status rows_make(struct rows *rows, const double *a, bool a_higher, const double *b,
                                  bool b_higher, const signed char *label, size_t count)
{
    double *block = mien_array_new(6 * count, sizeof *block);
    if (!block)
        return MIEN_ERR_MEMORY;
    *rows = (struct rows){.a = block,
                          .b = block + count,
                          .at_a = block + 2 * count,
                          .at_b = block + 3 * count,
                          .scratch = block + 4 * count};
    size_t used = 0;
    for (int wanted = MIEN_ROC_POSITIVE; wanted >= MIEN_ROC_NEGATIVE; wanted--) {
        for (size_t i = 0; i < count; i++) {
            if (label[i] != wanted || isnan(a[i]) || isnan(b[i]))
                continue;
            rows->a[used] = a_higher ? a[i] : -a[i];
            rows->b[used] = b_higher ? b[i] : -b[i];
            used++;
        }
        if (wanted == MIEN_ROC_POSITIVE)
            rows->m = used;
    }
    rows->n = used - rows->m;
    return MIEN_OK;
}

enum mien_status mien_roc_test_paired(const double *a, bool a_higher, const double *b, bool b_higher,
                                      const signed char *label, size_t count, double conf,
                                      enum mien_alternative alternative, struct mien_roc_test *out)
{
    struct rows rows;
    enum mien_status status = rows_make(&rows, a, a_higher, b, b_higher, label, count);
    if (status != MIEN_OK)
        return status;
    struct mien_roc_test test = nothing_yet();
    test.n[0] = rows.m;
    test.n[1] = rows.n;
    test.dropped = count - rows.m - rows.n;
    if (rows.m < 2 || rows.n < 2) {
        test.why = MIEN_STATS_TOO_FEW;
        goto done;
    }
    status = place(&rows, rows.a, rows.at_a, &test.auc[0]);
    if (status == MIEN_OK)
        status = place(&rows, rows.b, rows.at_b, &test.auc[1]);
    if (status != MIEN_OK)
        goto done;
    test.diff = test.auc[0] - test.auc[1];
    double variance = group_variance(rows.at_a, rows.at_b, rows.m, test.diff) +
                      group_variance(rows.at_a + rows.m, rows.at_b + rows.m, rows.n, test.diff);
    finish(&test, sqrt(variance), conf, alternative);
done:
    free(rows.a);
    if (status == MIEN_OK)
        *out = test;
    return status;
}

struct mien_roc_test mien_roc_test_unpaired(const struct mien_roc *a, const struct mien_roc *b, double conf,
                                            enum mien_alternative alternative)
{
    struct mien_roc_test test = nothing_yet();
    double of_a = mien_roc_variance(a), of_b = mien_roc_variance(b);
    double rows_a = (double)(a->positives + a->negatives), rows_b = (double)(b->positives + b->negatives);
    test.auc[0] = a->auc;
    test.auc[1] = b->auc;
    test.n[0] = a->positives + a->negatives;
    test.n[1] = b->positives + b->negatives;
    test.diff = a->auc - b->auc;
    if (isnan(of_a) || isnan(of_b)) {
        test.why = MIEN_STATS_TOO_FEW;
        return test;
    }
    double sum = of_a + of_b;
    test.df = sum * sum / (of_a * of_a / (rows_a - 1) + of_b * of_b / (rows_b - 1));
    if (!(sum > 0))
        test.why = MIEN_STATS_CONSTANT;
    else
        finish(&test, sqrt(sum), conf, alternative);
    return test;
}
