/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/truth.h"

#include "base/draft.h"
#include "base/memory.h"
#include "table/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Columns: one block after another ---- */

static const char *const heads[] = {"frame", "time", "yaw", "pitch", "roll"};
static const char *const eyes[] = {"gaze_x", "gaze_y"};
static const char *const eye_stems[] = {"lid_opening", "upper_lid_x", "upper_lid_y", "lower_lid_x",
                                        "lower_lid_y", "iris_x",      "iris_y",      "iris_radius"};
static const char *const strength_stems[] = {"strength_upper", "strength_mid", "strength_lower",
                                             "strength_lid"};

enum {
    SIDED = 2 * MIEN_SIM_FIRST_MIDLINE,
    ACTIONS_AT = 5,
    GAZE_AT = ACTIONS_AT + SIDED + MIEN_SIM_ACTIONS - MIEN_SIM_FIRST_MIDLINE,
    POINTS_AT = GAZE_AT + 2,
    EYES_AT = POINTS_AT + 2 * MIEN_SIM_POINTS,
    EYE_STEMS = 8,
    STRENGTH_AT = EYES_AT + 2 * EYE_STEMS,
    COLUMNS = STRENGTH_AT + 2 * MIEN_SIM_REGIONS
};

int mien_sim_truth_columns(void)
{
    return COLUMNS;
}

void mien_sim_action_label(int action, int side, char name[MIEN_SIM_NAME])
{
    const char *suffix = action >= MIEN_SIM_FIRST_MIDLINE ? "" : side == MIEN_SIM_LEFT ? "_l" : "_r";
    snprintf(name, MIEN_SIM_NAME, "%s%s", mien_sim_action_names[action], suffix);
}

/* Pairs of columns: left, then right. */
static int side_of(int column)
{
    return column % 2 == 0 ? MIEN_SIM_LEFT : MIEN_SIM_RIGHT;
}

static void action_of(int column, int *action, int *side)
{
    *action = column < SIDED ? column / 2 : MIEN_SIM_FIRST_MIDLINE + column - SIDED;
    *side = column < SIDED ? side_of(column) : MIEN_SIM_LEFT;
}

static void paired_name(const char *const *stems, int column, char name[MIEN_SIM_NAME])
{
    snprintf(name, MIEN_SIM_NAME, "%s_%c", stems[column / 2], column % 2 == 0 ? 'l' : 'r');
}

void mien_sim_truth_name(int column, char name[MIEN_SIM_NAME])
{
    int action, side;
    if (column < ACTIONS_AT) {
        snprintf(name, MIEN_SIM_NAME, "%s", heads[column]);
    } else if (column < GAZE_AT) {
        action_of(column - ACTIONS_AT, &action, &side);
        mien_sim_action_label(action, side, name);
    } else if (column < POINTS_AT) {
        snprintf(name, MIEN_SIM_NAME, "%s", eyes[column - GAZE_AT]);
    } else if (column < EYES_AT) {
        int place = column - POINTS_AT;
        snprintf(name, MIEN_SIM_NAME, "%c%d", place % 2 ? 'y' : 'x', place / 2 + 1);
    } else if (column < STRENGTH_AT) {
        paired_name(eye_stems, column - EYES_AT, name);
    } else {
        paired_name(strength_stems, column - STRENGTH_AT, name);
    }
}

static double head_value(const struct mien_sim_recording *recording, int column, size_t row)
{
    const struct mien_sim_movement *movement = &recording->movement[row];
    const double values[] = {(double)row, recording->time[row], movement->yaw, movement->pitch,
                             movement->roll};
    return values[column];
}

static double eye_value(const struct mien_sim_truth *truth, int column)
{
    const double *const stems[EYE_STEMS] = {truth->lid_opening, truth->upper_x,    truth->upper_y,
                                            truth->lower_x,     truth->lower_y,    truth->iris_x,
                                            truth->iris_y,      truth->iris_radius};
    return stems[column / 2][side_of(column)];
}

double mien_sim_truth_value(const struct mien_sim_recording *recording, int column, size_t row)
{
    const struct mien_sim_movement *movement = &recording->movement[row];
    const struct mien_sim_truth *truth = &recording->truth[row];
    int action, side;
    if (column < ACTIONS_AT)
        return head_value(recording, column, row);
    if (column < GAZE_AT) {
        action_of(column - ACTIONS_AT, &action, &side);
        return movement->level[action][side];
    }
    if (column < POINTS_AT)
        return column == GAZE_AT ? movement->gaze_x : movement->gaze_y;
    if (column < EYES_AT) {
        int place = column - POINTS_AT;
        return (place % 2 ? truth->y : truth->x)[place / 2];
    }
    if (column < STRENGTH_AT)
        return eye_value(truth, column - EYES_AT);
    column -= STRENGTH_AT;
    return recording->strength[row].left[column / 2][side_of(column)];
}

/* ---- Files ---- */

enum mien_status mien_sim_save_text(const char *path, const char *bytes, size_t length,
                                    struct mien_error *error)
{
    struct mien_draft draft;
    int descriptor;
    enum mien_status status = mien_draft_create(path, &draft, &descriptor, error);
    if (status != MIEN_OK)
        return status;
    size_t written = 0;
    while (written < length) {
        ssize_t part = write(descriptor, bytes + written, length - written);
        if (part <= 0)
            break;
        written += (size_t)part;
    }
    if (written < length)
        status = mien_fail_errno(error, path);
    if (close(descriptor) != 0 && status == MIEN_OK)
        status = mien_fail_errno(error, path);
    if (status == MIEN_OK)
        return mien_draft_publish(&draft, error);
    mien_draft_discard(&draft);
    return status;
}

static int add_row(struct mien_text *text, const struct mien_sim_recording *recording, size_t row)
{
    for (int column = 0; column < COLUMNS; column++) {
        char number[MIEN_NUMBER_SIZE];
        size_t length = mien_number_write(number, mien_sim_truth_value(recording, column, row));
        if (mien_text_add(text, number, length) != 0 ||
            mien_text_add(text, column + 1 < COLUMNS ? "," : "\n", 1) != 0)
            return -1;
    }
    return 0;
}

static int add_header(struct mien_text *text)
{
    for (int column = 0; column < COLUMNS; column++) {
        char name[MIEN_SIM_NAME];
        mien_sim_truth_name(column, name);
        if (mien_text_print(text, "%s%s", name, column + 1 < COLUMNS ? "," : "\n") != 0)
            return -1;
    }
    return 0;
}

enum mien_status mien_sim_truth_save(const struct mien_sim_recording *recording, const char *path,
                                     struct mien_error *error)
{
    struct mien_text text = {0};
    int failed = add_header(&text);
    for (size_t row = 0; row < recording->count && failed == 0; row++)
        failed = add_row(&text, recording, row);
    enum mien_status status = failed ? mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path)
                                     : mien_sim_save_text(path, text.bytes, text.length, error);
    free(text.bytes);
    return status;
}
