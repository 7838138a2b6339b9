/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/script.h"

#include "plot/quote.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    const struct mien_figure *figure;
    const struct mien_page *page;
    struct mien_text *script;
    struct mien_extent extent;
    bool in_text; /* The page is made of characters. */
    bool failed;
};

#define WRITE(writer, ...) ((writer)->failed |= mien_text_print((writer)->script, __VA_ARGS__) != 0)

/* One number with a leading space, with a point whatever the locale. */
static void write_number(struct writer *writer, double value)
{
    char text[64];
    if (!isfinite(value)) {
        WRITE(writer, " NaN");
        return;
    }
    snprintf(text, sizeof text, " %.10g", value);
    const char *point = localeconv()->decimal_point;
    char *found = strcmp(point, ".") != 0 ? strstr(text, point) : NULL;
    if (found) {
        *found = '.';
        memmove(found + 1, found + strlen(point), strlen(found + strlen(point)) + 1);
    }
    WRITE(writer, "%s", text);
}

static void write_quoted(struct writer *writer, const char *before, const char *text, const char *after)
{
    WRITE(writer, "%s", before);
    writer->failed |= mien_plot_quote(writer->script, text, MIEN_QUOTE_LONGEST) != 0;
    WRITE(writer, "%s", after);
}

static void write_range(struct writer *writer, const char *name, double low, double high)
{
    WRITE(writer, "set %s [", name);
    write_number(writer, low);
    WRITE(writer, " :");
    write_number(writer, high);
    WRITE(writer, " ]\n");
}

static bool has_scale(const struct writer *writer)
{
    const struct mien_scale *scale = &writer->figure->scale;
    return !writer->in_text && scale->count >= 2 && scale->low < scale->high;
}

static unsigned colour_of(double number)
{
    return (unsigned)number & 0xFFFFFF;
}

/* ---- Page ---- */

const char *mien_page_file(enum mien_page_kind kind)
{
    switch (kind) {
    case MIEN_PAGE_PNG:
        return "figure.png";
    case MIEN_PAGE_SVG:
        return "figure.svg";
    case MIEN_PAGE_PDF:
        return "figure.pdf";
    case MIEN_PAGE_TEXT:
        return "figure.txt";
    case MIEN_PAGE_SIXEL:
        return "figure.six";
    case MIEN_PAGE_WINDOW:
        break;
    }
    return NULL;
}

static void write_terminal(struct writer *writer)
{
    const struct mien_page *page = writer->page;
    int width = page->columns > 0 ? page->columns : writer->figure->width;
    int height = page->rows > 0 ? page->rows : writer->figure->height;
    WRITE(writer, "set encoding utf8\n");
    switch (page->kind) {
    case MIEN_PAGE_PNG:
        WRITE(writer, "set terminal pngcairo noenhanced size %d,%d font 'sans,11' background '#ffffff'\n",
              width, height);
        break;
    case MIEN_PAGE_SVG:
        WRITE(writer, "set terminal svg noenhanced size %d,%d dynamic font 'sans,14' background '#ffffff'\n",
              width, height);
        break;
    case MIEN_PAGE_PDF:
        WRITE(
            writer,
            "set terminal pdfcairo noenhanced size %d.%02din,%d.%02din font 'sans,11' background '#ffffff'\n",
            width / 96, width % 96 * 100 / 96, height / 96, height % 96 * 100 / 96);
        break;
    case MIEN_PAGE_TEXT:
        WRITE(writer, "set terminal dumb noenhanced size %d,%d aspect 2,1 mono\n", width, height);
        break;
    case MIEN_PAGE_SIXEL:
        /* Without truecolor the picture has 16 colours. */
        WRITE(writer,
              "set terminal sixelgd truecolor noenhanced size %d,%d font 'sans,11' background '#ffffff'\n",
              width, height);
        break;
    case MIEN_PAGE_WINDOW:
        WRITE(writer, "set terminal %s %d persist noenhanced size %d,%d font 'sans,11'\n", page->terminal,
              page->window, width, height);
        break;
    }
    const char *file = mien_page_file(page->kind);
    if (file)
        WRITE(writer, "set output '%s'\n", file);
    else
        WRITE(writer, "set output\n");
}

/* ---- Axes ---- */

