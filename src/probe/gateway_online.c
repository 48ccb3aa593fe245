// SPDX-License-Identifier: MIT

// Gateways that the softswitch has online now, with their live figures.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "gateway",
        .title = N_("Gateway"),
        .unit = "",
        .help = N_("The gateway's name."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help = N_("routing (vendor side) or mapping (customer side)."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 8,
    },
    {
        .name = "ip",
        .title = N_("IP"),
        .unit = "",
        .help = N_("The gateway's address; of several, the first."),
        .kind = KIND_ADDRESS,
        .key = true,
    },
    {
        .name = "calls",
        .title = N_("Calls"),
        .unit = "",
        .help = N_("Calls in progress through this gateway."),
        .kind = KIND_INT,
    },
    {
        .name = "capacity",
        .title = N_("Capacity"),
        .unit = "",
        .help = N_("The most calls that the gateway may carry at once; unknown: no limit is set."),
        .kind = KIND_INT,
    },
    {
        .name = "asr",
        .title = N_("ASR"),
        .unit = "",
        .help =
            N_("Answered attempts as the softswitch counts them, over a window that it does not "
               "tell; a fraction or per cent, by version."),
        .kind = KIND_REAL,
    },
    {
        .name = "acd_s",
        .title = N_("ACD"),
        .unit = "",
        .help = N_("Average length of conversations as the softswitch counts it."),
        .kind = KIND_DURATION_S,
    },
    {
        .name = "online_s",
        .title = N_("Online"),
        .unit = "",
        .help = N_("How long the gateway has been registered; unknown for gateways that need not "
                   "register."),
        .kind = KIND_DURATION_S,
    },
    {
        .name = "registered",
        .title = N_("Registered"),
        .unit = "",
        .help = N_("When the gateway registered; unknown for gateways that need not register."),
        .kind = KIND_TIME,
    },
    {
        .name = "retry_after_ms",
        .title = N_("Retry after"),
        .unit = "ms",
        .help = N_("How long the gateway stays disabled because it answered with Retry-After; "
                   "unknown: it is enabled."),
        .kind = KIND_DURATION_MS,
    },
    {
        .name = "node",
        .title = N_("Node"),
        .unit = "",
        .help = N_("The softswitch node that the gateway is attached to."),
        .kind = KIND_TEXT,
        .key = true,
    },
};

static const struct schema schema = {
    .name = "gateway_online",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_gateway_online = {
    .schema = &schema,
    .title = N_("Gateways online"),
    .purpose = N_("Live calls of the gateways that are online, for the gateways pane."),
    .default_sort = "gateway",
    .empty = N_("no gateway is online"),
};
