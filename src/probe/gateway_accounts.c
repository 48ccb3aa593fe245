// SPDX-License-Identifier: MIT

// Which customer account a mapping gateway belongs to.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "gateway",
        .title = "Gateway",
        .unit = "",
        .help = "The mapping gateway's name.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "account",
        .title = "Account",
        .unit = "",
        .help = "The customer account that pays for the gateway's calls.",
        .kind = KIND_TEXT,
        .width = 16,
    },
    {
        .name = "customer",
        .title = "Customer",
        .unit = "",
        .help = "The display name of that account.",
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
    .title = "Gateway accounts",
    .purpose = "The customer accounts of mapping gateways, for the calls pane.",
    .default_sort = "gateway",
    .empty = "no mapping gateways",
};
