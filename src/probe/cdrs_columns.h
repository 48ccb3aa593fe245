// SPDX-License-Identifier: MIT

// The columns of the probes `cdrs` and `cdr_search`, shared by their declaration and their reader.
#ifndef PROBE_CDRS_COLUMNS_H
#define PROBE_CDRS_COLUMNS_H

enum cdrs_column {
    CDRS_HOST,
    CDRS_CHECK,
    CDRS_VALUE,
    CDRS_UNIT,
    CDRS_WARN,
    CDRS_CRIT,
    CDRS_STATE,
    CDRS_DETAIL,
    CDRS_WHAT,
    CDRS_COLUMNS,
};

#endif
