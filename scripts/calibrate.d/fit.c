/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fitting half of scripts/calibrate: weights of the features of each action-unit proxy.
 *   fit FOLDER        reads what draw.lua left there, writes src/measure/action_unit_weights.c to standard
 *                     output and what the proxies then say of the drawn faces to standard error
 *
 * Least squares with the published direction of each feature kept (a weight of the wrong sign becomes 0),
 * frames in which the unit is active counted more, and frames in which it is not counted only where the sum
 * is above 0, because a proxy is cut off there. Then each proxy is stretched so that a unit that is active
 * alone has slope 1.
 */
#include "measure/action_units.h"
#include "measure/measure.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 400, TURNS = 5, MOST_TERMS = 20, LINE = 1 << 16, MOST_CELLS = 400, ROUNDS = 12, SWEEPS = 400 };

static const double window[2] = {0, 0.4}; /* The neutral window of draw.lua's recordings, seconds. */
static const double active_counts = 6;    /* As many frames as one in which the unit is not active. */

/* Ridge, per frame, in squared interocular distances: what is more trembling than movement in the proxies of
 * lids and brows must not get large weights; lips move little and need them. */
static double stiffness_of(int unit)
{
    switch (unit) {
    case MIEN_AU4:
    case MIEN_AU5:
    case MIEN_AU7:
        return 3e-4;
    case MIEN_AU10:
        return 1e-5;
    case MIEN_AU23:
        return 4e-6;
    default:
        return 5e-5;
    }
}

static const double quiet = 0.03; /* A level below this is no movement. */

/* All that the simulator moves; those that have a proxy first, in the order of enum mien_unit. */
static const char *const sided_actions[] = {"au1",  "au2",  "au4",  "au5", "au7", "au10", "au12", "au15",
                                            "au20", "au23", "au43", "au6", "au9", "au17", "au18", "au34"};
static const char *const midline_actions[] = {"au25", "au26"};
enum { SIDED_ACTIONS = 16, ACTIONS = 2 * SIDED_ACTIONS + 2 };

static int action_place(int action, int side)
{
    return action < SIDED_ACTIONS ? 2 * action + side : SIDED_ACTIONS + action;
}

/* The action that a proxy stands for. */
static int action_of(int unit)
{
    return unit < MIEN_SIDED_UNITS ? unit : unit - MIEN_SIDED_UNITS + SIDED_ACTIONS;
}

struct sample {
    int identity;
    bool turned; /* Of a recording with the head turned and nothing moving. */
    double change[MIEN_FEATURES], level[ACTIONS];
};

static struct sample *samples;
static size_t sample_count, sample_room;

/* ---- What is allowed ---- */

#define UP 1, false
#define DOWN -1, false
#define FREE 0, false
#define OTHER_UP 1, true
#define OTHER_DOWN -1, true

static const struct allowed {
    int unit, feature, sign;
    bool other_side;
} allowed[] = {
#include "terms.h"
};
enum { ALLOWED = sizeof allowed / sizeof *allowed };

/* ---- Reading ---- */

static void die(const char *what, const char *path)
{
    fprintf(stderr, "fit: %s: %s\n", path, what);
    exit(1);
}

static int split(char *line, char **cells)
{
    int count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *cell = line; cell && count < MOST_CELLS; count++) {
        cells[count] = cell;
        cell = strchr(cell, ',');
        if (cell)
            *cell++ = '\0';
    }
    return count;
}

static int column_of(const char *name, int side, char **names, int count)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, side < 0 ? "%s" : side == MIEN_LEFT ? "%s_l" : "%s_r", name);
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], wanted) == 0)
            return i;
    return -1;
}

/* Levels of all actions, ACTIONS per frame. */
static void read_levels(const char *path, double *levels, size_t frames)
{
    static char line[LINE];
    char *cells[MOST_CELLS];
    int column[ACTIONS];
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        die("cannot be read", path);
    int count = split(line, cells);
    for (int a = 0; a < SIDED_ACTIONS; a++)
        for (int side = 0; side < 2; side++)
            column[action_place(a, side)] = column_of(sided_actions[a], side, cells, count);
    for (int a = 0; a < 2; a++)
        column[action_place(SIDED_ACTIONS + a, 0)] = column_of(midline_actions[a], -1, cells, count);
    for (size_t i = 0; i < frames; i++) {
        if (!fgets(line, sizeof line, file))
            die("has too few rows", path);
        count = split(line, cells);
        for (int a = 0; a < ACTIONS; a++) {
            if (column[a] < 0 || column[a] >= count)
                die("lacks an action unit", path);
            levels[i * ACTIONS + (size_t)a] = atof(cells[column[a]]);
        }
    }
    fclose(file);
}

