/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of lua/model/clips.lua: cutting, the cache, and what is shown of clips.
 */
#include "lua/model_clips.h"

#include "lua/lua_util.h"
#include "lua/model_parts.h"
#include "lua/progress_bar.h"
#include "lua/track.h"
#include "model/clip_sheet.h"
#include "model/clip_work.h"
#include "table/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLIPS "mien.clips"
#define CLIP_STORE "mien.clip_store"
#define CLIP_CUT "mien.clip_cut"
#define SHEET "mien.clip_sheet"
#define STORE "mien.store" /* Of src/lua/cohort.c. */

/* ---- Handles ---- */

static int free_clips(lua_State *L)
{
    struct mien_clip_set **clips = luaL_checkudata(L, 1, CLIPS);
    mien_clip_set_free(*clips);
    *clips = NULL;
    return 0;
}

const struct mien_clip_set *mien_lua_check_clips(lua_State *L, int index, const char *function)
{
    struct mien_clip_set **clips = luaL_testudata(L, index, CLIPS);
    if (!clips || !*clips)
        luaL_error(L, "%s: expected Clips, not a %s", function, luaL_typename(L, index));
    return *clips;
}

struct mien_clip_set **mien_lua_push_clips(lua_State *L)
{
    struct mien_clip_set **clips = mien_lua_push_owner(L, CLIPS, free_clips);
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    return clips;
}

static int free_store(lua_State *L)
{
    struct mien_clip_store **store = luaL_checkudata(L, 1, CLIP_STORE);
    mien_clip_store_close(*store);
    *store = NULL;
    return 0;
}

static int clear_cut(lua_State *L)
{
    struct mien_clip_cut *cut = luaL_checkudata(L, 1, CLIP_CUT);
    mien_clip_cut_clear(cut);
    return 0;
}

static int free_image(lua_State *L)
{
    struct mien_image **image = luaL_checkudata(L, 1, MIEN_IMAGE);
    mien_image_free(*image);
    *image = NULL;
    return 0;
}

static int free_sheet(lua_State *L)
{
    struct mien_image **image = luaL_checkudata(L, 1, SHEET);
    mien_image_free(*image);
    *image = NULL;
    return 0;
}

const size_t *mien_lua_clip_rows(lua_State *L, int index, const struct mien_clip_set *set,
                                 const char *function, size_t *count)
{
    const double *numbers = mien_lua_numbers(L, index, function, count);
    size_t *rows = lua_newuserdatauv(L, (*count + 1) * sizeof *rows, 0);
    for (size_t i = 0; i < *count; i++) {
        if (!(numbers[i] >= 1 && numbers[i] <= (double)set->count && numbers[i] == floor(numbers[i]))) {
            char text[32];
            snprintf(text, sizeof text, "%g", numbers[i]);
            luaL_error(L, "%s: there is no clip %s; clips are numbered 1 to %I", function, text,
                       (lua_Integer)set->count);
        }
        rows[i] = (size_t)numbers[i] - 1;
    }
    lua_replace(L, index);
    return rows;
}

/* ---- Options ---- */

static struct mien_clip_options read_options(lua_State *L, int index, const char *caller)
{
    struct mien_clip_options options = mien_clip_options_default();
    options.shape.frames =
        (unsigned)mien_lua_option_integer(L, index, caller, "frames", options.shape.frames, 2, 256);
    options.shape.width = options.shape.height =
        (unsigned)mien_lua_option_integer(L, index, caller, "size", options.shape.width, 16, 256);
    options.per = (unsigned)mien_lua_option_integer(L, index, caller, "per", options.per, 1, 1000);
    options.span = mien_lua_option_number(L, index, caller, "span", options.span, 0.05, 3600);
    double fps = mien_lua_option_number(L, index, caller, "fps", NAN, 0.1, 1000);
    if (!isnan(fps))
        options.span = options.shape.frames / fps;
    options.t0 = mien_lua_option_number(L, index, caller, "t0", -INFINITY, -INFINITY, INFINITY);
    options.t1 = mien_lua_option_number(L, index, caller, "t1", INFINITY, -INFINITY, INFINITY);
    options.side = mien_lua_option_side(L, index, caller);
    options.coverage = mien_lua_option_number(L, index, caller, "coverage", options.coverage, 0, 1);
    options.confidence = mien_lua_option_number(L, index, caller, "confidence", options.confidence, 0, 1);
    return options;
}

