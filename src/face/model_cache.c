/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed landmark model: from the cache, or made from dlib's file, which
 * takes half a second.
 */
#include "face/cache.h"
#include "face/model.h"
#include "face/packed.h"
#include "face/predictor.h"

#include "base/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Raise the number when the packing changes. */
static const char maker[] = "mien landmarks 2";

/* Each model has a cache file of its own, named after the model's place. */
static void name_of_cache(const char *path, char *name, size_t room)
{
    char *whole = realpath(path, NULL);
    const char *place = whole ? whole : path;
    snprintf(name, room, "landmarks-%016llx.packed",
             (unsigned long long)mien_fingerprint(place, strlen(place)));
    free(whole);
}

static bool describe_source(const char *path, struct mien_cache_origin *origin)
{
    struct stat status;
    *origin = (struct mien_cache_origin){0};
    strcpy(origin->maker, maker);
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    origin->size = status.st_size;
    origin->seconds = status.st_mtim.tv_sec;
    origin->nanoseconds = status.st_mtim.tv_nsec;
    return true;
}

static bool fingerprint_of_source(const char *path, struct mien_cache_origin *origin)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    size_t size = (size_t)origin->size;
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED)
        return false;
    origin->content = mien_fingerprint(bytes, size);
    munmap(bytes, size);
    return true;
}

/* True when the cached content was made from this source. Where only the
 * source's date changed, as when a package is installed anew, its content
 * decides, and the cache learns the new date. */
static bool made_from(const char *name, const char *path, const struct mien_cache_origin *made,
                      struct mien_cache_origin *source, const struct mien_cached *cached)
{
    if (made->size != source->size)
        return false;
    if (made->seconds == source->seconds && made->nanoseconds == source->nanoseconds)
        return true;
    if (!fingerprint_of_source(path, source) || source->content != made->content)
        return false;
    mien_cache_save(name, source, cached->bytes, cached->size, NULL);
    return true;
}

static bool open_cached(const char *name, const char *path, struct mien_cache_origin *source,
                        struct mien_landmark_model **model)
{
    struct mien_cache_origin made;
    struct mien_cached cached;
    if (mien_cache_load(name, maker, &made, &cached) != MIEN_OK)
        return false;
    if (made_from(name, path, &made, source, &cached) && mien_packed_open(&cached, model, NULL) == MIEN_OK)
        return true;
    mien_cached_free(&cached);
    return false;
}

/* Takes the model as dlib stores it, and leaves it alone where it cannot be
 * packed. A cache that cannot be written is no failure: the next process makes
 * it again. */
static enum mien_status pack(const char *name, const char *path, struct mien_cache_origin *source, bool keep,
                             struct mien_landmark_model **model, struct mien_error *error)
{
    struct mien_cached packed = {0};
    struct mien_landmark_model *made = NULL;
    enum mien_status status = mien_packed_make(*model, &packed, error);
    if (status == MIEN_ERR_DATA)
        return MIEN_OK;
    if (status == MIEN_OK)
        status = mien_packed_open(&packed, &made, error);
    if (status != MIEN_OK) {
        mien_cached_free(&packed);
        return status;
    }
    if (keep && fingerprint_of_source(path, source))
        mien_cache_save(name, source, packed.bytes, packed.size, NULL);
    mien_landmark_model_free(*model);
    *model = made;
    return MIEN_OK;
}

enum mien_status mien_model_load(const char *path, struct mien_landmark_model **model,
                                 struct mien_error *error)
{
    char name[64];
    mien_cascade *run;
    struct mien_cache_origin source;
    struct mien_landmark_model *made = NULL;
    enum mien_status status = mien_cascade_choose(&run, error);
    if (status != MIEN_OK)
        return status;
    bool keep = describe_source(path, &source);
    name_of_cache(path, name, sizeof name);
    if (!keep || !open_cached(name, path, &source, &made)) {
        status = mien_model_read(path, &made, error);
        if (status == MIEN_OK)
            status = pack(name, path, &source, keep, &made, error);
        if (status != MIEN_OK) {
            mien_landmark_model_free(made);
            return status;
        }
    }
    if (made->packed)
        made->run = run;
    *model = made;
    return MIEN_OK;
}
