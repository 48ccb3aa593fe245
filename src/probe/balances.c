// SPDX-License-Identifier: MIT

// What customers and vendors have left.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "account",
        .title = "Account",
        .unit = "",
        .help = "The account number, as CDRs and the web interface name it.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 14,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The display name; unknown when the database cannot be read.",
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 1,
        .width = 20,
    },
    {
        .name = "kind",
        .title = "Kind",
        .unit = "",
        .help = "customer, vendor (the clearing account of a routing gateway) or card (a prepaid "
                "card).",
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 8,
    },
    {
        .name = "balance",
        .title = "Balance",
        .unit = "",
        .help = "What is on the account, in the platform's own currency; may be negative.",
        .kind = KIND_REAL,
        .priority = 3,
        .width = 12,
    },
    {
        .name = "credit_limit",
        .title = "Credit",
        .unit = "",
        .help = "How far below zero the balance may go.",
        .kind = KIND_REAL,
        .priority = 4,
        .width = 10,
    },
    {
        .name = "headroom",
        .title = "Headroom",
        .unit = "",
        .help = "Balance + credit limit: what can still be spent. At zero the softswitch refuses "
                "calls.",
        .kind = KIND_REAL,
        .width = 12,
    },
    {
        .name = "state",
        .title = "State",
        .unit = "",
        .help = "ok, or what is wrong: locked, expired, used up, runs out; unknown where it cannot "
                "be told.",
        .kind = KIND_TEXT,
        .width = 10,
    },
    {
        .name = "hours_left",
        .title = "Lasts",
        .unit = "h",
        .help = "Hours until the headroom is used up at today's rate (headroom / spent per hour "
                "since midnight of the database's clock); unknown in the first hour of a day and "
                "for accounts that have spent nothing today.",
        .kind = KIND_REAL,
        .width = 8,
    },
    {
        .name = "today",
        .title = "Today",
        .unit = "",
        .help = "Spent since midnight, as the product counts it.",
        .kind = KIND_REAL,
        .priority = 3,
        .width = 10,
    },
    {
        .name = "per_hour",
        .title = "Per hour",
        .unit = "",
        .help = "Spent per hour of today; unknown in the first hour of a day.",
        .kind = KIND_REAL,
        .priority = 6,
        .width = 10,
    },
    {
        .name = "locked",
        .title = "Locked",
        .unit = "",
        .help = "Whether an operator or the product has locked the account.",
        .kind = KIND_BOOL,
        .priority = 5,
        .width = 6,
    },
    {
        .name = "expired_s",
        .title = "Expired",
        .unit = "",
        .help = "Time since the account expired; unknown while it is valid.",
        .kind = KIND_DURATION_S,
        .priority = 6,
        .ticks = 1,
    },
    {
        .name = "valid_until",
        .title = "Valid until",
        .unit = "",
        .help = "When it expires; unknown where a system parameter decides, or never.",
        .kind = KIND_TIME,
        .priority = 7,
    },
};

static const char *const groups[] = {"kind", "state", NULL};

static const char *const needs[] = {"accounts", NULL};

static const struct schema schema = {
    .name = "balances",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_balances = {
    .schema = &schema,
    .title = "Balances",
    .purpose = "What customers and vendors have left, and how long it lasts.",
    .default_sort = "hours_left,headroom",
    .pane = true,
    .empty = "no accounts",
    .needs = needs,
    .groups = groups,
};
