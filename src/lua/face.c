/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The face module: tracks, and faces in single pictures.
 */
#include "face/face.h"
#include "base/memory.h"
#include "face/smooth.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/progress_bar.h"
#include "lua/track.h"
#include "video/image.h"
#include "video/video.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIEN_LANDMARK_MODEL "mien.landmark_model"
#define MIEN_FACE_BOX "mien.face_box"
#define MIEN_FACE_POINTS "mien.face_points"

/* ---- Arguments ---- */

/* A path, or a Video that has one, which it is replaced by: the text stays whatever becomes of the Video. */
static const char *check_video(lua_State *L, int index, const char *function)
{
    struct mien_video **video = luaL_testudata(L, index, MIEN_VIDEO);
    if (!video) {
        if (lua_type(L, index) != LUA_TSTRING)
            luaL_error(L, "%s: expected the path of a video or a Video, not a %s", function,
                       luaL_typename(L, index));
        return mien_lua_check_path(L, index, function);
    }
    if (!*video)
        luaL_error(L, "%s: the video is closed", function);
    lua_pushstring(L, mien_video_path(*video));
    lua_replace(L, index);
    return lua_tostring(L, index);
}

static const struct mien_image *check_image(lua_State *L, int index, const char *function)
{
    struct mien_image **image = luaL_testudata(L, index, MIEN_IMAGE);
    if (!image)
        luaL_error(L, "%s: expected an Image, such as video.open(path):at(0), not a %s", function,
                   luaL_typename(L, index));
    if (!*image)
        luaL_error(L, "%s: the image is closed", function);
    return *image;
}

/* ---- What Lua owns ---- */

static int model_free(lua_State *L)
{
    struct mien_landmark_model **model = luaL_checkudata(L, 1, MIEN_LANDMARK_MODEL);
    mien_landmark_model_free(*model);
    *model = NULL;
    return 0;
}

/* Pushes the model of this path (NULL: the usual places) and returns it. Loading takes half a second, so the
 * module keeps what it loaded, in a table in its first upvalue. NULL on failure, with *error filled and
 * nothing pushed. */
static const struct mien_landmark_model *push_model(lua_State *L, const char *path, struct mien_error *error)
{
    const char *key = path ? path : "";
    if (lua_getfield(L, lua_upvalueindex(1), key) == LUA_TUSERDATA)
        return *(struct mien_landmark_model **)lua_touserdata(L, -1);
    lua_pop(L, 1);
    struct mien_landmark_model **model = mien_lua_push_owner(L, MIEN_LANDMARK_MODEL, model_free);
    if (mien_landmark_model_load(path, model, error) != MIEN_OK) {
        lua_pop(L, 1);
        return NULL;
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, lua_upvalueindex(1), key);
    return *model;
}

/* ---- face.track, face.load ---- */

static void check_track_options(lua_State *L)
{
    static const char *const allowed[] = {"model", "start", "stop",    "side", "smooth", "progress",
                                          "lean",  "who",   "threads", "eyes", NULL};
    mien_lua_check_options(L, 2, "face.track", allowed);
}

/* A place in the picture, 0..1; who = {x=, y=}. */
static double who_field(lua_State *L, int index, const char *function, const char *name)
{
    double value = NAN;
    if (lua_getfield(L, index, name) == LUA_TNUMBER)
        value = lua_tonumber(L, -1);
    if (!(value >= 0 && value <= 1))
        luaL_error(L,
                   "%s: who must have a number %s from 0 to 1, a fraction of the picture, or be "
                   "\"largest\", \"left\" or \"right\"",
                   function, name);
    lua_pop(L, 1);
    return value;
}

