/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the binding files of the stats module share.
 */
#ifndef MIEN_LUA_STATS_COMMON_H
#define MIEN_LUA_STATS_COMMON_H

#include "lua/lua_util.h"
#include "stats/rank_test.h"
#include "stats/stats.h"

/* Metatables of results; lua/stats.lua adds their __tostring. */
#define MIEN_TTEST "mien.ttest"
#define MIEN_RANK_TEST "mien.ranktest"
#define MIEN_CORRELATION "mien.correlation"
#define MIEN_DESCRIPTION "mien.description"
#define MIEN_ROC "mien.roc"
#define MIEN_ROC_POINT "mien.roc.point"
#define MIEN_ROC_TEST "mien.roctest"
#define MIEN_THEIL_SEN "mien.theilsen"
#define MIEN_KAPPA "mien.kappa"

/* Pushes an empty result with this metatable. */
void mien_stats_push_result(lua_State *L, const char *metatable);

/* Options; index is that of the options table, none or nil. */
double mien_stats_option_conf(lua_State *L, int index, const char *function);
enum mien_alternative mien_stats_option_alternative(lua_State *L, int index, const char *function);
enum mien_exact mien_stats_option_exact(lua_State *L, int index, const char *function);

/* True if the value at index is options: a table with names and no items, so not data. */
bool mien_stats_is_options(lua_State *L, int index);
/* For f(x [, y] [, options]): puts nil in place of an absent y, so that options are at 3; true if there is a
 * y. */
bool mien_stats_second_sample(lua_State *L);
/* Raises unless both samples of pairs have the same length. */
void mien_stats_check_pairs(lua_State *L, const char *function, const char *first, size_t first_count,
                            const char *second, size_t second_count);

/* Fields of the table on top of the stack. */
void mien_stats_set_pair(lua_State *L, const char *name, double first, double second);
void mien_stats_set_interval(lua_State *L, const char *name, struct mien_interval interval);
/* Two items, or one where count is 1. */
void mien_stats_set_numbers(lua_State *L, const char *name, const double *values, int count);
void mien_stats_set_counts(lua_State *L, const char *name, const size_t *values, int count);
void mien_stats_set_alternative(lua_State *L, enum mien_alternative alternative);
/* The field note, where there is something to say. */
void mien_stats_set_note(lua_State *L, enum mien_stats_why why);

/* nil, message, code for a core function that failed. */
int mien_stats_fail(lua_State *L, const char *function, enum mien_status status);

/* The functions of the other binding files, each ends with {NULL, NULL}. */
extern const luaL_Reg mien_stats_rank_functions[];
extern const luaL_Reg mien_stats_roc_functions[];
extern const luaL_Reg mien_stats_survival_functions[];
/* These are used by lua/stats.lua only. */
extern const luaL_Reg mien_stats_roc_methods[];
extern const luaL_Reg mien_stats_survival_core[];
extern const luaL_Reg mien_stats_groups_core[];
extern const luaL_Reg mien_stats_logistic_core[];

#endif
