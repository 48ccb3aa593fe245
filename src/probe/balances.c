// SPDX-License-Identifier: MIT

// What customers and vendors have left.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "account",
        .title = N_("Account"),
        .unit = "",
        .help = N_("The account number, as CDRs and the web interface name it."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 14,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The display name; unknown when the database cannot be read."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 1,
        .width = 20,
    },
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help =
            N_("customer, vendor (the clearing account of a routing gateway) or card (a prepaid "
               "card)."),
        .kind = KIND_TEXT,
        .words = true,
        .priority = 2,
        .width = 8,
    },
    {
        .name = "balance",
        .title = N_("Balance"),
        .unit = "",
        .help = N_("What is on the account, in the platform's own currency; may be negative."),
        .kind = KIND_REAL,
        .priority = 3,
        .width = 12,
    },
    {
        .name = "credit_limit",
        .title = N_("Credit"),
        .unit = "",
        .help = N_("How far below zero the balance may go."),
        .kind = KIND_REAL,
        .priority = 4,
        .width = 10,
    },
    {
        .name = "headroom",
        .title = N_("Headroom"),
        .unit = "",
        .help =
            N_("Balance + credit limit: what can still be spent. At zero the softswitch refuses "
               "calls."),
        .kind = KIND_REAL,
        .width = 12,
    },
    {
        .name = "state",
        .title = N_("State"),
        .unit = "",
        .help =
            N_("ok, or what is wrong: locked, expired, used up, runs out; unknown where it cannot "
               "be told."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 10,
    },
    {
        .name = "hours_left",
        .title = N_("Lasts"),
        .unit = "h",
        .help =
            N_("Hours until the headroom is used up at today's rate (headroom / spent per hour "
               "since midnight of the database's clock); unknown in the first hour of a day and "
               "for accounts that have spent nothing today."),
        .kind = KIND_REAL,
        .width = 8,
    },
    {
        .name = "today",
        .title = N_("Today"),
        .unit = "",
        .help = N_("Spent since midnight, as the product counts it."),
        .kind = KIND_REAL,
        .priority = 3,
        .width = 10,
    },
    {
        .name = "per_hour",
        .title = N_("Per hour"),
        .unit = "",
        .help = N_("Spent per hour of today; unknown in the first hour of a day."),
        .kind = KIND_REAL,
        .priority = 6,
        .width = 10,
    },
    {
        .name = "locked",
        .title = N_("Locked"),
        .unit = "",
        .help = N_("Whether an operator or the product has locked the account."),
        .kind = KIND_BOOL,
        .priority = 5,
        .width = 6,
    },
    {
        .name = "expired_s",
        .title = N_("Expired"),
        .unit = "",
        .help = N_("Time since the account expired; unknown while it is valid."),
        .kind = KIND_DURATION_S,
        .priority = 6,
        .ticks = 1,
    },
    {
        .name = "valid_until",
        .title = N_("Valid until"),
        .unit = "",
        .help = N_("When it expires; unknown where a system parameter decides, or never."),
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
    .title = N_("Balances"),
    .purpose = N_("What customers and vendors have left, and how long it lasts."),
    .default_sort = "hours_left,headroom",
    .pane = true,
    .empty = N_("no accounts"),
    .needs = needs,
    .groups = groups,
};
