// SPDX-License-Identifier: MIT

// Comparing a reading with the one before.
#include "tui/table_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

void table_changes_dispose(struct table_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        table_unref(changes->items[i].now);
        table_unref(changes->items[i].before);
    }
    free(changes->items);
    *changes = (struct table_changes){0};
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

void table_changes_follow(struct table_changes *out, const struct table_changes *changes,
                          const struct table *const *tables, size_t count)
{
    *out =
        (struct table_changes){.items = mem_array(count + 1, sizeof *out->items), .count = count};
    for (size_t i = 0; i < count; i++) {
        struct table_change *change = &out->items[i];
        const struct table_change *old = predecessor(changes, tables[i], i, count);
        if (old != NULL && old->now == tables[i])
            *change = *old;
        else
            *change = (struct table_change){.now = tables[i],
                                            .before = old != NULL ? old->now : NULL,
                                            .since_ms = clock_mono_ms()};
        table_ref(change->now);
        if (change->before != NULL)
            table_ref(change->before);
    }
}

static void count_rows(struct table_change *change)
{
    size_t stayed = 0, rows = table_rows(change->now), old;
    for (size_t row = 0; row < rows; row++)
        stayed += table_find(change->before, table_row_id(change->now, row), &old);
    change->come = rows - stayed;
    change->gone = table_rows(change->before) - stayed;
    change->counted = true;
}

void table_changes_prepare(struct table_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].before != NULL && !changes->items[i].counted)
            count_rows(&changes->items[i]);
}

static enum change strength(const struct table_change *change)
{
    int64_t age_ms = clock_mono_ms() - change->since_ms;
    if (change->before == NULL || age_ms >= CHANGE_SHOWN_MS)
        return CHANGE_NONE;
    return age_ms < CHANGE_FRESH_MS ? CHANGE_FRESH : CHANGE_FADING;
}

// What passes by itself, such as the time that a call lasts, changes with every reading and means
// nothing; sentences repeat what other cells say.
static bool is_compared(const struct column *column)
{
    return column->kind != KIND_DURATION_S && column->kind != KIND_SERIES && !column->unbounded;
}

static bool differs(const struct table_change *change, const struct row_ref *row, size_t column)
{
    const struct column *it = &table_schema(row->table)->columns[column];
    size_t old;
    if (!table_find(change->before, row->id, &old))
        return it->key;
    const struct cell *before = table_cell(change->before, old, column);
    return is_compared(it) && before->known &&
           cell_compare(it, before, table_cell(row->table, row->row, column)) != 0;
}

enum change table_changes_has(const struct table_changes *changes, const struct row_ref *row,
                              size_t column)
{
    for (size_t i = 0; i < changes->count; i++) {
        const struct table_change *change = &changes->items[i];
        if (change->now != row->table)
            continue;
        enum change shown = strength(change);
        return shown != CHANGE_NONE && differs(change, row, column) ? shown : CHANGE_NONE;
    }
    return CHANGE_NONE;
}

void table_changes_count(struct table_changes *changes, size_t *come, size_t *gone)
{
    *come = *gone = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct table_change *change = &changes->items[i];
        if (strength(change) == CHANGE_NONE)
            continue;
        if (!change->counted)
            count_rows(change);
        *come += change->come;
        *gone += change->gone;
    }
}
