/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random numbers that are the same on every machine for the same seed: xoshiro256++ (Blackman and Vigna 2021,
 * doi 10.1145/3460772), seeded by splitmix64. The state belongs to the caller; one thread uses one state.
 */
#ifndef MIEN_BASE_RANDOM_H
#define MIEN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct mien_random {
    uint64_t state[4];
};

void mien_random_seed(struct mien_random *random, uint64_t seed);
uint64_t mien_random_bits(struct mien_random *random);
/* Uniform on [0, 1), 53 bits. */
double mien_random_uniform(struct mien_random *random);
/* Standard normal (Box and Muller, the cosine half only, so that one call always uses two draws). */
double mien_random_normal(struct mien_random *random);
/* Uniform on 0 .. count-1 without bias; count must not be 0. */
size_t mien_random_below(struct mien_random *random, size_t count);

#endif
