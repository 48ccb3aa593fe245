// SPDX-License-Identifier: MIT

// Which tables are shown: short ones at once, long ones when they are prepared.
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/table_state.h"

#define LONG_ROWS 4000 // fewer take below a millisecond
#define UNSEEN_MS 3000 // for so long nobody has looked at it: what changed meanwhile is not news

void table_view_set_preparer(struct table_view *table, struct preparer *preparer)
{
    table->preparer = preparer;
}

// What was ordered is not wanted any more.
void table_leave_preparation(struct table_view *table)
{
    if (table->preparation != NULL)
        preparer_discard(table->preparer, table->preparation);
    table->preparation = NULL;
}

static bool shows(const struct table *const *tables, size_t count,
                  const struct table_reading *readings, size_t wanted)
{
    if (count != wanted)
        return false;
    for (size_t i = 0; i < count; i++)
        if (tables[i] != readings[i].table)
            return false;
    return true;
}

// Takes over what is known of the tables that are shown; of one that is just being replaced
// nothing is said.
static void note_readings(struct table_view *table, const struct table_reading *readings,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < table->shown_count; at++)
            if (table->shown[at].table == readings[i].table) {
                table->shown[at].stale = readings[i].stale;
                table->shown[at].read_ms =
                    readings[i].age_ms > 0 ? clock_shown_mono_ms() - readings[i].age_ms : 0;
            }
}

// After the view has other tables: `before` is how many there were.
static void follow_tables(struct table_view *table)
{
    size_t count, before = table->shown_count;
    const struct table *const *tables = view_tables(table->view, &count);
    table->shown = mem_resize(table->shown, count + 1, sizeof *table->shown);
    for (size_t i = 0; i < count; i++)
        table->shown[i] = (struct shown_table){.table = tables[i]};
    table->shown_count = count;
    // Other hosts were chosen: then rows that are not there are no news.
    table_follow(table, count == before);
}

static void take_tables(struct table_view *table, const struct table *const *tables, size_t count)
{
    struct table_changes changes;
    table_changes_follow(&changes, &table->changes, tables, count);
    table_changes_dispose(&table->changes);
    table->changes = changes;
    view_set_tables(table->view, tables, count);
    table_leave_preparation(table);
    follow_tables(table);
}

static void order(struct table_view *table, const struct table *const *tables, size_t count)
{
    struct preparation *preparation = mem_alloc(sizeof *preparation);
    struct sort_key keys[VIEW_SORT_LEVELS];
    struct filter *filter = NULL;
    size_t position;
    preparation->view = view_new(table->schema);
    view_get_sort(table->view, keys);
    view_set_sort(preparation->view, keys);
    filter_parse(table->filter, table->schema, &filter, &position, NULL);
    view_set_filter(preparation->view, filter);
    view_set_tables(preparation->view, tables, count);
    table_changes_follow(&preparation->changes, &table->changes, tables, count);
    table->preparation = preparation;
    preparer_order(table->preparer, preparation);
}

// Exchanges what is shown for what was prepared.
static void take_prepared(struct table_view *table)
{
    struct preparation *preparation = table->preparation;
    struct view *view = table->view;
    struct table_changes changes = table->changes;
    table->view = preparation->view;
    table->changes = preparation->changes;
    preparation->view = view;
    preparation->changes = changes;
    table_leave_preparation(table);
    follow_tables(table);
}

static bool is_long(const struct table *const *tables, size_t count)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += table_rows(tables[i]);
    return rows >= LONG_ROWS;
}

// Where somebody looks on, long tables are prepared; what is looked at anew is shown at once.
static void show(struct table_view *table, const struct table *const *tables, size_t count,
                 bool looked_at)
{
    if (table->preparer == NULL || !looked_at || !is_long(tables, count))
        take_tables(table, tables, count);
    else if (table->preparation == NULL)
        order(table, tables, count);
}

void table_view_set_readings(struct table_view *table, const struct table_reading *readings,
                             size_t count)
{
    int64_t now_ms = clock_mono_ms();
    bool looked_at = now_ms - table->looked_ms <= UNSEEN_MS && table->shown_count > 0;
    if (!looked_at)
        table_view_forget_changes(table);
    table->looked_ms = now_ms;
    if (table->preparation != NULL && preparer_is_done(table->preparer, table->preparation))
        take_prepared(table);
    size_t shown;
    const struct table *const *tables = view_tables(table->view, &shown);
    if (!shows(tables, shown, readings, count)) {
        const struct table **wanted = mem_array(count + 1, sizeof *wanted);
        for (size_t i = 0; i < count; i++)
            wanted[i] = readings[i].table;
        show(table, wanted, count, looked_at);
        free(wanted);
    }
    note_readings(table, readings, count);
}

bool table_view_prepares(const struct table_view *table)
{
    return table->preparation != NULL;
}

void table_view_set_tables(struct table_view *table, const struct table *const *tables,
                           const bool *stale, size_t count)
{
    struct table_reading *readings = mem_array(count + 1, sizeof *readings);
    for (size_t i = 0; i < count; i++)
        readings[i] = (struct table_reading){tables[i], stale != NULL && stale[i], 0};
    table_view_set_readings(table, readings, count);
    free(readings);
}

bool table_show_ordered(struct table_view *table)
{
    if (table->preparation == NULL)
        return false;
    size_t count;
    const struct table *const *tables = view_tables(table->preparation->view, &count);
    take_tables(table, tables, count);
    return true;
}

void table_view_forget_changes(struct table_view *table)
{
    table_changes_dispose(&table->changes);
    table->looked_ms = -UNSEEN_MS - 1; // what comes next is shown at once
}

void table_view_forget_widths(struct table_view *table)
{
    table->wished_width = -1;
}