static struct mien_track *load(const char *path)
{
    struct mien_track *track = NULL;
    struct mien_error error;
    if (mien_track_load(path, &track, &error) != MIEN_OK)
        die(error.text, path);
    track->width = track->height = SIZE;
    return track;
}

static void add_recording(int identity, const char *folder, const char *name, const struct mien_track *rest)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%d_%s.csv", folder, identity, name);
    struct mien_track *track = load(path);
    struct mien_measure_options options = {.neutral = {true, rest, window[0], window[1]}};
    struct mien_error error;
    double *changes = NULL, *levels = malloc(track->count * ACTIONS * sizeof *levels);
    if (!levels || mien_measure_features(track, &options, &changes, &error) != MIEN_OK)
        die(error.text, path);
    snprintf(path, sizeof path, "%s/%d_%s_truth.csv", folder, identity, name);
    read_levels(path, levels, track->count);
    if (sample_count + track->count > sample_room) {
        sample_room = 2 * (sample_count + track->count);
        samples = realloc(samples, sample_room * sizeof *samples);
        if (!samples)
            die("out of memory", path);
    }
    for (size_t i = 0; i < track->count; i++) {
        struct sample *sample = &samples[sample_count];
        sample->identity = identity;
        sample->turned = rest != NULL;
        memcpy(sample->change, changes + i * MIEN_FEATURES, sizeof sample->change);
        memcpy(sample->level, levels + i * ACTIONS, sizeof sample->level);
        sample_count += !isnan(sample->change[0]);
    }
    free(levels);
    free(changes);
    mien_track_free(track);
}

static bool is_there(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file)
        fclose(file);
    return file != NULL;
}

static int read_folder(const char *folder)
{
    int identities = 0;
    for (int identity = 1; identity < 1000; identity++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%d_units.csv", folder, identity);
        if (!is_there(path))
            continue;
        struct mien_track *rest = load(path);
        add_recording(identity, folder, "units", NULL);
        for (int turn = 1; turn <= TURNS; turn++) {
            char name[16];
            snprintf(name, sizeof name, "turned%d", turn);
            snprintf(path, sizeof path, "%s/%d_%s.csv", folder, identity, name);
            if (is_there(path))
                add_recording(identity, folder, name, rest);
        }
        mien_track_free(rest);
        identities++;
    }
    return identities;
}

/* ---- Fitting ---- */

struct fit {
    int unit, terms, place[MOST_TERMS]; /* Of the allowed terms. */
    double weight[MOST_TERMS];
};

static struct mien_unit_term term_of(const struct allowed *from, double weight)
{
    return (struct mien_unit_term){(enum mien_unit)from->unit, (enum mien_feature)from->feature,
                                   from->other_side, weight};
}

static double sum_of(const struct fit *fit, const struct sample *sample, int side)
{
    double sum = 0;
    for (int t = 0; t < fit->terms; t++) {
        struct mien_unit_term term = term_of(&allowed[fit->place[t]], 0);
        sum += fit->weight[t] * mien_unit_feature(&term, sample->change, side);
    }
    return sum;
}

static double level_of(const struct sample *sample, int unit, int side)
{
    return sample->level[action_place(action_of(unit), side)];
}

/* One round of weighted least squares, by coordinate descent. */
static void descend(struct fit *fit, int unit, bool first)
{
    double xx[MOST_TERMS][MOST_TERMS] = {{0}}, xy[MOST_TERMS] = {0}, total = 0;
    int sides = unit < MIEN_SIDED_UNITS ? 2 : 1;
    for (size_t i = 0; i < sample_count; i++)
        for (int side = 0; side < sides; side++) {
            double x[MOST_TERMS], level = level_of(&samples[i], unit, side);
            bool other = sides == 2 && level_of(&samples[i], unit, 1 - side) > quiet;
            double counts = level > quiet || other || samples[i].turned ? active_counts : 1;
            if (!first && level <= quiet && sum_of(fit, &samples[i], side) < 0)
                continue;
            for (int t = 0; t < fit->terms; t++) {
                struct mien_unit_term term = term_of(&allowed[fit->place[t]], 0);
                x[t] = mien_unit_feature(&term, samples[i].change, side);
            }
            for (int t = 0; t < fit->terms; t++) {
                for (int u = 0; u < fit->terms; u++)
                    xx[t][u] += counts * x[t] * x[u];
                xy[t] += counts * x[t] * level;
            }
            total += counts;
        }
    for (int t = 0; t < fit->terms; t++)
        xx[t][t] += stiffness_of(unit) * total;
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int t = 0; t < fit->terms; t++) {
            double rest = xy[t];
            for (int u = 0; u < fit->terms; u++)
                rest -= u == t ? 0 : xx[t][u] * fit->weight[u];
            double weight = rest / xx[t][t];
            fit->weight[t] = weight * allowed[fit->place[t]].sign < 0 ? 0 : weight;
        }
}

