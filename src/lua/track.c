/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Track type: its fields, its methods and how it prints.
 */
#include "lua/track.h"
#include "face/describe.h"
#include "lua/lua_util.h"

#include <stdio.h>
#include <string.h>

struct mien_track *mien_lua_check_track(lua_State *L, int index, const char *function)
{
    struct mien_track **track = luaL_testudata(L, index, MIEN_TRACK);
    if (!track || !*track)
        luaL_error(L, "%s: expected a Track before the colon, not a %s", function, luaL_typename(L, index));
    return *track;
}

static int track_free(lua_State *L)
{
    struct mien_track **track = luaL_checkudata(L, 1, MIEN_TRACK);
    mien_track_free(*track);
    *track = NULL;
    return 0;
}

static void push_times(lua_State *L, const struct mien_track *track)
{
    double *frame = mien_lua_push_numbers(L, track->count);
    for (size_t i = 0; i < track->count; i++)
        frame[i] = (double)track->frame[i] + 1;
    memcpy(mien_lua_push_numbers(L, track->count), track->time, track->count * sizeof(double));
    double *found = mien_lua_push_numbers(L, track->count);
    for (size_t i = 0; i < track->count; i++)
        found[i] = track->found[i];
}

/* One coordinate of one point; axis 0 for x, 1 for y. */
static void push_point(lua_State *L, const struct mien_track *track, enum mien_side side, size_t point,
                       int axis)
{
    double *column = mien_lua_push_numbers(L, track->count);
    for (size_t row = 0; row < track->count; row++) {
        const double *axes[2];
        mien_track_row(track, side, row, &axes[0], &axes[1]);
        column[row] = axes[axis][point];
    }
}

enum {
    BEFORE = 7,
    PER_EYE = MIEN_EYE_NUMBERS + 1, /* With the reason. */
    EYES_AT = BEFORE + 2 * MIEN_POINTS,
    COLUMNS = EYES_AT + MIEN_EYES * PER_EYE,
    NAME = 24
};

static void push_eye_numbers(lua_State *L, const struct mien_track *track, int side, int number)
{
    double *column = mien_lua_push_numbers(L, track->count);
    for (size_t row = 0; row < track->count; row++)
        column[row] = mien_eye_number(&track->eyes[row * MIEN_EYES + (size_t)side], number);
}

static void push_eye_reasons(lua_State *L, const struct mien_track *track, int side)
{
    struct mien_column *column = mien_lua_push_column(L);
    int failed = mien_column_set_texts(column, track->count);
    for (size_t row = 0; row < track->count && failed == 0; row++)
        failed = mien_column_put(column, row,
                                 mien_eye_reason_word(track->eyes[row * MIEN_EYES + (size_t)side].reason));
    if (failed)
        luaL_error(L, "out of memory");
}

/* Lids and iris, the left eye first as everywhere. */
static void push_eyes(lua_State *L, const struct mien_track *track, char names[][NAME])
{
    static const int order[MIEN_EYES] = {MIEN_EYE_LEFT, MIEN_EYE_RIGHT};
    for (int i = 0; i < MIEN_EYES; i++, names += PER_EYE) {
        char letter = order[i] == MIEN_EYE_LEFT ? 'l' : 'r';
        for (int number = 0; number < MIEN_EYE_NUMBERS; number++) {
            snprintf(names[number], NAME, "%s_%c", mien_eye_names[number], letter);
            push_eye_numbers(L, track, order[i], number);
        }
        snprintf(names[MIEN_EYE_NUMBERS], NAME, "eye_reason_%c", letter);
        push_eye_reasons(L, track, order[i]);
    }
}

