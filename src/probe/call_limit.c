// SPDX-License-Identifier: MIT

// How long a call may last on this host.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "name",
        .title = N_("Limit"),
        .unit = "",
        .help = N_("Which limit."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 12,
    },
    {
        .name = "seconds",
        .title = N_("Length"),
        .unit = "",
        .help = N_("The smallest of the limits that apply."),
        .kind = KIND_DURATION_S,
    },
};

static const struct schema schema = {
    .name = "call_limit",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_call_limit = {
    .schema = &schema,
    .title = N_("Call limit"),
    .purpose = N_("The effective limit of a call's length, for the calls pane."),
    .default_sort = "name",
    .empty = N_("no limit"),
};
