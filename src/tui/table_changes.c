// SPDX-License-Identifier: MIT

// Comparing a reading with the one before.
#include "tui/table_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static void change_dispose(struct table_change *change)
{
    table_unref(change->now);
    table_unref(change->before);
    id_index_dispose(&change->rows);
}

void table_changes_dispose(struct table_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++)
        change_dispose(&changes->items[i]);
    free(changes->items);
    *changes = (struct table_changes){0};
}

static void drop_before(struct table_change *change)
{
    table_unref(change->before);
    change->before = NULL;
    id_index_dispose(&change->rows);
    change->rows = (struct id_index){0};
    change->indexed = false;
}

void table_changes_forget(struct table_changes *changes)
{
    table_changes_dispose(changes);
}

// A table's host stands in its first column; an empty table has none.
static bool same_host(const struct table *a, const struct table *b)
{
    if (table_rows(a) == 0 || table_rows(b) == 0)
        return false;
    const struct cell *left = table_cell(a, 0, 0), *right = table_cell(b, 0, 0);
    return left->known && right->known && left->len == right->len &&
           memcmp(left->as.text, right->as.text, left->len) == 0;
}

static const struct table_change *predecessor(const struct table_changes *changes,
                                              const struct table *table, size_t place, size_t count)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].now == table || same_host(changes->items[i].now, table))
            return &changes->items[i];
    // With the same hosts each keeps its place.
    if (count == changes->count && place < count &&
        (table_rows(table) == 0 || table_rows(changes->items[place].now) == 0))
        return &changes->items[place];
    return NULL;
}

void table_changes_note(struct table_changes *changes, const struct table *const *tables,
                        size_t count)
{
    struct table_changes fresh = {.items = mem_array(count + 1, sizeof *fresh.items),
                                  .count = count};
    for (size_t i = 0; i < count; i++) {
        struct table_change *change = &fresh.items[i];
        const struct table_change *old = predecessor(changes, tables[i], i, count);
        change->now = table_ref(tables[i]);
        change->since_ms = old != NULL && old->now == tables[i] ? old->since_ms : clock_mono_ms();
        const struct table *before = old == NULL             ? NULL
                                     : old->now == tables[i] ? old->before
                                                             : old->now;
        change->before = before != NULL ? table_ref(before) : NULL;
    }
    table_changes_dispose(changes);
    *changes = fresh;
}

// The rows before, while they are of interest.
static bool is_shown(struct table_change *change)
{
    if (change->before == NULL)
        return false;
    if (clock_mono_ms() - change->since_ms >= CHANGE_SHOWN_MS) {
        drop_before(change);
        return false;
    }
    if (!change->indexed) {
        size_t rows = table_rows(change->before);
        id_index_reset(&change->rows, rows);
        for (size_t row = 0; row < rows; row++)
            id_index_put(&change->rows, table_row_id(change->before, row), (uint32_t)row);
        change->indexed = true;
    }
    return true;
}

// What passes by itself, such as the time that a call lasts, changes with every reading and means
// nothing.
static bool passes_by_itself(const struct column *column)
{
    return column->kind == KIND_DURATION_S || column->kind == KIND_SERIES;
}

bool table_changes_has(struct table_changes *changes, const struct row_ref *row, size_t column)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct table_change *change = &changes->items[i];
        if (change->now != row->table)
            continue;
        if (!is_shown(change))
            return false;
        uint32_t old = id_index_get(&change->rows, row->id);
        if (old == ID_NONE)
            return true;
        const struct column *it = &table_schema(row->table)->columns[column];
        return !passes_by_itself(it) && cell_compare(it, table_cell(change->before, old, column),
                                                     table_cell(row->table, row->row, column)) != 0;
    }
    return false;
}

void table_changes_count(struct table_changes *changes, size_t *come, size_t *gone)
{
    *come = *gone = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct table_change *change = &changes->items[i];
        if (!is_shown(change))
            continue;
        size_t stayed = 0, rows = table_rows(change->now);
        for (size_t row = 0; row < rows; row++)
            stayed += id_index_get(&change->rows, table_row_id(change->now, row)) != ID_NONE;
        *come += rows - stayed;
        *gone += table_rows(change->before) - stayed;
    }
}
