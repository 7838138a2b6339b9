/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The classical learners, for lua/model/classical.lua, which checks what users give.
 */
#include "base/quantile.h"
#include "base/random.h"
#include "lua/lua_util.h"
#include "lua/model_parts.h"
#include "lua/progress_bar.h"
#include "model/learner.h"

#include <math.h>
#include <string.h>

#define MATRIX "mien.model.matrix"
#define LEARNER "mien.model.learner"

/* Rows of participants, columns of measures, row after row; its user value is the array of names. */
struct matrix {
    size_t rows, columns;
    double x[];
};

static struct matrix *push_matrix(lua_State *L, size_t rows, size_t columns)
{
    luaL_argcheck(L, columns <= MIEN_LEARNER_COLUMNS_MOST && rows <= 10000000, 1, "is too large");
    struct matrix *matrix = lua_newuserdatauv(L, sizeof *matrix + rows * columns * sizeof(double), 1);
    matrix->rows = rows;
    matrix->columns = columns;
    luaL_newmetatable(L, MATRIX);
    lua_setmetatable(L, -2);
    return matrix;
}

/* (columns, names): arrays of number columns of equal length and of their names -> matrix */
static int matrix_new(lua_State *L)
{
    size_t columns = mien_lua_length(L, 1, "model: columns"), rows = 0, count;
    size_t names = mien_lua_length(L, 2, "model: names");
    luaL_argcheck(L, columns == names && columns > 0, 2, "must be as many as there are columns");
    lua_rawgeti(L, 1, 1);
    mien_lua_numbers(L, -1, "model: a measure", &rows);
    lua_settop(L, 2);
    struct matrix *matrix = push_matrix(L, rows, columns);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 3, 1);
    for (size_t j = 0; j < columns; j++) {
        lua_rawgeti(L, 1, (lua_Integer)j + 1);
        const double *values = mien_lua_numbers(L, -1, "model: a measure", &count);
        luaL_argcheck(L, count == rows, 1, "must hold columns of one length");
        for (size_t i = 0; i < rows; i++)
            matrix->x[i * columns + j] = values[i];
        lua_settop(L, 3);
    }
    return 1;
}

/* The array of row numbers at index, each less 1, in scratch that stays on the stack. */
static size_t *read_rows(lua_State *L, int index, const struct matrix *matrix, size_t *count)
{
    size_t n = mien_lua_length(L, index, "model: rows");
    size_t *rows = lua_newuserdatauv(L, (n + 1) * sizeof *rows, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        lua_Integer row = luaL_checkinteger(L, -1);
        luaL_argcheck(L, row >= 1 && (size_t)row <= matrix->rows, index, "must be rows of the matrix");
        rows[i] = (size_t)row - 1;
        lua_pop(L, 1);
    }
    *count = n;
    return rows;
}

/* Those rows of the matrix, in scratch that stays on the stack. */
static double *take_rows(lua_State *L, const struct matrix *matrix, const size_t *rows, size_t count)
{
    double *x = lua_newuserdatauv(L, (count * matrix->columns + 1) * sizeof *x, 0);
    for (size_t i = 0; i < count; i++)
        memcpy(x + i * matrix->columns, matrix->x + rows[i] * matrix->columns, matrix->columns * sizeof *x);
    return x;
}

/* ---- Learners ---- */

static int learner_free(lua_State *L)
{
    struct mien_learner **learner = luaL_checkudata(L, 1, LEARNER);
    mien_learner_free(*learner);
    *learner = NULL;
    return 0;
}

static const struct mien_learner *check_learner(lua_State *L, int index)
{
    struct mien_learner **learner = luaL_checkudata(L, index, LEARNER);
    luaL_argcheck(L, *learner, index, "is no learner");
    return *learner;
}

static const char *const kinds[] = {"logistic", "svm", "svm_rbf", "forest", NULL};

