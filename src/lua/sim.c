/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sim module's C half: lends render, draws, make_folder, exists, save and the list of action units to
 * lua/sim.lua, which makes the functions that users call of them and has checked every value that comes here.
 */
#include "base/memory.h"
#include "base/progress.h"
#include "base/random.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/progress_bar.h"
#include "sim/batch.h"
#include "sim/truth.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOBS "mien.sim.jobs"

struct jobs {
    size_t count;
    struct mien_sim_job job[];
};

static int jobs_close(lua_State *L)
{
    struct jobs *jobs = luaL_checkudata(L, 1, JOBS);
    for (size_t i = 0; i < jobs->count; i++) {
        mien_sim_recording_free(jobs->job[i].recording);
        jobs->job[i].recording = NULL;
    }
    return 0;
}

/* ---- Reading a plan ---- */

static double field_number(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    double value = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static bool field_true(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* The table holds the text; of a number it would not hold the text made of it. */
static const char *field_text(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    const char *value = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1);
    return value;
}

/* Numbers of a field, in userdata that the table `anchor` keeps. */
static const double *field_numbers(lua_State *L, int table, const char *name, int anchor, size_t *count)
{
    lua_getfield(L, table, name);
    const double *numbers = mien_lua_numbers(L, -1, "sim: curve", count);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    return numbers;
}

static int channel_of(const char *text)
{
    static const char *const others[] = {"gaze_x", "gaze_y", "yaw", "pitch", "roll"};
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < MIEN_SIM_SIDES; side++) {
            char name[MIEN_SIM_NAME];
            mien_sim_action_label(action, side, name);
            if (strcmp(text, name) == 0)
                return 2 * action + side;
        }
    for (int i = 0; i < MIEN_SIM_CHANNELS - MIEN_SIM_GAZE_X; i++)
        if (strcmp(text, others[i]) == 0)
            return MIEN_SIM_GAZE_X + i;
    return -1;
}

static void read_curve(lua_State *L, int table, int anchor, struct mien_sim_performance *performance)
{
    size_t times, values;
    struct mien_sim_curve curve = {.smooth = field_true(L, table, "smooth")};
    const char *name = field_text(L, table, "channel");
    int channel = name ? channel_of(name) : -1;
    curve.time = field_numbers(L, table, "times", anchor, &times);
    curve.value = field_numbers(L, table, "values", anchor, &values);
    curve.count = times < values ? times : values;
    if (channel < 0) {
        luaL_error(L, "sim: no channel \"%s\"", name ? name : "");
        return;
    }
    performance->curve[channel] = curve;
    if (channel < MIEN_SIM_GAZE_X && channel / 2 >= MIEN_SIM_FIRST_MIDLINE)
        performance->curve[channel ^ 1] = curve;
}

static void read_weakness(lua_State *L, int table, struct mien_sim_weakness *weakness)
{
    weakness->region[MIEN_SIM_UPPER] = field_number(L, table, "upper");
    weakness->region[MIEN_SIM_MID] = field_number(L, table, "mid");
    weakness->region[MIEN_SIM_LOWER] = field_number(L, table, "lower");
    weakness->side[MIEN_SIM_LEFT] = field_number(L, table, "left");
    weakness->side[MIEN_SIM_RIGHT] = field_number(L, table, "right");
    weakness->fatigue = field_number(L, table, "fatigue");
    weakness->recovery = field_number(L, table, "recovery");
    weakness->ptosis[MIEN_SIM_LEFT] = field_number(L, table, "ptosis_l");
    weakness->ptosis[MIEN_SIM_RIGHT] = field_number(L, table, "ptosis_r");
}

static void read_person(lua_State *L, int table, struct mien_sim_person *person)
{
    struct mien_sim_identity identity = {
        .seed = (uint64_t)field_number(L, table, "seed"),
        .woman = field_true(L, table, "woman"),
        .age = field_number(L, table, "age"),
        .skin = field_number(L, table, "skin"),
        .beard = (int)field_number(L, table, "beard"),
        .glasses = field_true(L, table, "glasses"),
        .hair = (int)field_number(L, table, "hair"),
    };
    mien_sim_person_from(person, &identity);
}

static void read_camera(lua_State *L, int table, struct mien_sim_camera *camera)
{
    camera->width = (int)field_number(L, table, "width");
    camera->height = (int)field_number(L, table, "height");
    camera->fps = field_number(L, table, "fps");
    camera->light = field_number(L, table, "light");
    camera->noise = field_number(L, table, "noise");
    camera->drop = field_number(L, table, "drop");
    camera->compression = (int)field_number(L, table, "compression");
    camera->rotation = (int)field_number(L, table, "rotation");
}

static int push_table(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    luaL_checktype(L, -1, LUA_TTABLE);
    return lua_gettop(L);
}

static void read_performance(lua_State *L, int table, int anchor, struct mien_sim_performance *performance)
{
    performance->gain[MIEN_SIM_LEFT] = field_number(L, table, "gain_l");
    performance->gain[MIEN_SIM_RIGHT] = field_number(L, table, "gain_r");
    performance->blinks = field_true(L, table, "blinks");
    performance->quiet = field_number(L, table, "quiet");
    performance->motion = field_number(L, table, "motion");
    performance->seed = (uint64_t)field_number(L, table, "seed");
    read_weakness(L, push_table(L, table, "weakness"), &performance->weakness);
    int curves = push_table(L, table, "curves");
    for (lua_Integer i = 1; lua_rawgeti(L, curves, i) == LUA_TTABLE; i++) {
        read_curve(L, lua_gettop(L), anchor, performance);
        lua_pop(L, 1);
    }
    lua_pop(L, 3);
}

