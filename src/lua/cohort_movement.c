/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The peak of a recording's movement on its way between lua/cohort/movement.lua and the store.
 */
#include "lua/cohort_movement.h"

#include "lua/lua_util.h"

#include <math.h>
#include <string.h>

#define STORED "mien.cohort.movement"

/* A handle whose content is cleared with it. */
static int stored_clear(lua_State *L)
{
    struct mien_stored_movement *stored = luaL_checkudata(L, 1, STORED);
    mien_stored_movement_clear(stored);
    return 0;
}

static struct mien_stored_movement *push_stored(lua_State *L)
{
    struct mien_stored_movement *stored = lua_newuserdatauv(L, sizeof *stored, 0);
    memset(stored, 0, sizeof *stored);
    if (luaL_newmetatable(L, STORED)) {
        lua_pushcfunction(L, stored_clear);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return stored;
}

static double number_field(lua_State *L, int table, const char *name)
{
    double value = lua_getfield(L, table, name) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    lua_pop(L, 1);
    return value;
}

static void push_cells(lua_State *L, const char *name, const double *values, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

int mien_lua_store_put_movement(lua_State *L, mien_lua_store_check *check)
{
    struct mien_error error;
    size_t made_from_length, counts[2];
    long long id = luaL_checkinteger(L, 3);
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_settop(L, 4);
    lua_getfield(L, 4, "made_from");
    const char *made_from = luaL_checklstring(L, 5, &made_from_length);
    char *copy = lua_newuserdatauv(L, made_from_length + 1, 0);
    memcpy(copy, made_from, made_from_length + 1);
    lua_getfield(L, 4, "x");
    const double *x = mien_lua_numbers(L, 7, "movement: x", &counts[0]);
    lua_getfield(L, 4, "y");
    const double *y = mien_lua_numbers(L, 8, "movement: y", &counts[1]);
    luaL_argcheck(L, counts[0] == counts[1], 4, "x and y differ in length");
    double *own = lua_newuserdatauv(L, 2 * counts[0] * sizeof *own + 1, 0);
    memcpy(own, x, counts[0] * sizeof *own);
    memcpy(own + counts[0], y, counts[0] * sizeof *own);
    const struct mien_stored_movement movement = {
        .made_from = copy,
        .cells = counts[0],
        .x = own,
        .y = own + counts[0],
        .rest_frames = number_field(L, 4, "rest_frames"),
        .peak_frames = number_field(L, 4, "peak_frames"),
        .peak_time = number_field(L, 4, "peak_time"),
        .lost = number_field(L, 4, "lost"),
    };
    if (mien_store_put_movement(check(L), id, &movement, &error) != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    lua_pushboolean(L, 1);
    return 1;
}

int mien_lua_store_movement(lua_State *L, mien_lua_store_check *check)
{
    struct mien_error error;
    long long id = luaL_checkinteger(L, 3);
    struct mien_stored_movement *stored = push_stored(L);
    enum mien_status status = mien_store_movement(check(L), id, stored, &error);
    if (status == MIEN_ERR_MISSING) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (status != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    lua_createtable(L, 0, 7);
    mien_lua_set_text(L, "made_from", stored->made_from);
    mien_lua_set_number(L, "rest_frames", stored->rest_frames);
    mien_lua_set_number(L, "peak_frames", stored->peak_frames);
    mien_lua_set_number(L, "peak_time", stored->peak_time);
    mien_lua_set_number(L, "lost", stored->lost);
    push_cells(L, "x", stored->x, stored->cells);
    push_cells(L, "y", stored->y, stored->cells);
    return 1;
}
