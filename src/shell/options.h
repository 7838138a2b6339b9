/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line: mien [options] [file.lua | - | -m name] [arguments]
 */
#ifndef MIEN_SHELL_OPTIONS_H
#define MIEN_SHELL_OPTIONS_H

#include <stdbool.h>

enum { MIEN_EXIT_OK = 0, MIEN_EXIT_ERROR = 1, MIEN_EXIT_USAGE = 2, MIEN_EXIT_STOPPED = 130 };

struct mien_options {
    const char *const *words; /* The command line itself, ends with NULL. */
    int count;
    int end;     /* Index of the script or module name, or count when there is none. */
    bool module; /* -m: words[end] names a shipped script. */
    bool standard_input;
    bool interactive;
    bool commands; /* At least one -e. */
    bool no_init;
    bool version;
    bool help;
};

/* Returns 0, or -1 after telling on stderr what is wrong. Borrows words. */
int mien_options_parse(struct mien_options *options, int count, const char *const *words);

/* The next -e code at or after *position (start with 1), or NULL; moves *position behind it. */
const char *mien_options_command(const struct mien_options *options, int *position);

#endif
