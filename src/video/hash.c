/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/hash.h"

#include "base/interrupt.h"

#include <errno.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <stdint.h>
#include <stdio.h>

enum { BITS = 256, BYTES = BITS / 8, CHUNK = 1 << 16 };

static enum mien_status add_file(struct AVSHA *sha, FILE *file, const char *path, struct mien_error *error)
{
    uint8_t chunk[CHUNK];
    for (size_t got = CHUNK; got == CHUNK;) {
        if (mien_interrupted())
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        got = fread(chunk, 1, CHUNK, file);
        if (ferror(file))
            return mien_fail_errno(error, path);
        av_sha_update(sha, chunk, got);
    }
    return MIEN_OK;
}

static void write_digest(struct AVSHA *sha, char hash[MIEN_HASH_SIZE])
{
    uint8_t digest[BYTES];
    av_sha_final(sha, digest);
    for (size_t i = 0; i < BYTES; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

enum mien_status mien_hash_bytes(const void *bytes, size_t size, char hash[MIEN_HASH_SIZE],
                                 struct mien_error *error)
{
    struct AVSHA *sha = av_sha_alloc();
    if (!sha || av_sha_init(sha, BITS) < 0) {
        av_free(sha);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    }
    if (size > 0)
        av_sha_update(sha, bytes, size);
    write_digest(sha, hash);
    av_free(sha);
    return MIEN_OK;
}

enum mien_status mien_hash_file(const char *path, char hash[MIEN_HASH_SIZE], struct mien_error *error)
{
    enum mien_status status;
    FILE *file = fopen(path, "rb");
    if (!file)
        return mien_fail_errno(error, path);
    struct AVSHA *sha = av_sha_alloc();
    if (!sha || av_sha_init(sha, BITS) < 0)
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    else
        status = add_file(sha, file, path, error);
    if (status == MIEN_OK)
        write_digest(sha, hash);
    av_free(sha);
    fclose(file);
    return status;
}
