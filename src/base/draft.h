/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file under construction: it has a temporary name in the folder of the finished one, the same with a dot
 * and six characters more, and gets its own name only when it is whole, so that a file that was there before
 * is never half overwritten. One thread per draft.
 */
#ifndef MIEN_BASE_DRAFT_H
#define MIEN_BASE_DRAFT_H

#include "base/error.h"

struct mien_draft {
    char *path;      /* Of the finished file. */
    char *temporary; /* NULL when there is no draft. */
};

/* Creates the empty draft, which only the user can read; *descriptor is open for writing and the caller's to
 * close. */
enum mien_status mien_draft_create(const char *path, struct mien_draft *draft, int *descriptor,
                                   struct mien_error *error);
/* The same for a file that shows no person: others may read it as far as the user's umask lets them. */
enum mien_status mien_draft_create_shared(const char *path, struct mien_draft *draft, int *descriptor,
                                          struct mien_error *error);
/* Gives the draft its name, replacing a file that has it; on failure the draft is removed. Frees in both
 * cases. */
enum mien_status mien_draft_publish(struct mien_draft *draft, struct mien_error *error);
/* Removes the draft and frees. A zeroed one is allowed. */
void mien_draft_discard(struct mien_draft *draft);

#endif
