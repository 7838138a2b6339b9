/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stats module: descriptions, t-tests, correlation and adjustment of p-values. Rank tests are in
 * stats_rank.c, ROC curves in stats_roc.c; printing and stats.compare in lua/stats.lua.
 */
#include "lua/modules.h"
#include "lua/stats_common.h"
#include "stats/adjust.h"
#include "stats/correlation.h"
#include "stats/describe.h"
#include "stats/ttest.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int describe(lua_State *L)
{
    static const char *const allowed[] = {"conf", NULL};
    const char *function = "stats.describe";
    mien_lua_check_options(L, 2, function, allowed);
    double conf = mien_stats_option_conf(L, 2, function);
    size_t count;
    const double *x = mien_lua_numbers(L, 1, "stats.describe: x", &count);
    struct mien_description d;
    enum mien_status status = mien_describe(x, count, conf, &d);
    if (status != MIEN_OK)
        return mien_stats_fail(L, function, status);
    mien_stats_push_result(L, MIEN_DESCRIPTION);
    lua_pushinteger(L, (lua_Integer)d.n);
    lua_setfield(L, -2, "n");
    lua_pushinteger(L, (lua_Integer)d.dropped);
    lua_setfield(L, -2, "dropped");
    const struct {
        const char *name;
        double value;
    } fields[] = {{"mean", d.mean},     {"sd", d.sd}, {"se", d.se},   {"min", d.min},       {"q1", d.q1},
                  {"median", d.median}, {"q3", d.q3}, {"max", d.max}, {"iqr", d.q3 - d.q1}, {"conf", conf}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mien_lua_set_number(L, fields[i].name, fields[i].value);
    mien_stats_set_interval(L, "ci", d.ci);
    return 1;
}

static void push_ttest(lua_State *L, const struct mien_ttest *test, const struct mien_ttest_options *options,
                       int samples, const char *method)
{
    mien_stats_push_result(L, MIEN_TTEST);
    mien_lua_set_text(L, "method", method);
    mien_lua_set_number(L, "t", test->t);
    mien_lua_set_number(L, "statistic", test->t);
    mien_lua_set_number(L, "df", test->df);
    mien_lua_set_number(L, "p", test->p);
    mien_lua_set_number(L, "diff", test->diff);
    mien_lua_set_number(L, "d", test->effect.d);
    mien_lua_set_number(L, "g", test->effect.g);
    mien_lua_set_number(L, "mu", options->mu);
    mien_lua_set_number(L, "conf", options->conf);
    mien_stats_set_interval(L, "ci", test->ci);
    mien_stats_set_interval(L, "d_ci", test->effect.d_ci);
    mien_stats_set_interval(L, "g_ci", test->effect.g_ci);
    mien_stats_set_numbers(L, "mean", test->mean, samples);
    mien_stats_set_numbers(L, "sd", test->sd, samples);
    mien_stats_set_counts(L, "n", test->n, samples);
    lua_pushinteger(L, (lua_Integer)test->dropped);
    lua_setfield(L, -2, "dropped");
    mien_stats_set_alternative(L, options->alternative);
    mien_stats_set_note(L, test->why);
}

static int ttest(lua_State *L)
{
    static const char *const allowed[] = {"paired", "equal_var", "mu", "alternative", "conf", NULL};
    const char *function = "stats.ttest";
    bool two = mien_stats_second_sample(L);
    mien_lua_check_options(L, 3, function, allowed);
    struct mien_ttest_options options = {
        .mu = mien_lua_option_number(L, 3, function, "mu", 0, -HUGE_VAL, HUGE_VAL),
        .conf = mien_stats_option_conf(L, 3, function),
        .alternative = mien_stats_option_alternative(L, 3, function),
        .equal_var = mien_lua_option_boolean(L, 3, function, "equal_var", false)};
    bool paired = mien_lua_option_boolean(L, 3, function, "paired", false);
    if (paired && !two)
        return luaL_error(L, "stats.ttest: paired needs a second sample y");
    size_t x_count, y_count = 0;
    const double *x = mien_lua_numbers(L, 1, "stats.ttest: x", &x_count);
    const double *y = two ? mien_lua_numbers(L, 2, "stats.ttest: y", &y_count) : NULL;
    struct mien_ttest test;
    if (paired) {
        mien_stats_check_pairs(L, function, "x", x_count, "y", y_count);
        test = mien_ttest_paired(x, y, x_count, &options);
        push_ttest(L, &test, &options, 2, "paired t-test");
        mien_lua_set_number(L, "sd_diff", test.sd_diff);
    } else if (two) {
        test = mien_ttest_two(x, x_count, y, y_count, &options);
        push_ttest(L, &test, &options, 2, options.equal_var ? "Student t-test" : "Welch t-test");
    } else {
        test = mien_ttest_one(x, x_count, &options);
        push_ttest(L, &test, &options, 1, "one-sample t-test");
    }
    return 1;
}

static void push_correlation(lua_State *L, const struct mien_correlation *c,
                             const struct mien_correlation_options *options)
{
    mien_stats_push_result(L, MIEN_CORRELATION);
    mien_lua_set_number(L, "r", c->r);
    mien_lua_set_number(L, "p", c->p);
    mien_lua_set_number(L, "t", c->t);
    mien_lua_set_number(L, "df", c->df);
    mien_lua_set_number(L, "s", c->s);
    mien_lua_set_number(L, "statistic", options->spearman ? c->s : c->t);
    mien_lua_set_number(L, "conf", options->conf);
    mien_stats_set_interval(L, "ci", c->ci);
    lua_pushinteger(L, (lua_Integer)c->n);
    lua_setfield(L, -2, "n");
    lua_pushinteger(L, (lua_Integer)c->dropped);
    lua_setfield(L, -2, "dropped");
    mien_lua_set_boolean(L, "exact", c->exact);
    const char *spearman = !c->exact   ? "Spearman correlation, t approximation"
                           : c->n <= 9 ? "Spearman correlation, exact"
                                       : "Spearman correlation, Edgeworth series";
    mien_lua_set_text(L, "method", options->spearman ? spearman : "Pearson correlation");
    mien_stats_set_alternative(L, options->alternative);
    mien_stats_set_note(L, c->why);
}

static int cor(lua_State *L)
{
    static const char *const allowed[] = {"method", "alternative", "conf", "exact", NULL};
    static const char *const methods[] = {"pearson", "spearman", NULL};
    const char *function = "stats.cor";
    mien_lua_check_options(L, 3, function, allowed);
    struct mien_correlation_options options = {
        .spearman = mien_lua_option_choice(L, 3, function, "method", 0, methods) == 1,
        .conf = mien_stats_option_conf(L, 3, function),
        .alternative = mien_stats_option_alternative(L, 3, function),
        .exact = mien_stats_option_exact(L, 3, function)};
    lua_settop(L, 2);
    size_t x_count, y_count;
    const double *x = mien_lua_numbers(L, 1, "stats.cor: x", &x_count);
    const double *y = mien_lua_numbers(L, 2, "stats.cor: y", &y_count);
    mien_stats_check_pairs(L, function, "x", x_count, "y", y_count);
    struct mien_correlation c;
    enum mien_status status = mien_correlation(x, y, x_count, &options, &c);
    if (status != MIEN_OK)
        return mien_stats_fail(L, function, status);
    push_correlation(L, &c, &options);
    return 1;
}

static enum mien_adjustment check_adjustment(lua_State *L, int index)
{
    static const char *const methods[] = {"holm", "bh", "bonferroni", "none", NULL};
    if (lua_isnoneornil(L, index))
        return MIEN_ADJUST_HOLM;
    for (int i = 0; methods[i]; i++)
        if (lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), methods[i]) == 0)
            return (enum mien_adjustment)i;
    luaL_error(L,
               "stats.adjust: method must be one of \"holm\", \"bh\", \"bonferroni\", \"none\", not \"%s\"",
               luaL_tolstring(L, index, NULL));
    return MIEN_ADJUST_HOLM;
}