/* Names at ticks are turned when they would run into each other. */
static bool ticks_collide(const struct writer *writer, const struct mien_axis *axis)
{
    double span = writer->extent.x_high - writer->extent.x_low;
    double area = (writer->page->columns > 0 ? writer->page->columns : writer->figure->width);
    double character = writer->page->kind == MIEN_PAGE_TEXT ? 1 : 7.5;
    area *= 0.88;
    /* The colour bar and the names at the y axis take their room from the drawn area. */
    if (writer->figure->scale.count)
        area -= 60;
    for (size_t i = 0, taken = 0; i < writer->figure->y.tick_count; i++) {
        size_t columns = mien_text_columns(writer->figure->y.ticks[i].text);
        area -= columns > taken ? (double)(columns - taken) * character : 0;
        taken = columns > taken ? columns : taken;
    }
    for (size_t i = 0; i + 1 < axis->tick_count; i++) {
        double half =
            (double)(mien_text_columns(axis->ticks[i].text) + mien_text_columns(axis->ticks[i + 1].text)) / 2;
        double room = fabs(axis->ticks[i + 1].at - axis->ticks[i].at) / span * area;
        if ((half + 1) * character > room)
            return true;
    }
    return false;
}

static void write_ticks(struct writer *writer, const char *name, const struct mien_axis *axis)
{
    WRITE(writer, "set %s %s", name, writer->in_text ? "scale 0.5 nomirror" : "out scale 0.5 nomirror");
    if (axis->ticks) {
        if (*name == 'x' && !writer->in_text && ticks_collide(writer, axis))
            WRITE(writer, " rotate by -25");
        for (size_t i = 0; i < axis->tick_count; i++) {
            WRITE(writer, i ? ", " : " (");
            writer->failed |= mien_plot_quote_tick(writer->script, axis->ticks[i].text) != 0;
            write_number(writer, axis->ticks[i].at);
        }
        WRITE(writer, axis->tick_count ? ")" : " ()");
    }
    WRITE(writer, writer->in_text ? "\n" : " textcolor '#333333'\n");
}

static void write_axes(struct writer *writer)
{
    const struct mien_figure *figure = writer->figure;
    const struct mien_extent *extent = &writer->extent;
    if (figure->x.reversed)
        write_range(writer, "xrange", extent->x_high, extent->x_low);
    else
        write_range(writer, "xrange", extent->x_low, extent->x_high);
    if (figure->y.reversed)
        write_range(writer, "yrange", extent->y_high, extent->y_low);
    else
        write_range(writer, "yrange", extent->y_low, extent->y_high);
    /* Text has no room to give away for a square, except where the shape is the thing. */
    if (figure->equal && (figure->bare || !writer->in_text))
        WRITE(writer, "set size ratio -1\n");
    if (figure->bare) {
        WRITE(writer, "unset border\nunset xtics\nunset ytics\nset lmargin 1\n%s",
              has_scale(writer) ? "" : "set rmargin 1\n");
        return;
    }
    WRITE(writer, writer->in_text ? "set border 3\n" : "set border 3 lc '#888888'\n");
    /* gnuplot's own format begins with a blank, which shifts the numbers from their ticks. */
    WRITE(writer, "set format '%%g'\n");
    write_ticks(writer, "xtics", &figure->x);
    write_ticks(writer, "ytics", &figure->y);
    if (!writer->in_text)
        WRITE(writer, "set grid %s %s back lt 1 lw 0.7 lc '#e4e4e4'\n", figure->x.ticks ? "noxtics" : "xtics",
              figure->y.ticks ? "noytics" : "ytics");
    if (figure->x.label)
        write_quoted(writer, "set xlabel ", figure->x.label,
                     writer->in_text ? "\n" : " textcolor '#222222'\n");
    if (figure->y.label && !writer->in_text)
        write_quoted(writer, "set ylabel ", figure->y.label, " textcolor '#222222'\n");
}

