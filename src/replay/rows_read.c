// SPDX-License-Identifier: MIT

// Rows followed from reading to reading, and made into tables when somebody looks. What is read
// here may come from anybody.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "replay/rows.h"
#include "table/cell.h"

#define CELLS_MAX   (UINT64_C(16) << 20) // of one table; a row may be said with two bytes
#define ROW_CELLS   32                   // that a row is worth beside its cells
#define UNCOUNTED   1024                 // values of series
#define COLUMNS_MAX 256
#define SERIES_MAX  4096
#define FIGURE_MOST 1e15 // what a host counts is less

// What is being made.
struct making {
    json_t **items;
    size_t count, cap;
    size_t columns;
    size_t series; // values of series that were put together
};

static void making_add(struct making *making, json_t *row) // takes the reference
{
    *(json_t **)mem_push(&making->items, &making->count, &making->cap, sizeof *making->items) = row;
}

static uint64_t cells_of(size_t rows, size_t columns, size_t series)
{
    return (uint64_t)rows * (columns + ROW_CELLS) + series;
}

static bool is_too_large(const struct making *making)
{
    return cells_of(making->count, making->columns, making->series) > CELLS_MAX;
}

static void making_dispose(struct making *making)
{
    for (size_t i = 0; i < making->count; i++)
        json_decref(making->items[i]);
    free(making->items);
}

void rows_dispose(struct rows *rows)
{
    struct making old = {.items = rows->items, .count = rows->count};
    making_dispose(&old);
    json_decref(rows->columns);
    *rows = (struct rows){0};
}

// The series of a cell, or NULL.
static const json_t *series_of(const json_t *cell)
{
    const json_t *value = json_is_object(cell) ? json_object_get(cell, "v") : cell;
    return json_is_array(value) ? value : NULL;
}

// A cell as it stands by itself: a series that has gone on is put together. A new reference, or
// NULL.
static json_t *whole_cell(json_t *cell, const json_t *before, struct making *making)
{
    const json_t *k = json_object_get(cell, "k"), *m = json_object_get(cell, "m");
    if (k == NULL && m == NULL) {
        size_t points = json_array_size(series_of(cell));
        making->series += points;
        return points <= SERIES_MAX ? json_incref(cell) : NULL;
    }
    const json_t *old = series_of(before), *fresh = json_object_get(cell, "v");
    json_int_t from = json_integer_value(k), count = json_integer_value(m);
    if (old == NULL || !json_is_array(fresh) || from < 0 || count < 0 ||
        from > (json_int_t)json_array_size(old) ||
        count > (json_int_t)json_array_size(old) - from ||
        (size_t)count + json_array_size(fresh) > SERIES_MAX)
        return NULL;
    json_t *series = json_array();
    for (json_int_t i = 0; i < count; i++)
        json_array_append(series, json_array_get(old, (size_t)(from + i)));
    json_array_extend(series, (json_t *)(uintptr_t)fresh);
    making->series += json_array_size(series);
    json_t *level = json_object_get(cell, "l");
    if (level == NULL)
        return series;
    json_t *judged = json_object();
    json_object_set_new(judged, "v", series);
    json_object_set(judged, "l", level);
    return judged;
}

// The row before with some of its cells changed. A new reference, or NULL.
static json_t *changed_row(json_t *before, const json_t *op, struct making *making)
{
    json_t *row = json_copy(before);
    bool ok = json_array_size(op) % 2 == 1;
    for (size_t i = 1; ok && i + 1 < json_array_size(op); i += 2) {
        const json_t *place = json_array_get(op, i);
        json_int_t col = json_integer_value(place);
        ok = json_is_integer(place) && col >= 0 && col < (json_int_t)json_array_size(row);
        json_t *cell =
            ok ? whole_cell(json_array_get(op, i + 1), json_array_get(before, (size_t)col), making)
               : NULL;
        ok = cell != NULL && json_array_set_new(row, (size_t)col, cell) == 0;
    }
    if (ok)
        return row;
    json_decref(row);
    return NULL;
}

