// SPDX-License-Identifier: MIT

// What the database knows of accounts that the web interface does not tell with their balances.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "account",
        .title = N_("Account"),
        .unit = "",
        .help = N_("The account number."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 16,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The display name."),
        .kind = KIND_TEXT,
        .width = 20,
    },
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help = N_("customer, vendor (clearing account) or card."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 8,
    },
    {
        .name = "today",
        .title = N_("Today"),
        .unit = "",
        .help = N_("Spent since midnight."),
        .kind = KIND_REAL,
    },
    {
        .name = "per_hour",
        .title = N_("Per hour"),
        .unit = "",
        .help = N_("Spent per hour of today, from one hour after midnight on."),
        .kind = KIND_REAL,
    },
    {
        .name = "locked",
        .title = N_("Locked"),
        .unit = "",
        .help = N_("Whether it is locked."),
        .kind = KIND_BOOL,
    },
    {
        .name = "expired_s",
        .title = N_("Expired"),
        .unit = "",
        .help = N_("Time since it expired."),
        .kind = KIND_DURATION_S,
    },
    {
        .name = "valid_until",
        .title = N_("Valid until"),
        .unit = "",
        .help = N_("When it expires."),
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
    .title = N_("Accounts"),
    .purpose = N_("Names, kinds, locks and consumption of accounts, for the balances pane."),
    .default_sort = "account",
    .empty = N_("no accounts"),
};
