/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/permutation_map.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/random.h"
#include "stats/effect.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Sums over one group, place by place. */
struct sums {
    double *count, *sum, *square;
};

struct map {
    size_t people, places, first; /* first: people in group 0. */
    double least;
    double *known, *value; /* people rows of places: 1 or 0, and the value less the place's mean or 0. */
    double *square;        /* Of value. */
    double *centre;        /* Mean of every place. */
    struct sums all, some;
    double *t; /* Of one dealing. */
    size_t *order;
};

static void sums_point(struct sums *sums, double **next, size_t places)
{
    sums->count = *next, *next += places;
    sums->sum = *next, *next += places;
    sums->square = *next, *next += places;
}

/* All numbers lie in one block, which *block owns. */
static int map_new(struct map *map, double **block)
{
    size_t cells = map->people * map->places;
    double *next = mien_array_new(3 * cells + 8 * map->places, sizeof *next);
    map->order = mien_array_new(map->people, sizeof *map->order);
    *block = next;
    if (!next || !map->order)
        return -1;
    map->known = next, next += cells;
    map->value = next, next += cells;
    map->square = next, next += cells;
    map->centre = next, next += map->places;
    map->t = next, next += map->places;
    sums_point(&map->all, &next, map->places);
    sums_point(&map->some, &next, map->places);
    return 0;
}

static void fill(struct map *map, const double *values)
{
    for (size_t place = 0; place < map->places; place++) {
        double sum = 0, count = 0;
        for (size_t i = 0; i < map->people; i++) {
            double value = values[i * map->places + place];
            if (!isfinite(value))
                continue;
            sum += value;
            count++;
        }
        map->centre[place] = count > 0 ? sum / count : NAN;
    }
    for (size_t i = 0; i < map->people * map->places; i++) {
        if (!isfinite(values[i]))
            continue;
        map->known[i] = 1;
        map->value[i] = values[i] - map->centre[i % map->places];
        map->square[i] = map->value[i] * map->value[i];
    }
}

static void add_up(const struct map *map, const size_t *who, size_t count, struct sums *sums)
{
    memset(sums->count, 0, map->places * sizeof *sums->count);
    memset(sums->sum, 0, map->places * sizeof *sums->sum);
    memset(sums->square, 0, map->places * sizeof *sums->square);
    for (size_t i = 0; i < count; i++) {
        const double *known = map->known + who[i] * map->places, *value = map->value + who[i] * map->places;
        const double *square = map->square + who[i] * map->places;
        for (size_t place = 0; place < map->places; place++) {
            sums->count[place] += known[place];
            sums->sum[place] += value[place];
            sums->square[place] += square[place];
        }
    }
}

static double variance_of(double count, double sum, double square)
{
    return (square - sum * sum / count) / (count - 1);
}

/* t of every place when the first people of the order are group 0; NaN where it is not defined. */
static void deal(struct map *map)
{
    add_up(map, map->order, map->first, &map->some);
    for (size_t place = 0; place < map->places; place++) {
        double n0 = map->some.count[place], n1 = map->all.count[place] - n0;
        map->t[place] = NAN;
        if (n0 < map->least || n1 < map->least)
            continue;
        double sum0 = map->some.sum[place], sum1 = map->all.sum[place] - sum0;
        double square0 = map->some.square[place], square1 = map->all.square[place] - square0;
        double error = variance_of(n0, sum0, square0) / n0 + variance_of(n1, sum1, square1) / n1;
        /* What rounding leaves of no variance is no variance. */
        if (error > 1e-14 * map->all.square[place] / (n0 + n1))
            map->t[place] = (sum0 / n0 - sum1 / n1) / sqrt(error);
    }
}

