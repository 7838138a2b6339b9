/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tracks as Lua values.
 */
#ifndef MIEN_LUA_TRACK_H
#define MIEN_LUA_TRACK_H

#include "face/face.h"

#include <lua.h>

/* Registers the type; the face module does it when it is opened. */
void mien_lua_make_track_type(lua_State *L);

/* The Track at index; raises in the name of the function where there is none. */
struct mien_track *mien_lua_check_track(lua_State *L, int index, const char *function);

/* Pushes a Track that is still empty; what the caller puts there is freed with it. */
struct mien_track **mien_lua_push_track(lua_State *L);

/* The option smooth of the options at index: a method's name, a table of its settings, or false. Raises on
 * anything else; absent where there is none. */
struct mien_smoothing mien_lua_option_smooth(lua_State *L, int options, const char *function,
                                             const struct mien_smoothing *absent);
/* Pushes the Track at index, or a smoothed copy where that is asked for, and returns what was pushed. */
const struct mien_track *mien_lua_push_smoothed(lua_State *L, int index, const char *function,
                                                const struct mien_smoothing *smoothing);
void mien_lua_register_smoothing(lua_State *L);

/* track:frontal([options]); raises and fails in its own name. */
int mien_lua_track_frontal(lua_State *L);

/* What the C half lends to lua/face.lua, which gives the Track its methods of Lua. */
int mien_lua_track_report(lua_State *L);     /* (track, caller) -> its quality in numbers, a table */
int mien_lua_track_frames(lua_State *L);     /* (track, caller) -> columns by name, a row per frame */
int mien_lua_track_draw_sheet(lua_State *L); /* (track, png, titles, cells, video, progress) -> true */

/* The option who, whom to follow where several people are in view: "largest" (or not given), "left", "right"
 * or {x=, y=} in fractions of the picture. */
struct mien_who mien_lua_option_who(lua_State *L, int index, const char *function);

#endif
