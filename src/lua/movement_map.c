/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Average faces and maps of movement for lua/cohort/movement.lua, which has checked what users gave.
 */
#include "lua/movement_map.h"

#include "lua/lua_util.h"
#include "lua/progress_bar.h"
#include "lua/track.h"
#include "movement/map.h"
#include "movement/portrait.h"
#include "stats/permutation_map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PORTRAIT "mien.portrait"
#define PICTURE "mien.movement.picture"

/* ---- Cells ---- */

/* cells() -> region, side, mirror: arrays of texts ("" where a cell is not used) and of places from 1. */
static int map_cells(lua_State *L)
{
    struct mien_mesh mesh;
    struct mien_cells cells;
    if (mien_mesh_new(&mesh, 1) != 0)
        return luaL_error(L, "out of memory for the cells");
    mien_cells_find(&mesh, &cells);
    mien_mesh_clear(&mesh);
    lua_createtable(L, MIEN_CELLS, 0);
    lua_createtable(L, MIEN_CELLS, 0);
    lua_createtable(L, MIEN_CELLS, 0);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int region = cells.region[cell];
        lua_pushstring(L, region == MIEN_NO_REGION ? "" : mien_region_names[region]);
        lua_rawseti(L, -4, cell + 1);
        lua_pushstring(L, mien_cell_is_left(cell) ? "left" : "right");
        lua_rawseti(L, -3, cell + 1);
        lua_pushinteger(L, mien_cell_mirror(cell) + 1);
        lua_rawseti(L, -2, cell + 1);
    }
    return 3;
}

/* sizes(x, y) -> the size of the displacement of every cell, smoothed as in measure.movement. */
static int map_sizes(lua_State *L)
{
    struct mien_field field;
    double size[MIEN_CELLS];
    size_t count[2];
    const double *x = mien_lua_numbers(L, 1, "movement: x", &count[0]);
    const double *y = mien_lua_numbers(L, 2, "movement: y", &count[1]);
    luaL_argcheck(L, count[0] == MIEN_CELLS && count[1] == MIEN_CELLS, 1, "not the cells of this version");
    memcpy(field.x, x, sizeof field.x);
    memcpy(field.y, y, sizeof field.y);
    mien_field_smooth(&field);
    mien_field_size(&field, size);
    lua_createtable(L, MIEN_CELLS, 0);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        lua_pushnumber(L, size[cell]);
        lua_rawseti(L, -2, cell + 1);
    }
    return 1;
}

/* regions(values) -> the means over the cells of each region and side, by name such as "cheek_l". */
static int map_regions(lua_State *L)
{
    struct mien_mesh mesh;
    struct mien_cells cells;
    double means[MIEN_REGIONS][2];
    size_t count;
    const double *values = mien_lua_numbers(L, 1, "movement: values", &count);
    luaL_argcheck(L, count == MIEN_CELLS, 1, "not the cells of this version");
    if (mien_mesh_new(&mesh, 1) != 0)
        return luaL_error(L, "out of memory for the cells");
    mien_cells_find(&mesh, &cells);
    mien_mesh_clear(&mesh);
    mien_region_means(&cells, values, means);
    lua_createtable(L, 0, 2 * MIEN_REGIONS);
    for (int region = 0; region < MIEN_REGIONS; region++)
        for (int left = 0; left < 2; left++) {
            char name[32];
            snprintf(name, sizeof name, "%s_%c", mien_region_names[region], left ? 'l' : 'r');
            mien_lua_set_number(L, name, means[region][left]);
        }
    return 1;
}

/* ---- The test ---- */

