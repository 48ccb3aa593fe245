// SPDX-License-Identifier: MIT

// The columns of the probe `health`, shared by its declaration and its reader.
#ifndef PROBE_HEALTH_COLUMNS_H
#define PROBE_HEALTH_COLUMNS_H

enum health_column {
    HEALTH_HOST,
    HEALTH_WHAT,
    HEALTH_OBJECT,
    HEALTH_VALUE,
    HEALTH_UNIT,
    HEALTH_WARN,
    HEALTH_CRIT,
    HEALTH_STATE,
    HEALTH_REASON,
    HEALTH_METRIC,
    HEALTH_COLUMNS,
};

#endif
