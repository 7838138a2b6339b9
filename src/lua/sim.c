/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sim module's C half: lends render, draws, make_folder and the list of action units to lua/sim.lua,
 * which makes the functions that users call of them.
 */
#include "base/progress.h"
#include "base/random.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/progress_bar.h"
#include "sim/recording.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static double field_number(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    double value = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static void channel_name(char *name, size_t size, int action, int side)
{
    const char *suffix = action >= MIEN_SIM_FIRST_MIDLINE ? "" : side == MIEN_SIM_LEFT ? "_l" : "_r";
    snprintf(name, size, "%s%s", mien_sim_action_names[action], suffix);
}

/* Reads spec.levels into userdata that stays on the stack. */
static struct mien_sim_movement *push_movement(lua_State *L, int spec, size_t frames)
{
    struct mien_sim_movement *movement = lua_newuserdatauv(L, (frames + 1) * sizeof *movement, 0);
    memset(movement, 0, (frames + 1) * sizeof *movement);
    lua_getfield(L, spec, "levels");
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++) {
            char name[16];
            size_t count;
            channel_name(name, sizeof name, action, side);
            lua_getfield(L, -1, name);
            const double *level = mien_lua_numbers(L, -1, "sim.video: levels", &count);
            for (size_t i = 0; i < frames && i < count; i++)
                movement[i].level[action][side] = level[i];
            lua_pop(L, 1);
        }
    lua_pop(L, 1);
    double left = field_number(L, spec, "droop_l"), right = field_number(L, spec, "droop_r");
    for (size_t i = 0; i < frames; i++) {
        movement[i].droop[MIEN_SIM_LEFT] = left;
        movement[i].droop[MIEN_SIM_RIGHT] = right;
    }
    return movement;
}

static double *push_scratch(lua_State *L, size_t count)
{
    return lua_newuserdatauv(L, (count + 1) * sizeof(double), 0);
}

enum {
    CHANNELS = 2 * MIEN_SIM_FIRST_MIDLINE + MIEN_SIM_ACTIONS - MIEN_SIM_FIRST_MIDLINE,
    COLUMNS = 5 + CHANNELS + 2 * MIEN_SIM_POINTS
};

static void push_constant(lua_State *L, size_t frames, double start, double step)
{
    double *numbers = mien_lua_push_numbers(L, frames);
    for (size_t i = 0; i < frames; i++)
        numbers[i] = start + step * (double)i;
}

/* Pushes the truth as a data frame. */
static void push_truth(lua_State *L, const struct mien_sim_recording *recording)
{
    char names[COLUMNS][16] = {"frame", "time", "yaw", "pitch", "roll"};
    const char *list[COLUMNS];
    size_t frames = recording->frames;
    int column = 5;
    luaL_checkstack(L, COLUMNS + 8, "too many columns");
    push_constant(L, frames, 0, 1);
    double *time = mien_lua_push_numbers(L, frames);
    for (size_t i = 0; i < frames; i++)
        time[i] = (double)i / recording->fps;
    push_constant(L, frames, 0, 0);
    push_constant(L, frames, 0, 0);
    memcpy(mien_lua_push_numbers(L, frames), recording->roll, frames * sizeof(double));
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = MIEN_SIM_LEFT;
             side >= (action < MIEN_SIM_FIRST_MIDLINE ? MIEN_SIM_RIGHT : MIEN_SIM_LEFT); side--) {
            channel_name(names[column], sizeof names[column], action, side);
            double *level = mien_lua_push_numbers(L, frames);
            for (size_t i = 0; i < frames; i++)
                level[i] = recording->movement[i].level[action][side];
            column++;
        }
    for (int point = 0; point < MIEN_SIM_POINTS; point++)
        for (int axis = 0; axis < 2; axis++) {
            snprintf(names[column], sizeof names[column], "%c%d", axis ? 'y' : 'x', point + 1);
            const double *from = (axis ? recording->y : recording->x) + point;
            double *to = mien_lua_push_numbers(L, frames);
            for (size_t i = 0; i < frames; i++)
                to[i] = from[i * MIEN_SIM_POINTS];
            column++;
        }
    for (int i = 0; i < COLUMNS; i++)
        list[i] = names[i];
    mien_lua_push_frame(L, list, COLUMNS);
}

/* render(file, spec) -> truth, or nil, message, code. lua/sim.lua has checked every field. */
static int sim_render(lua_State *L)
{
    const char *file = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    struct mien_sim_recording recording = {0};
    recording.frames = (size_t)field_number(L, 2, "frames");
    recording.fps = field_number(L, 2, "fps");
    recording.width = (int)field_number(L, 2, "width");
    recording.height = (int)field_number(L, 2, "height");
    recording.seed = (uint64_t)field_number(L, 2, "seed");
    lua_getfield(L, 2, "woman");
    mien_sim_person(&recording.person, (uint64_t)field_number(L, 2, "identity"), lua_toboolean(L, -1));
    recording.movement = push_movement(L, 2, recording.frames);
    recording.x = push_scratch(L, recording.frames * MIEN_SIM_POINTS);
    recording.y = push_scratch(L, recording.frames * MIEN_SIM_POINTS);
    recording.roll = push_scratch(L, recording.frames);
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_progress progress = mien_progress_bar_start(&bar, true);
    enum mien_status status = mien_sim_write(&recording, file, &progress, &error);
    mien_progress_bar_end(&bar);
    if (status != MIEN_OK)
        return mien_lua_fail(L, "sim.video", &error);
    push_truth(L, &recording);
    return 1;
}

/* draws(seed, count) -> array of numbers, uniform on 0..1: the user's own math.random is left alone. */
static int sim_draws(lua_State *L)
{
    struct mien_random random;
    mien_random_seed(&random, (uint64_t)luaL_checkinteger(L, 1));
    lua_Integer count = luaL_checkinteger(L, 2);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_pushnumber(L, mien_random_uniform(&random));
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* make_folder(path) -> true, or nil, message, code; with the folders above it, for the user alone. */
static int sim_make_folder(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    size_t length = strlen(path);
    char *copy = lua_newuserdatauv(L, length + 1, 0);
    memcpy(copy, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (copy[i] != '/' && copy[i] != '\0')
            continue;
        copy[i] = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            struct mien_error error;
            mien_fail_errno(&error, copy);
            return mien_lua_fail(L, "sim.cohort", &error);
        }
        copy[i] = path[i];
    }
    lua_pushboolean(L, 1);
    return 1;
}

int luaopen_mien_sim(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"render", sim_render},
        {"draws", sim_draws},
        {"make_folder", sim_make_folder},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    lua_createtable(L, MIEN_SIM_ACTIONS, 0);
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++) {
        lua_createtable(L, 0, 2);
        mien_lua_set_text(L, "name", mien_sim_action_names[action]);
        mien_lua_set_boolean(L, "sided", action < MIEN_SIM_FIRST_MIDLINE);
        lua_rawseti(L, -2, action + 1);
    }
    lua_setfield(L, -2, "actions");
    return 1;
}
