/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of cohort: the store and the extraction. These functions are the table "mien.cohort.core", which
 * lua/cohort.lua requires; manifests are read and results are put together there.
 */
#include "base/paths.h"
#include "lua/cohort_movement.h"
#include "lua/column.h"
#include "lua/lua_util.h"
#include "lua/modules.h"
#include "lua/progress_bar.h"
#include "lua/track.h"
#include "table/extract.h"
#include "table/store.h"

#include <string.h>
#include <unistd.h>

#define STORE "mien.store"
#define TRACKER "mien.cohort.tracker"

/* ---- Handles ---- */

static int store_close(lua_State *L)
{
    struct mien_store **handle = luaL_checkudata(L, 1, STORE);
    mien_store_close(*handle);
    *handle = NULL;
    return 0;
}

/* The second argument of every method is the name under which the user called it. To be called last before
 * the store is used: memory for something else can set off a finalizer of the user's, which can close the
 * cohort. */
static struct mien_store *check_store(lua_State *L)
{
    struct mien_store **handle = luaL_checkudata(L, 1, STORE);
    if (!*handle)
        luaL_error(L, "%s: the cohort is closed", luaL_checkstring(L, 2));
    return *handle;
}

static int tracker_free(lua_State *L)
{
    struct mien_tracker **handle = luaL_checkudata(L, 1, TRACKER);
    mien_face_tracker_free(*handle);
    *handle = NULL;
    return 0;
}

/* ---- Recordings: an array of tables becomes an array of structs that borrow their texts ---- */

static const char *text_field(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    lua_pop(L, 1); /* The table keeps the text alive. */
    return text;
}

static double number_field(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    double number = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return number;
}

static enum mien_neutral_kind neutral_field(lua_State *L)
{
    static const char *const kinds[] = {"none", "window", "recording", "absent", NULL};
    const char *kind = text_field(L, "neutral");
    for (int i = 0; kinds[i]; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return (enum mien_neutral_kind)i;
    return MIEN_NEUTRAL_NONE;
}

/* Pushes the array. */
static struct mien_recording *push_recordings(lua_State *L, int index, size_t *count)
{
    luaL_checktype(L, index, LUA_TTABLE);
    *count = lua_rawlen(L, index);
    struct mien_recording *recordings = lua_newuserdatauv(L, (*count + 1) * sizeof *recordings, 0);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        recordings[i] = (struct mien_recording){
            .row = (size_t)number_field(L, "row"),
            .participant = text_field(L, "participant"),
            .group = text_field(L, "group"),
            .task = text_field(L, "task"),
            .visit = text_field(L, "visit"),
            .take = text_field(L, "take"),
            .file = text_field(L, "file"),
            .path = text_field(L, "path"),
            .further = text_field(L, "further"),
            .neutral_text = text_field(L, "neutral_text"),
            .neutral = neutral_field(L),
            .t0 = number_field(L, "t0"),
            .t1 = number_field(L, "t1"),
        };
        if (recordings[i].neutral == MIEN_NEUTRAL_RECORDING) {
            double neutral = number_field(L, "neutral_recording");
            if (!(neutral >= 1 && neutral <= (double)*count))
                luaL_error(L, "cohort: recording %d has a neutral outside of the list", (int)i + 1);
            recordings[i].neutral_recording = (size_t)neutral - 1;
        }
        lua_pop(L, 1);
    }
    return recordings;
}

/* ---- Functions ---- */

/* core.open(path) */
static int core_open(lua_State *L)
{
    const char *path = mien_lua_check_path(L, 1, "cohort.open");
    struct mien_error error;
    struct mien_store **handle = mien_lua_push_owner(L, STORE, store_close);
    if (mien_store_open(path, handle, &error) != MIEN_OK)
        return mien_lua_fail(L, "cohort.open", &error);
    return 1;
}

/* core.absolute(path): the same place, named from the root, so that a store is of use from every folder. */
static int core_absolute(lua_State *L)
{
    char folder[MIEN_PATH_SIZE];
    const char *path = luaL_checkstring(L, 1);
    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        lua_pushstring(L, path);
    else
        lua_pushfstring(L, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, path);
    return 1;
}

