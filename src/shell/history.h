/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The history file, $XDG_STATE_HOME/mien/history: one input per line, readable by the user alone; a line end
 * inside an input is written as \n and a backslash as \\. Every input is appended when it is typed, under a
 * lock, so sessions that run at the same time do not lose each other's and nothing is lost when one is
 * killed.
 */
#ifndef MIEN_SHELL_HISTORY_H
#define MIEN_SHELL_HISTORY_H

enum {
    MIEN_HISTORY_MOST = 5000 /* Inputs kept; the file is shortened at the start of a session. */
};

/* Calls add for each input, oldest first, repeated ones only at their last place. */
void mien_history_load(void (*add)(const char *entry));

/* A failure is silent: a history that cannot be written must not disturb the work. */
void mien_history_append(const char *entry);

#endif
