// SPDX-License-Identifier: MIT

// Marking rows.
#include "tui/table_marks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tui/table_state.h"

void table_marks_toggle(struct table_view *table)
{
    struct row_ref row;
    if (!table_view_current(table, &row))
        return;
    row_set_change(&table->marks, row.id, !row_set_has(&table->marks, row.id));
    table->marked_last = row.id;
    table->revision++;
    table_view_move(table, 1);
}

void table_marks_range(struct table_view *table)
{
    struct row_ref row;
    if (!table_view_current(table, &row))
        return;
    long from = view_find(table->view, table->marked_last), to = (long)table->cursor;
    if (from < 0)
        from = to;
    long first = from < to ? from : to, last = from < to ? to : from;
    uint64_t *ids = mem_array((size_t)(last - first) + 1, sizeof *ids);
    for (long at = first; at <= last; at++)
        ids[at - first] = view_row(table->view, (size_t)at).id;
    row_set_add_all(&table->marks, ids, (size_t)(last - first) + 1);
    free(ids);
    table->marked_last = row.id;
    table->revision++;
}

bool table_marks_matching(struct table_view *table, const char *text, size_t *position,
                          struct err *err)
{
    struct filter *filter = NULL;
    if (!filter_parse(text, table->schema, &filter, position, err))
        return false;
    size_t count = view_count(table->view), found = 0;
    uint64_t *ids = mem_array(count + 1, sizeof *ids);
    for (size_t at = 0; at < count; at++) {
        struct row_ref row = view_row(table->view, at);
        if (filter_match(filter, row.table, row.row))
            ids[found++] = row.id;
    }
    row_set_add_all(&table->marks, ids, found);
    table->revision++;
    free(ids);
    filter_free(filter);
    return true;
}

void table_marks_invert(struct table_view *table)
{
    size_t count = view_count(table->view), found = 0;
    uint64_t *ids = mem_array(count + 1, sizeof *ids);
    for (size_t at = 0; at < count; at++) {
        uint64_t id = view_row(table->view, at).id;
        if (!row_set_has(&table->marks, id))
            ids[found++] = id;
    }
    size_t kept = 0; // marks beyond the filter stay
    for (size_t i = 0; i < table->marks.count; i++)
        if (view_find(table->view, table->marks.ids[i]) < 0)
            table->marks.ids[kept++] = table->marks.ids[i];
    table->marks.count = kept;
    row_set_add_all(&table->marks, ids, found);
    table->revision++;
    free(ids);
}

void table_marks_clear(struct table_view *table)
{
    row_set_clear(&table->marks);
    table->revision++;
    table->marked_last = 0;
}

void table_marks_drop(struct table_view *table, uint64_t id)
{
    if (!table_marks_has(table, id))
        return;
    row_set_change(&table->marks, id, false);
    table->revision++;
}

bool table_marks_has(const struct table_view *table, uint64_t id)
{
    return table->marks.count > 0 && row_set_has(&table->marks, id);
}

size_t table_marks_count(struct table_view *table, size_t *shown)
{
    if (table->marks_counted != table->revision) {
        table->marks_there = table->marks_shown = 0;
        for (size_t i = 0; i < table->marks.count; i++) {
            struct row_ref row;
            table->marks_there += table_view_row(table, table->marks.ids[i], &row);
            table->marks_shown += view_find(table->view, table->marks.ids[i]) >= 0;
        }
        table->marks_counted = table->revision;
    }
    if (shown != NULL)
        *shown = table->marks_shown;
    return table->marks_there;
}