static void describe(const struct map *map, size_t place, struct mien_map_place *result)
{
    double n0 = map->some.count[place], n1 = map->all.count[place] - n0;
    double sum0 = map->some.sum[place], sum1 = map->all.sum[place] - sum0;
    double square0 = map->some.square[place], square1 = map->all.square[place] - square0;
    double pooled = sqrt(fmax(0, square0 - sum0 * sum0 / n0 + square1 - sum1 * sum1 / n1) / (n0 + n1 - 2));
    bool tested = isfinite(map->t[place]);
    *result = (struct mien_map_place){.n = {(size_t)n0, (size_t)n1}, .p = NAN, .adjusted = NAN};
    result->mean[0] = n0 > 0 ? map->centre[place] + sum0 / n0 : NAN;
    result->mean[1] = n1 > 0 ? map->centre[place] + sum1 / n1 : NAN;
    result->difference = result->mean[0] - result->mean[1];
    result->t = map->t[place];
    result->g =
        tested && pooled > 0 ? result->difference / pooled * mien_hedges_correction(n0 + n1 - 2) : NAN;
}

/* The order before the first dealing puts group 0 first. */
static void put_in_order(struct map *map, const uint8_t *group)
{
    size_t next = 0;
    for (int which = 0; which < 2; which++)
        for (size_t i = 0; i < map->people; i++)
            if ((group[i] != 0) == which)
                map->order[next++] = i;
}

static void shuffle(struct map *map, struct mien_random *random)
{
    for (size_t i = 0; i < map->first; i++) {
        size_t other = i + mien_random_below(random, map->people - i), kept = map->order[i];
        map->order[i] = map->order[other];
        map->order[other] = kept;
    }
}

/* Counts in p and adjusted how many dealings show as much as the one that was observed, itself included. */
static enum mien_status count_dealings(struct map *map, const struct mien_map_options *options,
                                       const struct mien_progress *progress, struct mien_map_place *results,
                                       struct mien_error *error)
{
    /* Rounding must not tell a dealing from one that is the same. */
    const double same = 1 - 1e-10;
    struct mien_random random;
    mien_random_seed(&random, options->seed);
    for (size_t k = 0; k < options->permutations; k++) {
        if (k % 16 == 0 && mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        if (k % 64 == 0)
            mien_progress_report(progress, (double)k, (double)options->permutations, "permutations", NULL);
        shuffle(map, &random);
        deal(map);
        double largest = 0;
        for (size_t place = 0; place < map->places; place++)
            largest = fmax(largest, fabs(map->t[place])); /* Of a number and NaN, the number. */
        for (size_t place = 0; place < map->places; place++) {
            double observed = same * fabs(results[place].t);
            results[place].p += fabs(map->t[place]) >= observed;
            results[place].adjusted += largest >= observed;
        }
    }
    return MIEN_OK;
}

static enum mien_status run(struct map *map, const uint8_t *group, const struct mien_map_options *options,
                            const struct mien_progress *progress, struct mien_map_place *results,
                            struct mien_error *error)
{
    put_in_order(map, group);
    add_up(map, map->order, map->people, &map->all);
    deal(map);
    for (size_t place = 0; place < map->places; place++) {
        describe(map, place, &results[place]);
        results[place].p = results[place].adjusted = isfinite(results[place].t) ? 1 : NAN;
    }
    enum mien_status status = count_dealings(map, options, progress, results, error);
    for (size_t place = 0; place < map->places; place++) {
        results[place].p /= (double)options->permutations + 1;
        results[place].adjusted /= (double)options->permutations + 1;
    }
    return status;
}

enum mien_status mien_permutation_map(const double *values, const uint8_t *group, size_t people,
                                      size_t places, const struct mien_map_options *options,
                                      const struct mien_progress *progress, struct mien_map_place *results,
                                      struct mien_error *error)
{
    struct map map = {.people = people, .places = places, .least = (double)options->least};
    double *block = NULL;
    enum mien_status status;
    for (size_t i = 0; i < people; i++)
        map.first += group[i] == 0;
    if (map.first < options->least || people - map.first < options->least)
        return mien_fail(error, MIEN_ERR_DATA, "the groups have %zu and %zu people; each needs at least %zu",
                         map.first, people - map.first, options->least);
    if (map_new(&map, &block) != 0) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the permutations");
    } else {
        fill(&map, values);
        status = run(&map, group, options, progress, results, error);
    }
    free(block);
    free(map.order);
    return status;
}
