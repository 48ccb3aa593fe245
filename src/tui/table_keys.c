// SPDX-License-Identifier: MIT

// Moving, sorting and filtering by key.
#include "tui/table_keys.h"

#include <string.h>

#include "base/lang.h"
#include "tui/state.h"
#include "tui/table_marks.h"
#include "tui/table_total.h"

enum next table_keys_move(struct console *console, int argument)
{
    if (console->viewer != NULL)
        viewer_step(console->viewer, argument);
    else if (console->here < 0)
        overview_move(console->overview, argument);
    else
        table_view_move(console_table(console), argument);
    return NEXT_PAINT;
}

enum next table_keys_page(struct console *console, int argument)
{
    if (console->viewer != NULL)
        viewer_scroll_page(console->viewer, argument);
    else
        table_view_page(console_table(console), argument);
    return NEXT_PAINT;
}

enum next table_keys_end(struct console *console, int argument)
{
    if (console->viewer != NULL)
        viewer_scroll_to_end(console->viewer, argument > 0);
    else
        table_view_move_to_end(console_table(console), argument > 0);
    return NEXT_PAINT;
}

enum next table_keys_column(struct console *console, int argument)
{
    if (console->here < 0)
        overview_move_column(console->overview, argument);
    else
        table_view_move_column(console_table(console), argument);
    return NEXT_PAINT;
}

enum next table_keys_sort(struct console *console, int argument)
{
    (void)argument;
    table_view_sort_here(console_table(console));
    return NEXT_PAINT;
}

static bool needs_quotes(const char *text)
{
    return strpbrk(text, " \t\n\"\\|!<>=~:") != NULL;
}

enum next table_keys_filter_cell(struct console *console, int argument)
{
    struct table_view *table = console_table(console);
    struct row_ref row;
    if (!table_view_current(table, &row))
        return NEXT_PAINT;
    int at = table_view_column(table);
    const struct column *column = &table_view_schema(table)->columns[at];
    struct str filter = {0}, value = {0};
    str_append(&filter, table_view_filter(table));
    if (strchr(str_text(&filter), '|') != NULL) {
        journal_add(console->journal, LEVEL_WARN, "",
                    "the filter has alternatives (|); add to it by hand");
    } else {
        cell_plain(&value, column, table_cell(row.table, row.row, (size_t)at));
        str_appendf(&filter, "%s%s%s", filter.len > 0 ? " " : "", column->name,
                    argument > 0 ? "=" : "!=");
        if (needs_quotes(str_text(&value)))
            str_append_quoted(&filter, str_text(&value));
        else
            str_append(&filter, str_text(&value));
        struct err err = {0};
        if (!table_view_set_filter(table, str_text(&filter), NULL, &err))
            journal_add(console->journal, LEVEL_WARN, "", "%s", err.text);
    }
    str_dispose(&filter);
    str_dispose(&value);
    return NEXT_PAINT;
}

enum next table_keys_totals(struct console *console, int argument)
{
    (void)argument;
    struct table_view *table = console_table(console);
    bool shown = table_view_toggle_totals(table);
    size_t marked;
    table_marks_count(table, &marked);
    const struct column *within = shown ? table_total_hindrance(table, marked > 0) : NULL;
    if (within != NULL)
        journal_answer(console->journal, LEVEL_INFO, "",
                       "These rows count the same twice: filter them by %s, then there are totals.",
                       _(within->title));
    return NEXT_PAINT;
}

enum next table_keys_numbers(struct console *console, int argument)
{
    (void)argument;
    table_view_toggle_numbers(console_table(console));
    return NEXT_PAINT;
}

enum next table_keys_move_column(struct console *console, int argument)
{
    struct table_view *table = console_table(console);
    table_view_move_place(table, (size_t)table_view_column(table), argument);
    return NEXT_PAINT;
}

enum next table_keys_widen(struct console *console, int argument)
{
    struct table_view *table = console_table(console);
    table_view_widen(table, (size_t)table_view_column(table), argument);
    return NEXT_PAINT;
}
