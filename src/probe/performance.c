// SPDX-License-Identifier: MIT

// The softswitch's own two figures: calls in progress and call records that wait to be written.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "calls",
        .title = N_("Calls"),
        .unit = "",
        .help = N_("Calls in progress."),
        .kind = KIND_INT,
    },
    {
        .name = "cdr_queue",
        .title = N_("CDR queue"),
        .unit = "",
        .help = N_("Call records that wait to be written to the database."),
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
    .title = N_("Performance"),
    .purpose = N_("Concurrent calls and the queue of call records, for the overview."),
    .default_sort = "host",
    .empty = N_("no figures"),
};
