// SPDX-License-Identifier: MIT

// Numbers and groups of the black and white lists.
#include "base/lang.h"
#include "probe/host_column.h"
#include "probe/probe.h"

static const struct column columns[] = {
    COLUMN_HOST,
    {
        .name = "list",
        .title = N_("List"),
        .unit = "",
        .help = N_("The group's name; of the system's own list: system."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 20,
    },
    {
        .name = "kind",
        .title = N_("Kind"),
        .unit = "",
        .help = N_("number, group (the group itself), system (numbers for the whole system, which "
                   "side is not told) or policy (a blacklist policy of gateways)."),
        .kind = KIND_TEXT,
        .words = true,
        .key = true,
        .width = 8,
    },
    {
        .name = "number",
        .title = N_("Number"),
        .unit = "",
        .help = N_("The listed number."),
        .kind = KIND_TEXT,
        .key = true,
        .width = 18,
    },
    {
        .name = "memo",
        .title = N_("Memo"),
        .unit = "",
        .help = N_("What was noted; of a policy its conditions."),
        .kind = KIND_TEXT,
        .unbounded = true,
        .priority = 1,
        .width = 24,
    },
    {
        .name = "entry_id",
        .title = N_("Id"),
        .unit = "",
        .help = N_("The product's number of the entry; a greater one is younger."),
        .kind = KIND_INT,
        .key = true,
        .id = true,
        .priority = 3,
        .width = 10,
    },
};

static const char *const groups[] = {"list", "kind", NULL};

static const struct schema schema = {
    .name = "blacklist",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
};

const struct probe probe_blacklist = {
    .schema = &schema,
    .title = N_("Number lists"),
    .purpose =
        N_("Numbers in the black and white lists; whether a group allows or denies is said by "
           "the gateway or phone that names it."),
    .default_sort = "list,number",
    .pane = true,
    .empty = N_("no number is listed"),
    .on_demand = true,
    .groups = groups,
};
