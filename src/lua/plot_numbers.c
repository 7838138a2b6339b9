/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lua/plot.lua needs for its arguments and for the numbers behind histograms, boxes and violins.
 */
#include "lua/lua_util.h"
#include "lua/plot_figure.h"
#include "plot/distribution.h"

#include <math.h>
#include <string.h>

/* ---- Distributions ---- */

/* core.sorted(numbers, what) -> column of the finite values, rising */
static int sorted(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, luaL_checkstring(L, 2), &count);
    double *scratch = lua_newuserdatauv(L, (count + 1) * sizeof *scratch, 0);
    size_t kept = mien_sort_finite(values, count, scratch);
    double *column = mien_lua_push_numbers(L, kept);
    if (kept)
        memcpy(column, scratch, kept * sizeof *column);
    return 1;
}

/* core.box(sorted) -> {count, low, q1, median, q3, high} */
static int box(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_box summary = mien_box_of(values, count);
    lua_createtable(L, 0, 6);
    mien_lua_set_number(L, "count", (double)summary.count);
    mien_lua_set_number(L, "low", summary.low);
    mien_lua_set_number(L, "q1", summary.q1);
    mien_lua_set_number(L, "median", summary.median);
    mien_lua_set_number(L, "q3", summary.q3);
    mien_lua_set_number(L, "high", summary.high);
    return 1;
}

/* core.bins(sorted of all groups, wanted) -> start, width, count */
static int bins(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_bins found = mien_bins_of(values, count, (size_t)luaL_checkinteger(L, 2));
    lua_pushnumber(L, found.start);
    lua_pushnumber(L, found.width);
    lua_pushinteger(L, (lua_Integer)found.count);
    return 3;
}

/* core.fill(sorted, start, width, count) -> column of counts */
static int fill(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_bins wanted = {luaL_checknumber(L, 2), luaL_checknumber(L, 3),
                               (size_t)luaL_checkinteger(L, 4)};
    double *counts = mien_lua_push_numbers(L, wanted.count);
    for (size_t i = 0; i < wanted.count; i++)
        counts[i] = 0;
    mien_bins_fill(&wanted, values, count, counts);
    return 1;
}

/* core.jitter(count) -> column of offsets in -1..1 */
static int jitter(lua_State *L)
{
    size_t count = (size_t)luaL_checkinteger(L, 1);
    mien_jitter(count, mien_lua_push_numbers(L, count));
    return 1;
}

/* core.density(sorted, points) -> columns of places and densities; nothing where there is no spread */
static int density(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    size_t points = (size_t)luaL_checkinteger(L, 2);
    double bandwidth = mien_bandwidth(values, count);
    if (!(bandwidth > 0))
        return 0;
    double *places = mien_lua_push_numbers(L, points), *heights = mien_lua_push_numbers(L, points);
    for (size_t i = 0; i < points; i++) {
        places[i] = values[0] + (values[count - 1] - values[0]) * (double)i / (double)(points - 1);
        heights[i] = mien_density(values, count, bandwidth, places[i]);
    }
    return 2;
}

/* ---- Arguments ---- */

/* core.numbers(value, what) -> column of the numbers, how many, how many of them finite */
static int numbers(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, luaL_checkstring(L, 2), &count);
    double *column = mien_lua_push_numbers(L, count);
    if (count)
        memcpy(column, values, count * sizeof *column);
    size_t finite = 0;
    for (size_t i = 0; i < count; i++)
        finite += isfinite(values[i]) != 0;
    lua_pushinteger(L, (lua_Integer)count);
    lua_pushinteger(L, (lua_Integer)finite);
    return 3;
}

/* core.texts(value, what) -> array of texts, false for missing */
static int texts(lua_State *L)
{
    size_t count;
    const char *const *values = mien_lua_texts(L, 1, luaL_checkstring(L, 2), &count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        if (values[i])
            lua_pushstring(L, values[i]);
        else
            lua_pushboolean(L, false);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.list(column) -> plain array of its numbers */
static int list(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

void mien_lua_plot_numbers(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"sorted", sorted},   {"box", box},         {"bins", bins},   {"fill", fill}, {"jitter", jitter},
        {"density", density}, {"numbers", numbers}, {"texts", texts}, {"list", list}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
