/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plot: the C half. It draws a figure that lua/plot.lua describes as a table, and computes what histograms,
 * boxes and violins show. All of it is in the field `core`, which the Lua half takes for itself.
 *
 * A figure in Lua: caller, title, width, height, legend, equal, bare; x and y axes {label, low, high,
 * from_zero, reversed, ticks = {{at, text}, ...}}; layers {{kind, title, x, y, x2, y2, colour, ...}, ...};
 * notes {{x, y, text, colour, alignment}, ...}.
 */
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "plot/distribution.h"
#include "plot/gnuplot.h"
#include "plot/output.h"
#include "plot/script.h"
#include "plot/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SESSION "mien.plot.gnuplot"
#define FOLDER "mien.plot.folder"
#define TEXT "mien.plot.text"

enum { PATIENCE = 120 /* Seconds gnuplot may take for one figure. */ };

/* ---- A figure from its table ---- */

static double number_field(lua_State *L, int index, const char *name, double absent)
{
    double value = lua_getfield(L, index, name) == LUA_TNUMBER ? lua_tonumber(L, -1) : absent;
    lua_pop(L, 1);
    return value;
}

static bool boolean_field(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* The text stays in the table, which stays on the stack. */
static const char *text_field(lua_State *L, int index, const char *name)
{
    const char *text = lua_getfield(L, index, name) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1);
    return text;
}

/* Scratch memory of count items, zeroed, kept alive by the table at anchor; *length is what the field's #
 * says. */
static void *items_field(lua_State *L, int index, const char *name, size_t size, int anchor, size_t *length)
{
    if (lua_getfield(L, index, name) != LUA_TTABLE) {
        *length = 0;
        return NULL;
    }
    *length = lua_rawlen(L, -1);
    void *items = lua_newuserdatauv(L, *length * size + 1, 0);
    memset(items, 0, *length * size + 1);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    return items;
}

