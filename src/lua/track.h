/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tracks as Lua values.
 */
#ifndef MIEN_LUA_TRACK_H
#define MIEN_LUA_TRACK_H

#include "face/track.h"

#include <lua.h>

/* Registers the type; the face module does it when it is opened. */
void mien_lua_make_track_type(lua_State *L);

/* Pushes a Track that is still empty; what the caller puts there is freed with it. */
struct mien_track **mien_lua_push_track(lua_State *L);

#endif
