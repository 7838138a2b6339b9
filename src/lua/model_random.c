/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "lua/lua_util.h"
#include "lua/model_parts.h"

/* (count, seed) -> the numbers 1..count in an order that only the seed decides (Fisher and Yates). */
static int shuffle(lua_State *L)
{
    lua_Integer count = luaL_checkinteger(L, 1);
    luaL_argcheck(L, count >= 0 && count <= 100000000, 1, "must be between 0 and 100000000");
    struct mien_random random;
    mien_random_seed(&random, (uint64_t)luaL_checkinteger(L, 2));
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_pushinteger(L, i);
        lua_rawseti(L, -2, i);
    }
    for (lua_Integer i = count; i > 1; i--) {
        lua_Integer other = 1 + (lua_Integer)mien_random_below(&random, (size_t)i);
        lua_rawgeti(L, -1, i);
        lua_rawgeti(L, -2, other);
        lua_rawseti(L, -3, i);
        lua_rawseti(L, -2, other);
    }
    return 1;
}

void mien_lua_model_random(lua_State *L)
{
    lua_pushcfunction(L, shuffle);
    lua_setfield(L, -2, "shuffle");
}
