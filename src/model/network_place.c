/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A clip, channels first as it comes, laid out for the first block.
 */
#include "model/network_internal.h"

#include <math.h>
#include <string.h>

/* As wide as a register of every processor: a wider one would be kept in memory. */
typedef uint32_t lanes __attribute__((vector_size(16), aligned(sizeof(float)), may_alias));
typedef int32_t order __attribute__((vector_size(16)));

/* A value that is not finite has every bit of its exponent set, and only then does one more at the lowest of
 * them carry into the place of the sign. */
static inline lanes carry(lanes value)
{
    const uint32_t exponent = 0x7f800000, lowest = 0x00800000;
    return (value & exponent) + lowest;
}

static bool has_carried(lanes carried)
{
    const uint32_t sign = 0x80000000;
    return ((carried[0] | carried[1] | carried[2] | carried[3]) & sign) != 0;
}

bool mien_floats_finite(const float *numbers, size_t count)
{
    lanes carried = {0};
    size_t i = 0;
    bool finite = true;
    for (; i + 4 <= count; i += 4)
        carried |= carry(*(const lanes *)(numbers + i));
    for (; i < count; i++)
        finite = finite && isfinite(numbers[i]);
    return finite && !has_carried(carried);
}

static uint32_t bits_of(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* The part of the pixel at `place` that lies between two borders. */
static float part_between(unsigned place, double low, double high)
{
    return (float)(fmin(place + 1, high) - fmax(place, low));
}

/* One row of `side` pixels, each the mean of the area that it covers. */
static void average_row(const float *picture, const struct mien_network_design *design, unsigned number,
                        float *row)
{
    double high = (double)design->height / design->side, wide = (double)design->width / design->side;
    double top = number * high, bottom = fmin(top + high, design->height);
    for (unsigned i = 0; i < design->side; i++) {
        double left = i * wide, right = fmin(left + wide, design->width);
        float sum = 0;
        for (unsigned y = (unsigned)top; y < bottom; y++) {
            const float *pixel = picture + (size_t)y * design->width;
            float along = 0;
            for (unsigned x = (unsigned)left; x < right; x++)
                along += part_between(x, left, right) * pixel[x];
            sum += part_between(y, top, bottom) * along;
        }
        row[i] = sum / (float)(high * wide);
    }
}

/* A row as the first block sees it; averaged ones come into the room. */
static const float *row_of(const struct mien_network_design *design, const float *picture, unsigned number,
                           float room[MIEN_NETWORK_SIDE])
{
    if (!design->side)
        return picture + (size_t)number * design->width;
    average_row(picture, design, number, room);
    return room;
}

void mien_network_place_clip(const struct mien_network *network, const float *clip, float *source)
{
    const struct mien_conv3d_plan *plan = &network->block[0].plan;
    const struct mien_network_design *design = &network->design;
    const struct mien_extent input = plan->shape.input;
    float room[MIEN_NETWORK_SIDE];
    for (unsigned c = 0; c < design->channels; c++)
        for (unsigned t = 0; t < input.times; t++, clip += (size_t)design->height * design->width)
            for (unsigned y = 0; y < input.rows; y++) {
                const float *from = row_of(design, clip, y, room);
                float *row = source + mien_margin_row(&plan->source, t, y) + c;
                if (design->channels == 1)
                    memcpy(row, from, input.columns * sizeof *row);
                else
                    for (unsigned x = 0; x < input.columns; x++)
                        row[(size_t)x * design->channels] = from[x];
            }
}

/* The pixels 0, 2, .. and the pixels 1, 3, .. of a row; what they carry is added. */
static inline void part_row(const float *row, size_t count, float *even, float *odd, lanes *carried)
{
    const order evens = {0, 2, 4, 6}, odds = {1, 3, 5, 7};
    lanes sum = *carried;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        lanes a = *(const lanes *)(row + i), b = *(const lanes *)(row + i + 4);
        sum |= carry(a) | carry(b);
        *(lanes *)(even + i / 2) = __builtin_shuffle(a, b, evens);
        *(lanes *)(odd + i / 2) = __builtin_shuffle(a, b, odds);
    }
    for (; i < count; i++) {
        (i % 2 ? odd : even)[i / 2] = row[i];
        sum |= carry((lanes){bits_of(row[i])});
    }
    *carried = sum;
}

static bool place_planes(const struct mien_network *network, const float *clip, float *planes)
{
    const struct mien_conv3d_plan *plan = &network->block[0].plan;
    const struct mien_network_design *design = &network->design;
    const struct mien_extent input = plan->shape.input;
    float room[MIEN_NETWORK_SIDE];
    const bool finite = !design->side || mien_floats_finite(clip, mien_network_clip_size(network));
    const size_t step = mien_source_row(plan);
    lanes carried = {0};
    for (unsigned c = 0; c < design->channels; c++)
        for (unsigned t = 0; t < input.times; t++, clip += (size_t)design->height * design->width) {
            float *even = planes + mien_planes_row(plan, t, 0, c, 0);
            float *odd = planes + mien_planes_row(plan, t, 0, c, 1);
            for (unsigned y = 0; y < input.rows; y++, even += step, odd += step)
                part_row(row_of(design, clip, y, room), input.columns, even, odd, &carried);
        }
    return finite && !has_carried(carried);
}

bool mien_network_place(const struct mien_network *network, const float *clip,
                        const struct mien_scratch *scratch)
{
    if (network->block[0].plan.planes.count)
        return place_planes(network, clip, scratch->planes);
    mien_network_place_clip(network, clip, scratch->source[0]);
    return mien_floats_finite(clip, mien_network_clip_size(network));
}

float *mien_network_source(const struct mien_network *network, const struct mien_scratch *scratch,
                           size_t block)
{
    return block == 0 && network->block[0].plan.planes.count ? scratch->planes : scratch->source[block];
}
