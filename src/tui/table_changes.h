// SPDX-License-Identifier: MIT

// What is new since the reading before: rows and cells are marked for a moment. Cells are compared
// only when they are drawn. Private to the table view.
#ifndef TUI_TABLE_CHANGES_H
#define TUI_TABLE_CHANGES_H

#include "table/view.h"

#define CHANGE_FRESH_MS 900  // strong for so long
#define CHANGE_SHOWN_MS 2000 // then fading

enum change { CHANGE_NONE, CHANGE_FADING, CHANGE_FRESH };

// One table and the one that it has replaced.
struct table_change {
    const struct table *now;    // with a reference
    const struct table *before; // with a reference; NULL: nothing to compare with
    int64_t since_ms;           // monotonic
    bool counted;
    size_t come, gone; // rows
};

struct table_changes {
    struct table_change *items;
    size_t count;
};

// What is new when these tables follow those of `changes`, each the one of its host.
void table_changes_follow(struct table_changes *out, const struct table_changes *changes,
                          const struct table *const *tables, size_t count);
// Counts the rows that came and went, so that table_changes_count() costs nothing.
void table_changes_prepare(struct table_changes *changes);
void table_changes_dispose(struct table_changes *changes);

// Whether a cell is marked now: its value was known and is another, or it names a row that is new.
// The first reading of a value marks nothing.
enum change table_changes_has(const struct table_changes *changes, const struct row_ref *row,
                              size_t column);
// Rows that came and went with the newest readings, while that is shown.
void table_changes_count(struct table_changes *changes, size_t *come, size_t *gone);

#endif
