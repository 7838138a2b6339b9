/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two passes over the file in memory. The first counts rows, checks their length and collects numbers column
 * by column, giving a column up as soon as one of its cells is no number. The second copies the text of those
 * columns only.
 */
#include "table/csv.h"

#include "base/interrupt.h"
#include "base/memory.h"
#include "table/csv_cells.h"
#include "table/csv_file.h"
#include "table/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_ROWS = 8192 /* Rows between two looks at the interrupt flag. */
};

/* What is known of a column during the first pass. */
struct guess {
    bool text;       /* Some cell is no number, or text was asked for. */
    bool finite;     /* Some cell is a finite number. */
    bool infinite;   /* Some cell is an infinity, which alone makes no number column: "inf" may be a word. */
    double *numbers; /* One per row so far; NULL once the column is text. */
    size_t capacity;
};

struct reader {
    const char *path;
    const struct mien_csv_options *options;
    struct mien_cells cells;
    struct mien_table *table;
    size_t header_line;
    struct guess *guesses;
    size_t lines_capacity;
    struct mien_error *error;
};

static enum mien_status no_memory(const struct reader *reader)
{
    return mien_fail(reader->error, MIEN_ERR_MEMORY, "%s: out of memory", reader->path);
}

static bool is_word(const char *const *words, const struct mien_cell *cell)
{
    for (; *words; words++)
        if (strlen(*words) == cell->length && memcmp(*words, cell->start, cell->length) == 0)
            return true;
    return false;
}

static bool is_na(const struct reader *reader, const struct mien_cell *cell)
{
    static const char *const usual[] = {"", "NA", "NaN", "nan", NULL};
    if (!reader->options->na && cell->length > 3)
        return false;
    return is_word(reader->options->na ? reader->options->na : usual, cell);
}

/* ---- The header ---- */

static enum mien_status add_name(struct reader *reader, char *name, size_t *capacity)
{
    struct mien_table *table = reader->table;
    if (!name || mien_array_grow(&table->names, capacity, table->count + 1, sizeof *table->names) != 0) {
        free(name);
        return no_memory(reader);
    }
    table->names[table->count++] = name;
    return MIEN_OK;
}

static char *name_by_position(size_t position)
{
    char name[32];
    snprintf(name, sizeof name, "column_%zu", position);
    return strdup(name);
}

/* Tells which separator a file has whose header is one cell under the comma; 0 if there is no sign of
 * another. */
static char other_separator(const char *name)
{
    static const char candidates[] = {';', '\t', '|'};
    for (size_t i = 0; i < sizeof candidates; i++)
        if (strchr(name, candidates[i]))
            return candidates[i];
    return 0;
}

static enum mien_status check_separator(const struct reader *reader)
{
    const struct mien_table *table = reader->table;
    char other = table->count == 1 && !reader->options->separator ? other_separator(table->names[0]) : 0;
    if (!other)
        return MIEN_OK;
    if (other == ';')
        return mien_fail(
            reader->error, MIEN_ERR_FORMAT,
            "%s: the cells seem to be separated by semicolons; add {separator = \";\"}, and decimal = "
            "\",\" if numbers have decimal commas",
            reader->path);
    return mien_fail(reader->error, MIEN_ERR_FORMAT,
                     "%s: the cells seem to be separated by %s; add {separator = \"%s\"}", reader->path,
                     other == '\t' ? "tabs" : "bars", other == '\t' ? "\\t" : "|");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(**(char *const *const *)a, **(char *const *const *)b);
}

static enum mien_status check_names_differ(const struct reader *reader)
{
    const struct mien_table *table = reader->table;
    char ***sorted = mien_array_new(table->count, sizeof *sorted);
    if (!sorted)
        return no_memory(reader);
    for (size_t i = 0; i < table->count; i++)
        sorted[i] = &table->names[i];
    qsort(sorted, table->count, sizeof *sorted, compare_names);
    enum mien_status status = MIEN_OK;
    for (size_t i = 1; i < table->count && status == MIEN_OK; i++)
        if (strcmp(*sorted[i - 1], *sorted[i]) == 0) {
            size_t a = (size_t)(sorted[i - 1] - table->names) + 1, b = (size_t)(sorted[i] - table->names) + 1;
            status = mien_fail(
                reader->error, MIEN_ERR_FORMAT,
                "%s: line %zu: columns %zu and %zu are both named \"%s\"; give each a name of its own",
                reader->path, reader->header_line, a < b ? a : b, a < b ? b : a, *sorted[i]);
        }
    free(sorted);
    return status;
}

