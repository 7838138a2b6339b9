/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of df: files, ordering, grouping, matching. These functions are the table
 * "mien.df.core", which lua/df.lua requires and builds data frames on. Rows are passed as number columns: row
 * numbers from 1, NaN for "no such row".
 */
#include "lua/column.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "table/csv.h"
#include "table/order.h"

#include <math.h>
#include <string.h>

#define MATCHES "mien.df.matches"

static int matches_free(lua_State *L)
{
    mien_matches_clear(luaL_checkudata(L, 1, MATCHES));
    return 0;
}

static struct mien_matches *push_matches(lua_State *L)
{
    struct mien_matches *matches = lua_newuserdatauv(L, sizeof *matches, 0);
    *matches = (struct mien_matches){0};
    if (luaL_newmetatable(L, MATCHES)) {
        lua_pushcfunction(L, matches_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return matches;
}

static int out_of_memory(lua_State *L)
{
    return luaL_error(L, "df: out of memory");
}

/* Replaces the array of columns at index by an array of their structs; the columns must stay referenced, as
 * those of a data frame are. Rows of all are the same. */
static const struct mien_column *const *check_columns(lua_State *L, int index, size_t *count)
{
    luaL_checktype(L, index, LUA_TTABLE);
    *count = lua_rawlen(L, index);
    const struct mien_column **columns = lua_newuserdatauv(L, (*count + 1) * sizeof *columns, 1);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        columns[i] = mien_lua_check_column(L, -1);
        lua_pop(L, 1);
        if (columns[i]->count != columns[0]->count)
            luaL_error(L, "df: columns of different length: %d and %d", (int)columns[0]->count,
                       (int)columns[i]->count);
    }
    lua_pushvalue(L, index);
    lua_setiuservalue(L, -2, 1);
    lua_replace(L, index);
    return columns;
}

static size_t *push_indices(lua_State *L, size_t count)
{
    return lua_newuserdatauv(L, (count + 1) * sizeof(size_t), 0);
}

/* Pushes row numbers as Lua counts them. */
static void push_rows(lua_State *L, const size_t *rows, size_t count)
{
    double *out = mien_lua_push_numbers(L, count);
    for (size_t i = 0; i < count; i++)
        out[i] = rows[i] == MIEN_NO_ROW ? NAN : (double)rows[i] + 1;
}

/* ---- Files ---- */

/* A list of words ended by NULL from the array in field name of the options, NULL if it is absent. The
 * options keep the words alive; the list is left on the stack. */
static const char *const *option_words(lua_State *L, int options, const char *function, const char *name)
{
    if (!lua_istable(L, options) || lua_getfield(L, options, name) == LUA_TNIL)
        return NULL;
    if (lua_type(L, -1) == LUA_TSTRING) {
        lua_createtable(L, 1, 0);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 1);
    }
    lua_pushfstring(L, "%s: %s", function, name);
    lua_insert(L, -2);
    size_t count;
    const char *const *words = mien_lua_texts(L, -1, lua_tostring(L, -2), &count);
    const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 1);
    for (size_t i = 0; i < count; i++)
        list[i] = words[i] ? words[i] : "NA";
    list[count] = NULL;
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    return list;
}

static char option_character(lua_State *L, int index, const char *function, const char *name)
{
    const char *text = mien_lua_option_text(L, index, function, name, NULL);
    if (!text)
        return 0;
    if (strlen(text) != 1 || strchr("\"\n\r", text[0]))
        luaL_error(L, "%s: %s must be one character such as \";\", not \"%s\"", function, name, text);
    return text[0];
}

static void read_signs(lua_State *L, int index, const char *function, struct mien_csv_options *options)
{
    options->separator = option_character(L, index, function, "separator");
    options->decimal = option_character(L, index, function, "decimal");
    if (options->decimal && !strchr(".,", options->decimal))
        luaL_error(L, "%s: decimal must be \".\" or \",\"", function);
    if ((options->separator ? options->separator : ',') == (options->decimal ? options->decimal : '.'))
        luaL_error(L, "%s: separator and decimal are both \"%s\"; give separator = \";\"", function,
                   options->decimal == ',' ? "," : ".");
}

static const char *check_file(lua_State *L, const char *function)
{
    if (lua_type(L, 1) != LUA_TSTRING)
        luaL_error(L, "%s: the file must be a name, not a %s", function, luaL_typename(L, 1));
    size_t length;
    const char *path = lua_tolstring(L, 1, &length);
    if (strlen(path) != length)
        luaL_error(L, "%s: the file's name holds a zero byte", function);
    return path;
}

