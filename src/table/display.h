/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text in the cells of a terminal: how wide it is, and how to make it fit. UTF-8 whatever the locale is.
 */
#ifndef MIEN_TABLE_DISPLAY_H
#define MIEN_TABLE_DISPLAY_H

#include "base/memory.h"

#include <stddef.h>

/* Appends text so that it can be shown in one line: control characters, invalid bytes and invisible direction
 * marks are escaped (\n, \t, \x1b, \u{202e}), and what is wider than limit cells ends with an ellipsis (a
 * limit of 0 is none). *width is the width in cells of what was appended. 0, or -1 without memory. */
int mien_display(struct mien_text *out, const char *text, size_t length, size_t limit, size_t *width);

/* Columns of the terminal: $COLUMNS, else the terminal on standard output, else 80. */
size_t mien_display_columns(void);

#endif
