/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mien_array_new(size_t count, size_t size)
{
    return calloc(count ? count : 1, size ? size : 1);
}

double *mien_missing_new(size_t count)
{
    double *array = mien_array_new(count, sizeof *array);
    if (array)
        for (size_t i = 0; i < count; i++)
            array[i] = NAN;
    return array;
}

int mien_array_grow(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count <= *capacity)
        return 0;
    size_t wanted = *capacity < SIZE_MAX / 2 && *capacity * 2 > count ? *capacity * 2 : count;
    if (wanted < 16)
        wanted = 16;
    if (size && wanted > SIZE_MAX / size)
        return -1;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, wanted * size);
    if (!grown)
        return -1;
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}

int mien_text_add(struct mien_text *text, const char *bytes, size_t length)
{
    if (length > SIZE_MAX - text->length - 1)
        return -1;
    if (mien_array_grow(&text->bytes, &text->capacity, text->length + length + 1, 1) != 0)
        return -1;
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return 0;
}

int mien_text_print(struct mien_text *text, const char *format, ...)
{
    char small[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < 0)
        return -1;
    if ((size_t)length < sizeof small)
        return mien_text_add(text, small, (size_t)length);
    if (mien_array_grow(&text->bytes, &text->capacity, text->length + (size_t)length + 1, 1) != 0)
        return -1;
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
    return 0;
}
