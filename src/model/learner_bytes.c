/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/learner_bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int put(struct mien_text *text, uint64_t value, size_t size)
{
    char bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(unsigned char)(value >> (8 * i) & 0xff);
    return mien_text_add(text, bytes, size);
}

int mien_bytes_put_count(struct mien_text *text, uint32_t value)
{
    return put(text, value, 4);
}

int mien_bytes_put_seed(struct mien_text *text, uint64_t value)
{
    return put(text, value, 8);
}

int mien_bytes_put_numbers(struct mien_text *text, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, values + i, sizeof bits);
        if (put(text, bits, 8) != 0)
            return -1;
    }
    return 0;
}

int mien_bytes_put_name(struct mien_text *text, const char *name)
{
    size_t length = strlen(name);
    return length > UINT32_MAX || mien_bytes_put_count(text, (uint32_t)length) != 0
               ? -1
               : mien_text_add(text, name, length);
}

static uint64_t take(struct mien_bytes *bytes, size_t size)
{
    uint64_t value = 0;
    if (bytes->bad || bytes->left < size) {
        bytes->bad = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)bytes->at[i] << (8 * i);
    bytes->at += size;
    bytes->left -= size;
    return value;
}

uint32_t mien_bytes_count(struct mien_bytes *bytes, uint32_t most)
{
    uint32_t value = (uint32_t)take(bytes, 4);
    if (value > most)
        bytes->bad = true;
    return bytes->bad ? 0 : value;
}

uint64_t mien_bytes_seed(struct mien_bytes *bytes)
{
    return take(bytes, 8);
}

double mien_bytes_number(struct mien_bytes *bytes)
{
    uint64_t bits = take(bytes, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        bytes->bad = true;
    return bytes->bad ? 0 : value;
}

double *mien_bytes_numbers(struct mien_bytes *bytes, size_t count)
{
    if (bytes->bad || count > bytes->left / 8) {
        bytes->bad = true;
        return NULL;
    }
    double *values = mien_array_new(count, sizeof *values);
    for (size_t i = 0; values && i < count; i++)
        values[i] = mien_bytes_number(bytes);
    if (bytes->bad) {
        free(values);
        return NULL;
    }
    return values;
}

char *mien_bytes_name(struct mien_bytes *bytes, uint32_t most)
{
    uint32_t length = mien_bytes_count(bytes, most);
    if (bytes->bad || length > bytes->left || memchr(bytes->at, 0, length)) {
        bytes->bad = true;
        return NULL;
    }
    char *name = mien_array_new((size_t)length + 1, 1);
    if (name)
        memcpy(name, bytes->at, length);
    bytes->at += length;
    bytes->left -= length;
    return name;
}