static void read_row(lua_State *L, int rows, size_t person, size_t places, double *values)
{
    lua_rawgeti(L, rows, (lua_Integer)person + 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    for (size_t place = 0; place < places; place++) {
        lua_rawgeti(L, -1, (lua_Integer)place + 1);
        values[place] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void push_results(lua_State *L, const struct mien_map_place *results, size_t places)
{
    static const char *const names[] = {"n_1", "n_2", "mean_1", "mean_2",    "diff",
                                        "g",   "t",   "p",      "p_adjusted"};
    enum { FIELDS = sizeof names / sizeof *names };
    lua_createtable(L, 0, FIELDS);
    for (int field = 0; field < FIELDS; field++) {
        lua_createtable(L, (int)places, 0);
        for (size_t place = 0; place < places; place++) {
            const struct mien_map_place *r = &results[place];
            const double values[FIELDS] = {
                (double)r->n[0], (double)r->n[1], r->mean[0], r->mean[1], r->difference, r->g, r->t, r->p,
                r->adjusted};
            lua_pushnumber(L, values[field]);
            lua_rawseti(L, -2, (lua_Integer)place + 1);
        }
        lua_setfield(L, -2, names[field]);
    }
}

/* compare(caller, rows, groups, permutations, seed, least, progress) -> table of arrays, an item per place;
 * or nil, message, code. rows: one array of numbers per person; groups: 0 or 1 of each. */
static int map_compare(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    const struct mien_map_options options = {.permutations = (size_t)luaL_checkinteger(L, 4),
                                             .seed = (uint64_t)luaL_checkinteger(L, 5),
                                             .least = (size_t)luaL_checkinteger(L, 6)};
    bool show = lua_toboolean(L, 7);
    size_t people = (size_t)lua_rawlen(L, 2);
    lua_rawgeti(L, 2, 1);
    size_t places = people > 0 && lua_istable(L, -1) ? (size_t)lua_rawlen(L, -1) : 0;
    lua_settop(L, 3);
    double *values = lua_newuserdatauv(L, people * places * sizeof *values + 1, 0);
    uint8_t *group = lua_newuserdatauv(L, people + 1, 0);
    struct mien_map_place *results = lua_newuserdatauv(L, places * sizeof *results + 1, 0);
    for (size_t person = 0; person < people; person++) {
        read_row(L, 2, person, places, values + person * places);
        lua_rawgeti(L, 3, (lua_Integer)person + 1);
        group[person] = lua_tointeger(L, -1) != 0;
        lua_pop(L, 1);
    }
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_progress progress = mien_progress_bar_start(&bar, show);
    enum mien_status status =
        mien_permutation_map(values, group, people, places, &options, &progress, results, &error);
    mien_progress_bar_end(&bar);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    push_results(L, results, places);
    return 1;
}

/* ---- Average faces ---- */

static int portrait_free(lua_State *L)
{
    struct mien_portrait *portrait = luaL_checkudata(L, 1, PORTRAIT);
    mien_portrait_clear(portrait);
    return 0;
}

static int new_portrait(lua_State *L)
{
    struct mien_portrait *portrait = lua_newuserdatauv(L, sizeof *portrait, 0);
    memset(portrait, 0, sizeof *portrait);
    if (luaL_newmetatable(L, PORTRAIT)) {
        lua_pushcfunction(L, portrait_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    if (mien_portrait_new(portrait) != 0)
        return luaL_error(L, "out of memory for an average face");
    return 1;
}

/* add_portrait(caller, portrait, track, video, t0, t1, plain) -> true; or nil, message, code */
static int add_portrait(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    struct mien_portrait *portrait = luaL_checkudata(L, 2, PORTRAIT);
    const struct mien_track *track = mien_lua_check_track(L, 3, caller);
    struct mien_error error;
    enum mien_status status = mien_portrait_add(
        portrait, track, luaL_optstring(L, 4, NULL), luaL_checknumber(L, 5), luaL_checknumber(L, 6),
        lua_toboolean(L, 7) ? MIEN_SIDE_PLAIN : MIEN_SIDE_EACH, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* ---- Pictures ---- */

static int free_picture(lua_State *L)
{
    struct mien_image **image = luaL_checkudata(L, 1, PICTURE);
    mien_image_free(*image);
    *image = NULL;
    return 0;
}

static int write_picture(lua_State *L, const char *caller, const char *file, enum mien_status status,
                         struct mien_image *const *image, struct mien_error *error)
{
    if (status == MIEN_OK)
        status = mien_image_write_png(*image, file, error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, error);
    lua_pushboolean(L, 1);
    return 1;
}

/* draw_portrait(caller, portrait, png) -> true; or nil, message, code */
static int draw_portrait(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_portrait *portrait = luaL_checkudata(L, 2, PORTRAIT);
    const char *file = mien_lua_check_path(L, 3, caller);
    luaL_argcheck(L, portrait->people > 0, 2, "nobody is in it");
    struct mien_image **image = mien_lua_push_owner(L, PICTURE, free_picture);
    struct mien_error error;
    return write_picture(L, caller, file, mien_portrait_draw(portrait, image, &error), image, &error);
}

static const char *text_at(lua_State *L, int table, int place)
{
    const char *text = lua_rawgeti(L, table, place) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1); /* The table keeps it. */
    return text;
}

/* draw_map(caller, values, significant, limit, titles, portrait or nil, png) -> true; or nil, message, code.
 * titles: the lines above, then, as the last, the bar's. */
static int draw_map(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    size_t counts[2];
    struct mien_map map = {.values = mien_lua_numbers(L, 2, "movement: values", &counts[0]),
                           .significant = mien_lua_numbers(L, 3, "movement: significant", &counts[1]),
                           .limit = luaL_checknumber(L, 4)};
    luaL_argcheck(L, counts[0] == MIEN_CELLS && counts[1] == MIEN_CELLS, 2, "not the cells of this version");
    luaL_checktype(L, 5, LUA_TTABLE);
    for (int i = 0; i < MIEN_MAP_TITLES; i++)
        map.titles[i] = text_at(L, 5, i + 1);
    map.bar = text_at(L, 5, MIEN_MAP_TITLES + 1);
    if (!lua_isnil(L, 6))
        map.face = luaL_checkudata(L, 6, PORTRAIT);
    const char *file = mien_lua_check_path(L, 7, caller);
    struct mien_image **image = mien_lua_push_owner(L, PICTURE, free_picture);
    struct mien_error error;
    return write_picture(L, caller, file, mien_map_draw(&map, image, &error), image, &error);
}

const luaL_Reg mien_movement_map_functions[] = {
    {"cells", map_cells},
    {"sizes", map_sizes},
    {"regions", map_regions},
    {"compare", map_compare},
    {"new_portrait", new_portrait},
    {"add_portrait", add_portrait},
    {"draw_portrait", draw_portrait},
    {"draw_map", draw_map},
    {NULL, NULL},
};
