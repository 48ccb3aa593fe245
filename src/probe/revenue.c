// SPDX-License-Identifier: MIT

// Revenue by account and call level.
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
        .width = 14,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The account's display name.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 2,
        .width = 20,
    },
    {
        .name = "level",
        .title = "Level",
        .unit = "",
        .help = "The calls' level: network, local, domestic or international.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 13,
    },
    {
        .name = "fee",
        .title = "Fee",
        .unit = "",
        .help = "Charged on the reported day.",
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "fee_before",
        .title = "Week before",
        .unit = "",
        .help =
            "Charged on the same weekday a week before; unknown when nothing was reported for it.",
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "change_pct",
        .title = "Change",
        .unit = "%",
        .help = "(fee - week before) / week before.",
        .kind = KIND_REAL,
        .width = 8,
    },
    {
        .name = "calls",
        .title = "Calls",
        .unit = "",
        .help = "Calls charged on the reported day.",
        .kind = KIND_INT,
        .total = true,
        .priority = 1,
        .width = 9,
    },
    {
        .name = "calls_before",
        .title = "Before",
        .unit = "",
        .help = "Calls charged on the same weekday a week before.",
        .kind = KIND_INT,
        .total = true,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "billed_s",
        .title = "Billed",
        .unit = "",
        .help = "Billed time of the reported day.",
        .kind = KIND_DURATION_S,
        .priority = 4,
    },
    {
        .name = "tax",
        .title = "Tax",
        .unit = "",
        .help = "Tax on the fee.",
        .kind = KIND_REAL,
        .priority = 6,
        .width = 8,
    },
    {
        .name = "note",
        .title = "Note",
        .unit = "",
        .help = "What is unusual: fell, rose, nothing earned; empty when there is nothing to say.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 14,
    },
    {
        .name = "day",
        .title = "Day",
        .unit = "",
        .help = "When the reported day began; the product reports a day after it is over.",
        .kind = KIND_TIME,
        .priority = 5,
    },
};

static const char *const groups[] = {"account", "level", NULL};

static const struct schema schema = {
    .name = "revenue",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_revenue = {
    .schema = &schema,
    .title = "Revenue",
    .purpose = "Revenue of the newest reported day by account and call level, against the same "
               "weekday a week before.",
    .default_sort = "-fee",
    .pane = true,
    .empty = "no revenue was reported in the last 16 days",
    .on_demand = true,
    .groups = groups,
};
