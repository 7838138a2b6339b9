/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The option smooth of everything that takes points out of a Track.
 */
#include "face/smooth.h"
#include "lua/lua_util.h"
#include "lua/track.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {"one_euro", "savitzky_golay", NULL};

static enum mien_smoothing_method method_named(lua_State *L, const char *name, const char *function)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(name, names[i]) == 0)
            return MIEN_SMOOTH_ONE_EURO + (unsigned)i;
    const char *nearest = mien_word_nearest(name, names);
    luaL_error(L, "%s: smooth must be \"one_euro\", \"savitzky_golay\" or false, not \"%s\"%s%s%s", function,
               name, nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    return MIEN_SMOOTH_NONE;
}

/* {method = "one_euro", beta = 4, ...} at index. */
static struct mien_smoothing smoothing_table(lua_State *L, int index, const char *function)
{
    static const char *const settings[][5] = {{"method", "min_cutoff", "beta", "speed_cutoff", NULL},
                                              {"method", "window", "order", NULL}};
    const char *method = mien_lua_option_text(L, index, function, "method", NULL);
    if (!method)
        luaL_error(L, "%s: a table smooth must name its method, as in {method = \"one_euro\", beta = 4}",
                   function);
    struct mien_smoothing s = mien_smoothing_default(method_named(L, method, function));
    mien_lua_check_options(L, index, function, settings[s.method == MIEN_SMOOTH_SAVITZKY_GOLAY]);
    s.min_cutoff = mien_lua_option_number(L, index, function, "min_cutoff", s.min_cutoff, 0.01, 1000);
    s.beta = mien_lua_option_number(L, index, function, "beta", s.beta, 0, 1000);
    s.speed_cutoff = mien_lua_option_number(L, index, function, "speed_cutoff", s.speed_cutoff, 0.01, 1000);
    s.window = mien_lua_option_number(L, index, function, "window", s.window, 0.01, 10);
    s.order = (int)mien_lua_option_integer(L, index, function, "order", s.order, 0, 5);
    return s;
}

static struct mien_smoothing smoothing_value(lua_State *L, int index, const char *function,
                                             const struct mien_smoothing *absent)
{
    switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return *absent;
    case LUA_TSTRING:
        return mien_smoothing_default(method_named(L, lua_tostring(L, index), function));
    case LUA_TTABLE:
        return smoothing_table(L, index, function);
    default:
        if (lua_type(L, index) != LUA_TBOOLEAN || lua_toboolean(L, index))
            luaL_error(L, "%s: smooth must be \"one_euro\", \"savitzky_golay\" or false, not %s", function,
                       lua_type(L, index) == LUA_TBOOLEAN  ? "true"
                       : lua_type(L, index) == LUA_TNUMBER ? "a number"
                                                           : luaL_typename(L, index));
        return mien_smoothing_default(MIEN_SMOOTH_NONE);
    }
}

struct mien_smoothing mien_lua_option_smooth(lua_State *L, int options, const char *function,
                                             const struct mien_smoothing *absent)
{
    struct mien_smoothing smoothing = *absent;
    if (lua_istable(L, options)) {
        lua_getfield(L, options, "smooth");
        smoothing = smoothing_value(L, lua_gettop(L), function, absent);
        lua_pop(L, 1);
    }
    return smoothing;
}

const struct mien_track *mien_lua_push_smoothed(lua_State *L, int index, const char *function,
                                                const struct mien_smoothing *smoothing)
{
    struct mien_error error;
    const struct mien_track *track = mien_lua_check_track(L, index, function);
    if (smoothing->method == MIEN_SMOOTH_NONE) {
        lua_pushvalue(L, index);
        return track;
    }
    struct mien_track **smoothed = mien_lua_push_track(L);
    if (mien_track_smooth(track, smoothing, smoothed, &error) != MIEN_OK)
        luaL_error(L, "%s: %s", function, error.text);
    return *smoothed;
}

/* (track, options, function) -> the Track with its points as they are to be used, and what was done to them
 * or nothing. */
static int track_smoothed(lua_State *L)
{
    char text[MIEN_SMOOTHING_TEXT];
    const char *function = luaL_checkstring(L, 3);
    const struct mien_track *track = mien_lua_check_track(L, 1, function);
    struct mien_smoothing smoothing = mien_lua_option_smooth(L, 2, function, &track->smoothing);
    mien_lua_push_smoothed(L, 1, function, &smoothing);
    if (smoothing.method == MIEN_SMOOTH_NONE)
        return 1;
    mien_smoothing_describe(&smoothing, text, sizeof text);
    lua_pushstring(L, text);
    return 2;
}

void mien_lua_register_smoothing(lua_State *L)
{
    lua_pushcfunction(L, track_smoothed);
    lua_setfield(L, LUA_REGISTRYINDEX, MIEN_TRACK_SMOOTHED);
}
