/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Normalisation and rectification along rows. Included once per kind of processor, after LANES is defined.
 * These loops wait for memory, not for arithmetic; the compiler makes of a vector what the processor has.
 */
typedef float row_lanes
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

typedef int32_t row_bits __attribute__((vector_size(LANES * sizeof(int32_t))));

static inline __attribute__((always_inline)) row_lanes at(const float *numbers, size_t i)
{
    return *(const row_lanes *)(numbers + i);
}

static inline __attribute__((always_inline)) void put(float *numbers, size_t i, row_lanes value)
{
    *(row_lanes *)(numbers + i) = value;
}

static void activate(const float *z, const float *scale, const float *shift, size_t n, float *y)
{
    for (size_t i = 0; i < n; i += LANES) {
        row_lanes value = at(z, i) * at(scale, i) + at(shift, i);
        put(y, i, (row_lanes)((row_bits)value & (value > 0)));
    }
}

static void moments(const float *z, const float *centre, size_t n, float *sum, float *squares)
{
    for (size_t i = 0; i < n; i += LANES) {
        row_lanes value = at(z, i) - at(centre, i);
        put(sum, i, at(sum, i) + value);
        put(squares, i, at(squares, i) + value * value);
    }
}

/* The gradient behind the rectification. */
static inline __attribute__((always_inline)) row_lanes
passed(const float *z, const float *dy, const float *scale, const float *shift, size_t i)
{
    row_lanes value = at(z, i) * at(scale, i) + at(shift, i);
    return (row_lanes)((row_bits)at(dy, i) & (value > 0));
}

static void gradient_moments(const float *z, const float *dy, const float *scale, const float *shift,
                             const float *mean, size_t n, float *sum, float *product)
{
    for (size_t i = 0; i < n; i += LANES) {
        row_lanes g = passed(z, dy, scale, shift, i);
        put(sum, i, at(sum, i) + g);
        put(product, i, at(product, i) + g * (at(z, i) - at(mean, i)));
    }
}

static void gradient(const float *z, const float *dy, const float *scale, const float *shift,
                     const float *mean, const float *slope, const float *level, size_t n, float *dz)
{
    for (size_t i = 0; i < n; i += LANES) {
        row_lanes g = passed(z, dy, scale, shift, i);
        put(dz, i, g * at(scale, i) + (at(z, i) - at(mean, i)) * at(slope, i) + at(level, i));
    }
}

#undef LANES
