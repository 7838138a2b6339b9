/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Survival and robust slopes, for lua/stats/survival.lua, which reads groups and options.
 */
#include "base/slope.h"
#include "lua/stats_common.h"
#include "stats/distribution.h"
#include "stats/survival.h"

#include <math.h>

#define CURVE "mien.survival.curve"

/* Whole numbers from a column or array, one less than given, so that 0 (no group) becomes -1; in scratch that
 * stays on the stack. */
static int *read_codes(lua_State *L, int index, const char *what, size_t count)
{
    size_t given;
    const double *numbers = mien_lua_numbers(L, index, what, &given);
    if (given != count)
        luaL_error(L, "%s: %d values, but time has %d", what, (int)given, (int)count);
    int *codes = lua_newuserdatauv(L, (count + 1) * sizeof *codes, 0);
    for (size_t i = 0; i < count; i++)
        codes[i] = (int)numbers[i] - 1;
    return codes;
}

/* time, event, group and stratum codes at 1 to 4. */
static struct mien_survival_rows read_rows(lua_State *L)
{
    struct mien_survival_rows rows = {0};
    size_t events;
    rows.time = mien_lua_numbers(L, 1, "stats.survival: time", &rows.count);
    const double *event = mien_lua_numbers(L, 2, "stats.survival: event", &events);
    if (events != rows.count)
        luaL_error(L,
                   "stats.survival: time and event must be as long as each other, but they have %I and %I "
                   "values",
                   (LUAI_UACINT)rows.count, (LUAI_UACINT)events);
    signed char *codes = lua_newuserdatauv(L, rows.count + 1, 0);
    for (size_t i = 0; i < rows.count; i++) {
        if (!isnan(event[i]) && event[i] != 0 && event[i] != 1)
            luaL_error(L, "stats.survival: event must be 1 (it happened) or 0 (censored), but row %d is %f",
                       (int)i + 1, event[i]);
        codes[i] = isnan(event[i]) ? -1 : event[i] > 0;
    }
    rows.event = codes;
    rows.group = read_codes(L, 3, "stats.survival: group", rows.count);
    rows.stratum = read_codes(L, 4, "stats.survival: strata", rows.count);
    return rows;
}

static int curve_free(lua_State *L)
{
    mien_survival_clear(luaL_checkudata(L, 1, CURVE));
    return 0;
}

static struct mien_survival_curve *push_curve(lua_State *L)
{
    struct mien_survival_curve *curve = lua_newuserdatauv(L, sizeof *curve, 0);
    *curve = (struct mien_survival_curve){0};
    if (luaL_newmetatable(L, CURVE)) {
        lua_pushcfunction(L, curve_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return curve;
}

static void push_points(lua_State *L, const struct mien_survival_curve *curve)
{
    static const char *const names[] = {"time",     "at_risk", "events", "censored",
                                        "survival", "se",      "low",    "high"};
    enum { COLUMNS = sizeof names / sizeof *names };
    double *columns[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        columns[c] = mien_lua_push_numbers(L, curve->count);
    for (size_t i = 0; i < curve->count; i++) {
        const struct mien_survival_point *p = &curve->points[i];
        const double row[COLUMNS] = {
            p->time, (double)p->at_risk, (double)p->events, (double)p->censored, p->survival,
            p->se,   p->ci.low,          p->ci.high};
        for (int c = 0; c < COLUMNS; c++)
            columns[c][i] = row[c];
    }
    mien_lua_push_frame(L, names, COLUMNS);
}

/* survival_curve(time, event, groups, strata, group, conf, until) -> frame of points, table of the rest */
static int survival_curve(lua_State *L)
{
    lua_settop(L, 7);
    int group = (int)luaL_checkinteger(L, 5) - 1;
    double conf = luaL_checknumber(L, 6), until = luaL_checknumber(L, 7);
    struct mien_survival_rows rows = read_rows(L);
    struct mien_survival_curve *curve = push_curve(L);
    enum mien_status status = mien_survival(&rows, group, conf, until, curve);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.survival", status);
    luaL_checkstack(L, 16, "too many columns");
    push_points(L, curve);
    lua_createtable(L, 0, 8);
    mien_lua_set_number(L, "median", curve->median);
    mien_stats_set_interval(L, "median_ci", curve->median_ci);
    mien_lua_set_number(L, "mean", curve->mean);
    mien_lua_set_number(L, "mean_se", curve->mean_se);
    lua_pushinteger(L, (lua_Integer)curve->n);
    lua_setfield(L, -2, "n");
    lua_pushinteger(L, (lua_Integer)curve->events);
    lua_setfield(L, -2, "events");
    return 2;
}

/* logrank(time, event, groups, strata, count of groups) -> {chisq =, df =, p =, observed =, expected =} */
static int logrank(lua_State *L)
{
    lua_settop(L, 5);
    int groups = (int)luaL_checkinteger(L, 5);
    struct mien_survival_rows rows = read_rows(L);
    double *observed = lua_newuserdatauv(L, 2 * ((size_t)groups + 1) * sizeof *observed, 0);
    double *expected = observed + groups;
    struct mien_logrank test;
    enum mien_status status = mien_logrank(&rows, groups, observed, expected, &test);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.survival", status);
    lua_createtable(L, 0, 6);
    mien_lua_set_number(L, "chisq", test.statistic);
    mien_lua_set_number(L, "df", test.df);
    mien_lua_set_number(L, "p", test.p);
    mien_stats_set_numbers(L, "observed", observed, groups);
    mien_stats_set_numbers(L, "expected", expected, groups);
    mien_stats_set_note(L, test.why);
    return 1;
}

/* stats.theil_sen(x, y [, options]) */
static int theil_sen(lua_State *L)
{
    static const char *const allowed[] = {"conf", NULL};
    const char *function = "stats.theil_sen";
    mien_lua_check_options(L, 3, function, allowed);
    double conf = mien_stats_option_conf(L, 3, function);
    lua_settop(L, 2);
    size_t x_count, y_count;
    const double *x = mien_lua_numbers(L, 1, "stats.theil_sen: x", &x_count);
    const double *y = mien_lua_numbers(L, 2, "stats.theil_sen: y", &y_count);
    mien_stats_check_pairs(L, function, "x", x_count, "y", y_count);
    struct mien_slope line;
    if (mien_theil_sen(x, y, x_count, mien_normal_quantile_upper((1 - conf) / 2), &line) != 0)
        return luaL_error(L, "stats.theil_sen: out of memory, or more than %d pairs: take medians first",
                          (int)MIEN_SLOPE_MOST);
    mien_stats_push_result(L, MIEN_THEIL_SEN);
    mien_lua_set_number(L, "slope", line.slope);
    mien_lua_set_number(L, "intercept", line.intercept);
    mien_stats_set_pair(L, "ci", line.low, line.high);
    mien_lua_set_number(L, "conf", conf);
    lua_pushinteger(L, (lua_Integer)line.n);
    lua_setfield(L, -2, "n");
    lua_pushinteger(L, (lua_Integer)(x_count - line.n));
    lua_setfield(L, -2, "dropped");
    if (isnan(line.slope))
        mien_stats_set_note(L, line.n < 2 ? MIEN_STATS_TOO_FEW : MIEN_STATS_CONSTANT);
    else if (isinf(line.low))
        mien_stats_set_note(L, MIEN_STATS_LEVEL);
    return 1;
}

const luaL_Reg mien_stats_survival_functions[] = {{"theil_sen", theil_sen}, {NULL, NULL}};
const luaL_Reg mien_stats_survival_core[] = {
    {"survival_curve", survival_curve}, {"logrank", logrank}, {NULL, NULL}};
