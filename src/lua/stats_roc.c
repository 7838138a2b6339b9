/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stats module: ROC curves. A result is a table of plain fields; the curve behind it, from which at and
 * df are answered, is a userdata that a table in the registry with weak keys finds by the result.
 */
#include "lua/stats_common.h"
#include "lua/stats_label.h"
#include "stats/roc.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CURVE "mien.roc.curve"
#define CURVES "mien.roc.curves"

/* A curve and the rows it came from, which a paired test needs. */
struct curve {
    struct mien_roc roc;
    double *score;
    signed char *label;
    size_t count;
    double conf;
};

static int curve_free(lua_State *L)
{
    struct curve *curve = luaL_checkudata(L, 1, CURVE);
    mien_roc_clear(&curve->roc);
    free(curve->score);
    free(curve->label);
    *curve = (struct curve){0};
    return 0;
}

static struct curve *push_curve(lua_State *L)
{
    struct curve *curve = lua_newuserdatauv(L, sizeof *curve, 0);
    *curve = (struct curve){0};
    if (luaL_newmetatable(L, CURVE)) {
        lua_pushcfunction(L, curve_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return curve;
}

/* Pushes the table that leads from results to curves. */
static void push_curves(lua_State *L)
{
    if (luaL_getsubtable(L, LUA_REGISTRYINDEX, CURVES))
        return;
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
}

static const struct curve *check_curve(lua_State *L, int index, const char *what)
{
    index = lua_absindex(L, index);
    push_curves(L);
    lua_pushvalue(L, index);
    lua_rawget(L, -2);
    const struct curve *curve = luaL_testudata(L, -1, CURVE);
    if (!curve)
        luaL_error(L, "%s must be a result of stats.roc, not a %s", what, luaL_typename(L, index));
    lua_pop(L, 2);
    return curve;
}

/* ---- Fields of one point ---- */

static void set_proportion(lua_State *L, const char *name, double part, double whole, double conf)
{
    char name_ci[32];
    mien_lua_set_number(L, name, whole > 0 ? part / whole : NAN);
    strcpy(name_ci, name);
    strcat(name_ci, "_ci");
    mien_stats_set_interval(L, name_ci, mien_wilson(part, whole, conf));
}

static void set_point(lua_State *L, const struct mien_roc *roc, size_t point, double threshold, double conf)
{
    double tp = (double)roc->true_positives[point], fp = (double)roc->false_positives[point];
    double positives = (double)roc->positives, negatives = (double)roc->negatives;
    double tn = negatives - fp, fn = positives - tp;
    mien_lua_set_number(L, "threshold", threshold);
    set_proportion(L, "sensitivity", tp, positives, conf);
    set_proportion(L, "specificity", tn, negatives, conf);
    set_proportion(L, "accuracy", tp + tn, positives + negatives, conf);
    set_proportion(L, "ppv", tp, tp + fp, conf);
    set_proportion(L, "npv", tn, tn + fn, conf);
    const struct {
        const char *name;
        double count;
    } counts[] = {{"tp", tp}, {"fp", fp}, {"tn", tn}, {"fn", fn}};
    for (size_t i = 0; i < 4; i++) {
        lua_pushinteger(L, (lua_Integer)counts[i].count);
        lua_setfield(L, -2, counts[i].name);
    }
}

/* ---- stats.roc ---- */

static const char *const interval_methods[] = {"delong", "logit", "hanley", "bootstrap", NULL};

static bool check_direction(lua_State *L, int index)
{
    static const char *const directions[] = {"higher", "lower", NULL};
    int direction = mien_lua_option_choice(L, index, "stats.roc", "direction", -1, directions);
    if (direction < 0)
        luaL_error(L, "stats.roc: direction must be given: \"higher\" where higher scores speak for the "
                      "positive group, \"lower\" where lower ones do");
    return direction == 0;
}

static struct mien_roc_interval_options check_interval(lua_State *L, int index)
{
    const char *function = "stats.roc";
    return (struct mien_roc_interval_options){
        .method = (enum mien_roc_method)mien_lua_option_choice(L, index, function, "ci", 0, interval_methods),
        .conf = mien_stats_option_conf(L, index, function),
        .seed = (uint64_t)mien_lua_option_integer(L, index, function, "seed", 1, 0, LONG_MAX),
        .replicates = (size_t)mien_lua_option_integer(L, index, function, "replicates", 2000, 2, 10000000)};
}

/* Copies the scores and makes the curve; the labels are there already. */
static enum mien_status fill_curve(struct curve *curve, const double *score, bool higher)
{
    curve->score = malloc((curve->count + 1) * sizeof *curve->score);
    if (!curve->score)
        return MIEN_ERR_MEMORY;
    if (curve->count > 0)
        memcpy(curve->score, score, curve->count * sizeof *score);
    return mien_roc_make(curve->score, curve->label, curve->count, higher, &curve->roc);
}

static void push_roc(lua_State *L, const struct curve *curve, const struct mien_roc_interval_options *options,
                     double se, struct mien_interval ci)
{
    const struct mien_roc *roc = &curve->roc;
    mien_stats_push_result(L, MIEN_ROC);
    mien_lua_set_number(L, "auc", roc->auc);
    mien_lua_set_number(L, "se", se);
    mien_stats_set_interval(L, "ci", ci);
    mien_lua_set_number(L, "conf", options->conf);
    mien_lua_set_text(L, "method", interval_methods[options->method]);
    mien_lua_set_text(L, "direction", roc->higher ? "higher" : "lower");
    mien_stats_set_counts(L, "n", (size_t[]){roc->positives, roc->negatives}, 2);
    lua_pushinteger(L, (lua_Integer)roc->dropped);
    lua_setfield(L, -2, "dropped");
    if (options->method == MIEN_ROC_BOOTSTRAP) {
        lua_pushinteger(L, (lua_Integer)options->seed);
        lua_setfield(L, -2, "seed");
        lua_pushinteger(L, (lua_Integer)options->replicates);
        lua_setfield(L, -2, "replicates");
    }
    size_t point = mien_roc_youden(roc);
    bool defined = !isnan(roc->auc);
    set_point(L, roc, point, defined ? roc->threshold[point] : NAN, options->conf);
}

/* Lets the result on top of the stack lead to the curve at index. */
static int remember_curve(lua_State *L, int index)
{
    push_curves(L);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, index);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return 1;
}

static int roc(lua_State *L)
{
    static const char *const allowed[] = {"positive", "direction", "ci", "conf", "seed", "replicates", NULL};
    lua_settop(L, 3);
    mien_lua_check_options(L, 3, "stats.roc", allowed);
    bool higher = check_direction(L, 3);
    struct mien_roc_interval_options options = check_interval(L, 3);
    size_t count;
    const double *score = mien_lua_numbers(L, 1, "stats.roc: score", &count);
    struct curve *curve = push_curve(L); /* score label options curve */
    curve->label = malloc(count + 1);
    if (!curve->label)
        return mien_stats_fail(L, "stats.roc", MIEN_ERR_MEMORY);
    curve->count = count;
    curve->conf = options.conf;
    mien_stats_read_labels(L, 2, 3, curve->label, count); /* ... curve positive negative */
    enum mien_status status = fill_curve(curve, score, higher);
    double se;
    struct mien_interval ci;
    if (status == MIEN_OK)
        status = mien_roc_interval(&curve->roc, &options, &se, &ci);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "stats.roc", status);
    push_roc(L, curve, &options, se, ci);
    lua_insert(L, -3); /* score label options curve result positive negative */
    lua_setfield(L, -3, "negative");
    lua_setfield(L, -2, "positive");
    return remember_curve(L, 4);
}

