/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The video module: videos, their frames, pictures.
 */
#include "video/video.h"
#include "base/paths.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "video/image.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const video_names[] = {
    "path", "width",     "height",     "fps",        "frames",    "duration", "codec", "rotation", "mirrored",
    "vfr",  "bit_depth", "interlaced", "full_range", "truncated", "at",       "close", NULL};
static const char *const image_names[] = {"index",   "time", "width", "height",
                                          "damaged", "save", "pixel", NULL};

static int video_close(lua_State *L)
{
    struct mien_video **slot = luaL_checkudata(L, 1, MIEN_VIDEO);
    mien_video_close(*slot);
    *slot = NULL;
    return 0;
}

static int image_free(lua_State *L)
{
    struct mien_image **slot = luaL_checkudata(L, 1, MIEN_IMAGE);
    mien_image_free(*slot);
    *slot = NULL;
    return 0;
}

static struct mien_video *check_video(lua_State *L, const char *function)
{
    struct mien_video **slot = luaL_testudata(L, 1, MIEN_VIDEO);
    if (!slot)
        luaL_error(L, "%s: expected a Video before the colon, not a %s", function, luaL_typename(L, 1));
    if (!*slot)
        luaL_error(L, "%s: the video is closed; open it again with video.open", function);
    return *slot;
}

static const struct mien_image *check_image(lua_State *L, const char *function)
{
    struct mien_image **slot = luaL_testudata(L, 1, MIEN_IMAGE);
    if (!slot || !*slot)
        luaL_error(L, "%s: expected an Image before the colon, not a %s", function, luaL_typename(L, 1));
    return *slot;
}

static double check_number(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TNUMBER || isnan(lua_tonumber(L, index)))
        luaL_error(L, "%s must be a number, not %s", what,
                   lua_type(L, index) == LUA_TNUMBER ? "nan" : luaL_typename(L, index));
    return lua_tonumber(L, index);
}

/* ---- Fields ---- */

static void set_video_fields(lua_State *L, const struct mien_video *video)
{
    const struct mien_video_info *info = mien_video_info(video);
    lua_createtable(L, 0, 14);
    mien_lua_set_text(L, "path", mien_video_path(video));
    mien_lua_set_text(L, "codec", info->codec);
    mien_lua_set_number(L, "fps", info->fps);
    mien_lua_set_number(L, "duration", info->duration);
    const struct {
        const char *name;
        long value;
    } integers[] = {{"width", info->width},
                    {"height", info->height},
                    {"frames", info->frames},
                    {"rotation", info->rotation},
                    {"bit_depth", info->bit_depth}};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        lua_pushinteger(L, integers[i].value);
        lua_setfield(L, -2, integers[i].name);
    }
    mien_lua_set_boolean(L, "vfr", info->vfr);
    mien_lua_set_boolean(L, "interlaced", info->interlaced);
    mien_lua_set_boolean(L, "mirrored", info->mirrored);
    mien_lua_set_boolean(L, "full_range", info->full_range);
    mien_lua_set_boolean(L, "truncated", mien_video_truncated(video));
}

static int no_field(lua_State *L, const char *type, const char *const *names)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    const char *nearest = name ? mien_word_nearest(name, names) : NULL;
    if (nearest)
        return luaL_error(L, "no field \"%s\" in a %s; did you mean \"%s\"?", name, type, nearest);
    return luaL_error(L, "no field \"%s\" in a %s; see help \"video\"", name ? name : luaL_typename(L, 2),
                      type);
}

/* Upvalue: the methods. */
static int video_index(lua_State *L)
{
    luaL_checkudata(L, 1, MIEN_VIDEO);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE) {
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL)
            return 1;
    }
    return no_field(L, "Video", video_names);
}

static int image_index(lua_State *L)
{
    const struct mien_image *image = check_image(L, "Image");
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (strcmp(name, "width") == 0)
        lua_pushinteger(L, image->width);
    else if (strcmp(name, "height") == 0)
        lua_pushinteger(L, image->height);
    else if (strcmp(name, "time") == 0)
        lua_pushnumber(L, image->time);
    else if (strcmp(name, "damaged") == 0)
        lua_pushboolean(L, image->damaged);
    else if (strcmp(name, "index") == 0)
        lua_pushinteger(L, (lua_Integer)image->index + 1);
    else
        return no_field(L, "Image", image_names);
    return 1;
}

/* ---- Functions of videos ---- */

static int push_video(lua_State *L, const char *path, struct mien_error *error)
{
    struct mien_video **slot = mien_lua_push_owner(L, MIEN_VIDEO, video_close);
    if (mien_video_open(path, slot, error) != MIEN_OK)
        return -1;
    set_video_fields(L, *slot);
    lua_setiuservalue(L, -2, 1);
    return 0;
}