static void read_job(lua_State *L, int table, int anchor, struct mien_sim_job *job)
{
    struct mien_sim_plan *plan = &job->plan;
    job->video = field_text(L, table, "video");
    job->truth = field_text(L, table, "truth");
    job->receipt = field_text(L, table, "receipt");
    job->receipt_text = field_text(L, table, "receipt_text");
    plan->frames = (size_t)field_number(L, table, "frames");
    plan->seed = (uint64_t)field_number(L, table, "seed");
    read_person(L, push_table(L, table, "identity"), &plan->person);
    lua_pop(L, 1);
    read_camera(L, table, &plan->camera);
    read_performance(L, table, anchor, &plan->performance);
}

/* ---- Pushing the truth ---- */

static void push_truth(lua_State *L, const struct mien_sim_recording *recording)
{
    enum { MOST = 512 };
    _Static_assert(2 * MIEN_SIM_ACTIONS + 2 * MIEN_SIM_POINTS + 40 < MOST, "columns of the truth");
    char names[MOST][MIEN_SIM_NAME];
    const char *list[MOST];
    int columns = mien_sim_truth_columns();
    luaL_checkstack(L, columns + 8, "too many columns");
    for (int column = 0; column < columns; column++) {
        double *numbers = mien_lua_push_numbers(L, recording->count);
        for (size_t row = 0; row < recording->count; row++)
            numbers[row] = mien_sim_truth_value(recording, column, row);
        mien_sim_truth_name(column, names[column]);
        list[column] = names[column];
    }
    mien_lua_push_frame(L, list, columns);
}

/* ---- Functions ---- */

static struct jobs *push_jobs(lua_State *L, int specs, int anchor)
{
    size_t count = (size_t)lua_rawlen(L, specs);
    struct jobs *jobs = lua_newuserdatauv(L, sizeof *jobs + count * sizeof *jobs->job, 0);
    memset(jobs, 0, sizeof *jobs + count * sizeof *jobs->job);
    jobs->count = count;
    luaL_setmetatable(L, JOBS);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, specs, (lua_Integer)i + 1);
        read_job(L, lua_gettop(L), anchor, &jobs->job[i]);
        lua_pop(L, 1);
    }
    return jobs;
}

static int cores(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > 64 ? 64 : (int)online;
}

/* render(caller, specs [, workers]) -> truth of the first recording where its spec names no file for it, else
 * true; or nil, message, code. */
static int sim_render(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    int workers = (int)luaL_optinteger(L, 3, cores());
    lua_settop(L, 3);
    lua_newtable(L);
    struct jobs *jobs = push_jobs(L, 2, 4);
    struct mien_error error = {0};
    struct mien_progress_bar bar;
    struct mien_progress progress = mien_progress_bar_start(&bar, true);
    enum mien_status status = mien_sim_record_all(jobs->job, jobs->count, workers, &progress, &error);
    mien_progress_bar_end(&bar);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    if (jobs->count > 0 && jobs->job[0].recording)
        push_truth(L, jobs->job[0].recording);
    else
        lua_pushboolean(L, 1);
    return 1;
}

/* draws(seed, count [, "normal"]) -> array of numbers, uniform on 0..1 or standard normal: the user's own
 * math.random is left alone. */
static int sim_draws(lua_State *L)
{
    struct mien_random random;
    mien_random_seed(&random, (uint64_t)luaL_checkinteger(L, 1));
    lua_Integer count = luaL_checkinteger(L, 2);
    bool normal = lua_toboolean(L, 3);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_pushnumber(L, normal ? mien_random_normal(&random) : mien_random_uniform(&random));
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

/* exists(path) -> whether there is such a file. */
static int sim_exists(lua_State *L)
{
    struct stat state;
    lua_pushboolean(L, stat(luaL_checkstring(L, 1), &state) == 0 && S_ISREG(state.st_mode));
    return 1;
}

/* save(path, text) -> true, or nil, message, code; the file is written whole or not at all. */
static int sim_save(lua_State *L)
{
    size_t length;
    const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &length);
    struct mien_error error;
    if (mien_sim_save_text(path, text, length, &error) != MIEN_OK)
        return mien_lua_fail(L, "sim.cohort", &error);
    lua_pushboolean(L, 1);
    return 1;
}

static void push_actions(lua_State *L)
{
    lua_createtable(L, MIEN_SIM_ACTIONS, 0);
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++) {
        lua_createtable(L, 0, 2);
        mien_lua_set_text(L, "name", mien_sim_action_names[action]);
        mien_lua_set_boolean(L, "sided", action < MIEN_SIM_FIRST_MIDLINE);
        lua_rawseti(L, -2, action + 1);
    }
}

int luaopen_mien_sim(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"render", sim_render}, {"draws", sim_draws}, {"make_folder", sim_make_folder},
        {"exists", sim_exists}, {"save", sim_save},   {NULL, NULL},
    };
    static const luaL_Reg metamethods[] = {{"__gc", jobs_close}, {NULL, NULL}};
    luaL_newmetatable(L, JOBS);
    luaL_setfuncs(L, metamethods, 0);
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_newlib(L, functions);
    push_actions(L);
    lua_setfield(L, -2, "actions");
    lua_pushinteger(L, MIEN_SIM_DRAWING);
    lua_setfield(L, -2, "drawing");
    lua_setfield(L, -2, "core");
    return 1;
}
