/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/evaluate.h"

#include "shell/report.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

enum {
    MOST_PARTS = 50 /* Places where a sequence is tried to be parted. */
};

/* Compiles prefix .. text .. suffix and pushes the function, or the message and returns false. */
static bool compile(lua_State *L, const char *prefix, const char *text, size_t length, const char *suffix)
{
    lua_pushstring(L, prefix);
    lua_pushlstring(L, text, length);
    lua_pushstring(L, suffix);
    lua_concat(L, 3);
    size_t size;
    const char *code = lua_tolstring(L, -1, &size);
    int status = luaL_loadbufferx(L, code, size, MIEN_CHUNK_PROMPT, "t");
    lua_remove(L, -2);
    return status == LUA_OK;
}

static bool wants_more(lua_State *L)
{
    static const char mark[] = "<eof>";
    size_t length;
    const char *message = lua_tolstring(L, -1, &length);
    return message && length >= sizeof mark - 1 && strcmp(message + length - (sizeof mark - 1), mark) == 0;
}

/* The length of `name.name =`, up to and with the sign; 0 if the text is no plain assignment. */
static size_t assignment_length(const char *text)
{
    const char *at = text + strspn(text, " \t\n");
    if (!isalpha((unsigned char)*at) && *at != '_')
        return 0;
    while (isalnum((unsigned char)*at) || *at == '_' || *at == '.')
        at++;
    at += strspn(at, " \t");
    return at[0] == '=' && at[1] != '=' ? (size_t)(at + 1 - text) : 0;
}

static bool compile_assignment(lua_State *L, const char *text)
{
    size_t left = assignment_length(text);
    if (left == 0)
        return false;
    if (compile(L, "", text, left, " ...")) {
        if (compile(L, "return ", text + left, strlen(text + left), "\n"))
            return true;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return false;
}

/* True if text[0..length) compiles after the prefix; nothing is pushed. */
static bool compiles(lua_State *L, const char *prefix, const char *text, size_t length)
{
    bool good = compile(L, prefix, text, length, "\n");
    lua_pop(L, 1);
    return good;
}

/* Statements, then an expression whose value is wanted: `r = f(x); r`. Each part must make sense alone, so
 * that what stands inside a block stays there. */
static bool compile_sequence(lua_State *L, const char *text)
{
    int attempts = 0;
    for (size_t at = strlen(text); at-- > 0 && attempts < MOST_PARTS;) {
        const char *rest = text + at + 1;
        if ((text[at] != ';' && text[at] != '\n') || rest[strspn(rest, " \t\n;")] == '\0')
            continue;
        attempts++;
        if (!compiles(L, "return ", rest, strlen(rest)) || !compiles(L, "", text, at))
            continue;
        lua_pushlstring(L, text, at + 1);
        lua_pushfstring(L, "%sreturn ", lua_tostring(L, -1));
        lua_remove(L, -2);
        bool good = compile(L, lua_tostring(L, -1), rest, strlen(rest), "\n");
        lua_remove(L, -2);
        if (good)
            return true;
        lua_pop(L, 1);
    }
    return false;
}

/* The message "unexpected symbol near X", where X begins the text, says less than why it is no expression. */
static bool blames_start(const char *message, const char *text)
{
    const char *near = strstr(message, "unexpected symbol near '");
    if (!near)
        return strstr(message, "unexpected symbol near <") != NULL;
    near = strchr(near, '\'') + 1;
    size_t length = strcspn(near, "'");
    return strncmp(text + strspn(text, " \t\n"), near, length) == 0;
}

enum mien_input mien_evaluate_compile(lua_State *L, const char *text)
{
    int top = lua_gettop(L);
    size_t length = strlen(text);
    /* The line end keeps a comment from swallowing what follows. */
    if (compile(L, "return ", text, length, "\n")) {
        bool blank = text[strspn(text, " \t\n")] == '\0';
        lua_settop(L, blank ? top : top + 1);
        return blank ? MIEN_INPUT_EMPTY : MIEN_INPUT_EXPRESSION;
    }
    bool more = wants_more(L);
    if (compile_assignment(L, text)) {
        lua_remove(L, top + 1);
        return MIEN_INPUT_ASSIGNMENT;
    }
    if (compile_sequence(L, text)) {
        lua_remove(L, top + 1);
        return MIEN_INPUT_SEQUENCE;
    }
    if (compile(L, "", text, length, "\n")) {
        lua_remove(L, top + 1);
        return MIEN_INPUT_STATEMENT;
    }
    more = more || wants_more(L);
    /* Keep the message that helps. */
    lua_remove(L, blames_start(lua_tostring(L, -1), text) ? -1 : -2);
    return more ? MIEN_INPUT_INCOMPLETE : MIEN_INPUT_WRONG;
}
