// SPDX-License-Identifier: MIT

// Tables of reports: taken from tables, to JSON and back.
#include "checklist/report_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/row_label.h"
#include "table/write.h"

#define MACHINES_ONLY 8 // columns of this priority and above

static const char *const kind_words[] = {
    [REPORT_TEXT] = "text",
    [REPORT_NUMBER] = "number",
    [REPORT_STATE] = "state",
    [REPORT_SERIES] = "series",
};

static enum report_kind kind_of(const struct column *column)
{
    switch (column->kind) {
    case KIND_SERIES:
        return REPORT_SERIES;
    case KIND_TEXT:
    case KIND_ADDRESS:
        return column->ranks != NULL || strcmp(column->name, "state") == 0 ? REPORT_STATE
                                                                           : REPORT_TEXT;
    case KIND_BOOL:
    case KIND_TIME:
        return REPORT_TEXT;
    default:
        return column->id ? REPORT_TEXT : REPORT_NUMBER;
    }
}

static char *cell_words(const struct column *column, const struct cell *cell, int64_t now_ms)
{
    struct str raw = {0};
    cell_format(&raw, column, cell, now_ms);
    char *clean = text_clean_dup(str_text(&raw));
    str_dispose(&raw);
    return clean;
}

static json_t *series_value(const struct cell *cell)
{
    json_t *values = json_array();
    for (uint32_t i = 0; cell->known && i < cell->len; i++)
        json_array_append_new(values, isnan(cell->as.series[i])
                                          ? json_null()
                                          : json_real((double)cell->as.series[i]));
    return values;
}

static void take_columns(struct report_table *out, const struct schema *schema,
                         const struct report_slice *slice, size_t *indices)
{
    for (size_t i = 0; i < schema->column_count; i++)
        if (slice->columns == NULL && schema->columns[i].priority < MACHINES_ONLY)
            indices[out->column_count++] = i;
    for (size_t i = 0; slice->columns != NULL && i < slice->column_count; i++)
        indices[out->column_count++] = slice->columns[i];
    out->columns = mem_array(out->column_count + 1, sizeof *out->columns);
    for (size_t i = 0; i < out->column_count; i++) {
        const struct column *column = &schema->columns[indices[i]];
        out->columns[i].name = mem_strdup(column->name);
        struct str heading = {0};
        str_append(&heading, _(column->title));
        column_add_unit(&heading, column, true);
        out->columns[i].heading = str_take(&heading);
        out->columns[i].kind = (int)kind_of(column);
        out->columns[i].key = column->key;
    }
}

void report_table_take(struct report_table *out, const struct table *table,
                       const struct report_slice *slice)
{
    const struct schema *schema = table_schema(table);
    size_t wanted = slice->columns != NULL ? slice->column_count : schema->column_count;
    size_t *indices = mem_array(wanted + 1, sizeof *indices);
    *out =
        (struct report_table){.total = slice->rows != NULL ? slice->row_count : table_rows(table)};
    take_columns(out, schema, slice, indices);
    out->row_count = slice->most > 0 && out->total > slice->most ? slice->most : out->total;
    out->cells = mem_array(out->row_count * out->column_count + 1, sizeof *out->cells);
    for (size_t i = 0; i < out->row_count * out->column_count; i++) {
        size_t row = i / out->column_count, col = indices[i % out->column_count];
        const struct column *column = &schema->columns[col];
        const struct cell *cell =
            table_cell(table, slice->rows != NULL ? slice->rows[row] : row, col);
        out->cells[i].text = cell_words(column, cell, slice->now_ms);
        out->cells[i].value =
            column->kind == KIND_SERIES ? series_value(cell) : write_json_cell(column, cell);
    }
    free(indices);
}

static void begin_with_host(struct report_table *table, const struct report_table *rows)
{
    table->column_count = rows->column_count + 1;
    table->columns = mem_array(table->column_count, sizeof *table->columns);
    table->columns[0] = (struct report_column){.name = mem_strdup("host"),
                                               .heading = mem_strdup(_("Host")),
                                               .kind = REPORT_TEXT,
                                               .key = true};
    for (size_t i = 0; i < rows->column_count; i++) {
        struct report_column *column = &table->columns[i + 1];
        *column = rows->columns[i];
        column->name = mem_strdup(column->name);
        column->heading = mem_strdup(column->heading);
    }
}

