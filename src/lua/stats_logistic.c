/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logistic regression, for lua/stats/logistic.lua, which makes the terms.
 */
#include "lua/stats_common.h"
#include "stats/distribution.h"
#include "stats/logistic.h"

#include <math.h>

#define FIT "mien.logistic.fit"

static int free_fit(lua_State *L)
{
    mien_logistic_clear(luaL_checkudata(L, 1, FIT));
    return 0;
}

static struct mien_logistic *push_fit(lua_State *L)
{
    struct mien_logistic *fit = lua_newuserdatauv(L, sizeof *fit, 0);
    *fit = (struct mien_logistic){0};
    if (luaL_newmetatable(L, FIT)) {
        lua_pushcfunction(L, free_fit);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return fit;
}

/* Pushes a data frame, one row per term. */
static void push_terms(lua_State *L, const struct mien_logistic *fit, double conf)
{
    static const char *const names[] = {"estimate", "se", "z", "p", "odds_ratio", "low", "high"};
    enum { COLUMNS = sizeof names / sizeof *names };
    double *columns[COLUMNS], reach = mien_normal_quantile_upper((1 - conf) / 2);
    for (int c = 0; c < COLUMNS; c++)
        columns[c] = mien_lua_push_numbers(L, fit->terms);
    for (size_t i = 0; i < fit->terms; i++) {
        double b = fit->estimate[i], se = fit->se[i], z = b / se;
        const double row[COLUMNS] = {
            b, se, z, 2 * mien_normal_tail(fabs(z)), exp(b), exp(b - reach * se), exp(b + reach * se)};
        for (int c = 0; c < COLUMNS; c++)
            columns[c][i] = row[c];
    }
    mien_lua_push_frame(L, names, COLUMNS);
}

static void push_states(lua_State *L, const struct mien_logistic *fit)
{
    static const char *const states[] = {"estimated", "aliased", "separated"};
    lua_createtable(L, (int)fit->terms, 0);
    for (size_t i = 0; i < fit->terms; i++) {
        lua_pushstring(L, states[fit->state[i]]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* logistic(x row by row, y, terms, conf) -> {deviance =, ..., terms = frame, states =, fitted = column} */
static int logistic(lua_State *L)
{
    size_t cells, rows, terms = (size_t)luaL_checkinteger(L, 3);
    const double *x = mien_lua_numbers(L, 1, "x", &cells), *outcome = mien_lua_numbers(L, 2, "y", &rows);
    double conf = luaL_checknumber(L, 4);
    luaL_argcheck(L, cells == rows * terms, 1, "x does not fit rows by terms");
    unsigned char *y = lua_newuserdatauv(L, rows + 1, 0);
    for (size_t i = 0; i < rows; i++)
        y[i] = outcome[i] > 0;
    struct mien_logistic *fit = push_fit(L);
    enum mien_status status = mien_logistic_fit(x, y, rows, terms, fit);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.logistic", status);
    lua_createtable(L, 0, 12);
    mien_lua_set_number(L, "deviance", fit->deviance);
    mien_lua_set_number(L, "null_deviance", fit->null_deviance);
    mien_lua_set_number(L, "log_likelihood", fit->log_likelihood);
    mien_lua_set_number(L, "aic", fit->aic);
    mien_lua_set_boolean(L, "converged", fit->converged);
    mien_lua_set_boolean(L, "separated", fit->separated);
    lua_pushinteger(L, fit->iterations);
    lua_setfield(L, -2, "iterations");
    lua_pushinteger(L, (lua_Integer)fit->estimated);
    lua_setfield(L, -2, "estimated");
    luaL_checkstack(L, 16, "too many columns");
    push_terms(L, fit, conf);
    lua_setfield(L, -2, "terms");
    push_states(L, fit);
    lua_setfield(L, -2, "states");
    double *fitted = mien_lua_push_numbers(L, rows);
    for (size_t i = 0; i < rows; i++)
        fitted[i] = fit->fitted[i];
    lua_setfield(L, -2, "fitted");
    return 1;
}

const luaL_Reg mien_stats_logistic_core[] = {{"logistic", logistic}, {NULL, NULL}};
