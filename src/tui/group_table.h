// SPDX-License-Identifier: MIT

// Rows counted by what one of their columns says: calls by gateway, account or caller, rules by
// chain.
#ifndef TUI_GROUP_TABLE_H
#define TUI_GROUP_TABLE_H

#include "table/table.h"

// How groups of these rows look, and by what they are sorted first.
const struct schema *group_table_schema(const struct schema *of);
const char *group_table_sort(const struct schema *of);

// A sealed table with a row for each value of the column, in the order of their first rows; the
// caller unrefs it. Unknown is a group of its own.
const struct table *group_table_build(const struct table *table, size_t column);
// Appends the filter that shows a group's rows: routing_gateway="CARRIER-A".
void group_table_filter(const struct table *groups, size_t row, const struct column *column,
                        struct str *out);

#endif
