/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading what the user types. This file and complete.c are the only ones that know Readline. Without a
 * terminal the lines are simply read, without prompt, editing and history.
 */
#ifndef MIEN_SHELL_LINE_H
#define MIEN_SHELL_LINE_H

#include <lua.h>
#include <stdbool.h>

enum mien_line {
    MIEN_LINE_TEXT,
    MIEN_LINE_CANCELLED, /* Ctrl-C: the line is gone. */
    MIEN_LINE_END        /* Ctrl-D or the end of the input. */
};

/* Prepares reading; with a terminal also completion, through L, and the history file. */
void mien_line_open(lua_State *L, bool terminal);

/* On MIEN_LINE_TEXT *text is a new string without its line end; free() it. */
enum mien_line mien_line_read(lua_State *L, const char *prompt, char **text);

/* Adds one input, which may have several lines, to the history of this and of later sessions. */
void mien_line_remember(const char *entry);

const char *mien_line_version(void);

/* Used by line.c: makes Tab complete through lua/shell_complete.lua. */
void mien_complete_install(lua_State *L);

#endif