static int video_open(lua_State *L)
{
    struct mien_error error;
    const char *path = mien_lua_check_path(L, 1, "video.open");
    return push_video(L, path, &error) == 0 ? 1 : mien_lua_fail(L, "video.open", &error);
}

/* Fills the Image that was pushed with the frame that was read last. It is pushed before the video is looked
 * at, because memory for it can set off a finalizer of the user's, and that can close the video. */
static enum mien_status fill_image(lua_State *L, struct mien_image **slot, struct mien_video *video,
                                   const struct mien_video_frame *frame, struct mien_error *error)
{
    enum mien_status status = mien_image_new(frame->width, frame->height, slot, error);
    if (status != MIEN_OK)
        return status;
    (*slot)->index = frame->index;
    (*slot)->time = frame->time;
    (*slot)->damaged = frame->damaged;
    status = mien_video_rgb(video, (*slot)->rgb, 3 * (size_t)frame->width, error);
    /* The collector sees a pointer where there are megabytes: tell it, or a loop over frames fills the
     * memory. */
    lua_gc(L, LUA_GCSTEP, frame->width * frame->height * 3 / 1024);
    return status;
}

static int video_at(lua_State *L)
{
    struct mien_error error;
    struct mien_video_frame frame;
    lua_settop(L, 2);
    struct mien_image **slot = mien_lua_push_owner(L, MIEN_IMAGE, image_free);
    struct mien_video *video = check_video(L, "Video:at");
    double seconds = check_number(L, 2, "Video:at: seconds");
    enum mien_status status = mien_video_seek(video, seconds, &error);
    if (status == MIEN_OK)
        status = mien_video_next(video, &frame, &error);
    if (status == MIEN_END)
        status =
            mien_fail(&error, MIEN_ERR_DECODE, "%s: no frame could be decoded there", mien_video_path(video));
    if (status == MIEN_OK)
        status = fill_image(L, slot, video, &frame, &error);
    return status == MIEN_OK ? 1 : mien_lua_fail(L, "Video:at", &error);
}

static int raise(lua_State *L, const struct mien_error *error)
{
    mien_lua_fail(L, "Video:frames", error);
    lua_settop(L, -2);
    return lua_error(L);
}

/* The iterator. Upvalues: its own reader, start, stop. */
static int next_frame(lua_State *L)
{
    struct mien_error error;
    struct mien_video_frame frame;
    struct mien_image **image = mien_lua_push_owner(L, MIEN_IMAGE, image_free);
    struct mien_video **slot = lua_touserdata(L, lua_upvalueindex(1));
    double start = lua_tonumber(L, lua_upvalueindex(2)), stop = lua_tonumber(L, lua_upvalueindex(3));
    /* Sums of decimal fractions miss a time stamp by less than this. */
    const double slack = 1e-6;
    enum mien_status status = *slot ? MIEN_OK : MIEN_END;
    do
        status = status == MIEN_OK ? mien_video_next(*slot, &frame, &error) : status;
    while (status == MIEN_OK && frame.time < start - slack);
    if (status == MIEN_END || (status == MIEN_OK && frame.time > stop + slack)) {
        mien_video_close(*slot);
        *slot = NULL;
        lua_pushnil(L);
        return 1;
    }
    if (status == MIEN_OK)
        status = fill_image(L, image, *slot, &frame, &error);
    return status == MIEN_OK ? 1 : raise(L, &error);
}

/* Each loop reads through a reader of its own, so loops may nest and Video:at may be called within. */
static int video_frames(lua_State *L)
{
    static const char *const allowed[] = {"start", "stop", NULL};
    struct mien_error error;
    struct mien_video *video = check_video(L, "Video:frames");
    mien_lua_check_options(L, 2, "Video:frames", allowed);
    double start = mien_lua_option_number(L, 2, "Video:frames", "start", 0, -HUGE_VAL, HUGE_VAL);
    double stop = mien_lua_option_number(L, 2, "Video:frames", "stop", HUGE_VAL, start, HUGE_VAL);
    if (push_video(L, mien_video_path(video), &error) != 0)
        return raise(L, &error);
    int reader = lua_gettop(L);
    if (start > 0 &&
        mien_video_seek(*(struct mien_video **)lua_touserdata(L, reader), start, &error) != MIEN_OK)
        return raise(L, &error);
    lua_pushvalue(L, reader);
    lua_pushnumber(L, start > 0 ? start : -HUGE_VAL);
    lua_pushnumber(L, stop);
    lua_pushcclosure(L, next_frame, 3);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushvalue(L, reader);
    return 4; /* iterator, nil, nil, what a broken-off loop closes */
}

