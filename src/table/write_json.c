// SPDX-License-Identifier: MIT

// Rows as JSON objects.
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "table/cell.h"
#include "table/write_common.h"

#define INTEGER_MAX 9e15 // below it every whole double is exact

// JSON escapes the C0 controls itself. DEL and C1 would reach a terminal as they are, and NUL makes
// many a reader refuse the document.
static bool is_fit(int code)
{
    return code > 0 && (code < 0x7f || code > 0x9f);
}

static json_t *write_text_value(const char *text, size_t len)
{
    struct str fit = {0};
    size_t done = 0; // of text, in fit
    for (size_t at = 0, bytes; at < len; at += bytes) {
        if (is_fit(text_decode(text + at, len - at, &bytes)))
            continue;
        str_append_bytes(&fit, text + done, at - done);
        str_append(&fit, REPLACEMENT_TEXT);
        done = at + bytes;
    }
    if (done == 0)
        return json_stringn_nocheck(text, len);
    str_append_bytes(&fit, text + done, len - done);
    json_t *value = json_stringn_nocheck(fit.text, fit.len);
    str_dispose(&fit);
    return value;
}

static json_t *write_real(double value)
{
    double rounded = fabs(value) < INTEGER_MAX ? round(value * 1000) / 1000 : value;
    if (fabs(rounded) < INTEGER_MAX && rounded == trunc(rounded))
        return json_integer((json_int_t)rounded);
    return json_real(rounded);
}

static json_t *write_series(const struct cell *cell)
{
    json_t *values = json_array();
    for (size_t i = 0; i < cell->len; i++) {
        float value = cell->as.series[i];
        json_array_append_new(values, isnan(value) ? json_null() : write_real((double)value));
    }
    return values;
}

json_t *write_json_cell(const struct column *column, const struct cell *cell)
{
    if (!cell->known)
        return json_null();
    if (kind_holds_text(column->kind))
        return write_text_value(cell->as.text, cell->len);
    if (column->kind == KIND_SERIES)
        return write_series(cell);
    if (kind_holds_real(column->kind))
        return write_real(cell->as.real);
    if (column->kind == KIND_BOOL)
        return json_boolean(cell->as.integer != 0);
    if (column->kind == KIND_TIME) {
        char time[CLOCK_RFC3339_MAX];
        clock_rfc3339(cell->as.integer, time);
        return json_string_nocheck(time);
    }
    return json_integer(cell->as.integer);
}

json_t *write_json_rows(struct view *view, const struct write_options *options)
{
    const struct schema *schema = view_schema(view);
    size_t count = write_row_count(view, options);
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        for (size_t col = 0; col < schema->column_count; col++)
            json_object_set_new_nocheck(
                row, schema->columns[col].name,
                write_json_cell(&schema->columns[col], view_cell(view, i, col)));
        json_array_append_new(rows, row);
    }
    return rows;
}
