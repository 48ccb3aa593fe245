// SPDX-License-Identifier: MIT

// Copies rows.
#include "table/select.h"

static void copy_cell(struct table *to, size_t row, size_t col, const struct cell *cell)
{
    switch (table_schema(to)->columns[col].kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
        table_set_bytes(to, row, col, cell->as.text, cell->len);
        break;
    case KIND_SERIES:
        table_set_series(to, row, col, cell->as.series, cell->len);
        break;
    case KIND_INT:
    case KIND_BOOL:
    case KIND_TIME:
    case KIND_BYTES:
        table_set_int(to, row, col, cell->as.integer);
        break;
    default:
        table_set_real(to, row, col, cell->as.real);
    }
}

const struct table *table_select(const struct table *table, const size_t *rows, size_t count)
{
    struct table *out = table_new(table_schema(table));
    table_reserve(out, count);
    for (size_t i = 0; i < count; i++) {
        size_t row = table_add_row(out);
        for (size_t col = 0; col < table_schema(table)->column_count; col++) {
            const struct cell *cell = table_cell(table, rows[i], col);
            if (cell->known)
                copy_cell(out, row, col, cell);
            table_set_level(out, row, col, (enum level)cell->level);
        }
    }
    return table_seal(out);
}
