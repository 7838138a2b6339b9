/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is slow to make and the same every time is kept in a file of the user's
 * cache: the packed landmark model and the face detector. The file is checked
 * whole when it is opened; one that is damaged, of another version or made from
 * something else counts as absent and is made anew. It is written aside and
 * gets its name when it is whole, so that two processes may make it at once.
 * Where the cache cannot be written one works from memory.
 */
#ifndef MIEN_FACE_CACHE_H
#define MIEN_FACE_CACHE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from a cache file or, after mien_cached_new, from the heap. */
struct mien_cached {
    void *bytes; /* On a boundary of 64 bytes; read-only when they come from a
                    file. */
    size_t size;
    void *mapping; /* NULL: from the heap. */
    size_t mapping_size;
};

/* What the content was made from, and by which version of the making. All zero
 * but for the maker where there is no source file. */
struct mien_cache_origin {
    char maker[32];                     /* Such as "dlib 19.24, format 1". */
    int64_t size, seconds, nanoseconds; /* Of the source file, and when it was changed. */
    uint64_t content;                   /* Fingerprint of the source file. */
};

/* A 64-bit number that differs, for all practical purposes, between different
 * contents. Any change within 8 bytes in a row changes it for certain. No
 * protection against intent. */
uint64_t mien_fingerprint(const void *bytes, size_t size);

/* A zeroed object means there is nothing; bytes are not initialised. */
enum mien_status mien_cached_new(size_t size, struct mien_cached *made, struct mien_error *error);
void mien_cached_free(struct mien_cached *cached);

/* Reads a cache file of the given name and fills origin; MIEN_ERR_MISSING or
 * MIEN_ERR_FORMAT (which tells nothing but that it must be made). */
enum mien_status mien_cache_load(const char *name, const char *maker, struct mien_cache_origin *origin,
                                 struct mien_cached *cached);
/* Writes it, whole or not at all. */
enum mien_status mien_cache_save(const char *name, const struct mien_cache_origin *origin, const void *bytes,
                                 size_t size, struct mien_error *error);

#endif
