/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MIEN_LUA_MOVEMENT_MAP_H
#define MIEN_LUA_MOVEMENT_MAP_H

#include <lauxlib.h>

/* Maps of movement for lua/cohort/movement.lua; ends with {NULL, NULL}. */
extern const luaL_Reg mien_movement_map_functions[];

#endif
