// SPDX-License-Identifier: MIT

// Rows of one or more tables of the same schema, filtered and sorted, without copying them.
#ifndef TABLE_VIEW_H
#define TABLE_VIEW_H

#include "table/filter.h"
#include "table/table.h"

#define VIEW_SORT_LEVELS 2

struct sort_key {
    int column; // -1: unused level
    bool descending;
};

struct row_ref {
    const struct table *table;
    size_t row;
    uint64_t id; // table_row_id
};

// Thread: a view may be used by one thread at a time, so that one can prepare it for another.
struct view;

struct view *view_new(const struct schema *schema);
void view_free(struct view *view);

// Replaces the tables (references are taken) and recomputes the order lazily; the same tables again
// cost nothing. NULL entries are skipped. Where no sort key decides, the order is the tables' own;
// unknown cells come last in both directions.
void view_set_tables(struct view *view, const struct table *const *tables, size_t count);
const struct table *const *view_tables(const struct view *view, size_t *count);
// The view owns the filter from now on (NULL: all rows).
void view_set_filter(struct view *view, struct filter *filter);
void view_set_sort(struct view *view, const struct sort_key keys[VIEW_SORT_LEVELS]);
void view_get_sort(const struct view *view, struct sort_key keys[VIEW_SORT_LEVELS]);

// Works out now what the next question would have to wait for.
void view_prepare(struct view *view);

const struct schema *view_schema(const struct view *view);
size_t view_total(struct view *view); // rows before the filter
size_t view_count(struct view *view); // rows after it
struct row_ref view_row(struct view *view, size_t index);
const struct cell *view_cell(struct view *view, size_t index, size_t col);

// A view of the rows of this one that are wanted, in their order; without its filter.
struct view *view_select(struct view *view,
                         bool (*wanted)(const struct row_ref *row, void *context), void *context);

// Where the row with this identity is now, or -1.
long view_find(struct view *view, uint64_t id);

// Parses "COL" or "-COL" (descending), at most VIEW_SORT_LEVELS separated by commas.
bool sort_parse(const char *text, const struct schema *schema,
                struct sort_key keys[VIEW_SORT_LEVELS], struct err *err);

#endif
