/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arithmetic and comparison of columns, item by item, with columns, arrays and single numbers.
 */
#include "lua/column.h"

#include "lua/lua_util.h"
#include "table/column_math.h"

#include <math.h>
#include <string.h>

/* One side of an operation: its numbers, and a step of 0 where one number serves for all. */
struct side {
    const double *values;
    size_t count, step;
    double single;
};

static void read_side(lua_State *L, int index, const char *function, struct side *side)
{
    struct mien_column *column = mien_lua_test_column(L, index);
    *side = (struct side){.count = 1, .single = NAN};
    if (column && column->is_text)
        luaL_error(L, "%s: the column is text; Column:number() reads text as numbers", function);
    if (lua_type(L, index) == LUA_TNUMBER) {
        side->single = lua_tonumber(L, index);
        side->values = &side->single;
        return;
    }
    if (!column && !lua_istable(L, index))
        luaL_error(L, "%s: a column goes with a column, an array or a number, not with a %s", function,
                   luaL_typename(L, index));
    side->values = mien_lua_numbers(L, index, function, &side->count);
    side->step = 1;
}

static size_t common_count(lua_State *L, const char *function, const struct side *a, const struct side *b)
{
    if (a->step && b->step && a->count != b->count)
        luaL_error(L, "%s: columns of different length: %d and %d", function, (int)a->count, (int)b->count);
    return a->step ? a->count : b->count;
}

static int operate(lua_State *L, enum mien_operation operation, const char *function, bool swapped)
{
    struct side a, b;
    lua_settop(L, 2);
    read_side(L, 1, function, &a);
    read_side(L, 2, function, &b);
    size_t count = common_count(L, function, &a, &b);
    double *out = mien_lua_push_numbers(L, count);
    if (swapped)
        mien_column_operate(operation, b.values, b.step, a.values, a.step, count, out);
    else
        mien_column_operate(operation, a.values, a.step, b.values, b.step, count, out);
    return 1;
}

static int column_add(lua_State *L)
{
    return operate(L, MIEN_ADD, "column + column", false);
}

static int column_subtract(lua_State *L)
{
    return operate(L, MIEN_SUBTRACT, "column - column", false);
}

static int column_multiply(lua_State *L)
{
    return operate(L, MIEN_MULTIPLY, "column * column", false);
}

static int column_divide(lua_State *L)
{
    return operate(L, MIEN_DIVIDE, "column / column", false);
}

static int column_power(lua_State *L)
{
    return operate(L, MIEN_POWER, "column ^ column", false);
}

static int column_modulo(lua_State *L)
{
    return operate(L, MIEN_MODULO, "column % column", false);
}

static int column_quotient(lua_State *L)
{
    return operate(L, MIEN_QUOTIENT, "column // column", false);
}

static int column_minus(lua_State *L)
{
    lua_settop(L, 1);
    lua_pushinteger(L, -1);
    return operate(L, MIEN_MULTIPLY, "-column", false);
}

/* The sign of how text a compares with text b turned into the answer of a comparison. */
static double compare_texts(enum mien_operation operation, const char *a, const char *b, bool swapped)
{
    if (!a || !b)
        return NAN;
    int sign = swapped ? strcmp(b, a) : strcmp(a, b);
    bool result = operation == MIEN_LESS         ? sign < 0
                  : operation == MIEN_LESS_EQUAL ? sign <= 0
                  : operation == MIEN_EQUAL      ? sign == 0
                                                 : sign != 0;
    return result ? 1 : 0;
}

static int compare(lua_State *L, enum mien_operation operation, const char *function, bool swapped)
{
    struct mien_column *column = mien_lua_check_column(L, 1);
    lua_settop(L, 2);
    if (!column->is_text)
        return operate(L, operation, function, swapped);
    struct mien_column *other = mien_lua_test_column(L, 2);
    const char *single = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (!single && !(other && other->is_text))
        luaL_error(L, "%s: a column of text is compared with text, not with a %s", function,
                   other ? "column of numbers" : luaL_typename(L, 2));
    if (!single && other->count != column->count)
        luaL_error(L, "%s: columns of different length: %d and %d", function, (int)column->count,
                   (int)other->count);
    double *out = mien_lua_push_numbers(L, column->count);
    for (size_t i = 0; i < column->count; i++)
        out[i] = compare_texts(operation, column->texts[i], single ? single : other->texts[i], swapped);
    return 1;
}

static int column_eq(lua_State *L)
{
    return compare(L, MIEN_EQUAL, "Column:eq", false);
}

static int column_ne(lua_State *L)
{
    return compare(L, MIEN_DIFFERENT, "Column:ne", false);
}

static int column_lt(lua_State *L)
{
    return compare(L, MIEN_LESS, "Column:lt", false);
}

static int column_le(lua_State *L)
{
    return compare(L, MIEN_LESS_EQUAL, "Column:le", false);
}

static int column_gt(lua_State *L)
{
    return compare(L, MIEN_LESS, "Column:gt", true);
}

static int column_ge(lua_State *L)
{
    return compare(L, MIEN_LESS_EQUAL, "Column:ge", true);
}

static int no_order(lua_State *L)
{
    return luaL_error(L, "columns have no single order; Column:lt(x), :le, :gt and :ge compare item by item");
}

const luaL_Reg mien_column_comparisons[] = {
    {"eq", column_eq}, {"ne", column_ne}, {"lt", column_lt}, {"le", column_le},
    {"gt", column_gt}, {"ge", column_ge}, {NULL, NULL},
};

const luaL_Reg mien_column_operators[] = {
    {"__add", column_add},
    {"__sub", column_subtract},
    {"__mul", column_multiply},
    {"__div", column_divide},
    {"__pow", column_power},
    {"__mod", column_modulo},
    {"__idiv", column_quotient},
    {"__unm", column_minus},
    {"__lt", no_order},
    {"__le", no_order},
    {NULL, NULL},
};
