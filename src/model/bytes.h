/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as little-endian bytes, and a reader of untrusted bytes that cannot run past their end.
 */
#ifndef MIEN_MODEL_BYTES_H
#define MIEN_MODEL_BYTES_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Adds the lowest size bytes of value; -1 when memory runs out. */
static inline int mien_bytes_add(struct mien_text *bytes, uint64_t value, unsigned size)
{
    char little[8];
    for (unsigned i = 0; i < size; i++)
        little[i] = (char)(unsigned char)(value >> (8 * i));
    return mien_text_add(bytes, little, size);
}

static inline int mien_bytes_add_floats(struct mien_text *bytes, const float *numbers, size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count && !failed; i++) {
        uint32_t bits;
        memcpy(&bits, numbers + i, sizeof bits);
        failed = mien_bytes_add(bytes, bits, 4);
    }
    return failed;
}

struct mien_bytes_reader {
    const unsigned char *at;
    size_t left;
    bool short_of; /* More was asked for than there was; what was read since is 0. */
};

static inline uint64_t mien_bytes_take(struct mien_bytes_reader *reader, unsigned size)
{
    uint64_t value = 0;
    if (reader->left < size) {
        reader->left = 0;
        reader->short_of = true;
        return 0;
    }
    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)reader->at[i] << (8 * i);
    reader->at += size;
    reader->left -= size;
    return value;
}

static inline void mien_bytes_take_floats(struct mien_bytes_reader *reader, float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)mien_bytes_take(reader, 4);
        memcpy(numbers + i, &bits, sizeof bits);
    }
}

#endif
