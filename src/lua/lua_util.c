/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/lua_util.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int mien_lua_fail(lua_State *L, const char *function, const struct mien_error *error)
{
    if (error->code == MIEN_ERR_CANCELLED) {
        lua_pushliteral(L, "stopped");
        return lua_error(L);
    }
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", function, error->text);
    lua_pushstring(L, mien_status_word(error->code));
    return 3;
}

/* ---- Numbers and text ---- */

static int bad_array(lua_State *L, int index, const char *what, const char *expected)
{
    return luaL_error(L, "%s must be %s, not %s", what, expected, luaL_typename(L, index));
}

size_t mien_lua_length(lua_State *L, int index, const char *what)
{
    lua_Integer length = luaL_len(L, index);
    if (length < 0 || length > INT_MAX)
        luaL_error(L, "%s must be an array, but its length is %I", what, (LUAI_UACINT)length);
    return (size_t)length;
}

/* A table without items but with names is no empty array: options or a result in the wrong place. */
static void refuse_named(lua_State *L, int index, size_t length, const char *what)
{
    if (length > 0)
        return;
    lua_pushnil(L);
    if (lua_next(L, index))
        luaL_error(L, "%s must be an array of numbers, not a table with named fields", what);
}

const double *mien_lua_numbers(lua_State *L, int index, const char *what, size_t *count)
{
    index = lua_absindex(L, index);
    struct mien_column *column = mien_lua_test_column(L, index);
    if (column) {
        if (column->is_text)
            luaL_error(L, "%s must be numbers, not a column of text", what);
        *count = column->count;
        return column->numbers;
    }
    if (!lua_istable(L, index))
        bad_array(L, index, what, "an array of numbers");
    size_t length = mien_lua_length(L, index, what);
    refuse_named(L, index, length, what);
    double *numbers = lua_newuserdatauv(L, (length ? length : 1) * sizeof *numbers, 0);
    for (size_t i = 0; i < length; i++) {
        lua_geti(L, index, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TNUMBER)
            luaL_error(L, "%s must be numbers, but item %d is a %s", what, (int)i + 1, luaL_typename(L, -1));
        numbers[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    lua_replace(L, index);
    *count = length;
    return numbers;
}

/* A column of text is copied as pointers only; the column is kept alive by the scratch userdata's user value.
 */
static const char *const *texts_of_column(lua_State *L, int index, const struct mien_column *column)
{
    const char **texts = lua_newuserdatauv(L, (column->count + 1) * sizeof *texts, 1);
    lua_newtable(L);
    for (size_t i = 0; i < column->count; i++) {
        if (column->is_text)
            texts[i] = column->texts[i];
        else if (isnan(column->numbers[i]))
            texts[i] = NULL;
        else {
            lua_pushfstring(L, "%f", (LUAI_UACNUMBER)column->numbers[i]);
            if (column->numbers[i] == floor(column->numbers[i]) && fabs(column->numbers[i]) < 1e15) {
                lua_pop(L, 1);
                lua_pushfstring(L, "%I", (LUAI_UACINT)column->numbers[i]);
            }
            texts[i] = lua_tostring(L, -1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
    texts[column->count] = NULL;
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, texts);
    lua_setiuservalue(L, -2, 1);
    lua_replace(L, index);
    return texts;
}

const char *const *mien_lua_texts(lua_State *L, int index, const char *what, size_t *count)
{
    index = lua_absindex(L, index);
    struct mien_column *column = mien_lua_test_column(L, index);
    if (column) {
        *count = column->count;
        return texts_of_column(L, index, column);
    }
    if (!lua_istable(L, index))
        bad_array(L, index, what, "an array of text");
    size_t length = mien_lua_length(L, index, what);
    const char **texts = lua_newuserdatauv(L, (length + 1) * sizeof *texts, 1);
    lua_createtable(L, (int)length, 0);
    for (size_t i = 0; i < length; i++) {
        lua_geti(L, index, (lua_Integer)i + 1);
        int type = lua_type(L, -1);
        bool missing = (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)) ||
                       (type == LUA_TNUMBER && isnan(lua_tonumber(L, -1)));
        if (type != LUA_TSTRING && type != LUA_TNUMBER && !missing)
            luaL_error(L, "%s must be text, but item %d is a %s", what, (int)i + 1, luaL_typename(L, -1));
        texts[i] = missing ? NULL : lua_tostring(L, -1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    texts[length] = NULL;
    lua_setiuservalue(L, -2, 1);
    lua_replace(L, index);
    *count = length;
    return texts;
}

bool mien_lua_is_numbers(lua_State *L, int index)
{
    struct mien_column *column = mien_lua_test_column(L, index);
    if (column)
        return !column->is_text;
    if (!lua_istable(L, index))
        return false;
    bool numeric = lua_rawgeti(L, index, 1) == LUA_TNUMBER;
    lua_pop(L, 1);
    return numeric;
}

/* ---- Columns ---- */

struct mien_column *mien_lua_check_column(lua_State *L, int index)
{
    return luaL_checkudata(L, index, MIEN_COLUMN);
}

struct mien_column *mien_lua_test_column(lua_State *L, int index)
{
    return luaL_testudata(L, index, MIEN_COLUMN);
}

static int column_free(lua_State *L)
{
    mien_column_clear(luaL_checkudata(L, 1, MIEN_COLUMN));
    return 0;
}

/* The metatable begins with what frees a column; the df module adds arithmetic and printing to the same
 * table. */
struct mien_column *mien_lua_push_column(lua_State *L)
{
    struct mien_column *column = lua_newuserdatauv(L, sizeof *column, 0);
    *column = (struct mien_column){0};
    if (luaL_newmetatable(L, MIEN_COLUMN)) {
        lua_pushcfunction(L, column_free);
        lua_setfield(L, -2, "__gc");
        luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_getfield(L, -1, "mien.df");
        if (lua_istable(L, -1)) {
            /* Any access to a missing key makes the module load itself. */
            lua_getfield(L, -1, "new");
            lua_pop(L, 1);
        }
        lua_pop(L, 2);
    }
    lua_setmetatable(L, -2);
    return column;
}

double *mien_lua_push_numbers(lua_State *L, size_t count)
{
    struct mien_column *column = mien_lua_push_column(L);
    if (mien_column_set_numbers(column, count) != 0)
        luaL_error(L, "out of memory for a column of %d numbers", (int)count);
    return column->numbers;
}

void mien_lua_push_frame(lua_State *L, const char *const *names, int count)
{
    int first = lua_gettop(L) - count + 1;
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "mien.df");
    lua_getfield(L, -1, "from_columns");
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushstring(L, names[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushvalue(L, first + i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_call(L, 2, 1);
    lua_replace(L, first);
    lua_settop(L, first);
}

/* ---- Options ---- */

static bool is_allowed(const char *name, const char *const *allowed)
{
    for (; *allowed; allowed++)
        if (strcmp(name, *allowed) == 0)
            return true;
    return false;
}

/* Pushes "x", "y" or x, y: the words with what stands before and after each. */
static const char *push_word_list(lua_State *L, const char *const *words, const char *quote)
{
    luaL_Buffer list;
    luaL_buffinit(L, &list);
    for (size_t i = 0; words[i]; i++) {
        luaL_addstring(&list, i ? ", " : "");
        luaL_addstring(&list, quote);
        luaL_addstring(&list, words[i]);
        luaL_addstring(&list, quote);
    }
    luaL_pushresult(&list);
    return lua_tostring(L, -1);
}

const char *mien_lua_option_problem(lua_State *L, int index, const char *function, const char *const *allowed)
{
    if (lua_isnoneornil(L, index))
        return NULL;
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE)
        return lua_pushfstring(L, "%s: options must be a table such as {%s = ...}, not a %s", function,
                               allowed[0], luaL_typename(L, index));
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            return lua_pushfstring(
                L, "%s: options must have names, such as {%s = ...}; an item without a name was given",
                function, allowed[0]);
        const char *name = lua_tostring(L, -1);
        if (is_allowed(name, allowed))
            continue;
        const char *nearest = mien_word_nearest(name, allowed);
        if (nearest)
            return lua_pushfstring(L, "%s: no option \"%s\"; did you mean \"%s\"?", function, name, nearest);
        return lua_pushfstring(L, "%s: no option \"%s\"; the options are %s", function, name,
                               push_word_list(L, allowed, ""));
    }
    return NULL;
}

void mien_lua_check_options(lua_State *L, int index, const char *function, const char *const *allowed)
{
    const char *problem = mien_lua_option_problem(L, index, function, allowed);
    if (problem)
        luaL_error(L, "%s", problem);
}

/* Pushes the option's value; false (and nothing pushed) where it is absent. */
static bool push_option(lua_State *L, int index, const char *name)
{
    if (!lua_istable(L, index))
        return false;
    if (lua_getfield(L, index, name) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

double mien_lua_option_number(lua_State *L, int index, const char *function, const char *name, double absent,
                              double low, double high)
{
    if (!push_option(L, index, name))
        return absent;
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "%s: %s must be a number, not a %s", function, name, luaL_typename(L, -1));
    double value = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (value >= low && value <= high)
        return value;
    if (isinf(low) && isinf(high))
        luaL_error(L, "%s: %s must be a number", function, name);
    if (isinf(high))
        luaL_error(L, "%s: %s must be %f or more, not %f", function, name, low, value);
    if (isinf(low))
        luaL_error(L, "%s: %s must be %f or less, not %f", function, name, high, value);
    luaL_error(L, "%s: %s must be between %f and %f, not %f", function, name, low, high, value);
    return absent;
}

long mien_lua_option_integer(lua_State *L, int index, const char *function, const char *name, long absent,
                             long low, long high)
{
    if (!push_option(L, index, name))
        return absent;
    int whole;
    lua_Integer value = lua_tointegerx(L, -1, &whole);
    if (!whole || lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "%s: %s must be a whole number", function, name);
    lua_pop(L, 1);
    if (value < low || value > high)
        luaL_error(L, "%s: %s must be between %I and %I, not %I", function, name, (LUAI_UACINT)low,
                   (LUAI_UACINT)high, (LUAI_UACINT)value);
    return (long)value;
}

bool mien_lua_option_boolean(lua_State *L, int index, const char *function, const char *name, bool absent)
{
    if (!push_option(L, index, name))
        return absent;
    if (!lua_isboolean(L, -1))
        luaL_error(L, "%s: %s must be true or false, not a %s", function, name, luaL_typename(L, -1));
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

const char *mien_lua_option_text(lua_State *L, int index, const char *function, const char *name,
                                 const char *absent)
{
    if (!push_option(L, index, name))
        return absent;
    if (lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "%s: %s must be text, not a %s", function, name, luaL_typename(L, -1));
    const char *value = lua_tostring(L, -1);
    lua_pop(L, 1);
    return value;
}

int mien_lua_option_choice(lua_State *L, int index, const char *function, const char *name, int absent,
                           const char *const *choices)
{
    const char *value = mien_lua_option_text(L, index, function, name, NULL);
    if (!value)
        return absent;
    for (int i = 0; choices[i]; i++)
        if (strcmp(value, choices[i]) == 0)
            return i;
    return luaL_error(L, "%s: %s must be one of %s, not \"%s\"", function, name,
                      push_word_list(L, choices, "\""), value);
}

enum mien_side mien_lua_option_side(lua_State *L, int index, const char *function)
{
    static const char *const sides[] = {[MIEN_SIDE_EACH] = "each", [MIEN_SIDE_PLAIN] = "plain", NULL};
    return (enum mien_side)mien_lua_option_choice(L, index, function, "side", MIEN_SIDE_EACH, sides);
}

/* ---- The rest ---- */

void mien_lua_set_number(lua_State *L, const char *name, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, name);
}

void mien_lua_set_text(lua_State *L, const char *name, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, name);
}

void mien_lua_set_boolean(lua_State *L, const char *name, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int mien_word_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    size_t m = strnlen(a, LONGEST), n = strnlen(b, LONGEST);
    int rows[3][LONGEST + 1];
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        const int *above = rows[(i - 1) % 3];
        int *row = rows[i % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

const char *mien_word_nearest(const char *word, const char *const *words)
{
    const char *nearest = NULL;
    int limit = (int)strlen(word) / 3 + 1;
    for (; *words; words++) {
        int distance = mien_word_distance(word, *words);
        if (distance <= limit && distance < (int)strlen(*words)) {
            nearest = *words;
            limit = distance - 1;
        }
    }
    return nearest;
}

/* ---- What Lua owns ---- */

void *mien_lua_push_owner(lua_State *L, const char *type, lua_CFunction free_it)
{
    void **owner = lua_newuserdatauv(L, sizeof *owner, 1);
    *owner = NULL;
    if (luaL_newmetatable(L, type)) {
        lua_pushcfunction(L, free_it);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return owner;
}

static int scratch_free(lua_State *L)
{
    void **scratch = luaL_checkudata(L, 1, "mien.scratch");
    free(*scratch);
    *scratch = NULL;
    return 0;
}

void *mien_lua_push_scratch(lua_State *L)
{
    return mien_lua_push_owner(L, "mien.scratch", scratch_free);
}

static int text_free(lua_State *L)
{
    struct mien_text *text = luaL_checkudata(L, 1, "mien.text");
    free(text->bytes);
    *text = (struct mien_text){0};
    return 0;
}

struct mien_text *mien_lua_push_text(lua_State *L)
{
    struct mien_text *text = lua_newuserdatauv(L, sizeof *text, 0);
    *text = (struct mien_text){0};
    if (luaL_newmetatable(L, "mien.text")) {
        lua_pushcfunction(L, text_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return text;
}

const char *mien_lua_check_path(lua_State *L, int index, const char *function)
{
    size_t length;
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "%s: path must be text, not a %s", function, luaL_typename(L, index));
    const char *path = lua_tolstring(L, index, &length);
    if (length == 0 || strlen(path) != length)
        luaL_error(L, "%s: path must be the name of a file", function);
    return path;
}
