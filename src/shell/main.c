/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program: creates the Lua state and does, inside one protected call, what the command line asks.
 */
#include "base/interrupt.h"
#include "base/paths.h"
#include "lua/modules.h"
#include "shell/options.h"
#include "shell/program.h"
#include "shell/repl.h"
#include "shell/report.h"
#include "shell/stop.h"

#include <lauxlib.h>
#include <locale.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int failed(lua_State *L)
{
    mien_report_print(L);
    return mien_interrupted() ? MIEN_EXIT_STOPPED : MIEN_EXIT_ERROR;
}

/* ---- The script ---- */

/* arg[0] is the script, as for lua; without one the program. */
static void set_arguments(lua_State *L, const struct mien_options *options, const char *script)
{
    int zero = script ? options->end : 0;
    lua_createtable(L, options->count, zero);
    for (int i = 0; i < options->count; i++) {
        lua_pushstring(L, i == zero && script ? script : options->words[i]);
        lua_rawseti(L, -2, i - zero);
    }
    lua_setglobal(L, "arg");
}

/* require finds files beside the script. */
static void add_folder_of(lua_State *L, const char *script)
{
    const char *slash = strrchr(script, '/');
    if (!slash)
        return;
    lua_getglobal(L, "package");
    lua_pushlstring(L, script, (size_t)(slash - script));
    const char *folder = lua_tostring(L, -1);
    lua_getfield(L, -2, "path");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", folder, folder, lua_tostring(L, -1));
    lua_setfield(L, -4, "path");
    lua_pop(L, 3);
}

/* Runs the function on the stack with the script's arguments. */
static int run_script(lua_State *L, const struct mien_options *options)
{
    int arguments = options->count - options->end - 1;
    luaL_checkstack(L, arguments > 0 ? arguments + 10 : 10, "too many arguments");
    for (int i = options->end + 1; i < options->count; i++)
        lua_pushstring(L, options->words[i]);
    return mien_report_call(L, arguments > 0 ? arguments : 0, 0) == LUA_OK ? MIEN_EXIT_OK : failed(L);
}

/* Loads a file (NULL: standard input) as lua does, with a plain message when it cannot be read. */
static int load_script(lua_State *L, const char *path)
{
    if (path && mien_path_is_folder(path)) {
        lua_pushfstring(L, "%s: is a folder, not a script", path);
        return LUA_ERRFILE;
    }
    if (path && access(path, R_OK) != 0) {
        lua_pushfstring(L, "%s: %s", path, mien_path_exists(path) ? "may not be read" : "no such file");
        return LUA_ERRFILE;
    }
    return luaL_loadfile(L, path);
}

static int run_file(lua_State *L, const struct mien_options *options, const char *path)
{
    set_arguments(L, options, path);
    add_folder_of(L, path);
    return load_script(L, path) == LUA_OK ? run_script(L, options) : failed(L);
}

static int run_standard_input(lua_State *L, const struct mien_options *options)
{
    set_arguments(L, options, options->end < options->count ? options->words[options->end] : NULL);
    return load_script(L, NULL) == LUA_OK ? run_script(L, options) : failed(L);
}

/* ---- Shipped scripts ---- */

static int call_half(lua_State *L)
{
    const char *name = lua_tostring(L, 1);
    mien_program_push(L, name);
    lua_replace(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int run_shipped(lua_State *L, const struct mien_options *options)
{
    lua_pushcfunction(L, call_half);
    lua_pushliteral(L, "shipped");
    lua_pushstring(L, options->words[options->end]);
    if (mien_report_call(L, 2, 1) != LUA_OK)
        return failed(L);
    /* A table is the answer to a name that is none: the text to print. */
    if (lua_istable(L, -1)) {
        lua_rawgeti(L, -1, 1);
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        return MIEN_EXIT_USAGE;
    }
    return run_file(L, options, lua_tostring(L, -1));
}

/* ---- What the options ask for ---- */

static int run_commands(lua_State *L, const struct mien_options *options)
{
    int position = 1;
    for (const char *code; (code = mien_options_command(options, &position));) {
        if (luaL_loadbuffer(L, code, strlen(code), MIEN_CHUNK_COMMAND) != LUA_OK) {
            mien_report_trim(L, strchr(code, '\n') != NULL);
            return failed(L);
        }
        if (mien_report_call(L, 0, 0) != LUA_OK)
            return failed(L);
    }
    return MIEN_EXIT_OK;
}

static int print_usage(lua_State *L)
{
    lua_pushcfunction(L, call_half);
    lua_pushliteral(L, "usage");
    return mien_report_call(L, 1, 0) == LUA_OK ? MIEN_EXIT_OK : failed(L);
}

static void run_init_file(lua_State *L)
{
    char path[MIEN_PATH_SIZE];
    if (mien_path_config(path, "init.lua") != 0 || !mien_path_exists(path))
        return;
    if (luaL_loadfile(L, path) != LUA_OK || mien_report_call(L, 0, 0) != LUA_OK)
        mien_report_print(L);
}

/* The prompt is for a person: without a script, on a terminal, or when asked for. */
static bool wants_prompt(const struct mien_options *options)
{
    if (options->interactive)
        return true;
    return options->end == options->count && !options->commands && isatty(STDIN_FILENO);
}

static int do_all(lua_State *L, const struct mien_options *options)
{
    bool prompt = wants_prompt(options);
    bool script = options->end < options->count && !options->standard_input;
    if (options->help)
        return print_usage(L);
    if (options->version) {
        mien_program_version();
        return MIEN_EXIT_OK;
    }
    set_arguments(L, options, NULL);
    if (prompt && !options->no_init)
        run_init_file(L);
    int result = run_commands(L, options);
    if (result == MIEN_EXIT_OK && options->module)
        result = run_shipped(L, options);
    else if (result == MIEN_EXIT_OK && script)
        result = run_file(L, options, options->words[options->end]);
    else if (result == MIEN_EXIT_OK && (options->standard_input || (!prompt && !options->commands)))
        result = run_standard_input(L, options);
    if (!prompt || options->standard_input || result == MIEN_EXIT_USAGE)
        return result;
    mien_repl_run(L);
    return MIEN_EXIT_OK;
}

static int protected_main(lua_State *L)
{
    const struct mien_options *options = lua_touserdata(L, 1);
    luaL_openlibs(L);
    mien_modules_install(L);
    mien_program_install(L);
    mien_report_install(L);
    mien_stop_install(L);
    lua_pushinteger(L, do_all(L, options));
    return 1;
}

int main(int argc, char **argv)
{
    struct mien_options options;
    if (mien_options_parse(&options, argc, (const char *const *)argv) != 0)
        return MIEN_EXIT_USAGE;
    /* Only how text is encoded; numbers keep their decimal point. */
    setlocale(LC_CTYPE, "");
    lua_State *L = luaL_newstate();
    if (!L) {
        fprintf(stderr, "mien: not enough memory to start\n");
        return MIEN_EXIT_ERROR;
    }
    lua_pushcfunction(L, protected_main);
    lua_pushlightuserdata(L, &options);
    int result = lua_pcall(L, 1, 1, 0) == LUA_OK ? (int)lua_tointeger(L, -1) : failed(L);
    mien_stop_remove();
    lua_close(L);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "mien: the output could not be written\n");
        result = result ? result : MIEN_EXIT_ERROR;
    }
    return result;
}
