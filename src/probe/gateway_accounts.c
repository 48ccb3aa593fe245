// SPDX-License-Identifier: MIT

// Which customer account a mapping gateway belongs to.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "gateway",
        .title = N_("Gateway"),
        .unit = "",
        .help = N_("The mapping gateway's name."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "account",
        .title = N_("Account"),
        .unit = "",
        .help = N_("The customer account that pays for the gateway's calls."),
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "customer",
        .title = N_("Customer"),
        .unit = "",
        .help = N_("The display name of that account."),
        .kind = KIND_TEXT,
        .width = 20,
    },
};

static const struct schema schema = {
    .name = "gateway_accounts",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_gateway_accounts = {
    .schema = &schema,
    .title = N_("Gateway accounts"),
    .purpose = N_("The customer accounts of mapping gateways, for the calls pane."),
    .default_sort = "gateway",
    .empty = N_("no mapping gateways"),
};
