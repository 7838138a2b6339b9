/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only way by which text reaches a gnuplot script.
 *
 * gnuplot runs commands out of backticks and macros in double quotes, out of a line break within any quotes,
 * and of names that begin with < or |. Single quotes with every quote doubled and every control character
 * removed are free of all that; file names never come from the user (output.h).
 */
#ifndef MIEN_PLOT_QUOTE_H
#define MIEN_PLOT_QUOTE_H

#include "base/memory.h"

enum {
    MIEN_QUOTE_LONGEST = 300,    /* Characters of a title that are shown; the rest becomes an ellipsis. */
    MIEN_QUOTE_LONGEST_TICK = 40 /* gnuplot cuts names at ticks at 49 bytes. */
};

/* Adds text as a string of gnuplot: valid UTF-8 (a wrong byte becomes U+FFFD), a run of line breaks and tabs
 * one space, other control characters dropped, at most longest characters. 0, or -1 without memory. */
int mien_plot_quote(struct mien_text *script, const char *text, size_t longest);

/* As mien_plot_quote for a name at a tick, which gnuplot reads as a number format: every % is doubled. */
int mien_plot_quote_tick(struct mien_text *script, const char *text);

#endif
