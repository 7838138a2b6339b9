/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips as Lua values: a userdata that owns a struct mien_clip_set and has one user value, a table that
 * lua/model/clips.lua keeps what else is known of them in.
 */
#ifndef MIEN_LUA_MODEL_CLIPS_H
#define MIEN_LUA_MODEL_CLIPS_H

#include "model/clip_set.h"

#include <lua.h>

/* The Clips at index; raises in the name of the function where there are none. */
const struct mien_clip_set *mien_lua_check_clips(lua_State *L, int index, const char *function);

/* Pushes Clips that are still empty; what the caller puts there is freed with them. */
struct mien_clip_set **mien_lua_push_clips(lua_State *L);

/* The array of clip numbers (from 1) at index as rows (from 0), in scratch memory that takes its place on the
 * stack; raises on a number that is no clip. */
const size_t *mien_lua_clip_rows(lua_State *L, int index, const struct mien_clip_set *set,
                                 const char *function, size_t *count);

#endif
