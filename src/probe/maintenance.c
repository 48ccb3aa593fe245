// SPDX-License-Identifier: MIT

// How much data the database keeps, and for how long.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "data",
        .title = N_("Data"),
        .unit = "",
        .help =
            N_("What is kept: system log, alarm history, CDRs, payments, other income, reports, "
               "all else."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 18,
    },
    {
        .name = "note",
        .title = N_("Note"),
        .unit = "",
        .help = N_(
            "older than agreed, or tables that are crashed; empty when there is nothing to say."),
        .kind = KIND_TEXT,
        .words = true,
        .width = 18,
    },
    {
        .name = "bytes",
        .title = N_("Size"),
        .unit = "",
        .help = N_("Data and indexes together."),
        .kind = KIND_BYTES,
        .total = true,
        .width = 9,
    },
    {
        .name = "records",
        .title = N_("Records"),
        .unit = "",
        .help = N_("Rows (exact for MyISAM)."),
        .kind = KIND_INT,
        .total = true,
        .priority = 1,
        .width = 13,
    },
    {
        .name = "tables",
        .title = N_("Tables"),
        .unit = "",
        .help = N_("How many tables it is in; CDRs have one a day."),
        .kind = KIND_INT,
        .total = true,
        .priority = 2,
        .width = 6,
    },
    {
        .name = "oldest",
        .title = N_("Oldest"),
        .unit = "",
        .help = N_("When the oldest record was made; of CDRs, the day of the oldest table."),
        .kind = KIND_TIME,
        .priority = 3,
    },
    {
        .name = "age_d",
        .title = N_("Age"),
        .unit = "d",
        .help = N_("Days since then."),
        .kind = KIND_REAL,
        .priority = 1,
        .width = 8,
    },
    {
        .name = "keep_least_d",
        .title = N_("Keep least"),
        .unit = "d",
        .help = N_("How many days it should be kept at least."),
        .kind = KIND_INT,
        .priority = 4,
        .width = 10,
    },
    {
        .name = "keep_most_d",
        .title = N_("Keep most"),
        .unit = "d",
        .help = N_("How many days it should be kept at most; unknown: for good."),
        .kind = KIND_INT,
        .priority = 3,
        .width = 9,
    },
    {
        .name = "over_d",
        .title = N_("Over"),
        .unit = "d",
        .help = N_("Days beyond that: automatic clean-up is off or too slow."),
        .kind = KIND_REAL,
        .priority = 2,
        .width = 8,
    },
    {
        .name = "holes_bytes",
        .title = N_("Holes"),
        .unit = "",
        .help = N_("Space of removed rows inside the files: while there are holes, MyISAM cannot "
                   "insert beside a long query."),
        .kind = KIND_BYTES,
        .total = true,
        .priority = 5,
        .width = 9,
    },
    {
        .name = "crashed",
        .title = N_("Crashed"),
        .unit = "",
        .help = N_("Tables that cannot be opened; they need a repair."),
        .kind = KIND_INT,
        .total = true,
        .priority = 4,
        .width = 7,
    },
    {
        .name = "updated",
        .title = N_("Updated"),
        .unit = "",
        .help = N_("When one of the tables was last written."),
        .kind = KIND_TIME,
        .priority = 6,
    },
};

static const char *const needs[] = {"table_ages", NULL};

static const struct schema schema = {
    .name = "maintenance",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_maintenance = {
    .schema = &schema,
    .title = N_("Maintenance"),
    .purpose =
        N_("Sizes and ages of the database's tables against how long their data should be kept."),
    .default_sort = "-over_d,-bytes",
    .pane = true,
    .empty = N_("no tables"),
    .on_demand = true,
    .needs = needs,
};
