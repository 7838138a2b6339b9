/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * track:frontal(): the points of every frame turned to the front, as a data frame.
 */
#include "face/frontal.h"
#include "lua/lua_util.h"
#include "lua/track.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double window_bound(lua_State *L, int window, int item)
{
    lua_rawgeti(L, window, item);
    if (lua_type(L, -1) != LUA_TNUMBER || isnan(lua_tonumber(L, -1)))
        luaL_error(L, "Track:frontal: neutral must be a window {t0, t1} in seconds; item %d is no number",
                   item);
    double bound = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return bound;
}

/* Reads the option neutral; all of the recording where it is absent. Returns whether it was given. */
static bool neutral_window(lua_State *L, int options, double *t0, double *t1)
{
    *t0 = -INFINITY, *t1 = INFINITY;
    if (!lua_istable(L, options))
        return false;
    if (lua_getfield(L, options, "neutral") == LUA_TNIL) {
        lua_pop(L, 1);
        return false;
    }
    if (!lua_istable(L, -1))
        luaL_error(L, "Track:frontal: neutral must be a window {t0, t1} in seconds, not a %s",
                   luaL_typename(L, -1));
    *t0 = window_bound(L, lua_gettop(L), 1);
    *t1 = window_bound(L, lua_gettop(L), 2);
    if (*t0 > *t1)
        luaL_error(L, "Track:frontal: neutral must begin before it ends, but {%f, %f} does not", *t0, *t1);
    lua_pop(L, 1);
    return true;
}

static void push_columns(lua_State *L, const struct mien_track *track, const double *x, const double *y)
{
    enum { BEFORE = 3, COLUMNS = BEFORE + 2 * MIEN_POINTS };
    const char *names[COLUMNS] = {"frame", "time", "found"};
    char points[2 * MIEN_POINTS][8];
    luaL_checkstack(L, COLUMNS + 10, "a data frame of points");
    double *frame = mien_lua_push_numbers(L, track->count);
    memcpy(mien_lua_push_numbers(L, track->count), track->time, track->count * sizeof(double));
    double *found = mien_lua_push_numbers(L, track->count);
    for (size_t row = 0; row < track->count; row++) {
        frame[row] = (double)track->frame[row] + 1;
        found[row] = track->found[row];
    }
    for (size_t i = 0; i < 2 * MIEN_POINTS; i++) {
        double *column = mien_lua_push_numbers(L, track->count);
        for (size_t row = 0; row < track->count; row++)
            column[row] = (i % 2 ? y : x)[row * MIEN_POINTS + i / 2];
        snprintf(points[i], sizeof points[i], "%c%zu", i % 2 ? 'y' : 'x', i / 2 + 1);
        names[BEFORE + i] = points[i];
    }
    mien_lua_push_frame(L, names, COLUMNS);
}

int mien_lua_track_frontal(lua_State *L)
{
    static const char *const allowed[] = {"neutral", "side", "smooth", NULL};
    const struct mien_track *track = mien_lua_check_track(L, 1, "Track:frontal");
    double t0, t1;
    size_t used;
    lua_settop(L, 2);
    mien_lua_check_options(L, 2, "Track:frontal", allowed);
    enum mien_side side = mien_lua_option_side(L, 2, "Track:frontal");
    struct mien_smoothing smoothing = mien_lua_option_smooth(L, 2, "Track:frontal", &track->smoothing);
    bool given = neutral_window(L, 2, &t0, &t1);
    track = mien_lua_push_smoothed(L, 1, "Track:frontal", &smoothing);
    size_t rows = track->count * MIEN_POINTS;
    double *x = lua_newuserdatauv(L, 2 * rows * sizeof *x + 1, 0), *y = x + rows;
    if (mien_frontal_all(track, side, t0, t1, x, y, &used) != 0)
        return luaL_error(L, "Track:frontal: out of memory");
    if (used == 0 && given) {
        struct mien_error error;
        mien_fail(&error, MIEN_ERR_DATA,
                  "%s: no frame with a face in the neutral window %g to %g s; name another window",
                  track->source ? track->source : "the recording", t0, t1);
        return mien_lua_fail(L, "Track:frontal", &error);
    }
    push_columns(L, track, x, y);
    return 1;
}
