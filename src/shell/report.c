/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/report.h"

#include "base/interrupt.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "shell/stop.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEEPEST = 200,    /* Stack levels that are looked at. */
    TRACE_LINES = 10, /* Lines of a traceback. */
    MOST_WORDS = 512  /* Names that are compared for "did you mean". */
};

/* Where a piece of Lua code comes from. */
enum origin {
    ORIGIN_C,
    ORIGIN_TYPED,   /* The prompt or -e. */
    ORIGIN_SHIPPED, /* mien's own Lua files. */
    ORIGIN_SCRIPT   /* A file of the user's, or a script on standard input. */
};

static enum origin origin_of(const lua_Debug *info)
{
    if (*info->what == 'C')
        return ORIGIN_C;
    if (strcmp(info->source, MIEN_CHUNK_STDIN) == 0)
        return ORIGIN_SCRIPT;
    if (*info->source != '@')
        return ORIGIN_TYPED;
    return strstr(info->source, "/share/mien/lua/") ? ORIGIN_SHIPPED : ORIGIN_SCRIPT;
}

/* Finds the function on the stack whose current line the message starts with; returns the length of that
 * prefix. */
static size_t find_position(lua_State *L, const char *message, lua_Debug *info)
{
    for (int level = 1; level < DEEPEST && lua_getstack(L, level, info); level++) {
        char prefix[LUA_IDSIZE + 32];
        lua_getinfo(L, "Sl", info);
        if (info->currentline <= 0)
            continue;
        int length = snprintf(prefix, sizeof prefix, "%s:%d: ", info->short_src, info->currentline);
        if (strncmp(message, prefix, (size_t)length) == 0)
            return (size_t)length;
    }
    return 0;
}

/* The innermost code that the user wrote; false where there is none. */
static bool find_caller(lua_State *L, lua_Debug *info)
{
    for (int level = 1; level < DEEPEST && lua_getstack(L, level, info); level++) {
        lua_getinfo(L, "Sl", info);
        enum origin origin = origin_of(info);
        if (origin == ORIGIN_TYPED || origin == ORIGIN_SCRIPT)
            return true;
    }
    return false;
}

/* The global assert. Its message is for the user as it stands, as the manual of Lua has it: without a
 * position. */
static int plain_assert(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    if (lua_gettop(L) < 2)
        return luaL_error(L, "assertion failed!");
    lua_settop(L, 2);
    return lua_error(L);
}

static bool raised_by_assert(lua_State *L)
{
    lua_Debug info;
    if (!lua_getstack(L, 1, &info))
        return false;
    lua_getinfo(L, "f", &info);
    bool found = lua_tocfunction(L, -1) == plain_assert;
    lua_pop(L, 1);
    return found;
}

/* True when mien's own Lua code raised a message without a position: the user used something wrongly. */
static bool raised_by_shipped(lua_State *L)
{
    lua_Debug info;
    if (mien_interrupted() || raised_by_assert(L))
        return false;
    for (int level = 1; level < DEEPEST && lua_getstack(L, level, &info); level++) {
        lua_getinfo(L, "S", &info);
        if (origin_of(&info) != ORIGIN_C)
            return origin_of(&info) == ORIGIN_SHIPPED;
    }
    return false;
}

/* True for "stats.ttest: ..." and "Track:df: ...": a message that was written for the user. */
static bool names_function(const char *message)
{
    const char *end = message;
    while (isalnum((unsigned char)*end) || *end == '_' || *end == '.' ||
           (*end == ':' && isalpha((unsigned char)end[1])))
        end++;
    return end > message && end[0] == ':' && end[1] == ' ';
}

static void add_trace(lua_State *L, luaL_Buffer *text)
{
    lua_Debug info;
    int lines = 0;
    for (int level = 1; level < DEEPEST && lua_getstack(L, level, &info); level++) {
        lua_getinfo(L, "Slnt", &info);
        if (origin_of(&info) != ORIGIN_SCRIPT)
            continue;
        luaL_addstring(text, lines == 0 ? "\nstack traceback:" : "");
        if (lines++ == TRACE_LINES) {
            luaL_addstring(text, "\n  ...");
            return;
        }
        lua_pushfstring(L, "\n  %s:%d: in ", info.short_src, info.currentline);
        luaL_addvalue(text);
        if (*info.what == 'm')
            lua_pushliteral(L, "the script itself");
        else if (info.name)
            lua_pushfstring(L, "%s '%s'", strcmp(info.namewhat, "method") == 0 ? "method" : "function",
                            info.name);
        else
            lua_pushfstring(L, "the function of line %d", info.linedefined);
        luaL_addvalue(text);
    }
}

/* ---- "did you mean" for misspelt names ---- */

static int add_keys(lua_State *L, int table, const char **words, int count)
{
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && count < MOST_WORDS)
            words[count++] = lua_tostring(L, -1);
    }
    return count;
}

