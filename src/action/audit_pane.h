// SPDX-License-Identifier: MIT

// The audit trail as the table of probe_audit.
#ifndef ACTION_AUDIT_PANE_H
#define ACTION_AUDIT_PANE_H

#include "action/audit.h"
#include "table/table.h"

#define AUDIT_PANE_ROWS_MAX 2000 // the newest ones of a host; the file has them all

// A sealed table (a reference) of what was done on the host.
const struct table *audit_pane_table(const struct audit_trail *trail, const char *host);

#endif
