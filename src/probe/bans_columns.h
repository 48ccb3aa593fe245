// SPDX-License-Identifier: MIT

// The columns of the probe `bans`, shared by its declaration and its reader.
#ifndef PROBE_BANS_COLUMNS_H
#define PROBE_BANS_COLUMNS_H

enum bans_column {
    BANS_HOST,
    BANS_ADDRESS,
    BANS_SINCE,
    BANS_REMAINING_S,
    BANS_BY,
    BANS_REASON,
    BANS_BACKEND,
    BANS_PACKETS,
    BANS_COLUMNS,
};

#endif
