// SPDX-License-Identifier: MIT

// The columns of the probe `firewall`, shared by its declaration and its reader.
#ifndef PROBE_FIREWALL_COLUMNS_H
#define PROBE_FIREWALL_COLUMNS_H

enum firewall_column {
    FIREWALL_HOST,
    FIREWALL_FAMILY,
    FIREWALL_TABLE,
    FIREWALL_CHAIN,
    FIREWALL_NUM,
    FIREWALL_PACKETS,
    FIREWALL_BYTES,
    FIREWALL_PPS,
    FIREWALL_TARGET,
    FIREWALL_MATCH,
    FIREWALL_COMMENT,
    FIREWALL_SHARE,
    FIREWALL_REMARK,
    FIREWALL_MEMBERS,
    FIREWALL_RULE,
    FIREWALL_EFFECT,
    FIREWALL_COLUMNS,
};

#endif