/* read(path, options) -> names, columns, note; nil, message, code. */
static int core_read(lua_State *L)
{
    static const char function[] = "df.read";
    static const char *const allowed[] = {"separator", "decimal", "na", "header", "text", "skip", NULL};
    struct mien_csv_options options = {0};
    struct mien_error error;
    const char *path = check_file(L, function);
    lua_settop(L, 2);
    mien_lua_check_options(L, 2, function, allowed);
    read_signs(L, 2, function, &options);
    options.no_header = !mien_lua_option_boolean(L, 2, function, "header", true);
    options.skip = (size_t)mien_lua_option_integer(L, 2, function, "skip", 0, 0, 1000000);
    options.na = option_words(L, 2, function, "na");
    options.texts = option_words(L, 2, function, "text");
    struct mien_table **table = mien_lua_push_table_owner(L);
    if (mien_csv_read(path, &options, table, &error) != MIEN_OK)
        return mien_lua_fail(L, function, &error);
    mien_lua_push_table(L, *table);
    if ((*table)->note[0])
        lua_pushstring(L, (*table)->note);
    else
        lua_pushnil(L);
    return 3;
}

/* write(path, names, columns, options) -> true; nil, message, code. */
static int core_write(lua_State *L)
{
    static const char function[] = "Frame:write";
    static const char *const allowed[] = {"separator", "decimal", NULL};
    struct mien_csv_options options = {0};
    struct mien_error error;
    size_t count, names_count;
    const char *path = check_file(L, function);
    lua_settop(L, 4);
    mien_lua_check_options(L, 4, function, allowed);
    read_signs(L, 4, function, &options);
    const char *const *names = mien_lua_texts(L, 2, function, &names_count);
    const struct mien_column *const *columns = check_columns(L, 3, &count);
    if (mien_csv_write(path, names, columns, count, &options, &error) != MIEN_OK)
        return mien_lua_fail(L, function, &error);
    lua_pushboolean(L, true);
    return 1;
}

/* ---- Rows ---- */

/* take(column, rows) -> column. */
static int core_take(lua_State *L)
{
    size_t count;
    const struct mien_column *column = mien_lua_check_column(L, 1);
    const double *rows = mien_lua_numbers(L, 2, "df: rows", &count);
    size_t *indices = push_indices(L, count);
    for (size_t i = 0; i < count; i++) {
        bool inside = rows[i] >= 1 && rows[i] <= (double)column->count;
        if (!inside && !isnan(rows[i]))
            return luaL_error(L, "df: no row %f; there are %d", rows[i], (int)column->count);
        indices[i] = inside ? (size_t)rows[i] - 1 : MIEN_NO_ROW;
    }
    struct mien_column *out = mien_lua_push_column(L);
    if (mien_column_take(out, column, indices, count) != 0)
        return out_of_memory(L);
    return 1;
}

/* slice(column, first, last) -> column. */
static int core_slice(lua_State *L)
{
    const struct mien_column *column = mien_lua_check_column(L, 1);
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
    first = first < 1 ? 1 : first;
    last = last > (lua_Integer)column->count ? (lua_Integer)column->count : last;
    size_t count = last >= first ? (size_t)(last - first + 1) : 0;
    size_t *indices = push_indices(L, count);
    for (size_t i = 0; i < count; i++)
        indices[i] = (size_t)first - 1 + i;
    struct mien_column *out = mien_lua_push_column(L);
    if (mien_column_take(out, column, indices, count) != 0)
        return out_of_memory(L);
    return 1;
}

/* append(a, b) -> column: the values of a, then those of b, which is of the same kind. */
static int core_append(lua_State *L)
{
    const struct mien_column *a = mien_lua_check_column(L, 1), *b = mien_lua_check_column(L, 2);
    struct mien_column *out = mien_lua_push_column(L);
    size_t count = a->count + b->count;
    if ((a->is_text ? mien_column_set_texts(out, count) : mien_column_set_numbers(out, count)) != 0)
        return out_of_memory(L);
    for (size_t i = 0; i < count; i++) {
        const struct mien_column *from = i < a->count ? a : b;
        size_t row = i < a->count ? i : i - a->count;
        if (!a->is_text)
            out->numbers[i] = from->numbers[row];
        else if (mien_column_put(out, i, from->texts[row]) != 0)
            return out_of_memory(L);
    }
    return 1;
}