/* Text cannot be turned: the label of the y axis joins the title. */
static void write_title(struct writer *writer)
{
    const struct mien_figure *figure = writer->figure;
    if (!writer->in_text) {
        if (figure->title)
            write_quoted(writer, "set title ", figure->title, " font ',12' textcolor '#222222'\n");
        return;
    }
    if (!figure->title && !figure->y.label)
        return;
    struct mien_text title = {0};
    const char *first = figure->title ? figure->title : figure->y.label;
    int failed = mien_text_add(&title, first, strlen(first));
    if (figure->title && figure->y.label)
        failed |= mien_text_print(&title, "  [y: %s]", figure->y.label);
    if (failed)
        writer->failed = true;
    else
        write_quoted(writer, "set title ", title.bytes, "\n");
    free(title.bytes);
}

static void write_legend(struct writer *writer)
{
    static const char *const places[] = {
        [MIEN_LEGEND_ABOVE] = "above left horizontal",
        [MIEN_LEGEND_TOP_LEFT] = "inside top left vertical",
        [MIEN_LEGEND_TOP_RIGHT] = "inside top right vertical",
        [MIEN_LEGEND_BOTTOM_LEFT] = "inside bottom left vertical",
        [MIEN_LEGEND_BOTTOM_RIGHT] = "inside bottom right vertical",
        [MIEN_LEGEND_BELOW] = "below center horizontal",
    };
    const struct mien_figure *figure = writer->figure;
    const struct mien_page *page = writer->page;
    double width = page->columns > 0 ? page->columns : figure->width;
    double height = page->rows > 0 ? page->rows : figure->height;
    double character = writer->in_text ? 1 / fmax(width - 10, 10) : 7.5 / fmax(width - 90, 90);
    double line = writer->in_text ? 1 / fmax(height - 5, 5) : 20 / fmax(height - 80, 80);
    enum mien_legend place = mien_figure_legend(figure, character, line, writer->in_text ? 2.5 : 0.8);
    if (place == MIEN_LEGEND_NONE) {
        WRITE(writer, "unset key\n");
        return;
    }
    WRITE(writer, "set key %s Left reverse noenhanced noautotitle", places[place]);
    /* gnuplot takes the letters for wider than they are and would leave a gap beside them. */
    size_t longest = 0;
    for (size_t i = 0; i < figure->layer_count; i++)
        if (figure->layers[i].title && mien_text_columns(figure->layers[i].title) > longest)
            longest = mien_text_columns(figure->layers[i].title);
    bool in_row = place == MIEN_LEGEND_ABOVE || place == MIEN_LEGEND_BELOW;
    if (writer->in_text)
        WRITE(writer, " samplen 2\n");
    else
        WRITE(writer, " width -%zu samplen 1.5 spacing 1.15 textcolor '#222222'\n", in_row ? 0 : longest / 5);
}

/* ---- Colour scale ---- */

static void write_scale(struct writer *writer)
{
    const struct mien_scale *scale = &writer->figure->scale;
    if (!has_scale(writer))
        return;
    for (size_t i = 0; i < scale->count; i++)
        WRITE(writer, "%s%zu '#%06x'", i ? ", " : "set palette defined (", i, colour_of(scale->colours[i]));
    WRITE(writer, ")\n");
    write_range(writer, "cbrange", scale->low, scale->high);
    WRITE(writer, "set colorbox vertical noborder\nset format cb '%%g'\n"
                  "set cbtics out scale 0.5 nomirror textcolor '#333333'\n");
    if (scale->label)
        write_quoted(writer, "set cblabel ", scale->label, " textcolor '#222222'\n");
    /* gnuplot shows the bar only beside a plot that uses its colours. */
    WRITE(writer, "$scale << END\n0\nEND\n");
}

/* ---- Notes ---- */

static void write_notes(struct writer *writer)
{
    static const char *const sides[] = {"left", "center", "right"};
    /* Over a picture, words need a ground of their own. */
    bool boxed = writer->figure->bare && !has_scale(writer);
    if (writer->figure->note_count && boxed && !writer->in_text)
        WRITE(writer, "set style textbox opaque fillcolor '#ffffff' noborder margins 0.5,0.5\n");
    for (size_t i = 0; i < writer->figure->note_count; i++) {
        const struct mien_note *note = &writer->figure->notes[i];
        write_quoted(writer, "set label ", note->text, " at");
        write_number(writer, note->x);
        WRITE(writer, ",");
        write_number(writer, note->y);
        WRITE(writer, " %s front noenhanced", sides[note->alignment]);
        if (note->size > 0 && !writer->in_text)
            WRITE(writer, " font ',%d'", note->size);
        if (!writer->in_text)
            WRITE(writer, " textcolor '#%06x'%s", note->colour, boxed ? " boxed" : "");
        WRITE(writer, "\n");
    }
}

