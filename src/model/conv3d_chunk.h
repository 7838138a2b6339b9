/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sums of one chunk of channels. Included once per size of chunk, after these are defined: CHUNK(name),
 * the name of a function; LANES and VECTORS, whose product is the chunk; PIXELS, how many are summed side by
 * side; TAPS, how many places of a run have their gradient summed side by side; MULTIPLY_ADD(a, b, c), a * b
 * + c. They are undefined at the end.
 *
 * Each sum runs in the same order for every size of chunk and vector.
 */
typedef float CHUNK(lanes) __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t CHUNK(bits) __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef float CHUNK(memory)
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

static inline __attribute__((always_inline)) void
CHUNK(convolve_pixels)(const struct mien_convolve *job, const float *source, const float *weights,
                       const float *start, float *target, const size_t pixels)
{
    CHUNK(lanes) sum[PIXELS][VECTORS];
    const size_t step = job->source_pixel;
#pragma GCC unroll 16
    for (size_t p = 0; p < pixels; p++)
#pragma GCC unroll 4
        for (size_t v = 0; v < VECTORS; v++)
            sum[p][v] =
                start ? (CHUNK(lanes)) * (const CHUNK(memory) *)(start + v * LANES) : (CHUNK(lanes)){0};
    for (size_t r = 0; r < job->runs; r++) {
        /* Four pixels to a pointer: so many steps an address can hold. */
        const float *from[4];
#pragma GCC unroll 4
        for (size_t q = 0; 4 * q < pixels; q++)
            from[q] = source + job->run[r].source + 4 * q * step;
        const float *weight_of = weights + job->run[r].weights;
        for (size_t i = 0; i < job->length; i++, weight_of += job->channels) {
            CHUNK(lanes) weight[VECTORS];
#pragma GCC unroll 4
            for (size_t v = 0; v < VECTORS; v++)
                weight[v] = *(const CHUNK(memory) *)(weight_of + v * LANES);
#pragma GCC unroll 16
            for (size_t p = 0; p < pixels; p++) {
                CHUNK(lanes) seen = SPREAD(from[p / 4][p % 4 * step]);
#pragma GCC unroll 4
                for (size_t v = 0; v < VECTORS; v++)
                    sum[p][v] = MULTIPLY_ADD(seen, weight[v], sum[p][v]);
            }
#pragma GCC unroll 4
            for (size_t q = 0; 4 * q < pixels; q++)
                from[q]++;
        }
    }
#pragma GCC unroll 16
    for (size_t p = 0; p < pixels; p++)
#pragma GCC unroll 4
        for (size_t v = 0; v < VECTORS; v++) {
            CHUNK(lanes) value = sum[p][v];
            if (job->rectify)
                value = (CHUNK(lanes))((CHUNK(bits))value & (value > 0));
            *(CHUNK(memory) *)(target + p * job->target_pixel + v * LANES) = value;
        }
}

static void CHUNK(convolve)(const struct mien_convolve *job, size_t channel)
{
    const float *weights = job->weights + channel;
    const float *start = job->start ? job->start + channel : NULL;
    for (size_t r = 0; r < job->rows; r++) {
        const float *source = job->source + r * job->source_row;
        float *target = job->target + r * job->target_row + channel;
        size_t p = 0;
        for (; p + PIXELS <= job->pixels; p += PIXELS)
            CHUNK(convolve_pixels)
        (job, source + p * job->source_pixel, weights, start, target + p * job->target_pixel, PIXELS);
        for (; p + 4 <= job->pixels; p += 4)
            CHUNK(convolve_pixels)
        (job, source + p * job->source_pixel, weights, start, target + p * job->target_pixel, 4);
        for (; p < job->pixels; p++)
            CHUNK(convolve_pixels)
        (job, source + p * job->source_pixel, weights, start, target + p * job->target_pixel, 1);
    }
}

/* The gradient of taps weights that follow each other in a run. */
static inline __attribute__((always_inline)) void CHUNK(correlate_taps)(const struct mien_correlate *job,
                                                                        const float *source,
                                                                        const float *delta, float *gradient,
                                                                        const size_t taps)
{
    CHUNK(lanes) sum[TAPS][VECTORS];
#pragma GCC unroll 16
    for (size_t t = 0; t < taps; t++)
#pragma GCC unroll 4
        for (size_t v = 0; v < VECTORS; v++)
            sum[t][v] = *(const CHUNK(memory) *)(gradient + t * job->channels + v * LANES);
    for (size_t r = 0; r < job->rows; r++) {
        const float *from = source + r * job->source_row, *given = delta + r * job->delta_row;
        for (size_t p = 0; p < job->pixels; p++, from += job->source_pixel, given += job->channels) {
            CHUNK(lanes) change[VECTORS];
#pragma GCC unroll 4
            for (size_t v = 0; v < VECTORS; v++)
                change[v] = *(const CHUNK(memory) *)(given + v * LANES);
#pragma GCC unroll 16
            for (size_t t = 0; t < taps; t++) {
                CHUNK(lanes) seen = SPREAD(from[t]);
#pragma GCC unroll 4
                for (size_t v = 0; v < VECTORS; v++)
                    sum[t][v] = MULTIPLY_ADD(seen, change[v], sum[t][v]);
            }
        }
    }
#pragma GCC unroll 16
    for (size_t t = 0; t < taps; t++)
#pragma GCC unroll 4
        for (size_t v = 0; v < VECTORS; v++)
            *(CHUNK(memory) *)(gradient + t * job->channels + v * LANES) = sum[t][v];
}

static void CHUNK(correlate)(const struct mien_correlate *job, size_t channel)
{
    const float *delta = job->delta + channel;
    float *gradient = job->gradient + channel;
    for (size_t r = 0; r < job->runs; r++) {
        const float *source = job->source + job->run[r].source;
        size_t i = 0;
        for (; i + TAPS <= job->length; i += TAPS, gradient += TAPS * job->channels)
            CHUNK(correlate_taps)(job, source + i, delta, gradient, TAPS);
        for (; i + 5 <= job->length; i += 5, gradient += 5 * job->channels)
            CHUNK(correlate_taps)(job, source + i, delta, gradient, 5);
        for (; i < job->length; i++, gradient += job->channels)
            CHUNK(correlate_taps)(job, source + i, delta, gradient, 1);
    }
}

#undef CHUNK
#undef LANES
#undef VECTORS
#undef PIXELS
#undef TAPS
#undef MULTIPLY_ADD
#undef SPREAD
