// SPDX-License-Identifier: MIT

// Figures of a table.
#include "tui/figures.h"

#include <string.h>

static bool cell_is(const struct table *table, size_t row, int column, const char *text)
{
    const struct cell *cell = table_cell(table, row, (size_t)column);
    size_t len = strlen(text);
    return cell->known && cell->len == len && memcmp(cell->as.text, text, len) == 0;
}

// -1: no such text column.
static int text_column(const struct table *table, const char *name)
{
    int column = schema_find(table_schema(table), name);
    return column >= 0 && table_schema(table)->columns[column].kind == KIND_TEXT ? column : -1;
}

struct figure figure_rows(const struct table *table)
{
    if (table == NULL)
        return (struct figure){false, 0};
    return (struct figure){true, (double)table_rows(table)};
}

struct figure figure_count(const struct table *table, const char *column, const char *text)
{
    if (table == NULL)
        return (struct figure){false, 0};
    int at = text_column(table, column);
    struct figure figure = {at >= 0, 0};
    for (size_t row = 0; at >= 0 && row < table_rows(table); row++)
        figure.value += cell_is(table, row, at, text);
    return figure;
}

static void add_cell(struct figure *sum, const struct table *table, size_t row, size_t column)
{
    double value;
    if (!cell_number(&table_schema(table)->columns[column], table_cell(table, row, column), &value))
        return;
    sum->known = true;
    sum->value += value;
}

struct figure figure_sum(const struct table *table, const char *column)
{
    struct figure sum = {false, 0};
    int at = table != NULL ? schema_find(table_schema(table), column) : -1;
    for (size_t row = 0; at >= 0 && row < table_rows(table); row++)
        add_cell(&sum, table, row, (size_t)at);
    return sum;
}

struct figure figure_sum_where(const struct table *table, const char *column, const char *where,
                               const char *text)
{
    struct figure sum = {false, 0};
    int at = table != NULL ? schema_find(table_schema(table), column) : -1;
    int condition = table != NULL ? text_column(table, where) : -1;
    for (size_t row = 0; at >= 0 && condition >= 0 && row < table_rows(table); row++)
        if (cell_is(table, row, condition, text))
            add_cell(&sum, table, row, (size_t)at);
    return sum;
}

bool figure_worst(const struct table *table, size_t *row, enum level *level)
{
    uint8_t worst = LEVEL_OK;
    for (size_t at = 0; table != NULL && at < table_rows(table); at++) {
        for (size_t col = 0; col < table_schema(table)->column_count; col++) {
            uint8_t here = table_cell(table, at, col)->level;
            if (here > worst) {
                worst = here;
                *row = at;
            }
        }
    }
    *level = (enum level)worst;
    return worst > LEVEL_OK;
}

const struct table *figure_table(const struct model *model, size_t host, const char *name)
{
    const struct probe *probe = probe_find(name);
    return probe != NULL ? model_table(model, host, probe, model_default_variant(probe)) : NULL;
}
