/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lua/measure_dynamics.h"

#include "lua/lua_util.h"
#include "measure/blinks.h"
#include "measure/dynamics.h"
#include "measure/fatigue.h"
#include "measure/repetitions.h"

#include <math.h>
#include <string.h>

#define BLINKS "mien.blinks.raw"
#define REPETITIONS "mien.repetitions.raw"

/* ---- Arguments ---- */

/* Time and values at 1 and 2; the caller's name is at 3 and the options at 4. */
struct arguments {
    const double *time, *x;
    size_t count;
    const char *caller;
};

static struct arguments check_arguments(lua_State *L)
{
    lua_settop(L, 4);
    struct arguments a = {.caller = luaL_checkstring(L, 3)};
    size_t values;
    a.time = mien_lua_numbers(L, 1, lua_pushfstring(L, "%s: time", a.caller), &a.count);
    a.x = mien_lua_numbers(L, 2, lua_pushfstring(L, "%s: the series", a.caller), &values);
    if (a.count != values)
        luaL_error(L, "%s: time has %d values, the series %d", a.caller, (int)a.count, (int)values);
    for (size_t i = 0; i < a.count; i++)
        if (isnan(a.time[i]) || (i > 0 && !(a.time[i] > a.time[i - 1])))
            luaL_error(L, "%s: time must rise from frame to frame, but does not at row %d", a.caller,
                       (int)i + 1);
    return a;
}

