/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as bytes and back: little-endian, doubles by their IEEE 754 bits, the same on every machine. A
 * reader never looks past the end of its bytes: what is asked for beyond reads as 0 and leaves `bad` set, so
 * that a whole structure can be read before it is asked once whether all was there.
 */
#ifndef MIEN_MODEL_LEARNER_BYTES_H
#define MIEN_MODEL_LEARNER_BYTES_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

/* Each returns 0, or -1 where memory ran out. */
int mien_bytes_put_count(struct mien_text *text, uint32_t value);
int mien_bytes_put_seed(struct mien_text *text, uint64_t value);
int mien_bytes_put_numbers(struct mien_text *text, const double *values, size_t count);
int mien_bytes_put_name(struct mien_text *text, const char *name);

struct mien_bytes {
    const unsigned char *at;
    size_t left;
    bool bad;
};

/* A count above most is bad. */
uint32_t mien_bytes_count(struct mien_bytes *bytes, uint32_t most);
uint64_t mien_bytes_seed(struct mien_bytes *bytes);
/* One number; bad unless it is finite. */
double mien_bytes_number(struct mien_bytes *bytes);
/* An array from malloc of count finite numbers, or NULL: bad, or no memory (then bad is not set). Nothing is
 * allocated before it is known that so many bytes are there. */
double *mien_bytes_numbers(struct mien_bytes *bytes, size_t count);
/* Text of at most most bytes without a zero byte, from malloc; NULL as above. */
char *mien_bytes_name(struct mien_bytes *bytes, uint32_t most);

#endif
