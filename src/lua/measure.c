/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measure module: measures of a Track as a data frame, their list, and one column's summary for
 * lua/measure.lua.
 */
#include "measure/measure.h"
#include "lua/lua_util.h"
#include "lua/measure_dynamics.h"
#include "lua/modules.h"
#include "measure/action_units.h"
#include "measure/summary.h"

#include <math.h>
#include <string.h>

#define MEASURES "mien.measures"

/* The Track at index; what names it in the error, such as "measure.of: track". */
static const struct mien_track *check_track(lua_State *L, int index, const char *what)
{
    struct mien_track **handle = luaL_testudata(L, index, MIEN_TRACK);
    if (!handle)
        luaL_error(L, "%s must be a Track from face.track or face.load, not a %s", what,
                   luaL_typename(L, index));
    if (!*handle)
        luaL_error(L, "%s is closed", what);
    return *handle;
}

static double window_bound(lua_State *L, int table, int item)
{
    lua_rawgeti(L, table, item);
    if (lua_type(L, -1) != LUA_TNUMBER || isnan(lua_tonumber(L, -1)))
        luaL_error(
            L, "measure.of: neutral must be a window {t0, t1} in seconds or a Track; item %d is no number",
            item);
    double bound = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return bound;
}

/* Reads the option neutral: a window {t0, t1}, or a Track, all of which is the window. */
static struct mien_neutral neutral_option(lua_State *L, int options)
{
    struct mien_neutral neutral = {false, NULL, -INFINITY, INFINITY};
    if (!lua_istable(L, options) || lua_getfield(L, options, "neutral") == LUA_TNIL)
        return neutral;
    int index = lua_gettop(L);
    neutral.given = true;
    if (!lua_istable(L, index)) {
        if (!lua_isuserdata(L, index))
            luaL_error(L, "measure.of: neutral must be a window {t0, t1} in seconds or a Track, not a %s",
                       luaL_typename(L, index));
        neutral.track = check_track(L, index, "measure.of: neutral");
        return neutral;
    }
    neutral.t0 = window_bound(L, index, 1);
    neutral.t1 = window_bound(L, index, 2);
    if (neutral.t0 > neutral.t1)
        luaL_error(L, "measure.of: neutral must begin before it ends, but {%f, %f} does not", neutral.t0,
                   neutral.t1);
    return neutral;
}

/* The option frontal, true where it is not given. */
static bool as_pictured_option(lua_State *L, int options)
{
    bool pictured = false;
    if (lua_istable(L, options) && lua_getfield(L, options, "frontal") != LUA_TNIL) {
        if (!lua_isboolean(L, -1))
            luaL_error(L, "measure.of: frontal must be true or false, not a %s", luaL_typename(L, -1));
        pictured = !lua_toboolean(L, -1);
    }
    lua_settop(L, 2);
    return pictured;
}

static void check_of_options(lua_State *L, int options)
{
    static const char *const allowed[] = {"neutral", "side", "smooth", "frontal", NULL};
    mien_lua_check_options(L, options, "measure.of", allowed);
}

/* Pushes the Track at 1 with its points smoothed as the options or the Track itself ask for, and how that was
 * done, or nil. */
static const struct mien_track *push_smoothed(lua_State *L, int options)
{
    lua_getfield(L, LUA_REGISTRYINDEX, MIEN_TRACK_SMOOTHED);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, options);
    lua_pushliteral(L, "measure.of");
    lua_call(L, 3, 2);
    return check_track(L, -2, "measure.of: track");
}

static int measures_free(lua_State *L)
{
    struct mien_measures **handle = luaL_checkudata(L, 1, MEASURES);
    mien_measures_free(*handle);
    *handle = NULL;
    return 0;
}

/* Pushes the data frame: time, then the measures. */
static void push_measure_frame(lua_State *L, const struct mien_track *track,
                               const struct mien_measures *measures)
{
    size_t count, bytes = track->count * sizeof(double);
    const struct mien_measure_info *list = mien_measure_list(&count);
    const char **names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
    luaL_checkstack(L, (int)count + 8, "too many measures");
    names[0] = "time";
    memcpy(mien_lua_push_numbers(L, track->count), track->time, bytes);
    for (size_t m = 0; m < count; m++) {
        names[m + 1] = list[m].name;
        memcpy(mien_lua_push_numbers(L, track->count), measures->values + m * track->count, bytes);
    }
    mien_lua_push_frame(L, names, (int)count + 1);
}

/* Pushes what the user should know about the result, or nothing; returns the number of values pushed. */
static int push_note(lua_State *L, const struct mien_measures *measures, bool neutral_given,
                     const char *smoothing)
{
    if (isnan(measures->scale))
        lua_pushliteral(L, "no face in any frame, so every measure is NA");
    else if (!neutral_given)
        lua_pushliteral(
            L, "no neutral given: brow, commissure, corner_height, upper_lip, lower_lip, action units and "
               "expressions are changes from neutral and stay NA; lengths are in units of the median "
               "interocular distance of all frames. Give neutral = {t0, t1}");
    else if (smoothing)
        lua_pushfstring(L, "smoothed by %s", smoothing);
    else
        return 0;
    if (smoothing && (isnan(measures->scale) || !neutral_given)) {
        lua_pushfstring(L, "%s; smoothed by %s", lua_tostring(L, -1), smoothing);
        lua_remove(L, -2);
    }
    return 1;
}