/* The word in "(global 'stast')" or "(field 'ttset')" at the end of the message. */
static bool misspelt(const char *message, const char *kind, char *word, size_t size)
{
    const char *start = strstr(message, kind);
    if (!start || !strstr(message, "nil value"))
        return false;
    start += strlen(kind);
    size_t length = strcspn(start, "'");
    if (strcmp(start + length, "')") != 0 || length >= size)
        return false;
    memcpy(word, start, length);
    word[length] = '\0';
    return true;
}

/* Pushes the advice, or nothing and returns false. */
static bool push_advice(lua_State *L, const char *message)
{
    char word[64];
    const char *words[MOST_WORDS + 1];
    int count = 0, top = lua_gettop(L);
    lua_pushglobaltable(L);
    if (misspelt(message, "(global '", word, sizeof word))
        count = add_keys(L, top + 1, words, 0);
    else if (misspelt(message, "(field '", word, sizeof word))
        for (const char *const *name = mien_module_names; *name; name++) {
            lua_pushstring(L, *name);
            if (lua_rawget(L, top + 1) == LUA_TTABLE)
                count = add_keys(L, lua_gettop(L), words, count);
            lua_pop(L, 1);
        }
    words[count] = NULL;
    const char *nearest = count > 0 ? mien_word_nearest(word, words) : NULL;
    lua_settop(L, top);
    if (nearest)
        lua_pushfstring(L, "; did you mean '%s'?", nearest);
    return nearest != NULL;
}

/* ---- Interface ---- */

static int to_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

static const char *push_message(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        lua_pushvalue(L, 1);
    else if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushcfunction(L, to_text);
        lua_pushvalue(L, 1);
        lua_pcall(L, 1, 1, 0);
    } else
        lua_pushfstring(L, "an error without a message (%s)", luaL_tolstring(L, 1, NULL));
    return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "an error without a message";
}

/* What replaces the position that the message starts with. */
static void add_place(luaL_Buffer *text, const lua_Debug *info, bool script)
{
    lua_State *L = text->L;
    if (script)
        lua_pushfstring(L, "%s:%d: ", info->short_src, info->currentline);
    else if (info->currentline > 1)
        lua_pushfstring(L, "line %d: ", info->currentline);
    else
        return;
    luaL_addvalue(text);
}

int mien_report_handler(lua_State *L)
{
    lua_Debug info;
    luaL_checkstack(L, 20, NULL);
    const char *message = push_message(L);
    size_t prefix = find_position(L, message, &info);
    enum origin origin = prefix ? origin_of(&info) : ORIGIN_C;
    bool ours = prefix ? origin == ORIGIN_SHIPPED && names_function(message + prefix) : raised_by_shipped(L);
    if (ours)
        origin = find_caller(L, &info) ? origin_of(&info) : ORIGIN_C;
    if (origin != ORIGIN_SHIPPED)
        message += prefix;
    bool advised = push_advice(L, message);
    int advice = lua_gettop(L);
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    if (origin == ORIGIN_TYPED || origin == ORIGIN_SCRIPT)
        add_place(&text, &info, origin == ORIGIN_SCRIPT);
    luaL_addstring(&text, message);
    if (advised)
        luaL_addstring(&text, lua_tostring(L, advice));
    if (origin == ORIGIN_SCRIPT)
        add_trace(L, &text);
    luaL_pushresult(&text);
    return 1;
}

void mien_report_install(lua_State *L)
{
    lua_pushcfunction(L, plain_assert);
    lua_setglobal(L, "assert");
}

int mien_report_call(lua_State *L, int arguments, int results)
{
    int base = lua_gettop(L) - arguments;
    lua_pushcfunction(L, mien_report_handler);
    lua_insert(L, base);
    mien_stop_clear(L);
    int status = lua_pcall(L, arguments, results, base);
    lua_remove(L, base);
    return status;
}

void mien_report_print(lua_State *L)
{
    const char *text = lua_tostring(L, -1);
    if (!text)
        text = "an error without a message";
    const char *terminal = getenv("TERM");
    bool colour = isatty(STDERR_FILENO) && !getenv("NO_COLOR") && terminal && strcmp(terminal, "dumb") != 0;
    int first = (int)strcspn(text, "\n");
    fflush(stdout);
    /* The terminal has just echoed ^C. */
    if (mien_interrupted() && isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
        fputc('\n', stderr);
    fprintf(stderr, colour ? "\033[31m%.*s\033[0m%s\n" : "%.*s%s\n", first, text, text + first);
    lua_pop(L, 1);
}

void mien_report_trim(lua_State *L, bool several_lines)
{
    const char *text = lua_tostring(L, -1);
    const char *line = text ? strchr(text, ':') : NULL;
    const char *rest = line ? strstr(line, ": ") : NULL;
    if (!rest)
        return;
    if (several_lines)
        lua_pushfstring(L, "line %s", line + 1);
    else
        lua_pushstring(L, rest + 2);
    lua_remove(L, -2);
}
