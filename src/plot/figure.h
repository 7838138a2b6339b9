/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure: axes, layers of marks, texts. It says what is to be seen; script.h turns it into gnuplot's
 * language.
 *
 * A figure owns nothing: every text and array belongs to the caller and outlives it. Texts are shown
 * literally, whatever they contain. NaN is missing: it breaks a line and leaves out a point.
 */
#ifndef MIEN_PLOT_FIGURE_H
#define MIEN_PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

enum mien_layer_kind {
    MIEN_LAYER_LINE,     /* Through (x, y); a lone value between two gaps is a dot. */
    MIEN_LAYER_POINTS,   /* At (x, y). */
    MIEN_LAYER_BARS,     /* Filled rectangles from (x, y) to (x2, y2). */
    MIEN_LAYER_SEGMENTS, /* Straight lines from (x, y) to (x2, y2). */
    MIEN_LAYER_AREA,     /* One closed filled outline through (x, y). */
    MIEN_LAYER_PICTURE   /* The file "picture.png" in the folder gnuplot draws in, x2[0] by y2[0] pixels. */
};

struct mien_layer {
    enum mien_layer_kind kind;
    const char *title; /* In the legend; NULL for none. */
    size_t count;
    const double *x, *y, *x2, *y2; /* count values each; NULL where the kind has none. */
    unsigned colour;               /* 0xRRGGBB. */
    const double *colours; /* One such number for each of points and bars, or NULL: all have colour. */
    double opacity;        /* 0..1. */
    double width;          /* Of lines and outlines; 0 for no outline. */
    double size;           /* Of points. */
    int dash;              /* 1 solid, 2 dashed, 3 dotted. */
    int symbol;            /* Which letter or sign marks the layer in text; 1, 2, 3, ... */
    bool guide;            /* A help line: the axes do not stretch for it, the legend may cover it. */
    bool graphic_only;     /* Left out where the figure is drawn in text. */
};

struct mien_tick {
    double at;
    const char *text;
};

struct mien_axis {
    const char *label;             /* NULL for none. */
    double low, high;              /* NaN: from the data, with a margin. */
    bool from_zero;                /* The data stand on zero: no margin there. */
    bool reversed;                 /* Runs downward, as in pictures. */
    const struct mien_tick *ticks; /* Names at places instead of numbers; NULL for numbers. */
    size_t tick_count;
};

enum mien_alignment { MIEN_ALIGN_LEFT, MIEN_ALIGN_CENTRE, MIEN_ALIGN_RIGHT };

struct mien_note {
    double x, y; /* In the units of the axes. */
    const char *text;
    unsigned colour;
    enum mien_alignment alignment;
    int size; /* Points of the letters; 0: as everywhere in the figure. */
};

/* What the colours of the marks mean, shown as a bar beside the axes; text shows none. */
struct mien_scale {
    const char *label;     /* NULL for none. */
    double low, high;      /* Of the bar's ends; a scale without low < high is not shown. */
    const double *colours; /* count of them (0xRRGGBB), evenly spaced from low to high. */
    size_t count;
};

enum mien_legend {
    MIEN_LEGEND_AUTO, /* In the corner that hides no data, else above. */
    MIEN_LEGEND_NONE,
    MIEN_LEGEND_ABOVE,
    MIEN_LEGEND_TOP_LEFT,
    MIEN_LEGEND_TOP_RIGHT,
    MIEN_LEGEND_BOTTOM_LEFT,
    MIEN_LEGEND_BOTTOM_RIGHT,
    MIEN_LEGEND_BELOW
};

struct mien_figure {
    const char *title; /* NULL for none. */
    struct mien_axis x, y;
    int width, height; /* Pixels. */
    enum mien_legend legend;
    bool equal; /* One unit is as long on x as on y. */
    bool bare;  /* No axes, for pictures. */
    const struct mien_layer *layers;
    size_t layer_count;
    const struct mien_note *notes;
    size_t note_count;
    struct mien_scale scale; /* All zero for none. */
};

struct mien_extent {
    double x_low, x_high, y_low, y_high; /* low < high always. */
};

/* What the axes cover: their limits where given, else the data that are no guides, with a margin of 4 %. */
struct mien_extent mien_figure_extent(const struct mien_figure *figure);

/* Where the legend goes: the figure's choice, with MIEN_LEGEND_AUTO decided. character_width and line_height
 * are fractions of the drawn area; air is what the legend keeps from the edge, in lines. */
enum mien_legend mien_figure_legend(const struct mien_figure *figure, double character_width,
                                    double line_height, double air);

/* Columns a terminal needs for the text, about: characters, not bytes. */
size_t mien_text_columns(const char *text);

#endif
