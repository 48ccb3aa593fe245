// SPDX-License-Identifier: MIT

// The inside of a table view, shared by its sources only.
#ifndef TUI_TABLE_STATE_H
#define TUI_TABLE_STATE_H

#include "conf/config.h"
#include "tui/column_layout.h"
#include "tui/preparer.h"
#include "tui/row_set.h"
#include "tui/table_changes.h"
#include "tui/table_view.h"

// What is known of a table beside its rows, which the view holds.
struct shown_table {
    const struct table *table;
    bool stale;
    int64_t read_ms; // monotonic; 0: it stands still
};

// A column's sum as last worked out.
struct column_sum {
    uint64_t revision; // of the table view then
    bool marked;       // of the marked rows
    bool partial;      // some of the cells are unknown
    struct cell sum;
};

struct table_view {
    const struct schema *schema;
    struct view *view;
    struct shown_table *shown; // parallel to the view's tables
    size_t shown_count;
    const struct config *config;     // of the hosts' accents; NULL: they have none
    struct preparer *preparer;       // works out long views; NULL: here
    struct preparation *preparation; // ordered there and not yet taken over, or NULL
    uint64_t revision;               // grows when rows, their order or marks change
    bool hide_host;
    bool calm;            // see table_view_be_calm()
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
    struct row_set new_rows; // signed as such
    uint64_t marked_last;    // where a range begins
    uint64_t marks_counted;  // the revision of the next two
    size_t marks_there, marks_shown;
    struct column_sum *sums; // by column

    struct area drawn;     // heading and rows, as last drawn
    char *filter;          // as typed
    char *first_sort;      // that it began with
    struct filter *search; // NULL: nothing was searched yet
    struct column_layout layout;
    struct column_wish *wishes; // widths seen; they only grow, so that columns do not jump
    int wished_width;           // of the area they are for
};

// Puts the cursor where its row is now, on the same line of the screen; with say, tells when the
// row is not there.
void table_follow(struct table_view *table, bool say);
// What was ordered from the preparer is not wanted any more.
void table_leave_preparation(struct table_view *table);
// Shows at once what was ordered; false: nothing was.
bool table_show_ordered(struct table_view *table);
// NULL: the table is not shown.
const struct shown_table *table_shown(const struct table_view *table, const struct table *of);

#endif
