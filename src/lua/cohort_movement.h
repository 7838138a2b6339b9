/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MIEN_LUA_COHORT_MOVEMENT_H
#define MIEN_LUA_COHORT_MOVEMENT_H

#include "table/store.h"

#include <lua.h>

/* The store at 1 that is open, or an error. Called last before the store is used, for a finalizer of the
 * user's can close it. */
typedef struct mien_store *mien_lua_store_check(lua_State *L);

/* store:put_movement(caller, id, {made_from =, x =, y =, rest_frames =, peak_frames =, peak_time =, lost =})
 * -> true; or nil, message, code */
int mien_lua_store_put_movement(lua_State *L, mien_lua_store_check *check);
/* store:movement(caller, id) -> the same table, or false where there is none; or nil, message, code */
int mien_lua_store_movement(lua_State *L, mien_lua_store_check *check);

#endif
