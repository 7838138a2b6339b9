/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of measure.movement and of the cohort's maps of movement. Its functions are the table
 * "mien.movement", which lua/measure/movement.lua and lua/cohort/movement.lua require when they are first
 * needed; those check what users give.
 */
#include "movement/movement.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/movement_map.h"
#include "lua/progress_bar.h"
#include "lua/track.h"

#include <math.h>
#include <stdio.h>

#define MOVEMENT "mien.movement.result"

static double number_field(lua_State *L, int options, const char *name, double absent)
{
    double value = lua_getfield(L, options, name) == LUA_TNUMBER ? lua_tonumber(L, -1) : absent;
    lua_pop(L, 1);
    return value;
}

/* The table keeps the text. */
static const char *text_field(lua_State *L, int options, const char *name)
{
    const char *value = lua_getfield(L, options, name) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1);
    return value;
}

static bool true_field(lua_State *L, int options, const char *name)
{
    lua_getfield(L, options, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

static struct mien_movement_options read_options(lua_State *L, int options, const char *caller)
{
    struct mien_movement_options read = {
        .video = text_field(L, options, "video"),
        .t0 = number_field(L, options, "t0", -INFINITY),
        .t1 = number_field(L, options, "t1", INFINITY),
        .start = number_field(L, options, "start", -INFINITY),
        .stop = number_field(L, options, "stop", INFINITY),
        .side = true_field(L, options, "plain") ? MIEN_SIDE_PLAIN : MIEN_SIDE_EACH,
        .peak = true_field(L, options, "peak"),
    };
    if (lua_getfield(L, options, "neutral") == LUA_TUSERDATA)
        read.neutral = mien_lua_check_track(L, lua_gettop(L), caller);
    lua_pop(L, 1); /* The options keep the Track. */
    return read;
}

static int movement_free(lua_State *L)
{
    struct mien_movement **handle = luaL_checkudata(L, 1, MOVEMENT);
    mien_movement_free(*handle);
    *handle = NULL;
    return 0;
}

static void push_frame(lua_State *L, const struct mien_track *track, const struct mien_movement *movement)
{
    enum { VALUES = MIEN_REGIONS * 2 * MIEN_MOVEMENT_KINDS, COLUMNS = VALUES + 2 };
    static const char *const kinds[MIEN_MOVEMENT_KINDS] = {"", "_strain", "_points"};
    char texts[VALUES][32];
    const char *names[COLUMNS] = {"time"};
    luaL_checkstack(L, COLUMNS + 8, "too many columns");
    double *time = mien_lua_push_numbers(L, track->count);
    for (size_t row = 0; row < track->count; row++)
        time[row] = track->time[row];
    for (int i = 0; i < VALUES; i++) {
        int kind = i % MIEN_MOVEMENT_KINDS, right = i / MIEN_MOVEMENT_KINDS % 2;
        int region = i / MIEN_MOVEMENT_KINDS / 2;
        double *column = mien_lua_push_numbers(L, track->count);
        for (size_t row = 0; row < track->count; row++)
            column[row] = movement->regions[mien_movement_place(row, region, right, kind)];
        snprintf(texts[i], sizeof texts[i], "%s%s_%c", mien_region_names[region], kinds[kind],
                 right ? 'r' : 'l');
        names[i + 1] = texts[i];
    }
    double *lost = mien_lua_push_numbers(L, track->count);
    for (size_t row = 0; row < track->count; row++)
        lost[row] = movement->lost[row];
    names[COLUMNS - 1] = "lost";
    mien_lua_push_frame(L, names, COLUMNS);
}

static void push_numbers(lua_State *L, const char *name, const double *values, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

/* What is told beside the frames: {lost, looked, rest_frames, peak_time, peak_frames, x, y, milliseconds}. */
static void push_about(lua_State *L, const struct mien_movement *movement, bool peak)
{
    static const char *const steps[MIEN_STEPS] = {"decode", "warp", "even", "flow", "field"};
    lua_newtable(L);
    mien_lua_set_number(L, "lost", movement->mean_lost);
    mien_lua_set_number(L, "looked", (double)movement->looked);
    mien_lua_set_number(L, "rest_frames", (double)movement->rest_frames);
    if (peak) {
        mien_lua_set_number(L, "peak_time", movement->peak_time);
        mien_lua_set_number(L, "peak_frames", (double)movement->peak_frames);
        push_numbers(L, "x", movement->peak.x, MIEN_CELLS);
        push_numbers(L, "y", movement->peak.y, MIEN_CELLS);
    }
    lua_newtable(L);
    for (int i = 0; i < MIEN_STEPS; i++)
        mien_lua_set_number(L, steps[i], 1000 * movement->seconds[i] / (double)movement->looked);
    lua_setfield(L, -2, "milliseconds");
}

/* find(caller, track, options) -> frame, about; or nil, message, code. options: neutral (a Track), t0, t1,
 * start, stop, plain, peak, video, progress. */
static int movement_find(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 3);
    struct mien_movement_options options = read_options(L, 3, caller);
    bool show = true_field(L, 3, "progress");
    struct mien_movement **handle = mien_lua_push_owner(L, MOVEMENT, movement_free);
    const struct mien_track *track = mien_lua_check_track(L, 2, caller);
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_progress progress = mien_progress_bar_start(&bar, show);
    enum mien_status status = mien_movement_find(track, &options, &progress, handle, &error);
    mien_progress_bar_end(&bar);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    push_frame(L, track, *handle);
    push_about(L, *handle, options.peak);
    return 2;
}

int luaopen_mien_movement(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"find", movement_find},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    luaL_setfuncs(L, mien_movement_map_functions, 0);
    return 1;
}
