/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks for lua/model/cnn.lua and lua/model/model.lua, which check what users give: training, scores,
 * parts hidden, and the files of saved models.
 */
#include "base/interrupt.h"
#include "lua/lua_util.h"
#include "lua/model_clips.h"
#include "lua/model_parts.h"
#include "model/clip_cut.h"
#include "model/file.h"
#include "model/occlude.h"
#include "model/train.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define NETWORK "mien.model.network"
#define TRAINING "mien.model.training"
#define FILE_READ "mien.model.file"

static const char caller[] = "model";

/* 0 asks for every core there is. */
static unsigned threads_of(lua_Integer asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (asked < 1)
        asked = cores < 1 ? 1 : cores;
    return (unsigned)(asked > MIEN_NETWORK_THREADS ? MIEN_NETWORK_THREADS : asked);
}

/* ---- Training ---- */

static int training_free(lua_State *L)
{
    mien_training_result_clear(luaL_checkudata(L, 1, TRAINING));
    return 0;
}

static struct mien_training_result *push_result(lua_State *L)
{
    struct mien_training_result *result = lua_newuserdatauv(L, sizeof *result, 0);
    *result = (struct mien_training_result){0};
    if (luaL_newmetatable(L, TRAINING)) {
        lua_pushcfunction(L, training_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return result;
}

/* Clip numbers, levels and weights at index and the two after it; what the part points to stays there. Where
 * outputs are separate there are as many numbers from 0 to 1 per clip instead of its level. */
static void read_part(lua_State *L, int index, const struct mien_clip_set *clips,
                      const struct mien_network_design *design, struct mien_training_part *part)
{
    size_t levels, weights;
    unsigned outputs = design->outputs;
    part->rows = mien_lua_clip_rows(L, index, clips, caller, &part->count);
    const double *level = mien_lua_numbers(L, index + 1, "model: levels", &levels);
    const double *weight = mien_lua_numbers(L, index + 2, "model: weights", &weights);
    luaL_argcheck(L, levels == part->count * (design->separate ? outputs : 1) && weights == part->count,
                  index + 1, "must be one per clip");
    float *own = lua_newuserdatauv(L, (part->count * (outputs + 1) + 1) * sizeof *own, 0);
    for (size_t i = 0; i < part->count; i++) {
        own[i] = (float)weight[i];
        for (unsigned k = 0; k < outputs; k++)
            own[part->count + i * outputs + k] = design->separate    ? (float)level[i * outputs + k]
                                                 : level[i] >= k + 1 ? 1
                                                                     : 0;
    }
    part->weight = own;
    part->target = own + part->count;
}

static const char *const architectures[] = {"conv3d", "conv2plus1d", NULL};

/* true, false or "beside". */
static enum mien_clip_moving read_moving(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), "beside") == 0)
        return MIEN_MOVING_BESIDE;
    return lua_toboolean(L, index) ? MIEN_MOVING_ONLY : MIEN_MOVING_OFF;
}

static void read_settings(lua_State *L, int index, struct mien_training *training,
                          struct mien_augmentation *augmentation)
{
    training->design.architecture =
        (enum mien_architecture)mien_lua_option_choice(L, index, caller, "architecture", 0, architectures);
    training->design.size = (unsigned)mien_lua_option_integer(L, index, caller, "size", 0, 0, 2);
    training->design.outputs =
        (unsigned)mien_lua_option_integer(L, index, caller, "outputs", 1, 1, MIEN_NETWORK_OUTPUTS);
    training->motion = mien_lua_option_boolean(L, index, caller, "motion", false);
    lua_getfield(L, index, "moving");
    training->moving = read_moving(L, -1);
    lua_pop(L, 1);
    training->design.separate = mien_lua_option_boolean(L, index, caller, "separate", false);
    /* The settings keep the bytes alive. */
    lua_getfield(L, index, "trunk");
    training->trunk = lua_tolstring(L, -1, &training->trunk_size);
    lua_pop(L, 1);
    training->epochs = (size_t)mien_lua_option_integer(L, index, caller, "epochs", 40, 1, 100000);
    training->batch = (size_t)mien_lua_option_integer(L, index, caller, "batch", 16, 1, MIEN_NETWORK_BATCH);
    training->patience = (size_t)mien_lua_option_integer(L, index, caller, "patience", 10, 1, 100000);
    training->learning_rate = mien_lua_option_number(L, index, caller, "learning_rate", 3e-3, 1e-8, 1);
    training->weight_decay = mien_lua_option_number(L, index, caller, "weight_decay", 1e-2, 0, 1);
    training->seed = (uint64_t)mien_lua_option_integer(L, index, caller, "seed", 1, LONG_MIN, LONG_MAX);
    training->design.seed = training->seed;
    training->threads = threads_of(mien_lua_option_integer(L, index, caller, "threads", 0, 0, 256));
    training->checkpoint = mien_lua_option_text(L, index, caller, "checkpoint", NULL);
    *augmentation = mien_augmentation_default;
    augmentation->speed = mien_lua_option_number(L, index, caller, "speed", augmentation->speed, 0, 1);
    bool augment = mien_lua_option_boolean(L, index, caller, "augment", true);
    training->augmentation = augment ? augmentation : NULL;
}

