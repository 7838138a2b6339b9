/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ctrl-C: one press stops Lua code, also inside coroutines and under pcall, and asks the running C job to
 * stop. It never ends the shell. Signal handlers need file-scope state; all of it is here.
 */
#ifndef MIEN_SHELL_STOP_H
#define MIEN_SHELL_STOP_H

#include <lua.h>

/* Catches SIGINT for L, and SIGPIPE, so that `mien ... | head` ends quietly while a dead gnuplot is an error
 * value. Replaces coroutine.resume and coroutine.wrap by ones that say which coroutine runs. */
void mien_stop_install(lua_State *L);

/* Forgets an earlier request; call before each evaluation. */
void mien_stop_clear(lua_State *L);

/* Gives SIGINT back to the system; call before lua_close. */
void mien_stop_remove(void);

#endif
