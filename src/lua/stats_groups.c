/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts and groups, for lua/stats/agreement.lua and table1.lua, which read levels and options.
 */
#include "lua/stats_common.h"
#include "stats/groups.h"
#include "stats/kappa.h"

/* Counts at index 1, as many as rows (index 2) times columns. */
static const double *check_counts(lua_State *L, size_t *rows, size_t columns)
{
    size_t count;
    const double *counts = mien_lua_numbers(L, 1, "counts", &count);
    *rows = (size_t)luaL_checkinteger(L, 2);
    luaL_argcheck(L, *rows * columns == count, 1, "counts do not fit rows by columns");
    return counts;
}

/* kappa(counts, levels, weights 0..2, conf) -> result */
static int kappa(lua_State *L)
{
    size_t levels, given = (size_t)luaL_checkinteger(L, 2);
    const double *counts = check_counts(L, &levels, given);
    double conf = luaL_checknumber(L, 4);
    struct mien_kappa k = mien_kappa(counts, levels, (enum mien_kappa_weights)luaL_checkinteger(L, 3), conf);
    mien_stats_push_result(L, MIEN_KAPPA);
    const struct {
        const char *name;
        double value;
    } fields[] = {{"kappa", k.kappa},
                  {"se", k.se},
                  {"se_null", k.se_null},
                  {"z", k.z},
                  {"p", k.p},
                  {"observed", k.observed},
                  {"expected", k.expected},
                  {"conf", conf}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mien_lua_set_number(L, fields[i].name, fields[i].value);
    mien_stats_set_interval(L, "ci", k.ci);
    lua_pushinteger(L, (lua_Integer)k.n);
    lua_setfield(L, -2, "n");
    if (k.why == MIEN_STATS_CONSTANT)
        mien_lua_set_text(L, "note", "all pairs are in one level");
    else
        mien_stats_set_note(L, k.why);
    return 1;
}

/* wilson(successes, count, conf) -> low, high */
static int wilson(lua_State *L)
{
    struct mien_interval ci =
        mien_wilson(luaL_checknumber(L, 1), luaL_checknumber(L, 2), luaL_checknumber(L, 3));
    lua_pushnumber(L, ci.low);
    lua_pushnumber(L, ci.high);
    return 2;
}

static int push_test(lua_State *L, const struct mien_groups_test *test)
{
    lua_createtable(L, 0, 4);
    mien_lua_set_number(L, "statistic", test->statistic);
    mien_lua_set_number(L, "df", test->df);
    mien_lua_set_number(L, "df2", test->df2);
    mien_lua_set_number(L, "p", test->p);
    return 1;
}

/* chi_squared(counts, rows, columns) -> test, the smallest expected count */
static int chi_squared(lua_State *L)
{
    size_t rows, columns = (size_t)luaL_checkinteger(L, 3);
    const double *counts = check_counts(L, &rows, columns);
    double least;
    struct mien_groups_test test = mien_chi_squared(counts, rows, columns, &least);
    push_test(L, &test);
    lua_pushnumber(L, least);
    return 2;
}

/* fisher(counts, 2) -> p */
static int fisher(lua_State *L)
{
    size_t rows;
    const double *counts = check_counts(L, &rows, 2);
    luaL_argcheck(L, rows == 2, 2, "Fisher's test is of 2 by 2 counts");
    lua_pushnumber(L, mien_fisher_2x2(counts));
    return 1;
}

/* share_difference(counts, levels) -> standardised difference */
static int share_difference(lua_State *L)
{
    size_t levels;
    const double *counts = check_counts(L, &levels, 2);
    double difference;
    enum mien_status status = mien_share_difference(counts, levels, &difference);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.table1", status);
    lua_pushnumber(L, difference);
    return 1;
}

/* over_groups(x, groups from 1 (0: none), how many, ranks) -> test */
static int over_groups(lua_State *L)
{
    size_t count, given;
    const double *x = mien_lua_numbers(L, 1, "x", &count);
    const double *numbers = mien_lua_numbers(L, 2, "groups", &given);
    luaL_argcheck(L, count == given, 2, "one group for each value");
    int groups = (int)luaL_checkinteger(L, 3), *group = lua_newuserdatauv(L, (count + 1) * sizeof *group, 0);
    for (size_t i = 0; i < count; i++)
        group[i] = (int)numbers[i] - 1;
    struct mien_groups_test test;
    if (!lua_toboolean(L, 4)) {
        test = mien_welch_anova(x, group, count, groups);
        return push_test(L, &test);
    }
    enum mien_status status = mien_kruskal(x, group, count, groups, &test);
    return status == MIEN_OK ? push_test(L, &test) : mien_stats_fail(L, "stats.table1", status);
}

const luaL_Reg mien_stats_groups_core[] = {{"kappa", kappa},
                                           {"wilson", wilson},
                                           {"chi_squared", chi_squared},
                                           {"fisher", fisher},
                                           {"share_difference", share_difference},
                                           {"over_groups", over_groups},
                                           {NULL, NULL}};
