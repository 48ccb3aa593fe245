// SPDX-License-Identifier: MIT

// Sums of a column.
#include "tui/table_total.h"

#include <string.h>

#include "tui/table_marks.h"
#include "tui/table_state.h"

// Whole numbers are summed as such: a double would lose packets.
struct sum {
    int64_t whole;
    double real;
    size_t known, unknown;
};

static void add_cell(struct sum *sum, const struct column *column, const struct cell *cell)
{
    double value = 0;
    if (!cell_number(column, cell, &value)) {
        sum->unknown++;
        return;
    }
    sum->known++;
    sum->real += value;
    if ((column->kind == KIND_INT || column->kind == KIND_BYTES) &&
        __builtin_add_overflow(sum->whole, cell->as.integer, &sum->whole))
        sum->whole = INT64_MAX;
}

static bool is_same(const struct cell *a, const struct cell *b)
{
    return a->known == b->known &&
           (!a->known || (a->len == b->len && memcmp(a->as.text, b->as.text, a->len) == 0));
}

// Whether the rows differ in the column that keeps them from being summed up.
static bool differs(struct table_view *table, bool marked)
{
    const char *within = table->schema->total_within;
    const struct cell *first = NULL;
    if (within == NULL)
        return false;
    size_t column = (size_t)schema_find(table->schema, within);
    for (size_t at = 0; at < view_count(table->view); at++) {
        struct row_ref row = view_row(table->view, at);
        if (marked && !table_marks_has(table, row.id))
            continue;
        const struct cell *cell = table_cell(row.table, row.row, column);
        if (first != NULL && !is_same(first, cell))
            return true;
        first = cell;
    }
    return false;
}

const struct column *table_total_hindrance(struct table_view *table, bool marked)
{
    const struct schema *schema = table->schema;
    return differs(table, marked) ? &schema->columns[schema_find(schema, schema->total_within)]
                                  : NULL;
}

static void sum_up(struct table_view *table, size_t column, bool marked, struct column_sum *out)
{
    const struct column *it = &table->schema->columns[column];
    struct sum sum = {0};
    bool sums = !differs(table, marked);
    for (size_t at = 0; sums && at < view_count(table->view); at++) {
        struct row_ref row = view_row(table->view, at);
        if (!marked || table_marks_has(table, row.id))
            add_cell(&sum, it, table_cell(row.table, row.row, column));
    }
    *out = (struct column_sum){.revision = table->revision,
                               .marked = marked,
                               .partial = sum.known > 0 && sum.unknown > 0,
                               .sum = {.known = sum.known > 0}};
    if (it->kind == KIND_INT || it->kind == KIND_BYTES)
        out->sum.as.integer = sum.whole;
    else
        out->sum.as.real = sum.real;
}

void table_total_print(struct table_view *table, size_t column, bool marked, int64_t now_ms,
                       struct str *out)
{
    struct column_sum *sum = &table->sums[column];
    if (sum->revision != table->revision || sum->marked != marked)
        sum_up(table, column, marked, sum);
    cell_format(out, &table->schema->columns[column], &sum->sum, now_ms);
    str_append(out, sum->partial ? "+" : "");
}