static double number_field(lua_State *L, const char *name)
{
    lua_getfield(L, 4, name);
    double value = lua_isnil(L, -1) ? NAN : luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static struct mien_window window_field(lua_State *L, const char *name)
{
    struct mien_window window = {NAN, NAN};
    if (lua_getfield(L, 4, name) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        window = (struct mien_window){luaL_checknumber(L, -2), luaL_checknumber(L, -1)};
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return window;
}

/* A series beside the first; it stays on the stack, so that its numbers live. */
static const double *series_field(lua_State *L, const struct arguments *a, const char *name)
{
    size_t count;
    if (lua_getfield(L, 4, name) == LUA_TNIL)
        return NULL;
    int index = lua_gettop(L);
    const double *values = mien_lua_numbers(L, index, lua_pushfstring(L, "%s: %s", a->caller, name), &count);
    if (count != a->count)
        luaL_error(L, "%s: time has %d values, %s %d", a->caller, (int)a->count, name, (int)count);
    return values;
}

static int out_of_memory(lua_State *L, const struct arguments *a)
{
    return luaL_error(L, "%s: out of memory", a->caller);
}

/* ---- Blinks ---- */

static int blinks_free(lua_State *L)
{
    mien_blinks_clear(luaL_checkudata(L, 1, BLINKS));
    return 0;
}

static int repetitions_free(lua_State *L)
{
    mien_repetitions_clear(luaL_checkudata(L, 1, REPETITIONS));
    return 0;
}

/* Pushes zeroed memory that is cleared when Lua no longer needs it. */
static void *push_cleared(lua_State *L, size_t size, const char *type, lua_CFunction clear)
{
    void *memory = lua_newuserdatauv(L, size, 0);
    memset(memory, 0, size);
    if (luaL_newmetatable(L, type)) {
        lua_pushcfunction(L, clear);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return memory;
}

/* blinks(time, opening, caller, {least =, complete =, shortest =, longest =, other =}) -> frame, rate,
 * seconds. With other the opening is the left eye's and other the right one's; eyes is 0 for both, 1 left, 2
 * right. */
static int blinks(lua_State *L)
{
    static const char *const names[] = {"eyes",     "start", "deepest",      "end",      "duration",
                                        "baseline", "depth", "completeness", "complete", "closing",
                                        "opening",  "left",  "right"};
    enum { COLUMNS = sizeof names / sizeof *names };
    struct arguments a = check_arguments(L);
    struct mien_blink_options options = {number_field(L, "least"), number_field(L, "complete"),
                                         number_field(L, "shortest"), number_field(L, "longest")};
    const double *other = series_field(L, &a, "other");
    struct mien_blinks *found = push_cleared(L, sizeof *found, BLINKS, blinks_free);
    if ((other ? mien_blinks_of_eyes(a.time, a.x, other, a.count, &options, found)
               : mien_blinks_find(a.time, a.x, a.count, &options, found)) != 0)
        return out_of_memory(L, &a);
    double *columns[COLUMNS];
    luaL_checkstack(L, COLUMNS + 8, "too many columns");
    for (int c = 0; c < COLUMNS; c++)
        columns[c] = mien_lua_push_numbers(L, found->count);
    for (size_t i = 0; i < found->count; i++) {
        const struct mien_blink *b = &found->list[i];
        const double row[COLUMNS] = {(double)b->eyes, b->start, b->deepest,      b->end,      b->duration,
                                     b->baseline,     b->depth, b->completeness, b->complete, b->closing,
                                     b->opening,      b->left,  b->right};
        for (int c = 0; c < COLUMNS; c++)
            columns[c][i] = row[c];
    }
    mien_lua_push_frame(L, names, COLUMNS);
    lua_pushnumber(L, found->rate);
    lua_pushnumber(L, found->seconds);
    return 3;
}

static int blink_defaults(lua_State *L)
{
    lua_createtable(L, 0, 4);
    mien_lua_set_number(L, "least", mien_blink_defaults.least);
    mien_lua_set_number(L, "complete", mien_blink_defaults.complete);
    mien_lua_set_number(L, "shortest", mien_blink_defaults.shortest);
    mien_lua_set_number(L, "longest", mien_blink_defaults.longest);
    return 1;
}

/* ---- Movements ---- */

enum { FIELDS = 15 };
static const char *const dynamics_names[FIELDS] = {
    "baseline",      "amplitude",     "onset",          "apex",       "offset",
    "time_to_peak",  "duration",      "onset_duration", "hold",       "offset_duration",
    "velocity_rise", "velocity_fall", "velocity_ratio", "smoothness", "irregularity"};

static void dynamics_values(const struct mien_dynamics *d, double out[FIELDS])
{
    const double values[FIELDS] = {d->baseline,       d->amplitude,       d->onset,         d->apex,
                                   d->offset,         d->time_to_peak,    d->duration,      d->onset_duration,
                                   d->hold,           d->offset_duration, d->velocity_rise, d->velocity_fall,
                                   d->velocity_ratio, d->smoothness,      d->irregularity};
    memcpy(out, values, sizeof values);
}

/* dynamics(time, x, caller, {baseline =, half_width =}) -> table */
static int dynamics(lua_State *L)
{
    struct arguments a = check_arguments(L);
    struct mien_dynamics_options options = {number_field(L, "baseline"), number_field(L, "half_width")};
    struct mien_dynamics d;
    double values[FIELDS];
    if (mien_dynamics(a.time, a.x, a.count, &options, &d) != 0)
        return out_of_memory(L, &a);
    dynamics_values(&d, values);
    lua_createtable(L, 0, FIELDS);
    for (int i = 0; i < FIELDS; i++)
        mien_lua_set_number(L, dynamics_names[i], values[i]);
    return 1;
}

static void set_slope(lua_State *L, const struct mien_slope *line)
{
    mien_lua_set_number(L, "slope", line->slope);
    lua_createtable(L, 2, 0);
    lua_pushnumber(L, line->low);
    lua_rawseti(L, -2, 1);
    lua_pushnumber(L, line->high);
    lua_rawseti(L, -2, 2);
    lua_setfield(L, -2, "slope_ci");
}

/* repetitions(time, x, caller, {baseline =, half_width =, least =}) -> frame, {decrement =,
 * decrement_line =, slope =, slope_ci =} */
static int repetitions(lua_State *L)
{
    enum { COLUMNS = FIELDS + 3 };
    const char *names[COLUMNS] = {"repetition", "period"};
    memcpy(names + 2, dynamics_names, sizeof dynamics_names);
    names[COLUMNS - 1] = "amplitude_held";
    struct arguments a = check_arguments(L);
    struct mien_repetition_options options = {number_field(L, "baseline"), number_field(L, "half_width"),
                                              number_field(L, "least")};
    struct mien_repetitions *found = push_cleared(L, sizeof *found, REPETITIONS, repetitions_free);
    if (mien_repetitions_find(a.time, a.x, a.count, &options, found) != 0)
        return out_of_memory(L, &a);
    luaL_checkstack(L, COLUMNS + 8, "too many columns");
    double *columns[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        columns[c] = mien_lua_push_numbers(L, found->count);
    for (size_t i = 0; i < found->count; i++) {
        double values[FIELDS];
        dynamics_values(&found->list[i].movement, values);
        columns[0][i] = (double)i + 1;
        columns[1][i] = found->list[i].period;
        for (int c = 0; c < FIELDS; c++)
            columns[c + 2][i] = values[c];
        columns[COLUMNS - 1][i] = found->list[i].held;
    }
    mien_lua_push_frame(L, names, COLUMNS);
    lua_createtable(L, 0, 4);
    mien_lua_set_number(L, "decrement", found->decrement);
    mien_lua_set_number(L, "decrement_line", found->decrement_line);
    set_slope(L, &found->line);
    return 2;
}

/* ---- Fatigue ---- */

/* The spells start[i] to end[i] of the columns mask_start and mask_end; they stay on the stack. */
static const struct mien_window *push_masks(lua_State *L, const struct arguments *a, size_t *count)
{
    size_t starts = 0, ends = 0;
    *count = 0;
    if (lua_getfield(L, 4, "mask_start") == LUA_TNIL)
        return NULL;
    const double *start = mien_lua_numbers(L, lua_gettop(L), a->caller, &starts);
    lua_getfield(L, 4, "mask_end");
    const double *end = mien_lua_numbers(L, lua_gettop(L), a->caller, &ends);
    if (starts != ends)
        luaL_error(L, "%s: blinks: start and end must be as long as each other", a->caller);
    struct mien_window *masks = lua_newuserdatauv(L, (starts + 1) * sizeof *masks, 0);
    double margin = number_field(L, "mask_margin");
    for (size_t i = 0; i < starts; i++)
        masks[i] = (struct mien_window){start[i] - margin, end[i] + margin};
    *count = starts;
    return masks;
}

static void set_count(lua_State *L, const char *name, size_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

static void set_known(lua_State *L, const char *name, double value)
{
    if (!isnan(value))
        mien_lua_set_number(L, name, value);
}

static void push_fatigue(lua_State *L, const struct mien_fatigue *f)
{
    const struct {
        const char *name;
        double value;
    } fields[] = {{"baseline", f->baseline},
                  {"final", f->final},
                  {"decrement", f->decrement},
                  {"half_time", f->half_time},
                  {"time_to_criterion", f->time_to_criterion},
                  {"mean_loss", f->mean_loss},
                  {"intercept", f->line.intercept}};
    lua_createtable(L, 0, 32);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mien_lua_set_number(L, fields[i].name, fields[i].value);
    set_slope(L, &f->line);
    if (!isnan(f->criterion) && !isnan(f->time_to_criterion))
        mien_lua_set_boolean(L, "censored", f->censored);
    set_known(L, "criterion", f->criterion);
    set_known(L, "recovered", f->recovered);
    set_known(L, "recovery", f->recovery);
    set_known(L, "gaze_baseline", f->gaze_baseline);
    set_known(L, "gaze_final", f->gaze_final);
    set_known(L, "gaze_least", f->gaze_least);
    set_known(L, "brow_change", f->brow_change);
    set_known(L, "brow_r", f->brow_r);
    set_count(L, "frames", f->frames);
    set_count(L, "used", f->used);
    set_count(L, "missing", f->missing);
    set_count(L, "masked", f->masked);
    set_count(L, "flagged", f->flagged);
    set_count(L, "gaze_unknown", f->gaze_unknown);
    lua_createtable(L, 0, 5);
    mien_lua_set_number(L, "baseline", f->decay.baseline);
    mien_lua_set_number(L, "loss", f->decay.loss);
    mien_lua_set_number(L, "tau", f->decay.tau);
    mien_lua_set_number(L, "error", f->decay.error);
    if (f->decay.why)
        mien_lua_set_text(L, "note", f->decay.why);
    lua_setfield(L, -2, "fit");
}

/* fatigue(time, x, caller, options) -> table */
static int fatigue(lua_State *L)
{
    struct arguments a = check_arguments(L);
    struct mien_fatigue_options options = {
        .baseline = window_field(L, "baseline"),
        .recovery = window_field(L, "recovery"),
        .final = number_field(L, "final"),
        .stop = number_field(L, "stop"),
        .criterion = number_field(L, "criterion"),
        .criterion_loss = number_field(L, "criterion_loss"),
        .criterion_loss_mm = number_field(L, "criterion_loss_mm"),
        .hold = number_field(L, "hold"),
        .gaze_least = number_field(L, "gaze_least"),
        .gaze_share = number_field(L, "gaze_share"),
    };
    options.gaze = series_field(L, &a, "gaze");
    options.brow = series_field(L, &a, "brow");
    options.masks = push_masks(L, &a, &options.mask_count);
    struct mien_fatigue f;
    if (mien_fatigue(a.time, a.x, a.count, &options, &f) != 0)
        return luaL_error(L, "%s: out of memory, or a task of more than %d seconds", a.caller,
                          (int)MIEN_SLOPE_MOST);
    push_fatigue(L, &f);
    return 1;
}

const luaL_Reg mien_measure_dynamics_functions[] = {
    {"core_blinks", blinks},     {"core_blink_defaults", blink_defaults},
    {"core_dynamics", dynamics}, {"core_repetitions", repetitions},
    {"core_fatigue", fatigue},   {NULL, NULL}};