/* Whether no other action moves, apart from those of `unit` on both sides. */
static bool alone(const struct sample *sample, int unit, int side, bool one_sided)
{
    int action = action_of(unit);
    for (int a = 0; a < SIDED_ACTIONS + 2; a++)
        for (int s = 0; s < (a < SIDED_ACTIONS ? 2 : 1); s++) {
            bool own = a == action && (s == side || !one_sided);
            if (!own && sample->level[action_place(a, s)] > quiet)
                return false;
        }
    return true;
}

struct line {
    double n, sx, sy, sxx, syy, sxy;
};

static void add(struct line *line, double x, double y)
{
    line->n++;
    line->sx += x, line->sy += y;
    line->sxx += x * x, line->syy += y * y, line->sxy += x * y;
}

static double slope(const struct line *line)
{
    return (line->sxy - line->sx * line->sy / line->n) / (line->sxx - line->sx * line->sx / line->n);
}

static double correlation(const struct line *line)
{
    double xy = line->sxy - line->sx * line->sy / line->n;
    return xy /
           sqrt((line->sxx - line->sx * line->sx / line->n) * (line->syy - line->sy * line->sy / line->n));
}

static void fit_unit(struct fit *fit, int unit)
{
    *fit = (struct fit){.unit = unit};
    for (int i = 0; i < ALLOWED; i++)
        if (allowed[i].unit == unit)
            fit->place[fit->terms++] = i;
    for (int round = 0; round < ROUNDS; round++)
        descend(fit, unit, round == 0);
    struct line line = {0};
    for (size_t i = 0; i < sample_count; i++)
        for (int side = 0; side < (unit < MIEN_SIDED_UNITS ? 2 : 1); side++)
            if (alone(&samples[i], unit, side, false))
                add(&line, level_of(&samples[i], unit, side), sum_of(fit, &samples[i], side));
    for (int t = 0; t < fit->terms; t++)
        fit->weight[t] /= slope(&line);
}

static double proxy(const struct fit *fit, const struct sample *sample, int side)
{
    return mien_unit_cut((enum mien_unit)fit->unit, sum_of(fit, sample, side));
}

/* ---- What they say ---- */

