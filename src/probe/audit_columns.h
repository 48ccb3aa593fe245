// SPDX-License-Identifier: MIT

// The columns of the probe `audit`, shared by its declaration and by who fills it.
#ifndef PROBE_AUDIT_COLUMNS_H
#define PROBE_AUDIT_COLUMNS_H

enum audit_column {
    AUDIT_HOST,
    AUDIT_ACTION,
    AUDIT_TARGET,
    AUDIT_TIME,
    AUDIT_STATE,
    AUDIT_UNDO,
    AUDIT_OPERATOR,
    AUDIT_METHOD,
    AUDIT_REASON,
    AUDIT_ENTRY,
    AUDIT_ENDS,
    AUDIT_VERIFICATION,
    AUDIT_EVIDENCE,
    AUDIT_COMMANDS,
    AUDIT_UNDO_COMMANDS,
    AUDIT_RULE,
    AUDIT_TARGETS,
    AUDIT_ID,
    AUDIT_RESULT,
    AUDIT_UNDONE_BY,
    AUDIT_COLUMNS,
};

#endif
