// SPDX-License-Identifier: MIT

// Rows and units in an operator's words.
#include "table/row_label.h"

#include <string.h>

#include "base/lang.h"
#include "table/cell.h"

void column_add_unit(struct str *out, const struct column *column, bool beside_title)
{
    const char *unit = column->unit != NULL ? column->unit : "";
    bool is_rate = strncmp(unit, "1/", 2) == 0;
    if (column->kind == KIND_DURATION_S || column->kind == KIND_BYTES || column_is_hours(column) ||
        unit[0] == '\0' || (beside_title && is_rate) ||
        (column->kind == KIND_SERIES && !beside_title)) // behind blocks it is the unit of nothing
        return;
    str_appendf(out, "%s%s", is_rate ? "" : " ", is_rate ? unit + 1 : _(unit));
}

// Where the key is a number that nobody knows, such as a call's, the first columns name the row.
static bool names_row(const struct schema *schema, size_t col)
{
    bool key_in_front = false;
    for (size_t i = 1; i < schema->column_count && i < 4; i++)
        key_in_front |= schema->columns[i].key;
    return key_in_front ? schema->columns[col].key : col <= 2;
}

// The naming cells of one sort: words, or numbers (which alone say little beside words).
static void add_names(const struct row_ref *row, bool words, struct str *out)
{
    const struct schema *schema = table_schema(row->table);
    size_t before = out->len;
    for (size_t col = 1; col < schema->column_count; col++) {
        const struct column *column = &schema->columns[col];
        const struct cell *cell = table_cell(row->table, row->row, col);
        bool is_text = column->kind == KIND_TEXT || column->kind == KIND_ADDRESS;
        if (!names_row(schema, col) || !cell->known || is_text != words ||
            (is_text && cell->len == 0))
            continue;
        str_append(out, out->len > before ? " " : "");
        cell_plain(out, column, cell);
    }
}

void row_label(const struct row_ref *row, struct str *out)
{
    size_t before = out->len;
    add_names(row, true, out);
    if (out->len == before)
        add_names(row, false, out);
    if (out->len == before)
        str_append(out, _("the row"));
}