static int upwards(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* r of one side alone with its level, median over identities and sides; the other side's slope over the own.
 */
static void tell_unit(const struct fit *fit, int unit)
{
    double r[2000], own_slope[2000], leak[2000];
    int count = 0, sides = unit < MIEN_SIDED_UNITS ? 2 : 1;
    for (size_t from = 0, to; from < sample_count; from = to) {
        for (to = from; to < sample_count && samples[to].identity == samples[from].identity;)
            to++;
        for (int side = 0; side < sides; side++) {
            struct line own = {0}, other = {0};
            int moving = 0;
            for (size_t i = from; i < to; i++)
                if (alone(&samples[i], unit, side, sides == 2) && level_of(&samples[i], unit, side) > quiet) {
                    double level = level_of(&samples[i], unit, side);
                    add(&own, level, proxy(fit, &samples[i], side));
                    add(&other, level, proxy(fit, &samples[i], sides - 1 - side));
                    moving++;
                }
            if (moving < 5)
                continue;
            r[count] = correlation(&own);
            r[count] = isnan(r[count]) ? 0 : r[count];
            own_slope[count] = slope(&own);
            leak[count] = sides == 2 ? slope(&other) / slope(&own) : 0;
            count++;
        }
    }
    qsort(r, (size_t)count, sizeof *r, upwards);
    qsort(own_slope, (size_t)count, sizeof *own_slope, upwards);
    qsort(leak, (size_t)count, sizeof *leak, upwards);
    if (count > 0)
        fprintf(stderr,
                "  %-5s r %.3f (10 %%: %.3f)  slope %.2f (%.2f to %.2f)  other side %+.3f (90 %%: %.3f)\n",
                mien_unit_names[unit], r[count / 2], r[count / 10], own_slope[count / 2],
                own_slope[count / 10], own_slope[count * 9 / 10], leak[count / 2], leak[count * 9 / 10]);
}

/* Mean proxies while one action is nearly full on both sides and nothing else moves, and at rest. */
static void tell_others(const struct fit *fits)
{
    fprintf(stderr, "\n  mean proxy, in hundredths, while alone active over 0.75 on both sides\n  active ");
    for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
        fprintf(stderr, "%6s", mien_unit_names[unit]);
    for (int action = -2; action < SIDED_ACTIONS + 2; action++) {
        double sums[MIEN_UNIT_KINDS] = {0}, n = 0;
        for (size_t i = 0; i < sample_count; i++) {
            bool wanted = samples[i].turned == (action == -2);
            for (int a = 0; a < SIDED_ACTIONS + 2; a++)
                for (int s = 0; s < (a < SIDED_ACTIONS ? 2 : 1); s++) {
                    double level = samples[i].level[action_place(a, s)];
                    wanted = wanted && (a == action ? level > 0.75 : level < quiet);
                }
            if (!wanted)
                continue;
            for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
                sums[unit] += proxy(&fits[unit], &samples[i], 0);
            n++;
        }
        fprintf(stderr, "\n  %-7s",
                action < -1              ? "turned"
                : action < 0             ? "none"
                : action < SIDED_ACTIONS ? sided_actions[action]
                                         : midline_actions[action - SIDED_ACTIONS]);
        for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
            fprintf(stderr, "%6.0f", 100 * sums[unit] / n);
    }
    fprintf(stderr, "\n");
}

/* ---- Writing ---- */

static const char *const unit_symbols[] = {"MIEN_AU1",  "MIEN_AU2",  "MIEN_AU4",  "MIEN_AU5",  "MIEN_AU7",
                                           "MIEN_AU10", "MIEN_AU12", "MIEN_AU15", "MIEN_AU20", "MIEN_AU23",
                                           "MIEN_AU45", "MIEN_AU25", "MIEN_AU26"};
static const char *const feature_symbols[] = {
    "MIEN_BROW_INNER",   "MIEN_BROW_MIDDLE",  "MIEN_BROW_OUTER",  "MIEN_BROW_GAP",    "MIEN_LID_UPPER",
    "MIEN_LID_LOWER",    "MIEN_OPENING",      "MIEN_WING_UP",     "MIEN_CORNER_OUT",  "MIEN_CORNER_UP",
    "MIEN_LIP_UPPER",    "MIEN_LIP_LOWER",    "MIEN_LIP_GAP",     "MIEN_CORNER_LEAD", "MIEN_TIP_OUT",
    "MIEN_LID_MARGIN",   "MIEN_MOUTH_GAP",    "MIEN_CHIN_UP",     "MIEN_NOSE_UP",     "MIEN_TIP_UP",
    "MIEN_UPPER_MIDDLE", "MIEN_LOWER_MIDDLE", "MIEN_UPPER_THICK", "MIEN_LOWER_THICK"};

static void write_terms(const struct fit *fits, int identities)
{
    printf("/* SPDX-License-Identifier: GPL-3.0-or-later\n *\n * Made by scripts/calibrate from %d drawn "
           "identities (%zu frames); do not edit.\n */\n#include \"measure/action_units.h\"\n\n"
           "const struct mien_unit_term mien_unit_terms[] = {\n",
           identities, sample_count);
    int count = 0;
    for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++)
        for (int t = 0; t < fits[unit].terms; t++) {
            const struct allowed *from = &allowed[fits[unit].place[t]];
            if (fits[unit].weight[t] == 0)
                continue;
            printf("    {%s, %s, %s, %.4g},\n", unit_symbols[unit], feature_symbols[from->feature],
                   from->other_side ? "true" : "false", fits[unit].weight[t]);
            count++;
        }
    printf("};\n\nconst int mien_unit_term_count = %d;\n", count);
}

int main(int argc, char **argv)
{
    static struct fit fits[MIEN_UNIT_KINDS];
    if (argc != 2) {
        fprintf(stderr, "usage: fit FOLDER\n");
        return 2;
    }
    int identities = read_folder(argv[1]);
    if (identities == 0)
        die("has no drawn identity", argv[1]);
    fprintf(stderr, "%d identities, %zu frames; one side alone:\n", identities, sample_count);
    for (int unit = 0; unit < MIEN_UNIT_KINDS; unit++) {
        fit_unit(&fits[unit], unit);
        tell_unit(&fits[unit], unit);
    }
    tell_others(fits);
    write_terms(fits, identities);
    free(samples);
    return 0;
}
