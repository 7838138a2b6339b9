/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lock is a file beside the store: a second descriptor of the store itself would, when closed, drop the
 * locks by which SQLite protects it.
 */
#include "base/paths.h"
#include "table/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock_path(const struct mien_store *store, char *out)
{
    int length = snprintf(out, MIEN_PATH_SIZE, "%s.lock", store->path);
    return length > 0 && length < MIEN_PATH_SIZE ? 0 : -1;
}

/* Says which process holds the lock, as far as it wrote that down. */
static enum mien_status locked_by_other(const struct mien_store *store, int descriptor,
                                        struct mien_error *error)
{
    char owner[32] = "";
    ssize_t length = pread(descriptor, owner, sizeof owner - 1, 0);
    owner[length > 0 ? length : 0] = '\0';
    return mien_fail(error, MIEN_ERR_ACCESS,
                     "%s: another mien%s%s%s is extracting into this store; wait until it is done",
                     store->path, *owner ? " (process " : "", owner, *owner ? ")" : "");
}

/* True when the descriptor is still the file of that name: whoever held the lock before may have removed it
 * between our open and our lock. */
static bool is_named(int descriptor, const char *path)
{
    struct stat held, named;
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino;
}

enum mien_status mien_store_lock(struct mien_store *store, struct mien_error *error)
{
    char path[MIEN_PATH_SIZE];
    if (store->read_only)
        return mien_fail(error, MIEN_ERR_ACCESS,
                         "%s: the store can only be read here; name another place with {store = ...}",
                         store->path);
    if (lock_path(store, path) != 0)
        return mien_fail(error, MIEN_ERR_IO, "%s: the path is too long", store->path);
    for (;;) {
        int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return mien_fail_errno(error, path);
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            enum mien_status status = errno == EWOULDBLOCK ? locked_by_other(store, descriptor, error)
                                                           : mien_fail_errno(error, path);
            close(descriptor);
            return status;
        }
        if (is_named(descriptor, path)) {
            if (ftruncate(descriptor, 0) == 0)
                dprintf(descriptor, "%ld", (long)getpid());
            store->lock = descriptor;
            return MIEN_OK;
        }
        close(descriptor);
    }
}

void mien_store_unlock(struct mien_store *store)
{
    char path[MIEN_PATH_SIZE];
    if (store->lock < 0)
        return;
    if (lock_path(store, path) == 0)
        unlink(path);
    close(store->lock);
    store->lock = -1;
}