struct mien_who mien_lua_option_who(lua_State *L, int index, const char *function)
{
    static const char *const choices[] = {"largest", "left", "right", NULL};
    struct mien_who who = {.choice = MIEN_WHO_LARGEST};
    if (!lua_istable(L, index))
        return who;
    if (lua_getfield(L, index, "who") == LUA_TTABLE) {
        who.choice = MIEN_WHO_AT;
        who.x = who_field(L, lua_gettop(L), function, "x");
        who.y = who_field(L, lua_gettop(L), function, "y");
        lua_pop(L, 1);
        return who;
    }
    lua_pop(L, 1);
    who.choice =
        (enum mien_choice)mien_lua_option_choice(L, index, function, "who", MIEN_WHO_LARGEST, choices);
    return who;
}

static int face_track(lua_State *L)
{
    struct mien_error error;
    struct mien_progress_bar bar;
    const char *path = check_video(L, 1, "face.track");
    check_track_options(L);
    const char *model_path = mien_lua_option_text(L, 2, "face.track", "model", NULL);
    struct mien_track_options options = {
        .start = mien_lua_option_number(L, 2, "face.track", "start", NAN, 0, INFINITY),
        .stop = mien_lua_option_number(L, 2, "face.track", "stop", NAN, 0, INFINITY),
        .plain = mien_lua_option_side(L, 2, "face.track") == MIEN_SIDE_PLAIN,
        .lean = mien_lua_option_boolean(L, 2, "face.track", "lean", false),
        .blind = !mien_lua_option_boolean(L, 2, "face.track", "eyes", true),
        .ahead = mien_lua_option_integer(L, 2, "face.track", "threads", 2, 1, 2) == 2,
        .who = mien_lua_option_who(L, 2, "face.track"),
    };
    const struct mien_smoothing raw = mien_smoothing_default(MIEN_SMOOTH_NONE);
    struct mien_smoothing smoothing = mien_lua_option_smooth(L, 2, "face.track", &raw);
    bool show = mien_lua_option_boolean(L, 2, "face.track", "progress", true);
    if (options.start > options.stop)
        luaL_error(L, "face.track: start must not be after stop, but %f is after %f", options.start,
                   options.stop);
    const struct mien_landmark_model *model = push_model(L, model_path, &error);
    if (!model)
        return mien_lua_fail(L, "face.track", &error);
    struct mien_track **track = mien_lua_push_track(L);
    struct mien_progress progress = mien_progress_bar_start(&bar, show);
    enum mien_status status = mien_face_track(path, model, &options, &progress, track, &error);
    mien_progress_bar_end(&bar);
    if (status == MIEN_OK)
        (*track)->smoothing = smoothing;
    return status == MIEN_OK ? 1 : mien_lua_fail(L, "face.track", &error);
}

static int face_load(lua_State *L)
{
    struct mien_error error;
    const char *path = mien_lua_check_path(L, 1, "face.load");
    struct mien_track **track = mien_lua_push_track(L);
    if (mien_track_load(path, track, &error) != MIEN_OK)
        return mien_lua_fail(L, "face.load", &error);
    return 1;
}

/* ---- Single pictures ---- */

/* Pushes the grey version of a picture as scratch memory. */
static uint8_t *push_luma(lua_State *L, const struct mien_image *image)
{
    uint8_t *luma = lua_newuserdatauv(L, (size_t)image->width * (size_t)image->height + 1, 0);
    mien_image_luma(image, luma);
    return luma;
}

static void push_box(lua_State *L, const struct mien_box *box)
{
    lua_createtable(L, 0, 5);
    mien_lua_set_number(L, "left", box->left);
    mien_lua_set_number(L, "top", box->top);
    mien_lua_set_number(L, "width", box->width);
    mien_lua_set_number(L, "height", box->height);
    mien_lua_set_number(L, "score", box->score);
    luaL_setmetatable(L, MIEN_FACE_BOX);
}

