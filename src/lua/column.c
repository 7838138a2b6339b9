/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Columns: one item by its number, text joined, the simple statistics. What is glue (map, unique,
 * sort, printing) is added by lua/df/column.lua. Missing text is `false` in Lua, because nil would make a
 * hole in an array and end ipairs early; missing numbers are NaN.
 */
#include "lua/column.h"

#include "lua/lua_util.h"
#include "table/column_math.h"
#include "table/number.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* ---- Making a column of an array ---- */

void mien_lua_push_item(lua_State *L, const struct mien_column *column, size_t row)
{
    if (column->is_text) {
        if (column->texts[row])
            lua_pushstring(L, column->texts[row]);
        else
            lua_pushboolean(L, false);
        return;
    }
    double value = column->numbers[row];
    /* Ids and counts read better without ".0"; larger ones stay floats, whose products do not wrap around. */
    if (value == floor(value) && fabs(value) < 2147483648.0)
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
}

/* Item i of the array at 1 is left on the stack; true if it stands for missing in a text column. */
static bool get_item(lua_State *L, size_t i, const char *what)
{
    int type = lua_geti(L, 1, (lua_Integer)i + 1);
    if (type != LUA_TNIL && type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN)
        luaL_error(L, "%s: item %d is a %s; a column holds numbers or text", what, (int)i + 1,
                   lua_typename(L, type));
    return type == LUA_TNIL || (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)) ||
           (type == LUA_TNUMBER && isnan(lua_tonumber(L, -1)));
}

/* True if the array holds text; raises where it holds both. */
static bool array_is_text(lua_State *L, size_t count, const char *what)
{
    size_t number = 0, text = 0;
    for (size_t i = 0; i < count; i++) {
        if (!get_item(L, i, what)) {
            if (lua_type(L, -1) == LUA_TSTRING)
                text = i + 1;
            else
                number = i + 1;
        }
        lua_pop(L, 1);
        if (text && number)
            luaL_error(L, "%s mixes text (item %d) and numbers (item %d); a column holds one kind", what,
                       (int)text, (int)number);
    }
    return text > 0;
}

static void fill_texts(lua_State *L, struct mien_column *column, size_t count, const char *what)
{
    if (mien_column_set_texts(column, count) != 0)
        luaL_error(L, "%s: out of memory", what);
    for (size_t i = 0; i < count; i++) {
        if (!get_item(L, i, what)) {
            size_t length;
            const char *text = lua_tolstring(L, -1, &length);
            if (!text) /* A metamethod gave something else when it was asked a second time. */
                luaL_error(L, "%s: item %d is a %s among text", what, (int)i + 1, luaL_typename(L, -1));
            if (strlen(text) != length)
                luaL_error(L, "%s: item %d holds a zero byte, which text in a column cannot", what,
                           (int)i + 1);
            if (mien_column_put(column, i, text) != 0)
                luaL_error(L, "%s: out of memory", what);
        }
        lua_pop(L, 1);
    }
}

