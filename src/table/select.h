// SPDX-License-Identifier: MIT

// Some rows of a table as a table of their own.
#ifndef TABLE_SELECT_H
#define TABLE_SELECT_H

#include "table/table.h"

// The rows in the order given, with their levels; sealed, the caller's. Rows whose keys differ keep
// their identities.
const struct table *table_select(const struct table *table, const size_t *rows, size_t count);

#endif