static int face_detect(lua_State *L)
{
    struct mien_error error;
    size_t count = 0;
    const struct mien_image *image = check_image(L, 1, "face.detect");
    const uint8_t *luma = push_luma(L, image);
    struct mien_box **boxes = mien_lua_push_scratch(L);
    if (mien_face_detect(luma, image->width, image->height, image->width, boxes, &count, &error) != MIEN_OK)
        return mien_lua_fail(L, "face.detect", &error);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_box(L, &(*boxes)[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static double box_side(lua_State *L, const char *name)
{
    if (lua_getfield(L, 2, name) != LUA_TNUMBER)
        luaL_error(L, "face.landmarks: box must have a number %s, as the boxes of face.detect have", name);
    double value = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static void push_coordinates(lua_State *L, const double *values)
{
    lua_createtable(L, MIEN_POINTS, 0);
    for (int i = 0; i < MIEN_POINTS; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

static int face_landmarks(lua_State *L)
{
    struct mien_error error;
    double x[MIEN_POINTS], y[MIEN_POINTS];
    const struct mien_image *image = check_image(L, 1, "face.landmarks");
    if (!lua_istable(L, 2))
        luaL_error(L, "face.landmarks: box must be a table {left=, top=, width=, height=}, not a %s",
                   luaL_typename(L, 2));
    struct mien_box box = {box_side(L, "left"), box_side(L, "top"), box_side(L, "width"),
                           box_side(L, "height"), 0};
    const struct mien_landmark_model *model = push_model(L, NULL, &error);
    if (!model)
        return mien_lua_fail(L, "face.landmarks", &error);
    const uint8_t *luma = push_luma(L, image);
    if (mien_face_landmarks(model, luma, image->width, image->height, image->width, &box, x, y, &error) !=
        MIEN_OK)
        return luaL_error(L, "face.landmarks: %s", error.text);
    lua_createtable(L, 0, 2);
    push_coordinates(L, x);
    lua_setfield(L, -2, "x");
    push_coordinates(L, y);
    lua_setfield(L, -2, "y");
    luaL_setmetatable(L, MIEN_FACE_POINTS);
    return 1;
}

static int box_tostring(lua_State *L)
{
    char text[160];
    struct mien_box box = {0};
    const char *names[] = {"left", "top", "width", "height", "score"};
    double *places[] = {&box.left, &box.top, &box.width, &box.height, &box.score};
    for (int i = 0; i < 5; i++) {
        lua_getfield(L, 1, names[i]);
        *places[i] = lua_tonumber(L, -1);
    }
    snprintf(text, sizeof text, "face {left = %g, top = %g, width = %g, height = %g, score = %.2f}", box.left,
             box.top, box.width, box.height, box.score);
    lua_pushstring(L, text);
    return 1;
}

static int points_tostring(lua_State *L)
{
    lua_pushliteral(L, "68 points {x = {...}, y = {...}}, in pixels");
    return 1;
}

/* ---- Opening ---- */

static void make_plain_type(lua_State *L, const char *type, const char *name, lua_CFunction tostring)
{
    luaL_newmetatable(L, type);
    lua_pushcfunction(L, tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pop(L, 1);
}

int luaopen_mien_face(lua_State *L)
{
    static const luaL_Reg functions[] = {{"track", face_track},
                                         {"load", face_load},
                                         {"detect", face_detect},
                                         {"landmarks", face_landmarks},
                                         {NULL, NULL}};
    /* lua/face.lua takes these and track_methods out of the module again. */
    static const luaL_Reg lent[] = {{"report_numbers", mien_lua_track_report},
                                    {"frame_numbers", mien_lua_track_frames},
                                    {"draw_sheet", mien_lua_track_draw_sheet},
                                    {NULL, NULL}};
    mien_lua_make_track_type(L);
    make_plain_type(L, MIEN_FACE_BOX, "Face", box_tostring);
    make_plain_type(L, MIEN_FACE_POINTS, "Points", points_tostring);
    luaL_newlibtable(L, functions);
    lua_newtable(L);
    luaL_setfuncs(L, functions, 1);
    luaL_getmetatable(L, MIEN_TRACK);
    lua_getfield(L, -1, "methods");
    lua_setfield(L, -3, "track_methods");
    lua_pop(L, 1);
    luaL_setfuncs(L, lent, 0);
    return 1;
}