/* ---- Data ---- */

static bool missing(const struct mien_layer *layer, size_t i)
{
    return !isfinite(layer->x[i]) || !isfinite(layer->y[i]) || (layer->x2 && !isfinite(layer->x2[i])) ||
           (layer->y2 && !isfinite(layer->y2[i]));
}

/* A value between two gaps, of which a line would show nothing. */
static bool lonely(const struct mien_layer *layer, size_t i)
{
    return layer->kind == MIEN_LAYER_LINE && !missing(layer, i) && (i == 0 || missing(layer, i - 1)) &&
           (i + 1 == layer->count || missing(layer, i + 1));
}

static bool is_drawn(const struct writer *writer, const struct mien_layer *layer)
{
    if (layer->kind == MIEN_LAYER_PICTURE || (layer->graphic_only && writer->in_text))
        return false;
    for (size_t i = 0; i < layer->count; i++)
        if (!missing(layer, i))
            return true;
    return false;
}

/* Each mark has its own colour. */
static bool is_coloured(const struct writer *writer, const struct mien_layer *layer)
{
    return layer->colours && !writer->in_text &&
           (layer->kind == MIEN_LAYER_POINTS || layer->kind == MIEN_LAYER_BARS);
}

static void write_row(struct writer *writer, const struct mien_layer *layer, size_t i)
{
    const double x = layer->x[i], y = layer->y[i];
    write_number(writer, x);
    write_number(writer, y);
    if (layer->kind == MIEN_LAYER_SEGMENTS) {
        write_number(writer, layer->x2[i] - x);
        write_number(writer, layer->y2[i] - y);
    } else if (layer->kind == MIEN_LAYER_BARS) {
        write_number(writer, fmin(x, layer->x2[i]));
        write_number(writer, fmax(x, layer->x2[i]));
        write_number(writer, fmin(y, layer->y2[i]));
        write_number(writer, fmax(y, layer->y2[i]));
    }
    if (is_coloured(writer, layer))
        WRITE(writer, " %u", colour_of(layer->colours[i]));
    WRITE(writer, "\n");
}

static void write_data(struct writer *writer)
{
    for (size_t k = 0; k < writer->figure->layer_count; k++) {
        const struct mien_layer *layer = &writer->figure->layers[k];
        if (!is_drawn(writer, layer))
            continue;
        size_t alone = 0;
        WRITE(writer, "$layer%zu << END\n", k + 1);
        for (size_t i = 0; i < layer->count; i++) {
            if (!missing(layer, i))
                write_row(writer, layer, i);
            else if (layer->kind == MIEN_LAYER_LINE)
                WRITE(writer, "\n");
            alone += lonely(layer, i);
        }
        WRITE(writer, "END\n");
        if (!alone)
            continue;
        WRITE(writer, "$alone%zu << END\n", k + 1);
        for (size_t i = 0; i < layer->count; i++)
            if (lonely(layer, i))
                write_row(writer, layer, i);
        WRITE(writer, "END\n");
    }
}

/* ---- Plot ---- */

/* gnuplot's colour with its transparency; text has none. */
static void write_colour(struct writer *writer, const char *before, const struct mien_layer *layer,
                         double opacity)
{
    unsigned clear = (unsigned)lround(255 * (1 - fmin(fmax(opacity, 0), 1)));
    if (writer->in_text || clear == 0)
        WRITE(writer, "%s rgb '#%06x'", before, layer->colour);
    else
        WRITE(writer, "%s rgb '#%02x%06x'", before, clear, layer->colour);
}

static void write_number_after(struct writer *writer, const char *word, double value)
{
    WRITE(writer, " %s", word);
    write_number(writer, value);
}

/* A filled shape; its outline is opaque. */
static void write_fill(struct writer *writer, const struct mien_layer *layer)
{
    if (writer->in_text) {
        WRITE(writer, " linetype %d", layer->symbol);
        write_colour(writer, " linecolor", layer, 1);
        WRITE(writer, " fillstyle empty");
        return;
    }
    write_number_after(writer, "linewidth", layer->width);
    if (is_coloured(writer, layer))
        WRITE(writer, " fillcolor rgb variable");
    else
        write_colour(writer, " fillcolor", layer, layer->opacity);
    WRITE(writer, " fillstyle solid 1.0");
    if (layer->width > 0)
        write_colour(writer, " border linecolor", layer, 1);
    else
        WRITE(writer, " noborder");
}

