// SPDX-License-Identifier: MIT

// What is new since the reading before: rows and cells are marked for a moment. Worked out only
// when they are drawn, and only for what is drawn. Private to the table view; UI thread only.
#ifndef TUI_TABLE_CHANGES_H
#define TUI_TABLE_CHANGES_H

#include "table/id_index.h"
#include "table/view.h"

#define CHANGE_SHOWN_MS 2000

// One table and the one that it has replaced.
struct table_change {
    const struct table *now;    // with a reference
    const struct table *before; // with a reference; NULL: nothing to compare with
    int64_t since_ms;           // monotonic
    bool indexed;
    struct id_index rows; // of before
};

struct table_changes {
    struct table_change *items;
    size_t count;
};

// These tables are shown from now on. A table replaces the one of the same host.
void table_changes_note(struct table_changes *changes, const struct table *const *tables,
                        size_t count);
// Another window or kind of rows: no comparison with what was shown before.
void table_changes_forget(struct table_changes *changes);
void table_changes_dispose(struct table_changes *changes);

// Whether a cell is marked now: it changed, or its row is new.
bool table_changes_has(struct table_changes *changes, const struct row_ref *row, size_t column);
// Rows that came and went with the newest readings, while that is shown.
void table_changes_count(struct table_changes *changes, size_t *come, size_t *gone);

#endif
