/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/learner_prepare.h"

#include "base/quantile.h"

#include <math.h>
#include <stdlib.h>

void mien_preparation_clear(struct mien_preparation *p)
{
    free(p->place);
    free(p->median);
    free(p->mean);
    free(p->spread);
    *p = (struct mien_preparation){0};
}

static int allocate(struct mien_preparation *p, size_t columns)
{
    p->place = mien_array_new(columns, sizeof *p->place);
    p->median = mien_array_new(columns, sizeof *p->median);
    p->mean = mien_array_new(columns, sizeof *p->mean);
    p->spread = mien_array_new(columns, sizeof *p->spread);
    return p->place && p->median && p->mean && p->spread ? 0 : -1;
}

/* values: room for all rows. */
static void learn_column(struct mien_preparation *p, const double *x, size_t rows, size_t column,
                         double most_missing, double *values)
{
    size_t present = 0;
    for (size_t i = 0; i < rows; i++)
        if (isfinite(x[i * p->columns + column]))
            values[present++] = x[i * p->columns + column];
    if (present == 0 || (double)(rows - present) > most_missing * (double)rows) {
        p->missing++;
        return;
    }
    mien_sort_numbers(values, present);
    double median = mien_quantile_sorted(values, present, 0.5), mean = 0, square = 0;
    if (values[0] == values[present - 1]) {
        p->constant++;
        return;
    }
    for (size_t i = 0; i < present; i++)
        mean += values[i] / (double)rows;
    mean += median * (double)(rows - present) / (double)rows;
    for (size_t i = 0; i < present; i++)
        square += (values[i] - mean) * (values[i] - mean);
    square += (median - mean) * (median - mean) * (double)(rows - present);
    double spread = sqrt(square / (double)rows);
    if (!isfinite(mean) || !isfinite(spread) || !(spread > 1e-12 * fabs(mean))) {
        p->constant++;
        return;
    }
    p->place[p->kept] = column;
    p->median[p->kept] = median;
    p->mean[p->kept] = mean;
    p->spread[p->kept++] = spread;
}

enum mien_status mien_preparation_learn(const double *x, size_t rows, size_t columns, double most_missing,
                                        struct mien_preparation *preparation, struct mien_error *error)
{
    struct mien_preparation p = {.columns = columns};
    double *values = mien_array_new(rows, sizeof *values);
    enum mien_status status = MIEN_OK;
    if (!values || allocate(&p, columns) != 0) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
        goto end;
    }
    for (size_t j = 0; j < columns; j++)
        learn_column(&p, x, rows, j, most_missing, values);
    if (p.kept == 0)
        status = mien_fail(error, MIEN_ERR_DATA,
                           "none of the %zu measures can be learnt from: %zu with too many missing values, "
                           "%zu that do not vary",
                           columns, p.missing, p.constant);
end:
    free(values);
    if (status == MIEN_OK)
        *preparation = p;
    else
        mien_preparation_clear(&p);
    return status;
}

bool mien_preparation_apply(const struct mien_preparation *p, const double *row, double *prepared)
{
    size_t present = 0;
    for (size_t k = 0; k < p->kept; k++) {
        double value = row[p->place[k]];
        bool there = isfinite(value);
        present += there;
        prepared[k] = ((there ? value : p->median[k]) - p->mean[k]) / p->spread[k];
    }
    if (2 * present >= p->kept)
        return true;
    for (size_t k = 0; k < p->kept; k++)
        prepared[k] = NAN;
    return false;
}

int mien_preparation_write(const struct mien_preparation *p, struct mien_text *text)
{
    int failed =
        mien_bytes_put_count(text, (uint32_t)p->columns) | mien_bytes_put_count(text, (uint32_t)p->kept) |
        mien_bytes_put_count(text, (uint32_t)p->missing) | mien_bytes_put_count(text, (uint32_t)p->constant);
    for (size_t k = 0; k < p->kept; k++)
        failed |= mien_bytes_put_count(text, (uint32_t)p->place[k]);
    return failed | mien_bytes_put_numbers(text, p->median, p->kept) |
           mien_bytes_put_numbers(text, p->mean, p->kept) | mien_bytes_put_numbers(text, p->spread, p->kept);
}

static bool sound(const struct mien_preparation *p)
{
    for (size_t k = 0; k < p->kept; k++)
        if (!(p->spread[k] > 0) || p->place[k] >= p->columns || (k > 0 && p->place[k] <= p->place[k - 1]))
            return false;
    return p->kept > 0 && p->kept + p->missing + p->constant == p->columns;
}

enum mien_status mien_preparation_read(struct mien_bytes *bytes, uint32_t most,
                                       struct mien_preparation *preparation, struct mien_error *error)
{
    struct mien_preparation p = {.columns = mien_bytes_count(bytes, most)};
    enum mien_status status = MIEN_OK;
    p.kept = mien_bytes_count(bytes, (uint32_t)p.columns);
    p.missing = mien_bytes_count(bytes, (uint32_t)p.columns);
    p.constant = mien_bytes_count(bytes, (uint32_t)p.columns);
    if (p.kept > bytes->left / 28)
        bytes->bad = true;
    if (!bytes->bad) {
        p.place = mien_array_new(p.kept, sizeof *p.place);
        for (size_t k = 0; p.place && k < p.kept; k++)
            p.place[k] = mien_bytes_count(bytes, most);
        p.median = mien_bytes_numbers(bytes, p.kept);
        p.mean = mien_bytes_numbers(bytes, p.kept);
        p.spread = mien_bytes_numbers(bytes, p.kept);
    }
    if (!bytes->bad && !(p.place && p.median && p.mean && p.spread))
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    else if (bytes->bad || !sound(&p))
        status = mien_fail(error, MIEN_ERR_MODEL, "the model is damaged: its list of measures is not sound");
    if (status == MIEN_OK)
        *preparation = p;
    else
        mien_preparation_clear(&p);
    return status;
}