/* The function at 9 is told how far it is; one that returns true or raises stops the training. */
struct listener {
    lua_State *L;
    bool failed; /* Its message is on top of the stack. */
};

static bool report(void *context, const struct mien_training_progress *progress)
{
    struct listener *listener = context;
    lua_State *L = listener->L;
    if (mien_interrupted() || listener->failed)
        return true;
    lua_pushvalue(L, 9);
    lua_pushnumber(L, progress->done);
    lua_pushinteger(L, (lua_Integer)progress->epochs);
    lua_pushinteger(L, (lua_Integer)progress->epoch);
    lua_pushnumber(L, progress->training_loss);
    lua_pushnumber(L, progress->validation_loss);
    lua_pushboolean(L, progress->epoch_ended);
    lua_pushnumber(L, progress->seconds_left);
    if (lua_pcall(L, 7, 1, 0) != LUA_OK) {
        listener->failed = !mien_interrupted();
        if (!listener->failed)
            lua_pop(L, 1);
        return true;
    }
    bool stop = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return stop;
}

static void push_curve(lua_State *L, const struct mien_training_result *result)
{
    static const char *const names[] = {"training_loss", "validation_loss", "learning_rate"};
    lua_createtable(L, 0, 3);
    for (int k = 0; k < 3; k++) {
        lua_createtable(L, (int)result->epochs, 0);
        for (size_t i = 0; i < result->epochs; i++) {
            const struct mien_training_epoch *epoch = &result->curve[i];
            lua_pushnumber(L, k == 0   ? epoch->training_loss
                              : k == 1 ? epoch->validation_loss
                                       : epoch->learning_rate);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, names[k]);
    }
}

/* (Clips, numbers, levels, weights, the same three of validation, settings, listener) -> bytes of the
 * network, its curve, best epoch, how it ended; or nil, message, code */
static int train(lua_State *L)
{
    static const char *const ends[] = {"full", "early", "stopped"};
    struct mien_augmentation augmentation;
    struct mien_training training = {0};
    struct mien_error error;
    luaL_checktype(L, 9, LUA_TFUNCTION);
    lua_settop(L, 9);
    training.clips = mien_lua_check_clips(L, 1, caller);
    read_settings(L, 8, &training, &augmentation);
    bool keep = mien_lua_option_boolean(L, 8, caller, "keep", true);
    read_part(L, 2, training.clips, &training.design, &training.train);
    read_part(L, 5, training.clips, &training.design, &training.validation);
    struct mien_training_result *result = push_result(L);
    luaL_checkstack(L, 32, "model");
    struct listener listener = {L, false};
    const struct mien_training_watch watch = {report, &listener};
    enum mien_status status = mien_train(&training, &watch, result, &error);
    if (listener.failed)
        return lua_error(L);
    if (status == MIEN_OK && result->end == MIEN_TRAINING_STOPPED && !keep)
        status = mien_fail(&error, MIEN_ERR_CANCELLED, "stopped");
    if (status != MIEN_OK)
        return mien_lua_fail(L, "model.train", &error);
    /* What was stopped is kept, so the script goes on. */
    if (result->end == MIEN_TRAINING_STOPPED)
        mien_interrupt_clear();
    lua_pushlstring(L, result->network.bytes, result->network.length);
    push_curve(L, result);
    lua_pushinteger(L, (lua_Integer)result->best);
    lua_pushstring(L, ends[result->end]);
    return 4;
}

/* ---- Networks ---- */

static int network_free(lua_State *L)
{
    struct mien_network **network = luaL_checkudata(L, 1, NETWORK);
    mien_network_free(*network);
    *network = NULL;
    return 0;
}

static struct mien_network *check_network(lua_State *L, int index)
{
    struct mien_network **network = luaL_checkudata(L, index, NETWORK);
    luaL_argcheck(L, *network, index, "is no network");
    return *network;
}

