/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blinks, the course of movements, repetitions and fatigue, for the Lua half of the measure module, which
 * checks the options and takes these out of the module again.
 */
#ifndef MIEN_LUA_MEASURE_DYNAMICS_H
#define MIEN_LUA_MEASURE_DYNAMICS_H

#include <lauxlib.h>

/* Ends with {NULL, NULL}. */
extern const luaL_Reg mien_measure_dynamics_functions[];

#endif
