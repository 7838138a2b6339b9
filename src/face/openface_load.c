/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a track from a CSV file in OpenFace 2's column names: ours, or OpenFace's own with its hundreds of
 * further columns, spaces after the commas, and several faces per frame.
 */
#include "base/memory.h"
#include "face/face.h"
#include "face/head.h"
#include "face/openface.h"
#include "face/track.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
    FRAME,
    FACE,
    TIMESTAMP,
    CONFIDENCE,
    SUCCESS,
    RX,
    RY,
    RZ,
    TX, /* Millimetres, of the head before the camera. */
    TY,
    TZ,
    SHARPNESS, /* Our own; OpenFace has none of this and of the sided points. */
    LIGHT,
    FIRST_X,
    FIRST_Y = FIRST_X + MIEN_POINTS,
    FIRST_SIDED_X = FIRST_Y + MIEN_POINTS,
    FIRST_SIDED_Y = FIRST_SIDED_X + MIEN_POINTS,
    FIRST_EYE = FIRST_SIDED_Y + MIEN_POINTS,
    PER_EYE = MIEN_EYE_NUMBERS + 1, /* With the reason, a word in the file and its number here. */
    COLUMNS = FIRST_EYE + MIEN_EYES * PER_EYE
};

static const char *const fixed_names[] = {"frame",   "face_id",   "timestamp", "confidence", "success",
                                          "pose_Rx", "pose_Ry",   "pose_Rz",   "pose_Tx",    "pose_Ty",
                                          "pose_Tz", "sharpness", "light"};
static const char *const point_stems[] = {"x", "y", "sx", "sy"};

struct table {
    const char *path;
    FILE *file;
    char *line;
    size_t line_size, line_number;
    size_t cells;         /* Columns of the file. */
    enum column *meaning; /* Of each of them; COLUMNS where it is of no use here. */
    bool present[COLUMNS];
    double *values; /* rows x COLUMNS; missing is NaN. */
    size_t rows, capacity;
};

/* ---- Lines and cells ---- */

/* The next line without its end; NULL at the end of the file. */
static char *next_line(struct table *table)
{
    ssize_t length = getline(&table->line, &table->line_size, table->file);
    if (length < 0)
        return NULL;
    table->line_number++;
    while (length > 0 && (table->line[length - 1] == '\n' || table->line[length - 1] == '\r'))
        table->line[--length] = '\0';
    return table->line;
}

/* Cuts the next cell off *rest, without the blanks and quotes around it; NULL after the last one. */
static char *next_cell(char **rest)
{
    if (!*rest)
        return NULL;
    char *cell = *rest, *end = strchr(cell, ',');
    *rest = end ? end + 1 : NULL;
    if (!end)
        end = cell + strlen(cell);
    while (*cell == ' ' || *cell == '\t' || *cell == '"')
        cell++;
    while (end > cell && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '"'))
        end--;
    *end = '\0';
    return cell;
}

static bool is_missing(const char *cell)
{
    return !*cell || strcmp(cell, "NA") == 0 || strncmp(cell, "-nan", 4) == 0 ||
           strncmp(cell, "nan", 3) == 0 || strcmp(cell, "NaN") == 0;
}

/* ---- The header ---- */

enum { NAME = 24 };

static bool is_reason(enum column column)
{
    return column >= FIRST_EYE && column < COLUMNS && (column - FIRST_EYE) % PER_EYE == MIEN_EYE_NUMBERS;
}

static void column_name(enum column column, char name[NAME])
{
    if (column < FIRST_X)
        snprintf(name, NAME, "%s", fixed_names[column]);
    else if (column >= FIRST_EYE)
        snprintf(name, NAME, "%s_%c",
                 is_reason(column) ? "eye_reason" : mien_eye_names[(column - FIRST_EYE) % PER_EYE],
                 (column - FIRST_EYE) / PER_EYE == MIEN_EYE_LEFT ? 'l' : 'r');
    else
        snprintf(name, NAME, "%s_%d", point_stems[(column - FIRST_X) / MIEN_POINTS],
                 (int)(column - FIRST_X) % MIEN_POINTS);
}

static enum column meaning_of(const char *text)
{
    for (int i = 0; i < COLUMNS; i++) {
        char name[NAME];
        column_name((enum column)i, name);
        if (strcmp(name, text) == 0)
            return (enum column)i;
    }
    return COLUMNS;
}

static enum mien_status check_columns(const struct table *table, struct mien_error *error)
{
    char missing[200] = "";
    size_t length = 0, count = 0;
    for (int i = 0; i < COLUMNS; i++) {
        char name[NAME];
        bool needed = i == TIMESTAMP || i == SUCCESS || (i >= FIRST_X && i < FIRST_SIDED_X);
        if (!needed || table->present[i])
            continue;
        column_name((enum column)i, name);
        if (count++ < 6)
            length += (size_t)snprintf(missing + length, sizeof missing - length, "%s%s",
                                       count > 1 ? ", " : "", name);
    }
    if (count > 6)
        snprintf(missing + length, sizeof missing - length, " and %zu more", count - 6);
    if (count == 0)
        return MIEN_OK;
    return mien_fail(
        error, MIEN_ERR_FORMAT,
        "%s: no OpenFace 2 file: its header lacks %s (needed: timestamp, success, x_0..x_67, y_0..y_67)",
        table->path, missing);
}