/* ---- Methods ---- */

static double check_share(lua_State *L, int index, const char *name)
{
    return mien_lua_option_number(L, index, "roc:at", name, NAN, 0, 1);
}

static int roc_at(lua_State *L)
{
    static const char *const allowed[] = {"threshold", "sensitivity", "specificity", NULL};
    lua_settop(L, 2);
    const struct curve *curve = check_curve(L, 1, "roc:at: the first argument");
    mien_lua_check_options(L, 2, "roc:at", allowed);
    double threshold = mien_lua_option_number(L, 2, "roc:at", "threshold", NAN, -HUGE_VAL, HUGE_VAL);
    double sensitivity = check_share(L, 2, "sensitivity"), specificity = check_share(L, 2, "specificity");
    if (!isnan(threshold) + !isnan(sensitivity) + !isnan(specificity) != 1)
        return luaL_error(L, "roc:at: give one of threshold, sensitivity and specificity, such as "
                             "r:at{sensitivity = 0.9}");
    size_t point;
    if (!isnan(threshold))
        point = mien_roc_at_threshold(&curve->roc, threshold);
    else if (!isnan(sensitivity))
        point = mien_roc_at_sensitivity(&curve->roc, sensitivity);
    else
        point = mien_roc_at_specificity(&curve->roc, specificity);
    mien_stats_push_result(L, MIEN_ROC_POINT);
    set_point(L, &curve->roc, point, isnan(threshold) ? curve->roc.threshold[point] : threshold, curve->conf);
    mien_lua_set_number(L, "conf", curve->conf);
    return 1;
}

static int roc_df(lua_State *L)
{
    static const char *const names[] = {"threshold", "sensitivity", "specificity", "accuracy", "ppv", "npv"};
    lua_settop(L, 1);
    const struct mien_roc *curve = &check_curve(L, 1, "roc:df: the first argument")->roc;
    double *columns[6];
    for (int i = 0; i < 6; i++)
        columns[i] = mien_lua_push_numbers(L, curve->points);
    double positives = (double)curve->positives, negatives = (double)curve->negatives;
    for (size_t i = 0; i < curve->points; i++) {
        double tp = (double)curve->true_positives[i], fp = (double)curve->false_positives[i];
        double tn = negatives - fp, fn = positives - tp;
        columns[0][i] = curve->threshold[i];
        columns[1][i] = tp / positives;
        columns[2][i] = tn / negatives;
        columns[3][i] = (tp + tn) / (positives + negatives);
        columns[4][i] = tp / (tp + fp);
        columns[5][i] = tn / (tn + fn);
    }
    mien_lua_push_frame(L, names, 6);
    return 1;
}

