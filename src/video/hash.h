/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256 (libavutil): of a file's bytes, by which the store knows a recording again after a rename, and of
 * bytes in memory.
 */
#ifndef MIEN_VIDEO_HASH_H
#define MIEN_VIDEO_HASH_H

#include "base/error.h"

#include <stddef.h>

enum { MIEN_HASH_SIZE = 65 };

/* 64 lower-case hexadecimal digits and a zero byte. Polls the interrupt flag. */
enum mien_status mien_hash_file(const char *path, char hash[MIEN_HASH_SIZE], struct mien_error *error);
/* The same of size bytes, which may be none. */
enum mien_status mien_hash_bytes(const void *bytes, size_t size, char hash[MIEN_HASH_SIZE],
                                 struct mien_error *error);

enum mien_status mien_hash_bytes(const void *bytes, size_t size, char hash[MIEN_HASH_SIZE],
                                 struct mien_error *error);

#endif
