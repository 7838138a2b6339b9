/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cells of a CSV file that is in memory, one after the other. Used by csv_read.c.
 */
#ifndef MIEN_TABLE_CSV_CELLS_H
#define MIEN_TABLE_CSV_CELLS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_cell {
    const char *start; /* Points into the file; without the quotes around and the spaces beside it. */
    size_t length;
    bool quoted;
    bool doubled; /* Holds doubled quotes that stand for one. */
};

struct mien_cells {
    const char *path; /* For messages. */
    const char *at, *end;
    char separator;
    size_t line;  /* Of `at`, from 1. */
    bool row_end; /* The cell read last was the last of its row. */
};

/* Moves past count lines, whatever they hold; stops at the end of the file. */
void mien_cells_skip_lines(struct mien_cells *cells, size_t count);
/* Moves past blank lines; false at the end of the file. */
bool mien_cells_next_row(struct mien_cells *cells);
/* The next cell of the row; only while row_end is false or after mien_cells_next_row. */
enum mien_status mien_cells_next(struct mien_cells *cells, struct mien_cell *cell, struct mien_error *error);
/* Copies the cell's text, with doubled quotes made single; NULL without memory. Free with free(). */
char *mien_cell_text(const struct mien_cell *cell);

#endif
