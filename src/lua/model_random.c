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

/* (draws, count, seed) -> draws numbers out of 1..count, each by itself, that only the seed decides. */
static int draw(lua_State *L)
{
    lua_Integer draws = luaL_checkinteger(L, 1), count = luaL_checkinteger(L, 2);
    luaL_argcheck(L, draws >= 0 && draws <= 100000000, 1, "must be between 0 and 100000000");
    luaL_argcheck(L, count >= 1, 2, "must be at least 1");
    struct mien_random random;
    mien_random_seed(&random, (uint64_t)luaL_checkinteger(L, 3));
    lua_createtable(L, (int)draws, 0);
    for (lua_Integer i = 1; i <= draws; i++) {
        lua_pushinteger(L, 1 + (lua_Integer)mien_random_below(&random, (size_t)count));
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* (seed, number, ...) -> a seed of its own for each combination of the numbers. */
static int seed_of(lua_State *L)
{
    int count = lua_gettop(L);
    uint64_t seed = 0;
    for (int i = 1; i <= count; i++) {
        struct mien_random random;
        mien_random_seed(&random, seed ^ (uint64_t)luaL_checkinteger(L, i));
        seed = mien_random_bits(&random);
    }
    /* The rest of the program takes seeds that are not negative. */
    lua_pushinteger(L, (lua_Integer)(seed >> 2));
    return 1;
}

void mien_lua_model_random(lua_State *L)
{
    lua_pushcfunction(L, draw);
    lua_setfield(L, -2, "draw");
    lua_pushcfunction(L, seed_of);
    lua_setfield(L, -2, "seed_of");
    lua_pushcfunction(L, shuffle);
    lua_setfield(L, -2, "shuffle");
}