static int adjust(lua_State *L)
{
    enum mien_adjustment method = check_adjustment(L, 2);
    bool from_column = mien_lua_test_column(L, 1) != NULL;
    size_t count;
    const double *p = mien_lua_numbers(L, 1, "stats.adjust: p", &count);
    for (size_t i = 0; i < count; i++)
        if (p[i] < 0 || p[i] > 1)
            return luaL_error(L, "stats.adjust: p must be between 0 and 1, but item %d is %f", (int)i + 1,
                              p[i]);
    double *adjusted = from_column ? mien_lua_push_numbers(L, count)
                                   : lua_newuserdatauv(L, (count ? count : 1) * sizeof *adjusted, 0);
    enum mien_status status = mien_adjust(p, count, method, adjusted);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.adjust", status);
    if (from_column)
        return 1;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, adjusted[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* The metatable of a kind of result, for lua/stats.lua to fill. */
static int metatable(lua_State *L)
{
    luaL_newmetatable(L, luaL_checkstring(L, 1));
    return 1;
}

/* ---- For lua/stats.lua ---- */

static int is_text(lua_State *L)
{
    lua_pushboolean(L, mien_lua_check_column(L, 1)->is_text);
    return 1;
}

int luaopen_mien_stats(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"describe", describe}, {"ttest", ttest}, {"cor", cor}, {"adjust", adjust}, {NULL, NULL}};
    static const luaL_Reg for_lua_half[] = {{"metatable", metatable}, {"is_text", is_text}, {NULL, NULL}};
    /* GSL would end the program at the first domain error; its results are checked instead. */
    gsl_set_error_handler_off();
    luaL_newlib(L, functions);
    luaL_setfuncs(L, mien_stats_rank_functions, 0);
    luaL_setfuncs(L, mien_stats_roc_functions, 0);
    luaL_setfuncs(L, mien_stats_survival_functions, 0);
    luaL_newlib(L, for_lua_half);
    luaL_setfuncs(L, mien_stats_roc_methods, 0);
    luaL_setfuncs(L, mien_stats_survival_core, 0);
    luaL_setfuncs(L, mien_stats_groups_core, 0);
    luaL_setfuncs(L, mien_stats_logistic_core, 0);
    lua_setfield(L, -2, "core"); /* Taken away again by lua/stats.lua. */
    return 1;
}
