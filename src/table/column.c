/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/column.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mien_column_clear(struct mien_column *column)
{
    if (column->texts)
        for (size_t i = 0; i < column->count; i++)
            free(column->texts[i]);
    free(column->texts);
    free(column->numbers);
    *column = (struct mien_column){0};
}

int mien_column_set_numbers(struct mien_column *column, size_t count)
{
    mien_column_clear(column);
    column->numbers = mien_missing_new(count);
    if (!column->numbers)
        return -1;
    column->count = count;
    return 0;
}

int mien_column_set_texts(struct mien_column *column, size_t count)
{
    mien_column_clear(column);
    column->texts = mien_array_new(count, sizeof *column->texts);
    if (!column->texts)
        return -1;
    column->is_text = true;
    column->count = count;
    return 0;
}

int mien_column_put(struct mien_column *column, size_t row, const char *text)
{
    char *copy = NULL;
    if (text && !(copy = strdup(text)))
        return -1;
    free(column->texts[row]);
    column->texts[row] = copy;
    return 0;
}

int mien_column_take(struct mien_column *column, const struct mien_column *source, const size_t *rows,
                     size_t count)
{
    int failed =
        source->is_text ? mien_column_set_texts(column, count) : mien_column_set_numbers(column, count);
    for (size_t i = 0; i < count && !failed; i++) {
        if (rows[i] == MIEN_NO_ROW)
            continue;
        if (source->is_text)
            failed = mien_column_put(column, i, source->texts[rows[i]]);
        else
            column->numbers[i] = source->numbers[rows[i]];
    }
    if (failed)
        mien_column_clear(column);
    return failed;
}

bool mien_column_is_missing(const struct mien_column *column, size_t row)
{
    return column->is_text ? !column->texts[row] : isnan(column->numbers[row]);
}