/* missing(count, is_text) -> column without a value. */
static int core_missing(lua_State *L)
{
    size_t count = (size_t)luaL_checkinteger(L, 1);
    bool text = lua_toboolean(L, 2);
    struct mien_column *out = mien_lua_push_column(L);
    if ((text ? mien_column_set_texts(out, count) : mien_column_set_numbers(out, count)) != 0)
        return out_of_memory(L);
    return 1;
}

/* rows_of(mask) -> the rows where the mask is neither 0 nor missing. */
static int core_rows_of(lua_State *L)
{
    size_t count, kept = 0;
    const double *mask = mien_lua_numbers(L, 1, "df: mask", &count);
    size_t *rows = push_indices(L, count);
    for (size_t i = 0; i < count; i++)
        if (mask[i] != 0 && !isnan(mask[i]))
            rows[kept++] = i;
    push_rows(L, rows, kept);
    return 1;
}

/* order(keys, descending) -> rows. descending is an array of booleans. */
static int core_order(lua_State *L)
{
    size_t count;
    const struct mien_column *const *keys = check_columns(L, 1, &count);
    luaL_argcheck(L, count > 0, 1, "no keys");
    luaL_checktype(L, 2, LUA_TTABLE);
    bool *descending = lua_newuserdatauv(L, count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        descending[i] = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    size_t rows = keys[0]->count;
    size_t *order = push_indices(L, rows);
    if (mien_order_rows(keys, descending, count, rows, order) != 0)
        return out_of_memory(L);
    push_rows(L, order, rows);
    return 1;
}

/* group(keys) -> the group of each row, from 1; the first row of each group; the number of groups. */
static int core_group(lua_State *L)
{
    size_t count, groups;
    const struct mien_column *const *keys = check_columns(L, 1, &count);
    luaL_argcheck(L, count > 0, 1, "no keys");
    size_t rows = keys[0]->count;
    size_t *group = push_indices(L, rows);
    if (mien_group_rows(keys, count, rows, group, &groups) != 0)
        return out_of_memory(L);
    push_rows(L, group, rows);
    double *first = mien_lua_push_numbers(L, groups);
    size_t seen = 0;
    for (size_t row = 0; row < rows && seen < groups; row++)
        if (group[row] == seen)
            first[seen++] = (double)row + 1;
    lua_pushinteger(L, (lua_Integer)groups);
    return 3;
}

/* match(left keys, right keys, kind) -> rows of the left, rows of the right. */
static int core_match(lua_State *L)
{
    static const char *const kinds[] = {"inner", "left", "outer", NULL};
    size_t count, right_count;
    const struct mien_column *const *left = check_columns(L, 1, &count);
    const struct mien_column *const *right = check_columns(L, 2, &right_count);
    luaL_argcheck(L, count > 0 && count == right_count, 2, "one key each");
    for (size_t i = 0; i < count; i++)
        luaL_argcheck(L, left[i]->is_text == right[i]->is_text, 2, "keys of different kinds");
    enum mien_match kind = (enum mien_match)luaL_checkoption(L, 3, NULL, kinds);
    struct mien_matches *matches = push_matches(L);
    if (mien_match_rows(left, left[0]->count, right, right[0]->count, count, kind, matches) != 0)
        return out_of_memory(L);
    push_rows(L, matches->left, matches->count);
    push_rows(L, matches->right, matches->count);
    return 2;
}

static const luaL_Reg core[] = {
    {"column", mien_lua_column_from_values},
    {"read", core_read},
    {"write", core_write},
    {"take", core_take},
    {"slice", core_slice},
    {"append", core_append},
    {"missing", core_missing},
    {"rows_of", core_rows_of},
    {"order", core_order},
    {"group", core_group},
    {"match", core_match},
    {NULL, NULL},
};

/* Calls the function in its upvalue. A message that luaL_error makes begins with the place of the caller when
 * that is Lua code; with this function in between it does not begin with a line of mien's own Lua half. */
static int call_without_place(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static void push_core(lua_State *L)
{
    lua_newtable(L);
    for (const luaL_Reg *function = core; function->name; function++) {
        lua_pushcfunction(L, function->func);
        lua_pushcclosure(L, call_without_place, 1);
        lua_setfield(L, -2, function->name);
    }
}

int luaopen_mien_df(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    push_core(L);
    mien_lua_complete_columns(L);
    lua_setfield(L, -2, "column_metatable");
    luaL_newmetatable(L, MIEN_FRAME);
    lua_setfield(L, -2, "frame_metatable");
    lua_setfield(L, -2, "mien.df.core");
    lua_newtable(L);
    return 1;
}