static int video_text(lua_State *L)
{
    char size[160] = "closed", rate[64] = "", notes[160];
    struct mien_video **slot = luaL_checkudata(L, 1, MIEN_VIDEO);
    if (!*slot) {
        lua_pushliteral(L, "Video (closed)");
        return 1;
    }
    const struct mien_video_info *info = mien_video_info(*slot);
    if (!isnan(info->fps))
        snprintf(rate, sizeof rate, ", %.4g frames/s", info->fps);
    if (isnan(info->duration))
        snprintf(size, sizeof size, "%dx%d%s", info->width, info->height, rate);
    else
        snprintf(size, sizeof size, "%dx%d%s, %.2f s, about %ld frames", info->width, info->height, rate,
                 info->duration, info->frames);
    int used = snprintf(notes, sizeof notes, "%s, %d bit%s%s%s", info->codec, info->bit_depth,
                        info->vfr ? ", variable frame rate" : "", info->interlaced ? ", interlaced" : "",
                        info->mirrored ? ", mirrored by its container" : "");
    if (info->rotation)
        used += snprintf(notes + used, sizeof notes - (size_t)used, ", turned by %d degrees", info->rotation);
    if (mien_video_truncated(*slot))
        snprintf(notes + used, sizeof notes - (size_t)used, ", cut short");
    lua_pushfstring(L, "Video %s   %s\n  %s", mien_path_base(mien_video_path(*slot)), size, notes);
    return 1;
}

/* ---- Functions of images ---- */

static int image_save(lua_State *L)
{
    struct mien_error error;
    const struct mien_image *image = check_image(L, "Image:save");
    const char *path = mien_lua_check_path(L, 2, "Image:save");
    const char *ending = strrchr(path, '.');
    if (!ending || strcasecmp(ending, ".png") != 0)
        return luaL_error(L, "Image:save: the file's name must end in .png, not \"%s\"",
                          mien_path_base(path));
    if (mien_image_write_png(image, path, &error) != MIEN_OK)
        return mien_lua_fail(L, "Image:save", &error);
    lua_pushboolean(L, true);
    return 1;
}

static int image_pixel(lua_State *L)
{
    const struct mien_image *image = check_image(L, "Image:pixel");
    double x = nearbyint(check_number(L, 2, "Image:pixel: x")),
           y = nearbyint(check_number(L, 3, "Image:pixel: y"));
    if (!(x >= 0 && x < image->width && y >= 0 && y < image->height))
        return luaL_error(L, "Image:pixel: x, y must be between 0, 0 and %d, %d, not %f, %f",
                          image->width - 1, image->height - 1, x, y);
    const uint8_t *rgb = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    for (int i = 0; i < 3; i++)
        lua_pushinteger(L, rgb[i]);
    return 3;
}

static int image_text(lua_State *L)
{
    char text[96];
    const struct mien_image *image = check_image(L, "Image");
    if (isnan(image->time))
        snprintf(text, sizeof text, "Image %dx%d", image->width, image->height);
    else
        snprintf(text, sizeof text, "Image %dx%d, frame %zu at %.3f s%s", image->width, image->height,
                 image->index + 1, image->time, image->damaged ? ", damaged" : "");
    lua_pushstring(L, text);
    return 1;
}

/* ---- The module ---- */

/* A Video has a number of frames and a method of the same name, as the contract asks: for v.frames to be a
 * number that also counts and compares as one, and v:frames() to be a loop, numbers can be called, with a
 * Video. All numbers share one metatable, so this holds for every number once the module is in use: with
 * anything but a Video the call fails as it always did, nothing else about numbers changes, and what others
 * put into that metatable stays. */
static int call_number(lua_State *L)
{
    lua_remove(L, 1);
    if (!luaL_testudata(L, 1, MIEN_VIDEO))
        return luaL_error(L, "attempt to call a number value");
    return video_frames(L);
}

static void make_numbers_callable(lua_State *L)
{
    lua_pushinteger(L, 0);
    if (!lua_getmetatable(L, -1))
        lua_newtable(L);
    lua_pushcfunction(L, call_number);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

static const luaL_Reg video_methods[] = {{"at", video_at}, {"close", video_close}, {NULL, NULL}};
static const luaL_Reg video_events[] = {
    {"__gc", video_close}, {"__close", video_close}, {"__tostring", video_text}, {NULL, NULL}};
static const luaL_Reg image_methods[] = {{"save", image_save}, {"pixel", image_pixel}, {NULL, NULL}};
static const luaL_Reg image_events[] = {
    {"__gc", image_free}, {"__close", image_free}, {"__tostring", image_text}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"open", video_open}, {NULL, NULL}};

static void make_class(lua_State *L, const char *type, const luaL_Reg *events, const luaL_Reg *methods,
                       lua_CFunction index)
{
    luaL_newmetatable(L, type);
    luaL_setfuncs(L, events, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

int luaopen_mien_video(lua_State *L)
{
    make_class(L, MIEN_VIDEO, video_events, video_methods, video_index);
    make_class(L, MIEN_IMAGE, image_events, image_methods, image_index);
    make_numbers_callable(L);
    luaL_newlib(L, functions);
    return 1;
}
