/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors as the user reads them: one clear line. A traceback, trimmed to the user's own files, follows only
 * when the error arose in such a file; a position inside mien's own Lua files is replaced by the place that
 * called them.
 */
#ifndef MIEN_SHELL_REPORT_H
#define MIEN_SHELL_REPORT_H

#include <lua.h>
#include <stdbool.h>

/* Names of chunks that are no files. */
#define MIEN_CHUNK_PROMPT "=input"
#define MIEN_CHUNK_COMMAND "=-e"
#define MIEN_CHUNK_STDIN "=stdin"

/* Replaces assert by one that leaves its message as it is, so that a failure of the outside world is one
 * clear line. */
void mien_report_install(lua_State *L);

/* A message handler for lua_pcall: turns the error value into the text to print. */
int mien_report_handler(lua_State *L);

/* As lua_pcall with this handler; earlier requests to stop are forgotten first. On failure the text is on the
 * stack. */
int mien_report_call(lua_State *L, int arguments, int results);

/* Pops the text on top of the stack and prints it to stderr, its first line in red on a terminal. */
void mien_report_print(lua_State *L);

/* Removes the position that a syntax error in typed text starts with; the line is kept where there are
 * several. */
void mien_report_trim(lua_State *L, bool several_lines);

#endif
