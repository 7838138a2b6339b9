/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person is told about a recording that could not be extracted.
 */
#ifndef MIEN_TABLE_EXTRACT_PROBLEM_H
#define MIEN_TABLE_EXTRACT_PROBLEM_H

#include "base/error.h"

#include <stddef.h>

/* What to do about it, one sentence without a full stop: into remedy, and off the end of the failure's text
 * where it gives advice of its own after a semicolon. */
void mien_problem_split(struct mien_error *failure, char *remedy, size_t size);

/* Takes "<path>: " off the beginning of the text: the file has a column of its own, and a reason that is kept
 * under a content's hash must not tell whose file it was. */
void mien_problem_without_path(struct mien_error *failure, const char *path);

#endif
