/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A running gnuplot. It is started without a shell, without the user's start-up files, outside the terminal's
 * process group (so that Ctrl-C reaches mien alone), and kept between figures; each figure begins with a
 * clean session.
 *
 * One struct mien_gnuplot belongs to one thread at a time.
 */
#ifndef MIEN_PLOT_GNUPLOT_H
#define MIEN_PLOT_GNUPLOT_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <sys/types.h>

struct mien_gnuplot {
    pid_t process; /* 0 when none runs. */
    int input;     /* A socket, so that a dead gnuplot gives an error and no signal. */
    int output, errors;
    unsigned long runs;
    bool has_windows; /* A window was shown: gnuplot must live as long as it. */
    char *terminals;  /* The terminals this gnuplot has, each with a space on both sides. */
};

/* Starts gnuplot unless it already runs. MIEN_ERR_TOOL when it is not found or too old. */
enum mien_status mien_gnuplot_start(struct mien_gnuplot *gnuplot, struct mien_error *error);

/* Runs a script in folder (an absolute path of plain characters, where it becomes figure.gp) and waits until
 * all of it is done. gnuplot's own message becomes the error. After MIEN_ERR_CANCELLED (the interrupt flag)
 * and after seconds without an end, gnuplot is stopped; the next start brings a new one. */
enum mien_status mien_gnuplot_run(struct mien_gnuplot *gnuplot, const char *script, const char *folder,
                                  double seconds, struct mien_error *error);

bool mien_gnuplot_has_terminal(const struct mien_gnuplot *gnuplot, const char *terminal);

/* Safe to call twice. */
void mien_gnuplot_stop(struct mien_gnuplot *gnuplot);

/* The last complaint in what gnuplot wrote to its standard error, without place and warnings: true and filled
 * in (size bytes), or false when there is none. */
bool mien_gnuplot_complaint(const char *errors, char *complaint, size_t size);

#endif
