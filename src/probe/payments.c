// SPDX-License-Identifier: MIT

// Payments of the last days.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "time",
        .title = N_("Time"),
        .unit = "",
        .help = N_("When it was booked."),
        .kind = KIND_TIME,
    },
    {
        .name = "account",
        .title = N_("Account"),
        .unit = "",
        .help = N_("The account number."),
        .kind = KIND_TEXT,
        .width = 14,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The account's display name."),
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 20,
    },
    {
        .name = "type",
        .title = N_("Type"),
        .unit = "",
        .help = N_("recharge, deduction, opening or zeroing."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 10,
    },
    {
        .name = "amount",
        .title = N_("Amount"),
        .unit = "",
        .help = N_("As the product notes it, in its own currency."),
        .kind = KIND_REAL,
        .total = true,
        .width = 12,
    },
    {
        .name = "balance_after",
        .title = N_("Balance"),
        .unit = "",
        .help = N_("The balance afterwards."),
        .kind = KIND_REAL,
        .priority = 3,
        .width = 12,
    },
    {
        .name = "method",
        .title = N_("Method"),
        .unit = "",
        .help = N_("cash, card or other."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 4,
        .width = 8,
    },
    {
        .name = "operator",
        .title = N_("By"),
        .unit = "",
        .help = N_("The user who booked it."),
        .kind = KIND_TEXT,
        .priority = 1,
        .width = 12,
    },
    {
        .name = "memo",
        .title = N_("Memo"),
        .unit = "",
        .help = N_("What was noted with it."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 5,
        .width = 16,
    },
    {
        .name = "agent",
        .title = N_("Agent"),
        .unit = "",
        .help = N_("The agent's account, where there is one."),
        .kind = KIND_TEXT,
        .priority = 7,
        .width = 10,
    },
    {
        .name = "payment_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The product's number of the payment."),
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
    .title = N_("Payments"),
    .purpose = N_("Recharges, deductions and other changes of balances of the last 7 days."),
    .default_sort = "-time",
    .pane = true,
    .empty = N_("no payments in the last 7 days"),
    .on_demand = true,
    .groups = groups,
};
