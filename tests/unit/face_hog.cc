// SPDX-License-Identifier: GPL-3.0-or-later
//
// Histograms of oriented gradients have the bits of dlib's own.
#include "face/detector_filters.h"
#include "face/detector_hog.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <setjmp.h>
#include <stdarg.h>

extern "C" {
#include <cmocka.h>
}

namespace
{

constexpr long window = 10;

// Noise, waves and flat parts, the same on every run.
unsigned char grey_of(int kind, long x, long y, uint32_t &random)
{
    random = random * 1664525U + 1013904223U;
    if (kind == 0)
        return static_cast<unsigned char>(random >> 24);
    if (kind == 1)
        return static_cast<unsigned char>(128 + 100 * std::sin(0.1 * static_cast<double>(x + y / 2)));
    return static_cast<unsigned char>(random >> 31 & static_cast<uint32_t>(x / 13 % 3 == 0));
}

bool same_bits(const dlib::array<dlib::array2d<float>> &expected, const mien_hog_cells &found)
{
    for (unsigned long plane = 0; plane < expected.size(); plane++)
        for (long r = 0; r < expected[plane].nr(); r++)
            for (long c = 0; c < expected[plane].nc(); c++) {
                const size_t place = (static_cast<size_t>(r) * found.columns + static_cast<size_t>(c)) *
                                         mien_hog_cells::planes +
                                     plane;
                // Zeros of either sign are the same to whoever adds them up.
                const float value = found.values[place] + 0.0F, wanted = expected[plane][r][c] + 0.0F;
                if (memcmp(&value, &wanted, sizeof value) != 0)
                    return false;
            }
    return true;
}

void check(int kind, long width, long height, mien_hog &hog)
{
    uint32_t random = 7;
    dlib::array2d<unsigned char> picture(height, width);
    dlib::array<dlib::array2d<float>> expected;
    mien_hog_cells found;
    for (long y = 0; y < height; y++)
        for (long x = 0; x < width; x++)
            picture[y][x] = grey_of(kind, x, y, random);
    dlib::extract_fhog_features(picture, expected, 8, window, window);
    hog.describe(&picture[0][0], picture.width_step(), static_cast<size_t>(width),
                 static_cast<size_t>(height), window, window, found);
    if (expected.size() == 0) {
        assert_int_equal(found.rows, 0);
        return;
    }
    assert_int_equal(found.rows, expected[0].nr());
    assert_int_equal(found.columns, expected[0].nc());
    if (!same_bits(expected, found))
        fail_msg("kind %d, %ld x %ld pixels: not dlib's numbers", kind, width, height);
}

// Widths on both sides of a cell's middle and of eight pixels, down to no cell at all.
void cells_are_dlibs(void **)
{
    mien_hog hog;
    for (int kind = 0; kind < 3; kind++) {
        for (long side = 1; side < 60; side++)
            check(kind, side, 80 - side, hog);
        for (long width = 236; width < 246; width++)
            check(kind, width, width * 9 / 16, hog);
    }
}

} // namespace

int main()
{
    const CMUnitTest tests[] = {cmocka_unit_test(cells_are_dlibs)};
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