/* Without a header the first row is read for its length alone, and read again as data. */
static enum mien_status read_header(struct reader *reader)
{
    struct mien_cells first = reader->cells;
    size_t capacity = 0;
    bool empty = !mien_cells_next_row(&reader->cells);
    if (empty)
        return mien_fail(reader->error, MIEN_ERR_FORMAT,
                         "%s: the file holds only blank lines; a header line was expected", reader->path);
    reader->header_line = reader->cells.line;
    do {
        struct mien_cell cell;
        enum mien_status status = mien_cells_next(&reader->cells, &cell, reader->error);
        if (status != MIEN_OK)
            return status;
        bool named = !reader->options->no_header && cell.length > 0;
        char *name = named ? mien_cell_text(&cell) : name_by_position(reader->table->count + 1);
        if ((status = add_name(reader, name, &capacity)) != MIEN_OK)
            return status;
    } while (!reader->cells.row_end);
    if (reader->options->no_header)
        reader->cells = first;
    enum mien_status status = check_separator(reader);
    return status == MIEN_OK ? check_names_differ(reader) : status;
}

static enum mien_status start_columns(struct reader *reader)
{
    struct mien_table *table = reader->table;
    table->columns = mien_array_new(table->count, sizeof *table->columns);
    reader->guesses = mien_array_new(table->count, sizeof *reader->guesses);
    if (!table->columns || !reader->guesses)
        return no_memory(reader);
    for (const char *const *name = reader->options->texts; name && *name; name++) {
        const struct mien_column *column = mien_table_column(table, *name);
        if (!column)
            return mien_fail(reader->error, MIEN_ERR_FORMAT, "%s: no column \"%s\" to read as text",
                             reader->path, *name);
        reader->guesses[column - table->columns].text = true;
    }
    return MIEN_OK;
}

/* ---- First pass ---- */

static void give_up_numbers(struct guess *guess)
{
    free(guess->numbers);
    guess->numbers = NULL;
    guess->text = true;
}

static enum mien_status guess_cell(struct reader *reader, size_t column, const struct mien_cell *cell)
{
    struct guess *guess = &reader->guesses[column];
    if (guess->text)
        return MIEN_OK;
    double value = NAN;
    if (!is_na(reader, cell)) {
        char decimal = reader->options->decimal ? reader->options->decimal : '.';
        if (!mien_number_read(cell->start, cell->length, decimal, &value) ||
            mien_number_is_label(cell->start, cell->length)) {
            give_up_numbers(guess);
            return MIEN_OK;
        }
        guess->finite |= isfinite(value) != 0;
        guess->infinite |= isinf(value) != 0;
    }
    size_t row = reader->table->rows;
    if (mien_array_grow(&guess->numbers, &guess->capacity, row + 1, sizeof *guess->numbers) != 0)
        return no_memory(reader);
    guess->numbers[row] = value;
    return MIEN_OK;
}

static enum mien_status guess_row(struct reader *reader)
{
    struct mien_table *table = reader->table;
    size_t line = reader->cells.line, count = 0;
    do {
        struct mien_cell cell;
        enum mien_status status = mien_cells_next(&reader->cells, &cell, reader->error);
        if (status == MIEN_OK && count < table->count)
            status = guess_cell(reader, count, &cell);
        if (status != MIEN_OK)
            return status;
        count++;
    } while (!reader->cells.row_end);
    if (count != table->count)
        return mien_fail(reader->error, MIEN_ERR_FORMAT,
                         "%s: line %zu has %zu cell%s, but the %s has %zu; %s", reader->path, line, count,
                         count == 1 ? "" : "s", reader->options->no_header ? "first row" : "header",
                         table->count,
                         count < table->count ? "write NA where a value is missing"
                                              : "put quotes around a cell that contains the separator");
    if (mien_array_grow(&table->lines, &reader->lines_capacity, table->rows + 1, sizeof *table->lines) != 0)
        return no_memory(reader);
    table->lines[table->rows++] = line;
    return MIEN_OK;
}

static enum mien_status check_interrupt(const struct reader *reader, size_t row)
{
    if (row % POLL_ROWS == 0 && mien_interrupted())
        return mien_fail(reader->error, MIEN_ERR_CANCELLED, "stopped");
    return MIEN_OK;
}

static enum mien_status first_pass(struct reader *reader)
{
    while (mien_cells_next_row(&reader->cells)) {
        enum mien_status status = check_interrupt(reader, reader->table->rows);
        if (status == MIEN_OK)
            status = guess_row(reader);
        if (status != MIEN_OK)
            return status;
    }
    return MIEN_OK;
}

/* ---- Second pass ---- */

