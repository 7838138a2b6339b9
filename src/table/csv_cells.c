/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/csv_cells.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(const struct mien_cells *cells, char c)
{
    return (c == ' ' || c == '\t') && c != cells->separator;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Moves past LF, CRLF or CR. */
static void end_line(struct mien_cells *cells)
{
    if (cells->at + 1 < cells->end && cells->at[0] == '\r' && cells->at[1] == '\n')
        cells->at++;
    cells->at++;
    cells->line++;
}

void mien_cells_skip_lines(struct mien_cells *cells, size_t count)
{
    while (count > 0 && cells->at < cells->end) {
        if (is_line_end(*cells->at)) {
            end_line(cells);
            count--;
        } else
            cells->at++;
    }
}

bool mien_cells_next_row(struct mien_cells *cells)
{
    for (;;) {
        const char *at = cells->at;
        while (at < cells->end && is_blank(cells, *at))
            at++;
        if (at == cells->end) {
            cells->at = at;
            return false;
        }
        if (!is_line_end(*at))
            return true;
        cells->at = at;
        end_line(cells);
    }
}

/* Counts the line ends inside a quoted cell. */
static void count_lines(struct mien_cells *cells, const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from == '\n' || (*from == '\r' && !(from + 1 < to && from[1] == '\n')))
            cells->line++;
}

/* at is the first byte after the opening quote. */
static enum mien_status read_quoted(struct mien_cells *cells, struct mien_cell *cell,
                                    struct mien_error *error)
{
    const char *start = cells->at, *quote = start;
    for (;; quote += 2) {
        quote = memchr(quote, '"', (size_t)(cells->end - quote));
        if (!quote)
            return mien_fail(
                error, MIEN_ERR_FORMAT,
                "%s: line %zu: a quote opens here and is never closed; close it, or double it if it is "
                "part of the text",
                cells->path, cells->line);
        if (quote + 1 == cells->end || quote[1] != '"')
            break;
        cell->doubled = true;
    }
    cell->start = start;
    cell->length = (size_t)(quote - start);
    count_lines(cells, start, quote);
    cells->at = quote + 1;
    while (cells->at < cells->end && is_blank(cells, *cells->at))
        cells->at++;
    if (cells->at < cells->end && *cells->at != cells->separator && !is_line_end(*cells->at))
        return mien_fail(
            error, MIEN_ERR_FORMAT,
            "%s: line %zu: text follows a closing quote; a quote inside a quoted cell is written twice",
            cells->path, cells->line);
    return MIEN_OK;
}

static void read_plain(struct mien_cells *cells, struct mien_cell *cell)
{
    const char *at = cells->at;
    while (at < cells->end && *at != cells->separator && !is_line_end(*at))
        at++;
    cell->start = cells->at;
    cells->at = at;
    while (at > cell->start && is_blank(cells, at[-1]))
        at--;
    cell->length = (size_t)(at - cell->start);
}

enum mien_status mien_cells_next(struct mien_cells *cells, struct mien_cell *cell, struct mien_error *error)
{
    *cell = (struct mien_cell){0};
    while (cells->at < cells->end && is_blank(cells, *cells->at))
        cells->at++;
    if (cells->at < cells->end && *cells->at == '"') {
        cells->at++;
        cell->quoted = true;
        enum mien_status status = read_quoted(cells, cell, error);
        if (status != MIEN_OK)
            return status;
    } else
        read_plain(cells, cell);
    cells->row_end = cells->at == cells->end || *cells->at != cells->separator;
    if (!cells->row_end)
        cells->at++;
    else if (cells->at < cells->end)
        end_line(cells);
    return MIEN_OK;
}

char *mien_cell_text(const struct mien_cell *cell)
{
    char *text = malloc(cell->length + 1);
    if (!text)
        return NULL;
    if (cell->length)
        memcpy(text, cell->start, cell->length);
    text[cell->length] = '\0';
    if (cell->doubled) {
        char *to = text;
        for (const char *from = text; *from; from++) {
            if (from[0] == '"' && from[1] == '"')
                from++;
            *to++ = *from;
        }
        *to = '\0';
    }
    return text;
}
