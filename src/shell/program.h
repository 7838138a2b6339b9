/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program as Lua sees it: the module `mien`, the function `help`, and the Lua half of the shell, which is
 * read only when it is needed.
 */
#ifndef MIEN_SHELL_PROGRAM_H
#define MIEN_SHELL_PROGRAM_H

#include <lua.h>
#include <stdbool.h>

/* Sets the globals mien and help and teaches require to find "mien.<file>" in the shipped Lua folder. */
void mien_program_install(lua_State *L);

/* Pushes the named function of the Lua half of the shell (lua/shell.lua); reads it at first use. May raise.
 */
void mien_program_push(lua_State *L, const char *name);

/* Loads a shipped Lua file and pushes the function, or raises. */
void mien_program_load(lua_State *L, const char *file);

/* Prints version, Lua, libraries and purpose on stdout. */
void mien_program_version(void);

#endif
