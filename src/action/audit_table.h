// SPDX-License-Identifier: MIT

// The audit trail as a table: one row for each action on each host, and each refusal.
#ifndef ACTION_AUDIT_TABLE_H
#define ACTION_AUDIT_TABLE_H

#include "base/err.h"
#include "table/table.h"

extern const struct schema audit_schema;

// A sealed table, oldest first; a missing trail is an empty one. NULL and err when it cannot be
// read.
const struct table *audit_table(const char *path, struct err *err);

#endif
