// SPDX-License-Identifier: MIT

// The hidden probe of the addresses that a host's configuration knows: gateways and phones at fixed
// places.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "kind",
        .title = "Kind",
        .unit = "",
        .help = "gateway or phone.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 8,
    },
    {
        .name = "name",
        .title = "Name",
        .unit = "",
        .help = "The gateway's name, or the phone's number.",
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "addresses",
        .title = "Addresses",
        .unit = "",
        .help = "The addresses and networks that it may send from, as configured.",
        .kind = KIND_TEXT,
        .width = 32,
    },
};

static const struct schema schema = {
    .name = "sip_peers",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_sip_peers = {
    .schema = &schema,
    .title = "SIP peers",
    .purpose = "Addresses of configured gateways, whom the flood meter never calls attackers.",
    .default_sort = "kind,name",
    .empty = "no gateway has a fixed address",
};
