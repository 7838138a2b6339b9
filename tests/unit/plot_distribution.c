/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/distribution.h"
#include "unit.h"

#include <math.h>

/* R 4.2.2: x <- c(3.1, 0.4, 7.7, 2.2, 9.9, 30.5, 4.6); quantile(x); boxplot.stats(x, coef = 1.5) with type 7
 * hinges. */
static const double mixed[] = {3.1, NAN, 0.4, 7.7, 2.2, INFINITY, 9.9, 30.5, 4.6};

static void missing_and_infinite_values_are_left_out(void **state)
{
    (void)state;
    double sorted[9];
    size_t kept = mien_sort_finite(mixed, 9, sorted);
    assert_int_equal(kept, 7);
    assert_true(sorted[0] == 0.4 && sorted[3] == 4.6 && sorted[6] == 30.5);
}

static void box_has_type_7_quartiles_and_tukey_whiskers(void **state)
{
    (void)state;
    double sorted[9];
    size_t kept = mien_sort_finite(mixed, 9, sorted);
    struct mien_box box = mien_box_of(sorted, kept);
    assert_close(box.q1, 2.65, 1e-12);
    assert_close(box.median, 4.6, 1e-12);
    assert_close(box.q3, 8.8, 1e-12);
    assert_close(box.low, 0.4, 0);
    assert_close(box.high, 9.9, 0);
    assert_true(isnan(mien_box_of(sorted, 0).median));
    struct mien_box single = mien_box_of(sorted, 1);
    assert_true(single.low == 0.4 && single.q1 == 0.4 && single.high == 0.4);
}

static void bins_hold_every_value_once(void **state)
{
    (void)state;
    double values[200], counts[MIEN_MOST_BINS] = {0};
    for (int i = 0; i < 200; i++)
        values[i] = 0.1 * i * i / 200.0;
    struct mien_bins bins = mien_bins_of(values, 200, 0);
    mien_bins_fill(&bins, values, 200, counts);
    double sum = 0;
    for (size_t i = 0; i < bins.count; i++)
        sum += counts[i];
    assert_true(sum == 200);
    assert_true(bins.start <= values[0]);
    assert_true(bins.start + bins.width * (double)bins.count >= values[199] - 1e-9);
    /* 2 IQR n^(-1/3) is 3.39; the nearest round width is 2.5 by ratio (3.39 / 2.5 < 5 / 3.39). */
    assert_close(bins.width, 2.5, 1e-12);
}

static void edges_that_are_no_binary_fractions_stay_in_their_bin(void **state)
{
    (void)state;
    const double values[] = {0, 0.1, 0.2, 0.3, 0.7, 1.0};
    double counts[10] = {0};
    struct mien_bins bins = {0, 0.1, 10};
    mien_bins_fill(&bins, values, 6, counts);
    assert_true(counts[0] == 1 && counts[1] == 1 && counts[2] == 1 && counts[3] == 1 && counts[7] == 1);
    assert_true(counts[9] == 1);
}

static void strange_samples_have_bins(void **state)
{
    (void)state;
    const double equal[] = {4, 4, 4}, huge[] = {-1e300, 0, 1e300}, near[] = {1, 1 + 2.3e-16, 1 + 4.5e-16};
    const double spike[] = {0, 5, 5, 5, 5, 5, 5, 5, 5, 1000};
    struct mien_bins bins = mien_bins_of(equal, 3, 0);
    assert_true(bins.count == 1 && bins.start <= 4 && bins.start + bins.width > 4);
    assert_int_equal(mien_bins_of(equal, 0, 0).count, 1);
    bins = mien_bins_of(huge, 3, 0);
    assert_true(bins.count >= 1 && bins.count <= MIEN_MOST_BINS && isfinite(bins.width));
    bins = mien_bins_of(near, 3, 0);
    assert_true(bins.count >= 1 && bins.count <= MIEN_MOST_BINS && bins.width > 0);
    bins = mien_bins_of(spike, 10, 0);
    assert_true(bins.count >= 2 && bins.count <= MIEN_MOST_BINS);
    bins = mien_bins_of(spike, 10, 7);
    assert_true(bins.count == 7 && bins.start == 0);
    assert_close(bins.width, 1000.0 / 7, 1e-9);
}

/* R 4.2.2: x <- c(0.4, 2.2, 3.1, 4.6, 7.7, 9.9, 30.5); bw.nrd(x) is 3.2970... by 1.06 min(sd, IQR / 1.34)
 * n^-0.2. */
static void density_is_that_of_gaussian_kernels(void **state)
{
    (void)state;
    const double sorted[] = {0.4, 2.2, 3.1, 4.6, 7.7, 9.9, 30.5};
    double bandwidth = mien_bandwidth(sorted, 7);
    assert_close(bandwidth, 1.06 * (8.8 - 2.65) / 1.34 * pow(7, -0.2), 1e-12);
    double area = 0;
    for (int i = -400; i < 800; i++)
        area += 0.1 * mien_density(sorted, 7, bandwidth, 0.1 * i + 0.05);
    assert_close(area, 1, 1e-6);
    const double equal[] = {2, 2, 2};
    assert_true(mien_bandwidth(equal, 3) == 0 && mien_bandwidth(equal, 1) == 0);
}

static void jitter_is_bounded_and_repeatable(void **state)
{
    (void)state;
    double first[100], again[100], sum = 0;
    mien_jitter(100, first);
    mien_jitter(100, again);
    for (int i = 0; i < 100; i++) {
        assert_true(first[i] == again[i] && first[i] >= -1 && first[i] <= 1);
        assert_true(i == 0 || fabs(first[i] - first[i - 1]) > 0.3);
        sum += first[i];
    }
    assert_true(fabs(sum) < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_and_infinite_values_are_left_out),
        cmocka_unit_test(box_has_type_7_quartiles_and_tukey_whiskers),
        cmocka_unit_test(bins_hold_every_value_once),
        cmocka_unit_test(edges_that_are_no_binary_fractions_stay_in_their_bin),
        cmocka_unit_test(strange_samples_have_bins),
        cmocka_unit_test(density_is_that_of_gaussian_kernels),
        cmocka_unit_test(jitter_is_bounded_and_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