static void read_design(lua_State *L, int index, struct mien_learner_design *design)
{
    static const char caller[] = "model";
    design->kind = (enum mien_learner_kind)mien_lua_option_choice(L, index, caller, "kind", 0, kinds);
    design->alpha = mien_lua_option_number(L, index, caller, "alpha", 0.5, 0, 1);
    design->lambda = mien_lua_option_number(L, index, caller, "lambda", -1, -1, 1e6);
    design->cost = mien_lua_option_number(L, index, caller, "cost", 1, 1e-6, 1e6);
    design->gamma = mien_lua_option_number(L, index, caller, "gamma", 1, 1e-6, 1e6);
    design->trees = (unsigned)mien_lua_option_integer(L, index, caller, "trees", 300, 1, 5000);
    design->tried = mien_lua_option_number(L, index, caller, "tried", 0, 0, 1);
    design->leaf = (unsigned)mien_lua_option_integer(L, index, caller, "leaf", 3, 1, 1000);
    design->folds = (unsigned)mien_lua_option_integer(L, index, caller, "inner_folds", 5, 2, 1000);
    design->balanced = mien_lua_option_boolean(L, index, caller, "balanced", true);
    design->most_missing = mien_lua_option_number(L, index, caller, "most_missing", 0.2, 0, 1);
    design->seed = (uint64_t)mien_lua_option_integer(L, index, caller, "seed", 1, LONG_MIN, LONG_MAX);
}

/* Matrix at 1, rows at 2, levels of these rows (from 0) at 3, how many levels there are at 4. What it points
 * to stays on the stack. */
static struct mien_learner_data read_data(lua_State *L)
{
    struct matrix *matrix = luaL_checkudata(L, 1, MATRIX);
    size_t count, levels, names;
    const double *level = mien_lua_numbers(L, 3, "model: levels", &levels);
    lua_Integer most = luaL_checkinteger(L, 4);
    luaL_argcheck(L, most >= 2 && most <= MIEN_LEVELS_MOST, 4, "must be 2 to 16");
    size_t *rows = read_rows(L, 2, matrix, &count);
    luaL_argcheck(L, levels == count, 3, "must be as many as there are rows");
    unsigned *own = lua_newuserdatauv(L, (count + 1) * sizeof *own, 0);
    for (size_t i = 0; i < count; i++) {
        luaL_argcheck(L, level[i] >= 0 && level[i] < (double)most, 3, "must be below the number of levels");
        own[i] = (unsigned)level[i];
    }
    lua_getiuservalue(L, 1, 1);
    const char *const *texts = mien_lua_texts(L, lua_gettop(L), "model: names", &names);
    return (struct mien_learner_data){.x = take_rows(L, matrix, rows, count),
                                      .rows = count,
                                      .columns = matrix->columns,
                                      .level = own,
                                      .levels = (unsigned)most,
                                      .names = texts};
}

/* (matrix, rows, levels, how many, design) -> learner | nil, message, code */
static int learner_fit(lua_State *L)
{
    struct mien_learner_design design;
    struct mien_error error;
    read_design(L, 5, &design);
    luaL_checkstack(L, 10, NULL);
    struct mien_learner_data data = read_data(L);
    struct mien_learner **learner = mien_lua_push_owner(L, LEARNER, learner_free);
    if (mien_learner_fit(&data, &design, learner, &error) != MIEN_OK)
        return mien_lua_fail(L, "model.fit", &error);
    return 1;
}

