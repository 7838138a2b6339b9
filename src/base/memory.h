/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Allocation with the overflow check done once. Every function returns NULL when memory or the size runs out;
 * the caller turns that into MIEN_ERR_MEMORY. Free with free().
 */
#ifndef MIEN_BASE_MEMORY_H
#define MIEN_BASE_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* count items of size bytes, zeroed; a count of 0 gives a valid pointer. */
void *mien_array_new(size_t count, size_t size);

/* count doubles, every one NaN: missing until measured. */
double *mien_missing_new(size_t count);

/* Makes room for at least count items in *array, at least doubling; 0 on success, -1 leaves all as it was. */
int mien_array_grow(void *array, size_t *capacity, size_t count, size_t size);

/* A growing text; always ends with a zero byte once anything was added. Start with {0}; free bytes with
 * free(). */
struct mien_text {
    char *bytes;
    size_t length;
    size_t capacity;
};
int mien_text_add(struct mien_text *text, const char *bytes, size_t length);
int mien_text_print(struct mien_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif

#endif
