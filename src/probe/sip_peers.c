// SPDX-License-Identifier: MIT

// The hidden probe of the addresses that a host's configuration knows: gateways and phones at fixed
// places.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help = N_("gateway or phone."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 8,
    },
    {
        .name = "name",
        .title = N_("Name"),
        .unit = "",
        .help = N_("The gateway's name, or the phone's number."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "addresses",
        .title = N_("Addresses"),
        .unit = "",
        .help = N_("The addresses and networks that it may send from, as configured."),
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
    .title = N_("SIP peers"),
    .purpose = N_("Addresses of configured gateways, whom the flood meter never calls attackers."),
    .default_sort = "kind,name",
    .empty = N_("no gateway has a fixed address"),
};
