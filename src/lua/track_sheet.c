/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The contact sheet's way from lua/face/sheet.lua, which chooses the frames, to face/sheet.h, which draws
 * them.
 */
#include "face/sheet.h"
#include "lua/lua_util.h"
#include "lua/progress_bar.h"
#include "lua/track.h"

#define SHEET_IMAGE "mien.sheet_image"

static int free_image(lua_State *L)
{
    struct mien_image **image = luaL_checkudata(L, 1, SHEET_IMAGE);
    mien_image_free(*image);
    *image = NULL;
    return 0;
}

/* The text at a place of the array on top of the stack, which keeps it alive; NULL where there is none. */
static const char *text_at(lua_State *L, int place)
{
    const char *text = lua_rawgeti(L, -1, place) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1);
    return text;
}

/* Fills cells from the array of {row =, line, ...} at index. */
static size_t read_cells(lua_State *L, int index, const struct mien_track *track,
                         struct mien_sheet_cell cells[MIEN_SHEET_MOST])
{
    size_t count = (size_t)lua_rawlen(L, index);
    luaL_argcheck(L, count >= 1 && count <= MIEN_SHEET_MOST, index, "too few or too many cells");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        lua_getfield(L, -1, "row");
        lua_Integer row = lua_tointeger(L, -1);
        lua_pop(L, 1);
        luaL_argcheck(L, row >= 1 && (size_t)row <= track->count, index, "a row is not in the track");
        cells[i].row = (size_t)row - 1;
        for (int line = 0; line < MIEN_SHEET_LINES; line++)
            cells[i].lines[line] = text_at(L, line + 1);
        lua_pop(L, 1);
    }
    return count;
}

/* draw_sheet(track, png, titles, cells, video or nil, progress) -> true; or nil, message, code */
int mien_lua_track_draw_sheet(lua_State *L)
{
    static const char *const function = "Track:sheet";
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_sheet_cell cells[MIEN_SHEET_MOST];
    lua_settop(L, 6);
    const struct mien_track *track = mien_lua_check_track(L, 1, function);
    const char *png = mien_lua_check_path(L, 2, function);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checktype(L, 4, LUA_TTABLE);
    struct mien_sheet sheet = {.video = lua_isnil(L, 5) ? NULL : mien_lua_check_path(L, 5, function),
                               .cells = cells};
    sheet.count = read_cells(L, 4, track, cells);
    lua_pushvalue(L, 3);
    for (int i = 0; i < MIEN_SHEET_TITLES; i++)
        sheet.titles[i] = text_at(L, i + 1);
    struct mien_image **image = mien_lua_push_owner(L, SHEET_IMAGE, free_image);
    struct mien_progress progress = mien_progress_bar_start(&bar, lua_toboolean(L, 6));
    enum mien_status status = mien_track_sheet(track, &sheet, &progress, image, &error);
    mien_progress_bar_end(&bar);
    if (status == MIEN_OK)
        status = mien_image_write_png(*image, png, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, function, &error);
    lua_pushboolean(L, 1);
    return 1;
}
