/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/column_math.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static double modulo(double a, double b)
{
    double rest = fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static double compare(enum mien_operation operation, double a, double b)
{
    if (isnan(a) || isnan(b))
        return NAN;
    bool result = operation == MIEN_LESS         ? a < b
                  : operation == MIEN_LESS_EQUAL ? a <= b
                  : operation == MIEN_EQUAL      ? a == b
                                                 : a != b;
    return result ? 1 : 0;
}

static double operate(enum mien_operation operation, double a, double b)
{
    switch (operation) {
    case MIEN_ADD:
        return a + b;
    case MIEN_SUBTRACT:
        return a - b;
    case MIEN_MULTIPLY:
        return a * b;
    case MIEN_DIVIDE:
        return a / b;
    case MIEN_POWER:
        /* pow(NaN, 0) and pow(1, NaN) are 1 in C, but missing stays missing here. */
        return isnan(a) || isnan(b) ? NAN : pow(a, b);
    case MIEN_MODULO:
        return modulo(a, b);
    case MIEN_QUOTIENT:
        return floor(a / b);
    default:
        return compare(operation, a, b);
    }
}

void mien_column_operate(enum mien_operation operation, const double *a, size_t a_step, const double *b,
                         size_t b_step, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = operate(operation, a[i * a_step], b[i * b_step]);
}

/* Two passes in extended precision, as R does, so that large offsets do not spoil the last digits. */
void mien_column_describe(const double *values, size_t count, struct mien_column_statistics *statistics)
{
    struct mien_column_statistics s = {.sum = 0, .mean = NAN, .sd = NAN, .min = NAN, .max = NAN};
    long double sum = 0, rest = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        s.count++;
        sum += values[i];
        s.min = s.min <= values[i] ? s.min : values[i];
        s.max = s.max >= values[i] ? s.max : values[i];
    }
    s.missing = count - s.count;
    s.sum = (double)sum;
    long double mean = s.count ? sum / (long double)s.count : 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i])) {
            rest += values[i] - mean;
            squares += (values[i] - mean) * (values[i] - mean);
        }
    if (s.count)
        s.mean = (double)(isfinite(mean) ? mean + rest / (long double)s.count : mean);
    if (s.count > 1)
        s.sd = (double)sqrtl(squares / (long double)(s.count - 1));
    *statistics = s;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int mien_column_quantile(const double *values, size_t count, double p, double *quantile)
{
    double *sorted = mien_array_new(count, sizeof *sorted);
    if (!sorted)
        return -1;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            sorted[n++] = values[i];
    *quantile = NAN;
    if (n) {
        qsort(sorted, n, sizeof *sorted, compare_numbers);
        /* As in R, a position within a few roundings of a whole number is that number. */
        double position = p * (double)(n - 1);
        double whole = floor(position + 4 * 2.220446049250313e-16);
        double share = position - whole;
        size_t below = (size_t)whole, above = below + 1 < n ? below + 1 : below;
        *quantile = sorted[below];
        if (share > 4 * 2.220446049250313e-16 && sorted[above] != sorted[below])
            *quantile = (1 - share) * sorted[below] + share * sorted[above];
    }
    free(sorted);
    return 0;
}