/* clip_options(caller, options) -> a table with all of them, which may be passed on as options. */
static int clip_options(lua_State *L)
{
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_clip_options options = read_options(L, 2, caller);
    lua_createtable(L, 0, 9);
    lua_pushinteger(L, options.shape.frames);
    lua_setfield(L, -2, "frames");
    lua_pushinteger(L, options.shape.width);
    lua_setfield(L, -2, "size");
    lua_pushinteger(L, options.per);
    lua_setfield(L, -2, "per");
    mien_lua_set_number(L, "span", options.span);
    mien_lua_set_number(L, "coverage", options.coverage);
    mien_lua_set_number(L, "confidence", options.confidence);
    mien_lua_set_text(L, "side", options.side == MIEN_SIDE_PLAIN ? "plain" : "each");
    if (isfinite(options.t0))
        mien_lua_set_number(L, "t0", options.t0);
    if (isfinite(options.t1))
        mien_lua_set_number(L, "t1", options.t1);
    return 1;
}

/* ---- Cutting ---- */

static enum mien_status new_set(const struct mien_clip_options *options, struct mien_clip_set **set,
                                struct mien_error *error)
{
    *set = mien_clip_set_new(&options->shape, options->shape.frames / options->span);
    return *set ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for clips");
}

static void push_yield(lua_State *L, const struct mien_clip_yield *yield)
{
    lua_createtable(L, 0, 4);
    mien_lua_set_number(L, "kept", (double)yield->kept);
    mien_lua_set_number(L, "left_out", (double)yield->left_out);
    mien_lua_set_number(L, "best", yield->best);
    if (yield->failure.code != MIEN_OK) {
        mien_lua_set_text(L, "reason", yield->failure.text);
        mien_lua_set_text(L, "code", mien_status_word(yield->failure.code));
    }
}

static enum mien_status fill_set(const struct mien_clip_cut *cut, const char *file, struct mien_clip_set *set,
                                 struct mien_clip_yield *yield, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    *yield = (struct mien_clip_yield){.best = NAN};
    for (size_t i = 0; i < cut->count && status == MIEN_OK; i++) {
        const struct mien_clip *clip = &cut->clips[i];
        const struct mien_clip_facts facts = {.file = (char *)file,
                                              .start = clip->start,
                                              .stop = clip->stop,
                                              .fps = cut->fps,
                                              .coverage = clip->coverage,
                                              .outside = clip->outside,
                                              .interocular = clip->interocular};
        if (clip->left_out) {
            yield->left_out++;
            yield->best = fmax(yield->best, clip->coverage);
        } else {
            yield->kept++;
            status = mien_clip_set_add(set, &facts, clip->luma, error);
        }
    }
    return status;
}

