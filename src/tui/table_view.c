// SPDX-License-Identifier: MIT

// Rows, cursor, filter and sort of a table on the screen; table_draw.c draws it.
#include "tui/table_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "table/row_label.h"
#include "tui/accent.h"
#include "tui/table_state.h"

struct table_view *table_view_new(const struct schema *schema, const char *default_sort)
{
    struct table_view *table = mem_alloc(sizeof *table);
    table->schema = schema;
    table->view = view_new(schema);
    table->filter = mem_strdup("");
    table->wishes = mem_array(schema->column_count, sizeof *table->wishes);
    table->sums = mem_array(schema->column_count, sizeof *table->sums);
    table->revision = 1;
    table->column = schema->column_count > 1 ? 1 : 0;
    table->page = 1;
    if (default_sort != NULL)
        table_view_set_sort(table, default_sort, NULL);
    struct str sort = {0};
    table_view_sort_text(table, &sort);
    table->first_sort = str_take(&sort);
    return table;
}

void table_view_set_config(struct table_view *table, const struct config *config)
{
    table->config = config;
}

void table_view_be_calm(struct table_view *table)
{
    table->calm = true;
}

void table_view_free(struct table_view *table)
{
    if (table == NULL)
        return;
    table_leave_preparation(table);
    view_free(table->view);
    column_layout_dispose(&table->layout);
    free(table->shown);
    free(table->filter);
    free(table->first_sort);
    filter_free(table->search);
    row_set_dispose(&table->marks);
    row_set_dispose(&table->new_rows);
    table_changes_dispose(&table->changes);
    free(table->wishes);
    free(table->sums);
    free(table->label);
    free(table->news);
    free(table);
}

const struct table *table_view_table(const struct table_view *table, size_t index)
{
    return index < table->shown_count ? table->shown[index].table : NULL;
}

const struct schema *table_view_schema(const struct table_view *table)
{
    return table->schema;
}

bool table_view_row(const struct table_view *table, uint64_t id, struct row_ref *row)
{
    for (size_t i = 0; i < table->shown_count; i++) {
        *row = (struct row_ref){.table = table->shown[i].table, .id = id};
        if (table_find(row->table, id, &row->row))
            return true;
    }
    return false;
}

static void set_cursor(struct table_view *table, size_t index)
{
    size_t count = view_count(table->view);
    table->cursor = count == 0 ? 0 : index < count ? index : count - 1;
    if (count == 0)
        return;
    struct row_ref row = view_row(table->view, table->cursor);
    table->cursor_id = row.id;
    struct str label = {0};
    row_label(&row, &label);
    free(table->label);
    table->label = str_take(&label);
}

void table_follow(struct table_view *table, bool say)
{
    table->revision++;
    if (!table->touched) {
        table->top = 0;
        set_cursor(table, 0);
        return;
    }
    long index = view_find(table->view, table->cursor_id);
    if (index >= 0) {
        size_t line = table->cursor >= table->top ? table->cursor - table->top : 0;
        table->top = (size_t)index > line ? (size_t)index - line : 0;
        set_cursor(table, (size_t)index);
        return;
    }
    if (say && table->label != NULL) {
        struct row_ref row;
        bool filtered = table_view_row(table, table->cursor_id, &row);
        free(table->news);
        table->news = mem_printf(filtered ? _("%s no longer matches the filter") : _("%s is gone"),
                                 table->label);
    }
    set_cursor(table, table->cursor);
}

const struct shown_table *table_shown(const struct table_view *table, const struct table *of)
{
    for (size_t i = 0; i < table->shown_count; i++)
        if (table->shown[i].table == of)
            return &table->shown[i];
    return NULL;
}

struct cell table_view_cell_now(const struct table_view *table, const struct row_ref *row,
                                size_t column)
{
    const struct column *it = &table->schema->columns[column];
    struct cell cell = *table_cell(row->table, row->row, column);
    if (it->ticks == 0 || !cell.known || it->kind != KIND_DURATION_S)
        return cell;
    const struct shown_table *shown = table_shown(table, row->table);
    int64_t whole_s =
        shown != NULL && shown->read_ms > 0 ? (clock_shown_mono_ms() - shown->read_ms) / 1000 : 0;
    cell.as.real += it->ticks * (double)whole_s;
    if (cell.as.real < 0)
        cell.as.real = 0;
    return cell;
}

void table_view_hide_host(struct table_view *table, bool hidden)
{
    table->hide_host = hidden;
    if (hidden && table->column == 0 && table->schema->column_count > 1)
        table->column = 1;
}

size_t table_view_total(struct table_view *table)
{
    return view_total(table->view);
}

size_t table_view_count(struct table_view *table)
{
    return view_count(table->view);
}

void table_view_move(struct table_view *table, long rows)
{
    long count = (long)view_count(table->view);
    long to = (long)table->cursor + rows;
    to = to >= count ? count - 1 : to;
    table->touched = true;
    set_cursor(table, to > 0 ? (size_t)to : 0);
}

void table_view_page(struct table_view *table, int pages)
{
    long step = pages * (long)(table->page > 1 ? table->page - 1 : 1);
    long top = (long)table->top + step;
    table->top = top > 0 ? (size_t)top : 0;
    table_view_move(table, step);
}