/* store:list(caller, recordings, names of further columns) */
static int store_list(lua_State *L)
{
    struct mien_error error;
    size_t count, further_count;
    const char *const *further = mien_lua_texts(L, 4, "further columns", &further_count);
    struct mien_recording *recordings = push_recordings(L, 3, &count);
    struct mien_store *store = check_store(L);
    if (mien_store_list(store, recordings, count, further, further_count, &error) != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    lua_pushboolean(L, true);
    return 1;
}

/* store:extract(caller, recordings, workers, retry, progress, options) gives the numbers extracted, failed
 * and kept; options has side, lean, eyes and who as face.track takes them. */
static int store_extract(lua_State *L)
{
    struct mien_error error;
    struct mien_extract_counts counts;
    const char *caller = luaL_checkstring(L, 2);
    struct mien_extract_options options = {(int)luaL_checkinteger(L, 4), lua_toboolean(L, 5),
                                           mien_lua_option_side(L, 7, caller)};
    const struct mien_track_options track = {.lean = mien_lua_option_boolean(L, 7, caller, "lean", false),
                                             .blind = !mien_lua_option_boolean(L, 7, caller, "eyes", true),
                                             .who = mien_lua_option_who(L, 7, caller)};
    size_t count;
    struct mien_recording *recordings = push_recordings(L, 3, &count);
    struct mien_tracker **tracker = mien_lua_push_owner(L, TRACKER, tracker_free);
    struct mien_store *store = check_store(L);
    enum mien_status status = mien_face_tracker_new(store, &track, tracker, &error);
    if (status == MIEN_OK) {
        struct mien_progress_bar bar;
        struct mien_progress progress = mien_progress_bar_start(&bar, lua_toboolean(L, 6));
        status = mien_extract(store, recordings, count, *tracker, &options, &progress, &counts, &error);
        mien_progress_bar_end(&bar);
    }
    mien_face_tracker_free(*tracker);
    *tracker = NULL;
    if (status != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    lua_pushinteger(L, (lua_Integer)counts.extracted);
    lua_pushinteger(L, (lua_Integer)counts.failed);
    lua_pushinteger(L, (lua_Integer)counts.kept);
    return 3;
}

/* store:query(caller, sql, parameters) gives the names and the columns of the result. */
static int store_query(lua_State *L)
{
    struct mien_error error;
    const char *query = luaL_checkstring(L, 3);
    size_t parameter_count = 0;
    const char *const *parameters = NULL;
    if (!lua_isnoneornil(L, 4))
        parameters = mien_lua_texts(L, 4, "parameters", &parameter_count);
    struct mien_table **table = mien_lua_push_table_owner(L);
    struct mien_store *store = check_store(L);
    if (mien_store_query(store, query, parameters, parameter_count, table, &error) != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    mien_lua_push_table(L, *table);
    return 2;
}

/* store:track(caller, id) */
static int store_track(lua_State *L)
{
    struct mien_error error;
    long long id = luaL_checkinteger(L, 3);
    struct mien_track **handle = mien_lua_push_track(L); /* lua/cohort.lua loads the face module. */
    struct mien_store *store = check_store(L);
    if (mien_store_track(store, id, handle, &error) != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    return 1;
}

/* store:forget(caller, participant) gives the number of recordings removed. */
static int store_forget(lua_State *L)
{
    struct mien_store *store = check_store(L);
    struct mien_error error;
    size_t removed;
    if (mien_store_forget(store, luaL_checkstring(L, 3), &removed, &error) != MIEN_OK)
        return mien_lua_fail(L, lua_tostring(L, 2), &error);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

static int store_put_movement(lua_State *L)
{
    return mien_lua_store_put_movement(L, check_store);
}

static int store_movement(lua_State *L)
{
    return mien_lua_store_movement(L, check_store);
}

static int store_is_open(lua_State *L)
{
    struct mien_store **handle = luaL_checkudata(L, 1, STORE);
    lua_pushboolean(L, *handle != NULL);
    return 1;
}

int luaopen_mien_cohort(lua_State *L)
{
    static const luaL_Reg core[] = {{"open", core_open}, {"absolute", core_absolute}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"close", store_close},
                                       {"list", store_list},
                                       {"extract", store_extract},
                                       {"query", store_query},
                                       {"track", store_track},
                                       {"forget", store_forget},
                                       {"is_open", store_is_open},
                                       {"movement", store_movement},
                                       {"put_movement", store_put_movement},
                                       {NULL, NULL}};
    luaL_newmetatable(L, STORE);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, store_close);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(L, core);
    lua_setfield(L, -2, "mien.cohort.core");
    lua_pop(L, 1);
    lua_newtable(L);
    return 1;
}
