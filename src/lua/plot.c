/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plot: the C half. It draws a figure that lua/plot.lua describes as a table. All of it is in the field
 * `core`, which the Lua half takes for itself.
 */
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/plot_figure.h"
#include "plot/gnuplot.h"
#include "plot/output.h"
#include "plot/script.h"
#include "plot/terminal.h"

#include <stdlib.h>
#include <string.h>

#define SESSION "mien.plot.gnuplot"
#define FOLDER "mien.plot.folder"

/* Seconds gnuplot may take for one figure; a display that cannot be opened may never answer. */
enum { PATIENCE = 120, PATIENCE_WITH_WINDOWS = 10 };

/* ---- What has to be released ---- */

static int free_session(lua_State *L)
{
    struct mien_gnuplot *gnuplot = luaL_checkudata(L, 1, SESSION);
    mien_gnuplot_stop(gnuplot);
    return 0;
}

static struct mien_gnuplot *the_session(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, SESSION ".running") == LUA_TNIL) {
        struct mien_gnuplot *gnuplot = lua_newuserdatauv(L, sizeof *gnuplot, 0);
        *gnuplot = (struct mien_gnuplot){0};
        luaL_setmetatable(L, SESSION);
        lua_setfield(L, LUA_REGISTRYINDEX, SESSION ".running");
    }
    lua_pop(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, SESSION ".running");
    struct mien_gnuplot *session = luaL_checkudata(L, -1, SESSION);
    lua_pop(L, 1);
    return session;
}

static int close_folder(lua_State *L)
{
    char *path = luaL_checkudata(L, 1, FOLDER);
    mien_private_folder_remove(path);
    path[0] = '\0';
    return 0;
}

/* core.folder(caller) -> folder, path */
static int new_folder(lua_State *L)
{
    struct mien_error error;
    const char *caller = luaL_checkstring(L, 1);
    char *path = lua_newuserdatauv(L, MIEN_PATH_SIZE, 0);
    path[0] = '\0';
    luaL_setmetatable(L, FOLDER);
    if (mien_private_folder(path, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushstring(L, path);
    return 2;
}

/* ---- Drawing ---- */

/* core.script(figure, page) -> text */
static int script(lua_State *L)
{
    struct mien_figure figure;
    struct mien_page page;
    mien_lua_plot_page(L, 2, &page);
    mien_lua_plot_figure(L, 1, &figure);
    struct mien_text *text = mien_lua_push_text(L);
    if (mien_plot_script(&figure, &page, text) != 0)
        return luaL_error(L, "out of memory for a script of gnuplot");
    lua_pushlstring(L, text->bytes, text->length);
    return 1;
}

/* The first of gnuplot's terminals that open windows; NULL where there is none. */
static const char *window_terminal(const struct mien_gnuplot *gnuplot)
{
    static const char *const terminals[] = {"qt", "wxt", "x11"};
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
        if (mien_gnuplot_has_terminal(gnuplot, terminals[i]))
            return terminals[i];
    return NULL;
}

/* core.draw(figure, page, folder path, caller) -> bytes of the picture; true for a window */
static int draw(lua_State *L)
{
    struct mien_figure figure;
    struct mien_page page;
    struct mien_error error;
    const char *folder = luaL_checkstring(L, 3), *caller = luaL_checkstring(L, 4);
    mien_lua_plot_page(L, 2, &page);
    mien_lua_plot_figure(L, 1, &figure);
    struct mien_gnuplot *gnuplot = the_session(L);
    struct mien_text *text = mien_lua_push_text(L), *picture = mien_lua_push_text(L);
    enum mien_status status = mien_gnuplot_start(gnuplot, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    page.terminal = window_terminal(gnuplot);
    if (page.kind == MIEN_PAGE_WINDOW && !page.terminal)
        status = mien_fail(&error, MIEN_ERR_TOOL, "this gnuplot opens no windows; install gnuplot-qt");
    if (status == MIEN_OK && mien_plot_script(&figure, &page, text) != 0)
        status = mien_fail(&error, MIEN_ERR_MEMORY, "out of memory for a script of gnuplot");
    if (status == MIEN_OK)
        status = mien_gnuplot_run(gnuplot, text->bytes, folder,
                                  page.kind == MIEN_PAGE_WINDOW ? PATIENCE_WITH_WINDOWS : PATIENCE, &error);
    if (status == MIEN_OK && page.kind == MIEN_PAGE_WINDOW) {
        gnuplot->has_windows = true;
        lua_pushboolean(L, true);
        return 1;
    }
    if (status == MIEN_OK)
        status = mien_picture_read(folder, page.kind, picture, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushlstring(L, picture->bytes, picture->length);
    return 1;
}

/* core.write(bytes, path, user_alone, caller) -> true */
static int write_picture(lua_State *L)
{
    struct mien_error error;
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);
    const char *path = luaL_checkstring(L, 2), *caller = luaL_checkstring(L, 4);
    /* Only read; the text borrows Lua's bytes. */
    struct mien_text picture = {.length = length};
    memcpy(&picture.bytes, &bytes, sizeof bytes);
    if (mien_picture_write(&picture, path, lua_toboolean(L, 3), &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushboolean(L, true);
    return 1;
}

/* core.page_of(path) -> "png", "svg", "pdf" or nil */
static int page_of(lua_State *L)
{
    static const char *const names[] = {
        [MIEN_PAGE_PNG] = "png", [MIEN_PAGE_SVG] = "svg", [MIEN_PAGE_PDF] = "pdf"};
    enum mien_page_kind kind;
    if (mien_page_of_file(luaL_checkstring(L, 1), &kind))
        lua_pushstring(L, names[kind]);
    else
        lua_pushnil(L);
    return 1;
}

/* core.look() -> what the user sits at */
static int look(lua_State *L)
{
    struct mien_terminal terminal = mien_terminal_look();
    lua_createtable(L, 0, 8);
    mien_lua_set_boolean(L, "present", terminal.present);
    mien_lua_set_boolean(L, "display", mien_display_present());
    mien_lua_set_number(L, "columns", terminal.columns);
    mien_lua_set_number(L, "rows", terminal.rows);
    mien_lua_set_number(L, "width", terminal.width);
    mien_lua_set_number(L, "height", terminal.height);
    return 1;
}

static int sixel(lua_State *L)
{
    lua_pushboolean(L, mien_terminal_has_sixel());
    return 1;
}

static void releasing_metatable(lua_State *L, const char *name, lua_CFunction release)
{
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

int luaopen_mien_plot(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"script", script},     {"draw", draw}, {"write", write_picture}, {"page_of", page_of},
        {"folder", new_folder}, {"look", look}, {"sixel", sixel},         {NULL, NULL}};
    releasing_metatable(L, SESSION, free_session);
    releasing_metatable(L, FOLDER, close_folder);
    lua_createtable(L, 0, 1);
    luaL_newlib(L, functions);
    mien_lua_plot_numbers(L);
    lua_setfield(L, -2, "core");
    return 1;
}