void table_view_move_to_end(struct table_view *table, bool last)
{
    size_t count = view_count(table->view);
    table->touched = last;
    set_cursor(table, last && count > 0 ? count - 1 : 0);
}

void table_view_move_column(struct table_view *table, int columns)
{
    long index = column_layout_find(&table->layout, table->column);
    long to = index + columns;
    if (index < 0 || to < 0 || to >= (long)table->layout.count)
        return;
    table->column = table->layout.boxes[to].column;
}

bool table_view_go(struct table_view *table, uint64_t id)
{
    long index = view_find(table->view, id);
    if (index < 0 && table_show_ordered(table)) // it may be in what is just being prepared
        index = view_find(table->view, id);
    if (index < 0)
        return false;
    table->touched = true;
    set_cursor(table, (size_t)index);
    return true;
}

bool table_view_current(struct table_view *table, struct row_ref *row)
{
    if (view_count(table->view) == 0)
        return false;
    *row = view_row(table->view, table->cursor);
    return true;
}

bool table_view_at(struct table_view *table, size_t index, struct row_ref *row)
{
    if (index >= view_count(table->view))
        return false;
    *row = view_row(table->view, index);
    return true;
}

enum accent table_view_accent(const struct table_view *table, const char *host)
{
    if (table->config == NULL)
        return ACCENT_NONE;
    return accent_of_host(table->config, host, strlen(host));
}

size_t table_view_position(const struct table_view *table)
{
    return table->cursor;
}

int table_view_column(const struct table_view *table)
{
    return table->column;
}

char *table_view_take_news(struct table_view *table)
{
    char *news = table->news;
    table->news = NULL;
    return news;
}

bool table_view_set_filter(struct table_view *table, const char *text, size_t *position,
                           struct err *err)
{
    struct filter *filter = NULL;
    size_t at = 0;
    bool ok = filter_parse(text, table->schema, &filter, &at, err);
    if (position != NULL)
        *position = at;
    if (!ok)
        return false;
    view_set_filter(table->view, filter);
    table_leave_preparation(table); // with the filter before
    char *kept = mem_strdup(text);  // text may be the one that is kept already
    free(table->filter);
    table->filter = kept;
    table_follow(table, false);
    return true;
}

const char *table_view_filter(const struct table_view *table)
{
    return table->filter;
}

void table_view_sort_here(struct table_view *table)
{
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_get_sort(table->view, keys);
    if (keys[0].column == table->column && keys[0].descending && table->first_sort[0] == '\0') {
        table_view_set_sort(table, "", NULL); // the third time: its own order again
        return;
    }
    if (keys[0].column == table->column) {
        keys[0].descending = !keys[0].descending;
    } else {
        keys[1] = keys[0]; // what was sorted by decides between equals
        keys[0] = (struct sort_key){table->column, false};
    }
    view_set_sort(table->view, keys);
    table_leave_preparation(table); // in the order before
    table_follow(table, false);
}

bool table_view_set_sort(struct table_view *table, const char *text, struct err *err)
{
    struct sort_key keys[VIEW_SORT_LEVELS];
    if (text[0] == '\0')
        for (size_t i = 0; i < VIEW_SORT_LEVELS; i++)
            keys[i] = (struct sort_key){.column = -1};
    else if (!sort_parse(text, table->schema, keys, err))
        return false;
    view_set_sort(table->view, keys);
    table_leave_preparation(table); // in the order before
    table_follow(table, false);
    return true;
}

void table_view_sort_text(const struct table_view *table, struct str *out)
{
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_get_sort(table->view, keys);
    for (size_t i = 0; i < VIEW_SORT_LEVELS && keys[i].column >= 0; i++)
        str_appendf(out, "%s%s%s", i > 0 ? "," : "", keys[i].descending ? "-" : "",
                    table->schema->columns[keys[i].column].name);
}

void table_view_sort_words(const struct table_view *table, struct str *out)
{
    struct sort_key keys[VIEW_SORT_LEVELS];
    view_get_sort(table->view, keys);
    for (size_t i = 0; i < VIEW_SORT_LEVELS && keys[i].column >= 0; i++)
        str_appendf(out, "%s%s %s", i > 0 ? ", " : "",
                    _(table->schema->columns[keys[i].column].title),
                    keys[i].descending ? "▼" : "▲");
}

int table_view_shown_width(const struct table_view *table, int column)
{
    for (size_t i = 0; i < table->layout.fitting; i++)
        if (table->layout.boxes[i].column == column)
            return table->layout.boxes[i].width;
    return 0;
}

int table_view_columns_beyond(const struct table_view *table)
{
    return (int)(table->layout.count - table->layout.fitting);
}

void table_view_toggle_numbers(struct table_view *table)
{
    table->numbers = !table->numbers;
}

bool table_view_toggle_totals(struct table_view *table)
{
    table->totals = !table->totals;
    return table->totals;
}

void table_view_changes(struct table_view *table, size_t *come, size_t *gone)
{
    table_changes_count(&table->changes, come, gone);
}

void table_view_set_new(struct table_view *table, const uint64_t *ids, size_t count)
{
    row_set_clear(&table->new_rows);
    row_set_add_all(&table->new_rows, ids, count);
}
