/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/modules.h"

#include "base/paths.h"

#include <dlfcn.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *const mien_module_names[] = {"video", "face", "measure", "df",  "stats", "cohort",
                                         "model", "plot", "report",  "sim", NULL};

static lua_CFunction linked_opener(const char *name)
{
    static const struct {
        const char *name;
        lua_CFunction open;
    } linked[] = {
        {"df", luaopen_mien_df},
        {"measure", luaopen_mien_measure},
        {"plot", luaopen_mien_plot},
        {"report", luaopen_mien_report},
    };
    for (size_t i = 0; i < sizeof linked / sizeof *linked; i++)
        if (strcmp(linked[i].name, name) == 0)
            return linked[i].open;
    return NULL;
}

/* FFmpeg's libraries one by one, from the bottom up (see the Makefile), for those of our shared objects that
 * need them. What does not load by itself does so with the object, or is told then. */
static void load_first(const char *name)
{
    static const char *const with_video[] = {"video", "face", "cohort", "model", "sim"};
    const char *next = MIEN_LOAD_FIRST;
    bool needed = false;
    for (size_t i = 0; i < sizeof with_video / sizeof *with_video; i++)
        needed = needed || strcmp(name, with_video[i]) == 0;
    while (needed && *next) {
        char library[128];
        size_t length = strcspn(next, " ");
        if (length > 0 && length < sizeof library) {
            memcpy(library, next, length);
            library[length] = '\0';
            dlopen(library, RTLD_LAZY | RTLD_LOCAL);
        }
        next += length + strspn(next + length, " ");
    }
}

/* The opener in our shared object; raises when the object exists but does not load. NULL when there is none.
 */
static lua_CFunction plugin_opener(lua_State *L, const char *name)
{
    char file[64], symbol[64], path[MIEN_PATH_SIZE];
    snprintf(file, sizeof file, "libmien-%s.so", name);
    snprintf(symbol, sizeof symbol, "luaopen_mien_%s", name);
    if (mien_path_plugin(path, file) != 0)
        return NULL;
    load_first(name);
    /* Never closed: its functions stay reachable from Lua until the program ends. */
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        luaL_error(L, "module %s: %s (try scripts/install-deps, then make)", name, dlerror());
    lua_CFunction open;
    void *address = dlsym(object, symbol);
    if (!address)
        luaL_error(L, "module %s: %s has no %s; rebuild with make clean && make", name, path, symbol);
    memcpy(&open, &address, sizeof open);
    return open;
}

/* Copies the fields of the table on top of the stack into the one at module, and pops. */
static void copy_fields(lua_State *L, int module)
{
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, module);
    }
    lua_pop(L, 1);
}

static void run_lua_half(lua_State *L, int module, const char *name)
{
    char file[64], path[MIEN_PATH_SIZE];
    snprintf(file, sizeof file, "lua/%s.lua", name);
    if (mien_path_share(path, file) != 0)
        return;
    if (luaL_loadfile(L, path) != LUA_OK)
        lua_error(L);
    lua_pushvalue(L, module);
    lua_call(L, 1, 0);
}

static void load_module(lua_State *L, int module, const char *name)
{
    lua_CFunction open = linked_opener(name);
    if (!open)
        open = plugin_opener(L, name);
    /* The metatable goes first, so that the module's own code sees a plain table. */
    lua_pushnil(L);
    lua_setmetatable(L, module);
    if (open) {
        lua_pushcfunction(L, open);
        lua_call(L, 0, 1);
        copy_fields(L, module);
    }
    run_lua_half(L, module, name);
}

static int load_protected(lua_State *L)
{
    load_module(L, 1, lua_tostring(L, 2));
    return 0;
}

/* Fills the module at 1, whose name is the running function's upvalue. What fails, or is stopped by Ctrl-C,
 * is tried again at the next access: without its metatable the module would stay half a module. */
static void fill_module(lua_State *L)
{
    int top = lua_gettop(L);
    if (!lua_getmetatable(L, 1))
        lua_pushnil(L);
    lua_pushcfunction(L, load_protected);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        lua_pushvalue(L, top + 1);
        lua_setmetatable(L, 1);
        lua_error(L);
    }
    lua_settop(L, top);
}

/* __index and __pairs of a module that is not loaded yet. Upvalue: its name. */
static int module_index(lua_State *L)
{
    fill_module(L);
    lua_settop(L, 2);
    lua_rawget(L, 1);
    return 1;
}

static int module_pairs(lua_State *L)
{
    fill_module(L);
    lua_getglobal(L, "next");
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* The opener of mien.movement, which is no module for users but what measure and cohort require of one. */
static int open_movement(lua_State *L)
{
    lua_CFunction open = plugin_opener(L, "movement");
    if (!open)
        return luaL_error(
            L, "this mien was built without OpenCV; install libopencv-video-dev (scripts/install-deps "
               "does) and run make again");
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    return 1;
}

/* The opener of mien.onnx, which the model module requires. */
static int open_onnx(lua_State *L)
{
    lua_CFunction open = plugin_opener(L, "onnx");
    if (!open)
        return luaL_error(L, "this mien was built without OpenCV's dnn; install libopencv-dnn-dev "
                             "(scripts/install-deps does) and run make again");
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    return 1;
}

static void install_inner(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, open_movement);
    lua_setfield(L, -2, "mien.movement");
    lua_pushcfunction(L, open_onnx);
    lua_setfield(L, -2, "mien.onnx");
    lua_pop(L, 1);
}

void mien_modules_install(lua_State *L)
{
    install_inner(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    for (const char *const *name = mien_module_names; *name; name++) {
        lua_newtable(L);
        lua_createtable(L, 0, 3);
        lua_pushstring(L, *name);
        lua_pushcclosure(L, module_index, 1);
        lua_setfield(L, -2, "__index");
        lua_pushstring(L, *name);
        lua_pushcclosure(L, module_pairs, 1);
        lua_setfield(L, -2, "__pairs");
        lua_pushfstring(L, "module %s", *name);
        lua_setfield(L, -2, "__name");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_setglobal(L, *name);
        lua_pushfstring(L, "mien.%s", *name);
        lua_insert(L, -2);
        lua_rawset(L, -3);
    }
    lua_pushcfunction(L, luaopen_mien_words);
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "mien.words.core");
    lua_pop(L, 1);
}