/* Hands the numbers over and prepares text columns; *texts tells whether there are any. */
static enum mien_status settle_columns(struct reader *reader, bool *texts)
{
    struct mien_table *table = reader->table;
    *texts = false;
    for (size_t i = 0; i < table->count; i++) {
        struct guess *guess = &reader->guesses[i];
        struct mien_column *column = &table->columns[i];
        if (guess->infinite && !guess->finite)
            give_up_numbers(guess);
        if (guess->text) {
            *texts = true;
            if (mien_column_set_texts(column, table->rows) != 0)
                return no_memory(reader);
        } else if (guess->numbers) {
            *column = (struct mien_column){.count = table->rows, .numbers = guess->numbers};
            guess->numbers = NULL;
        } else if (mien_column_set_numbers(column, table->rows) != 0)
            return no_memory(reader);
    }
    return MIEN_OK;
}

static enum mien_status copy_texts(struct reader *reader)
{
    struct mien_table *table = reader->table;
    for (size_t row = 0; mien_cells_next_row(&reader->cells); row++) {
        enum mien_status status = check_interrupt(reader, row);
        for (size_t i = 0; i < table->count && status == MIEN_OK; i++) {
            struct mien_cell cell;
            status = mien_cells_next(&reader->cells, &cell, reader->error);
            if (status != MIEN_OK || !table->columns[i].is_text || (!cell.quoted && is_na(reader, &cell)))
                continue;
            table->columns[i].texts[row] = mien_cell_text(&cell);
            if (!table->columns[i].texts[row])
                status = no_memory(reader);
        }
        if (status != MIEN_OK)
            return status;
    }
    return MIEN_OK;
}

/* True for a text column whose every value would be a number if it had a decimal comma. */
static bool has_decimal_commas(const struct mien_column *column)
{
    size_t numbers = 0;
    double value;
    for (size_t i = 0; column->is_text && i < column->count; i++) {
        const char *text = column->texts[i];
        if (!text)
            continue;
        if (!mien_number_read(text, strlen(text), ',', &value) || mien_number_is_label(text, strlen(text)))
            return false;
        numbers += strchr(text, ',') != NULL;
    }
    return numbers > 0;
}

static void note_decimal_commas(const struct reader *reader)
{
    struct mien_table *table = reader->table;
    for (size_t i = 0; i < table->count && !reader->options->decimal; i++)
        if (has_decimal_commas(&table->columns[i])) {
            snprintf(table->note, sizeof table->note,
                     "column \"%.100s\" was read as text, but looks like numbers with decimal commas: add "
                     "decimal = \",\"",
                     table->names[i]);
            return;
        }
}

static enum mien_status read_table(struct reader *reader)
{
    bool texts;
    enum mien_status status = read_header(reader);
    if (status == MIEN_OK)
        status = start_columns(reader);
    struct mien_cells data = reader->cells;
    if (status == MIEN_OK)
        status = first_pass(reader);
    if (status == MIEN_OK)
        status = settle_columns(reader, &texts);
    if (status != MIEN_OK || !texts)
        return status;
    reader->cells = data;
    if ((status = copy_texts(reader)) == MIEN_OK)
        note_decimal_commas(reader);
    return status;
}

enum mien_status mien_csv_read(const char *path, const struct mien_csv_options *options,
                               struct mien_table **table, struct mien_error *error)
{
    static const struct mien_csv_options usual = {0};
    struct reader reader = {.path = path, .options = options ? options : &usual, .error = error};
    struct mien_text bytes = {0};
    size_t start = 0;
    enum mien_status status = mien_csv_load(path, &bytes, &start, error);
    if (status != MIEN_OK)
        goto fail;
    reader.table = mien_array_new(1, sizeof *reader.table);
    if (!reader.table) {
        status = no_memory(&reader);
        goto fail;
    }
    reader.cells =
        (struct mien_cells){.path = path,
                            .at = bytes.bytes + start,
                            .end = bytes.bytes + bytes.length,
                            .separator = reader.options->separator ? reader.options->separator : ',',
                            .line = 1};
    mien_cells_skip_lines(&reader.cells, reader.options->skip);
    status = read_table(&reader);
    if (status != MIEN_OK)
        goto fail;
    *table = reader.table;
    reader.table = NULL;
fail:
    for (size_t i = 0; reader.guesses && reader.table && i < reader.table->count; i++)
        free(reader.guesses[i].numbers);
    free(reader.guesses);
    mien_table_free(reader.table);
    free(bytes.bytes);
    return status;
}

/* ---- Tables ---- */

void mien_table_free(struct mien_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++) {
        free(table->names[i]);
        if (table->columns)
            mien_column_clear(&table->columns[i]);
    }
    free(table->names);
    free(table->columns);
    free(table->lines);
    free(table);
}

const struct mien_column *mien_table_column(const struct mien_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->names[i], name) == 0)
            return &table->columns[i];
    return NULL;
}
