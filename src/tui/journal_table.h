// SPDX-License-Identifier: MIT

// The journal as a table, for its tile of the overview.
#ifndef TUI_JOURNAL_TABLE_H
#define TUI_JOURNAL_TABLE_H

#include "table/table.h"
#include "tui/journal.h"

extern const struct schema journal_table_schema;

// A sealed table, newest first as the journal is read; the caller unrefs it.
const struct table *journal_table_build(const struct journal *journal);

#endif