static int track_df(lua_State *L)
{
    static const char *const allowed[] = {"side", "smooth", NULL};
    const struct mien_track *track = mien_lua_check_track(L, 1, "Track:df");
    lua_settop(L, 2);
    mien_lua_check_options(L, 2, "Track:df", allowed);
    enum mien_side side = mien_lua_option_side(L, 2, "Track:df");
    struct mien_smoothing smoothing = mien_lua_option_smooth(L, 2, "Track:df", &track->smoothing);
    track = mien_lua_push_smoothed(L, 1, "Track:df", &smoothing);
    const char *names[COLUMNS] = {"frame", "time", "found", "confidence", "yaw", "pitch", "roll"};
    char points[2 * MIEN_POINTS][8], eyes[MIEN_EYES * PER_EYE][NAME];
    luaL_checkstack(L, COLUMNS + 10, "a data frame of points");
    push_times(L, track);
    const double *plain[] = {track->confidence, track->yaw, track->pitch, track->roll};
    for (int i = 0; i < 4; i++)
        memcpy(mien_lua_push_numbers(L, track->count), plain[i], track->count * sizeof(double));
    for (size_t i = 0; i < 2 * MIEN_POINTS; i++) {
        snprintf(points[i], sizeof points[i], "%c%zu", i % 2 ? 'y' : 'x', i / 2 + 1);
        names[BEFORE + i] = points[i];
        push_point(L, track, side, i / 2, (int)(i % 2));
    }
    push_eyes(L, track, eyes);
    for (int i = 0; i < MIEN_EYES * PER_EYE; i++)
        names[EYES_AT + i] = eyes[i];
    mien_lua_push_frame(L, names, COLUMNS);
    return 1;
}

static int track_save(lua_State *L)
{
    struct mien_error error;
    const struct mien_track *track = mien_lua_check_track(L, 1, "Track:save");
    const char *path = mien_lua_check_path(L, 2, "Track:save");
    if (mien_track_save(track, path, &error) != MIEN_OK)
        return mien_lua_fail(L, "Track:save", &error);
    lua_settop(L, 1);
    return 1;
}

static const char *const track_names[] = {"found",  "fps",      "second_face", "path", "width",
                                          "height", "duration", "truncated",   "df",   "save",
                                          "report", "sheet",    "frontal",     NULL};

static int no_field(lua_State *L, const char *name)
{
    const char *nearest = mien_word_nearest(name, track_names);
    if (nearest)
        return luaL_error(L, "a Track has no field \"%s\"; did you mean \"%s\"?", name, nearest);
    return luaL_error(L, "a Track has no field \"%s\"; points and angles are columns of track:df()", name);
}

/* Methods are in the first upvalue. */
static int track_index(lua_State *L)
{
    const struct mien_track *track = mien_lua_check_track(L, 1, "Track");
    const char *name = luaL_checkstring(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (strcmp(name, "found") == 0)
        lua_pushnumber(L, mien_track_found(track));
    else if (strcmp(name, "second_face") == 0)
        lua_pushnumber(L, mien_track_second_face(track));
    else if (strcmp(name, "fps") == 0)
        lua_pushnumber(L, track->fps);
    else if (strcmp(name, "duration") == 0)
        lua_pushnumber(L, mien_track_duration(track));
    else if (strcmp(name, "path") == 0)
        lua_pushstring(L, track->source);
    else if (strcmp(name, "width") == 0 && track->width > 0)
        lua_pushinteger(L, track->width);
    else if (strcmp(name, "height") == 0 && track->height > 0)
        lua_pushinteger(L, track->height);
    else if (strcmp(name, "truncated") == 0)
        lua_pushboolean(L, track->truncated);
    else if (strcmp(name, "width") == 0 || strcmp(name, "height") == 0)
        lua_pushnil(L);
    else
        return no_field(L, name);
    return 1;
}

static int track_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)mien_lua_check_track(L, 1, "Track")->count);
    return 1;
}

static int track_tostring(lua_State *L)
{
    const struct mien_track *track = mien_lua_check_track(L, 1, "Track");
    char **owner = mien_lua_push_scratch(L);
    struct mien_text text = {0};
    int failed = mien_track_describe(track, &text);
    *owner = text.bytes;
    if (failed)
        return luaL_error(L, "out of memory");
    lua_pushlstring(L, text.bytes, text.length);
    return 1;
}

void mien_lua_make_track_type(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"df", track_df}, {"save", track_save}, {"frontal", mien_lua_track_frontal}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", track_free},
                                    {"__close", track_free},
                                    {"__len", track_length},
                                    {"__tostring", track_tostring},
                                    {NULL, NULL}};
    mien_lua_register_smoothing(L);
    luaL_newmetatable(L, MIEN_TRACK);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "methods"); /* For lua/face.lua, which adds its own. */
    lua_pushcclosure(L, track_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

struct mien_track **mien_lua_push_track(lua_State *L)
{
    return mien_lua_push_owner(L, MIEN_TRACK, track_free);
}