void report_table_add_host(struct report_table *table, const char *host,
                           const struct report_table *rows, size_t most)
{
    if (table->column_count == 0)
        begin_with_host(table, rows);
    size_t room = most > table->row_count ? most - table->row_count : 0;
    size_t added = rows->row_count < room ? rows->row_count : room, width = table->column_count;
    table->cells =
        mem_resize(table->cells, (table->row_count + added) * width + 1, sizeof *table->cells);
    for (size_t i = 0; i < added * width; i++) {
        struct report_cell *cell = &table->cells[table->row_count * width + i];
        if (i % width == 0) {
            *cell = (struct report_cell){text_clean_dup(host), json_string(host)};
        } else {
            const struct report_cell *from = report_table_cell(rows, i / width, i % width - 1);
            *cell = (struct report_cell){mem_strdup(from->text), json_incref(from->value)};
        }
    }
    table->row_count += added;
    table->total += rows->total;
}

void report_table_dispose(struct report_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        free(table->columns[i].name);
        free(table->columns[i].heading);
    }
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        free(table->cells[i].text);
        json_decref(table->cells[i].value);
    }
    free(table->columns);
    free(table->cells);
    *table = (struct report_table){0};
}

const struct report_cell *report_table_cell(const struct report_table *table, size_t row,
                                            size_t column)
{
    return &table->cells[row * table->column_count + column];
}

const char *report_cell_plain(const struct report_cell *cell)
{
    return json_is_string(cell->value) ? json_string_value(cell->value) : cell->text;
}

static json_t *column_json(const struct report_column *column)
{
    return json_pack("{s:s, s:s, s:s, s:b}", "name", column->name, "heading", column->heading,
                     "kind", kind_words[column->kind], "key", column->key);
}

json_t *report_table_json(const struct report_table *table)
{
    json_t *columns = json_array(), *texts = json_array(), *values = json_array();
    for (size_t i = 0; i < table->column_count; i++)
        json_array_append_new(columns, column_json(&table->columns[i]));
    for (size_t row = 0; row < table->row_count; row++) {
        json_t *text_row = json_array(), *value_row = json_array();
        for (size_t col = 0; col < table->column_count; col++) {
            const struct report_cell *cell = report_table_cell(table, row, col);
            json_array_append_new(text_row, json_string(cell->text));
            json_array_append(value_row, cell->value);
        }
        json_array_append_new(texts, text_row);
        json_array_append_new(values, value_row);
    }
    return json_pack("{s:o, s:o, s:o, s:I}", "columns", columns, "cells", texts, "values", values,
                     "total", (json_int_t)table->total);
}

static char *text_member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return mem_strdup(text != NULL ? text : "");
}

static int kind_parse(const char *word)
{
    for (int i = 0; word != NULL && i <= REPORT_SERIES; i++)
        if (strcmp(kind_words[i], word) == 0)
            return i;
    return REPORT_TEXT;
}

void report_table_parse(struct report_table *out, const json_t *json)
{
    const json_t *columns = json_object_get(json, "columns");
    const json_t *texts = json_object_get(json, "cells");
    const json_t *values = json_object_get(json, "values");
    *out = (struct report_table){.column_count = json_array_size(columns),
                                 .row_count = json_array_size(texts)};
    json_int_t total = json_integer_value(json_object_get(json, "total"));
    out->total = total > (json_int_t)out->row_count ? (size_t)total : out->row_count;
    out->columns = mem_array(out->column_count + 1, sizeof *out->columns);
    out->cells = mem_array(out->row_count * out->column_count + 1, sizeof *out->cells);
    for (size_t i = 0; i < out->column_count; i++) {
        const json_t *column = json_array_get(columns, i);
        out->columns[i].name = text_member(column, "name");
        const char *heading = json_string_value(json_object_get(column, "heading"));
        out->columns[i].heading = text_clean_dup(heading != NULL ? heading : "");
        out->columns[i].kind = kind_parse(json_string_value(json_object_get(column, "kind")));
        out->columns[i].key = json_is_true(json_object_get(column, "key"));
    }
    for (size_t i = 0; i < out->row_count * out->column_count; i++) {
        size_t row = i / out->column_count, col = i % out->column_count;
        const char *text = json_string_value(json_array_get(json_array_get(texts, row), col));
        json_t *value = json_array_get(json_array_get(values, row), col);
        out->cells[i].text = text_clean_dup(text != NULL ? text : "");
        out->cells[i].value = value != NULL ? json_incref(value) : json_null();
    }
}

json_t *report_table_rows(const struct report_table *table)
{
    json_t *rows = json_array();
    for (size_t row = 0; row < table->row_count; row++) {
        json_t *object = json_object();
        for (size_t col = 0; col < table->column_count; col++)
            json_object_set(object, table->columns[col].name,
                            report_table_cell(table, row, col)->value);
        json_array_append_new(rows, object);
    }
    return rows;
}
