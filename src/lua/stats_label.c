/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/stats_label.h"

#include "lua/lua_util.h"
#include "stats/roc.h"

#include <math.h>

enum {
    MOST_LEVELS = 8 /* Enough to name them in the error. */
};

struct labels {
    const struct mien_column *column; /* NULL for an array. */
    int index, levels;                /* Stack places of the array and of the table of levels. */
    int count;                        /* Levels. */
};

/* Pushes item i (from 0), or nil where it is missing. */
static void push_item(lua_State *L, const struct labels *labels, size_t i)
{
    const struct mien_column *column = labels->column;
    if (column && column->is_text)
        lua_pushstring(L, column->texts[i]);
    else if (column)
        lua_pushnumber(L, column->numbers[i]);
    else
        lua_geti(L, labels->index, (lua_Integer)i + 1);
    int type = lua_type(L, -1);
    if (type == LUA_TNUMBER && isnan(lua_tonumber(L, -1))) {
        lua_pop(L, 1);
        lua_pushnil(L);
    } else if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN && !column) {
        luaL_error(L, "stats.roc: label must be text, numbers or booleans, but item %d is a %s", (int)i + 1,
                   luaL_typename(L, -1));
    }
}

/* The number (from 1) of the level on top of the stack, which is popped; new ones are added. 0 for missing.
 */
static int take_level(lua_State *L, struct labels *labels)
{
    int level = 0;
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return 0;
    }
    for (int i = 1; i <= labels->count && !level; i++) {
        lua_rawgeti(L, labels->levels, i);
        if (lua_rawequal(L, -1, -2))
            level = i;
        lua_pop(L, 1);
    }
    if (!level && labels->count < MOST_LEVELS) {
        level = ++labels->count;
        lua_pushvalue(L, -1);
        lua_rawseti(L, labels->levels, level);
    }
    lua_pop(L, 1);
    return level ? level : MOST_LEVELS;
}

/* Pushes the levels as text, such as "MG", "HC". */
static const char *push_list(lua_State *L, const struct labels *labels)
{
    luaL_Buffer list;
    luaL_buffinit(L, &list);
    for (int i = 1; i <= labels->count; i++) {
        luaL_addstring(&list, i > 1 ? ", " : "");
        lua_rawgeti(L, labels->levels, i);
        bool text = lua_type(L, -1) == LUA_TSTRING;
        lua_pushfstring(L, text ? "\"%s\"" : "%s", luaL_tolstring(L, -1, NULL));
        lua_replace(L, -3);
        lua_pop(L, 1);
        luaL_addvalue(&list);
    }
    luaL_addstring(&list, labels->count == MOST_LEVELS ? ", ..." : "");
    luaL_pushresult(&list);
    return lua_tostring(L, -1);
}

/* The level that speaks for itself: 1 among 0 and 1, true among booleans. 0 if none does. */
static int natural_positive(lua_State *L, const struct labels *labels, bool *clear)
{
    int positive = 0;
    *clear = true;
    for (int i = 1; i <= labels->count; i++) {
        lua_rawgeti(L, labels->levels, i);
        double number = NAN;
        if (lua_isboolean(L, -1))
            number = lua_toboolean(L, -1);
        if (lua_type(L, -1) == LUA_TNUMBER)
            number = lua_tonumber(L, -1);
        lua_pop(L, 1);
        if (number == 1)
            positive = i;
        else if (number != 0)
            *clear = false;
    }
    return positive;
}

/* The level of the positive label, 0 if it does not occur; may leave values on the stack. */
static int find_positive(lua_State *L, const struct labels *labels, int options)
{
    if (lua_istable(L, options) && lua_getfield(L, options, "positive") != LUA_TNIL) {
        int given = lua_gettop(L);
        for (int i = 1; i <= labels->count; i++) {
            lua_rawgeti(L, labels->levels, i);
            bool equal = lua_rawequal(L, -1, given);
            lua_pop(L, 1);
            if (equal)
                return i;
        }
        if (labels->count > 0)
            luaL_error(L, "stats.roc: positive is \"%s\", but the labels are %s",
                       luaL_tolstring(L, given, NULL), push_list(L, labels));
        return 0;
    }
    bool clear;
    int positive = natural_positive(L, labels, &clear);
    if (!clear)
        luaL_error(L, "stats.roc: positive must be given; which of %s is the condition?",
                   push_list(L, labels));
    return positive;
}

void mien_stats_read_labels(lua_State *L, int index, int options, signed char *label, size_t count)
{
    int top = lua_gettop(L);
    struct labels labels = {.column = mien_lua_test_column(L, index), .index = index, .levels = top + 1};
    if (!labels.column && !lua_istable(L, index))
        luaL_error(L, "stats.roc: label must be an array or column of text, numbers or booleans, not a %s",
                   luaL_typename(L, index));
    size_t length = labels.column ? labels.column->count : mien_lua_length(L, index, "stats.roc: label");
    if (length != count)
        luaL_error(L,
                   "stats.roc: score and label must be as long as each other, but they have %I and %I values",
                   (LUAI_UACINT)count, (LUAI_UACINT)length);
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        push_item(L, &labels, i);
        label[i] = (signed char)take_level(L, &labels);
    }
    if (labels.count > 2)
        luaL_error(L,
                   "stats.roc: label must have two different values, not %s; choose rows first, such as "
                   "with d:where",
                   push_list(L, &labels));
    int positive = find_positive(L, &labels, options);
    lua_settop(L, labels.levels);
    if (positive || !lua_istable(L, options))
        lua_rawgeti(L, labels.levels, positive);
    else
        lua_getfield(L, options, "positive");
    lua_pushnil(L); /* levels positive negative */
    for (int i = 1; i <= labels.count; i++) {
        if (i == positive)
            continue;
        lua_rawgeti(L, labels.levels, i);
        lua_replace(L, -2);
    }
    lua_remove(L, labels.levels); /* positive negative */
    for (size_t i = 0; i < count; i++) {
        if (label[i] == 0)
            label[i] = MIEN_ROC_MISSING;
        else
            label[i] = label[i] == positive ? MIEN_ROC_POSITIVE : MIEN_ROC_NEGATIVE;
    }
}
