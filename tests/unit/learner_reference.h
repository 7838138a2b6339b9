/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables and numbers of data/reference that R made (scripts/oracle/learners.R).
 */
#ifndef MIEN_TESTS_LEARNER_REFERENCE_H
#define MIEN_TESTS_LEARNER_REFERENCE_H

#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFERENCE_ROWS = 200, REFERENCE_COLUMNS = 6 };

struct reference_table {
    char name[16];
    size_t rows, columns;
    unsigned levels, level[REFERENCE_ROWS];
    double weight[REFERENCE_ROWS];
    double by_row[REFERENCE_ROWS][REFERENCE_COLUMNS];
    double x[REFERENCE_COLUMNS * REFERENCE_ROWS]; /* Column after column. */
};

/* One call of R's and its numbers. */
struct reference_case {
    int number;
    char table[16], method[16];
    double alpha, lambda, extra;
    double slope[REFERENCE_COLUMNS], threshold[4], decision[REFERENCE_ROWS], deviance, lambda_max;
    size_t slopes, thresholds, decisions;
};

static inline void read_reference_table(const char *name, struct reference_table *table)
{
    FILE *file = fopen("data/reference/learner_tables.csv", "r");
    char line[512], own[16];
    assert_non_null(file);
    memset(table, 0, sizeof *table);
    snprintf(table->name, sizeof table->name, "%s", name);
    while (fgets(line, sizeof line, file)) {
        char *at = strchr(line, ',');
        snprintf(own, sizeof own, "%.*s", (int)(at - line), line);
        if (strcmp(own, name) != 0)
            continue;
        size_t i = table->rows++;
        assert_true(i < REFERENCE_ROWS);
        table->level[i] = (unsigned)strtoul(at + 1, &at, 10);
        table->weight[i] = strtod(at + 1, &at);
        if (table->level[i] >= table->levels)
            table->levels = table->level[i] + 1;
        for (table->columns = 0; table->columns < REFERENCE_COLUMNS && at[1] != 'N'; table->columns++)
            table->by_row[i][table->columns] = strtod(at + 1, &at);
    }
    fclose(file);
    for (size_t j = 0; j < table->columns; j++)
        for (size_t i = 0; i < table->rows; i++)
            table->x[j * table->rows + i] = table->by_row[i][j];
    assert_true(table->rows > 0);
}

static inline void keep_reference(struct reference_case *c, const char *field, double value)
{
    size_t place = strchr(field, '.') ? strtoul(strchr(field, '.') + 1, NULL, 10) - 1 : 0;
    if (strncmp(field, "slope", 5) == 0)
        c->slope[place] = value, c->slopes = place + 1;
    else if (strncmp(field, "threshold", 9) == 0)
        c->threshold[place] = value, c->thresholds = place + 1;
    else if (strncmp(field, "decision", 8) == 0)
        c->decision[place] = value, c->decisions = place + 1;
    else if (strcmp(field, "deviance") == 0)
        c->deviance = value;
    else
        c->lambda_max = value;
}

/* Calls check for every case of the method; returns how many there were. */
static inline int each_reference(const char *method,
                                 void (*check)(const struct reference_table *, const struct reference_case *))
{
    FILE *file = fopen("data/reference/learner_expected.csv", "r");
    struct reference_table table = {.name = ""};
    struct reference_case c = {0};
    char line[256], field[32];
    int cases = 0;
    assert_non_null(file);
    for (bool more = true; more;) {
        struct reference_case next = {0};
        double value = 0;
        more = fgets(line, sizeof line, file) != NULL;
        if (more && sscanf(line, "%d,%15[^,],%15[^,],%lf,%lf,%lf,%31[^,],%lf", &next.number, next.table,
                           next.method, &next.alpha, &next.lambda, &next.extra, field, &value) != 8)
            continue;
        if (!more || next.number != c.number) {
            if (c.number > 0 && strcmp(c.method, method) == 0) {
                if (strcmp(table.name, c.table) != 0)
                    read_reference_table(c.table, &table);
                check(&table, &c);
                cases++;
            }
            c = next;
        }
        if (more)
            keep_reference(&c, field, value);
    }
    fclose(file);
    return cases;
}

#endif
