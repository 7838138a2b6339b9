/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The truth of a recording as named columns: frame, time and pose, the action units delivered, gaze, the
 * points, lids and iris, and the strength of each muscle group. Left comes before right.
 */
#ifndef MIEN_SIM_TRUTH_H
#define MIEN_SIM_TRUTH_H

#include "sim/recording.h"

enum { MIEN_SIM_NAME = 24 };

int mien_sim_truth_columns(void);
void mien_sim_truth_name(int column, char name[MIEN_SIM_NAME]);
/* NaN is missing. */
double mien_sim_truth_value(const struct mien_sim_recording *recording, int column, size_t row);

/* "au12_l"; side is ignored for an action of the mid-line. */
void mien_sim_action_label(int action, int side, char name[MIEN_SIM_NAME]);

/* Writes a whole file or none. */
enum mien_status mien_sim_truth_save(const struct mien_sim_recording *recording, const char *path,
                                     struct mien_error *error);
enum mien_status mien_sim_save_text(const char *path, const char *bytes, size_t length,
                                    struct mien_error *error);

#endif
