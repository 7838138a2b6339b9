/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the Lua halves need to speak with the user: misspelt words, options, text in a terminal. These
 * functions are the table "mien.words.core", which lua/words.lua requires.
 */
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "table/display.h"

/* distance(a, b) -> edits between two words. */
static int words_distance(lua_State *L)
{
    lua_pushinteger(L, mien_word_distance(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

/* nearest(word, words) -> the one that was probably meant, or nil. */
static int words_nearest(lua_State *L)
{
    size_t count;
    const char *word = luaL_checkstring(L, 1);
    const char *const *words = mien_lua_texts(L, 2, "words", &count);
    lua_pushstring(L, mien_word_nearest(word, words));
    return 1;
}

/* option_problem(options, caller, allowed) -> what is wrong with the table of options, or nil. */
static int words_option_problem(lua_State *L)
{
    size_t count;
    lua_settop(L, 3);
    const char *const *allowed = mien_lua_texts(L, 3, "allowed", &count);
    lua_pushstring(L, mien_lua_option_problem(L, 1, luaL_checkstring(L, 2), allowed));
    return 1;
}

/* display(text [, limit]) -> text fit to be shown, its width in cells. */
static int words_display(lua_State *L)
{
    size_t length, width;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer limit = luaL_optinteger(L, 2, 0);
    struct mien_text *shown = mien_lua_push_text(L);
    if (mien_display(shown, text, length, limit > 0 ? (size_t)limit : 0, &width) != 0)
        return luaL_error(L, "out of memory");
    lua_pushlstring(L, shown->bytes, shown->length);
    lua_pushinteger(L, (lua_Integer)width);
    return 2;
}

/* width() -> columns of the terminal. */
static int words_width(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)mien_display_columns());
    return 1;
}

int luaopen_mien_words(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"distance", words_distance}, {"nearest", words_nearest}, {"option_problem", words_option_problem},
        {"display", words_display},   {"width", words_width},     {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
