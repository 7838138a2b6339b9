/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the user sits at: a terminal of some size, one that shows sixel pictures, a graphical display.
 */
#ifndef MIEN_PLOT_TERMINAL_H
#define MIEN_PLOT_TERMINAL_H

#include <stdbool.h>

struct mien_terminal {
    bool present;      /* Standard output is a terminal. */
    int columns, rows; /* Characters; 80 by 24 where it does not say. */
    int width, height; /* Pixels; 0 where it does not say. */
};

struct mien_terminal mien_terminal_look(void);

/* Asks the terminal itself (primary device attributes) and waits at most 0.2 s for its answer. False, without
 * asking, unless standard input and output are both terminals and nothing was typed ahead. */
bool mien_terminal_has_sixel(void);

/* Whether a graphical display is announced by the environment. */
bool mien_display_present(void);

#endif
