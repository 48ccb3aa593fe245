// SPDX-License-Identifier: MIT

// The inside of a table view, shared by its two sources only.
#ifndef TUI_TABLE_STATE_H
#define TUI_TABLE_STATE_H

#include "tui/column_layout.h"
#include "tui/row_set.h"
#include "tui/table_changes.h"
#include "tui/table_view.h"

struct table_view {
    const struct schema *schema;
    struct view *view;
    const struct table **tables; // as in the view, which holds the references
    bool *stale;                 // parallel
    int64_t *ages_ms;            // parallel
    size_t table_count;
    bool hide_host;
    bool numbers, totals; // a number before each row, their sums below them

    bool touched; // the cursor was moved: it follows its row
    uint64_t cursor_id;
    size_t cursor; // index in the view
    size_t top;    // first row on the screen
    size_t page;   // rows that fit when last drawn
    char *label;   // of the cursor's row
    char *news;
    int column; // under the cursor

    struct table_changes changes;
    int64_t looked_ms; // monotonic: when it was last handed its tables, which is with every paint
    struct row_set marks;
    uint64_t marked_last; // where a range begins

    char *filter;          // as typed
    struct filter *search; // NULL: nothing was searched yet
    struct column_layout layout;
    struct column_wish *wishes; // widths seen; they only grow, so that columns do not jump
    int wished_width;           // of the area they are for
};

#endif
