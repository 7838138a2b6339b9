/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompt: read, run, print, again until Ctrl-D.
 */
#ifndef MIEN_SHELL_REPL_H
#define MIEN_SHELL_REPL_H

#include <lua.h>

void mien_repl_run(lua_State *L);

#endif
