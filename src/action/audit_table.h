// SPDX-License-Identifier: MIT

// The audit trail as the table of probe_audit, in the console and on the command line.
#ifndef ACTION_AUDIT_TABLE_H
#define ACTION_AUDIT_TABLE_H

#include "action/audit.h"
#include "table/table.h"

#define AUDIT_PANE_ROWS_MAX 2000 // of a host in the console; the file has them all

// A sealed table (a reference) of what was done, or refused, on the host, NULL: on all of them; the
// newest first, at most so many rows, 0: all.
const struct table *audit_table(const struct audit_trail *trail, const char *host, size_t most);

// When the next action ends by itself that could be undone till then, wall clock; 0: none will. The
// table says something else from then on.
int64_t audit_next_end(const struct audit_trail *trail);

#endif
