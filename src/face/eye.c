/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/eye.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

const struct mien_eye mien_eye_none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, MIEN_EYE_NOT_FITTED};

const char *const mien_eye_names[MIEN_EYE_NUMBERS] = {"iris_x",      "iris_y",      "iris_radius",
                                                      "upper_lid_x", "upper_lid_y", "lower_lid_x",
                                                      "lower_lid_y", "eye_quality"};

static const char *const words[MIEN_EYE_REASONS] = {"not fitted", "ok",   "closed", "no iris", "blur",
                                                    "glare",      "gaze", "small",  "outside", "glasses"};

const char *mien_eye_reason_word(int64_t reason)
{
    return reason >= 0 && reason < MIEN_EYE_REASONS ? words[reason] : NULL;
}

int mien_eye_reason_of(const char *word)
{
    for (int reason = 0; reason < MIEN_EYE_REASONS; reason++)
        if (strcmp(word, words[reason]) == 0)
            return reason;
    return -1;
}

static const size_t places[MIEN_EYE_NUMBERS] = {
    offsetof(struct mien_eye, iris_x),      offsetof(struct mien_eye, iris_y),
    offsetof(struct mien_eye, iris_radius), offsetof(struct mien_eye, upper_x),
    offsetof(struct mien_eye, upper_y),     offsetof(struct mien_eye, lower_x),
    offsetof(struct mien_eye, lower_y),     offsetof(struct mien_eye, quality)};

double mien_eye_number(const struct mien_eye *eye, int number)
{
    double value;
    memcpy(&value, (const char *)eye + places[number], sizeof value);
    return value;
}

void mien_eye_set_number(struct mien_eye *eye, int number, double value)
{
    memcpy((char *)eye + places[number], &value, sizeof value);
}
