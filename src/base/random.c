/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <math.h>

static uint64_t rotate_left(uint64_t value, int bits)
{
    return (value << bits) | (value >> (64 - bits));
}

void mien_random_seed(struct mien_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15U;
        uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        random->state[i] = mixed ^ (mixed >> 31);
    }
}

uint64_t mien_random_bits(struct mien_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double mien_random_uniform(struct mien_random *random)
{
    return (double)(mien_random_bits(random) >> 11) * 0x1.0p-53;
}

double mien_random_normal(struct mien_random *random)
{
    double u = 1.0 - mien_random_uniform(random);
    double v = mien_random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586476925 * v);
}

size_t mien_random_below(struct mien_random *random, size_t count)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % count;
    uint64_t bits;
    do
        bits = mien_random_bits(random);
    while (bits >= limit);
    return (size_t)(bits % count);
}
