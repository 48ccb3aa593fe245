// SPDX-License-Identifier: MIT

// Writing a table as what has changed.
#include "replay/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "table/cell.h"

// More than any screen or printer shows, and far shorter than what a division gives.
#define DECIMALS     1e4
#define SMALL        1.0 // below it
#define MORE         1e7
#define LARGE        1e11 // from here on a double has no such decimals
#define SERIES_STEPS 30   // how far a series may have gone on between two readings

struct encoder {
    const struct table *table, *before;
    const struct mask *mask;
};

static json_t *encode_text(const struct encoder *encoder, const char *text, size_t len)
{
    char *safe = mask_text(encoder->mask, MASK_ALL, text, len);
    char *valid = text_valid_utf8(safe, strlen(safe));
    json_t *string = json_string(valid);
    free(valid);
    free(safe);
    return string;
}

static json_t *encode_real(double value)
{
    if (!isfinite(value))
        return json_null();
    if (fabs(value) < LARGE) {
        double unit = fabs(value) < SMALL ? MORE : DECIMALS;
        value = round(value * unit) / unit;
    }
    // "7" is shorter than "7.0", and any number does for a real.
    bool whole = fabs(value) < LARGE && value == floor(value);
    return whole ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *encode_values(const float *values, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, encode_real((double)values[i]));
    return array;
}

static size_t common(const float *a, size_t a_count, const float *b, size_t b_count)
{
    size_t count = 0;
    while (count < a_count && count < b_count &&
           (a[count] == b[count] || (isnan(a[count]) && isnan(b[count]))))
        count++;
    return count;
}

// The series as the one before gone on, where that is shorter; else NULL.
static json_t *encode_step(const struct cell *cell, const struct cell *before)
{
    size_t best = 0, from = 0;
    for (size_t k = 0; k <= SERIES_STEPS && k < before->len; k++) {
        size_t same = common(before->as.series + k, before->len - k, cell->as.series, cell->len);
        if (same > best) {
            best = same;
            from = k;
        }
    }
    if (best * 2 < cell->len)
        return NULL;
    json_t *step = json_object();
    json_object_set_new(step, "k", json_integer((json_int_t)from));
    json_object_set_new(step, "m", json_integer((json_int_t)best));
    json_object_set_new(step, "v", encode_values(cell->as.series + best, cell->len - best));
    return step;
}

static json_t *encode_value(const struct encoder *encoder, const struct column *column,
                            const struct cell *cell, const struct cell *before)
{
    if (!cell->known)
        return json_null();
    if (kind_holds_text(column->kind))
        return encode_text(encoder, cell->as.text, cell->len);
    if (kind_holds_real(column->kind))
        return encode_real(cell->as.real);
    if (column->kind != KIND_SERIES)
        return json_integer(cell->as.integer);
    json_t *step = before != NULL && before->known ? encode_step(cell, before) : NULL;
    return step != NULL ? step : encode_values(cell->as.series, cell->len);
}

// A row such as name = web_password, value = …: the name says what the value is.
static bool is_secret(const struct table *table, size_t row, size_t col)
{
    const struct schema *schema = table_schema(table);
    if (strcmp(schema->columns[col].name, "value") != 0)
        return false;
    for (size_t i = 1; i < schema->column_count; i++) {
        const struct cell *cell = table_cell(table, row, i);
        if (i != col && schema->columns[i].kind == KIND_TEXT && schema->columns[i].key &&
            cell->known && mask_names_secret(cell->as.text, cell->len))
            return true;
    }
    return false;
}

static json_t *encode_cell(const struct encoder *encoder, size_t row, size_t col,
                           const struct cell *before)
{
    const struct column *column = &table_schema(encoder->table)->columns[col];
    const struct cell *cell = table_cell(encoder->table, row, col);
    json_t *value = cell->known && is_secret(encoder->table, row, col)
                        ? json_string("***")
                        : encode_value(encoder, column, cell, before);
    if (cell->level == LEVEL_NONE)
        return value;
    json_t *judged = json_is_object(value) ? value : json_object();
    if (judged != value)
        json_object_set_new(judged, "v", value);
    json_object_set_new(judged, "l", json_integer(cell->level));
    return judged;
}

static bool cell_is_same(const struct column *column, const struct cell *a, const struct cell *b)
{
    if (a->known != b->known || a->level != b->level)
        return false;
    if (!a->known)
        return true;
    if (kind_holds_text(column->kind))
        return a->len == b->len && memcmp(a->as.text, b->as.text, a->len) == 0;
    if (column->kind == KIND_SERIES)
        return a->len == b->len && common(a->as.series, a->len, b->as.series, b->len) == a->len;
    return a->as.integer == b->as.integer; // the bits of a real
}

static json_t *encode_row(const struct encoder *encoder, size_t row, json_t *out)
{
    for (size_t col = 0; col < table_schema(encoder->table)->column_count; col++)
        json_array_append_new(out, encode_cell(encoder, row, col, NULL));
    return out;
}

// [I,C,CELL,…]
static json_t *encode_changes(const struct encoder *encoder, size_t row, size_t from)
{
    const struct schema *schema = table_schema(encoder->table);
    json_t *op = json_array();
    json_array_append_new(op, json_integer((json_int_t)from));
    for (size_t col = 0; col < schema->column_count; col++) {
        const struct cell *before = table_cell(encoder->before, from, col);
        if (cell_is_same(&schema->columns[col], table_cell(encoder->table, row, col), before))
            continue;
        json_array_append_new(op, json_integer((json_int_t)col));
        json_array_append_new(op, encode_cell(encoder, row, col, before));
    }
    return op;
}

static void flush_run(json_t *ops, size_t *run)
{
    if (*run > 0)
        json_array_append_new(ops, json_integer((json_int_t)*run));
    *run = 0;
}

static json_t *encode_ops(const struct encoder *encoder)
{
    json_t *ops = json_array();
    size_t run = 0, next = 0; // rows in the run, and the row of `before` that would follow it
    for (size_t row = 0; row < table_rows(encoder->table); row++) {
        size_t from;
        if (!table_find(encoder->before, table_row_id(encoder->table, row), &from)) {
            flush_run(ops, &run);
            json_t *op = json_array();
            json_array_append_new(op, json_null());
            json_array_append_new(ops, encode_row(encoder, row, op));
            continue;
        }
        json_t *op = encode_changes(encoder, row, from);
        if (json_array_size(op) == 1 && from == next) {
            run++;
            json_decref(op);
        } else {
            flush_run(ops, &run);
            json_array_append_new(ops, op);
        }
        next = from + 1;
    }
    flush_run(ops, &run);
    return ops;
}

json_t *rows_encode(const struct table *table, const struct table *before, const struct mask *mask)
{
    struct encoder encoder = {table, before, mask};
    if (table == before)
        return json_true();
    json_t *out = json_object();
    if (before != NULL) {
        json_object_set_new(out, "ops", encode_ops(&encoder));
        return out;
    }
    const struct schema *schema = table_schema(table);
    json_t *columns = json_array(), *rows = json_array();
    for (size_t col = 0; col < schema->column_count; col++)
        json_array_append_new(columns, json_string(schema->columns[col].name));
    for (size_t row = 0; row < table_rows(table); row++)
        json_array_append_new(rows, encode_row(&encoder, row, json_array()));
    json_object_set_new(out, "cols", columns);
    json_object_set_new(out, "rows", rows);
    return out;
}
