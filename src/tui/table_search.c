// SPDX-License-Identifier: MIT

// Going from match to match without hiding the other rows.
#include "tui/table_state.h"

bool table_view_set_search(struct table_view *table, const char *text, size_t *position,
                           struct err *err)
{
    struct filter *filter = NULL;
    if (!filter_parse(text, table->schema, &filter, position, err))
        return false;
    filter_free(table->search);
    table->search = filter;
    return true;
}

enum found table_view_search(struct table_view *table, int direction, bool here)
{
    size_t count = view_count(table->view);
    if (count == 0 || filter_is_empty(table->search))
        return FOUND_NOTHING;
    for (size_t i = here ? 0 : 1; i < count + (here ? 0 : 1); i++) {
        size_t at = (table->cursor + (direction < 0 ? count - i % count : i)) % count;
        struct row_ref row = view_row(table->view, at);
        if (!filter_match(table->search, row.table, row.row))
            continue;
        bool round = direction < 0 ? at > table->cursor : at < table->cursor;
        table_view_go(table, row.id);
        return round ? FOUND_ROUND : FOUND;
    }
    return FOUND_NOTHING;
}
