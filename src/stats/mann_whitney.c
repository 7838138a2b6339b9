/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/describe.h"
#include "stats/distribution.h"
#include "stats/rank.h"
#include "stats/rank_common.h"

#include <math.h>
#include <stdlib.h>

struct samples {
    double *x, *y; /* Sorted, without missing values. */
    size_t nx, ny;
};

/* U of x shifted by -mu, and the tie sum of both samples together, by one walk along both. */
static double count_pairs(const struct samples *s, double mu, double *tie_sum)
{
    double u = 0, ties = 0;
    size_t i = 0, j = 0;
    while (i < s->nx || j < s->ny) {
        double value = j >= s->ny || (i < s->nx && s->x[i] - mu < s->y[j]) ? s->x[i] - mu : s->y[j];
        double equal_x = 0, equal_y = 0, below = (double)j;
        for (; i < s->nx && s->x[i] - mu == value; i++)
            equal_x++;
        for (; j < s->ny && s->y[j] == value; j++)
            equal_y++;
        u += equal_x * (below + equal_y / 2);
        double t = equal_x + equal_y;
        ties += t * t * t - t;
    }
    *tie_sum = ties;
    return u;
}

static double spread(const struct samples *s, double tie_sum)
{
    double nx = (double)s->nx, ny = (double)s->ny, n = nx + ny;
    return sqrt(nx * ny / 12 * (n + 1 - tie_sum / (n * (n - 1))));
}

static double difference_at(const struct samples *s, double place)
{
    return mien_difference_at(s->x, s->nx, s->y, s->ny, place);
}

static double median_difference(const struct samples *s)
{
    double pairs = (double)s->nx * (double)s->ny, half = floor(pairs / 2);
    if (fmod(pairs, 2) == 1)
        return difference_at(s, half + 1);
    return difference_at(s, half) / 2 + difference_at(s, half + 1) / 2;
}

/* How many differences must lie above a shift for its z to reach the bound; then the shift is the difference
 * where the count falls below that. z rises with the count. */
static double smallest_count(double pairs, double sd, double bound, const struct mien_rank_options *options)
{
    double low = 0, high = pairs + 1;
    while (low < high) {
        double middle = floor((low + high) / 2);
        if (mien_rank_z(middle - pairs / 2, sd, options->correct, options->alternative) >= bound)
            high = middle;
        else
            low = middle + 1;
    }
    return fmin(fmax(low, 1), pairs);
}

static struct mien_interval normal_interval(const struct samples *s, const struct mien_rank_options *options)
{
    struct mien_interval ci = {-INFINITY, INFINITY};
    double pairs = (double)s->nx * (double)s->ny, alpha = 1 - options->conf;
    double z = mien_normal_quantile_upper(options->alternative == MIEN_TWO_SIDED ? alpha / 2 : alpha);
    /* At a shift that is no difference itself, only values of the same sample are tied. */
    double sd = spread(s, mien_tie_sum_sorted(s->x, s->nx) + mien_tie_sum_sorted(s->y, s->ny));
    if (!(sd > 0))
        return mien_no_interval();
    if (options->alternative != MIEN_LESS)
        ci.low = difference_at(s, pairs - smallest_count(pairs, sd, z, options) + 1);
    if (options->alternative != MIEN_GREATER)
        ci.high = difference_at(s, pairs - smallest_count(pairs, sd, -z, options) + 1);
    return ci;
}

static enum mien_status exact_test(const struct samples *s, const struct mien_rank_options *options,
                                   struct mien_rank_test *test)
{
    struct mien_rank_distribution table;
    enum mien_status status = mien_mann_whitney_distribution(s->nx, s->ny, &table);
    if (status != MIEN_OK)
        return status;
    test->exact = true;
    test->p = mien_rank_p(&table, test->statistic, options->alternative);
    struct mien_rank_places places =
        mien_rank_exact_places(&table, (double)s->nx * (double)s->ny, options, test);
    test->ci.low = places.low > 0 ? difference_at(s, places.low) : -INFINITY;
    test->ci.high = places.high > 0 ? difference_at(s, places.high) : INFINITY;
    free(table.probability);
    return MIEN_OK;
}

static enum mien_status test_samples(const struct samples *s, const struct mien_rank_options *options,
                                     struct mien_rank_test *test)
{
    double pairs = (double)s->nx * (double)s->ny, ties;
    test->statistic = count_pairs(s, options->mu, &ties);
    test->effect = 2 * test->statistic / pairs - 1;
    test->diff = median_difference(s);
    bool small = s->nx < 50 && s->ny < 50;
    if (mien_rank_use_exact(test, options, small, ties == 0, pairs > MIEN_EXACT_MANN_WHITNEY))
        return exact_test(s, options, test);
    double sd = spread(s, ties);
    test->p = mien_rank_normal_p(
        mien_rank_z(test->statistic - pairs / 2, sd, options->correct, options->alternative),
        options->alternative);
    test->ci = normal_interval(s, options);
    if (!(sd > 0))
        test->why = MIEN_STATS_CONSTANT;
    return MIEN_OK;
}

enum mien_status mien_mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count,
                                   const struct mien_rank_options *options, struct mien_rank_test *out)
{
    struct samples s = {.x = mien_sorted_copy(x, x_count, &s.nx), .y = mien_sorted_copy(y, y_count, &s.ny)};
    enum mien_status status = MIEN_ERR_MEMORY;
    if (!s.x || !s.y)
        goto done;
    struct mien_rank_test test = mien_rank_nothing(options->conf);
    test.n[0] = s.nx;
    test.n[1] = s.ny;
    test.dropped = x_count - s.nx + y_count - s.ny;
    test.median[0] = mien_quantile_sorted(s.x, s.nx, 0.5);
    test.median[1] = mien_quantile_sorted(s.y, s.ny, 0.5);
    status = MIEN_OK;
    if (s.nx == 0 || s.ny == 0)
        test.why = MIEN_STATS_TOO_FEW;
    else
        status = test_samples(&s, options, &test);
    if (status == MIEN_OK)
        *out = test;
done:
    free(s.x);
    free(s.y);
    return status;
}
