/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stats module: Mann-Whitney and Wilcoxon tests.
 */
#include "lua/stats_common.h"

#include <math.h>

static struct mien_rank_options check_rank_options(lua_State *L, int index, const char *function)
{
    struct mien_rank_options options = {
        .mu = mien_lua_option_number(L, index, function, "mu", 0, -HUGE_VAL, HUGE_VAL),
        .conf = mien_stats_option_conf(L, index, function),
        .alternative = mien_stats_option_alternative(L, index, function),
        .exact = mien_stats_option_exact(L, index, function),
        .correct = mien_lua_option_boolean(L, index, function, "correct", true)};
    return options;
}

static void push_rank_test(lua_State *L, const struct mien_rank_test *test,
                           const struct mien_rank_options *options, int samples, const char *name)
{
    mien_stats_push_result(L, MIEN_RANK_TEST);
    mien_lua_set_number(L, "statistic", test->statistic);
    mien_lua_set_number(L, "p", test->p);
    mien_lua_set_number(L, "diff", test->diff);
    mien_lua_set_number(L, "effect", test->effect);
    mien_lua_set_number(L, "conf", test->conf);
    mien_lua_set_number(L, "mu", options->mu);
    mien_lua_set_boolean(L, "exact", test->exact);
    mien_stats_set_interval(L, "ci", test->ci);
    mien_stats_set_numbers(L, "median", test->median, samples);
    mien_stats_set_counts(L, "n", test->n, samples);
    lua_pushinteger(L, (lua_Integer)test->dropped);
    lua_setfield(L, -2, "dropped");
    const char *how = test->exact        ? "exact"
                      : options->correct ? "normal approximation with continuity correction"
                                         : "normal approximation";
    lua_pushfstring(L, "%s, %s", name, how);
    lua_setfield(L, -2, "method");
    mien_stats_set_alternative(L, options->alternative);
    mien_stats_set_note(L, test->why);
}

static int mannwhitney(lua_State *L)
{
    static const char *const allowed[] = {"mu", "alternative", "conf", "exact", "correct", NULL};
    const char *function = "stats.mannwhitney";
    mien_lua_check_options(L, 3, function, allowed);
    struct mien_rank_options options = check_rank_options(L, 3, function);
    size_t x_count, y_count;
    const double *x = mien_lua_numbers(L, 1, "stats.mannwhitney: x", &x_count);
    const double *y = mien_lua_numbers(L, 2, "stats.mannwhitney: y", &y_count);
    struct mien_rank_test test;
    enum mien_status status = mien_mann_whitney(x, x_count, y, y_count, &options, &test);
    if (status != MIEN_OK)
        return mien_stats_fail(L, function, status);
    push_rank_test(L, &test, &options, 2, "Mann-Whitney test");
    mien_lua_set_number(L, "w", test.statistic);
    mien_lua_set_number(L, "u", test.statistic);
    return 1;
}

static int wilcoxon(lua_State *L)
{
    static const char *const allowed[] = {"mu", "alternative", "conf", "exact", "correct", "paired", NULL};
    const char *function = "stats.wilcoxon";
    bool paired = mien_stats_second_sample(L);
    mien_lua_check_options(L, 3, function, allowed);
    struct mien_rank_options options = check_rank_options(L, 3, function);
    if (!mien_lua_option_boolean(L, 3, function, "paired", true) && paired)
        return luaL_error(L, "stats.wilcoxon: x and y are pairs here; use stats.mannwhitney for two groups");
    size_t x_count, y_count = 0;
    const double *x = mien_lua_numbers(L, 1, "stats.wilcoxon: x", &x_count);
    const double *y = paired ? mien_lua_numbers(L, 2, "stats.wilcoxon: y", &y_count) : NULL;
    if (paired)
        mien_stats_check_pairs(L, function, "x", x_count, "y", y_count);
    struct mien_rank_test test;
    enum mien_status status = mien_wilcoxon(x, y, x_count, &options, &test);
    if (status != MIEN_OK)
        return mien_stats_fail(L, function, status);
    push_rank_test(L, &test, &options, 1,
                   paired ? "Wilcoxon signed rank test of pairs" : "Wilcoxon signed rank test");
    mien_lua_set_number(L, "v", test.statistic);
    lua_pushinteger(L, (lua_Integer)test.zeroes);
    lua_setfield(L, -2, "zeroes");
    return 1;
}

const luaL_Reg mien_stats_rank_functions[] = {
    {"mannwhitney", mannwhitney}, {"wilcoxon", wilcoxon}, {NULL, NULL}};
