/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The modules: which there are, and how each comes into being on first use.
 *
 * A module `name` is a global table and package.loaded["mien.name"]. It starts empty, with a metatable that
 * fills it on the first access to a missing key: with the functions of luaopen_mien_<name>, linked into the
 * program or in libmien-<name>.so, then by running lua/<name>.lua, if there is one, with the module table as
 * its argument.
 */
#ifndef MIEN_LUA_MODULES_H
#define MIEN_LUA_MODULES_H

#include <lua.h>

void mien_modules_install(lua_State *L);

/* Names of all modules, ends with NULL. */
extern const char *const mien_module_names[];

int luaopen_mien_df(lua_State *L);
int luaopen_mien_measure(lua_State *L);
int luaopen_mien_plot(lua_State *L);
int luaopen_mien_report(lua_State *L);
/* No module of its own: what lua/words.lua, which the Lua halves share, takes from C. */
int luaopen_mien_words(lua_State *L);

/* In the shared objects. */
int luaopen_mien_video(lua_State *L);
int luaopen_mien_face(lua_State *L);
int luaopen_mien_stats(lua_State *L);
int luaopen_mien_cohort(lua_State *L);
int luaopen_mien_model(lua_State *L);
int luaopen_mien_sim(lua_State *L);
int luaopen_mien_movement(lua_State *L); /* For require "mien.movement" of our own Lua half. */
int luaopen_mien_onnx(lua_State *L);     /* For require "mien.onnx" of our own Lua half. */

#endif