/* clips_of_track(caller, track, video or nil, options, progress) -> Clips, what they gave */
static int clips_of_track(lua_State *L)
{
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_clip_yield yield;
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_track *track = mien_lua_check_track(L, 2, caller);
    const char *video = lua_isnoneornil(L, 3) ? track->source : mien_lua_check_path(L, 3, caller);
    const struct mien_clip_options options = read_options(L, 4, caller);
    struct mien_clip_set **set = mien_lua_push_clips(L);
    struct mien_clip_cut *cut = lua_newuserdatauv(L, sizeof *cut, 0);
    *cut = (struct mien_clip_cut){0};
    if (luaL_newmetatable(L, CLIP_CUT)) {
        lua_pushcfunction(L, clear_cut);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    struct mien_progress progress = mien_progress_bar_start(&bar, lua_toboolean(L, 5));
    enum mien_status status = mien_clip_cut(track, video, &options, &progress, cut, &error);
    mien_progress_bar_end(&bar);
    if (status == MIEN_OK)
        status = new_set(&options, set, &error);
    if (status == MIEN_OK)
        status = fill_set(cut, video, *set, &yield, &error);
    mien_clip_cut_clear(cut);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pop(L, 1);
    push_yield(L, &yield);
    return 2;
}

/* ---- Clips of a cohort ---- */

static const char *text_field(lua_State *L, const char *name)
{
    const char *text = lua_getfield(L, -1, name) == LUA_TSTRING ? lua_tostring(L, -1) : "";
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

/* The store of the cohort, and for each source the id of its row in recordings. */
struct track_shelf {
    struct mien_store *store;
    long long *ids;
};

static enum mien_status load_track(void *context, size_t source, struct mien_track **track,
                                   struct mien_error *error)
{
    const struct track_shelf *shelf = context;
    return mien_store_track(shelf->store, shelf->ids[source], track, error);
}

/* Pushes the sources, their ids, and room for what they gave. */
static void push_sources(lua_State *L, int index, size_t count, struct mien_clip_source **sources,
                         long long **ids, struct mien_clip_yield **yields)
{
    *sources = lua_newuserdatauv(L, (count + 1) * sizeof **sources, 0);
    *ids = lua_newuserdatauv(L, (count + 1) * sizeof **ids, 0);
    *yields = lua_newuserdatauv(L, (count + 1) * sizeof **yields, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        (*sources)[i] = (struct mien_clip_source){.participant = text_field(L, "participant"),
                                                  .task = text_field(L, "task"),
                                                  .visit = text_field(L, "visit"),
                                                  .take = text_field(L, "take"),
                                                  .file = text_field(L, "file"),
                                                  .path = text_field(L, "path"),
                                                  .hash = text_field(L, "hash"),
                                                  .tracker = text_field(L, "tracker"),
                                                  .recording = (size_t)number_field(L, "recording"),
                                                  .frames = number_field(L, "frames")};
        (*ids)[i] = (long long)number_field(L, "id");
        lua_pop(L, 1);
    }
}

/* clips_of_cohort(caller, store, path of the cache, sources, options, workers, progress)
 * -> Clips, an array of what each source gave */
static int clips_of_cohort(lua_State *L)
{
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_clip_source *sources;
    struct mien_clip_yield *yields;
    struct track_shelf shelf;
    const char *caller = luaL_checkstring(L, 1), *path = luaL_checkstring(L, 3);
    struct mien_store **store = luaL_checkudata(L, 2, STORE);
    luaL_checktype(L, 4, LUA_TTABLE);
    size_t count = (size_t)lua_rawlen(L, 4);
    const struct mien_clip_options options = read_options(L, 5, caller);
    int workers = (int)luaL_checkinteger(L, 6);
    push_sources(L, 4, count, &sources, &shelf.ids, &yields);
    struct mien_clip_store **cache = mien_lua_push_owner(L, CLIP_STORE, free_store);
    struct mien_clip_set **set = mien_lua_push_clips(L);
    /* Last before it is used: a finalizer of the user's can close the cohort. */
    if (!(shelf.store = *store))
        return luaL_error(L, "%s: the cohort is closed", caller);
    const struct mien_clip_work work = {.sources = sources,
                                        .count = count,
                                        .options = &options,
                                        .workers = workers,
                                        .track = load_track,
                                        .context = &shelf};
    enum mien_status status = new_set(&options, set, &error);
    if (status == MIEN_OK)
        status = mien_clip_store_open(path, true, cache, &error);
    if (status == MIEN_OK) {
        struct mien_progress progress = mien_progress_bar_start(&bar, lua_toboolean(L, 7));
        status = mien_clip_work(*cache, &work, &progress, *set, yields, &error);
        mien_progress_bar_end(&bar);
    }
    mien_clip_store_close(*cache);
    *cache = NULL;
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_yield(L, &yields[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

/* forget_clips(caller, path of the cache, participant) -> how many recordings' clips were removed */
static int forget_clips(lua_State *L)
{
    struct mien_error error;
    size_t removed;
    const char *caller = luaL_checkstring(L, 1);
    if (mien_clip_store_forget(luaL_checkstring(L, 2), luaL_checkstring(L, 3), &removed, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

/* ---- What is known of clips ---- */

static void push_texts(lua_State *L, const struct mien_clip_set *set, size_t offset)
{
    struct mien_column *column = mien_lua_push_column(L);
    int failed = mien_column_set_texts(column, set->count);
    for (size_t i = 0; i < set->count && !failed; i++) {
        char *text;
        memcpy(&text, (const char *)&set->facts[i] + offset, sizeof text);
        failed = *text ? mien_column_put(column, i, text) : 0;
    }
    if (failed)
        luaL_error(L, "out of memory");
}

static void push_numbers(lua_State *L, const struct mien_clip_set *set, size_t offset)
{
    double *numbers = mien_lua_push_numbers(L, set->count);
    for (size_t i = 0; i < set->count; i++)
        memcpy(&numbers[i], (const char *)&set->facts[i] + offset, sizeof *numbers);
}

/* clips_frame(caller, clips) -> a data frame, one row per clip */
static int clips_frame(lua_State *L)
{
    static const char *const names[] = {"participant", "task", "visit",    "take",    "recording",   "start",
                                        "stop",        "fps",  "coverage", "outside", "interocular", "file"};
    static const size_t texts[] = {
        offsetof(struct mien_clip_facts, participant), offsetof(struct mien_clip_facts, task),
        offsetof(struct mien_clip_facts, visit), offsetof(struct mien_clip_facts, take)};
    static const size_t numbers[] = {
        offsetof(struct mien_clip_facts, start),   offsetof(struct mien_clip_facts, stop),
        offsetof(struct mien_clip_facts, fps),     offsetof(struct mien_clip_facts, coverage),
        offsetof(struct mien_clip_facts, outside), offsetof(struct mien_clip_facts, interocular)};
    const struct mien_clip_set *set = mien_lua_check_clips(L, 2, luaL_checkstring(L, 1));
    luaL_checkstack(L, 20, "a data frame of clips");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        push_texts(L, set, texts[i]);
    double *recording = mien_lua_push_numbers(L, set->count);
    for (size_t i = 0; i < set->count; i++)
        recording[i] = set->facts[i].recording ? (double)set->facts[i].recording : NAN;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        push_numbers(L, set, numbers[i]);
    push_texts(L, set, offsetof(struct mien_clip_facts, file));
    mien_lua_push_frame(L, names, sizeof names / sizeof *names);
    return 1;
}

/* clips_shape(clips) -> pictures, their side in pixels, pictures a second */
static int clips_shape(lua_State *L)
{
    const struct mien_clip_set *set = mien_lua_check_clips(L, 1, "Clips");
    lua_pushinteger(L, set->shape.frames);
    lua_pushinteger(L, set->shape.width);
    lua_pushnumber(L, set->rate);
    return 3;
}

/* clips_about(clips) -> the table that lua/model/clips.lua keeps */
static int clips_about(lua_State *L)
{
    luaL_checkudata(L, 1, CLIPS);
    lua_getiuservalue(L, 1, 1);
    return 1;
}

static int clips_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)mien_lua_check_clips(L, 1, "Clips")->count);
    return 1;
}

/* ---- Parts and sums ---- */

/* clips_subset(caller, clips, numbers) -> Clips with an empty table about them */
static int clips_subset(lua_State *L)
{
    struct mien_error error;
    size_t count;
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_clip_set *set = mien_lua_check_clips(L, 2, caller);
    const size_t *rows = mien_lua_clip_rows(L, 3, set, caller, &count);
    struct mien_clip_set **subset = mien_lua_push_clips(L);
    if (mien_clip_set_subset(set, rows, count, subset, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    return 1;
}

/* clips_join(caller, first, second) -> Clips of both */
static int clips_join(lua_State *L)
{
    struct mien_error error;
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_clip_set *first = mien_lua_check_clips(L, 2, caller);
    const struct mien_clip_set *second = mien_lua_check_clips(L, 3, caller);
    struct mien_clip_set **both = mien_lua_push_clips(L);
    enum mien_status status = MIEN_OK;
    if (!(*both = mien_clip_set_new(&first->shape, first->rate)))
        status = mien_fail(&error, MIEN_ERR_MEMORY, "out of memory for clips");
    if (status == MIEN_OK)
        status = mien_clip_set_append(*both, first, &error);
    if (status == MIEN_OK)
        status = mien_clip_set_append(*both, second, &error);
    return status == MIEN_OK ? 1 : mien_lua_fail(L, caller, &error);
}

/* ---- Pictures ---- */

/* clips_image(caller, clips, number, picture) -> Image; the video module gives the type its methods. */
static int clips_image(lua_State *L)
{
    struct mien_error error;
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_clip_set *set = mien_lua_check_clips(L, 2, caller);
    lua_Integer row = luaL_checkinteger(L, 3), frame = luaL_checkinteger(L, 4);
    luaL_argcheck(L, row >= 1 && (size_t)row <= set->count, 3, "no such clip");
    luaL_argcheck(L, frame >= 1 && frame <= set->shape.frames, 4, "no such picture");
    struct mien_image **image = mien_lua_push_owner(L, MIEN_IMAGE, free_image);
    if (mien_clip_image(set, (size_t)row - 1, (size_t)frame - 1, image, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    return 1;
}

/* clips_sheet(caller, clips, png, numbers, title) -> true */
static int clips_sheet(lua_State *L)
{
    struct mien_error error;
    size_t count;
    const char *caller = luaL_checkstring(L, 1);
    const struct mien_clip_set *set = mien_lua_check_clips(L, 2, caller);
    const char *png = mien_lua_check_path(L, 3, caller), *title = luaL_checkstring(L, 5);
    const size_t *rows = mien_lua_clip_rows(L, 4, set, caller, &count);
    struct mien_image **image = mien_lua_push_owner(L, SHEET, free_sheet);
    enum mien_status status = mien_clip_sheet(set, rows, count, title, image, &error);
    if (status == MIEN_OK)
        status = mien_image_write_png(*image, png, &error);
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    lua_pushboolean(L, true);
    return 1;
}

void mien_lua_model_clips(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"clip_options", clip_options},       {"clips_of_track", clips_of_track},
        {"clips_of_cohort", clips_of_cohort}, {"forget_clips", forget_clips},
        {"clips_frame", clips_frame},         {"clips_shape", clips_shape},
        {"clips_about", clips_about},         {"clips_subset", clips_subset},
        {"clips_join", clips_join},           {"clips_image", clips_image},
        {"clips_sheet", clips_sheet},         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    luaL_newmetatable(L, CLIPS);
    lua_pushcfunction(L, free_clips);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, clips_length);
    lua_setfield(L, -2, "__len");
    /* lua/model/clips.lua adds fields, methods and how they print. */
    lua_setfield(L, -2, "clips_type");
}