/* rows x width numbers as an array of arrays. */
static void push_rows(lua_State *L, const double *values, size_t rows, size_t width)
{
    lua_createtable(L, (int)rows, 0);
    for (size_t i = 0; i < rows; i++) {
        lua_createtable(L, (int)width, 0);
        for (size_t k = 0; k < width; k++) {
            lua_pushnumber(L, values[i * width + k]);
            lua_rawseti(L, -2, (lua_Integer)k + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Moves the values of the columns listed at index round among the rows, in an order that the seed decides;
 * the columns of a row stay together. */
static void shuffle_columns(lua_State *L, int index, lua_Integer seed, double *x, size_t rows, size_t columns)
{
    size_t width = mien_lua_length(L, index, "model: columns");
    size_t *order = lua_newuserdatauv(L, (rows + 1) * sizeof *order, 0);
    double *kept = lua_newuserdatauv(L, (rows + 1) * sizeof *kept, 0);
    struct mien_random random;
    mien_random_seed(&random, (uint64_t)seed);
    for (size_t i = 0; i < rows; i++)
        order[i] = i;
    for (size_t i = rows; i > 1; i--) {
        size_t other = mien_random_below(&random, i), last = order[i - 1];
        order[i - 1] = order[other];
        order[other] = last;
    }
    for (size_t k = 0; k < width; k++) {
        lua_rawgeti(L, index, (lua_Integer)k + 1);
        lua_Integer column = luaL_checkinteger(L, -1);
        luaL_argcheck(L, column >= 1 && (size_t)column <= columns, index, "must be columns of the matrix");
        lua_pop(L, 1);
        double *at = x + column - 1;
        for (size_t i = 0; i < rows; i++)
            kept[i] = at[order[i] * columns];
        for (size_t i = 0; i < rows; i++)
            at[i * columns] = kept[i];
    }
}

/* (learner, matrix, rows [, columns, seed]) -> array with one array of P(level >= k) per row; with columns,
 * after the values of these have changed places among the rows */
static int learner_scores(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 1);
    luaL_checkstack(L, 12, NULL);
    lua_settop(L, 5);
    struct matrix *matrix = luaL_checkudata(L, 2, MATRIX);
    size_t count, cuts = mien_learner_levels(learner) - 1;
    luaL_argcheck(L, matrix->columns == mien_learner_preparation(learner)->columns, 2,
                  "must have the learner's measures");
    size_t *rows = read_rows(L, 3, matrix, &count);
    double *x = take_rows(L, matrix, rows, count);
    if (!lua_isnoneornil(L, 4))
        shuffle_columns(L, 4, luaL_checkinteger(L, 5), x, count, matrix->columns);
    double *probability = lua_newuserdatauv(L, (count * cuts + 1) * sizeof *probability, 0);
    struct mien_error error;
    if (mien_learner_score(learner, x, count, probability, &error) != MIEN_OK)
        return mien_lua_fail(L, "model.fit", &error);
    push_rows(L, probability, count, cuts);
    return 1;
}

/* (learner) -> what it is */
static int learner_about(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 1);
    const struct mien_preparation *p = mien_learner_preparation(learner);
    const struct mien_learner_design *design = mien_learner_design(learner);
    const char *const *names = mien_learner_names(learner);
    lua_newtable(L);
    mien_lua_set_text(L, "kind", kinds[design->kind]);
    mien_lua_set_number(L, "levels", mien_learner_levels(learner));
    mien_lua_set_number(L, "alpha", design->alpha);
    mien_lua_set_number(L, "lambda", mien_learner_lambda(learner));
    mien_lua_set_boolean(L, "converged", mien_learner_converged(learner));
    mien_lua_set_number(L, "cost", design->cost);
    mien_lua_set_number(L, "gamma", design->gamma);
    mien_lua_set_number(L, "trees", design->trees);
    mien_lua_set_number(L, "tried", design->tried);
    mien_lua_set_number(L, "leaf", design->leaf);
    mien_lua_set_boolean(L, "balanced", design->balanced);
    mien_lua_set_number(L, "used", (double)p->kept);
    mien_lua_set_number(L, "missing", (double)p->missing);
    mien_lua_set_number(L, "constant", (double)p->constant);
    lua_createtable(L, (int)p->columns, 0);
    for (size_t j = 0; j < p->columns; j++) {
        lua_pushstring(L, names[j]);
        lua_rawseti(L, -2, (lua_Integer)j + 1);
    }
    lua_setfield(L, -2, "names");
    return 1;
}

/* (learner) -> out-of-bag probabilities of its training rows, as scores; nil where there are none */
static int learner_out_of_bag(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 1);
    size_t rows;
    const double *values = mien_learner_out_of_bag(learner, &rows);
    if (!values)
        return 0;
    push_rows(L, values, rows, mien_learner_levels(learner) - 1);
    return 1;
}

/* (learner) -> number column; nil where this kind has none */
static int learner_coefficients(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 1);
    double *values = mien_lua_push_numbers(L, mien_learner_preparation(learner)->columns);
    return mien_learner_coefficients(learner, values) ? 1 : 0;
}

