/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/rank_distribution.h"

#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum mien_status mien_mann_whitney_distribution(size_t x_count, size_t y_count,
                                                struct mien_rank_distribution *out)
{
    if (x_count > y_count)
        return mien_mann_whitney_distribution(y_count, x_count, out); /* The same, in less memory. */
    size_t last = x_count * y_count, width = last + 1;
    /* Row n holds the distribution for n values of x and the present number of values of y. */
    double *rows = mien_array_new((x_count + 1) * width, sizeof *rows);
    double *table = mien_array_new(width, sizeof *table);
    if (!rows || !table) {
        free(rows);
        free(table);
        return MIEN_ERR_MEMORY;
    }
    for (size_t n = 0; n <= x_count; n++)
        rows[n * width] = 1;
    for (size_t m = 1; m <= y_count; m++) {
        for (size_t n = 1; n <= x_count; n++) {
            /* The largest value is an x, which exceeds all m of y, or a y, which adds nothing. */
            double is_x = (double)n / (double)(n + m), is_y = (double)m / (double)(n + m);
            double *row = rows + n * width;
            const double *fewer = row - width;
            for (size_t u = 0; u <= n * m; u++)
                row[u] = is_y * row[u] + (u >= m ? is_x * fewer[u - m] : 0);
        }
    }
    for (size_t u = 0; u <= last; u++)
        table[u] = rows[x_count * width + u];
    free(rows);
    *out = (struct mien_rank_distribution){table, last};
    return MIEN_OK;
}

enum mien_status mien_wilcoxon_distribution(size_t count, struct mien_rank_distribution *out)
{
    size_t last = count * (count + 1) / 2;
    double *table = mien_array_new(last + 1, sizeof *table);
    if (!table)
        return MIEN_ERR_MEMORY;
    table[0] = 1;
    for (size_t rank = 1; rank <= count; rank++)
        for (size_t v = rank * (rank + 1) / 2 + 1; v-- > 0;)
            table[v] = (table[v] + (v >= rank ? table[v - rank] : 0)) / 2;
    *out = (struct mien_rank_distribution){table, last};
    return MIEN_OK;
}

double mien_rank_below(const struct mien_rank_distribution *table, double k)
{
    k = floor(k + 1e-7);
    if (k < 0)
        return 0;
    if (k >= (double)table->last)
        return 1;
    /* The nearer tail is summed, from its end inwards. */
    bool far = k >= (double)table->last / 2;
    size_t end = far ? table->last - (size_t)k - 1 : (size_t)k;
    double sum = 0;
    for (size_t i = 0; i <= end; i++)
        sum += table->probability[i];
    return far ? 1 - sum : sum;
}

double mien_rank_quantile(const struct mien_rank_distribution *table, double p)
{
    double sum = 0;
    for (size_t k = 0; k <= table->last; k++) {
        sum += table->probability[k];
        if (sum >= p - 10 * DBL_EPSILON)
            return (double)k;
    }
    return (double)table->last;
}

double mien_rank_p(const struct mien_rank_distribution *table, double k, enum mien_alternative alternative)
{
    /* P(statistic >= k) by symmetry, so that it keeps its accuracy in the tail. */
    return mien_p_value(mien_rank_below(table, k), mien_rank_below(table, (double)table->last - k),
                        alternative);
}
