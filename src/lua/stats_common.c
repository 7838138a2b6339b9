/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/stats_common.h"

#include <math.h>
#include <stdio.h>

void mien_stats_push_result(lua_State *L, const char *metatable)
{
    lua_newtable(L);
    luaL_newmetatable(L, metatable);
    lua_setmetatable(L, -2);
}

double mien_stats_option_conf(lua_State *L, int index, const char *function)
{
    double conf = mien_lua_option_number(L, index, function, "conf", 0.95, -HUGE_VAL, HUGE_VAL);
    if (conf > 0 && conf < 1)
        return conf;
    char text[32];
    snprintf(text, sizeof text, "%g", conf);
    luaL_error(L, "%s: conf must be between 0 and 1, not %s", function, text);
    return conf;
}

enum mien_alternative mien_stats_option_alternative(lua_State *L, int index, const char *function)
{
    static const char *const choices[] = {"two", "less", "greater", NULL};
    return (enum mien_alternative)mien_lua_option_choice(L, index, function, "alternative", MIEN_TWO_SIDED,
                                                         choices);
}

enum mien_exact mien_stats_option_exact(lua_State *L, int index, const char *function)
{
    bool no_when_absent = mien_lua_option_boolean(L, index, function, "exact", false);
    bool yes_when_absent = mien_lua_option_boolean(L, index, function, "exact", true);
    if (no_when_absent != yes_when_absent)
        return MIEN_EXACT_BY_SIZE;
    return no_when_absent ? MIEN_EXACT_YES : MIEN_EXACT_NO;
}

bool mien_stats_is_options(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || lua_rawlen(L, index) > 0)
        return false;
    index = lua_absindex(L, index);
    if (lua_getmetatable(L, index)) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushnil(L);
    if (!lua_next(L, index))
        return false;
    lua_pop(L, 2);
    return true;
}

bool mien_stats_second_sample(lua_State *L)
{
    if (lua_isnoneornil(L, 2)) {
        lua_settop(L, lua_gettop(L) < 3 ? 2 : 3);
        return false;
    }
    if (lua_gettop(L) > 2 || !mien_stats_is_options(L, 2)) {
        lua_settop(L, 3);
        return true;
    }
    lua_settop(L, 2);
    lua_pushnil(L);
    lua_insert(L, 2);
    return false;
}

void mien_stats_check_pairs(lua_State *L, const char *function, const char *first, size_t first_count,
                            const char *second, size_t second_count)
{
    if (first_count != second_count)
        luaL_error(L, "%s: %s and %s must be as long as each other, but they have %I and %I values", function,
                   first, second, (LUAI_UACINT)first_count, (LUAI_UACINT)second_count);
}

void mien_stats_set_numbers(lua_State *L, const char *name, const double *values, int count)
{
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, name);
}

void mien_stats_set_counts(lua_State *L, const char *name, const size_t *values, int count)
{
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushinteger(L, (lua_Integer)values[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, name);
}

void mien_stats_set_pair(lua_State *L, const char *name, double first, double second)
{
    mien_stats_set_numbers(L, name, (double[]){first, second}, 2);
}

void mien_stats_set_interval(lua_State *L, const char *name, struct mien_interval interval)
{
    mien_stats_set_pair(L, name, interval.low, interval.high);
}

void mien_stats_set_alternative(lua_State *L, enum mien_alternative alternative)
{
    static const char *const names[] = {"two", "less", "greater"};
    mien_lua_set_text(L, "alternative", names[alternative]);
}

void mien_stats_set_note(lua_State *L, enum mien_stats_why why)
{
    static const char *const notes[] = {
        [MIEN_STATS_TOO_FEW] = "too few values",
        [MIEN_STATS_CONSTANT] = "the values do not vary",
        [MIEN_STATS_TIES] = "exact p not possible with ties or zeroes",
        [MIEN_STATS_TOO_MANY] = "too many values for an exact p",
        [MIEN_STATS_LEVEL] = "too few values for an interval of the level asked for",
    };
    if (why != MIEN_STATS_FINE)
        mien_lua_set_text(L, "note", notes[why]);
}

int mien_stats_fail(lua_State *L, const char *function, enum mien_status status)
{
    struct mien_error error = {.code = status};
    snprintf(error.text, sizeof error.text, "%s", status == MIEN_ERR_MEMORY ? "out of memory" : "stopped");
    return mien_lua_fail(L, function, &error);
}
