// SPDX-License-Identifier: MIT

// Rows of a step: which, and in what order.
#include "checklist/rows.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "table/filter.h"

struct order {
    const struct step *step;
    const struct table *table;
};

static int compare_by(const struct order *order, const struct sort_key *key, size_t a, size_t b)
{
    const struct column *column = &order->step->probe->schema->columns[key->column];
    const struct cell *left = table_cell(order->table, a, (size_t)key->column);
    const struct cell *right = table_cell(order->table, b, (size_t)key->column);
    int compared = cell_compare(column, left, right);
    bool both = left->known && right->known; // what is unknown is last in both directions
    return key->descending && both ? -compared : compared;
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const size_t *left = a, *right = b;
    for (size_t i = 0; i < VIEW_SORT_LEVELS; i++) {
        const struct sort_key *key = &order->step->sort[i];
        int compared = key->column < 0 ? 0 : compare_by(order, key, *left, *right);
        if (compared != 0)
            return compared;
    }
    return (*left > *right) - (*left < *right);
}

void step_rows(const struct step *step, const struct table *table, struct row_list *out)
{
    *out = (struct row_list){.table = table};
    if (table == NULL)
        return;
    size_t count = table_rows(table);
    size_t *rows = mem_array(count + 1, sizeof *rows);
    for (size_t row = 0; row < count; row++)
        if (filter_match(step->filter, table, row))
            rows[out->count++] = row;
    struct order order = {step, table};
    qsort_r(rows, out->count, sizeof *rows, compare_rows, &order);
    out->rows = rows;
}

void step_rows_dispose(struct row_list *list)
{
    free((size_t *)(uintptr_t)list->rows);
    *list = (struct row_list){0};
}

// Times are told as the day is, so they name nothing.
static bool is_name(const struct column *column)
{
    return column->kind == KIND_TEXT || column->kind == KIND_ADDRESS || column->kind == KIND_INT;
}

bool step_column_names_row(const struct step *step, size_t column)
{
    const struct column *columns = step->probe->schema->columns;
    bool keyed = false;
    for (size_t i = 0; i < step->column_count; i++)
        keyed |= step->columns[i] > 0 && columns[step->columns[i]].key &&
                 is_name(&columns[step->columns[i]]);
    return column > 0 && (keyed ? columns[column].key && is_name(&columns[column])
                                : is_name(&columns[column]) && columns[column].kind != KIND_INT);
}

char *step_row_key(const struct step *step, const struct table *table, size_t row)
{
    struct str key = {0};
    for (size_t i = 0; i < step->column_count; i++) {
        size_t col = step->columns[i];
        if (!step_column_names_row(step, col))
            continue;
        str_append(&key, key.len > 0 ? " " : "");
        const struct column *column = &step->probe->schema->columns[col];
        const struct cell *cell = table_cell(table, row, col);
        if (column->words && cell->known) // the same in every language
            cell_plain(&key, column, cell);
        else
            cell_format(&key, column, cell, 0);
    }
    char *clean = text_clean_dup(str_text(&key));
    str_dispose(&key);
    return clean;
}
