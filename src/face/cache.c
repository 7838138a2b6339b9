/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/cache.h"

#include "base/draft.h"
#include "base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ALIGNMENT = 64, LARGE_PAGE = 1 << 21, FORMAT = 1 };

/* The file begins with this; the content follows. */
struct head {
    char magic[8];
    uint32_t format;
    uint32_t byte_order; /* Written as 0x01020304. */
    struct mien_cache_origin origin;
    uint64_t size;    /* Of the content. */
    uint64_t content; /* Fingerprint of the content, */
    char unused[24];
    uint64_t head; /* and of this head up to here. */
};

_Static_assert(sizeof(struct head) % ALIGNMENT == 0, "the content begins on a boundary");

static const char magic[8] = "mien\r\n\x1a";

/* ---- Fingerprint ---- */

static inline uint64_t load_word(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Eight sums side by side, since a multiplication takes several cycles. A step
 * of each is reversible, so that a changed word cannot be hidden by what
 * follows. */
uint64_t mien_fingerprint(const void *bytes, size_t size)
{
    enum { WORDS = 8, STEP = WORDS * sizeof(uint64_t) };
    const uint64_t factor = 0x9e3779b97f4a7c15; /* Odd, with bits in no order. */
    const uint8_t *from = bytes;
    uint64_t sum[WORDS], whole = size;
    for (size_t i = 0; i < WORDS; i++)
        sum[i] = i * factor;
    for (; size >= STEP; size -= STEP, from += STEP)
        for (size_t i = 0; i < WORDS; i++) {
            sum[i] = (sum[i] ^ load_word(from + 8 * i)) * factor;
            sum[i] ^= sum[i] >> 32;
        }
    for (; size > 0; size--, from++)
        whole = (whole ^ *from) * factor;
    for (size_t i = 0; i < WORDS; i++) {
        whole = (whole ^ sum[i]) * factor;
        whole ^= whole >> 29;
    }
    return whole;
}

/* ---- Memory ---- */

enum mien_status mien_cached_new(size_t size, struct mien_cached *made, struct mien_error *error)
{
    size_t boundary = size >= LARGE_PAGE ? LARGE_PAGE : ALIGNMENT;
    size_t room = size <= SIZE_MAX - boundary ? (size + boundary - 1) / boundary * boundary : 0;
    void *bytes = room ? aligned_alloc(boundary, room) : NULL;
    if (!bytes)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu bytes", size);
    /* Large pages, where the system has them, spare a look-up for each of 7500
     * leaves a face. */
    if (boundary == LARGE_PAGE)
        madvise(bytes, room, MADV_HUGEPAGE);
    *made = (struct mien_cached){.bytes = bytes, .size = size};
    return MIEN_OK;
}

void mien_cached_free(struct mien_cached *cached)
{
    if (cached->mapping)
        munmap(cached->mapping, cached->mapping_size);
    else
        free(cached->bytes);
    *cached = (struct mien_cached){0};
}

/* ---- Files ---- */

static uint64_t fingerprint_of_head(const struct head *head)
{
    return mien_fingerprint(head, offsetof(struct head, head));
}

static bool head_is_good(const struct head *head, const char *maker, size_t file_size)
{
    return memcmp(head->magic, magic, sizeof magic) == 0 && head->format == FORMAT &&
           head->byte_order == 0x01020304 && head->head == fingerprint_of_head(head) &&
           strncmp(head->origin.maker, maker, sizeof head->origin.maker) == 0 &&
           head->size == file_size - sizeof *head;
}

/* Only an ordinary file: nothing that blocks, and nothing whose size says
 * nothing. */
static int open_file(const char *path, size_t *size)
{
    struct stat status;
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return -1;
    if (fstat(opened, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_size > (off_t)sizeof(struct head)) {
        *size = (size_t)status.st_size;
        return opened;
    }
    close(opened);
    return -1;
}

enum mien_status mien_cache_load(const char *name, const char *maker, struct mien_cache_origin *origin,
                                 struct mien_cached *cached)
{
    char path[MIEN_PATH_SIZE];
    size_t size = 0;
    int file = mien_path_cache(path, name, false) == 0 ? open_file(path, &size) : -1;
    if (file < 0)
        return MIEN_ERR_MISSING;
    void *mapping = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    if (mapping == MAP_FAILED)
        return MIEN_ERR_MISSING;
    struct head head;
    memcpy(&head, mapping, sizeof head);
    char *content = (char *)mapping + sizeof head;
    if (!head_is_good(&head, maker, size) || mien_fingerprint(content, head.size) != head.content) {
        munmap(mapping, size);
        return MIEN_ERR_FORMAT;
    }
    *origin = head.origin;
    *cached = (struct mien_cached){content, head.size, mapping, size};
    return MIEN_OK;
}

static bool write_all(int file, const void *bytes, size_t size)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t written = write(file, from, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        from += written;
        size -= (size_t)written;
    }
    return true;
}

enum mien_status mien_cache_save(const char *name, const struct mien_cache_origin *origin, const void *bytes,
                                 size_t size, struct mien_error *error)
{
    char path[MIEN_PATH_SIZE];
    struct mien_draft draft;
    int file;
    struct head head = {.format = FORMAT, .byte_order = 0x01020304, .origin = *origin, .size = size};
    memcpy(head.magic, magic, sizeof magic);
    head.content = mien_fingerprint(bytes, size);
    head.head = fingerprint_of_head(&head);
    if (mien_path_cache(path, name, true) != 0)
        return mien_fail(error, MIEN_ERR_ACCESS, "there is no cache folder that could be written");
    enum mien_status status = mien_draft_create(path, &draft, &file, error);
    if (status != MIEN_OK)
        return status;
    bool written = write_all(file, &head, sizeof head) && write_all(file, bytes, size);
    if (close(file) != 0 || !written) {
        status = mien_fail_errno(error, path);
        mien_draft_discard(&draft);
        return status;
    }
    return mien_draft_publish(&draft, error);
}
