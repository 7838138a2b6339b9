/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure in gnuplot's language. Pure: the same figure and page give the same bytes.
 *
 * The script writes "figure.<ending>" and reads, where the figure has a picture, "picture.png", both in the
 * folder gnuplot runs in; data are numbers in here-documents; texts go through quote.h alone.
 */
#ifndef MIEN_PLOT_SCRIPT_H
#define MIEN_PLOT_SCRIPT_H

#include "base/memory.h"
#include "plot/figure.h"

enum mien_page_kind {
    MIEN_PAGE_PNG,
    MIEN_PAGE_SVG,
    MIEN_PAGE_PDF,
    MIEN_PAGE_TEXT,  /* columns by rows characters. */
    MIEN_PAGE_SIXEL, /* columns by rows pixels. */
    MIEN_PAGE_WINDOW /* Writes no file. */
};

struct mien_page {
    enum mien_page_kind kind;
    int columns, rows;    /* Of text and sixel; 0: the figure's own size. */
    const char *terminal; /* Of a window: gnuplot's word, such as "qt". */
    int window;           /* Number of the window. */
};

/* The name of the file the script writes, NULL for a window. */
const char *mien_page_file(enum mien_page_kind kind);

/* 0, or -1 without memory. */
int mien_plot_script(const struct mien_figure *figure, const struct mien_page *page,
                     struct mien_text *script);

#endif
