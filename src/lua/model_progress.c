/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress line for long work that runs in Lua.
 */
#include "base/interrupt.h"
#include "lua/lua_util.h"
#include "lua/model_parts.h"
#include "lua/progress_bar.h"

#define BAR "mien.model.progress"

struct bar {
    struct mien_progress_bar bar;
    struct mien_progress progress;
};

static int bar_end(lua_State *L)
{
    struct bar *bar = luaL_checkudata(L, 1, BAR);
    mien_progress_bar_end(&bar->bar);
    bar->progress = (struct mien_progress){0};
    return 0;
}

/* (show) -> a bar: core.progress_report(bar, done, total, unit, note), and core.progress_end(bar), which the
 * collector calls as well. */
static int progress_new(lua_State *L)
{
    bool show = lua_toboolean(L, 1);
    struct bar *bar = lua_newuserdatauv(L, sizeof *bar, 0);
    bar->progress = mien_progress_bar_start(&bar->bar, show);
    if (luaL_newmetatable(L, BAR)) {
        lua_pushcfunction(L, bar_end);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, bar_end);
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    return 1;
}

/* Raises "stopped" after Ctrl-C, once the line is gone. */
static int progress_report(lua_State *L)
{
    struct bar *bar = luaL_checkudata(L, 1, BAR);
    double done = luaL_checknumber(L, 2), total = luaL_checknumber(L, 3);
    const char *unit = luaL_checkstring(L, 4);
    if (mien_interrupted()) {
        bar_end(L);
        return luaL_error(L, "stopped");
    }
    mien_progress_report(&bar->progress, done, total, unit, luaL_optstring(L, 5, NULL));
    return 0;
}

void mien_lua_model_progress(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"progress_new", progress_new},
        {"progress_report", progress_report},
        {"progress_end", bar_end},
        {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
}