static void fill_numbers(lua_State *L, struct mien_column *column, size_t count, const char *what)
{
    if (mien_column_set_numbers(column, count) != 0)
        luaL_error(L, "%s: out of memory", what);
    for (size_t i = 0; i < count; i++) {
        get_item(L, i, what);
        if (lua_isboolean(L, -1))
            column->numbers[i] = lua_toboolean(L, -1) ? 1 : 0;
        else if (!lua_isnil(L, -1))
            column->numbers[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
}

int mien_lua_column_from_values(lua_State *L)
{
    const char *what = luaL_checkstring(L, 2);
    lua_settop(L, 3);
    if (mien_lua_test_column(L, 1)) {
        lua_settop(L, 1);
        return 1;
    }
    if (!lua_istable(L, 1))
        return luaL_error(L, "%s must be a column or an array, not a %s", what, luaL_typename(L, 1));
    lua_Integer wanted = luaL_optinteger(L, 3, 0);
    if (wanted < 0 || wanted > INT_MAX)
        return luaL_error(L, "%s cannot have %I items", what, (LUAI_UACINT)wanted);
    size_t count = lua_isnil(L, 3) ? mien_lua_length(L, 1, what) : (size_t)wanted;
    bool text = array_is_text(L, count, what);
    struct mien_column *column = mien_lua_push_column(L);
    if (text)
        fill_texts(L, column, count, what);
    else
        fill_numbers(L, column, count, what);
    return 1;
}

/* ---- Text joined ---- */

/* Pushes what the side gives for a row; false if it is missing there. */
static bool push_piece(lua_State *L, int index, size_t row)
{
    const struct mien_column *column = mien_lua_test_column(L, index);
    if (!column) {
        lua_pushvalue(L, index);
        return true;
    }
    if (mien_column_is_missing(column, row))
        return false;
    char number[MIEN_NUMBER_SIZE];
    if (column->is_text)
        lua_pushstring(L, column->texts[row]);
    else
        lua_pushlstring(L, number, mien_number_write(number, column->numbers[row]));
    return true;
}

static int column_concat(lua_State *L)
{
    const struct mien_column *a = mien_lua_test_column(L, 1), *b = mien_lua_test_column(L, 2);
    for (int i = 1; i <= 2; i++)
        if (!mien_lua_test_column(L, i) && lua_type(L, i) != LUA_TSTRING && lua_type(L, i) != LUA_TNUMBER)
            luaL_error(L,
                       "column .. column: a column is joined with a column, text or a number, not with a %s",
                       luaL_typename(L, i));
    if (a && b && a->count != b->count)
        luaL_error(L, "column .. column: columns of different length: %d and %d", (int)a->count,
                   (int)b->count);
    size_t count = (a ? a : mien_lua_check_column(L, 2))->count;
    struct mien_column *out = mien_lua_push_column(L);
    int top = lua_gettop(L);
    if (mien_column_set_texts(out, count) != 0)
        luaL_error(L, "column .. column: out of memory");
    for (size_t row = 0; row < count; row++) {
        if (push_piece(L, 1, row) && push_piece(L, 2, row)) {
            size_t length;
            lua_concat(L, 2);
            const char *text = lua_tolstring(L, -1, &length);
            if (strlen(text) != length)
                luaL_error(L, "column .. column: the text holds a zero byte, which text in a column cannot");
            if (mien_column_put(out, row, text) != 0)
                luaL_error(L, "column .. column: out of memory");
        }
        lua_settop(L, top);
    }
    return 1;
}

/* ---- Statistics of one column ---- */

static const struct mien_column *check_numbers(lua_State *L, const char *function)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    if (column->is_text)
        luaL_error(L, "%s: the column is text; Column:number() reads text as numbers", function);
    return column;
}

static struct mien_column_statistics describe(lua_State *L, const char *function)
{
    const struct mien_column *column = check_numbers(L, function);
    struct mien_column_statistics statistics;
    mien_column_describe(column->numbers, column->count, &statistics);
    return statistics;
}

static int column_sum(lua_State *L)
{
    lua_pushnumber(L, describe(L, "Column:sum").sum);
    return 1;
}

static int column_mean(lua_State *L)
{
    lua_pushnumber(L, describe(L, "Column:mean").mean);
    return 1;
}

static int column_sd(lua_State *L)
{
    lua_pushnumber(L, describe(L, "Column:sd").sd);
    return 1;
}

static int column_min(lua_State *L)
{
    lua_pushnumber(L, describe(L, "Column:min").min);
    return 1;
}

static int column_max(lua_State *L)
{
    lua_pushnumber(L, describe(L, "Column:max").max);
    return 1;
}

static int quantile(lua_State *L, const char *function, double p)
{
    const struct mien_column *column = check_numbers(L, function);
    double value;
    if (mien_column_quantile(column->numbers, column->count, p, &value) != 0)
        return luaL_error(L, "%s: out of memory", function);
    lua_pushnumber(L, value);
    return 1;
}

static int column_median(lua_State *L)
{
    return quantile(L, "Column:median", 0.5);
}

static int column_quantile(lua_State *L)
{
    mien_lua_check_column(L, 1);
    lua_settop(L, 2);
    if (lua_type(L, 2) != LUA_TNUMBER || !(lua_tonumber(L, 2) >= 0 && lua_tonumber(L, 2) <= 1))
        return luaL_error(L, "Column:quantile: p must be a number between 0 and 1, not %s",
                          luaL_tolstring(L, 2, NULL));
    return quantile(L, "Column:quantile", lua_tonumber(L, 2));
}

static size_t count_missing(const struct mien_column *column)
{
    size_t missing = 0;
    for (size_t i = 0; i < column->count; i++)
        missing += mien_column_is_missing(column, i);
    return missing;
}

static int column_count(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    lua_pushinteger(L, (lua_Integer)(column->count - count_missing(column)));
    return 1;
}

static int column_missing(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)count_missing(mien_lua_check_column(L, 1)));
    return 1;
}

static int column_is_missing(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    double *out = mien_lua_push_numbers(L, column->count);
    for (size_t i = 0; i < column->count; i++)
        out[i] = mien_column_is_missing(column, i);
    return 1;
}

static int column_type(lua_State *L)
{
    lua_pushstring(L, mien_lua_check_column(L, 1)->is_text ? "text" : "number");
    return 1;
}

/* ---- Whole columns changed ---- */

static int apply(lua_State *L, const char *function, double (*change)(double))
{
    const struct mien_column *column = check_numbers(L, function);
    double *out = mien_lua_push_numbers(L, column->count);
    for (size_t i = 0; i < column->count; i++)
        out[i] = change(column->numbers[i]);
    return 1;
}

static int column_log(lua_State *L)
{
    return apply(L, "Column:log", log);
}

static int column_exp(lua_State *L)
{
    return apply(L, "Column:exp", exp);
}

static int column_sqrt(lua_State *L)
{
    return apply(L, "Column:sqrt", sqrt);
}

