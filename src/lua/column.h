/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Columns as Lua sees them; part of the df module, split from src/lua/df.c.
 */
#ifndef MIEN_LUA_COLUMN_H
#define MIEN_LUA_COLUMN_H

#include "table/column.h"
#include "table/csv.h"

#include <lauxlib.h>
#include <lua.h>

/* Completes the metatable that mien_lua_push_column began and pushes it; its field __methods holds the
 * methods, to which the Lua half adds. */
void mien_lua_complete_columns(lua_State *L);
/* column(values, what [, count]): a column of an array (or the column itself); core function of the Lua half.
 */
int mien_lua_column_from_values(lua_State *L);
/* Pushes a value of the column as Lua sees it: a number (whole ones as integers), text, or false for missing
 * text. */
void mien_lua_push_item(lua_State *L, const struct mien_column *column, size_t row);

/* Pushes where a table goes that Lua frees. */
struct mien_table **mien_lua_push_table_owner(lua_State *L);
/* Pushes two arrays, the table's names and its columns, which from then on belong to Lua; the table keeps
 * empty ones. */
void mien_lua_push_table(lua_State *L, struct mien_table *table);

/* The operators of a column, for its metatable, and its comparisons, for its methods (column_operators.c). */
extern const luaL_Reg mien_column_operators[];
extern const luaL_Reg mien_column_comparisons[];

#endif
