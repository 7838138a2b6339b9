/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/program.h"

#include "base/paths.h"
#include "lua/modules.h"

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The registry key of the table that lua/shell.lua returns. */
static const char half_key = 0;

void mien_program_load(lua_State *L, const char *file)
{
    char name[256], path[MIEN_PATH_SIZE];
    snprintf(name, sizeof name, "lua/%s", file);
    if (mien_path_share(path, name) != 0)
        luaL_error(L, "%s is missing beside the program; run make, or install mien again", name);
    if (luaL_loadfile(L, path) != LUA_OK)
        lua_error(L);
}

/* ---- What the Lua half needs of the system ---- */

static bool is_folder_entry(const char *folder, const struct dirent *entry)
{
    char path[MIEN_PATH_SIZE];
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type == DT_DIR;
    int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    return length < (int)sizeof path && mien_path_is_folder(path);
}

/* list_folder(path): array of names, folders with a slash at the end; empty where it cannot be read. */
static int core_list_folder(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    lua_newtable(L);
    DIR *folder = opendir(path);
    if (!folder)
        return 1;
    lua_Integer count = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        lua_pushfstring(L, is_folder_entry(path, entry) ? "%s/" : "%s", entry->d_name);
        lua_rawseti(L, -2, ++count);
    }
    closedir(folder);
    return 1;
}

static int core_exists(lua_State *L)
{
    lua_pushboolean(L, mien_path_exists(luaL_checkstring(L, 1)));
    return 1;
}

/* share(name): path of a shipped file, nil where there is none. */
static int core_share(lua_State *L)
{
    char path[MIEN_PATH_SIZE];
    if (mien_path_share(path, luaL_checkstring(L, 1)) == 0)
        lua_pushstring(L, path);
    else
        lua_pushnil(L);
    return 1;
}

/* width(): columns of the terminal on stdout or stderr, nil where neither is one. */
static int core_width(lua_State *L)
{
    struct winsize size;
    for (int output = STDOUT_FILENO; output <= STDERR_FILENO; output++)
        if (ioctl(output, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            lua_pushinteger(L, size.ws_col);
            return 1;
        }
    lua_pushnil(L);
    return 1;
}

/* set_width(columns): tells everything that prints, here and in programs that are started, how wide lines may
 * be. */
static int core_set_width(lua_State *L)
{
    char columns[32];
    snprintf(columns, sizeof columns, "%lld", (long long)luaL_checkinteger(L, 1));
    setenv("COLUMNS", columns, 1);
    return 0;
}

static int core_is_terminal(lua_State *L)
{
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

/* class(name): the metatable registered under that name, or nil. */
static int core_class(lua_State *L)
{
    luaL_getmetatable(L, luaL_checkstring(L, 1));
    return 1;
}

/* history_path(): where the history of the prompt is kept, nil where there is no such place. */
static int core_history_path(lua_State *L)
{
    char path[MIEN_PATH_SIZE];
    if (mien_path_state(path, "history", false) == 0)
        lua_pushstring(L, path);
    else
        lua_pushnil(L);
    return 1;
}

static void push_core(lua_State *L)
{
    static const luaL_Reg functions[] = {{"list_folder", core_list_folder},
                                         {"exists", core_exists},
                                         {"share", core_share},
                                         {"width", core_width},
                                         {"set_width", core_set_width},
                                         {"is_terminal", core_is_terminal},
                                         {"class", core_class},
                                         {"history_path", core_history_path},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
    lua_newtable(L);
    for (int i = 0; mien_module_names[i]; i++) {
        lua_pushstring(L, mien_module_names[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "modules");
}

/* ---- The Lua half ---- */

static void load_half(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &half_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "mien");
    lua_remove(L, -2);
    /* The metatable that leads here goes first, so that the file sees a plain table. */
    lua_pushnil(L);
    lua_setmetatable(L, -2);
    mien_program_load(L, "shell.lua");
    lua_insert(L, -2);
    push_core(L);
    lua_call(L, 2, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &half_key);
}

void mien_program_push(lua_State *L, const char *name)
{
    load_half(L);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

/* __index and __pairs of `mien` before it is filled. */
static int program_index(lua_State *L)
{
    load_half(L);
    lua_settop(L, 2);
    lua_rawget(L, 1);
    return 1;
}

static int program_pairs(lua_State *L)
{
    load_half(L);
    lua_getglobal(L, "next");
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* help(...) until the real one is there. */
static int program_help(lua_State *L)
{
    mien_program_push(L, "help");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* A searcher of require: "mien.name" is lua/name.lua among the shipped files. */
static int search_shipped(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    char file[256], path[MIEN_PATH_SIZE];
    if (strncmp(name, "mien.", 5) != 0)
        return 0;
    snprintf(file, sizeof file, "lua/%s.lua", name + 5);
    for (char *dot = strchr(file + 4, '.'); dot && dot[1] && strcmp(dot, ".lua") != 0; dot = strchr(dot, '.'))
        *dot = '/';
    if (mien_path_share(path, file) != 0) {
        lua_pushfstring(L, "no file '%s' among the shipped Lua files", file);
        return 1;
    }
    if (luaL_loadfile(L, path) != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, path);
    return 2;
}

/* require "mien.help": the functions behind help(), for the scripts that make and check the documentation. */
static int open_help(lua_State *L)
{
    mien_program_push(L, "part");
    lua_pushliteral(L, "help");
    lua_call(L, 1, 1);
    return 1;
}

static void add_searcher(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "preload");
    lua_pushcfunction(L, open_help);
    lua_setfield(L, -2, "mien.help");
    lua_pop(L, 1);
    lua_getfield(L, -1, "searchers");
    lua_pushcfunction(L, search_shipped);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 2);
}

void mien_program_install(lua_State *L)
{
    lua_newtable(L);
    lua_pushliteral(L, MIEN_VERSION);
    lua_setfield(L, -2, "version");
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, program_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, program_pairs);
    lua_setfield(L, -2, "__pairs");
    lua_pushliteral(L, "module mien");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "mien");
    lua_pop(L, 1);
    lua_setglobal(L, "mien");
    lua_pushcfunction(L, program_help);
    lua_setglobal(L, "help");
    add_searcher(L);
}
