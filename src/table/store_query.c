/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queries from outside: a connection that can only read, and an authoriser that lets only reading through.
 */
#include "base/interrupt.h"
#include "base/memory.h"
#include "table/store_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_BETWEEN_POLLS = 10000 };

static int only_reading(void *context, int action, const char *first, const char *second,
                        const char *database, const char *trigger)
{
    static const char *const pragmas[] = {"table_info", "table_xinfo", "table_list", "index_list", NULL};
    (void)context, (void)database, (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        for (const char *const *pragma = pragmas; *pragma; pragma++)
            if (first && strcmp(first, *pragma) == 0)
                return SQLITE_OK;
        return SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int stop_when_asked(void *context)
{
    (void)context;
    return mien_interrupted();
}

static enum mien_status open_reader(struct mien_store *store, struct mien_error *error)
{
    if (store->reader)
        return MIEN_OK;
    int opened =
        sqlite3_open_v2(store->address, &store->reader, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    if (opened != SQLITE_OK) {
        enum mien_status status = store->reader
                                      ? mien_store_fail(store, store->reader, error)
                                      : mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
        sqlite3_close(store->reader);
        store->reader = NULL;
        return status;
    }
    sqlite3_busy_timeout(store->reader, 10000);
    /* The table functions of JSON declare their columns when first used, which the authoriser would not
     * allow. */
    sqlite3_exec(store->reader, "SELECT 1 FROM json_each('[]'), json_tree('[]')", NULL, NULL, NULL);
    sqlite3_set_authorizer(store->reader, only_reading, NULL);
    sqlite3_progress_handler(store->reader, STEPS_BETWEEN_POLLS, stop_when_asked, NULL);
    return MIEN_OK;
}

static enum mien_status refused(struct mien_error *error)
{
    return mien_fail(
        error, MIEN_ERR_ACCESS,
        "only queries that read are allowed, such as SELECT ... FROM summary; the store is written by "
        "extract and forget alone");
}

/* What follows the first statement may be space and comments only. */
static enum mien_status refuse_second(struct mien_store *store, const char *rest, struct mien_error *error)
{
    sqlite3_stmt *second = NULL;
    bool more = sqlite3_prepare_v2(store->reader, rest, -1, &second, NULL) != SQLITE_OK || second;
    sqlite3_finalize(second);
    if (!more)
        return MIEN_OK;
    rest += strspn(rest, " \t\r\n;");
    return mien_fail(error, MIEN_ERR_DATA, "one query at a time; after the first comes: %.*s",
                     (int)strcspn(rest, "\r\n"), rest);
}

static enum mien_status prepare_query(struct mien_store *store, const char *query, sqlite3_stmt **statement,
                                      struct mien_error *error)
{
    const char *rest = NULL;
    int prepared = sqlite3_prepare_v2(store->reader, query, -1, statement, &rest);
    if (prepared == SQLITE_AUTH)
        return refused(error);
    if (prepared == SQLITE_ERROR)
        return mien_fail(error, MIEN_ERR_DATA, "%s", sqlite3_errmsg(store->reader));
    if (prepared != SQLITE_OK)
        return mien_store_fail(store, store->reader, error);
    if (!*statement)
        return mien_fail(error, MIEN_ERR_DATA, "the query is empty");
    if (!sqlite3_stmt_readonly(*statement))
        return refused(error);
    return refuse_second(store, rest, error);
}

/* ---- Collecting rows, whose number and types are not known before they are there ---- */

struct cell {
    double number;
    char *text; /* NULL in a number. */
};

struct collector {
    struct cell *cells;
    size_t used, capacity;
};

static void free_cells(struct collector *collector)
{
    for (size_t i = 0; i < collector->used; i++)
        free(collector->cells[i].text);
    free(collector->cells);
}

static int read_cell(sqlite3_stmt *statement, int column, struct cell *cell)
{
    char note[40];
    *cell = (struct cell){.number = NAN};
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        cell->number = sqlite3_column_double(statement, column);
        return 0;
    case SQLITE_TEXT:
        cell->text = strdup((const char *)sqlite3_column_text(statement, column));
        return cell->text ? 0 : -1;
    case SQLITE_BLOB:
        snprintf(note, sizeof note, "(%d bytes)", sqlite3_column_bytes(statement, column));
        cell->text = strdup(note);
        return cell->text ? 0 : -1;
    default:
        return 0;
    }
}

static enum mien_status collect(struct mien_store *store, sqlite3_stmt *statement, size_t count,
                                struct collector *collector, struct mien_error *error)
{
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        if (mien_array_grow(&collector->cells, &collector->capacity, collector->used + count,
                            sizeof *collector->cells) != 0)
            return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the result of the query");
        for (size_t i = 0; i < count; i++)
            if (read_cell(statement, (int)i, &collector->cells[collector->used++]) != 0)
                return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the result of the query");
    }
    if (step == SQLITE_DONE)
        return MIEN_OK;
    if (step == SQLITE_ERROR || step == SQLITE_MISMATCH || step == SQLITE_TOOBIG)
        return mien_fail(error, MIEN_ERR_DATA, "%s", sqlite3_errmsg(store->reader));
    return mien_store_fail(store, store->reader, error);
}

static bool column_is_text(const struct collector *collector, size_t column, size_t count,
                           const char *declared)
{
    bool any = false;
    for (size_t i = column; i < collector->used; i += count) {
        if (collector->cells[i].text)
            return true;
        any = any || !isnan(collector->cells[i].number);
    }
    return !any && declared && sqlite3_stricmp(declared, "TEXT") == 0;
}

/* Moves one column of the cells; texts change their owner. */
static int fill_column(struct mien_column *column, bool is_text, struct collector *collector, size_t first,
                       size_t count, size_t rows)
{
    char digits[32];
    if (!is_text) {
        if (mien_column_set_numbers(column, rows) != 0)
            return -1;
        for (size_t row = 0; row < rows; row++)
            column->numbers[row] = collector->cells[row * count + first].number;
        return 0;
    }
    if (mien_column_set_texts(column, rows) != 0)
        return -1;
    for (size_t row = 0; row < rows; row++) {
        struct cell *cell = &collector->cells[row * count + first];
        if (cell->text) {
            column->texts[row] = cell->text;
            cell->text = NULL;
        } else if (!isnan(cell->number)) {
            snprintf(digits, sizeof digits, "%.15g", cell->number);
            if (mien_column_put(column, row, digits) != 0)
                return -1;
        }
    }
    return 0;
}

static struct mien_table *make_table(sqlite3_stmt *statement, size_t count, struct collector *collector)
{
    struct mien_table *table = mien_array_new(1, sizeof *table);
    if (!table)
        return NULL;
    table->names = mien_array_new(count, sizeof *table->names);
    table->columns = mien_array_new(count, sizeof *table->columns);
    if (!table->names || !table->columns)
        goto fail;
    table->count = count;
    table->rows = collector->used / count;
    for (size_t i = 0; i < count; i++) {
        bool is_text = column_is_text(collector, i, count, sqlite3_column_decltype(statement, (int)i));
        table->names[i] = strdup(sqlite3_column_name(statement, (int)i));
        if (!table->names[i] ||
            fill_column(&table->columns[i], is_text, collector, i, count, table->rows) != 0)
            goto fail;
    }
    return table;
fail:
    mien_table_free(table);
    return NULL;
}

enum mien_status mien_store_query(struct mien_store *store, const char *query, const char *const *parameters,
                                  size_t parameter_count, struct mien_table **table, struct mien_error *error)
{
    sqlite3_stmt *statement = NULL;
    struct collector collector = {0};
    enum mien_status status = open_reader(store, error);
    if (status == MIEN_OK)
        status = prepare_query(store, query, &statement, error);
    if (status != MIEN_OK)
        goto done;
    for (size_t i = 0; i < parameter_count; i++)
        mien_bind_text(statement, (int)i + 1, parameters[i]);
    size_t count = (size_t)sqlite3_column_count(statement);
    status = collect(store, statement, count, &collector, error);
    if (status != MIEN_OK)
        goto done;
    struct mien_table *made = make_table(statement, count, &collector);
    if (made)
        *table = made;
    else
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the result of the query");
done:
    free_cells(&collector);
    sqlite3_finalize(statement);
    return status;
}
