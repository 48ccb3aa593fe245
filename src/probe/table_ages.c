// SPDX-License-Identifier: MIT

// The oldest record of each kind of data, by the index of its time.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "data",
        .title = N_("Data"),
        .unit = "",
        .help = N_("What is kept."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "oldest",
        .title = N_("Oldest"),
        .unit = "",
        .help = N_("When its oldest record was made."),
        .kind = KIND_TIME,
    },
};

static const struct schema schema = {
    .name = "table_ages",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_table_ages = {
    .schema = &schema,
    .title = N_("Table ages"),
    .purpose = N_("The oldest record of each kind of data, for the maintenance pane."),
    .default_sort = "data",
    .empty = N_("nothing is kept"),
};
