// SPDX-License-Identifier: MIT

// Sums over the rows of a table view. UI thread only.
#ifndef TUI_TABLE_TOTAL_H
#define TUI_TABLE_TOTAL_H

#include "tui/table_view.h"

// Appends the sum of a column over the rows that are shown (marked: of these the marked ones); "–"
// when no cell is known, "1,234+" when some are not.
void table_total_print(struct table_view *table, size_t column, bool marked, int64_t now_ms,
                       struct str *out);

#endif
