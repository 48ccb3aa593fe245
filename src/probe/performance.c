// SPDX-License-Identifier: MIT

// The softswitch's own two figures: calls in progress and call records that wait to be written.
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "calls",
        .title = "Calls",
        .unit = "",
        .help = "Calls in progress.",
        .kind = KIND_INT,
    },
    {
        .name = "cdr_queue",
        .title = "CDR queue",
        .unit = "",
        .help = "Call records that wait to be written to the database.",
        .kind = KIND_INT,
    },
};

static const struct schema schema = {
    .name = "performance",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_performance = {
    .schema = &schema,
    .title = "Performance",
    .purpose = "Concurrent calls and the queue of call records, for the overview.",
    .default_sort = "host",
    .empty = "no figures",
};