/* Percentiles of one column of replicates, and the fraction that is not 0. */
static void summarise(const double *drawn, size_t replicates, size_t columns, size_t j, double conf,
                      double *work, double *low, double *high, double *selected)
{
    size_t used = 0;
    for (size_t r = 0; r < replicates; r++) {
        work[r] = drawn[r * columns + j];
        if (isnan(work[r]))
            return;
        used += work[r] != 0;
    }
    mien_sort_numbers(work, replicates);
    low[j] = mien_quantile_sorted(work, replicates, (1 - conf) / 2);
    high[j] = mien_quantile_sorted(work, replicates, 1 - (1 - conf) / 2);
    selected[j] = (double)used / (double)replicates;
}

/* (matrix, rows, levels, how many, learner, replicates, seed, conf, bar) -> low, high, selected: number
 * columns */
static int learner_bootstrap(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 5);
    lua_Integer replicates = luaL_checkinteger(L, 6), seed = luaL_checkinteger(L, 7);
    double conf = luaL_checknumber(L, 8);
    bool show = lua_toboolean(L, 9);
    luaL_argcheck(L, replicates >= 1 && replicates <= 100000, 6, "must be 1 to 100000");
    luaL_checkstack(L, 12, NULL);
    struct mien_learner_data data = read_data(L);
    size_t columns = data.columns, count = (size_t)replicates;
    double *drawn = lua_newuserdatauv(L, (count * columns + count) * sizeof *drawn, 0);
    struct mien_progress_bar bar;
    struct mien_progress progress = mien_progress_bar_start(&bar, show);
    struct mien_error error;
    enum mien_status status =
        mien_learner_bootstrap(learner, &data, count, (uint64_t)seed, &progress, drawn, &error);
    mien_progress_bar_end(&bar);
    if (status != MIEN_OK)
        return mien_lua_fail(L, "model.coefficients", &error);
    double *low = mien_lua_push_numbers(L, columns), *high = mien_lua_push_numbers(L, columns);
    double *selected = mien_lua_push_numbers(L, columns);
    for (size_t j = 0; j < columns; j++)
        summarise(drawn, count, columns, j, conf, drawn + count * columns, low, high, selected);
    return 3;
}

/* (learner) -> bytes */
static int learner_bytes(lua_State *L)
{
    const struct mien_learner *learner = check_learner(L, 1);
    struct mien_text *text = mien_lua_push_text(L);
    if (mien_learner_write(learner, text) != 0)
        return luaL_error(L, "out of memory");
    lua_pushlstring(L, text->bytes, text->length);
    return 1;
}

/* (bytes) -> learner | nil, message, code */
static int learner_read(lua_State *L)
{
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    struct mien_learner **learner = mien_lua_push_owner(L, LEARNER, learner_free);
    struct mien_error error;
    if (mien_learner_read(bytes, size, learner, &error) != MIEN_OK)
        return mien_lua_fail(L, "model.load", &error);
    return 1;
}

void mien_lua_model_learner(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"matrix", matrix_new},
        {"learner_fit", learner_fit},
        {"learner_scores", learner_scores},
        {"learner_about", learner_about},
        {"learner_out_of_bag", learner_out_of_bag},
        {"learner_coefficients", learner_coefficients},
        {"learner_bootstrap", learner_bootstrap},
        {"learner_bytes", learner_bytes},
        {"learner_read", learner_read},
        {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
}