/* (bytes, threads; 0: all) -> network, what it takes; or nil, message, code */
static int network_read(lua_State *L)
{
    size_t size;
    struct mien_error error;
    struct mien_network_design design;
    const char *bytes = luaL_checklstring(L, 1, &size);
    unsigned threads = threads_of(luaL_optinteger(L, 2, 0));
    struct mien_network **network = mien_lua_push_owner(L, NETWORK, network_free);
    if (mien_network_read(bytes, size, threads, network, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    mien_network_describe(*network, &design);
    lua_createtable(L, 0, 7);
    mien_lua_set_text(L, "architecture", architectures[design.architecture]);
    mien_lua_set_number(L, "size", design.size);
    mien_lua_set_number(L, "frames", design.frames);
    mien_lua_set_number(L, "height", design.height);
    mien_lua_set_number(L, "width", design.width);
    mien_lua_set_number(L, "outputs", design.outputs);
    mien_lua_set_number(L, "parameters", (double)mien_network_parameters(*network));
    mien_lua_set_boolean(L, "motion", design.channels == 2);
    return 2;
}

static void push_logits(lua_State *L, const float *logit, size_t count, unsigned outputs)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, (int)outputs, 0);
        for (unsigned k = 0; k < outputs; k++) {
            lua_pushnumber(L, (double)logit[i * outputs + k]);
            lua_rawseti(L, -2, (lua_Integer)k + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* In the order of enum mien_occlusion_fill. */
static const char *const fills[] = {"blur", "grey", "still", "hold", NULL};

/* (network, Clips, numbers, moving [, place of height * width bytes, first picture, last, fill]) -> one
 * array of logits per clip, with what the place names hidden; or nil, message, code */
static int network_logits(lua_State *L)
{
    size_t count, size;
    struct mien_error error;
    struct mien_network_design design;
    struct mien_network *network = check_network(L, 1);
    const struct mien_clip_set *clips = mien_lua_check_clips(L, 2, caller);
    lua_settop(L, 8);
    enum mien_clip_moving moving = read_moving(L, 4);
    const size_t *rows = mien_lua_clip_rows(L, 3, clips, caller, &count);
    const char *place = luaL_optlstring(L, 5, NULL, &size);
    const struct mien_clip_shape *shape = &clips->shape;
    mien_network_describe(network, &design);
    luaL_argcheck(
        L, design.frames == shape->frames && design.height == shape->height && design.width == shape->width,
        2, "are of another shape than the network's");
    luaL_argcheck(L, !place || size == (size_t)shape->height * shape->width, 5, "is not of the clips' size");
    const struct mien_occlusion occlusion = {
        .place = (const uint8_t *)place,
        .first = (unsigned)luaL_optinteger(L, 6, 1) - 1,
        .stop = (unsigned)luaL_optinteger(L, 7, shape->frames),
        .fill = (enum mien_occlusion_fill)luaL_checkoption(L, 8, "blur", fills),
    };
    luaL_argcheck(L, occlusion.first < occlusion.stop && occlusion.stop <= shape->frames, 6,
                  "is no picture of the clips");
    float *logit = lua_newuserdatauv(L, (count * design.outputs + 1) * sizeof *logit, 0);
    if (mien_occlude(network, clips, rows, count, design.channels == 2, moving, place ? &occlusion : NULL,
                     logit, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    push_logits(L, logit, count, design.outputs);
    return 1;
}

/* (Clips, numbers) -> mean grey level of every pixel over these clips and their pictures, row after row */
static int clips_mean(lua_State *L)
{
    size_t count;
    const struct mien_clip_set *clips = mien_lua_check_clips(L, 1, caller);
    lua_settop(L, 2);
    const size_t *rows = mien_lua_clip_rows(L, 2, clips, caller, &count);
    size_t picture = (size_t)clips->shape.height * clips->shape.width;
    double *sum = lua_newuserdatauv(L, picture * sizeof *sum, 0);
    memset(sum, 0, picture * sizeof *sum);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *luma = mien_clip_luma(clips, rows[i]);
        for (size_t j = 0; j < picture * clips->shape.frames; j++)
            sum[j % picture] += luma[j];
    }
    lua_createtable(L, (int)picture, 0);
    for (size_t j = 0; j < picture; j++) {
        lua_pushnumber(L, count ? sum[j] / ((double)count * clips->shape.frames) : NAN);
        lua_rawseti(L, -2, (lua_Integer)j + 1);
    }
    return 1;
}

static const char *text_field(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    return luaL_optstring(L, -1, "");
}

static double number_field(lua_State *L, int table, const char *name)
{
    lua_getfield(L, table, name);
    return luaL_optnumber(L, -1, NAN);
}

/* (pictures, side, pictures a second, array of {participant =, task =, recording =, fps =, coverage =,
 * interocular =, luma = bytes}) -> Clips, for tests that draw their own. */
static int clips_of_bytes(lua_State *L)
{
    struct mien_error error;
    unsigned frames = (unsigned)luaL_checkinteger(L, 1), side = (unsigned)luaL_checkinteger(L, 2);
    const struct mien_clip_shape shape = {frames, side, side};
    size_t count = mien_lua_length(L, 4, caller);
    struct mien_clip_set **clips = mien_lua_push_clips(L);
    *clips = mien_clip_set_new(&shape, luaL_checknumber(L, 3));
    luaL_argcheck(L, *clips, 1, "needs more memory than there is");
    int top = lua_gettop(L);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        lua_rawgeti(L, 4, (lua_Integer)i + 1);
        /* The texts stay in the table while they are copied. */
        struct mien_clip_facts facts = {
            .participant = (char *)(uintptr_t)text_field(L, top + 1, "participant"),
            .task = (char *)(uintptr_t)text_field(L, top + 1, "task"),
            .recording = (size_t)number_field(L, top + 1, "recording"),
            .start = 0,
            .stop = 1,
            .fps = number_field(L, top + 1, "fps"),
            .coverage = number_field(L, top + 1, "coverage"),
            .interocular = number_field(L, top + 1, "interocular"),
        };
        lua_getfield(L, top + 1, "luma");
        const char *luma = luaL_checklstring(L, -1, &size);
        luaL_argcheck(L, size == mien_clip_size(&shape), 4, "has luma of another size");
        if (mien_clip_set_add(*clips, &facts, (const uint8_t *)luma, &error) != MIEN_OK)
            return mien_lua_fail(L, caller, &error);
        lua_settop(L, top);
    }
    return 1;
}

/* ---- Files ---- */

/* (function, path, array of {name, bytes}) -> true | nil, message, code */
static int file_write(lua_State *L)
{
    struct mien_error error;
    const char *function = luaL_checkstring(L, 1), *path = mien_lua_check_path(L, 2, function);
    size_t count = mien_lua_length(L, 3, function);
    luaL_argcheck(L, count <= MIEN_MODEL_SECTIONS, 3, "has too many sections");
    struct mien_model_section *sections = lua_newuserdatauv(L, (count + 1) * sizeof *sections, 0);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        /* The texts stay in the table at 3. */
        snprintf(sections[i].name, sizeof sections[i].name, "%s", luaL_checkstring(L, -2));
        sections[i].bytes = luaL_checklstring(L, -1, &sections[i].size);
        lua_pop(L, 3);
    }
    if (mien_model_file_write(path, sections, count, &error) != MIEN_OK)
        return mien_lua_fail(L, function, &error);
    lua_pushboolean(L, 1);
    return 1;
}

static int file_free(lua_State *L)
{
    mien_model_file_free(luaL_checkudata(L, 1, FILE_READ));
    return 0;
}

/* (function, path) -> table of the sections' bytes by name | nil, message, code */
static int file_read(lua_State *L)
{
    struct mien_error error;
    const char *function = luaL_checkstring(L, 1), *path = mien_lua_check_path(L, 2, function);
    struct mien_model_file *file = lua_newuserdatauv(L, sizeof *file, 0);
    memset(file, 0, sizeof *file);
    if (luaL_newmetatable(L, FILE_READ)) {
        lua_pushcfunction(L, file_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    if (mien_model_file_read(path, file, &error) != MIEN_OK)
        return mien_lua_fail(L, function, &error);
    lua_createtable(L, 0, (int)file->count);
    for (size_t i = 0; i < file->count; i++) {
        lua_pushlstring(L, file->section[i].size ? file->section[i].bytes : "", file->section[i].size);
        lua_setfield(L, -2, file->section[i].name);
    }
    return 1;
}

void mien_lua_model_train(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"network_train", train},           {"network_read", network_read},
        {"network_logits", network_logits}, {"clips_mean", clips_mean},
        {"clips_of_bytes", clips_of_bytes}, {"model_write", file_write},
        {"model_read", file_read},          {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
    /* Where clips have the eyes, in distances between them. */
    lua_pushnumber(L, MIEN_CLIP_BOX);
    lua_setfield(L, -2, "clip_box");
    lua_pushnumber(L, MIEN_CLIP_ABOVE);
    lua_setfield(L, -2, "clip_above");
}