static int column_abs(lua_State *L)
{
    return apply(L, "Column:abs", fabs);
}

static int column_floor(lua_State *L)
{
    return apply(L, "Column:floor", floor);
}

static int column_ceil(lua_State *L)
{
    return apply(L, "Column:ceil", ceil);
}

/* Text read as numbers by the rules of a CSV cell; what is no number becomes missing. */
static int column_number(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    if (!column->is_text) {
        lua_settop(L, 1);
        return 1;
    }
    double *out = mien_lua_push_numbers(L, column->count);
    for (size_t i = 0; i < column->count; i++)
        if (column->texts[i] && !mien_number_read(column->texts[i], strlen(column->texts[i]), '.', &out[i]))
            out[i] = NAN;
    return 1;
}

static int column_text(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    if (column->is_text) {
        lua_settop(L, 1);
        return 1;
    }
    struct mien_column *out = mien_lua_push_column(L);
    int failed = mien_column_set_texts(out, column->count);
    for (size_t i = 0; i < column->count && !failed; i++) {
        char number[MIEN_NUMBER_SIZE];
        mien_number_write(number, column->numbers[i]);
        if (!isnan(column->numbers[i]))
            failed = mien_column_put(out, i, number);
    }
    return failed ? luaL_error(L, "Column:text: out of memory") : 1;
}

static int column_values(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    lua_createtable(L, (int)column->count, 0);
    for (size_t i = 0; i < column->count; i++) {
        mien_lua_push_item(L, column, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- Metamethods ---- */

static int column_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)mien_lua_check_column(L, 1)->count);
    return 1;
}

static int unknown_method(lua_State *L)
{
    const char *name = lua_tostring(L, 2);
    lua_newtable(L);
    lua_Integer count = 0;
    lua_pushnil(L);
    while (lua_next(L, lua_upvalueindex(1))) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++count);
    }
    size_t methods;
    const char *nearest = mien_word_nearest(name, mien_lua_texts(L, -1, "methods", &methods));
    if (nearest)
        return luaL_error(L, "columns have no method \"%s\"; did you mean \"%s\"?", name, nearest);
    return luaL_error(L, "columns have no method \"%s\"; help \"column\" lists what they have", name);
}

/* Upvalue: the methods. */
static int column_index(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    if (lua_type(L, 2) == LUA_TNUMBER) {
        int whole;
        lua_Integer i = lua_tointegerx(L, 2, &whole);
        if (whole && i >= 1 && (size_t)i <= column->count)
            mien_lua_push_item(L, column, (size_t)i - 1);
        else
            lua_pushnil(L);
        return 1;
    }
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "a column has items 1 to %d and methods, not a %s", (int)column->count,
                          luaL_typename(L, 2));
    return unknown_method(L);
}

static int column_newindex(lua_State *L)
{
    return luaL_error(L, "columns do not change; d = d:with{name = ...} makes a data frame with another one");
}

static const luaL_Reg methods[] = {
    {"sum", column_sum},
    {"mean", column_mean},
    {"sd", column_sd},
    {"min", column_min},
    {"max", column_max},
    {"median", column_median},
    {"quantile", column_quantile},
    {"count", column_count},
    {"missing", column_missing},
    {"is_missing", column_is_missing},
    {"type", column_type},
    {"log", column_log},
    {"exp", column_exp},
    {"sqrt", column_sqrt},
    {"abs", column_abs},
    {"floor", column_floor},
    {"ceil", column_ceil},
    {"number", column_number},
    {"text", column_text},
    {"values", column_values},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__len", column_length},
    {"__newindex", column_newindex},
    {"__concat", column_concat},
    {NULL, NULL},
};

static int table_free(lua_State *L)
{
    struct mien_table **table = luaL_checkudata(L, 1, "mien.table");
    mien_table_free(*table);
    *table = NULL;
    return 0;
}

struct mien_table **mien_lua_push_table_owner(lua_State *L)
{
    return mien_lua_push_owner(L, "mien.table", table_free);
}

void mien_lua_push_table(lua_State *L, struct mien_table *table)
{
    lua_createtable(L, (int)table->count, 0);
    lua_createtable(L, (int)table->count, 0);
    for (size_t i = 0; i < table->count; i++) {
        lua_pushstring(L, table->names[i]);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        struct mien_column *column = mien_lua_push_column(L);
        *column = table->columns[i];
        table->columns[i] = (struct mien_column){0};
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void mien_lua_complete_columns(lua_State *L)
{
    mien_lua_push_column(L);
    lua_getmetatable(L, -1);
    lua_remove(L, -2);
    luaL_setfuncs(L, metamethods, 0);
    luaL_setfuncs(L, mien_column_operators, 0);
    luaL_newlib(L, methods);
    luaL_setfuncs(L, mien_column_comparisons, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__methods");
    lua_pushcclosure(L, column_index, 1);
    lua_setfield(L, -2, "__index");
}
