// SPDX-License-Identifier: MIT

// Who may use the web interface, and ranges of addresses.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help = N_("web (who may use the web interface; its only authentication) or range (of "
                   "addresses, permitted or refused: which is not told)."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 6,
    },
    {
        .name = "path",
        .title = N_("Path"),
        .unit = "",
        .help = N_("What a web rule is about, such as /external/server."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 24,
    },
    {
        .name = "address",
        .title = N_("Address"),
        .unit = "",
        .help = N_("Addresses that a web rule allows, or the first one of a range."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 24,
    },
    {
        .name = "addresses",
        .title = N_("Addresses"),
        .unit = "",
        .help = N_("How many addresses a range has."),
        .kind = KIND_INT,
        .priority = 1,
        .width = 11,
    },
    {
        .name = "area",
        .title = N_("Area"),
        .unit = "",
        .help = N_("What a range is called."),
        .kind = KIND_TEXT,
        .priority = 2,
        .width = 14,
    },
    {
        .name = "memo",
        .title = N_("Memo"),
        .unit = "",
        .help = N_("What was noted."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 3,
        .width = 20,
    },
    {
        .name = "rule_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The product's number of a web rule."),
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 5,
        .width = 8,
    },
};

static const char *const groups[] = {"kind", NULL};

static const struct schema schema = {
    .name = "access",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_access = {
    .schema = &schema,
    .title = N_("Access"),
    .purpose = N_("Rules of web access, and ranges of addresses that are permitted or refused."),
    .default_sort = "-kind,address",
    .pane = true,
    .empty = N_("no rule is kept in the database (before 2.1.8.05 web access is in external.xml)"),
    .on_demand = true,
    .groups = groups,
};
