// SPDX-License-Identifier: MIT

// Marked rows of a table view: what an action, a copy or an export may be about. They follow their
// rows; rows that are filtered away stay marked. UI thread only.
#ifndef TUI_TABLE_MARKS_H
#define TUI_TABLE_MARKS_H

#include "tui/table_view.h"

// The row under the cursor, which then goes on to the next one.
void table_marks_toggle(struct table_view *table);
// From the row that was marked last to the cursor.
void table_marks_range(struct table_view *table);
// Adds the shown rows that match a filter expression.
bool table_marks_matching(struct table_view *table, const char *text, size_t *position,
                          struct err *err);
void table_marks_invert(struct table_view *table); // of the shown rows
void table_marks_clear(struct table_view *table);
void table_marks_drop(struct table_view *table, uint64_t id); // nothing when it is not marked

bool table_marks_has(const struct table_view *table, uint64_t id);
// Marked rows that exist now, and how many of them are shown.
size_t table_marks_count(struct table_view *table, size_t *shown);

#endif
