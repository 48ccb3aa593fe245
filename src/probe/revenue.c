// SPDX-License-Identifier: MIT

// Revenue by account and call level.
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
        .width = 14,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The account's display name."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 2,
        .width = 20,
    },
    {
        .name = "level",
        .title = N_("Level"),
        .unit = "",
        .help = N_("The calls' level: network, local, domestic or international."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 13,
    },
    {
        .name = "fee",
        .title = N_("Fee"),
        .unit = "",
        .help = N_("Charged on the reported day."),
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "fee_before",
        .title = N_("Week before"),
        .unit = "",
        .help = N_(
            "Charged on the same weekday a week before; unknown when nothing was reported for it."),
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "change_pct",
        .title = N_("Change"),
        .unit = "%",
        .help = N_("(fee - week before) / week before."),
        .kind = KIND_REAL,
        .width = 8,
    },
    {
        .name = "calls",
        .title = N_("Calls"),
        .unit = "",
        .help = N_("Calls charged on the reported day."),
        .kind = KIND_INT,
        .total = true,
        .priority = 1,
        .width = 9,
    },
    {
        .name = "calls_before",
        .title = N_("Before"),
        .unit = "",
        .help = N_("Calls charged on the same weekday a week before."),
        .kind = KIND_INT,
        .total = true,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "billed_s",
        .title = N_("Billed"),
        .unit = "",
        .help = N_("Billed time of the reported day."),
        .kind = KIND_DURATION_S,
        .priority = 4,
    },
    {
        .name = "tax",
        .title = N_("Tax"),
        .unit = "",
        .help = N_("Tax on the fee."),
        .kind = KIND_REAL,
        .priority = 6,
        .width = 8,
    },
    {
        .name = "note",
        .title = N_("Note"),
        .unit = "",
        .help =
            N_("What is unusual: fell, rose, nothing earned; empty when there is nothing to say."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 1,
        .width = 14,
    },
    {
        .name = "day",
        .title = N_("Day"),
        .unit = "",
        .help = N_("When the reported day began; the product reports a day after it is over."),
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
    .title = N_("Revenue"),
    .purpose = N_("Revenue of the newest reported day by account and call level, against the same "
                  "weekday a week before."),
    .default_sort = "-fee",
    .pane = true,
    .empty = N_("no revenue was reported in the last 16 days"),
    .on_demand = true,
    .groups = groups,
};
