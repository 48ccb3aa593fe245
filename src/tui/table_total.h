// SPDX-License-Identifier: MIT

// Sums over the rows of a table view. UI thread only.
#ifndef TUI_TABLE_TOTAL_H
#define TUI_TABLE_TOTAL_H

#include "tui/table_view.h"

// The column that keeps the rows (marked: of these the marked ones) from being summed up, as they
// differ in it; NULL: they have totals.
const struct column *table_total_hindrance(struct table_view *table, bool marked);

// Appends the sum of a column over the rows that are shown (marked: of these the marked ones); "–"
// when no cell is known or the rows have no total, "1,234+" when some are not.
void table_total_print(struct table_view *table, size_t column, bool marked, int64_t now_ms,
                       struct str *out);

#endif
