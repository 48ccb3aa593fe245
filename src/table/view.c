// SPDX-License-Identifier: MIT

// Filtered and sorted rows of several tables, worked out when they are first asked for.
#include "table/view.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/id_index.h"
#include "table/view_sort.h"

struct view {
    const struct schema *schema;
    const struct table **tables; // references; the array is owned
    size_t table_count;
    struct filter *filter; // owned
    struct sort_key sort[VIEW_SORT_LEVELS];

    bool current; // rows are worked out
    struct row_ref *rows;
    size_t count, cap;
    // Where each row of each table is in rows, one table after the other; ID_NONE: filtered away.
    bool placed; // places are worked out
    uint32_t *places;
};

struct view *view_new(const struct schema *schema)
{
    struct view *view = mem_alloc(sizeof *view);
    view->schema = schema;
    for (size_t i = 0; i < VIEW_SORT_LEVELS; i++)
        view->sort[i].column = -1;
    return view;
}

static void release_tables(const struct table **tables, size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_unref(tables[i]);
    free(tables);
}

void view_free(struct view *view)
{
    if (view == NULL)
        return;
    release_tables(view->tables, view->table_count);
    filter_free(view->filter);
    free(view->places);
    free(view->rows);
    free(view);
}

static void outdate(struct view *view)
{
    view->current = false;
    view->placed = false;
}

static bool same_tables(const struct view *view, const struct table *const *tables, size_t count)
{
    size_t same = 0;
    for (size_t i = 0; i < count; i++) {
        if (tables[i] == NULL)
            continue;
        if (same == view->table_count || view->tables[same] != tables[i])
            return false;
        same++;
    }
    return same == view->table_count;
}

void view_set_tables(struct view *view, const struct table *const *tables, size_t count)
{
    if (same_tables(view, tables, count))
        return;
    const struct table **before = view->tables;
    size_t before_count = view->table_count;
    view->tables = mem_array(count, sizeof(const struct table *));
    view->table_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (tables[i] == NULL)
            continue;
        assert(table_schema(tables[i]) == view->schema);
        view->tables[view->table_count++] = table_ref(tables[i]);
    }
    release_tables(before, before_count);
    outdate(view);
}

const struct table *const *view_tables(const struct view *view, size_t *count)
{
    *count = view->table_count;
    return view->tables;
}

void view_set_filter(struct view *view, struct filter *filter)
{
    if (filter_is_empty(view->filter) && filter_is_empty(filter)) {
        filter_free(filter);
        return;
    }
    filter_free(view->filter);
    view->filter = filter;
    outdate(view);
}

void view_set_sort(struct view *view, const struct sort_key keys[VIEW_SORT_LEVELS])
{
    bool same = true;
    for (size_t i = 0; i < VIEW_SORT_LEVELS; i++) {
        assert(keys[i].column < (int)view->schema->column_count);
        same = same && keys[i].column == view->sort[i].column &&
               keys[i].descending == view->sort[i].descending;
        view->sort[i] = keys[i];
    }
    if (!same)
        outdate(view);
}

void view_get_sort(const struct view *view, struct sort_key keys[VIEW_SORT_LEVELS])
{
    memcpy(keys, view->sort, sizeof view->sort);
}

const struct schema *view_schema(const struct view *view)
{
    return view->schema;
}

size_t view_total(struct view *view)
{
    size_t total = 0;
    for (size_t i = 0; i < view->table_count; i++)
        total += table_rows(view->tables[i]);
    return total;
}

static void take_matching(struct view *view, const struct table *table)
{
    size_t rows = table_rows(table);
    for (size_t row = 0; row < rows; row++)
        if (filter_match(view->filter, table, row))
            view->rows[view->count++] =
                (struct row_ref){.table = table, .row = row, .id = table_row_id(table, row)};
}

static void work_out(struct view *view)
{
    if (view->current)
        return;
    size_t total = view_total(view);
    assert(total < ID_NONE);
    if (total > view->cap || total < view->cap / 4) {
        free(view->rows);
        view->rows = mem_array(total, sizeof *view->rows);
        view->cap = total;
    }
    view->count = 0;
    for (size_t i = 0; i < view->table_count; i++)
        take_matching(view, view->tables[i]);
    view_sort_rows(view->rows, view->count, view->schema, view->sort);
    view->current = true;
}

size_t view_count(struct view *view)
{
    work_out(view);
    return view->count;
}

struct row_ref view_row(struct view *view, size_t index)
{
    work_out(view);
    assert(index < view->count);
    return view->rows[index];
}

const struct cell *view_cell(struct view *view, size_t index, size_t col)
{
    struct row_ref row = view_row(view, index);
    return table_cell(row.table, row.row, col);
}

struct view *view_select(struct view *view,
                         bool (*wanted)(const struct row_ref *row, void *context), void *context)
{
    struct view *some = view_new(view->schema);
    work_out(view);
    view_set_tables(some, view->tables, view->table_count);
    view_set_sort(some, view->sort);
    some->rows = mem_array(view->count, sizeof *some->rows);
    some->cap = view->count;
    for (size_t i = 0; i < view->count; i++)
        if (wanted(&view->rows[i], context))
            some->rows[some->count++] = view->rows[i];
    some->current = true;
    return some;
}

static uint32_t *places_of(const struct view *view, const struct table *table)
{
    uint32_t *places = view->places;
    for (size_t i = 0; view->tables[i] != table; i++)
        places += table_rows(view->tables[i]);
    return places;
}

static void work_out_places(struct view *view)
{
    work_out(view);
    if (view->placed)
        return;
    size_t total = view_total(view);
    free(view->places);
    view->places = mem_array(total + 1, sizeof *view->places);
    memset(view->places, 0xff, total * sizeof *view->places); // ID_NONE
    const struct table *table = NULL;
    uint32_t *places = view->places;
    for (size_t i = 0; i < view->count; i++) {
        if (view->rows[i].table != table) {
            table = view->rows[i].table;
            places = places_of(view, table);
        }
        places[view->rows[i].row] = (uint32_t)i;
    }
    view->placed = true;
}

void view_prepare(struct view *view)
{
    work_out_places(view);
}

long view_find(struct view *view, uint64_t id)
{
    work_out_places(view);
    const uint32_t *places = view->places;
    for (size_t i = 0; i < view->table_count; i++) {
        size_t row;
        if (table_find(view->tables[i], id, &row) && places[row] != ID_NONE)
            return (long)places[row];
        places += table_rows(view->tables[i]);
    }
    return -1;
}
