/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bridge between Readline's completion and lua/shell_complete.lua, which looks at the line up to the
 * cursor and answers where the word starts and what could stand there.
 */
#include "shell/line.h"

#include "shell/program.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

/* The answer for the current line; Readline's callbacks take no argument of ours. */
static struct {
    lua_State *L;
    char **words;
    size_t count, next;
    char breaks[2]; /* The character before the word, which tells Readline where the word starts. */
    char append;
} answer;

static void forget(void)
{
    for (size_t i = 0; i < answer.count; i++)
        free(answer.words[i]);
    free(answer.words);
    answer.words = NULL;
    answer.count = 0;
}

/* Stack: start, words, append -> answer. */
static void take_answer(lua_State *L)
{
    lua_Integer start = lua_tointeger(L, -3);
    const char *append = lua_tostring(L, -1);
    if (!lua_istable(L, -2) || start < 0 || start > rl_point)
        return;
    answer.append = append && *append ? *append : '\0';
    answer.breaks[0] = start > 0 ? rl_line_buffer[start - 1] : '\0';
    size_t count = (size_t)lua_rawlen(L, -2);
    answer.words = calloc(count + 1, sizeof *answer.words);
    for (size_t i = 0; answer.words && i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        const char *word = lua_tostring(L, -1);
        if (word && (answer.words[answer.count] = strdup(word)))
            answer.count++;
        lua_pop(L, 1);
    }
}

static int ask(lua_State *L)
{
    mien_program_push(L, "complete");
    lua_insert(L, 1);
    lua_call(L, 1, 3);
    return 3;
}

/* Readline asks here which characters end a word, before anything else: the time to look at the line. */
static char *find_breaks(void)
{
    lua_State *L = answer.L;
    int top = lua_gettop(L);
    forget();
    answer.breaks[0] = '\0';
    lua_pushcfunction(L, ask);
    lua_pushlstring(L, rl_line_buffer, (size_t)rl_point);
    if (lua_pcall(L, 1, 3, 0) == LUA_OK)
        take_answer(L);
    lua_settop(L, top);
    return answer.breaks;
}

static char *next_word(const char *text, int state)
{
    (void)text;
    if (state == 0)
        answer.next = 0;
    return answer.next < answer.count ? strdup(answer.words[answer.next++]) : NULL;
}

static char **complete(const char *text, int start, int end)
{
    (void)start;
    (void)end;
    rl_attempted_completion_over = 1;
    rl_completion_append_character = answer.append;
    rl_completion_suppress_append = answer.append == '\0';
    return rl_completion_matches(text, next_word);
}

void mien_complete_install(lua_State *L)
{
    answer.L = L;
    rl_completion_word_break_hook = find_breaks;
    rl_attempted_completion_function = complete;
    rl_completer_quote_characters = "";
    rl_basic_quote_characters = "";
    rl_sort_completion_matches = 1;
}
