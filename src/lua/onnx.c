/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C half of model.onnx. Its functions are the table "mien.onnx", which lua/model/onnx.lua requires when
 * it is first needed; that file checks what users give.
 */
#include "onnx/onnx.h"

#include "lua/lua_util.h"
#include "lua/model_clips.h"
#include "lua/modules.h"
#include "lua/progress_bar.h"
#include "model/clip_batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NETWORK "mien.onnx_network"

enum { MOST_CHANNELS = 3 };

static int free_network(lua_State *L)
{
    struct mien_onnx **net = luaL_checkudata(L, 1, NETWORK);
    mien_onnx_free(*net);
    *net = NULL;
    return 0;
}

static void push_value(lua_State *L, const struct mien_onnx_value *value)
{
    lua_createtable(L, 0, 2);
    mien_lua_set_text(L, "name", value->name);
    if (value->rank < 0)
        return;
    lua_createtable(L, value->rank, 0);
    for (int i = 0; i < value->rank; i++) {
        lua_pushinteger(L, value->size[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "shape");
}

/* open(caller, path) -> network, {input = {name, shape or nil}, outputs = {...}, nodes, producer}; a size in
 * a shape is -1 where the file leaves it open. */
static int onnx_open(lua_State *L)
{
    struct mien_error error;
    const char *caller = luaL_checkstring(L, 1), *path = mien_lua_check_path(L, 2, caller);
    struct mien_onnx **net = mien_lua_push_owner(L, NETWORK, free_network);
    if (mien_onnx_open(path, net, &error) != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    const struct mien_onnx_header *header = mien_onnx_header(*net);
    lua_createtable(L, 0, 4);
    push_value(L, &header->input);
    lua_setfield(L, -2, "input");
    lua_createtable(L, (int)header->output_count, 0);
    for (size_t i = 0; i < header->output_count; i++) {
        push_value(L, &header->outputs[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "outputs");
    lua_pushinteger(L, (lua_Integer)header->node_count);
    lua_setfield(L, -2, "nodes");
    mien_lua_set_text(L, "producer", header->producer);
    return 2;
}

/* ---- What comes in ---- */

/* Numbers, a row after the other. mean and sd are for each of `scales` parts, which change fastest; NULL:
 * as they are. */
struct numbers {
    const double *values, *mean, *sd;
    size_t width, scales;
};

static bool fill_numbers(void *context, size_t first, size_t n, float *out)
{
    const struct numbers *numbers = context;
    for (size_t i = 0; i < n * numbers->width; i++) {
        double value = numbers->values[first * numbers->width + i];
        if (numbers->mean)
            value = (value - numbers->mean[i % numbers->scales]) / numbers->sd[i % numbers->scales];
        out[i] = (float)value;
    }
    return true;
}

/* Clips, or their pictures one by one. step: how far apart in a row neighbours in channel, picture, line and
 * pixel lie. */
struct pictures {
    const struct mien_clip_set *set;
    const double *mean, *sd; /* One for each channel, grey levels; NULL: every clip standardised by itself. */
    size_t channels, per, width;
    size_t step[4];
    float *clip; /* The clip looked at last: channels, pictures, lines, pixels. */
    size_t row;
};

static void scale_clip(struct pictures *pictures, size_t row)
{
    const uint8_t *luma = mien_clip_luma(pictures->set, row);
    size_t size = mien_clip_size(&pictures->set->shape);
    for (size_t c = 0; c < pictures->channels; c++)
        for (size_t i = 0; i < size; i++)
            pictures->clip[c * size + i] = (float)((luma[i] - pictures->mean[c]) / pictures->sd[c]);
}

static bool load_clip(struct pictures *pictures, size_t row)
{
    size_t size = mien_clip_size(&pictures->set->shape);
    if (pictures->clip && pictures->row == row)
        return true;
    if (!pictures->clip)
        pictures->clip = malloc(MOST_CHANNELS * size * sizeof *pictures->clip);
    if (!pictures->clip)
        return false;
    pictures->row = row;
    if (pictures->mean) {
        scale_clip(pictures, row);
        return true;
    }
    mien_clip_batch(pictures->set, &row, 1, NULL, 0, 0, pictures->channels == 2, pictures->clip, NULL);
    /* Networks for colour see a grey picture in all three. */
    for (size_t c = 1; c < pictures->channels && pictures->channels == 3; c++)
        memcpy(pictures->clip + c * size, pictures->clip, size * sizeof *pictures->clip);
    return true;
}

static void put_row(const struct pictures *pictures, size_t first, size_t count, float *out)
{
    const struct mien_clip_shape *shape = &pictures->set->shape;
    const size_t *step = pictures->step;
    for (size_t c = 0; c < pictures->channels; c++)
        for (size_t t = 0; t < count; t++)
            for (size_t y = 0; y < shape->height; y++) {
                const float *line =
                    pictures->clip + ((c * shape->frames + first + t) * shape->height + y) * shape->width;
                float *to = out + c * step[0] + t * step[1] + y * step[2];
                for (size_t x = 0; x < shape->width; x++)
                    to[x * step[3]] = line[x];
            }
}

static bool fill_pictures(void *context, size_t first, size_t n, float *out)
{
    struct pictures *pictures = context;
    for (size_t i = 0; i < n; i++) {
        size_t row = (first + i) / pictures->per, picture = (first + i) % pictures->per;
        if (!load_clip(pictures, row))
            return false;
        put_row(pictures, picture, pictures->per > 1 ? 1 : pictures->set->shape.frames,
                out + i * pictures->width);
    }
    return true;
}

/* ---- What comes out ---- */

enum activation { PLAIN, SOFTMAX, SIGMOID };
static const char *const activations[] = {"none", "softmax", "sigmoid", NULL};

static void activate(const float *values, size_t width, enum activation activation, double *out)
{
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < width; i++)
        most = fmax(most, values[i]);
    for (size_t i = 0; i < width; i++) {
        double value = values[i];
        if (activation == SIGMOID)
            value = 1 / (1 + exp(-value));
        if (activation == SOFTMAX)
            sum += value = exp(value - most);
        out[i] = value;
    }
    for (size_t i = 0; i < width && activation == SOFTMAX; i++)
        out[i] /= sum;
}

/* Pushes an array of columns, one for each number of a row; each is the mean over `per` rows. */
static void push_columns(lua_State *L, const struct mien_onnx_result *result, enum activation activation,
                         size_t per)
{
    double **columns = lua_newuserdatauv(L, result->width * sizeof *columns, 0);
    double *row = lua_newuserdatauv(L, result->width * sizeof *row, 0);
    size_t count = result->rows / per;
    lua_createtable(L, (int)result->width, 0);
    for (size_t k = 0; k < result->width; k++) {
        columns[k] = mien_lua_push_numbers(L, count);
        lua_rawseti(L, -2, (lua_Integer)k + 1);
        for (size_t i = 0; i < count; i++)
            columns[k][i] = 0;
    }
    for (size_t i = 0; i < result->rows; i++) {
        activate(result->values + i * result->width, result->width, activation, row);
        for (size_t k = 0; k < result->width; k++)
            columns[k][i / per] += row[k] / (double)per;
    }
}

/* ---- Running ---- */

/* The list of numbers in this field, pushed, or nil pushed and NULL. */
static const double *push_scale(lua_State *L, int options, const char *name, const char *caller, size_t count)
{
    size_t given = 0;
    if (lua_getfield(L, options, name) == LUA_TNIL)
        return NULL;
    const double *numbers = mien_lua_numbers(L, lua_gettop(L), caller, &given);
    if (given != count)
        luaL_error(L, "%s: %s has %I numbers, %I are needed", caller, name, (lua_Integer)given,
                   (lua_Integer)count);
    return numbers;
}

/* What all jobs have in common: batch, fixed, output. */
static void read_job(lua_State *L, int options, const char *caller, const struct mien_onnx *net,
                     struct mien_onnx_job *job)
{
    long outputs = (long)mien_onnx_header(net)->output_count;
    job->batch = (size_t)mien_lua_option_integer(L, options, caller, "batch", 16, 1, 65536);
    job->fixed = mien_lua_option_boolean(L, options, caller, "fixed", false);
    job->output = (size_t)mien_lua_option_integer(L, options, caller, "output", 1, 1, outputs) - 1;
}

/* Runs the job and pushes columns; the stack keeps what the job reads. */
static int run_job(lua_State *L, int options, const char *caller, const struct mien_onnx *net,
                   const struct mien_onnx_job *job, size_t per)
{
    enum { MOST_COLUMNS = 1000 };
    struct mien_error error;
    struct mien_progress_bar bar;
    struct mien_onnx_result result;
    enum activation activation =
        (enum activation)mien_lua_option_choice(L, options, caller, "activation", PLAIN, activations);
    bool show = mien_lua_option_boolean(L, options, caller, "progress", true);
    void **scratch = mien_lua_push_scratch(L);
    struct mien_progress progress = mien_progress_bar_start(&bar, show);
    enum mien_status status = mien_onnx_run(net, job, &progress, &result, &error);
    mien_progress_bar_end(&bar);
    if (status == MIEN_OK) {
        *scratch = result.values;
        if (result.width > MOST_COLUMNS)
            status = mien_fail(&error, MIEN_ERR_DATA,
                               "the network gives %zu numbers for a row; at most %d can be columns",
                               result.width, MOST_COLUMNS);
    }
    if (status != MIEN_OK)
        return mien_lua_fail(L, caller, &error);
    push_columns(L, &result, activation, per);
    return 1;
}

/* run_numbers(caller, network, numbers, shape with the rows, options) -> columns. options: batch, fixed,
 * output, activation, progress, mean and sd (lists, one for each number of the last size). */
static int onnx_run_numbers(lua_State *L)
{
    size_t count, rank;
    lua_settop(L, 5);
    const char *caller = luaL_checkstring(L, 1);
    struct mien_onnx **net = luaL_checkudata(L, 2, NETWORK);
    struct numbers numbers = {.values = mien_lua_numbers(L, 3, caller, &count)};
    const double *shape = mien_lua_numbers(L, 4, caller, &rank);
    luaL_argcheck(L, rank >= 2 && rank <= MIEN_ONNX_RANK, 4, "2 to 8 sizes are needed");
    struct mien_onnx_job job = {
        .rows = (size_t)shape[0], .rank = (int)rank, .fill = fill_numbers, .context = &numbers};
    read_job(L, 5, caller, *net, &job);
    numbers.width = 1;
    for (size_t i = 1; i < rank; i++) {
        luaL_argcheck(L, shape[i] >= 1 && shape[i] <= (double)count, 4, "sizes do not fit the numbers");
        job.size[i] = (size_t)shape[i];
        numbers.width *= job.size[i];
        luaL_argcheck(L, numbers.width <= count, 4, "sizes do not fit the numbers");
    }
    luaL_argcheck(L, job.rows > 0 && job.rows * numbers.width == count, 4, "sizes do not fit the numbers");
    numbers.scales = job.size[rank - 1];
    numbers.mean = push_scale(L, 5, "mean", caller, numbers.scales);
    numbers.sd = push_scale(L, 5, "sd", caller, numbers.scales);
    return run_job(L, 5, caller, *net, &job, 1);
}

/* Sizes and steps of the layout, such as "ncthw"; false where it is none. */
static bool lay_out(const char *layout, const struct mien_clip_shape *shape, struct pictures *pictures,
                    struct mien_onnx_job *job)
{
    static const char letters[] = "cthw";
    const size_t sizes[] = {pictures->channels, shape->frames, shape->height, shape->width};
    size_t rank = strlen(layout), step = 1;
    if (rank < 3 || rank > 5 || layout[0] != 'n')
        return false;
    for (size_t i = rank - 1; i > 0; i--) {
        const char *letter = strchr(letters, layout[i]);
        if (!letter)
            return false;
        job->size[i] = sizes[letter - letters];
        pictures->step[letter - letters] = step;
        step *= job->size[i];
    }
    job->rank = (int)rank;
    pictures->width = step;
    pictures->per = strchr(layout, 't') ? 1 : shape->frames;
    return true;
}

/* run_clips(caller, network, Clips, layout, options) -> columns, one row per clip. A layout without t gives
 * every picture by itself and the mean over a clip's. options as above with channels (1 luma, 2 luma and
 * motion, 3 luma three times); mean and sd have one number for each channel. */
static int onnx_run_clips(lua_State *L)
{
    lua_settop(L, 5);
    const char *caller = luaL_checkstring(L, 1), *layout = luaL_checkstring(L, 4);
    struct mien_onnx **net = luaL_checkudata(L, 2, NETWORK);
    struct pictures pictures = {.set = mien_lua_check_clips(L, 3, caller)};
    struct mien_onnx_job job = {.fill = fill_pictures, .context = &pictures};
    pictures.channels = (size_t)mien_lua_option_integer(L, 5, caller, "channels", 1, 1, MOST_CHANNELS);
    read_job(L, 5, caller, *net, &job);
    luaL_argcheck(L, lay_out(layout, &pictures.set->shape, &pictures, &job), 4, "no such layout");
    job.rows = pictures.set->count * pictures.per;
    pictures.mean = push_scale(L, 5, "mean", caller, pictures.channels);
    pictures.sd = push_scale(L, 5, "sd", caller, pictures.channels);
    return run_job(L, 5, caller, *net, &job, pictures.per);
}

int luaopen_mien_onnx(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"open", onnx_open}, {"run_numbers", onnx_run_numbers}, {"run_clips", onnx_run_clips}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
