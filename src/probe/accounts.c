// SPDX-License-Identifier: MIT

// What the database knows of accounts that the web interface does not tell with their balances.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "account",
        .title = "Account",
        .unit = "",
        .help = "The account number.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 16,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The display name.",
        .kind = KIND_TEXT,
        .width = 20,
    },
    {
        .name = "kind",
        .title = "Kind",
        .unit = "",
        .help = "customer, vendor (clearing account) or card.",
        .kind = KIND_TEXT,
        .width = 8,
    },
    {
        .name = "today",
        .title = "Today",
        .unit = "",
        .help = "Spent since midnight.",
        .kind = KIND_REAL,
    },
    {
        .name = "per_hour",
        .title = "Per hour",
        .unit = "",
        .help = "Spent per hour of today, from one hour after midnight on.",
        .kind = KIND_REAL,
    },
    {
        .name = "locked",
        .title = "Locked",
        .unit = "",
        .help = "Whether it is locked.",
        .kind = KIND_BOOL,
    },
    {
        .name = "expired_s",
        .title = "Expired",
        .unit = "",
        .help = "Time since it expired.",
        .kind = KIND_DURATION_S,
    },
    {
        .name = "valid_until",
        .title = "Valid until",
        .unit = "",
        .help = "When it expires.",
        .kind = KIND_TIME,
    },
};

static const struct schema schema = {
    .name = "accounts",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_accounts = {
    .schema = &schema,
    .title = "Accounts",
    .purpose = "Names, kinds, locks and consumption of accounts, for the balances pane.",
    .default_sort = "account",
    .empty = "no accounts",
};