static void write_style(struct writer *writer, const struct mien_layer *layer)
{
    switch (layer->kind) {
    case MIEN_LAYER_LINE:
    case MIEN_LAYER_SEGMENTS:
        WRITE(writer, layer->kind == MIEN_LAYER_LINE ? " with lines" : " using 1:2:3:4 with vectors nohead");
        WRITE(writer, " linetype %d", layer->symbol);
        write_colour(writer, " linecolor", layer, layer->opacity);
        write_number_after(writer, "linewidth", layer->width);
        WRITE(writer, " dashtype %d", layer->dash);
        break;
    case MIEN_LAYER_POINTS:
        WRITE(writer, "%s with points pointtype %d", is_coloured(writer, layer) ? " using 1:2:3" : "",
              writer->in_text ? layer->symbol : 7);
        write_number_after(writer, "pointsize", layer->size);
        if (is_coloured(writer, layer))
            WRITE(writer, " linecolor rgb variable");
        else
            write_colour(writer, " linecolor", layer, layer->opacity);
        break;
    case MIEN_LAYER_BARS:
        WRITE(writer, " using 1:2:3:4:5:6%s with boxxyerror", is_coloured(writer, layer) ? ":7" : "");
        write_fill(writer, layer);
        break;
    case MIEN_LAYER_AREA:
        if (writer->in_text) {
            WRITE(writer, " with lines linetype %d", layer->symbol);
            write_colour(writer, " linecolor", layer, 1);
        } else {
            WRITE(writer, " with filledcurves closed");
            write_fill(writer, layer);
        }
        break;
    case MIEN_LAYER_PICTURE:
        break;
    }
}

static void write_alone(struct writer *writer, const struct mien_layer *layer, size_t k)
{
    for (size_t i = 0; i < layer->count; i++) {
        if (!lonely(layer, i))
            continue;
        WRITE(writer, ", $alone%zu with points pointtype %d", k + 1, writer->in_text ? layer->symbol : 7);
        write_number_after(writer, "pointsize", 0.25 * layer->width);
        write_colour(writer, " linecolor", layer, layer->opacity);
        WRITE(writer, " notitle");
        return;
    }
}

static void write_plot(struct writer *writer)
{
    const char *before = "plot ";
    for (size_t k = 0; k < writer->figure->layer_count; k++) {
        const struct mien_layer *layer = &writer->figure->layers[k];
        if (layer->kind == MIEN_LAYER_PICTURE && !writer->in_text) {
            WRITE(writer, "%s'picture.png' binary filetype=png flipy with rgbimage notitle", before);
            before = ", ";
        }
        if (!is_drawn(writer, layer))
            continue;
        WRITE(writer, "%s$layer%zu", before, k + 1);
        write_style(writer, layer);
        if (layer->title)
            write_quoted(writer, " title ", layer->title, " noenhanced");
        else
            WRITE(writer, " notitle");
        write_alone(writer, layer, k);
        before = ", ";
    }
    if (has_scale(writer)) {
        WRITE(writer, "%s$scale using (NaN):(NaN):1 with points palette notitle", before);
        before = ", ";
    }
    /* A figure without anything to draw still shows its axes. */
    if (*before == 'p')
        WRITE(writer, "plot NaN notitle");
    WRITE(writer, "\n");
}

int mien_plot_script(const struct mien_figure *figure, const struct mien_page *page, struct mien_text *script)
{
    struct writer writer = {.figure = figure,
                            .page = page,
                            .script = script,
                            .extent = mien_figure_extent(figure),
                            .in_text = page->kind == MIEN_PAGE_TEXT};
    write_terminal(&writer);
    write_title(&writer);
    write_axes(&writer);
    write_legend(&writer);
    write_scale(&writer);
    write_notes(&writer);
    write_data(&writer);
    write_plot(&writer);
    WRITE(&writer, "set output\n");
    return writer.failed ? -1 : 0;
}
