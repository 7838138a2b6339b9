/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model module: what evaluation needs of C. Digests, the file in which looks at held-out participants are
 * counted, Wilson's interval, and the nearest neighbours that the check for leakage asks.
 */
#include "base/interrupt.h"
#include "base/paths.h"
#include "lua/lua_util.h"
#include "lua/model_clips.h"
#include "lua/model_parts.h"
#include "stats/distribution.h"
#include "stats/stats.h"
#include "video/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

/* (text) -> its SHA-256 in hexadecimal digits. */
static int digest(lua_State *L)
{
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    char hash[MIEN_HASH_SIZE];
    struct mien_error error;
    if (mien_hash_bytes(bytes, size, hash, &error) != MIEN_OK)
        return luaL_error(L, "%s", error.text);
    lua_pushstring(L, hash);
    return 1;
}

/* (name) -> the path of a file in the user's state folder, which is made; nil where there is none. */
static int state_path(lua_State *L)
{
    char path[MIEN_PATH_SIZE];
    if (mien_path_state(path, luaL_checkstring(L, 1), true) != 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, path);
    return 1;
}

/* (path, line) appends the line in one write, so that lines of two programs do not mix, to a file that only
 * the user can read. true, or nil, message, code. */
static int append_line(lua_State *L)
{
    size_t size;
    const char *path = luaL_checkstring(L, 1), *line = luaL_checklstring(L, 2, &size);
    struct mien_error error;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        mien_fail_errno(&error, path);
        return mien_lua_fail(L, luaL_checkstring(L, 3), &error);
    }
    ssize_t written = write(file, line, size);
    int problem = written < 0 ? errno : ENOSPC;
    if (close(file) != 0 || written != (ssize_t)size) {
        errno = problem;
        mien_fail_errno(&error, path);
        return mien_lua_fail(L, luaL_checkstring(L, 3), &error);
    }
    lua_pushboolean(L, true);
    return 1;
}

/* (part, whole, conf) -> low, high */
static int wilson(lua_State *L)
{
    struct mien_interval ci =
        mien_wilson(luaL_checknumber(L, 1), luaL_checknumber(L, 2), luaL_checknumber(L, 3));
    lua_pushnumber(L, ci.low);
    lua_pushnumber(L, ci.high);
    return 2;
}

/* (p) -> the standard normal quantile. */
static int normal_quantile(lua_State *L)
{
    lua_pushnumber(L, mien_normal_quantile_upper(1 - luaL_checknumber(L, 1)));
    return 1;
}

/* ---- Nearest neighbours ---- */

enum { MOST_NEIGHBOURS = 16 };

struct neighbours {
    size_t count;
    size_t row[MOST_NEIGHBOURS];
    double distance[MOST_NEIGHBOURS];
};

/* Keeps the nearest `most`, in order; of equally near ones those that came first. */
static void offer(struct neighbours *found, size_t most, size_t row, double distance)
{
    size_t place = found->count;
    if (place == most && distance >= found->distance[most - 1])
        return;
    if (place < most)
        found->count++;
    else
        place--;
    for (; place > 0 && found->distance[place - 1] > distance; place--) {
        found->distance[place] = found->distance[place - 1];
        found->row[place] = found->row[place - 1];
    }
    found->distance[place] = distance;
    found->row[place] = row;
}

static double distance_of(const double *a, const double *b, size_t dimensions)
{
    double sum = 0;
    for (size_t i = 0; i < dimensions; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* (values, dimensions, folds, most): values are rows of `dimensions` numbers, folds one number for each row.
 * Gives for each row the array of the nearest rows of other folds, the nearest first. */
static int neighbours(lua_State *L)
{
    size_t size, rows;
    lua_settop(L, 4);
    const double *values = mien_lua_numbers(L, 1, "neighbours: values", &size);
    lua_Integer dimensions = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 4);
    const double *fold = mien_lua_numbers(L, 3, "neighbours: folds", &rows);
    luaL_argcheck(L, dimensions >= 1 && rows * (size_t)dimensions == size, 2, "does not fit the values");
    luaL_argcheck(L, most >= 1 && most <= MOST_NEIGHBOURS, 4, "must be between 1 and 16");
    lua_createtable(L, (int)rows, 0);
    for (size_t i = 0; i < rows; i++) {
        struct neighbours found = {0};
        if (mien_interrupted())
            return luaL_error(L, "stopped");
        for (size_t k = 0; k < rows; k++)
            if (fold[k] != fold[i])
                offer(&found, (size_t)most, k,
                      distance_of(values + i * (size_t)dimensions, values + k * (size_t)dimensions,
                                  (size_t)dimensions));
        lua_createtable(L, (int)found.count, 0);
        for (size_t k = 0; k < found.count; k++) {
            lua_pushinteger(L, (lua_Integer)found.row[k] + 1);
            lua_rawseti(L, -2, (lua_Integer)k + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- Clips made small ---- */

enum { SIDE = 8, MOMENTS = 4, THUMBNAIL = SIDE * SIDE * MOMENTS };

/* The mean luma of the cells of a grid over the picture, at moments spread over the clip. */
static void fill_thumbnail(const struct mien_clip_set *set, size_t row, double *out)
{
    const uint8_t *luma = mien_clip_luma(set, row);
    size_t height = set->shape.height, width = set->shape.width;
    for (size_t m = 0; m < MOMENTS; m++) {
        const uint8_t *picture = luma + m * (set->shape.frames - 1) / (MOMENTS - 1) * height * width;
        for (size_t cell = 0; cell < SIDE * SIDE; cell++) {
            size_t top = cell / SIDE * height / SIDE, bottom = (cell / SIDE + 1) * height / SIDE;
            size_t left = cell % SIDE * width / SIDE, right = (cell % SIDE + 1) * width / SIDE;
            double sum = 0;
            for (size_t y = top; y < bottom; y++)
                for (size_t x = left; x < right; x++)
                    sum += picture[y * width + x];
            *out++ = sum / (double)((bottom - top) * (right - left));
        }
    }
}

/* (clips, numbers of clips) -> one array of numbers, a thumbnail after the other, and how many each has. */
static int clip_thumbnails(lua_State *L)
{
    const char *function = "model.evaluate";
    size_t count;
    lua_settop(L, 2);
    const struct mien_clip_set *set = mien_lua_check_clips(L, 1, function);
    const size_t *rows = mien_lua_clip_rows(L, 2, set, function, &count);
    if (set->shape.height < SIDE || set->shape.width < SIDE)
        return luaL_error(L, "%s: clips of fewer than 8 by 8 pixels", function);
    double *values = lua_newuserdatauv(L, (count + 1) * THUMBNAIL * sizeof *values, 0);
    for (size_t i = 0; i < count; i++)
        fill_thumbnail(set, rows[i], values + i * THUMBNAIL);
    lua_createtable(L, (int)(count * THUMBNAIL), 0);
    for (size_t i = 0; i < count * THUMBNAIL; i++) {
        lua_pushnumber(L, values[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, THUMBNAIL);
    return 2;
}

void mien_lua_model_evaluate(lua_State *L)
{
    static const luaL_Reg functions[] = {{"digest", digest},
                                         {"state_path", state_path},
                                         {"append_line", append_line},
                                         {"wilson", wilson},
                                         {"normal_quantile", normal_quantile},
                                         {"neighbours", neighbours},
                                         {"clip_thumbnails", clip_thumbnails},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