/* The numbers of a layer's field; they must be as many as the first field's. */
static const double *numbers_field(lua_State *L, int index, const char *name, int anchor, size_t *count)
{
    size_t length;
    if (lua_getfield(L, index, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return NULL;
    }
    const double *numbers = mien_lua_numbers(L, -1, "plot: a layer", &length);
    if (*count != SIZE_MAX && length != *count)
        luaL_error(L, "plot: a layer's %s has %d values, not %d", name, (int)length, (int)*count);
    *count = length;
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    return numbers;
}

static void read_layer(lua_State *L, int anchor, struct mien_layer *layer)
{
    static const char *const kinds[] = {"line", "points", "bars", "segments", "area", "picture", NULL};
    int index = lua_gettop(L);
    size_t count = SIZE_MAX;
    lua_getfield(L, index, "kind");
    layer->kind = (enum mien_layer_kind)luaL_checkoption(L, -1, NULL, kinds);
    lua_pop(L, 1);
    layer->title = text_field(L, index, "title");
    layer->x = numbers_field(L, index, "x", anchor, &count);
    layer->y = numbers_field(L, index, "y", anchor, &count);
    layer->x2 = numbers_field(L, index, "x2", anchor, &count);
    layer->y2 = numbers_field(L, index, "y2", anchor, &count);
    layer->count = count == SIZE_MAX || layer->kind == MIEN_LAYER_PICTURE ? 0 : count;
    bool pairs = layer->kind == MIEN_LAYER_BARS || layer->kind == MIEN_LAYER_SEGMENTS;
    if (layer->count && (!layer->x || !layer->y || (pairs && (!layer->x2 || !layer->y2))))
        luaL_error(L, "plot: a layer lacks coordinates");
    layer->colour = (unsigned)number_field(L, index, "colour", 0) & 0xFFFFFF;
    layer->opacity = number_field(L, index, "opacity", 1);
    layer->width = number_field(L, index, "width", 1);
    layer->size = number_field(L, index, "size", 1);
    layer->dash = (int)number_field(L, index, "dash", 1);
    layer->symbol = (int)number_field(L, index, "symbol", 1);
    layer->guide = boolean_field(L, index, "guide");
    layer->graphic_only = boolean_field(L, index, "graphic_only");
}

static void read_axis(lua_State *L, int figure, const char *name, int anchor, struct mien_axis *axis)
{
    lua_getfield(L, figure, name);
    luaL_checktype(L, -1, LUA_TTABLE);
    int index = lua_gettop(L);
    axis->label = text_field(L, index, "label");
    axis->low = number_field(L, index, "low", NAN);
    axis->high = number_field(L, index, "high", NAN);
    axis->from_zero = boolean_field(L, index, "from_zero");
    axis->reversed = boolean_field(L, index, "reversed");
    struct mien_tick *ticks = items_field(L, index, "ticks", sizeof *ticks, anchor, &axis->tick_count);
    for (size_t i = 0; i < axis->tick_count; i++) {
        lua_rawgeti(L, index + 1, (lua_Integer)i + 1);
        int tick = lua_gettop(L);
        ticks[i].at = number_field(L, tick, "at", 0);
        ticks[i].text = text_field(L, tick, "text");
        if (!ticks[i].text)
            luaL_error(L, "plot: a tick lacks its text");
        lua_pop(L, 1);
    }
    axis->ticks = ticks;
    lua_settop(L, index - 1);
}

static void read_layers(lua_State *L, int index, int anchor, struct mien_figure *figure)
{
    struct mien_layer *layers = items_field(L, index, "layers", sizeof *layers, anchor, &figure->layer_count);
    for (size_t i = 0; i < figure->layer_count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_layer(L, anchor, &layers[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    figure->layers = layers;
}

static void read_notes(lua_State *L, int index, int anchor, struct mien_figure *figure)
{
    struct mien_note *notes = items_field(L, index, "notes", sizeof *notes, anchor, &figure->note_count);
    for (size_t i = 0; i < figure->note_count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        int note = lua_gettop(L);
        notes[i].x = number_field(L, note, "x", 0);
        notes[i].y = number_field(L, note, "y", 0);
        notes[i].text = text_field(L, note, "text");
        notes[i].colour = (unsigned)number_field(L, note, "colour", 0) & 0xFFFFFF;
        notes[i].alignment = (enum mien_alignment)number_field(L, note, "alignment", MIEN_ALIGN_CENTRE);
        if (!notes[i].text)
            luaL_error(L, "plot: a note lacks its text");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    figure->notes = notes;
}

/* Reads the table at index; what the figure borrows lives as long as the table and the anchor pushed here. */
static void read_figure(lua_State *L, int index, struct mien_figure *figure)
{
    luaL_checktype(L, index, LUA_TTABLE);
    lua_newtable(L);
    int anchor = lua_gettop(L);
    *figure = (struct mien_figure){.title = text_field(L, index, "title")};
    figure->width = (int)number_field(L, index, "width", 800);
    figure->height = (int)number_field(L, index, "height", 500);
    figure->legend = (enum mien_legend)number_field(L, index, "legend", MIEN_LEGEND_AUTO);
    figure->equal = boolean_field(L, index, "equal");
    figure->bare = boolean_field(L, index, "bare");
    read_axis(L, index, "x", anchor, &figure->x);
    read_axis(L, index, "y", anchor, &figure->y);
    read_layers(L, index, anchor, figure);
    read_notes(L, index, anchor, figure);
    lua_settop(L, anchor);
}

static void read_page(lua_State *L, int index, struct mien_page *page)
{
    static const char *const kinds[] = {"png", "svg", "pdf", "text", "sixel", "window", NULL};
    luaL_checktype(L, index, LUA_TTABLE);
    *page = (struct mien_page){0};
    lua_getfield(L, index, "kind");
    page->kind = (enum mien_page_kind)luaL_checkoption(L, -1, NULL, kinds);
    lua_pop(L, 1);
    page->columns = (int)number_field(L, index, "columns", 0);
    page->rows = (int)number_field(L, index, "rows", 0);
    page->window = (int)number_field(L, index, "window", 0);
}

/* ---- What has to be released ---- */

static int free_text(lua_State *L)
{
    struct mien_text *text = luaL_checkudata(L, 1, TEXT);
    free(text->bytes);
    *text = (struct mien_text){0};
    return 0;
}

static struct mien_text *push_text(lua_State *L)
{
    struct mien_text *text = lua_newuserdatauv(L, sizeof *text, 0);
    *text = (struct mien_text){0};
    luaL_setmetatable(L, TEXT);
    return text;
}

static int free_session(lua_State *L)
{
    struct mien_gnuplot *gnuplot = luaL_checkudata(L, 1, SESSION);
    mien_gnuplot_stop(gnuplot);
    return 0;
}

static struct mien_gnuplot *the_session(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, SESSION ".running") == LUA_TNIL) {
        struct mien_gnuplot *gnuplot = lua_newuserdatauv(L, sizeof *gnuplot, 0);
        *gnuplot = (struct mien_gnuplot){0};
        luaL_setmetatable(L, SESSION);
        lua_setfield(L, LUA_REGISTRYINDEX, SESSION ".running");
    }
    lua_pop(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, SESSION ".running");
    struct mien_gnuplot *session = luaL_checkudata(L, -1, SESSION);
    lua_pop(L, 1);
    return session;
}

static int close_folder(lua_State *L)
{
    char *path = luaL_checkudata(L, 1, FOLDER);
    mien_private_folder_remove(path);
    path[0] = '\0';
    return 0;
}

/* core.folder(caller) -> folder, path */
static int new_folder(lua_State *L)
{
    struct mien_error error;
    const char *caller = luaL_checkstring(L, 1);
    char *path = lua_newuserdatauv(L, MIEN_PATH_SIZE, 0);
    path[0] = '\0';
    luaL_setmetatable(L, FOLDER);
    if (mien_private_folder(path, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushstring(L, path);
    return 2;
}

/* ---- Drawing ---- */

/* core.script(figure, page) -> text */
static int script(lua_State *L)
{
    struct mien_figure figure;
    struct mien_page page;
    read_page(L, 2, &page);
    read_figure(L, 1, &figure);
    struct mien_text *text = push_text(L);
    if (mien_plot_script(&figure, &page, text) != 0)
        return luaL_error(L, "out of memory for a script of gnuplot");
    lua_pushlstring(L, text->bytes, text->length);
    return 1;
}

/* The first of gnuplot's terminals that open windows; NULL where there is none. */
static const char *window_terminal(const struct mien_gnuplot *gnuplot)
{
    static const char *const terminals[] = {"qt", "wxt", "x11"};
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
        if (mien_gnuplot_has_terminal(gnuplot, terminals[i]))
            return terminals[i];
    return NULL;
}

/* core.draw(figure, page, folder path, caller) -> bytes of the picture; true for a window */
static int draw(lua_State *L)
{
    struct mien_figure figure;
    struct mien_page page;
    struct mien_error error;
    const char *folder = luaL_checkstring(L, 3), *caller = luaL_checkstring(L, 4);
    read_page(L, 2, &page);
    read_figure(L, 1, &figure);
    struct mien_gnuplot *gnuplot = the_session(L);
    struct mien_text *text = push_text(L), *picture = push_text(L);
    enum mien_status status = mien_gnuplot_start(gnuplot, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    page.terminal = window_terminal(gnuplot);
    if (page.kind == MIEN_PAGE_WINDOW && !page.terminal)
        status = mien_fail(&error, MIEN_ERR_TOOL, "this gnuplot opens no windows; install gnuplot-qt");
    if (status == MIEN_OK && mien_plot_script(&figure, &page, text) != 0)
        status = mien_fail(&error, MIEN_ERR_MEMORY, "out of memory for a script of gnuplot");
    if (status == MIEN_OK)
        status = mien_gnuplot_run(gnuplot, text->bytes, folder, PATIENCE, &error);
    if (status == MIEN_OK && page.kind == MIEN_PAGE_WINDOW) {
        gnuplot->has_windows = true;
        lua_pushboolean(L, true);
        return 1;
    }
    if (status == MIEN_OK)
        status = mien_picture_read(folder, page.kind, picture, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushlstring(L, picture->bytes, picture->length);
    return 1;
}

/* core.write(bytes, path, user_alone, caller) -> true */
static int write_picture(lua_State *L)
{
    struct mien_error error;
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);
    const char *path = luaL_checkstring(L, 2), *caller = luaL_checkstring(L, 4);
    /* Only read; the text borrows Lua's bytes. */
    struct mien_text picture = {.length = length};
    memcpy(&picture.bytes, &bytes, sizeof bytes);
    if (mien_picture_write(&picture, path, lua_toboolean(L, 3), &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushboolean(L, true);
    return 1;
}

/* core.page_of(path) -> "png", "svg", "pdf" or nil */
static int page_of(lua_State *L)
{
    static const char *const names[] = {
        [MIEN_PAGE_PNG] = "png", [MIEN_PAGE_SVG] = "svg", [MIEN_PAGE_PDF] = "pdf"};
    enum mien_page_kind kind;
    if (mien_page_of_file(luaL_checkstring(L, 1), &kind))
        lua_pushstring(L, names[kind]);
    else
        lua_pushnil(L);
    return 1;
}

/* core.look() -> what the user sits at */
static int look(lua_State *L)
{
    struct mien_terminal terminal = mien_terminal_look();
    lua_createtable(L, 0, 8);
    mien_lua_set_boolean(L, "present", terminal.present);
    mien_lua_set_boolean(L, "display", mien_display_present());
    mien_lua_set_number(L, "columns", terminal.columns);
    mien_lua_set_number(L, "rows", terminal.rows);
    mien_lua_set_number(L, "width", terminal.width);
    mien_lua_set_number(L, "height", terminal.height);
    return 1;
}

static int sixel(lua_State *L)
{
    lua_pushboolean(L, mien_terminal_has_sixel());
    return 1;
}

/* ---- Distributions ---- */

/* core.sorted(numbers, what) -> column of the finite values, rising */
static int sorted(lua_State *L)
{
    size_t count, kept;
    const double *values = mien_lua_numbers(L, 1, luaL_checkstring(L, 2), &count);
    double *scratch = mien_sorted_finite(values, count, &kept);
    if (!scratch)
        return luaL_error(L, "out of memory for %d numbers", (int)count);
    struct mien_text *owner = push_text(L);
    owner->bytes = (char *)scratch;
    double *column = mien_lua_push_numbers(L, kept);
    if (kept)
        memcpy(column, scratch, kept * sizeof *column);
    return 1;
}

/* core.box(sorted) -> {count, low, q1, median, q3, high} */
static int box(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_box summary = mien_box_of(values, count);
    lua_createtable(L, 0, 6);
    mien_lua_set_number(L, "count", (double)summary.count);
    mien_lua_set_number(L, "low", summary.low);
    mien_lua_set_number(L, "q1", summary.q1);
    mien_lua_set_number(L, "median", summary.median);
    mien_lua_set_number(L, "q3", summary.q3);
    mien_lua_set_number(L, "high", summary.high);
    return 1;
}

/* core.bins(sorted of all groups, wanted) -> start, width, count */
static int bins(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_bins found = mien_bins_of(values, count, (size_t)luaL_checkinteger(L, 2));
    lua_pushnumber(L, found.start);
    lua_pushnumber(L, found.width);
    lua_pushinteger(L, (lua_Integer)found.count);
    return 3;
}

/* core.fill(sorted, start, width, count) -> column of counts */
static int fill(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    struct mien_bins wanted = {luaL_checknumber(L, 2), luaL_checknumber(L, 3),
                               (size_t)luaL_checkinteger(L, 4)};
    double *counts = mien_lua_push_numbers(L, wanted.count);
    for (size_t i = 0; i < wanted.count; i++)
        counts[i] = 0;
    mien_bins_fill(&wanted, values, count, counts);
    return 1;
}

/* core.jitter(count) -> column of offsets in -1..1 */
static int jitter(lua_State *L)
{
    size_t count = (size_t)luaL_checkinteger(L, 1);
    mien_jitter(count, mien_lua_push_numbers(L, count));
    return 1;
}

/* core.density(sorted, points) -> columns of places and densities; nothing where there is no spread */
static int density(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    size_t points = (size_t)luaL_checkinteger(L, 2);
    double bandwidth = mien_bandwidth(values, count);
    if (!(bandwidth > 0))
        return 0;
    double *places = mien_lua_push_numbers(L, points), *heights = mien_lua_push_numbers(L, points);
    for (size_t i = 0; i < points; i++) {
        places[i] = values[0] + (values[count - 1] - values[0]) * (double)i / (double)(points - 1);
        heights[i] = mien_density(values, count, bandwidth, places[i]);
    }
    return 2;
}

/* ---- Arguments ---- */

/* core.check_options(table, caller, {names}) */
static int check_options(lua_State *L)
{
    const char *names[32];
    size_t count = lua_rawlen(L, 3);
    luaL_argcheck(L, count < 32, 3, "too many options");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        names[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    names[count] = NULL;
    mien_lua_check_options(L, 1, luaL_checkstring(L, 2), names);
    return 0;
}

/* core.nearest(word, {words}) -> the word that was probably meant, or nil */
static int nearest(lua_State *L)
{
    const char *word = luaL_checkstring(L, 1);
    size_t count = lua_rawlen(L, 2);
    const char **words = lua_newuserdatauv(L, (count + 1) * sizeof *words, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        words[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    words[count] = NULL;
    lua_pushstring(L, mien_word_nearest(word, words));
    return 1;
}

/* core.numbers(value, what) -> column of the numbers, how many, how many of them finite */
static int numbers(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, luaL_checkstring(L, 2), &count);
    double *column = mien_lua_push_numbers(L, count);
    if (count)
        memcpy(column, values, count * sizeof *column);
    size_t finite = 0;
    for (size_t i = 0; i < count; i++)
        finite += isfinite(values[i]) != 0;
    lua_pushinteger(L, (lua_Integer)count);
    lua_pushinteger(L, (lua_Integer)finite);
    return 3;
}

/* core.texts(value, what) -> array of texts, false for missing */
static int texts(lua_State *L)
{
    size_t count;
    const char *const *values = mien_lua_texts(L, 1, luaL_checkstring(L, 2), &count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        if (values[i])
            lua_pushstring(L, values[i]);
        else
            lua_pushboolean(L, false);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* core.list(column) -> plain array of its numbers */
static int list(lua_State *L)
{
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "plot: values", &count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void releasing_metatable(lua_State *L, const char *name, lua_CFunction release)
{
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

int luaopen_mien_plot(lua_State *L)
{
    static const luaL_Reg functions[] = {{"script", script},
                                         {"draw", draw},
                                         {"write", write_picture},
                                         {"page_of", page_of},
                                         {"folder", new_folder},
                                         {"look", look},
                                         {"sixel", sixel},
                                         {"sorted", sorted},
                                         {"box", box},
                                         {"bins", bins},
                                         {"fill", fill},
                                         {"jitter", jitter},
                                         {"density", density},
                                         {"check_options", check_options},
                                         {"numbers", numbers},
                                         {"nearest", nearest},
                                         {"texts", texts},
                                         {"list", list},
                                         {NULL, NULL}};
    releasing_metatable(L, TEXT, free_text);
    releasing_metatable(L, SESSION, free_session);
    releasing_metatable(L, FOLDER, close_folder);
    lua_createtable(L, 0, 1);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "core");
    return 1;
}
