/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure, as lua/plot.lua describes it in a table, for the core.
 */
#include "lua/plot_figure.h"

#include "lua/lua_util.h"

#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

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
    layer->colours = numbers_field(L, index, "colours", anchor, &count);
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
        notes[i].size = (int)number_field(L, note, "size", 0);
        notes[i].alignment = (enum mien_alignment)number_field(L, note, "alignment", MIEN_ALIGN_CENTRE);
        if (!notes[i].text)
            luaL_error(L, "plot: a note lacks its text");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    figure->notes = notes;
}

static void read_scale(lua_State *L, int index, int anchor, struct mien_scale *scale)
{
    if (lua_getfield(L, index, "scale") == LUA_TTABLE) {
        int table = lua_gettop(L);
        size_t count = SIZE_MAX;
        scale->label = text_field(L, table, "label");
        scale->low = number_field(L, table, "low", NAN);
        scale->high = number_field(L, table, "high", NAN);
        scale->colours = numbers_field(L, table, "colours", anchor, &count);
        scale->count = count == SIZE_MAX ? 0 : count;
        lua_settop(L, table);
    }
    lua_pop(L, 1);
}

void mien_lua_plot_figure(lua_State *L, int index, struct mien_figure *figure)
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
    read_scale(L, index, anchor, &figure->scale);
    lua_settop(L, anchor);
}

void mien_lua_plot_page(lua_State *L, int index, struct mien_page *page)
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
