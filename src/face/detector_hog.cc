// SPDX-License-Identifier: GPL-3.0-or-later
#include "face/detector_hog.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define FAST __attribute__((target_clones("avx2", "default")))
#else
#define FAST
#endif
#define PART static inline __attribute__((always_inline))

namespace
{

constexpr size_t cell = 8, lanes = 8; // A cell is as wide as a register.
constexpr size_t half = 9, whole = 2 * half;
constexpr size_t bins = 24; // Of a histogram: 18 orientations, filled up.
constexpr size_t corners = 4;

typedef float floats __attribute__((vector_size(lanes * sizeof(float))));
typedef float any_floats
    __attribute__((vector_size(lanes * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t numbers __attribute__((vector_size(lanes * sizeof(int32_t))));
typedef float four __attribute__((vector_size(corners * sizeof(float))));
typedef float any_four
    __attribute__((vector_size(corners * sizeof(float)), aligned(sizeof(float)), may_alias));

// dlib's unit vectors, of four digits.
constexpr float across[half] = {1, 0.9397F, 0.7660F, 0.5F, 0.1736F, -0.1736F, -0.5F, -0.7660F, -0.9397F};
constexpr float down[half] = {0, 0.3420F, 0.6428F, 0.8660F, 0.9848F, 0.9848F, 0.8660F, 0.6428F, 0.3420F};

// How a pixel's vote is shared between the cell whose middle is left of it and the one whose middle is right,
// from the second pixel of a cell on.
#define SHARES(left, right)                                                                                  \
    {                                                                                                        \
        left, left, right, right                                                                             \
    }
constexpr four shares_across[cell] = {
    SHARES(0.3125F, 0.6875F), SHARES(0.1875F, 0.8125F), SHARES(0.0625F, 0.9375F), SHARES(0.9375F, 0.0625F),
    SHARES(0.8125F, 0.1875F), SHARES(0.6875F, 0.3125F), SHARES(0.5625F, 0.4375F), SHARES(0.4375F, 0.5625F)};
#undef SHARES

// Where the votes of the orientations, 0..17, of eight pixels begin.
PART void take_places(const float *right, const float *below, int32_t length, int32_t *out)
{
    const floats x = *reinterpret_cast<const any_floats *>(right);
    const floats y = *reinterpret_cast<const any_floats *>(below);
    floats most = {}, best = {};
    numbers orientation = {};
    for (int32_t o = 0; o < static_cast<int32_t>(half); o++) {
        const floats dot = x * across[o] + y * down[o];
        const floats size = reinterpret_cast<floats>(reinterpret_cast<numbers>(dot) & INT32_MAX);
        const numbers better = size > most;
        most = better ? size : most;
        best = better ? dot : best;
        orientation = better ? (numbers{} + o) : orientation;
    }
    orientation -= (best < 0) * static_cast<int32_t>(half);
    orientation *= length;
    memcpy(out, &orientation, sizeof orientation);
}

PART void vote(float *place, four shares)
{
    *reinterpret_cast<any_four *>(place) += shares;
}

// Gradients of the pixels of a row between its first and its end.
struct Row {
    float *right, *below, *length;
    size_t end;
};

FAST void take_gradients(const unsigned char *pixels, ptrdiff_t stride, const Row &row)
{
    const unsigned char *above = pixels - stride, *next = pixels + stride;
    float *const right = row.right, *const below = row.below, *const length = row.length;
    for (size_t x = 1; x < row.end; x++)
        right[x] = static_cast<float>(pixels[x + 1] - pixels[x - 1]);
    for (size_t x = 1; x < row.end; x++)
        below[x] = static_cast<float>(next[x] - above[x]);
    for (size_t x = 1; x < row.end; x++)
        length[x] = sqrtf(right[x] * right[x] + below[x] * below[x]);
}

// The first pixel that votes is in column 1: eight pixels always lie alike over their cells. Products are
// rounded in dlib's order, which differs between its eights and what is left of a row.
FAST void vote_of_row(const Row &row, float *votes, size_t size, four shares)
{
    int32_t places[lanes];
    for (size_t x = 1; x < row.end; x += lanes) {
        take_places(row.right + x, row.below + x, static_cast<int32_t>(size), places);
        float *const here = votes + x / cell * 2;
        const float *const length = row.length + x;
        if (x + lanes <= row.end)
            for (size_t i = 0; i < lanes; i++)
                vote(here + places[i] + (i + 1 + cell / 2) / cell * 2, shares_across[i] * length[i] * shares);
        else
            for (size_t i = 0; x + i < row.end; i++)
                vote(here + places[i] + (i + 1 + cell / 2) / cell * 2, shares_across[i] * shares * length[i]);
    }
}

// Votes of the row below become those of this one.
FAST void move_on(float *votes, size_t count)
{
    constexpr numbers second = {1, lanes, 3, lanes, 5, lanes, 7, lanes};
    for (size_t i = 0; i < count; i += lanes) {
        any_floats *place = reinterpret_cast<any_floats *>(votes + i);
        const floats both = *place, none = {};
        *place = __builtin_shuffle(both, none, second);
    }
}

struct Block {
    four limits, factors; // Of the blocks of 2 x 2 cells below and right, above, left, and above and left.
};

PART void limited(const float *values, const Block &block, float *out)
{
    const floats histogram = *reinterpret_cast<const any_floats *>(values);
    floats part[corners];
    for (size_t k = 0; k < corners; k++)
        part[k] = (histogram < block.limits[k] ? histogram : floats{} + block.limits[k]) * block.factors[k];
    *reinterpret_cast<any_floats *>(out) = (part[0] + part[2]) + (part[1] + part[3]);
}

PART four limited_each(float value, const Block &block)
{
    const four values = four{} + value;
    return (values < block.limits ? values : block.limits) * block.factors;
}

FAST void describe_cell(const float *histogram, four limits, float *out)
{
    const Block block = {limits, 0.1F / limits};
    float both[lanes];
    for (size_t o = 0; o < bins; o += lanes)
        limited(histogram + o, block, out + o);
    for (size_t o = 0; o < lanes; o++)
        both[o] = histogram[o] + histogram[o + half];
    limited(both, block, out + whole);
    const four last = limited_each(histogram[half - 1] + histogram[whole - 1], block);
    out[whole + half - 1] = (last[0] + last[2]) + (last[1] + last[3]);
    four texture = {};
    for (size_t o = 0; o < whole; o += 3)
        texture += limited_each(histogram[o], block) + limited_each(histogram[o + 1], block) +
                   limited_each(histogram[o + 2], block);
    *reinterpret_cast<any_four *>(out + whole + half) = texture * static_cast<float>(2 * 0.2357);
}

} // namespace

void mien_hog::collect(const unsigned char *pixels, ptrdiff_t stride, size_t width, size_t height)
{
    const size_t size = 2 * (columns + 2); // Of the votes for one orientation.
    const size_t end = std::min(columns * cell, width) - 1, last = std::min(rows * cell, height) - 1;
    votes.assign((whole * size + lanes - 1) / lanes * lanes, 0);
    histograms.assign(rows * columns * bins, 0);
    gradients.assign(3 * (end + lanes), 0);
    const Row line = {&gradients[0], &gradients[end + lanes], &gradients[2 * (end + lanes)], end};
    for (size_t row = 0; row <= rows; row++) {
        // The pixels between the middles of this row of cells and the next; a row of no cells comes first.
        const size_t middle = row * cell + cell / 2;
        for (size_t y = std::max<size_t>(middle, 1 + cell) - cell; y < std::min(middle, last); y++) {
            const float below = (static_cast<float>(y + cell - middle) + 0.5F) / cell;
            take_gradients(pixels + static_cast<ptrdiff_t>(y) * stride, stride, line);
            vote_of_row(line, votes.data(), size, four{1 - below, below, 1 - below, below});
        }
        finish_row(row, size);
    }
}

void mien_hog::finish_row(size_t row, size_t size)
{
    for (size_t column = 0; row > 0 && column < columns; column++)
        for (size_t o = 0; o < whole; o++)
            histograms[((row - 1) * columns + column) * bins + o] = votes[o * size + 2 * (column + 1)];
    move_on(votes.data(), votes.size());
}

void mien_hog::weigh()
{
    energies.assign(rows * columns, 0);
    for (size_t i = 0; i < energies.size(); i++)
        for (size_t o = 0; o < half; o++) {
            const float both = histograms[i * bins + o] + histograms[i * bins + o + half];
            energies[i] += both * both;
        }
    limits.assign((rows - 1) * columns, 0);
    for (size_t row = 0; row + 1 < rows; row++)
        for (size_t column = 0; column + 1 < columns; column++) {
            const float *here = &energies[row * columns + column];
            limits[row * columns + column] =
                0.2F * std::sqrt(here[0] + here[1] + here[columns] + here[columns + 1] + 0.0001F);
        }
}

void mien_hog::describe(const unsigned char *pixels, ptrdiff_t stride, size_t width, size_t height,
                        size_t window_rows, size_t window_columns, mien_hog_cells &out)
{
    rows = (height + cell / 2) / cell;
    columns = (width + cell / 2) / cell;
    out.rows = out.columns = 0;
    out.values.clear();
    if (rows < 3 || columns < 3)
        return;
    collect(pixels, stride, width, height);
    weigh();
    out.rows = rows - 2 + window_rows - 1;
    out.columns = columns - 2 + window_columns - 1;
    out.values.assign(out.rows * out.columns * mien_hog_cells::planes, 0);
    const size_t top = (window_rows - 1) / 2, left = (window_columns - 1) / 2;
    for (size_t row = 1; row + 1 < rows; row++)
        for (size_t column = 1; column + 1 < columns; column++) {
            const float *limit = &limits[row * columns + column];
            const four about = {limit[0], *(limit - columns), *(limit - 1), *(limit - columns - 1)};
            describe_cell(
                &histograms[(row * columns + column) * bins], about,
                &out.values[((row - 1 + top) * out.columns + column - 1 + left) * mien_hog_cells::planes]);
        }
}
