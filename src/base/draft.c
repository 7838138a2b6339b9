/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/draft.h"

#include "base/memory.h"
#include "base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static void clear(struct mien_draft *draft)
{
    free(draft->path);
    free(draft->temporary);
    *draft = (struct mien_draft){0};
}

static enum mien_status no_folder(const char *path, struct mien_error *error)
{
    int length = (int)(mien_path_base(path) - path);
    if (length > 0 && (errno == ENOENT || errno == ENOTDIR))
        return mien_fail(error, MIEN_ERR_MISSING, "%s: there is no folder %.*s; make it first", path, length,
                         path);
    if (errno == EACCES || errno == EPERM || errno == EROFS)
        return mien_fail(error, MIEN_ERR_ACCESS, "%s: no permission to write in this folder", path);
    return mien_fail_errno(error, path);
}

/* Opens a new file under the name, whose last characters are chosen so that nobody has it. Unlike mkstemp it
 * leaves who may read the file to the caller and the umask. */
static int open_new(char *name, mode_t mode)
{
    enum { CHOSEN = 6, ATTEMPTS = 100 };
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789AB";
    char *end = name + strlen(name) - CHOSEN;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        unsigned char bytes[CHOSEN];
        if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
            return -1;
        for (int i = 0; i < CHOSEN; i++)
            end[i] = letters[bytes[i] % 64];
        int opened = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (opened >= 0 || errno != EEXIST)
            return opened;
    }
    return -1;
}

static enum mien_status create(const char *path, mode_t mode, struct mien_draft *draft, int *descriptor,
                               struct mien_error *error)
{
    struct mien_text name = {0};
    if (!*mien_path_base(path) || mien_path_is_folder(path))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is a folder; give the file a name in it",
                         *path ? path : "\"\"");
    struct mien_draft made = {.path = strdup(path)};
    if (!made.path || mien_text_print(&name, "%s.XXXXXX", path) != 0) {
        clear(&made);
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    }
    made.temporary = name.bytes;
    int opened = open_new(made.temporary, mode);
    if (opened < 0) {
        enum mien_status status = no_folder(path, error);
        clear(&made);
        return status;
    }
    *draft = made;
    *descriptor = opened;
    return MIEN_OK;
}

enum mien_status mien_draft_create(const char *path, struct mien_draft *draft, int *descriptor,
                                   struct mien_error *error)
{
    return create(path, 0600, draft, descriptor, error);
}

enum mien_status mien_draft_create_shared(const char *path, struct mien_draft *draft, int *descriptor,
                                          struct mien_error *error)
{
    return create(path, 0666, draft, descriptor, error);
}

enum mien_status mien_draft_publish(struct mien_draft *draft, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    if (rename(draft->temporary, draft->path) != 0) {
        status = mien_fail_errno(error, draft->path);
        unlink(draft->temporary);
    }
    clear(draft);
    return status;
}

void mien_draft_discard(struct mien_draft *draft)
{
    if (draft->temporary)
        unlink(draft->temporary);
    clear(draft);
}
