/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/repl.h"

#include "base/memory.h"
#include "shell/evaluate.h"
#include "shell/line.h"
#include "shell/program.h"
#include "shell/report.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Calls into lua/shell.lua ---- */

/* shell function `name` with the arguments on the stack; failures are printed. */
static int call_shell_inside(lua_State *L)
{
    const char *name = lua_tostring(L, 1);
    mien_program_push(L, name);
    lua_replace(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* Calls the shell function with `arguments` values from the stack, which it takes. */
static void call_shell(lua_State *L, const char *name, int arguments)
{
    lua_pushcfunction(L, call_shell_inside);
    lua_insert(L, -arguments - 1);
    lua_pushstring(L, name);
    lua_insert(L, -arguments - 1);
    if (mien_report_call(L, arguments + 1, 0) != LUA_OK)
        mien_report_print(L);
}

/* ---- One input ---- */

static void run_function(lua_State *L, const char *text, const char *kind)
{
    int base = lua_gettop(L) - 1;
    if (mien_report_call(L, 0, LUA_MULTRET) != LUA_OK) {
        mien_report_print(L);
        return;
    }
    int values = lua_gettop(L) - base;
    lua_pushstring(L, text);
    lua_insert(L, base + 1);
    lua_pushstring(L, kind);
    lua_insert(L, base + 2);
    call_shell(L, "after", values + 2);
}

/* Stack: the function that assigns, the one that computes. */
static void run_assignment(lua_State *L, const char *text)
{
    int assign = lua_gettop(L) - 1;
    if (mien_report_call(L, 0, LUA_MULTRET) != LUA_OK) {
        mien_report_print(L);
        return;
    }
    lua_pushvalue(L, assign);
    if (lua_gettop(L) > assign + 1)
        lua_pushvalue(L, assign + 1);
    else
        lua_pushnil(L);
    if (mien_report_call(L, 1, 0) != LUA_OK) {
        mien_report_print(L);
        return;
    }
    lua_pushstring(L, text);
    lua_replace(L, assign);
    lua_pushliteral(L, "assignment");
    lua_insert(L, assign + 1);
    call_shell(L, "after", lua_gettop(L) - assign + 1);
}

/* Runs a complete input, or returns false when it needs more lines. */
static bool run_input(lua_State *L, const char *text)
{
    int top = lua_gettop(L);
    enum mien_input input = mien_evaluate_compile(L, text);
    switch (input) {
    case MIEN_INPUT_EMPTY:
    case MIEN_INPUT_INCOMPLETE:
        break;
    case MIEN_INPUT_WRONG:
        mien_report_trim(L, strchr(text, '\n') != NULL);
        mien_report_print(L);
        break;
    case MIEN_INPUT_EXPRESSION:
        run_function(L, text, "expression");
        break;
    case MIEN_INPUT_STATEMENT:
        run_function(L, text, "statement");
        break;
    case MIEN_INPUT_SEQUENCE:
        run_function(L, text, "sequence");
        break;
    case MIEN_INPUT_ASSIGNMENT:
        run_assignment(L, text);
        break;
    }
    lua_settop(L, top);
    return input != MIEN_INPUT_INCOMPLETE;
}

/* ---- Inputs that are not Lua ---- */

/* ?topic, !command; false if the text is neither. */
static bool run_special(lua_State *L, const char *text)
{
    const char *start = text + strspn(text, " \t");
    if (*start != '?' && *start != '!')
        return false;
    lua_pushstring(L, start + 1);
    call_shell(L, *start == '?' ? "question" : "command", 1);
    return true;
}

/* What people type to leave a shell, unless the user has a variable of that name. */
static bool is_farewell(lua_State *L, const char *text)
{
    static const char *const words[] = {"quit", "exit", "q"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        const char *rest = text + length;
        if (strncmp(text, words[i], length) != 0 || (strcmp(rest, "()") != 0 && (*rest || length == 1)))
            continue;
        bool taken = lua_getglobal(L, words[i]) != LUA_TNIL;
        lua_pop(L, 1);
        return !taken;
    }
    return false;
}

/* ---- The loop ---- */

struct session {
    struct mien_text input; /* The lines of an input that is not complete yet. */
    bool transcript;        /* Its first line began with a prompt. */
};

/* Drops the prompt that a pasted transcript shows before each input. */
static const char *without_prompt(struct session *session, const char *line)
{
    if (session->input.length == 0)
        session->transcript = strncmp(line, "> ", 2) == 0;
    if (!session->transcript)
        return line;
    if (session->input.length == 0)
        return line + 2;
    return strncmp(line, ".. ", 3) == 0 ? line + 3 : line;
}

/* Adds a line to the input; runs it when it is complete. Returns whether more is needed. */
static bool feed(lua_State *L, struct session *session, const char *line)
{
    struct mien_text *input = &session->input;
    line = without_prompt(session, line);
    if (input->length == 0 && run_special(L, line)) {
        mien_line_remember(line);
        return false;
    }
    if (input->length == 0 && line[strspn(line, " \t\n")] == '\0')
        return false;
    if (mien_text_print(input, input->length > 0 ? "\n%s" : "%s", line) != 0) {
        input->length = 0;
        return false;
    }
    if (!run_input(L, input->bytes))
        return true;
    mien_line_remember(input->bytes);
    input->length = 0;
    return false;
}

/* A pasted text with several lines runs as one where it can, so that its locals work, else line by line. */
static bool feed_lines(lua_State *L, struct session *session, char *text)
{
    bool more = false;
    int top = lua_gettop(L);
    if (!strchr(text, '\n'))
        return feed(L, session, text);
    enum mien_input whole = session->input.length > 0 ? MIEN_INPUT_WRONG : mien_evaluate_compile(L, text);
    lua_settop(L, top);
    if (whole != MIEN_INPUT_WRONG)
        return feed(L, session, text);
    bool transcript = strncmp(text, "> ", 2) == 0;
    for (char *line, *rest = text; (line = strsep(&rest, "\n"));)
        if (!transcript || strncmp(line, "> ", 2) == 0 || strncmp(line, ".. ", 3) == 0)
            more = feed(L, session, line);
    return more;
}

void mien_repl_run(lua_State *L)
{
    struct session session = {{0}, false};
    bool more = false, terminal = isatty(STDIN_FILENO);
    mien_line_open(L, terminal);
    if (terminal)
        printf("mien %s   help() shows the map, Tab completes, Ctrl-D leaves\n", MIEN_VERSION);
    for (;;) {
        char *text;
        enum mien_line line = mien_line_read(L, more ? ".. " : "> ", &text);
        if (line == MIEN_LINE_END)
            break;
        if (line == MIEN_LINE_CANCELLED) {
            session.input.length = 0;
            more = false;
            continue;
        }
        bool leave = !more && is_farewell(L, text);
        if (!leave)
            more = feed_lines(L, &session, text);
        free(text);
        if (leave)
            break;
    }
    if (more && !terminal)
        fprintf(stderr, "the input ends in the middle of a statement\n");
    free(session.input.bytes);
}