/* measure.of(track [, options]) -> frame [, note] */
static int measure_of(lua_State *L)
{
    lua_settop(L, 2);
    const struct mien_track *track = check_track(L, 1, "measure.of: track");
    check_of_options(L, 2);
    struct mien_measure_options options = {.side = mien_lua_option_side(L, 2, "measure.of"),
                                           .as_pictured = as_pictured_option(L, 2)};
    options.neutral = neutral_option(L, 2);
    track = push_smoothed(L, 2);
    const char *smoothing = lua_tostring(L, -1);
    struct mien_measures **handle = mien_lua_push_owner(L, MEASURES, measures_free);
    struct mien_error error;
    if (mien_measure(track, &options, handle, &error) != MIEN_OK)
        return mien_lua_fail(L, "measure.of", &error);
    push_measure_frame(L, track, *handle);
    return 1 + push_note(L, *handle, options.neutral.given, smoothing);
}

static void push_texts(lua_State *L, const char *(*text)(const struct mien_measure_info *))
{
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    struct mien_column *column = mien_lua_push_column(L);
    int failed = mien_column_set_texts(column, count);
    for (size_t m = 0; m < count && !failed; m++)
        failed = mien_column_put(column, m, text(&list[m]));
    if (failed)
        luaL_error(L, "measure.list: out of memory");
}

static const char *name_of(const struct mien_measure_info *measure)
{
    return measure->name;
}

static const char *unit_of(const struct mien_measure_info *measure)
{
    return measure->unit;
}

static const char *side_of(const struct mien_measure_info *measure)
{
    return measure->side;
}

static const char *definition_of(const struct mien_measure_info *measure)
{
    return measure->definition;
}

static const char *source_of(const struct mien_measure_info *measure)
{
    return measure->source;
}

/* measure.list() -> frame */
static int measure_list(lua_State *L)
{
    static const char *const names[] = {"name", "unit", "side", "noise", "definition", "source"};
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    push_texts(L, name_of);
    push_texts(L, unit_of);
    push_texts(L, side_of);
    double *noise = mien_lua_push_numbers(L, count);
    for (size_t m = 0; m < count; m++)
        noise[m] = list[m].noise;
    push_texts(L, definition_of);
    push_texts(L, source_of);
    mien_lua_push_frame(L, names, sizeof names / sizeof *names);
    return 1;
}

/* summarise(time, values) -> {peak =, low =, ...}; for lua/measure.lua, which takes it out of the module
 * again. */
static int measure_summarise(lua_State *L)
{
    lua_settop(L, 2);
    size_t times, count;
    const double *time = mien_lua_numbers(L, 1, "measure.summary: time", &times);
    const double *values = mien_lua_numbers(L, 2, "measure.summary: column", &count);
    if (times != count)
        luaL_error(L, "measure.summary: time has %d rows, a column has %d", (int)times, (int)count);
    struct mien_summary summary;
    if (mien_summarise(time, values, count, &summary) != 0)
        luaL_error(L, "measure.summary: out of memory");
    const double numbers[] = {summary.peak,  summary.low,      summary.mean,
                              summary.range, summary.velocity, summary.time_to_peak};
    lua_createtable(L, 0, 6);
    for (size_t i = 0; mien_summary_statistics[i]; i++)
        mien_lua_set_number(L, mien_summary_statistics[i], numbers[i]);
    return 1;
}

/* The columns of action-unit proxies, for lua/measure/expression.lua. */
static void push_unit_names(lua_State *L)
{
    lua_createtable(L, MIEN_UNITS, 0);
    for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
        for (int side = 0; side < (unit < MIEN_SIDED_UNITS ? MIEN_SIDES : 1); side++) {
            const char *suffix = unit >= MIEN_SIDED_UNITS ? "" : side == MIEN_LEFT ? "_l" : "_r";
            lua_pushfstring(L, "%s%s", mien_unit_names[unit], suffix);
            lua_rawseti(L, -2, mien_unit_place((enum mien_unit)unit, side) + 1);
        }
}

/* is_uncertain(name, range) -> boolean; false for a name that is no measure of the list. */
static int measure_is_uncertain(lua_State *L)
{
    size_t count;
    const char *name = luaL_checkstring(L, 1);
    double range = luaL_checknumber(L, 2);
    const struct mien_measure_info *list = mien_measure_list(&count);
    bool uncertain = false;
    for (size_t m = 0; m < count; m++)
        if (strcmp(list[m].name, name) == 0)
            uncertain = mien_is_uncertain(range, list[m].noise);
    lua_pushboolean(L, uncertain);
    return 1;
}

int luaopen_mien_measure(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"of", measure_of},
        {"list", measure_list},
        {"summarise", measure_summarise},
        {"is_uncertain", measure_is_uncertain},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    luaL_setfuncs(L, mien_measure_dynamics_functions, 0);
    lua_createtable(L, 8, 0);
    for (int i = 0; mien_summary_statistics[i]; i++) {
        lua_pushstring(L, mien_summary_statistics[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "statistics");
    push_unit_names(L);
    lua_setfield(L, -2, "units");
    return 1;
}
