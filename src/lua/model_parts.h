/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the model module's C half. Each adds its functions to the table on top of the stack.
 */
#ifndef MIEN_LUA_MODEL_PARTS_H
#define MIEN_LUA_MODEL_PARTS_H

#include <lua.h>

void mien_lua_model_random(lua_State *L);
void mien_lua_model_evaluate(lua_State *L);
void mien_lua_model_learner(lua_State *L);
void mien_lua_model_clips(lua_State *L);
void mien_lua_model_progress(lua_State *L);
void mien_lua_model_train(lua_State *L);

#endif
