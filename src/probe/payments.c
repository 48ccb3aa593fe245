// SPDX-License-Identifier: MIT

// Payments of the last days.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "time",
        .title = "Time",
        .unit = "",
        .help = "When it was booked.",
        .kind = KIND_TIME,
    },
    {
        .name = "account",
        .title = "Account",
        .unit = "",
        .help = "The account number.",
        .kind = KIND_TEXT,
        .width = 14,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The account's display name.",
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 20,
    },
    {
        .name = "type",
        .title = "Type",
        .unit = "",
        .help = "recharge, deduction, opening or zeroing.",
        .kind = KIND_TEXT,
        .width = 10,
    },
    {
        .name = "amount",
        .title = "Amount",
        .unit = "",
        .help = "As the product notes it, in its own currency.",
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "balance_after",
        .title = "Balance",
        .unit = "",
        .help = "The balance afterwards.",
        .kind = KIND_REAL,
        .priority = 3,
        .width = 12,
    },
    {
        .name = "method",
        .title = "Method",
        .unit = "",
        .help = "cash, card or other.",
        .kind = KIND_TEXT,
        .priority = 4,
        .width = 8,
    },
    {
        .name = "operator",
        .title = "By",
        .unit = "",
        .help = "The user who booked it.",
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 12,
    },
    {
        .name = "memo",
        .title = "Memo",
        .unit = "",
        .help = "What was noted with it.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 5,
        .width = 16,
    },
    {
        .name = "agent",
        .title = "Agent",
        .unit = "",
        .help = "The agent's account, where there is one.",
        .kind = KIND_TEXT,
        .priority = 7,
        .width = 10,
    },
    {
        .name = "payment_id",
        .title = "Id",
        .unit = "",
        .help = "The product's number of the payment.",
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 8,
        .width = 10,
    },
};

static const char *const groups[] = {"account", "operator", "type", NULL};

static const struct schema schema = {
    .name = "payments",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_payments = {
    .schema = &schema,
    .title = "Payments",
    .purpose = "Recharges, deductions and other changes of balances of the last 7 days.",
    .default_sort = "-time",
    .pane = true,
    .empty = "no payments in the last 7 days",
    .on_demand = true,
    .groups = groups,
};