static json_t *new_row(const json_t *op, size_t first, struct making *making)
{
    if (json_array_size(op) != making->columns + first)
        return NULL;
    json_t *row = json_array();
    for (size_t i = first; i < json_array_size(op); i++) {
        json_t *cell = whole_cell(json_array_get(op, i), NULL, making);
        if (cell == NULL || json_array_append_new(row, cell) != 0) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

static bool follow_op(const struct rows *rows, const json_t *op, size_t *next,
                      struct making *making)
{
    if (json_is_integer(op)) {
        json_int_t count = json_integer_value(op);
        if (count < 0 || count > (json_int_t)(rows->count - *next))
            return false;
        for (json_int_t i = 0; i < count && !is_too_large(making); i++)
            making_add(making, json_incref(rows->items[(*next)++]));
        return !is_too_large(making);
    }
    const json_t *from = json_array_get(op, 0);
    json_t *row = NULL;
    if (json_is_null(from)) {
        row = new_row(op, 1, making);
    } else if (json_is_integer(from) && json_integer_value(from) >= 0 &&
               json_integer_value(from) < (json_int_t)rows->count) {
        size_t at = (size_t)json_integer_value(from);
        row = changed_row(rows->items[at], op, making);
        *next = at + 1;
    }
    if (row != NULL)
        making_add(making, row);
    return row != NULL && !is_too_large(making);
}

static bool follow_ops(struct rows *rows, const json_t *ops, struct making *making)
{
    size_t next = 0;
    if (rows->columns == NULL || !json_is_array(ops))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(ops); i++)
        ok = follow_op(rows, json_array_get(ops, i), &next, making);
    return ok;
}

static bool are_names(const json_t *columns)
{
    size_t i;
    const json_t *name;
    json_array_foreach(columns, i, name)
    {
        if (!json_is_string(name))
            return false;
    }
    return json_array_size(columns) > 0 && json_array_size(columns) <= COLUMNS_MAX;
}

static bool follow_whole(const json_t *columns, const json_t *whole, struct making *making)
{
    size_t i;
    const json_t *item;
    if (!are_names(columns) || !json_is_array(whole))
        return false;
    json_array_foreach(whole, i, item)
    {
        json_t *row = new_row(item, 0, making);
        if (row == NULL)
            return false;
        making_add(making, row);
        if (is_too_large(making))
            return false;
    }
    return true;
}

// What was put together is held only where it was not replaced: counted once in a while.
static void count_series(struct rows *rows)
{
    if (rows->added < UNCOUNTED + 2 * rows->series)
        return;
    rows->series = rows->added = 0;
    for (size_t row = 0; row < rows->count; row++)
        for (size_t col = 0; col < json_array_size(rows->items[row]); col++)
            rows->series += json_array_size(series_of(json_array_get(rows->items[row], col)));
}

bool rows_follow(struct rows *rows, const json_t *reading, struct err *err)
{
    json_t *columns = json_object_get(reading, "cols");
    struct making making = {.columns = json_array_size(columns != NULL ? columns : rows->columns)};
    if (json_is_true(reading) && rows->columns != NULL)
        return true;
    bool ok = columns != NULL ? follow_whole(columns, json_object_get(reading, "rows"), &making)
                              : follow_ops(rows, json_object_get(reading, "ops"), &making);
    if (!ok) {
        making_dispose(&making);
        return err_set(err, "its rows do not follow from the ones before");
    }
    struct rows fresh = {.columns = json_incref(columns != NULL ? columns : rows->columns),
                         .items = making.items,
                         .count = making.count,
                         .series = rows->series,
                         .added = rows->added + making.series};
    count_series(&fresh);
    rows_dispose(rows);
    *rows = fresh;
    return true;
}

static void set_series(struct table *table, size_t row, size_t col, const json_t *value)
{
    float values[SERIES_MAX];
    size_t count = json_array_size(value);
    if (count > SERIES_MAX)
        count = SERIES_MAX;
    for (size_t i = 0; i < count; i++) {
        double number = json_number_value(json_array_get(value, i));
        bool sane = json_is_number(json_array_get(value, i)) && fabs(number) < FIGURE_MOST;
        values[i] = sane ? (float)number : NAN;
    }
    table_set_series(table, row, col, values, count);
}

// What is of another kind than the column is now stays unknown.
static void set_cell(struct table *table, size_t row, size_t col, const json_t *cell)
{
    enum kind kind = table_schema(table)->columns[col].kind;
    const json_t *value = json_is_object(cell) ? json_object_get(cell, "v") : cell;
    json_int_t level = json_integer_value(json_object_get(cell, "l"));
    if (kind_holds_text(kind) && json_is_string(value))
        table_set_bytes(table, row, col, json_string_value(value), json_string_length(value));
    else if (kind == KIND_SERIES && json_is_array(value))
        set_series(table, row, col, value);
    else if (kind_holds_real(kind) && json_is_number(value))
        table_set_real(table, row, col, json_number_value(value));
    else if (!kind_holds_text(kind) && kind != KIND_SERIES && json_is_integer(value))
        table_set_int(table, row, col, json_integer_value(value));
    if (level > LEVEL_NONE && level <= LEVEL_CRIT)
        table_set_level(table, row, col, (enum level)level);
}

const struct table *rows_table(const struct rows *rows, const struct schema *schema)
{
    int place[COLUMNS_MAX];
    size_t columns = json_array_size(rows->columns);
    if (rows->columns == NULL)
        return NULL;
    for (size_t i = 0; i < columns; i++)
        place[i] = schema_find(schema, json_string_value(json_array_get(rows->columns, i)));
    struct table *table = table_new(schema);
    table_reserve(table, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = table_add_row(table);
        for (size_t col = 0; col < columns; col++)
            if (place[col] >= 0)
                set_cell(table, row, (size_t)place[col], json_array_get(rows->items[i], col));
    }
    return table_seal(table);
}

uint64_t rows_cells(const struct rows *rows)
{
    return cells_of(rows->count, json_array_size(rows->columns), rows->series + rows->added);
}

static bool is_critical(const json_t *row)
{
    size_t i;
    const json_t *cell;
    json_array_foreach(row, i, cell)
    {
        if (json_integer_value(json_object_get(cell, "l")) == LEVEL_CRIT)
            return true;
    }
    return false;
}

size_t rows_critical(const struct rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += is_critical(rows->items[i]);
    return count;
}

void rows_strangers(const struct rows *rows, const struct schema *schema, struct str *out)
{
    for (size_t i = 0; i < json_array_size(rows->columns); i++) {
        const char *name = json_string_value(json_array_get(rows->columns, i));
        if (schema_find(schema, name) < 0)
            str_appendf(out, "%s%s", out->len > 0 ? ", " : "", name);
    }
}