static enum mien_status read_header(struct table *table, struct mien_error *error)
{
    char *rest = next_line(table);
    if (!rest)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is empty; a CSV file of landmarks was expected",
                         table->path);
    if (strncmp(rest, "\xEF\xBB\xBF", 3) == 0)
        rest += 3;
    size_t capacity = 0;
    for (char *cell = next_cell(&rest); cell; cell = next_cell(&rest)) {
        if (mien_array_grow(&table->meaning, &capacity, table->cells + 1, sizeof *table->meaning) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", table->path);
        enum column meaning = meaning_of(cell);
        table->meaning[table->cells++] = meaning;
        if (meaning < COLUMNS)
            table->present[meaning] = true;
    }
    return check_columns(table, error);
}

/* ---- The rows ---- */

static enum mien_status bad_cell(const struct table *table, enum column column, const char *cell,
                                 struct mien_error *error)
{
    char name[NAME];
    column_name(column, name);
    return mien_fail(error, MIEN_ERR_FORMAT, "%s, line %zu: column %s must be a number, not \"%.40s\"",
                     table->path, table->line_number, name, cell);
}

static enum mien_status bad_reason(const struct table *table, enum column column, const char *cell,
                                   struct mien_error *error)
{
    char name[NAME];
    column_name(column, name);
    return mien_fail(error, MIEN_ERR_FORMAT, "%s, line %zu: column %s: there is no reason \"%.40s\"",
                     table->path, table->line_number, name, cell);
}

static enum mien_status read_row(struct table *table, char *rest, double *row, struct mien_error *error)
{
    size_t cells = 0;
    for (int i = 0; i < COLUMNS; i++)
        row[i] = NAN;
    for (char *cell = next_cell(&rest); cell; cell = next_cell(&rest), cells++) {
        enum column meaning = cells < table->cells ? table->meaning[cells] : COLUMNS;
        if (meaning == COLUMNS || is_missing(cell))
            continue;
        char *end;
        if (is_reason(meaning)) {
            row[meaning] = mien_eye_reason_of(cell);
            if (row[meaning] < 0)
                return bad_reason(table, meaning, cell, error);
            continue;
        }
        row[meaning] = strtod(cell, &end);
        if (*end || !isfinite(row[meaning]))
            return bad_cell(table, meaning, cell, error);
    }
    if (cells != table->cells)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s, line %zu: %zu cells, but the header has %zu columns",
                         table->path, table->line_number, cells, table->cells);
    if (isnan(row[TIMESTAMP]))
        return mien_fail(error, MIEN_ERR_FORMAT, "%s, line %zu: column timestamp is missing", table->path,
                         table->line_number);
    return MIEN_OK;
}

static enum mien_status read_rows(struct table *table, struct mien_error *error)
{
    for (char *line = next_line(table); line; line = next_line(table)) {
        if (!*line)
            continue;
        if (mien_array_grow(&table->values, &table->capacity, (table->rows + 1) * COLUMNS,
                            sizeof *table->values) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", table->path);
        enum mien_status status = read_row(table, line, table->values + table->rows * COLUMNS, error);
        if (status != MIEN_OK)
            return status;
        table->rows++;
    }
    if (ferror(table->file))
        return mien_fail_errno(error, table->path);
    if (table->rows == 0)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: has a header but no rows", table->path);
    return MIEN_OK;
}

/* ---- The track ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* OpenFace numbers the faces of a picture; the participant is the one seen most often, the lowest number
 * among equals. NaN where the faces have no numbers. */
static enum mien_status find_participant(const struct table *table, double *participant,
                                         struct mien_error *error)
{
    size_t count = 0, most = 0, start = 0;
    *participant = NAN;
    double *ids = mien_array_new(table->rows, sizeof *ids);
    if (!ids)
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", table->path);
    for (size_t i = 0; i < table->rows; i++) {
        const double *row = table->values + i * COLUMNS;
        if (!isnan(row[FACE]) && row[SUCCESS] > 0)
            ids[count++] = row[FACE];
    }
    qsort(ids, count, sizeof *ids, by_value);
    for (size_t i = 0; i < count; i++) {
        if (ids[i] > ids[start])
            start = i;
        if (i - start + 1 > most) {
            most = i - start + 1;
            *participant = ids[i];
        }
    }
    free(ids);
    return MIEN_OK;
}

static bool complete(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i]))
            return false;
    return true;
}

static void fill_eye(const double *from, struct mien_eye *eye)
{
    if (isnan(from[MIEN_EYE_NUMBERS]))
        return;
    for (int k = 0; k < MIEN_EYE_NUMBERS; k++)
        mien_eye_set_number(eye, k, from[k]);
    eye->reason = (int64_t)from[MIEN_EYE_NUMBERS];
}