/* Evenly spaced specificities from 0 to 1, and the band there. */
static int roc_band(lua_State *L)
{
    static const char *const allowed[] = {"conf", "replicates", "seed", "places", NULL};
    static const char *const names[] = {"specificity", "sensitivity", "low", "high"};
    lua_settop(L, 2);
    const struct curve *curve = check_curve(L, 1, "roc:band: the first argument");
    mien_lua_check_options(L, 2, "roc:band", allowed);
    double conf = lua_isnil(L, 2) ? curve->conf : mien_stats_option_conf(L, 2, "roc:band");
    size_t replicates = (size_t)mien_lua_option_integer(L, 2, "roc:band", "replicates", 2000, 2, 1000000);
    uint64_t seed = (uint64_t)mien_lua_option_integer(L, 2, "roc:band", "seed", 1, 0, LONG_MAX);
    size_t places = (size_t)mien_lua_option_integer(L, 2, "roc:band", "places", 101, 2, 2001);
    double *columns[4];
    for (int i = 0; i < 4; i++)
        columns[i] = mien_lua_push_numbers(L, places);
    for (size_t i = 0; i < places; i++)
        columns[0][i] = (double)i / (double)(places - 1);
    enum mien_status status = mien_roc_band(&curve->roc, columns[0], places, conf, replicates, seed,
                                            columns[1], columns[2], columns[3]);
    if (status != MIEN_OK)
        return mien_stats_fail(L, "roc:band", status);
    mien_lua_push_frame(L, names, 4);
    return 1;
}

/* ---- stats.roc_test ---- */

static bool same_rows(const struct curve *a, const struct curve *b)
{
    return a->count == b->count && memcmp(a->label, b->label, a->count) == 0;
}

static int push_roc_test(lua_State *L, const struct mien_roc_test *test, bool paired, double conf,
                         enum mien_alternative alternative)
{
    mien_stats_push_result(L, MIEN_ROC_TEST);
    mien_lua_set_number(L, paired ? "z" : "t", test->statistic);
    mien_lua_set_number(L, "statistic", test->statistic);
    mien_lua_set_number(L, "df", test->df);
    mien_lua_set_number(L, "p", test->p);
    mien_lua_set_number(L, "diff", test->diff);
    mien_lua_set_number(L, "conf", conf);
    mien_stats_set_interval(L, "ci", test->ci);
    mien_stats_set_numbers(L, "auc", test->auc, 2);
    mien_stats_set_counts(L, "n", test->n, 2);
    lua_pushinteger(L, (lua_Integer)test->dropped);
    lua_setfield(L, -2, "dropped");
    mien_lua_set_boolean(L, "paired", paired);
    mien_lua_set_text(L, "method",
                      paired ? "DeLong's test of two scores of the same participants"
                             : "DeLong's test of two independent curves");
    mien_stats_set_alternative(L, alternative);
    mien_stats_set_note(L, test->why);
    return 1;
}

static int roc_test(lua_State *L)
{
    static const char *const allowed[] = {"paired", "alternative", "conf", NULL};
    const char *function = "stats.roc_test";
    lua_settop(L, 3);
    const struct curve *a = check_curve(L, 1, "stats.roc_test: a");
    const struct curve *b = check_curve(L, 2, "stats.roc_test: b");
    mien_lua_check_options(L, 3, function, allowed);
    double conf = mien_stats_option_conf(L, 3, function);
    enum mien_alternative alternative = mien_stats_option_alternative(L, 3, function);
    bool paired = mien_lua_option_boolean(L, 3, function, "paired", same_rows(a, b));
    if (paired && !same_rows(a, b))
        return luaL_error(L, "stats.roc_test: paired curves need the same labels in the same order");
    struct mien_roc_test test;
    enum mien_status status = MIEN_OK;
    if (paired) {
        status = mien_roc_test_paired(a->score, a->roc.higher, b->score, b->roc.higher, a->label, a->count,
                                      conf, alternative, &test);
    } else {
        test = mien_roc_test_unpaired(&a->roc, &b->roc, conf, alternative);
        test.dropped = a->roc.dropped + b->roc.dropped;
    }
    if (status != MIEN_OK)
        return mien_stats_fail(L, function, status);
    return push_roc_test(L, &test, paired, conf, alternative);
}

const luaL_Reg mien_stats_roc_functions[] = {{"roc", roc}, {"roc_test", roc_test}, {NULL, NULL}};
const luaL_Reg mien_stats_roc_methods[] = {
    {"roc_at", roc_at}, {"roc_df", roc_df}, {"roc_band", roc_band}, {NULL, NULL}};
