/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/figure.h"

#include <math.h>

size_t mien_text_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

/* ---- Extent ---- */

static void stretch(double *low, double *high, const double *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        if (!(*low <= values[i]))
            *low = values[i];
        if (!(*high >= values[i]))
            *high = values[i];
    }
}

/* Applies the axis's own limits, the margin and the rule that low is less than high. */
static void finish_axis(const struct mien_axis *axis, double *low, double *high)
{
    if (isnan(*low)) {
        *low = 0;
        *high = 1;
    }
    if (axis->from_zero) {
        *low = fmin(*low, 0);
        *high = fmax(*high, 0);
    }
    double span = *high - *low;
    double margin = span > 0 ? 0.04 * span : fmax(fabs(*low) * 0.05, 0.5);
    if (!(axis->from_zero && *low == 0))
        *low -= margin;
    if (!(axis->from_zero && *high == 0))
        *high += margin;
    if (!isnan(axis->low))
        *low = axis->low;
    if (!isnan(axis->high))
        *high = axis->high;
    if (!(*low < *high)) {
        double middle = isnan(axis->high) ? *low : *high;
        margin = fmax(fabs(middle) * 0.05, 0.5);
        if (isnan(axis->low))
            *low = middle - margin;
        else
            *high = middle + margin;
    }
}

struct mien_extent mien_figure_extent(const struct mien_figure *figure)
{
    struct mien_extent extent = {NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < figure->layer_count; i++) {
        const struct mien_layer *layer = &figure->layers[i];
        if (layer->guide || layer->kind == MIEN_LAYER_PICTURE)
            continue;
        stretch(&extent.x_low, &extent.x_high, layer->x, layer->count);
        stretch(&extent.x_low, &extent.x_high, layer->x2, layer->count);
        stretch(&extent.y_low, &extent.y_high, layer->y, layer->count);
        stretch(&extent.y_low, &extent.y_high, layer->y2, layer->count);
    }
    finish_axis(&figure->x, &extent.x_low, &extent.x_high);
    finish_axis(&figure->y, &extent.y_low, &extent.y_high);
    return extent;
}

/* ---- Legend ---- */

enum {
    STEPS = 8 /* Places looked at along one straight piece. */
};

struct corner {
    double left, right, bottom, top; /* Fractions of the drawn area. */
};

static bool inside(const struct corner *corner, const struct mien_extent *extent, double x, double y)
{
    double across = (x - extent->x_low) / (extent->x_high - extent->x_low);
    double up = (y - extent->y_low) / (extent->y_high - extent->y_low);
    return across >= corner->left && across <= corner->right && up >= corner->bottom && up <= corner->top;
}

static bool piece_inside(const struct corner *corner, const struct mien_extent *extent, double x, double y,
                         double x2, double y2)
{
    for (int step = 0; step <= STEPS; step++) {
        double part = (double)step / STEPS;
        if (inside(corner, extent, x + part * (x2 - x), y + part * (y2 - y)))
            return true;
    }
    return false;
}

static bool bar_inside(const struct corner *corner, const struct mien_extent *extent, double x, double y,
                       double x2, double y2)
{
    double wide = extent->x_high - extent->x_low, high = extent->y_high - extent->y_low;
    double left = (fmin(x, x2) - extent->x_low) / wide, right = (fmax(x, x2) - extent->x_low) / wide;
    double bottom = (fmin(y, y2) - extent->y_low) / high, top = (fmax(y, y2) - extent->y_low) / high;
    return left <= corner->right && right >= corner->left && bottom <= corner->top && top >= corner->bottom;
}

static bool layer_inside(const struct corner *corner, const struct mien_extent *extent,
                         const struct mien_layer *layer)
{
    for (size_t i = 0; i < layer->count; i++) {
        double x = layer->x[i], y = layer->y[i];
        bool hit = inside(corner, extent, x, y);
        if (!hit && (layer->kind == MIEN_LAYER_LINE || layer->kind == MIEN_LAYER_AREA) &&
            i + 1 < layer->count)
            hit = piece_inside(corner, extent, x, y, layer->x[i + 1], layer->y[i + 1]);
        if (!hit && layer->kind == MIEN_LAYER_SEGMENTS)
            hit = piece_inside(corner, extent, x, y, layer->x2[i], layer->y2[i]);
        if (!hit && layer->kind == MIEN_LAYER_BARS)
            hit = bar_inside(corner, extent, x, y, layer->x2[i], layer->y2[i]);
        if (hit)
            return true;
    }
    return false;
}

static bool corner_is_free(const struct mien_figure *figure, const struct mien_extent *extent,
                           const struct corner *corner)
{
    for (size_t i = 0; i < figure->layer_count; i++) {
        const struct mien_layer *layer = &figure->layers[i];
        if (layer->guide || layer->kind == MIEN_LAYER_PICTURE)
            continue;
        if (layer_inside(corner, extent, layer))
            return false;
    }
    return true;
}

enum mien_legend mien_figure_legend(const struct mien_figure *figure, double character_width,
                                    double line_height, double air)
{
    size_t entries = 0, longest = 0;
    for (size_t i = 0; i < figure->layer_count; i++) {
        if (!figure->layers[i].title)
            continue;
        size_t columns = mien_text_columns(figure->layers[i].title);
        longest = columns > longest ? columns : longest;
        entries++;
    }
    if (entries == 0)
        return MIEN_LEGEND_NONE;
    if (figure->legend != MIEN_LEGEND_AUTO)
        return figure->legend;
    /* The sample before the text, and a little air, take about six characters. */
    double width = ((double)longest + 6) * character_width;
    double height = ((double)entries + air) * line_height;
    static const enum mien_legend order[] = {MIEN_LEGEND_TOP_RIGHT, MIEN_LEGEND_TOP_LEFT,
                                             MIEN_LEGEND_BOTTOM_RIGHT, MIEN_LEGEND_BOTTOM_LEFT};
    struct mien_extent extent = mien_figure_extent(figure);
    for (size_t i = 0; i < sizeof order / sizeof *order && width < 0.9; i++) {
        bool left = order[i] == MIEN_LEGEND_TOP_LEFT || order[i] == MIEN_LEGEND_BOTTOM_LEFT;
        bool top = order[i] == MIEN_LEGEND_TOP_LEFT || order[i] == MIEN_LEGEND_TOP_RIGHT;
        struct corner corner = {left ? 0 : 1 - width, left ? width : 1, top ? 1 - height : 0,
                                top ? 1 : height};
        if (corner_is_free(figure, &extent, &corner))
            return order[i];
    }
    return MIEN_LEGEND_ABOVE;
}