/* Where the file does not say where the head is, as our own do not, its turn is as seen already. */
static void fill_pose(const struct table *table, const double *from, struct mien_track *track, size_t row)
{
    double *yaw = &track->yaw[row], *pitch = &track->pitch[row], *roll = &track->roll[row];
    struct mien_head_pose pose;
    *pitch = mien_pitch_of_openface(from[RX]);
    *yaw = mien_yaw_of_openface(from[RY]);
    *roll = mien_roll_of_openface(from[RZ]);
    if (!table->present[TX] || !table->present[TY] || !table->present[TZ])
        return;
    mien_head_turn(*yaw, *pitch, *roll, pose.turn);
    mien_head_look_at(from + TX, pose.turn);
    mien_head_angles(&pose, yaw, pitch, roll);
}

static void fill_row(const struct table *table, const double *from, struct mien_track *track, size_t row)
{
    const size_t points = MIEN_POINTS * sizeof *from;
    track->time[row] = from[TIMESTAMP];
    track->frame[row] = from[FRAME] >= 1 ? (size_t)from[FRAME] - 1 : row;
    if (!(from[SUCCESS] > 0 && complete(from + FIRST_X, (size_t)2 * MIEN_POINTS)))
        return;
    track->found[row] = 1;
    track->confidence[row] = from[CONFIDENCE];
    track->sharpness[row] = from[SHARPNESS];
    track->light[row] = from[LIGHT];
    memcpy(track->x + row * MIEN_POINTS, from + FIRST_X, points);
    memcpy(track->y + row * MIEN_POINTS, from + FIRST_Y, points);
    if (complete(from + FIRST_SIDED_X, (size_t)2 * MIEN_POINTS)) {
        memcpy(track->sided_x + row * MIEN_POINTS, from + FIRST_SIDED_X, points);
        memcpy(track->sided_y + row * MIEN_POINTS, from + FIRST_SIDED_Y, points);
    }
    for (int side = 0; side < MIEN_EYES; side++)
        fill_eye(from + FIRST_EYE + side * PER_EYE, &track->eyes[row * MIEN_EYES + (size_t)side]);
    if (table->present[RX] && table->present[RY] && table->present[RZ]) {
        fill_pose(table, from, track, row);
        return;
    }
    mien_face_pose(track->x + row * MIEN_POINTS, track->y + row * MIEN_POINTS, 0, 0, &track->yaw[row],
                   &track->pitch[row], &track->roll[row]);
}

/* Rows of the participant become frames; those of others only mark the frame they belong to. */
static enum mien_status fill_track(const struct table *table, struct mien_track *track,
                                   struct mien_error *error)
{
    double own;
    size_t count = 0;
    enum mien_status status = find_participant(table, &own, error);
    if (status != MIEN_OK)
        return status;
    for (size_t i = 0; i < table->rows; i++) {
        const double *from = table->values + i * COLUMNS;
        bool same_frame = count > 0 && from[TIMESTAMP] == track->time[count - 1] && table->present[FACE];
        if (!isnan(own) && from[FACE] != own) {
            if (same_frame)
                track->second_face[count - 1] |= from[SUCCESS] > 0;
            else if (i + 1 < table->rows && from[COLUMNS + TIMESTAMP] == from[TIMESTAMP])
                track->second_face[count] |= from[SUCCESS] > 0;
            continue;
        }
        if (count > 0 && from[TIMESTAMP] < track->time[count - 1])
            return mien_fail(error, MIEN_ERR_FORMAT,
                             "%s: timestamp %g comes after %g; frames must be in order of time", table->path,
                             from[TIMESTAMP], track->time[count - 1]);
        fill_row(table, from, track, count++);
    }
    mien_track_resize(track, count);
    track->pose_known = true;
    double span = count > 1 ? track->time[count - 1] - track->time[0] : 0;
    if (span > 0)
        track->fps = (double)(count - 1) / span;
    return MIEN_OK;
}

static enum mien_status load(struct table *table, struct mien_track **track, struct mien_error *error)
{
    struct mien_track *made = NULL;
    enum mien_status status = read_header(table, error);
    if (status == MIEN_OK)
        status = read_rows(table, error);
    if (status == MIEN_OK)
        status = mien_track_new(table->rows, &made, error);
    if (status == MIEN_OK)
        status = fill_track(table, made, error);
    if (status == MIEN_OK && !(made->source = strdup(table->path)))
        status = mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", table->path);
    if (status == MIEN_OK)
        *track = made;
    else
        mien_track_free(made);
    return status;
}

enum mien_status mien_track_load(const char *path, struct mien_track **track, struct mien_error *error)
{
    struct table table = {.path = path, .file = fopen(path, "r")};
    if (!table.file)
        return mien_fail_errno(error, path);
    enum mien_status status = load(&table, track, error);
    fclose(table.file);
    free(table.line);
    free(table.meaning);
    free(table.values);
    return status;
}
